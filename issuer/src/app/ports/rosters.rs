//! The rosters port: a file as an officer sends it becomes checked graduates.

use crate::domain::roster::{Checked, FieldSpec, RosterError, Table};

/// What to read, and how.
#[derive(Clone, Copy, Debug)]
pub struct RosterFile<'a> {
    /// The file's octets.
    pub bytes: &'a [u8],
    /// Its name, for messages.
    pub name: &'a str,
    /// Which sheet of a workbook, when there are several.
    pub sheet: Option<&'a str>,
    /// Pairs of heading and role from `--map`.
    pub map: &'a [(String, String)],
}

/// A roster as read.
#[derive(Clone, Debug)]
pub struct ReadRoster {
    /// Graduates, problems, flags.
    pub checked: Checked,
    /// The rejected lines as a CSV that opens in Excel.
    pub rejected_csv: Vec<u8>,
    /// Sheets of the workbook that were not read.
    pub other_sheets: Vec<String>,
}

/// A roster as it stands in the file, nothing judged.
#[derive(Clone, Debug)]
pub struct RawRoster {
    /// The sheet's name in a workbook, the file's name otherwise.
    pub sheet: String,
    /// Its lines.
    pub table: Table,
    /// What stands between two cells; a comma for workbooks.
    pub delimiter: char,
    /// Sheets of the workbook that were not read.
    pub other_sheets: Vec<String>,
}

/// Reads rosters.
pub trait Rosters: Send + Sync {
    /// Read a roster without checking it. The fields help to find the sheet with the graduates.
    fn raw(&self, file: &RosterFile<'_>, fields: &[FieldSpec]) -> Result<RawRoster, RosterError>;

    /// Read and check a roster.
    fn read(&self, file: &RosterFile<'_>, fields: &[FieldSpec]) -> Result<ReadRoster, RosterError>;
}
