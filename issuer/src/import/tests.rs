//! Whole files through the whole import.

use proptest::prelude::*;

use super::*;
use crate::domain::roster::{
    Cell, FlagKind, Limit, Line, Role, RowEnds, Stranger, Table, Visibility,
};

const MESSY: &[u8] = include_bytes!("../../../tests/rosters/messy.csv");
const PARTS: &[u8] = include_bytes!("../../../tests/rosters/parts-utf16.txt");
const LATIN: &[u8] = include_bytes!("../../../tests/rosters/latin-1252.csv");
const CLASS: &[u8] = include_bytes!("../../../tests/rosters/class-2025.xlsx");

fn award(values: &[&str]) -> Vec<FieldSpec> {
    vec![FieldSpec {
        key: "award".into(),
        label: "Award".into(),
        required: true,
        allowed: values.iter().copied().map(String::from).collect(),
        max_octets: 20,
    }]
}

fn names(import: &Import) -> Vec<&str> {
    import
        .checked
        .good
        .iter()
        .map(|row| row.name.as_str())
        .collect()
}

fn problems(import: &Import) -> Vec<(u32, Option<&str>, String)> {
    let problems = import.checked.problems.iter();
    problems
        .map(|p| (p.line, p.column.as_deref(), p.kind.to_string()))
        .collect()
}

fn load_text(
    text: &str,
    map: &[(&str, &str)],
    fields: &[FieldSpec],
) -> Result<Import, RosterError> {
    let map: Vec<(String, String)> = map
        .iter()
        .map(|(h, r)| ((*h).to_owned(), (*r).to_owned()))
        .collect();
    load(text.as_bytes(), "roster.csv", None, &map, fields)
}

#[test]
fn a_messy_roster_gives_its_graduates_and_all_its_problems() {
    let import = load(
        MESSY,
        "messy.csv",
        None,
        &[],
        &award(&["Merit", "Attended"]),
    )
    .unwrap();
    assert_eq!(
        import.sheet.format,
        Format::Csv {
            encoding: "UTF-8",
            delimiter: ';'
        }
    );
    assert_eq!(import.columns.header_line, 4);
    assert_eq!(
        names(&import),
        [
            "Achieng' Otieno",
            "Barasa; John W.",
            "Faúst Mworia",
            "KIPRONO ng'eno"
        ]
    );
    let awards: Vec<&str> = import
        .checked
        .good
        .iter()
        .map(|row| row.extras["award"].as_str())
        .collect();
    assert_eq!(awards, ["Merit", "Merit", "Attended", "Merit"]);
    let name = Some("Jina Kamili");
    let expected = [
        (7, None, "too few columns"),
        (8, name, "missing"),
        (9, name, "bidi control character"),
        (10, name, "zero-width character"),
        (12, name, "mixed scripts (Cyrillic letter in a Latin name)"),
        (13, name, "not a name (looks like a formula)"),
        (14, name, "too long"),
        (15, None, "not a graduate (header repeated)"),
        (16, Some("Daraja"), "unknown value"),
        (17, Some("Payroll No."), "duplicate of line 6"),
        (19, None, "value without a heading"),
        (20, name, "not a name (looks like a formula)"),
        (20, Some("Daraja"), "unknown value"),
        (22, None, "not a graduate (totals line)"),
    ];
    assert_eq!(
        problems(&import),
        expected.map(|(line, column, text)| (line, column, text.to_owned()))
    );
    assert_eq!(
        import.checked.problems[8].advice(),
        "Did you mean Merit? Use one of: Merit, Attended."
    );
}

#[test]
fn names_in_parts_are_joined_as_a_certificate_prints_them() {
    let import = load(
        PARTS,
        "parts.txt",
        None,
        &[],
        &award(&["Pass", "Credit", "Distinction"]),
    )
    .unwrap();
    assert_eq!(
        import.sheet.format,
        Format::Csv {
            encoding: "UTF-16LE",
            delimiter: '\t'
        }
    );
    assert_eq!(
        names(&import),
        [
            "Grace Nduku Mutua",
            "Joseph Ole Sankale",
            "Hamisi",
            "Ruth Nekesa Wanjala"
        ]
    );
    let expected = [
        (5, None, "not a graduate (header repeated)"),
        (7, Some("First Name"), "missing"),
        (8, Some("First Name"), "zero-width character"),
    ];
    assert_eq!(
        problems(&import),
        expected.map(|(line, column, text)| (line, column, text.to_owned()))
    );
    let flags: Vec<_> = import
        .checked
        .flags
        .iter()
        .map(|flag| (flag.line, &flag.kind))
        .collect();
    assert_eq!(flags, [(4, &FlagKind::OneNameOnly)]);
}

#[test]
fn windows_1252_is_understood() {
    let import = load(LATIN, "latin.csv", None, &[], &award(&["Pass", "Credit"])).unwrap();
    assert_eq!(names(&import), ["José Núñez", "O’Brien André"]);
}

