//! The print room: a signed credential and an SVG design become a PDF certificate.
//!
//! The facts on the paper come from the credential alone; what else is printed comes from the [`Kit`]. The file is
//! PDF/A-3a and PDF/UA-1, A4, holds the credential JSON as an attachment and carries the QR code of the verification
//! address. The same input gives the same bytes: nothing here knows a clock, randomness, a file or a network.
//! The same facts also make a badge, an SVG or PNG into which the credential can be baked.

mod art;
mod badge;
mod book;
mod design;
mod easel;
mod error;
mod facts;
mod fit;
mod guilloche;
mod inspect;
mod kit;
mod lists;
mod picture;
mod press;
mod scene;
mod score;
mod symbol;
mod typeface;

#[cfg(test)]
mod sample;

pub use book::{Book, ContactSheet};
pub use error::{CodeProblem, DesignProblem, PictureProblem, PrintError};
pub use inspect::Inspection;
pub use kit::{Kit, Language, MOST_SIGNATORIES, Signatory, built_in, built_in_names};
pub use lists::{Heading, ListError, Lists, MAX_LIST_ROWS, Row};
pub use score::{CodeArea, ScenarioScore, Score, Sheet, SheetError, THRESHOLD, Threshold, score};
pub use symbol::{
    Correction, QUIET_MODULES, SMALLEST_MODULE_MM, SMALLEST_SIDE_MM, SYMBOL_MM, Symbol, symbol,
};
pub use typeface::Face;

use design::{Design, PictureName};
use facts::{Facts, Values};
use kit::Placed;
use scene::{Item, Props};
use typeface::Typefaces;

/// Name of the credential inside the PDF.
pub const ATTACHMENT_NAME: &str = "credential.json";
/// The widest preview, in pixels.
pub const WIDEST_PREVIEW: u32 = 4_000;

/// The badge's design.
const BADGE: &str = include_str!("../designs/badge.svg");
/// The badge's side in the units of its design.
const BADGE_UNITS: f32 = 120.0;
/// Width and height of a badge as a PNG.
const BADGE_PIXELS: u32 = 720;
/// The narrowest preview, in pixels.
const NARROWEST_PREVIEW: u32 = 16;

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

/// A kit and the typefaces, parsed once; threads may share it.
pub struct Printer {
    design: Design,
    language: Language,
    signatories: Vec<Signatory>,
    pictures: Vec<Placed>,
    typefaces: Typefaces,
}

impl Printer {
    /// Readies a kit.
    ///
    /// # Errors
    /// A design, picture or word of the kit that cannot be printed: what, where and why.
    pub fn new(kit: &Kit) -> Result<Self, PrintError> {
        let design = Design::parse(&kit.design)?;
        let printer = Self {
            pictures: kit.placed(&design)?,
            design,
            language: kit.language,
            signatories: kit.signatories.clone(),
            typefaces: Typefaces::load()?,
        };
        printer.check_words()?;
        Ok(printer)
    }

    /// Prints one certificate as a PDF.
    ///
    /// # Errors
    /// A fact that is missing, a character without a glyph, a text too long for its place, an address
    /// that is none or too long for the code: each names what and where.
    pub fn print(&self, page: &Page<'_>) -> Result<Vec<u8>, PrintError> {
        self.with(page, |values, items| {
            press::certificate(self.props(), values, items, page.credential_json)
        })
    }

    /// Settles a page once and presses it many times, which is what the PDF writer alone costs: for measuring.
    ///
    /// # Errors
    /// As [`Printer::print`].
    #[doc(hidden)]
    pub fn press_only(&self, page: &Page<'_>, times: usize) -> Result<usize, PrintError> {
        self.with(page, |values, items| {
            let press = || press::certificate(self.props(), values, items, page.credential_json);
            (0..times).map(|_| press().map(|pdf| pdf.len())).sum()
        })
    }

    /// Draws one certificate as a PNG, as it will print.
    ///
    /// # Errors
    /// As [`Printer::print`]; a width that cannot be drawn.
    pub fn preview_png(&self, page: &Page<'_>, width: u32) -> Result<Vec<u8>, PrintError> {
        if !(NARROWEST_PREVIEW..=WIDEST_PREVIEW).contains(&width) {
            return Err(PrintError::PreviewSize(width, WIDEST_PREVIEW));
        }
        self.with(page, |values, items| {
            easel::png(easel::page(self.props(), values, items, width)?, true)
        })
    }

