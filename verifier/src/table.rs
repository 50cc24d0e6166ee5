//! Reports as rows of a table for people: CSV that a spreadsheet opens as it is, in which no cell is a formula
//! (THREATS 12).

use std::io;

use cheti_verifier_core::report::{Report, Verdict};

use crate::compare::{Compared, Matched};
use crate::decision::{Decision, Judged};
use crate::present;

/// What a spreadsheet needs to see that the text is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What every table says of a certificate.
pub const COLUMNS: [&str; 10] = [
    "Verdict",
    "Name on the certificate",
    "Course",
    "Award date",
    "Issued by",
    "Certificate number",
    "Why",
    "What to do",
    "Status as of",
    "Checked at",
];

/// What a table says besides where something was expected.
pub const COMPARED_COLUMNS: [&str; 3] = ["Decision", "Expected name", "How it differs"];

/// The verdict in a cell.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "Valid",
        Verdict::Undecided => "Not decided",
        Verdict::Invalid => "Not valid",
    }
}

/// The verdict of a file or item that was not read.
pub const NOT_READ: &str = "Not read";
/// The verdict of a file of a kind that is not checked.
pub const PASSED_OVER: &str = "Passed over";

/// The cells of [`COLUMNS`]. The facts are those that were signed: what is merely claimed stands in no cell.
pub fn cells(report: &Report, own_hosts: &[String]) -> Vec<String> {
    let words = present::words(report, own_hosts);
    let facts = report.signed.clone().unwrap_or_default();
    let issuer = report.issuer.as_ref().map(|issuer| issuer.name.clone());
    let why = match words.because.is_empty() {
        true => words.verdict,
        false => words.because.join(" "),
    };
    let advice: Vec<String> = words.advice;
    let oldest = report.status_lists.iter().map(|list| list.made).min();
    vec![
        verdict(report.verdict).to_owned(),
        facts.name.unwrap_or_default(),
        facts.course.unwrap_or_default(),
        facts.awarded.unwrap_or_default(),
        issuer.or(facts.issuer_name).unwrap_or_default(),
        facts.certificate_number.unwrap_or_default(),
        why,
        advice.join(" "),
        oldest.map(|made| made.to_string()).unwrap_or_default(),
        report.checked_at.to_string(),
    ]
}

/// The cells of [`COLUMNS`] for what was not read, and why.
pub fn cells_not_read(why: &str) -> Vec<String> {
    cells_without_report(NOT_READ, why)
}

/// The cells of [`COLUMNS`] for what has no report: a verdict and why.
pub fn cells_without_report(verdict: &str, why: &str) -> Vec<String> {
    let mut cells = vec![String::new(); COLUMNS.len()];
    cells[0] = verdict.to_owned();
    cells[6] = why.to_owned();
    cells
}

/// The cells of [`COMPARED_COLUMNS`].
pub fn compared_cells(judged: &Judged) -> Vec<String> {
    let name = match judged.matches.name.result {
        Compared::Match => "Matches",
        Compared::Mismatch if judged.matches.name.incomplete => "Incomplete",
        Compared::Mismatch => "Does not match",
        Compared::NotCompared => "Not compared",
    };
    let mut differs = Vec::new();
    for (label, matched) in [
        ("name", &judged.matches.name),
        ("course", &judged.matches.course),
        ("date", &judged.matches.date),
    ] {
        differs.extend(difference(label, matched));
    }
    vec![
        decision(judged.decision).to_owned(),
        name.to_owned(),
        differs.join("; "),
    ]
}

/// The cells of [`COMPARED_COLUMNS`] for what was not read: a person must look.
pub fn compared_cells_not_read() -> Vec<String> {
    let mut cells = vec![String::new(); COMPARED_COLUMNS.len()];
    cells[0] = decision(Decision::Review).to_owned();
    cells
}

/// The decision in a cell.
pub fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Accept => "Accept",
        Decision::Reject => "Reject",
        Decision::Review => "Review",
    }
}

fn difference(label: &str, matched: &Matched) -> Option<String> {
    if matched.result != Compared::Mismatch {
        return None;
    }
    let words = |words: &[String]| match words.is_empty() {
        true => "nothing more".to_owned(),
        false => words.join(" "),
    };
    let (expected, signed) = (words(&matched.only_expected), words(&matched.only_signed));
    Some(format!("{label}: expected {expected}, signed {signed}"))
}

/// One row with its end of line. Nothing in it can be a formula or draw on a terminal.
pub fn row<S: AsRef<str>>(cells: &[S]) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(cells.iter().map(|cell| safe(cell.as_ref())))?;
    writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}

/// A cell that no spreadsheet takes for a formula (OWASP ASVS 5.0, 1.2.10), on one line.
pub fn safe(cell: &str) -> String {
    let shown = present::shown(cell);
    // Control characters are gone, so that tab and carriage return begin no cell; a mark in their place does no harm.
    match shown.starts_with([
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]) {
        true => format!("'{shown}"),
        false => shown,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(row: &[u8]) -> Vec<String> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(row);
        let record = reader.records().next().unwrap().unwrap();
        record.iter().map(str::to_owned).collect()
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+254 700", "'+254 700"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\u{fffd}=1"),
            ("\r=1", "\u{fffd}=1"),
            ("Ng'ang'a, \"Jane\"", "Ng'ang'a, \"Jane\""),
            ("two\nlines", "two\u{fffd}lines"),
        ] {
            let bytes = row(&[cell]).unwrap();
            assert_eq!(read(&bytes), [written]);
            assert!(bytes.ends_with(b"\r\n"));
            assert_eq!(
                bytes.iter().filter(|b| **b == b'\n').count(),
                1,
                "one line a row"
            );
        }
    }

    proptest! {
        /// THREATS 12: no exported cell begins a formula, and what was written is read again.
        #[test]
        fn whatever_is_written_is_text(cells in proptest::collection::vec(any::<String>(), 1..5)) {
            let cells: Vec<String> = cells.into_iter().map(|cell| format!("{cell}.")).collect();
            let back = read(&row(&cells).unwrap());
            prop_assert_eq!(back.len(), cells.len());
            for (back, cell) in back.iter().zip(&cells) {
                prop_assert!(!back.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']));
                let shown = present::shown(cell);
                let quoted = format!("'{shown}");
                prop_assert!(*back == shown || *back == quoted);
            }
        }
    }
}
