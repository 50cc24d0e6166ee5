//! Rosters that cannot be taken: each gets a message that says what to do, and nothing is saved.

use serde_json::{Value, json};

use crate::office::{Answer, CANARY, Office, import_args};
use crate::workbooks::{blank_bomb, cell_bomb, row, workbook};

/// Room for the program and its tables, not for a bomb.
const MEMORY: [&str; 2] = ["prlimit", "--data=160000000"];

const MESSY: &[u8] = include_bytes!("../rosters/messy.csv");

/// The course of `messy.csv`.
const MESSY_COURSE: &str = r#"
code = "KCR"
name = "Kenya Cyber Resilience"
description = "Resilience."
criteria = "Attended every day."
achievement_type = "Certificate"
certificate_number = "NC4-KCR-{year}-{serial}"
status = "revocation"

[[field]]
key = "award"
label = "Award"
pointer = "/credentialSubject/result/0/value"
codec = "enum"
allowed = ["Merit", "Attended"]
"#;

/// Import `octets` as `file`: refused with these words, and nothing saved.
fn refused(office: &Office, file: &str, octets: &[u8], words: &str) -> Answer {
    office.write(file, octets);
    let answer = office.run_in(&MEMORY, &import_args(file, "ACT"));
    let answer = answer.failed(1, words);
    assert_eq!(office.json(&["batch", "list"]), json!([]), "{file}");
    assert!(
        !office
            .files(".")
            .iter()
            .any(|file| file.contains("rejected"))
    );
    answer
}

#[test]
fn what_is_no_roster_is_named_and_refused() {
    let office = Office::founded();
    let old_excel = [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(),
        &[0; 600],
        b"W\0o\0r\0k\0b\0o\0o\0k\0",
    ]
    .concat();
    let cases: [(&str, &[u8], &str); 13] = [
        ("empty.csv", b"", "the file is empty"),
        ("blank.csv", b"\xef\xbb\xbf\r\n;;;\r\n", "empty"),
        ("roster.csv", b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        ("roster.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture"),
        ("roster.xls", &old_excel, "an old Excel workbook (.xls)"),
        ("page.xls", b"<html><table><tr><td>Name", "a web page"),
        ("octets.csv", b"Name\0Award\n\x01\x02", "a binary file"),
        (
            "none.csv",
            b"Full Name,Award\r\n",
            "no graduates below the header on line 1",
        ),
        (
            "gap.csv",
            b"Full Name,Award\r\n,\r\n\r\n",
            "no graduates below the header",
        ),
        (
            "mixed.csv",
            b"Full Name,Award\nWanjik\xc5\xa9,Pass\nJos\xe9,Pass\n",
            "line 3 is not UTF-8 text",
        ),
        (
            "quote.csv",
            b"Full Name,Award\n\"Amina,Pass\nHassan,Pass\n",
            "is never closed",
        ),
        (
            "other.csv",
            b"Town,River\nThika,Chania\n",
            "no column for the name",
        ),
        (
            "award.csv",
            b"Full Name,Town\nAmina Hassan,Thika\n",
            "--map",
        ),
    ];
    for (file, octets, words) in cases {
        refused(&office, file, octets, words);
    }
    let missing = office.run(&import_args("nowhere.csv", "ACT"));
    missing.failed(4, "nowhere.csv");
    let unknown = office.run(&import_args("none.csv", "XYZ"));
    unknown.failed(1, "there is no course \"XYZ\"");
}

#[test]
fn workbooks_that_blow_up_are_refused_in_bounded_memory() {
    let office = Office::founded();
    let bomb = blank_bomb(210 << 20);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    refused(&office, "blank.xlsx", &bomb, "octets in");
    refused(&office, "cells.xlsx", &cell_bomb(9_000), "cells");
    let header = row(1, &[("Full Name", false), ("Award", false)]);
    refused(
        &office,
        "none.xlsx",
        &workbook(&header),
        "no graduates below",
    );
    refused(&office, "empty.xlsx", &workbook(""), "empty");
    let whole = workbook(&header);
    refused(&office, "cut.xlsx", &whole[..whole.len() / 2], "damaged");
    let last = row(200_000, &[("Amina Hassan", false), ("Pass", false)]);
    refused(
        &office,
        "far.xlsx",
        &workbook(&(header + &last)),
        "more than 100000 lines",
    );
}

#[test]
fn files_beyond_the_limits_are_refused() {
    let office = Office::founded();
    let mut large = b"Full Name,Award\n".to_vec();
    large.resize((20 << 20) + 1, b'\n');
    refused(&office, "large.csv", &large, "more than 20971520 octets");
    large.resize(200 << 20, b'\n');
    refused(&office, "huge.csv", &large, "more than 20971520 octets");
    let lines = format!("Full Name,Award\n{}", "\n".repeat(100_001));
    let far = format!("{lines}Amina Hassan,Pass\n");
    refused(&office, "far.csv", far.as_bytes(), "more than 100000 lines");
    let wide = format!("Full Name,Award\nAmina Hassan,Pass{}x\n", ",".repeat(300));
    refused(
        &office,
        "wide.csv",
        wide.as_bytes(),
        "more than 256 columns",
    );
}

#[test]
fn every_bad_row_is_told_with_its_line() {
    let office = Office::founded();
    let roster = "Full Name,P/No,Award\n\
        Amina Hassan,30000017,Pass\n\
        =HYPERLINK(A1),30000025,Pass\n\
        WanjikÅ© Kamau,30000033,Pass\n\
        Brian Otieno,30000017,Pass\n\
        Full Name,P/No,Award\n\
        Chebet Lagat,30000041,Excellent\n\
        ,30000058,Pass\n";
    let answer = refused(
        &office,
        "rows.csv",
        roster.as_bytes(),
        "nothing was saved (good rows: 1)",
    );
    for (line, words) in [
        (3, "formula"),
        (5, "duplicate of line 2"),
        (6, "header repeated"),
        (7, "unknown value"),
        (8, "missing"),
    ] {
        let told = answer
            .err
            .lines()
            .any(|text| text.contains(&format!("line {line}")) && text.contains(words));
        assert!(told, "line {line}: {words}: {}", answer.err);
    }
    assert!(answer.err.contains("line 4"), "mojibake: {}", answer.err);
    let json = office.run(&[&["--json"], &import_args("rows.csv", "ACT")[..]].concat());
    assert_eq!(json.code, Some(1));
    let told: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(told["good"], 1);
    assert!(told["problems"].as_array().unwrap().len() >= 6, "{told}");
}

#[test]
fn two_people_of_one_name_are_shown_to_the_checker() {
    let office = Office::founded();
    office.write(
        "same.csv",
        "Full Name,P/No,Award\nAmina Hassan,1,Pass\nAmina Hassan,2,Pass\n",
    );
    let answer = office.json(&import_args("same.csv", "ACT"));
    assert_eq!(answer["batch"]["graduates"], 2);
    let flags = answer["batch"]["flags"].as_array().unwrap();
    assert!(!flags.is_empty(), "{answer}");
    let shown = office.ok(&["batch", "show", answer["batch"]["id"].as_str().unwrap()]);
    assert!(shown.contains("look at"), "{shown}");
    let twice = "Full Name,Award\nAmina Hassan,Pass\nAmina Hassan,Pass\n";
    office.write("twice.csv", twice);
    let answer = office.run(&import_args("twice.csv", "ACT"));
    assert!(
        answer.code == Some(1) && answer.err.contains("duplicate")
            || answer.out.contains("same name"),
        "{answer:?}"
    );
}

#[test]
fn a_formula_in_a_workbook_is_no_name() {
    let office = Office::founded();
    let rows = row(1, &[("Full Name", false), ("Award", false)])
        + &row(2, &[("Amina Hassan", false), ("Pass", false)])
        + &row(3, &[("Brian Otieno", true), ("Pass", false)]);
    office.write("formula.xlsx", workbook(&rows));
    let answer = office.run(&import_args("formula.xlsx", "ACT"));
    let told = format!("{}{}", answer.out, answer.err);
    assert!(told.contains("formula"), "{told}");
}

#[test]
fn a_cohort_or_award_date_that_makes_no_sense_is_refused() {
    let office = Office::founded();
    office.write("roster.csv", crate::office::ROSTER);
    let with = |at: usize, value: &str| {
        let mut args = import_args("roster.csv", "ACT").map(str::to_owned);
        args[at] = value.to_owned();
        office.run(&args.each_ref().map(String::as_str))
    };
    with(6, " ").failed(1, "the cohort must be");
    with(6, &"x".repeat(121)).failed(1, "the cohort must be");
    let answer = with(8, "2026-02-30");
    assert!(
        answer.code == Some(2) && answer.err.contains("2026-02-30"),
        "{answer:?}"
    );
    assert_eq!(office.json(&["batch", "list"]), json!([]));
}

/// Every cell of a CSV text, raw, that is: as a spreadsheet program sees it.
fn cells(text: &str, delimiter: char) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if !quoted && (c == delimiter || c == '\n') => cells.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            c => cell.push(c),
        }
    }
    cells
}