    /// Begins one print-ready PDF of many certificates; with crop marks and bleed, or cut to A4.
    #[must_use]
    pub fn book(&self, marks: bool) -> Book<'_> {
        Book::new(self, marks)
    }

    /// Begins sheets of small certificates for proof-reading.
    #[must_use]
    pub fn contact_sheet(&self) -> ContactSheet<'_> {
        ContactSheet::new(self)
    }

    /// Draws a certificate's badge as an SVG, its texts as outlines.
    ///
    /// # Errors
    /// As [`Printer::print`], but that there is no code.
    pub fn badge_svg(&self, credential_json: &[u8]) -> Result<String, PrintError> {
        let facts = Facts::read(credential_json, String::new())?;
        badge::draw(BADGE, &self.typefaces, &self.values(&facts, None)?)
    }

    /// Draws a certificate's badge as a PNG.
    ///
    /// # Errors
    /// As [`Printer::badge_svg`].
    pub fn badge_png(&self, credential_json: &[u8]) -> Result<Vec<u8>, PrintError> {
        let facts = Facts::read(credential_json, String::new())?;
        let values = self.values(&facts, None)?;
        let svg = badge::draw(BADGE, &self.typefaces, &values)?;
        let pieces = art::pieces(&svg, BADGE_UNITS)?;
        let pixels = easel::drawing(&pieces, BADGE_UNITS, BADGE_PIXELS, &values)?;
        easel::png(pixels, false)
    }

    /// Whether a name or another text of a roster can be printed, so that an import can refuse it long before the
    /// ceremony.
    ///
    /// # Errors
    /// [`PrintError::MissingGlyph`] with the first character that a face of the design's places for facts lacks.
    pub fn can_draw(&self, text: &str) -> Result<(), PrintError> {
        let faces = self
            .design
            .places()
            .filter(|place| place.words.fields().next().is_some());
        faces
            .map(|place| place.face)
            .try_for_each(|face| self.typefaces.face(face).shape(text).map(drop))
    }

    fn props(&self) -> Props<'_> {
        Props {
            design: &self.design,
            typefaces: &self.typefaces,
            pictures: &self.pictures,
            language: self.language,
        }
    }

    fn values<'a>(
        &'a self,
        facts: &'a Facts,
        reprinted: Option<&str>,
    ) -> Result<Values<'a>, PrintError> {
        let day = |text: &str| facts::day(text).ok_or_else(|| PrintError::NotADay(text.to_owned()));
        let has = |name| self.pictures.iter().any(|placed| placed.name == name);
        Ok(Values {
            facts,
            signatories: &self.signatories,
            has_crest: has(PictureName::Crest),
            has_partner_logo: has(PictureName::PartnerLogo),
            reprinted: reprinted.map(day).transpose()?,
        })
    }

    /// Settles a page and hands it to a painter.
    fn with<T>(
        &self,
        page: &Page<'_>,
        paint: impl FnOnce(&Values<'_>, &[Item<'_>]) -> Result<T, PrintError>,
    ) -> Result<T, PrintError> {
        let side = self.design.code().map_or(SYMBOL_MM, |code| code.side);
        let symbol = symbol(page.qr_url, side)?;
        let host = symbol::host_in_words(page.qr_url)?;
        let facts = Facts::read(page.credential_json, host)?;
        let values = self.values(&facts, page.reprinted)?;
        let items = scene::settle(self.props(), &values, &symbol)?;
        paint(&values, &items)
    }

    /// Whether every word of the kit can be drawn where it is printed.
    fn check_words(&self) -> Result<(), PrintError> {
        for place in self.design.places() {
            let face = self.typefaces.face(place.face);
            place
                .words
                .fixed()
                .try_for_each(|words| face.shape(words).map(drop))?;
        }
        let words = self
            .signatories
            .iter()
            .flat_map(|person| [&person.name, &person.title]);
        words.into_iter().try_for_each(|word| self.can_draw(word))
    }
}

#[cfg(test)]
mod tests;
