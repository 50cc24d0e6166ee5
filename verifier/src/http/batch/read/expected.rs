//! What is expected of the files of an archive: a table among them, `expected.csv`.

use std::collections::BTreeMap;

use super::super::super::problem::Problem;
use super::Raw;
use super::rows::{Columns, ROW_BYTES, Record, Records, Subject, too_long};
use crate::compare::Expected;

/// The table's name.
pub(super) const NAME: &str = "expected.csv";

/// What is expected of files that have not come yet.
#[derive(Debug, Default)]
pub(super) struct Expectations {
    by_file: BTreeMap<String, Expected>,
}

impl Expectations {
    /// Those of a table, with an item for each row that is wrong, and the headings that are not read.
    pub(super) fn read(table: &[u8]) -> Result<(Self, Vec<Raw>, Vec<String>), Problem> {
        let mut records = Records::new(table, ROW_BYTES, true);
        // Octets in memory are always read.
        let mut next = || records.next().ok().flatten();
        let Some(Record::Whole(header)) = next() else {
            return Err(in_table(Subject::File.no_header()));
        };
        let columns = Columns::of(&header, Subject::File).map_err(in_table)?;
        let (mut found, mut wrong) = (Self::default(), Vec::new());
        while let Some(record) = next() {
            let row = match record {
                Record::TooLong => Err(Box::new(too_long())),
                Record::Whole(row) => columns.row(&row),
            };
            match row {
                Ok(row) if found.by_file.contains_key(&row.subject) => {
                    wrong.push(refused(&row.subject, "has two rows; the first is used"));
                }
                Ok(row) => {
                    found.by_file.insert(row.subject, row.expected);
                }
                Err(refused) => wrong.push(*refused),
            }
        }
        Ok((found, wrong, columns.passed_over))
    }

    /// What is expected of this file; nothing when the table does not name it.
    pub(super) fn take(&mut self, file: &str) -> Expected {
        self.by_file.remove(file).unwrap_or_default()
    }

    /// An item for each file that the table names and that did not come.
    pub(super) fn not_there(self) -> impl Iterator<Item = Raw> {
        let names = self.by_file.into_keys();
        names.map(|name| refused(&name, "is not in the archive, as its row writes it"))
    }
}

fn in_table(problem: Problem) -> Problem {
    Problem::BadRequest(format!("{NAME}: {}", problem.detail()))
}

fn refused(file: &str, what: &str) -> Raw {
    Raw::Refused {
        id: Some(file.into()),
        problem: Problem::BadRequest(format!("{NAME}: the file {what}")),
    }
}
