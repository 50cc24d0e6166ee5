//! Lists for the ceremony: the checklist of the handing-over table and labels for the envelopes, as PDF documents.
//!
//! They are office paper, not certificates: their facts are arguments, and nothing on them is signed. The files are
//! PDF/A-3a and PDF/UA-1, tagged as a table and as a list, A4 portrait. The same input gives the same bytes.

mod checklist;
mod labels;
mod paper;
mod text;
mod words;

use crate::typeface::Typefaces;
use crate::{Language, PrintError};
use thiserror::Error;

/// What stands above a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Who awards.
    pub issuer: String,
    /// The course.
    pub course: String,
    /// The cohort, as it is called.
    pub cohort: String,
    /// The day of the ceremony, in words.
    pub date: String,
}

/// One graduate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The certificate's number.
    pub number: String,
    /// The graduate's name, as on the certificate.
    pub name: String,
    /// The award, where there is one.
    pub award: Option<String>,
    /// What helps to find the graduate, such as a staff number.
    pub note: Option<String>,
}

/// Why a list could not be made.
#[derive(Debug, Error)]
pub enum ListError {
    /// There is nothing to list.
    #[error("the list has no rows: choose a batch with graduates")]
    Empty,
    /// More rows than are printed into one file.
    #[error(
        "the list has {rows} rows; at most {limit} are printed into one file: make one for each batch"
    )]
    TooManyRows {
        /// How many there are.
        rows: usize,
        /// How many are printed.
        limit: usize,
    },
    /// The day of making is none.
    #[error("`{day}` is not a day: write YYYY-MM-DD")]
    NotADay {
        /// What was given.
        day: String,
    },
    /// A text that is too long even at the smallest size.
    #[error("`{text}` is too long for the {place}, even at the smallest size")]
    TooLong {
        /// What it was to fill.
        place: &'static str,
        /// The text.
        text: String,
    },
    /// A character without a glyph, or a damaged font.
    #[error(transparent)]
    Print(#[from] PrintError),
    /// The PDF writer refused the document.
    #[error("the list does not keep PDF/A-3a and PDF/UA-1")]
    Pdf(#[source] krilla::error::KrillaError),
}

/// Most rows of one list.
pub const MAX_LIST_ROWS: usize = 25_000;

/// Makes lists in one language; threads may share it.
pub struct Lists {
    typefaces: Typefaces,
    language: Language,
}

impl Lists {
    /// Readies the typeface.
    ///
    /// # Errors
    /// Only when a built-in font file is damaged.
    pub fn new(language: Language) -> Result<Self, PrintError> {
        Ok(Self {
            typefaces: Typefaces::load()?,
            language,
        })
    }

    /// The checklist of the handing-over table: for each row a running number, the name, award, certificate number, a box to
    /// tick and a line for the signature, in the order given, 22 rows a page.
    ///
    /// `created` is the day on which the list is made, `YYYY-MM-DD`.
    ///
    /// # Errors
    /// No rows or too many, a day that is none, a character without a glyph, a text too long for its place: each names what.
    pub fn checklist(
        &self,
        heading: &Heading,
        rows: &[Row],
        created: &str,
    ) -> Result<Vec<u8>, ListError> {
        let day = checked(rows, created)?;
        checklist::print(self, heading, rows, day)
    }

    /// Labels for envelopes on sheets of 3 × 8 labels of 70 × 37 mm (such as Avery 3474): the name, course, cohort and certificate
    /// number, in the order given, row by row. Print at 100 %. The sheets are covered edge to edge, so they have no page
    /// numbers.
    ///
    /// # Errors
    /// As [`Lists::checklist`].
    pub fn labels(
        &self,
        heading: &Heading,
        rows: &[Row],
        created: &str,
    ) -> Result<Vec<u8>, ListError> {
        let day = checked(rows, created)?;
        labels::print(self, heading, rows, day)
    }
}

/// Year, month and day of making, once the rows can be listed.
fn checked(rows: &[Row], created: &str) -> Result<(u16, u8, u8), ListError> {
    if rows.is_empty() {
        return Err(ListError::Empty);
    }
    if rows.len() > MAX_LIST_ROWS {
        return Err(ListError::TooManyRows {
            rows: rows.len(),
            limit: MAX_LIST_ROWS,
        });
    }
    day(created).ok_or_else(|| ListError::NotADay {
        day: created.chars().take(20).collect(),
    })
}

fn day(text: &str) -> Option<(u16, u8, u8)> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let parts = (text.get(..4)?, text.get(5..7)?, text.get(8..)?);
    let day = (
        parts.0.parse().ok()?,
        parts.1.parse().ok()?,
        parts.2.parse().ok()?,
    );
    let marks = text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let possible = (1..=12).contains(&day.1) && (1..=31).contains(&day.2);
    (plain && marks && text.len() == 10 && possible).then_some(day)
}

#[cfg(test)]
mod tests;
