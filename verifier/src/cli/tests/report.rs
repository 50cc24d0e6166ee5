//! `check --report`: what stands in the table, and that an interrupted run loses and repeats nothing.

use super::*;

/// A folder of a genuine certificate, an altered one, one that nobody vouches for, a text document and a file too large
/// to be read.
fn desk() -> (Desk, String, String) {
    let (desk, world) = (Desk::new(), samples::World::default());
    let bundle = desk.bundle(&world);
    let genuine = world.certificate(NAME);
    let mut altered = Value::Object(document(&genuine));
    altered["credentialSubject"]["name"] = "=HYPERLINK(\"evil\")".into();
    desk.put("in/a.json", &genuine);
    desk.put("in/b \"quoted\", with comma.json", altered.to_string());
    desk.put("in/c.pdf", "%PDF-1.7 nothing");
    desk.put("in/d/=cmd.txt", world.code("Achieng"));
    desk.put("in/e.docx", "PK\x03\x04 word/ [Content_Types].xml");
    desk.put("in/f.json", vec![b' '; (20 << 20) + 1]);
    let folder = desk.path("in").display().to_string();
    (desk, bundle, folder)
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let records = reader.records().map(|record| record.unwrap());
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_table_has_a_row_for_each_file_in_order() {
    let (desk, bundle, folder) = desk();
    let table = desk.path("out.csv").display().to_string();
    let args = ["check", "--bundle", &bundle, "--report", &table, &folder];
    let ran = desk.run(&args);
    assert_eq!(ran.exit, Exit::Trouble, "{}", ran.err);
    let summary =
        "6 files: 2 valid, 1 passed over, 1 not decided, 1 not valid, 1 not read. Written to ";
    assert!(ran.out.starts_with(summary), "{}", ran.out);
    let rows = rows(&fs::read_to_string(&table).unwrap());
    let cell = |row: usize, column: &str| {
        let place = rows[0].iter().position(|heading| heading == column);
        rows[row][place.unwrap()].as_str()
    };
    let files: Vec<&str> = (1..rows.len())
        .map(|row| cell(row, "File").strip_prefix(&folder).unwrap())
        .collect();
    assert_eq!(
        files,
        [
            "/a.json",
            "/b \"quoted\", with comma.json",
            "/c.pdf",
            "/d/=cmd.txt",
            "/e.docx",
            "/f.json"
        ]
    );
    assert_eq!(cell(1, "Verdict"), "Valid");
    assert_eq!(cell(1, "Name on the certificate"), NAME);
    assert_eq!(cell(1, "Course"), samples::COURSE);
    assert_eq!(cell(1, "Award date"), "2026-10-16");
    assert_eq!(cell(1, "Status as of"), samples::LIST_MADE);
    assert_eq!(cell(1, "Checked at"), NOW);
    assert_eq!(cell(2, "Verdict"), "Not valid");
    assert_eq!(
        cell(2, "Name on the certificate"),
        "",
        "what nobody signed is not told"
    );
    assert_eq!(cell(3, "Verdict"), "Not decided");
    assert_eq!(cell(5, "Verdict"), "Passed over");
    assert!(cell(5, "Why").contains("Word"), "{}", cell(5, "Why"));
    assert_eq!(cell(6, "Verdict"), "Not read");
    assert!(cell(6, "Why").contains("20 MiB"), "{}", cell(6, "Why"));
    let again = desk.run(&args);
    assert_eq!(again.exit, Exit::Trouble);
    assert!(again.err.contains("is there already") && again.err.contains("hint:"));
}

/// Whatever an interruption left of the table, the same command makes it whole: no row lost, none twice.
#[test]
fn an_interrupted_run_goes_on() {
    let (desk, bundle, folder) = desk();
    for (name, step) in [("out.csv", 41), ("out.ndjson", 397)] {
        let table = desk.path(name).display().to_string();
        let args = ["check", "--bundle", &bundle, "--report", &table, &folder];
        let (exit, whole) = (desk.run(&args).exit, fs::read(&table).unwrap());
        for cut in (0..=whole.len()).step_by(step) {
            fs::remove_file(&table).unwrap();
            fs::write(format!("{table}.unfinished"), &whole[..cut]).unwrap();
            let ran = desk.run(&args);
            assert_eq!(ran.exit, exit, "{cut}: {}", ran.err);
            assert!(fs::read(&table).unwrap() == whole, "{name} cut at {cut}");
            assert!(!Path::new(&format!("{table}.unfinished")).exists());
        }
    }
}

#[test]
fn json_is_one_array() {
    let (desk, bundle, folder) = desk();
    let table = desk.path("out.json").display().to_string();
    let args = ["check", "--bundle", &bundle, "--report", &table, &folder];
    desk.run(&args);
    let whole: Vec<Value> = serde_json::from_slice(&fs::read(&table).unwrap()).unwrap();
    assert_eq!(whole.len(), 6);
    assert_eq!(whole[0]["verdict"], "valid");
    assert_eq!(whole[0]["signed"]["name"], NAME);
    assert!(whole[4]["passedOver"].is_string() && whole[5]["notRead"].is_string());
    let first: String = format!("{}\n", whole[0]);
    fs::remove_file(&table).unwrap();
    fs::write(format!("{table}.unfinished"), first + "{\"file").unwrap();
    desk.run(&args);
    let again: Vec<Value> = serde_json::from_slice(&fs::read(&table).unwrap()).unwrap();
    assert_eq!(again, whole);
}

/// The table may lie in the folder that it is about.
#[test]
fn the_table_is_no_file_of_itself() {
    let (desk, bundle, folder) = desk();
    let table = format!("{folder}/out.csv");
    let ran = desk.run(&["check", "--bundle", &bundle, "--report", &table, &folder]);
    assert!(ran.out.starts_with("6 files"), "{}", ran.out);
}

#[test]
fn what_is_no_table_of_ours_is_left_alone() {
    let (desk, bundle, folder) = desk();
    let run = |table: &str| desk.run(&["check", "--bundle", &bundle, "--report", table, &folder]);
    assert_eq!(run("out.xlsx").exit, Exit::Usage);
    for (name, text) in [("a.csv", "my own notes\n"), ("b.ndjson", "my own notes\n")] {
        let table = desk.path(name).display().to_string();
        let unfinished = desk.put(&format!("{name}.unfinished"), text);
        let ran = run(&table);
        assert!(
            ran.exit == Exit::Trouble && ran.err.contains("no unfinished report"),
            "{}",
            ran.err
        );
        assert_eq!(fs::read_to_string(unfinished).unwrap(), text);
    }
    let table = desk.path("busy.csv").display().to_string();
    let held = fs::File::create(format!("{table}.unfinished")).unwrap();
    held.lock().unwrap();
    let ran = run(&table);
    assert!(ran.err.contains("another run is writing"), "{}", ran.err);
}

/// Rows of files that were taken away in between are told of, not taken for others.
#[test]
fn files_that_are_gone_are_told() {
    let (desk, bundle, folder) = desk();
    let table = desk.path("out.csv").display().to_string();
    let args = ["check", "--bundle", &bundle, "--report", &table, &folder];
    desk.run(&args);
    fs::rename(&table, format!("{table}.unfinished")).unwrap();
    fs::remove_file(desk.path("in/a.json")).unwrap();
    let ran = desk.run(&args);
    assert!(ran.err.contains("1 rows of the earlier run"), "{}", ran.err);
    assert!(ran.out.starts_with("6 files"), "{}", ran.out);
}

/// With what is expected, the table decides: accepted is only what is genuine and the person's (THREATS 4).
#[test]
fn what_is_expected_decides() {
    let (desk, bundle, folder) = desk();
    desk.put("in/z.json", samples::World::default().certificate(NAME));
    let rows_expected = format!(
        "\u{feff}file;name;department\na.json;{};HR\n{folder}/d/=cmd.txt;Somebody Else;\nabsent.pdf;Nobody;\n",
        NAME.to_uppercase()
    );
    let expected = desk.put("in/expected.csv", &rows_expected);

    for name in ["out.csv", "out.ndjson"] {
        let table = desk.path(name).display().to_string();
        let args = [
            "check",
            "--bundle",
            &bundle,
            "--report",
            &table,
            "--expected",
            &expected,
            &folder,
        ];
        let ran = desk.run(&args);
        let summary =
            "7 files: 1 accept, 1 passed over, 2 review, 2 reject, 1 not read. Written to ";
        assert!(ran.out.starts_with(summary), "{} {}", ran.out, ran.err);
        assert_eq!(ran.exit, Exit::Trouble);
        assert!(
            ran.err.contains("absent.pdf, which was not there"),
            "{}",
            ran.err
        );
        assert!(ran.err.contains("column department"), "{}", ran.err);
        let whole = fs::read(&table).unwrap();
        // An interrupted run goes on to the same table.
        for cut in (0..=whole.len()).step_by(211) {
            fs::remove_file(&table).unwrap();
            fs::write(format!("{table}.unfinished"), &whole[..cut]).unwrap();
            let again = desk.run(&args);
            assert!(again.out.starts_with(summary), "{cut}: {}", again.out);
            assert!(!again.err.contains("a.json"), "{cut}: {}", again.err);
            assert!(fs::read(&table).unwrap() == whole, "{name} cut at {cut}");
        }
    }
    let rows = rows(&fs::read_to_string(desk.path("out.csv")).unwrap());
    let decisions: Vec<&str> = rows[1..].iter().map(|row| row[1].as_str()).collect();
    assert_eq!(
        decisions,
        [
            "Accept", "Reject", "Review", "Reject", "", "Review", "Review"
        ]
    );
    assert_eq!(
        rows[0][1..4],
        ["Decision", "Expected name", "How it differs"]
    );
    assert_eq!(rows[1][2], "Matches");
    assert_eq!(
        rows[7][2], "Not compared",
        "a genuine one of which nothing is expected"
    );
    // A table with another's columns is not gone on with.
    let table = desk.path("out.csv").display().to_string();
    fs::rename(&table, format!("{table}.unfinished")).unwrap();
    let ran = desk.run(&["check", "--bundle", &bundle, "--report", &table, &folder]);
    assert!(ran.err.contains("no unfinished report"), "{}", ran.err);
}

#[test]
fn a_wrong_table_of_what_is_expected_is_told_before_anything_is_checked() {
    let (desk, bundle, folder) = desk();
    let table = desk.path("out.csv").display().to_string();
    for (text, why) in [
        ("", "the first line must name the columns: file"),
        ("name\nJane\n", "the first line must name the columns: file"),
        ("file,name\na,1\na,2\n", "row 3: the file has two rows"),
        ("file,name\na,1,2\n", "row 2: the row has more cells"),
        (
            "file,date\na,16/10/2026\n",
            "a: expected date: write year-month-day",
        ),
    ] {
        let expected = desk.put("expected.csv", text);
        let ran = desk.run(&[
            "check",
            "--bundle",
            &bundle,
            "--report",
            &table,
            "--expected",
            &expected,
            &folder,
        ]);
        assert_eq!(ran.exit, Exit::Trouble);
        assert!(
            ran.err.contains(why) && ran.err.contains("hint:"),
            "{}",
            ran.err
        );
        assert!(!Path::new(&format!("{table}.unfinished")).exists());
    }
}
