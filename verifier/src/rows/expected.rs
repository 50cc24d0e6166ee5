//! What is expected of files: a table with a row for each.

use std::collections::BTreeMap;

use super::{Columns, Fault, ROW_BYTES, Record, Records, Subject, too_long};
use crate::compare::Expected;

/// What is expected of files that have not come yet.
#[derive(Debug, Default)]
pub(crate) struct Expectations {
    by_file: BTreeMap<String, Row>,
}

#[derive(Debug)]
struct Row {
    expected: Expected,
    /// Whether its file came.
    came: bool,
}

impl Expectations {
    /// Those of a table, what is wrong with rows that are not used, and the headings that are not read. An error is what is
    /// wrong with the whole table.
    pub(crate) fn read(table: &[u8]) -> Result<(Self, Vec<Fault>, Vec<String>), String> {
        let mut records = Records::new(table, ROW_BYTES, true);
        // Octets in memory are always read.
        let mut next = || records.next().ok().flatten();
        let Some(Record::Whole(header)) = next() else {
            return Err(Subject::File.no_header());
        };
        let columns = Columns::of(&header, Subject::File)?;
        let (mut found, mut wrong) = (Self::default(), Vec::new());
        // The header is row 1, as a spreadsheet counts.
        for number in 2_u64.. {
            let Some(record) = next() else { break };
            let row = match record {
                Record::TooLong => Err(Fault {
                    id: None,
                    detail: too_long(),
                }),
                Record::Whole(row) => columns.row(&row),
            };
            match row {
                Ok(row) if found.by_file.contains_key(&row.subject) => {
                    let detail = format!("row {number}: the file has two rows; the first is used");
                    let id = Some(row.subject);
                    wrong.push(Fault { id, detail });
                }
                Ok(row) => {
                    let (expected, came) = (row.expected, false);
                    found.by_file.insert(row.subject, Row { expected, came });
                }
                Err(Fault { id, detail }) => {
                    let detail = format!("row {number}: {detail}");
                    wrong.push(Fault { id, detail });
                }
            }
        }
        Ok((found, wrong, columns.passed_over))
    }

    /// What is expected of the file that has one of these names, the first that a row has; nothing when no row names it.
    pub(crate) fn of<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> Expected {
        let named = names
            .into_iter()
            .find(|name| self.by_file.contains_key(*name));
        let Some(row) = named.and_then(|name| self.by_file.get_mut(name)) else {
            return Expected::default();
        };
        row.came = true;
        row.expected.clone()
    }

    /// The files and what is expected of each.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Expected)> {
        self.by_file
            .iter()
            .map(|(file, row)| (file.as_str(), &row.expected))
    }

    /// The files that rows name and that did not come.
    pub(crate) fn not_there(&self) -> impl Iterator<Item = &str> {
        let absent = self.by_file.iter().filter(|(_, row)| !row.came);
        absent.map(|(file, _)| file.as_str())
    }
}