#[test]
fn a_workbook_is_read_as_the_person_sees_it() {
    let import = load(
        CLASS,
        "class.xlsx",
        None,
        &[],
        &award(&["Pass", "Credit", "Distinction"]),
    )
    .unwrap();
    assert_eq!(
        (import.sheet.name.as_str(), import.columns.header_line),
        ("List of graduands", 3)
    );
    assert_eq!(import.other_sheets, ["Notes", "Empty"]);
    assert_eq!(
        names(&import),
        ["Akinyi Odera", "Baraka Mwangi", "Ng'endo Kĩmani"]
    );
    let numbers: Vec<_> = import
        .checked
        .good
        .iter()
        .map(|row| row.staff_number.as_deref().unwrap())
        .collect();
    assert_eq!(numbers, ["00000071", "00000072", "00000075"]);
    assert_eq!(import.sheet.table.lines[2].text(3), "2025-02-28");
    let expected = [
        (6, Some("Full Name"), "formula instead of a value"),
        (7, None, "hidden line"),
        (9, None, "not a graduate (totals line)"),
    ];
    assert_eq!(
        problems(&import),
        expected.map(|(line, column, text)| (line, column, text.to_owned()))
    );
}

#[test]
fn a_sheet_is_chosen_by_name_or_by_its_header() {
    let error = |sheet| {
        load(CLASS, "class.xlsx", Some(sheet), &[], &[])
            .unwrap_err()
            .to_string()
    };
    assert!(
        error("Sheet1").contains("\"List of graduands\", \"Notes\", \"Empty\""),
        "{}",
        error("Sheet1")
    );
    assert!(
        error("Notes").contains("no column for the name was found"),
        "{}",
        error("Notes")
    );
}

#[test]
fn the_map_overrides_what_headings_say() {
    let text = "Name,Trainee,Code\nICT,Zawadi Were,7\n";
    let import = load_text(text, &[("trainee", "name"), ("CODE", "staff_number")], &[]).unwrap();
    assert_eq!(
        import.columns.roles,
        [Role::Ignored, Role::Name, Role::StaffNumber]
    );
    assert_eq!(names(&import), ["Zawadi Were"]);
    let strange = load_text("Wer,Was\nZawadi Were,7\n", &[("Wer", "name")], &[]).unwrap();
    assert_eq!(names(&strange), ["Zawadi Were"]);
    let parts = load_text(
        "Clan,First Name\nWere,Zawadi\n",
        &[("Clan", "surname")],
        &[],
    )
    .unwrap();
    assert_eq!(names(&parts), ["Zawadi Were"]);
    let ignored = load_text("Name,Award\nZawadi Were,?\n", &[("Award", "ignore")], &[]).unwrap();
    assert_eq!(ignored.columns.roles, [Role::Name, Role::Ignored]);
}

#[test]
fn columns_that_cannot_be_told_apart_are_an_error_that_helps() {
    type Pairs = &'static [(&'static str, &'static str)];
    let cases: [(&str, Pairs, &str); 10] = [
        (
            "Participant,Name\nA,B\n",
            &[],
            "several columns for name: \"Participant\"",
        ),
        (
            "Name,Surname\nA,B\n",
            &[],
            "several columns for name: \"Name\", \"Surname\"",
        ),
        (
            "Name,P/No,Payroll No\nA,1,2\n",
            &[],
            "several columns for staff_number",
        ),
        (
            "Wer,Was\nA,B\n",
            &[],
            "line 1 has \"Wer\", \"Was\". Say which column it is",
        ),
        ("First Name,P/No\nA,1\n", &[], "no column for the name"),
        (
            "Name\nA\n",
            &[("Nome", "name")],
            "has no such column. Its columns: \"Name\"",
        ),
        (
            "Name,Name\nA,B\n",
            &[("Name", "name")],
            "has 2 such columns. Give each a heading of its own",
        ),
        (
            "Name\nA\n",
            &[("Name", "title")],
            "a column can be \"name\", \"surname\"",
        ),
        (
            "Name,Who\nA,B\n",
            &[("Name", "name"), ("Who", "name")],
            "\"Name\" and \"Who\"",
        ),
        (
            "Full Name,Name\nA,B\n",
            &[("Full Name", "award")],
            "a column can be",
        ),
    ];
    for (text, map, message) in cases {
        let error = load_text(text, map, &[]).unwrap_err().to_string();
        assert!(error.contains(message), "{text:?}: {error}");
    }
    let error = load_text("Name,P/No\nA,1\n", &[], &award(&["Pass"]))
        .unwrap_err()
        .to_string();
    assert!(error.contains("needs \"Award\""), "{error}");
    assert_eq!(
        load_text("Full Name,Name\nA,B\n", &[], &[])
            .unwrap()
            .columns
            .roles,
        [Role::Name, Role::Ignored]
    );
}

