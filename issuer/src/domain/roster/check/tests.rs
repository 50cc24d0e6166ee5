//! Rules between cells and between lines.

use super::*;
use crate::domain::roster::Cell;

const HEADINGS: [&str; 3] = ["Name", "P/No", "Award"];

fn columns() -> Columns {
    Columns {
        header_line: 1,
        headings: HEADINGS.map(String::from).to_vec(),
        roles: vec![Role::Name, Role::StaffNumber, Role::Extra("award".into())],
    }
}

fn award() -> Vec<FieldSpec> {
    vec![FieldSpec {
        key: "award".into(),
        label: "Award".into(),
        required: false,
        allowed: vec!["Pass".into()],
        max_octets: 20,
    }]
}

fn line(number: u32, cells: &[&str]) -> Line {
    Line {
        number,
        cells: cells.iter().map(|text| Cell::typed(text)).collect(),
        visibility: Visibility::Shown,
    }
}

fn checked(lines: Vec<Line>, row_ends: RowEnds) -> Checked {
    check(&Table { lines, row_ends }, &columns(), &award())
}

fn check_rows(rows: &[[&str; 3]]) -> Checked {
    let lines = rows.iter().zip(2..).map(|(row, number)| line(number, row));
    checked(lines.collect(), RowEnds::Counted)
}

fn kinds(checked: &Checked) -> Vec<(u32, &ProblemKind)> {
    checked.problems.iter().map(|p| (p.line, &p.kind)).collect()
}

#[test]
fn staff_numbers_are_compared_without_spaces_and_capitals() {
    let checked = check_rows(&[
        ["Amani Juma", "A 17", ""],
        ["Bahati Juma", "a17", ""],
        ["Chausiku Juma", "A17", ""],
        ["Dafina Juma", "017", ""],
    ]);
    let same = ProblemKind::SameStaffNumber { line: 2 };
    assert_eq!(kinds(&checked), [(3, &same), (4, &same)]);
    assert_eq!(checked.good.len(), 2);
}

#[test]
fn a_staff_number_on_a_rejected_line_still_counts() {
    let checked = check_rows(&[["=bad", "17", ""], ["Bahati Juma", "17", ""]]);
    assert_eq!(checked.problems.len(), 2);
    assert_eq!(
        checked.problems[1].kind,
        ProblemKind::SameStaffNumber { line: 2 }
    );
}

#[test]
fn the_same_name_needs_staff_numbers_to_be_two_people() {
    let flagged = check_rows(&[["Amani Juma", "1", ""], ["AMANI Juma", "2", ""]]);
    assert_eq!((flagged.good.len(), flagged.problems.len()), (2, 0));
    assert_eq!(flagged.flags[0].kind, FlagKind::SameName { line: 2 });
    for numbers in [["", ""], ["1", ""], ["", "2"]] {
        let refused = check_rows(&[
            ["Amani Juma", numbers[0], ""],
            ["Amani  Juma", numbers[1], ""],
        ]);
        assert_eq!(
            kinds(&refused),
            [(3, &ProblemKind::SameName { line: 2 })],
            "{numbers:?}"
        );
        assert_eq!(refused.problems[0].column.as_deref(), Some("Name"));
    }
}

#[test]
fn the_same_line_twice_is_one_problem() {
    let twice = check_rows(&[["Amani Juma", "1", "Pass"], ["Amani Juma", "1", "Pass"]]);
    assert_eq!(
        kinds(&twice),
        [(3, &ProblemKind::SameStaffNumber { line: 2 })]
    );
    assert!(twice.flags.is_empty());
}

#[test]
fn look_alike_names_are_flagged() {
    let checked = check_rows(&[["Ali Wanjiku", "1", ""], ["AIi Wanjikũ", "2", ""]]);
    let look_alike = FlagKind::LookAlike {
        line: 2,
        name: "Ali Wanjiku".into(),
    };
    assert_eq!(checked.flags[0].kind, look_alike);
    assert_eq!(checked.good.len(), 2);
}

#[test]
fn totals_are_told_from_people() {
    let totals = check_rows(&[
        ["TOTAL", "", ""],
        ["Total: 14", "", ""],
        ["", "Grand total", "14"],
        ["14", "Jumla:", ""],
    ]);
    assert!(
        totals
            .problems
            .iter()
            .all(|p| p.kind == ProblemKind::TotalsLine)
    );
    assert_eq!(totals.problems.len(), 4);
    let people = check_rows(&[["Jumla Hassan", "1", ""], ["Tota Lodwar", "2", "Pass"]]);
    assert_eq!(people.good.len(), 2, "{:?}", people.problems);
}

#[test]
fn all_problems_of_a_line_are_reported_from_left_to_right() {
    let checked = check_rows(&[["Juma 2", "--", "Fail"]]);
    let columns: Vec<_> = checked
        .problems
        .iter()
        .map(|p| p.column.as_deref().unwrap())
        .collect();
    assert_eq!(columns, HEADINGS);
    assert!(checked.good.is_empty());
}

#[test]
fn short_lines_are_damaged_only_where_ends_are_counted() {
    let lines = || vec![line(2, &["Amani Juma", "1"])];
    assert_eq!(
        kinds(&checked(lines(), RowEnds::Counted)),
        [(
            2,
            &ProblemKind::TooFewColumns {
                found: 2,
                expected: 3
            }
        )]
    );
    assert_eq!(checked(lines(), RowEnds::Open).good.len(), 1);
}

#[test]
fn values_without_a_heading_are_not_dropped() {
    let lines = vec![
        line(2, &["Amani", "1", "", "", "Juma"]),
        line(3, &["Bahati Juma", "2", "", "", ""]),
    ];
    let checked = checked(lines, RowEnds::Counted);
    assert_eq!(
        kinds(&checked),
        [(2, &ProblemKind::NoHeading { letter: "E".into() })]
    );
    assert_eq!(checked.problems[0].value, "Juma");
    let unnamed = Columns {
        header_line: 1,
        headings: vec![String::new(), "Name".into()],
        roles: vec![Role::Ignored, Role::Name],
    };
    let table = Table {
        lines: vec![line(2, &["1.", "Amani Juma"]), line(3, &["Dr", "Bahati"])],
        row_ends: RowEnds::Counted,
    };
    let serial = check(&table, &unnamed, &[]);
    assert_eq!(
        kinds(&serial),
        [(3, &ProblemKind::NoHeading { letter: "A".into() })]
    );
}

#[test]
fn formulas_errors_and_hidden_lines_are_not_taken() {
    let mut computed = line(2, &["Amani Juma", "1", "Pass"]);
    computed.cells[0].origin = Origin::Formula;
    computed.cells[1].origin = Origin::Error;
    let mut hidden = line(3, &["Bahati Juma", "2", "Pass"]);
    hidden.visibility = Visibility::Hidden;
    let mut blank = line(4, &["", " "]);
    blank.visibility = Visibility::Hidden;
    let checked = checked(vec![computed, hidden, blank], RowEnds::Open);
    let expected = [
        (2, &ProblemKind::Formula),
        (2, &ProblemKind::SheetError),
        (3, &ProblemKind::HiddenLine),
    ];
    assert_eq!(kinds(&checked), expected);
}

#[test]
fn columns_have_the_letters_that_spreadsheets_show() {
    for (column, letter) in [(0, "A"), (25, "Z"), (26, "AA"), (255, "IV"), (702, "AAA")] {
        assert_eq!(column_letter(column), letter);
    }
}
