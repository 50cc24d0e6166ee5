//! PDF files → the credential JSON attached to them and the texts of the QR codes drawn on their pages.
//!
//! A PDF can make its reader inflate, recurse and draw without end, so it is opened in three steps, each with a bound: [`open`]
//! parses its objects, [`attachments`] takes the files, [`plain`] writes a plain copy of what is drawn (nothing
//! compressed is left in it but pictures of checked size), and only that copy is drawn by [`page`] on a [`canvas`].

mod attachments;
mod canvas;
mod open;
mod page;
mod picture_size;
mod plain;

use super::QrText;
use super::error::{FileKind, ScanError};
use super::isolated::isolated;
use super::kind::{Kind, recognise};
use super::limits::{MAX_FILE_BYTES, MAX_PDF_PAGES};

pub use attachments::Attachment;

const KIND: FileKind = FileKind::Pdf;

/// What a PDF file carries: attached JSON files and drawn codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfContent {
    /// Attached files that look like JSON; others are passed over.
    pub attachments: Vec<Attachment>,
    /// The texts of all QR codes on the pages, drawn or scanned, without repeats.
    pub codes: Vec<QrText>,
}

/// Reads a PDF file: attachments named in the document's name tree or by `/AF`, and the codes on its pages.
///
/// Pages are drawn without text, gradients and masks, which no code is made of; a code set as the glyphs of a barcode font is not
/// found.
///
/// # Errors
/// Too many bytes, pages, attachments; encrypted; too complex to open within memory and time; damaged; or no PDF file.
pub fn pdf(bytes: &[u8]) -> Result<PdfContent, ScanError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ScanError::TooLarge {
            kind: KIND,
            bytes: bytes.len() as u64,
            limit: MAX_FILE_BYTES as u64,
        });
    }
    let kind = recognise(bytes);
    if kind != Kind::Pdf {
        return Err(ScanError::WrongKind {
            expected: KIND,
            found: kind.described(),
        });
    }
    isolated(KIND, || content(bytes))
}

fn content(bytes: &[u8]) -> Result<PdfContent, ScanError> {
    let document = open::document(bytes)?;
    let pages = document.page_iter().count();
    if pages > MAX_PDF_PAGES {
        return Err(ScanError::TooManyPages {
            pages,
            limit: MAX_PDF_PAGES,
        });
    }
    let attachments = attachments::attached(&document)?;
    let codes = page::codes(plain::copy(document)?)?;
    Ok(PdfContent { attachments, codes })
}

#[cfg(test)]
mod tests;