#[test]
fn a_file_without_graduates_says_so() {
    assert_eq!(
        load_text("\n\nName,P/No\n,\n", &[], &[]),
        Err(RosterError::NoRows { header_line: 3 })
    );
    for empty in ["", "\u{feff}", "\r\n\r\n", ";;;\n"] {
        assert_eq!(
            load_text(empty, &[], &[]),
            Err(RosterError::Read(ReadError::Empty)),
            "{empty:?}"
        );
    }
    let pdf = load(b"%PDF-1.7\n...", "roster.xlsx", None, &[], &[]).unwrap_err();
    assert_eq!(
        pdf,
        RosterError::Read(ReadError::NotASpreadsheet {
            stranger: Stranger::Pdf
        })
    );
    assert_eq!(
        pdf.to_string(),
        "this is a PDF document, not a roster. Ask for the spreadsheet it was made from."
    );
    let cut = read(&CLASS[..3_000], "class.xlsx").unwrap_err();
    assert!(cut.to_string().contains("the workbook is damaged"), "{cut}");
    let huge = vec![b'a'; sheet::MAX_FILE_OCTETS + 1];
    assert!(matches!(
        read(&huge, "x"),
        Err(ReadError::OverLimit {
            limit: Limit::FileOctets,
            ..
        })
    ));
}

#[test]
fn rejected_lines_come_back_for_excel_and_can_be_imported_again() {
    let fields = award(&["Merit", "Attended"]);
    let import = load(MESSY, "messy.csv", None, &[], &fields).unwrap();
    let bytes = import.rejected_csv();
    let text = std::str::from_utf8(&bytes).unwrap();
    assert!(
        text.starts_with("\u{feff}No.;Jina Kamili;Payroll No.;Station;Daraja;;Problem\r\n"),
        "{text}"
    );
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'));
    assert!(
        text.contains(";'=CONCATENATE(B5,B6);") || text.contains("\"'=CONCATENATE(B5,B6)\""),
        "{text}"
    );

    let again = load(&bytes, "rejected.csv", None, &[], &fields).unwrap();
    assert_eq!(
        again.sheet.table.lines.len(),
        14,
        "a header and thirteen lines"
    );
    for (back, problem_line) in again.sheet.table.lines[1..]
        .iter()
        .zip([7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 19, 20, 22])
    {
        let original = &import.sheet.table.lines[problem_line - 1];
        for column in 0..6 {
            assert_eq!(
                back.text(column),
                original.text(column),
                "line {problem_line}"
            );
        }
        assert!(back.text(6).contains(&format!("line {problem_line}")));
    }
    let third = load(&again.rejected_csv(), "rejected.csv", None, &[], &fields).unwrap();
    assert_eq!(
        third
            .columns
            .headings
            .iter()
            .filter(|heading| *heading == "Problem")
            .count(),
        1
    );
}

fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[=+@'\"\t\r\n;, -]{0,4}[a-z]{0,3}",
        "\\PC{0,5}",
        Just(String::new())
    ]
}

proptest! {
    /// Whatever happens to a file on its way, the answer is a roster or an error.
    #[test]
    fn a_damaged_file_never_panics(
        file in proptest::sample::select(vec![MESSY, PARTS, LATIN, CLASS]),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12),
        kept in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = file.to_vec();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        for end in [bytes.len(), kept.index(bytes.len())] {
            if let Ok(import) = load(&bytes[..end], "damaged", None, &[], &award(&["Merit", "Pass"])) {
                prop_assert!(!import.rejected_csv().is_empty());
            }
        }
    }

    #[test]
    fn no_rejected_cell_is_dangerous_and_all_are_kept(
        rows in proptest::collection::vec(proptest::collection::vec(any_cell(), 0..4), 1..8),
    ) {
        let header = Line { number: 1, cells: vec![Cell::typed("Name"), Cell::typed("P/No")], ..Line::default() };
        let lines = rows.iter().zip(2..).map(|(row, number)| Line {
            number,
            cells: row.iter().map(|text| Cell::typed(text)).collect(),
            visibility: Visibility::Shown,
        });
        let sheet = Sheet {
            name: "s".into(),
            format: Format::Xlsx,
            table: Table { lines: [header].into_iter().chain(lines).collect(), row_ends: RowEnds::Open },
            visibility: Visibility::Shown,
        };
        let columns = find_columns(&sheet.table, &[], &[]).unwrap();
        let checked = check(&sheet.table, &columns, &[]);
        let text = String::from_utf8(rejected_csv(&sheet, &columns, &checked)).unwrap();

        for cell in csv::raw_cells(text.trim_start_matches('\u{feff}'), ',') {
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']), "{:?}", cell);
        }
        let rejected: std::collections::BTreeSet<u32> = checked.problems.iter().map(|p| p.line).collect();
        let (table, _) = csv::parse(&format!("sep=,\n{}", text.trim_start_matches('\u{feff}'))).unwrap();
        prop_assert_eq!(table.lines.len(), rejected.len() + 1);
        for (back, number) in table.lines[1..].iter().zip(rejected) {
            let original = sheet.table.lines.iter().find(|line| line.number == number).unwrap();
            for column in 0..original.cells.len() {
                prop_assert_eq!(back.text(column), original.text(column));
            }
        }
    }
}
