//! Drafts: a roster as it was uploaded, on its way to being a batch. Columns are mapped, cells fixed and rows dropped by
//! hand, and after each step everything is checked anew, by the rules of every roster.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use cheti_shared::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::csv::{BYTE_ORDER_MARK, write_line};
use super::roster::{
    Cell, Checked, Columns, FieldSpec, Line, MappingError, RowEnds, Table, Visibility, check,
    find_columns, show_value,
};
use super::search::{compact, words};

/// Lines kept in one record: what one edit writes anew.
pub const DRAFT_CHUNK: usize = 500;
/// The most drafts that wait at a time.
pub const DRAFTS_MAX: usize = 200;
/// The longest text that a cell is given by hand, in octets.
pub const DRAFT_CELL_OCTETS: usize = 1_000;

/// What the officer says about the cohort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    /// The course's code.
    pub course: String,
    /// The cohort, as printed.
    pub name: String,
    /// The award's date.
    pub award_date: Date,
    /// From when on the certificates hold; without it, from the start of the award's date.
    pub valid_from: Option<Timestamp>,
}

/// A draft's id: `d` and eight lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftId(String);

impl DraftId {
    /// The id made of four random octets.
    pub fn from_random(octets: [u8; 4]) -> Self {
        Self(format!("d{:08x}", u32::from_be_bytes(octets)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DraftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DraftId {
    type Err = DraftError;

    fn from_str(text: &str) -> Result<Self, DraftError> {
        let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        let digits = text.strip_prefix('d');
        match digits.is_some_and(|rest| rest.len() == 8 && rest.bytes().all(hex)) {
            true => Ok(Self(text.to_owned())),
            false => Err(DraftError::NotAnId(text.chars().take(40).collect())),
        }
    }
}

/// A draft without its lines, which are kept in chunks of [`DRAFT_CHUNK`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// The cohort that it is for.
    pub cohort: Cohort,
    /// The name of the file that was uploaded.
    pub file: String,
    /// The sheet that was read.
    pub sheet: String,
    /// Sheets of the workbook that were not read.
    pub other_sheets: Vec<String>,
    /// What stands between two cells of the file; a comma for workbooks.
    pub delimiter: char,
    /// Whether a line that stops early has lost something.
    pub row_ends: RowEnds,
    /// Who uploaded it.
    pub uploaded_by: String,
    /// When.
    pub uploaded: Timestamp,
    /// Pairs of heading and role that somebody mapped by hand.
    pub map: Vec<(String, String)>,
    /// Lines that somebody dropped: they will not be graduates.
    pub dropped: BTreeSet<u32>,
    /// The number of the first line of each chunk.
    pub chunks: Vec<u32>,
    /// How often it was changed.
    pub revision: u32,
}

/// A draft, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// The lines that count: all but the dropped ones.
    pub table: Table,
    /// Where the header is and what each column means, or why that cannot be told.
    pub columns: Result<Columns, MappingError>,
    /// Graduates, problems and flags; none while the columns cannot be told apart.
    pub checked: Checked,
}

/// Why a draft does not take a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The text is no draft id.
    #[error("\"{0}\" is no draft id: one looks like d1a2b3c4d")]
    NotAnId(String),
    /// There are too many drafts.
    #[error("{DRAFTS_MAX} drafts wait already: import or delete some of them first")]
    TooMany,
    /// The draft has no such line.
    #[error("the draft has no line {line}")]
    NoLine {
        /// The line asked for.
        line: u32,
    },
    /// The line has no such column.
    #[error("line {line} has no column {column}: the table has {width}")]
    NoColumn {
        /// The line.
        line: u32,
        /// The column asked for, from 1.
        column: usize,
        /// How many columns there are.
        width: usize,
    },
    /// The text is too long for a cell.
    #[error("the text has {octets} octets, a cell takes {DRAFT_CELL_OCTETS}: shorten it")]
    TooLong {
        /// How many it has.
        octets: usize,
    },
    /// The header cannot be dropped.
    #[error("line {line} is the header: it cannot be dropped")]
    Header {
        /// The line.
        line: u32,
    },
    /// Columns cannot be mapped so, or cannot be told apart.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// There are problems left.
    #[error("the draft has {problems} problems: fix each of them, or drop its row")]
    Problems {
        /// How many.
        problems: usize,
    },
}

impl Draft {
    /// The chunk that holds a line, if any does.
    pub fn chunk_of(&self, line: u32) -> Option<u32> {
        let after = self.chunks.partition_point(|first| *first <= line);
        u32::try_from(after.checked_sub(1)?).ok()
    }

    /// Check all of its lines by the rules of every roster.
    pub fn review(&self, lines: Vec<Line>, fields: &[FieldSpec]) -> Review {
        let kept = lines
            .into_iter()
            .filter(|line| !self.dropped.contains(&line.number));
        let table = Table {
            lines: kept.collect(),
            row_ends: self.row_ends,
        };
        let columns = find_columns(&table, &self.map, fields);
        let checked = columns
            .as_ref()
            .map(|columns| check(&table, columns, fields))
            .unwrap_or_default();
        Review {
            table,
            columns,
            checked,
        }
    }

