//! The raw table that a reader hands over, and what its columns mean.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::name::characters::tidy;

/// The lines of one sheet with nothing judged yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The lines in order; numbers may have gaps where a workbook keeps no cells.
    pub lines: Vec<Line>,
    /// Whether a line that stops early has lost something.
    pub row_ends: RowEnds,
}

/// One line of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The line number that a spreadsheet program shows at its left edge; the first is 1.
    pub number: u32,
    /// The cells from column A on, without gaps.
    pub cells: Vec<Cell>,
    /// Whether the person sees the line.
    pub visibility: Visibility,
}

impl Line {
    /// The text of a cell; empty beyond the last one.
    #[must_use]
    pub fn text(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| &cell.text)
    }

    /// True when no cell shows anything.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.trim().is_empty())
    }
}

/// One cell as the person sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// What is shown.
    pub text: Box<str>,
    /// Where the text comes from.
    pub origin: Origin,
}

impl Cell {
    /// A cell that somebody typed.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self {
            text: text.into(),
            origin: Origin::Typed,
        }
    }
}

/// Where the text of a cell comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// It is the cell's own value.
    #[default]
    Typed,
    /// A formula computed it when the file was last saved, so it may change or be stale.
    Formula,
    /// The spreadsheet shows an error there, such as `#REF!`.
    Error,
}

/// Whether the person who keeps the spreadsheet sees a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// It is on the screen.
    #[default]
    Shown,
    /// Hidden by hand or by a filter.
    Hidden,
}

/// What the end of a line means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowEnds {
    /// Every line says how many columns it has, so a short one is damaged (CSV).
    Counted,
    /// Empty cells at the end are simply not stored (workbooks).
    #[default]
    Open,
}

/// The header: where it is and what each column means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The line number of the header.
    pub header_line: u32,
    /// The headings, tidied; a heading may be empty.
    pub headings: Vec<String>,
    /// What each column means; as long as `headings`.
    pub roles: Vec<Role>,
}

impl Columns {
    /// The first column with this role.
    #[must_use]
    pub fn position(&self, role: &Role) -> Option<usize> {
        self.roles.iter().position(|r| r == role)
    }

    /// Whether the line is the header once more (page breaks, pasted lists) or a second line of it.
    pub(super) fn repeats_header(&self, line: &Line) -> bool {
        let filled = line
            .cells
            .iter()
            .map(|cell| tidy(&cell.text).to_lowercase())
            .enumerate()
            .filter(|(_, text)| !text.is_empty());
        let mut same = 0;
        for (column, text) in filled {
            match self.headings.get(column) {
                Some(heading) if heading.to_lowercase() == text => same += 1,
                _ => return false,
            }
        }
        same > 0
    }
}

/// What a column is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The whole name.
    Name,
    /// The family name, printed last.
    Surname,
    /// The first name.
    FirstName,
    /// Names between the first and the family name.
    OtherNames,
    /// The staff, personal or payroll number.
    StaffNumber,
    /// A field that the course declares, by its key.
    Extra(String),
    /// Not read: serial numbers, stations, e-mail addresses and anything unknown.
    Ignored,
}

impl fmt::Display for Role {
    /// The word that `--map` takes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::Surname => "surname",
            Self::FirstName => "first_name",
            Self::OtherNames => "other_names",
            Self::StaffNumber => "staff_number",
            Self::Extra(key) => key,
            Self::Ignored => "ignore",
        })
    }
}
