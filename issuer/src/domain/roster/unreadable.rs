//! Why a file gives no roster: what is told to whoever chose it.

use thiserror::Error;

use super::{MappingError, quoted, show_value};

/// Why a file gives no roster at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RosterError {
    /// The file cannot be read as a spreadsheet.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The columns cannot be told apart.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The workbook has no sheet of that name.
    #[error(
        "there is no sheet \"{wanted}\" in this file. Its sheets: {}",
        quoted(names)
    )]
    NoSuchSheet {
        /// The name asked for.
        wanted: String,
        /// The names there are.
        names: Vec<String>,
    },
    /// Several sheets, and no telling which one is the roster.
    #[error(
        "the workbook has several sheets: name the one with the graduates, one of {}",
        quoted(names)
    )]
    WhichSheet {
        /// The names there are.
        names: Vec<String>,
    },
    /// A header and nothing below it.
    #[error("there are no graduates below the header on line {header_line}")]
    NoRows {
        /// The line of the header.
        header_line: u32,
    },
}

/// What there may be too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Limit {
    /// Octets of the file.
    #[error("octets in the file")]
    FileOctets,
    /// Octets of the unpacked workbook.
    #[error("octets in the unpacked workbook")]
    UnzippedOctets,
    /// Files inside the workbook.
    #[error("parts in the workbook")]
    Parts,
    /// Sheets of the workbook.
    #[error("sheets in the workbook")]
    Sheets,
    /// Lines.
    #[error("lines")]
    Lines,
    /// Columns.
    #[error("columns")]
    Columns,
    /// Cells.
    #[error("cells")]
    Cells,
    /// Characters in one cell.
    #[error("characters in one cell")]
    CellCharacters,
    /// Octets of text in all cells.
    #[error("octets of text in the cells")]
    TextOctets,
    /// Entries of the workbook's string table.
    #[error("shared strings in the workbook")]
    Strings,
    /// Formats of the workbook.
    #[error("cell formats in the workbook")]
    Styles,
    /// Octets of one piece of the workbook's XML.
    #[error("octets in one piece of the workbook's XML")]
    XmlOctets,
}

/// Why a file cannot be read as a roster.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Nothing in it.
    #[error("the file is empty: choose the roster again, and check that it was saved")]
    Empty,
    /// Some other kind of file.
    #[error("this is {stranger}, not a roster. {}", stranger.advice())]
    NotASpreadsheet {
        /// What it looks like.
        stranger: Stranger,
    },
    /// A limit is passed.
    #[error(
        "the file has more than {max} {limit}, the most that is read. Split it, or delete what is not part of the roster"
    )]
    OverLimit {
        /// What there is too much of.
        limit: Limit,
        /// The limit.
        max: u64,
    },
    /// Octets that the encoding does not have.
    #[error(
        "line {line} is not {encoding} text. Save the roster again as \"CSV UTF-8\" or as a workbook (.xlsx)"
    )]
    BadText {
        /// The encoding that the rest of the file has.
        encoding: &'static str,
        /// The line of the text file with the first bad octet.
        line: usize,
    },
    /// A quotation mark that opens a cell and never closes.
    #[error("the quotation mark on line {line} is never closed: close it, or delete it")]
    OpenQuote {
        /// The line of the spreadsheet.
        line: u32,
    },
    /// The workbook's inside is not as it must be.
    #[error(
        "the workbook is damaged ({} in {}). Open it in a spreadsheet program and save it again",
        show_value(detail),
        show_value(part)
    )]
    Damaged {
        /// The part of the workbook.
        part: String,
        /// What is wrong.
        detail: String,
    },
}

/// Files that people choose by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Stranger {
    /// Portable Document Format.
    #[error("a PDF document")]
    Pdf,
    /// A photo or a scan.
    #[error("a picture")]
    Picture,
    /// The binary workbook of Excel 97-2003.
    #[error("an old Excel workbook (.xls)")]
    OldExcel,
    /// An encrypted workbook or document.
    #[error("a file protected with a password")]
    Protected,
    /// An old Word document or the like.
    #[error("an old Office document")]
    OldOffice,
    /// Excel's binary workbook.
    #[error("a binary Excel workbook (.xlsb)")]
    Xlsb,
    /// OpenDocument.
    #[error("an OpenDocument file (.ods)")]
    OpenDocument,
    /// A Word document.
    #[error("a Word document")]
    Word,
    /// A ZIP file without a workbook.
    #[error("a ZIP archive")]
    Archive,
    /// A page of HTML, often named .xls.
    #[error("a web page, whatever its name says")]
    Html,
    /// XML, such as "XML Spreadsheet 2003".
    #[error("an XML file")]
    Xml,
    /// Rich text.
    #[error("a rich-text document")]
    RichText,
    /// Octets that no text has.
    #[error("a binary file")]
    Binary,
}

impl Stranger {
    /// What the person should do instead.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Pdf | Self::Picture => "Ask for the spreadsheet it was made from.",
            Self::Word | Self::RichText | Self::OldOffice => {
                "Copy the table into a spreadsheet and save it as a workbook (.xlsx)."
            }
            Self::Archive => "Unpack it and choose the spreadsheet inside.",
            Self::Protected => "Open it with its password, remove the password, and save it again.",
            Self::OldExcel | Self::Xlsb | Self::OpenDocument | Self::Html | Self::Xml => {
                "Open it in a spreadsheet program and save it as a workbook (.xlsx) or as \"CSV UTF-8\"."
            }
            Self::Binary => "Choose the roster, saved as a workbook (.xlsx) or as CSV.",
        }
    }
}