    /// Map columns by hand. A map that leaves something to be said is kept; one that means nothing here is refused.
    pub fn map(
        &mut self,
        map: Vec<(String, String)>,
        table: &Table,
        fields: &[FieldSpec],
    ) -> Result<(), DraftError> {
        match find_columns(table, &map, fields) {
            Ok(_)
            | Err(
                MappingError::NoLines
                | MappingError::NoNameColumn { .. }
                | MappingError::NoFieldColumn { .. }
                | MappingError::Ambiguous { .. },
            ) => {}
            Err(error) => return Err(error.into()),
        }
        self.map = map;
        self.revision += 1;
        Ok(())
    }
}

impl Review {
    /// The line of the header, where it is known.
    pub fn header_line(&self) -> Option<u32> {
        self.columns
            .as_ref()
            .ok()
            .map(|columns| columns.header_line)
    }

    /// How many columns the table has.
    pub fn width(&self) -> usize {
        let widest = self.table.lines.iter().map(|line| line.cells.len()).max();
        widest.unwrap_or(0)
    }

    /// What can be imported: everybody, without a problem left.
    pub fn into_checked(self) -> Result<Checked, DraftError> {
        self.columns?;
        match self.checked.problems.len() {
            0 => Ok(self.checked),
            problems => Err(DraftError::Problems { problems }),
        }
    }

    /// Every problem as a CSV: line, column, value, problem, advice.
    pub fn problems_csv(&self) -> String {
        let mut out = String::from(BYTE_ORDER_MARK);
        let headings = ["Line", "Column", "Value", "Problem", "Advice"];
        write_line(&mut out, ',', headings.into_iter());
        for problem in &self.checked.problems {
            let (line, kind, advice) = (
                problem.line.to_string(),
                problem.kind.to_string(),
                problem.advice(),
            );
            let column = problem.column.as_deref().map(show_value);
            let cells = [
                line.as_str(),
                column.as_deref().unwrap_or_default(),
                &problem.value,
                &kind,
                &advice,
            ];
            write_line(&mut out, ',', cells.into_iter());
        }
        out
    }

    /// The roster as it stands now, as a CSV: every line that counts and is not blank, each as wide as the table.
    pub fn roster_csv(&self, delimiter: char) -> String {
        let width = self.width();
        let mut out = String::from(BYTE_ORDER_MARK);
        for line in self.table.lines.iter().filter(|line| !line.is_blank()) {
            write_line(
                &mut out,
                delimiter,
                (0..width).map(|column| line.text(column)),
            );
        }
        out
    }
}

/// Put a text into a cell by hand; cells that are missing before it are made. `width` is the table's.
pub fn fix_cell(
    lines: &mut [Line],
    number: u32,
    column: usize,
    width: usize,
    text: &str,
) -> Result<(), DraftError> {
    if text.len() > DRAFT_CELL_OCTETS {
        let octets = text.len();
        return Err(DraftError::TooLong { octets });
    }
    let line = line_mut(lines, number)?;
    if column >= width.max(line.cells.len()) {
        return Err(DraftError::NoColumn {
            line: number,
            column: column.saturating_add(1),
            width,
        });
    }
    if line.cells.len() <= column {
        line.cells.resize(column + 1, Cell::default());
    }
    if let Some(cell) = line.cells.get_mut(column) {
        *cell = Cell::typed(text);
    }
    Ok(())
}

/// Show a line that was hidden in the file: the person on it graduates.
pub fn show_line(lines: &mut [Line], number: u32) -> Result<(), DraftError> {
    line_mut(lines, number)?.visibility = Visibility::Shown;
    Ok(())
}

/// The most cells beside each other that a name is spread over.
const NAME_CELLS: usize = 4;

/// Empty every line that holds one of the names, in a cell or over a few cells beside each other, or the staff number, for a
/// graduate who is erased; how many lines those were.
pub fn blank_lines(lines: &mut [Line], names: &[String], staff_number: Option<&str>) -> usize {
    let names: Vec<BTreeSet<String>> = names.iter().map(|name| words(name)).collect();
    let staff_number = staff_number
        .map(compact)
        .filter(|number| !number.is_empty());
    let mut blanked = 0;
    for line in lines {
        let texts: Vec<&str> = line.cells.iter().map(|cell| &*cell.text).collect();
        let is_name = |cells: &[&str]| names.contains(&words(&cells.join(" ")));
        let named = (1..=NAME_CELLS).any(|count| texts.windows(count).any(is_name));
        let numbered = |number: &String| texts.iter().any(|text| compact(text) == *number);
        if named || staff_number.as_ref().is_some_and(numbered) {
            line.cells.clear();
            blanked += 1;
        }
    }
    blanked
}

fn line_mut(lines: &mut [Line], number: u32) -> Result<&mut Line, DraftError> {
    let found = lines.iter_mut().find(|line| line.number == number);
    found.ok_or(DraftError::NoLine { line: number })
}
