//! The press port: a signed credential becomes a printed certificate, a page of a book, or the picture of a badge.

use cheti_shared::credential::envelope::ProofChecked;
use cheti_shared::time::Date;
use serde::Serialize;

use crate::domain::print_kit::{Language, PrintKit};

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

    /// A list as a PDF.
    fn list(&self, kind: ListKind, list: &List) -> Result<Vec<u8>, PressError>;
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
    fn book(&self, marks: bool) -> Box<dyn Book + '_>;

    /// Small certificates, several a page, to proof-read.
    fn contact_sheet(&self) -> Box<dyn Book + '_>;

    /// Whether the longest names fit, the code stands on white, and how well it is read after what life does to a sheet.
    fn inspect(&self, sheet: &Sheet<'_>) -> Result<Inspection, PressError>;
}

/// What a design is worth on paper.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// The version of the code.
    pub code_version: u8,
    /// The side of its modules, in millimetres.
    pub module_mm: f32,
    /// The side of the code, in millimetres.
    pub code_mm: f32,
    /// How often it is read, by what was done to the sheet.
    pub scenarios: Vec<Scenario>,
    /// Reads of all tries together, 0 to 1.
    pub rate: f32,
    /// The rate that it takes.
    pub least_rate: f32,
    /// Whether the design may be used.
    pub passes: bool,
}

/// One way in which sheets come to harm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scenario {
    /// What was done.
    pub name: &'static str,
    /// How often.
    pub tries: u32,
    /// How often the code was read.
    pub reads: u32,
    /// How many reads it takes.
    pub least: u32,
}

/// A list for the desk: what stands above it, and a row a certificate.
#[derive(Clone, Debug)]
pub struct List {
    /// Who awards.
    pub issuer: String,
    /// The course.
    pub course: String,
    /// The cohort.
    pub cohort: String,
    /// The award's date.
    pub date: Date,
    /// The day on which the list is made.
    pub made: Date,
    /// The language of its own words.
    pub language: Language,
    /// The certificates, in order.
    pub rows: Vec<ListRow>,
}

/// One certificate of a list.
#[derive(Clone, Debug)]
pub struct ListRow {
    /// The certificate number.
    pub number: String,
    /// The graduate's name.
    pub name: String,
    /// The award, where there is one.
    pub award: Option<String>,
    /// What helps to find the graduate.
    pub note: Option<String>,
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// For the handing-over table: to be ticked and signed.
    Checklist,
    /// For envelopes: 3 by 8 labels a sheet.
    Labels,
}

/// One PDF of many certificates.
pub trait Book {
    /// Add a certificate.
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
