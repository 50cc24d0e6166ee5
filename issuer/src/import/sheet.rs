//! One sheet of a roster file as read: its table, its format, and the limits that hold while reading.

use super::sniff::{Kind, sniff};
use super::{csv, decode, xlsx};
use crate::domain::roster::{Cell, Limit, Line, ReadError, Table, Visibility};

/// The largest roster file, in octets (DESIGN §4).
pub const MAX_FILE_OCTETS: usize = 20 * 1024 * 1024;
/// The most octets that the parts of a workbook may unpack to (DESIGN §4, THREATS 13).
pub const MAX_UNZIPPED_OCTETS: u64 = 200 * 1024 * 1024;
/// The last line that may hold anything (DESIGN §4).
pub const MAX_LINES: u32 = 100_000;
/// The last column that may hold anything.
pub const MAX_COLUMNS: usize = 256;
/// The most characters in a cell, as in Excel.
pub const MAX_CELL_CHARACTERS: usize = 32_767;
/// The most cells in a file, empty ones before a filled one included: eight columns of [`MAX_LINES`]. With it a crafted
/// workbook takes less than 64 MB before it is refused (THREATS 13).
pub const MAX_CELLS: usize = 800_000;
/// The most text in the cells of a file, in octets.
pub const MAX_TEXT_OCTETS: usize = 32 * 1024 * 1024;

/// A sheet as it came: nothing is judged, trimmed or left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The sheet's name in a workbook, the file's name otherwise.
    pub name: String,
    /// How the file was understood.
    pub format: Format,
    /// The lines.
    pub table: Table,
    /// Whether the person sees the sheet.
    pub visibility: Visibility,
}

impl Sheet {
    /// What stands between two cells of a file made of it: as in the original, a comma for workbooks.
    #[must_use]
    pub fn delimiter(&self) -> char {
        match self.format {
            Format::Csv { delimiter, .. } => delimiter,
            Format::Xlsx => ',',
        }
    }

    pub(super) fn is_visible(&self) -> bool {
        self.visibility == Visibility::Shown
    }

    pub(super) fn is_blank(&self) -> bool {
        self.table.lines.iter().all(Line::is_blank)
    }
}

/// How a file was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text with delimiters.
    Csv {
        /// The name of the encoding, e.g. `UTF-8`.
        encoding: &'static str,
        /// What stands between two cells.
        delimiter: char,
    },
    /// An Office Open XML workbook.
    Xlsx,
}

/// Reads a roster file into its sheets (one for CSV). The content decides the format, the name only serves messages.
///
/// # Errors
/// When the file is no spreadsheet that we read, is damaged, or passes a limit; never a partial result.
pub fn read(bytes: &[u8], file_name: &str) -> Result<Vec<Sheet>, ReadError> {
    if bytes.len() > MAX_FILE_OCTETS {
        return Err(over(Limit::FileOctets, MAX_FILE_OCTETS));
    }
    match sniff(bytes) {
        Kind::Xlsx => xlsx::read(bytes),
        Kind::Stranger(stranger) => Err(ReadError::NotASpreadsheet { stranger }),
        Kind::Text => {
            let (text, encoding) = decode::decode(bytes)?;
            let (table, delimiter) = csv::parse(&text)?;
            let sheet = Sheet {
                name: file_name.to_owned(),
                format: Format::Csv {
                    encoding,
                    delimiter,
                },
                table,
                visibility: Visibility::Shown,
            };
            if sheet.is_blank() {
                Err(ReadError::Empty)
            } else {
                Ok(vec![sheet])
            }
        }
    }
}

/// Counts what is read against the limits.
#[derive(Debug, Default)]
pub(super) struct Budget {
    cells: usize,
    octets: usize,
}

impl Budget {
    /// Accounts for `count` more cells.
    pub(super) fn cells(&mut self, count: usize) -> Result<(), ReadError> {
        self.cells = self.cells.saturating_add(count);
        if self.cells > MAX_CELLS {
            Err(over(Limit::Cells, MAX_CELLS))
        } else {
            Ok(())
        }
    }

    /// Accounts for the text of a cell and checks its length.
    pub(super) fn text(&mut self, text: &str) -> Result<(), ReadError> {
        if text.len() > MAX_CELL_CHARACTERS && text.chars().count() > MAX_CELL_CHARACTERS {
            return Err(over(Limit::CellCharacters, MAX_CELL_CHARACTERS));
        }
        self.octets = self.octets.saturating_add(text.len());
        if self.octets > MAX_TEXT_OCTETS {
            Err(over(Limit::TextOctets, MAX_TEXT_OCTETS))
        } else {
            Ok(())
        }
    }
}

/// Checks the place of a filled cell; both count from 0.
pub(super) fn check_place(row: u64, column: u64) -> Result<(), ReadError> {
    if row >= u64::from(MAX_LINES) {
        return Err(ReadError::OverLimit {
            limit: Limit::Lines,
            max: u64::from(MAX_LINES),
        });
    }
    let last = u64::try_from(MAX_COLUMNS).unwrap_or(u64::MAX);
    if column >= last {
        return Err(ReadError::OverLimit {
            limit: Limit::Columns,
            max: last,
        });
    }
    Ok(())
}

/// Puts a cell into a line, with empty cells before it where needed.
pub(super) fn place(line: &mut Line, column: usize, cell: Cell) {
    if line.cells.len() <= column {
        line.cells.resize(column + 1, Cell::default());
    }
    line.cells[column] = cell;
}

pub(super) fn over(limit: Limit, max: usize) -> ReadError {
    ReadError::OverLimit {
        limit,
        max: u64::try_from(max).unwrap_or(u64::MAX),
    }
}
