//! The press port: a signed credential becomes a printed certificate, a page of a book, or the picture of a badge.

use cheti_shared::credential::envelope::ProofChecked;
use cheti_shared::time::Date;
use serde::Serialize;

use crate::domain::print_kit::PrintKit;

/// One certificate to print. To make one takes a credential whose proofs were checked.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    credential: &'a [u8],
    url: &'a str,
    reprinted: Option<Date>,
}

impl<'a> Sheet<'a> {
    /// The certificate whose signed JSON is `credential`, of which a proof was checked, and whose code opens `url`.
    pub fn new(_: &ProofChecked, credential: &'a [u8], url: &'a str) -> Self {
        Self {
            credential,
            url,
            reprinted: None,
        }
    }

    /// The same as a duplicate, printed on this day.
    #[must_use]
    pub fn reprinted(self, on: Option<Date>) -> Self {
        Self {
            reprinted: on,
            ..self
        }
    }

    /// The signed credential, the exact octets.
    pub fn credential(&self) -> &'a [u8] {
        self.credential
    }

    /// The whole text of the printed code.
    pub fn url(&self) -> &'a str {
        self.url
    }

    /// The day on which a duplicate is printed.
    pub fn reprinted_on(&self) -> Option<Date> {
        self.reprinted
    }
}

/// Where designs and presses are.
pub trait PrintRoom: Send + Sync {
    /// The built-in designs as name and SVG, the usual one first.
    fn designs(&self) -> Vec<(&'static str, &'static str)>;

    /// A press with this kit in it. Refuses a design, picture or word that cannot be printed: what, where and why.
    fn press(&self, kit: &PrintKit) -> Result<Box<dyn Press>, PressError>;
}

/// Prints certificates of one look. Facts come from the credential alone.
pub trait Press: Send + Sync {
    /// Whether every character of a name or another text of a roster can be printed.
    fn can_print(&self, text: &str) -> Result<(), PressError>;

    /// The certificate as a PDF.
    fn print(&self, sheet: &Sheet<'_>) -> Result<Vec<u8>, PressError>;

    /// The certificate as a PNG, this many pixels wide.
    fn preview(&self, sheet: &Sheet<'_>, width: u32) -> Result<Vec<u8>, PressError>;

    /// An empty book; `marks` are 3 mm of bleed and crop marks.
    fn book(&self, marks: bool) -> Result<Box<dyn Book + '_>, PressError>;

    /// How well the printed code is read after what life does to a sheet.
    fn print_read(&self, sheet: &Sheet<'_>) -> Result<PrintRead, PressError>;

    /// Twelve small certificates a page, as a PDF to proof-read.
    fn contact_sheet(&self, sheets: &[Sheet<'_>]) -> Result<Vec<u8>, PressError>;
}

/// How well a printed code is read, scenario by scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PrintRead {
    /// What was done to the sheet, how often, and how often the code was read.
    pub scenarios: Vec<Scenario>,
    /// Whether the design may be used.
    pub passes: bool,
}

/// One way in which sheets come to harm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scenario {
    /// What was done.
    pub name: String,
    /// How often.
    pub tries: u32,
    /// How often the code was read.
    pub reads: u32,
    /// How many reads it takes to pass.
    pub least: u32,
}

/// One PDF for a print shop, a page a certificate.
pub trait Book {
    /// Add a page.
    fn add(&mut self, sheet: &Sheet<'_>) -> Result<(), PressError>;

    /// The PDF.
    fn finish(self: Box<Self>) -> Result<Vec<u8>, PressError>;
}

/// A kind of picture that can carry a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Pixels.
    Png,
    /// A drawing.
    Svg,
}

/// Draws badges. Facts come from the credential alone.
pub trait Badges: Send + Sync {
    /// The badge of the certificate whose signed JSON is `credential`, nothing baked into it yet.
    fn draw(&self, credential: &[u8], kind: Picture) -> Result<Vec<u8>, PressError>;
}

/// Why a certificate cannot be printed.
#[derive(Debug, thiserror::Error)]
#[error("the certificate cannot be printed: {detail}")]
pub struct PressError {
    /// What is wrong and where, for the officer.
    pub detail: String,
}
