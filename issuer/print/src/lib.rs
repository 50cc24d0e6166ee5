//! The print room: a signed credential and an SVG design become a PDF certificate.
//!
//! The facts on the paper come from the credential alone. The file is PDF/A-3a and PDF/UA-1, A4 landscape,
//! holds the credential JSON as an attachment and carries the QR code of the verification address. The same
//! input gives the same bytes: nothing here knows a clock, randomness, a file or a network.
//! The same facts also make a badge, an SVG or PNG into which the credential can be baked.

mod art;
mod badge;
mod design;
mod error;
mod facts;
mod fit;
mod kit;
mod lists;
mod press;
mod raster;
mod score;
mod symbol;
mod typeface;

#[cfg(test)]
mod sample;

pub use error::{DesignProblem, PrintError};
pub use kit::{Kit, Language, Signatory, built_in, built_in_names};
pub use lists::{Heading, ListError, Lists, MAX_LIST_ROWS, Row};
pub use score::{CodeArea, ScenarioScore, Score, Sheet, SheetError, THRESHOLD, Threshold, score};
pub use symbol::{Correction, QUIET_MODULES, SMALLEST_MODULE_MM, SYMBOL_MM, Symbol, symbol};
pub use typeface::Face;

use design::Design;
use facts::Facts;
use typeface::Typefaces;

/// Name of the credential inside the PDF.
pub const ATTACHMENT_NAME: &str = "credential.json";

/// The badge's.
const BADGE: &str = include_str!("../designs/badge.svg");
/// Width and height of a badge as a PNG.
const BADGE_PIXELS: u32 = 720;

/// One certificate to print.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The signed credential: every fact on the paper comes from it, and it is attached byte for byte.
    pub credential_json: &'a [u8],
    /// The text of the QR code, `https://<host>/#9<digits>`; the host is also printed in words.
    pub qr_url: &'a str,
    /// The day, `YYYY-MM-DD`, of a further print for lost paper, which says so; no fact of the credential.
    pub reprinted: Option<&'a str>,
}

/// A design and a typeface, parsed once; threads may share it.
pub struct Printer {
    design: Design,
    typefaces: Typefaces,
}

impl Printer {
    /// Readies a kit.
    ///
    /// # Errors
    /// A design, picture or word of the kit that cannot be printed: what, where and why.
    pub fn new(kit: &Kit) -> Result<Self, PrintError> {
        Ok(Self {
            design: Design::parse(&kit.design)?,
            typefaces: Typefaces::load()?,
        })
    }

    /// Prints one certificate as a PDF.
    ///
    /// # Errors
    /// A fact that is missing, a character without a glyph, a text too long for its place, an address
    /// that is none or too long for the code: each names what and where.
    pub fn print(&self, page: &Page<'_>) -> Result<Vec<u8>, PrintError> {
        let symbol = symbol(page.qr_url)?;
        let host = symbol::host_in_words(page.qr_url)?;
        let facts = Facts::read(page.credential_json, host)?;
        press::print(
            &self.design,
            &self.typefaces,
            &facts,
            &symbol,
            page.credential_json,
        )
    }

    /// Draws a certificate's badge as an SVG, its texts as outlines.
    ///
    /// # Errors
    /// As [`Printer::print`], but that there is no code.
    pub fn badge_svg(&self, credential_json: &[u8]) -> Result<String, PrintError> {
        let facts = Facts::read(credential_json, String::new())?;
        badge::draw(BADGE, &self.typefaces, &facts)
    }

    /// Draws a certificate's badge as a PNG.
    ///
    /// # Errors
    /// As [`Printer::badge_svg`].
    pub fn badge_png(&self, credential_json: &[u8]) -> Result<Vec<u8>, PrintError> {
        raster::png(&self.badge_svg(credential_json)?, BADGE_PIXELS)
    }

    /// Whether `text` can be printed, so that an import can refuse a name long before the ceremony.
    ///
    /// # Errors
    /// [`PrintError::MissingGlyph`] with the first character that a face of the typeface lacks.
    pub fn can_draw(&self, text: &str) -> Result<(), PrintError> {
        self.typefaces.can_draw(text)
    }
}

#[cfg(test)]
mod tests;
