//! The rejected lines of a roster as a CSV file that opens in Excel.

use std::collections::BTreeMap;

use super::sheet::Sheet;
use crate::domain::csv::write_line;
use crate::domain::roster::{Checked, Columns};

/// The heading of the column that says what is wrong.
const PROBLEM: &str = "Problem";

/// Writes the header and every line that has a problem, each with its problems in a last column.
///
/// UTF-8 with a byte-order mark and CRLF, so that Excel opens it; the delimiter of the original CSV file, a comma for
/// workbooks; no cell can be taken for a formula (THREATS 12). A `Problem` column from an earlier round is replaced.
#[must_use]
pub fn rejected_csv(sheet: &Sheet, columns: &Columns, checked: &Checked) -> Vec<u8> {
    let delimiter = sheet.delimiter();
    let mut wrong: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for problem in &checked.problems {
        wrong
            .entry(problem.line)
            .or_default()
            .push(problem.to_string());
    }
    let lines = || {
        sheet
            .table
            .lines
            .iter()
            .filter(|line| wrong.contains_key(&line.number))
    };
    let width = lines()
        .map(|line| line.cells.len())
        .max()
        .unwrap_or(0)
        .max(columns.headings.len());
    let kept: Vec<usize> = (0..width)
        .filter(|&column| {
            columns
                .headings
                .get(column)
                .is_none_or(|heading| heading != PROBLEM)
        })
        .collect();
    let heading = |column: &usize| columns.headings.get(*column).map_or("", String::as_str);

    let mut out = String::from("\u{feff}");
    write_line(
        &mut out,
        delimiter,
        kept.iter().map(heading).chain([PROBLEM]),
    );
    for line in lines() {
        let problems = wrong[&line.number].join(" / ");
        let cells = kept.iter().map(|&column| line.text(column));
        write_line(&mut out, delimiter, cells.chain([problems.as_str()]));
    }
    out.into_bytes()
}