#[test]
fn good_rows_are_saved_and_the_others_come_back_in_a_harmless_file() {
    let office = Office::founded();
    office.write("course.toml", MESSY_COURSE);
    office.ok(&["course", "add", "course.toml"]);
    let messy = [
        MESSY,
        b"16;@SUM(A1);-7;+Town;Merit\r\n17;\"\tNjeri\";30010099;\"=1+1\";Best\r\n",
    ]
    .concat();
    office.write("messy.csv", &messy);
    let args = import_args("messy.csv", "KCR");
    office
        .run(&args)
        .failed(1, "nothing was saved (good rows: 4)");
    let answer = office.json(&[&args[..], &["--accept-good-rows"]].concat());
    assert_eq!(answer["batch"]["graduates"], 4);
    assert_eq!(answer["rejected"], "messy-rejected.csv");

    let rejected = String::from_utf8(office.read("messy-rejected.csv")).unwrap();
    let text = rejected.strip_prefix('\u{feff}').unwrap();
    let all = cells(text, ';');
    assert!(all.iter().any(|cell| cell == "'@SUM(A1)"), "{all:?}");
    for cell in &all {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell:?}"
        );
    }

    // As it is, it is refused again; only the twin of a line that was saved is now alone.
    let again = import_args("messy-rejected.csv", "KCR");
    office
        .run(&again)
        .failed(1, "nothing was saved (good rows: 1)");
    // With two of its lines corrected and the others deleted it is taken.
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let fix = |from: &str, to: &str| {
        let line = text.lines().find(|line| line.contains(from)).unwrap();
        line.replace(from, to)
    };
    let corrected = [
        header,
        &fix("Wаweru", "Waweru"),
        &fix("Dahabo \u{2067}Ali", "Dahabo Ali"),
    ]
    .join("\r\n");
    office.write("corrected.csv", format!("\u{feff}{corrected}\r\n"));
    let answer = office.json(&import_args("corrected.csv", "KCR"));
    assert_eq!(answer["batch"]["graduates"], 2);
}

#[test]
fn refusals_name_nobody_in_the_journal() {
    let office = Office::founded();
    office.write("bad.csv", crate::office::ROSTER.replace("Pass", "Passed"));
    office
        .run(&import_args("bad.csv", "ACT"))
        .failed(1, "unknown value");
    assert!(!office.ok(&["audit", "list"]).contains(CANARY));
}
