//! What can go wrong between a credential and its sheet of paper, in words an officer can act on.

use crate::typeface::Face;
use thiserror::Error;

/// Why a certificate could not be printed.
#[derive(Debug, Error)]
pub enum PrintError {
    /// The credential is not JSON at all.
    #[error("the credential is not readable JSON")]
    NotJson(#[source] serde_json::Error),
    /// A fact that must be on the paper is not in the credential.
    #[error("the credential has no {fact} (at {pointer}); it cannot be printed without it")]
    MissingFact {
        /// The fact in the officer's words.
        fact: &'static str,
        /// JSON pointer (RFC 6901) to where it belongs.
        pointer: &'static str,
    },
    /// A value is there but is not text.
    #[error("the credential's {fact} (at {pointer}) is not text")]
    NotText {
        /// The fact in the officer's words.
        fact: &'static str,
        /// JSON pointer (RFC 6901) to the value.
        pointer: &'static str,
    },
    /// A date or time does not have the form of RFC 3339.
    #[error(
        "the credential's {fact} (at {pointer}) is `{value}`, which is not an RFC 3339 date and time"
    )]
    NotATime {
        /// The fact in the officer's words.
        fact: &'static str,
        /// JSON pointer (RFC 6901) to the value.
        pointer: &'static str,
        /// What stands there.
        value: String,
    },
    /// The text of the QR code is not a verification address followed by `#9` and digits.
    #[error(
        "the code's address starts `{start}`; it must be https://HOST/#9 followed by decimal digits"
    )]
    Address {
        /// The first characters of the address.
        start: String,
    },
    /// The payload makes a symbol too fine to scan from paper.
    #[error(
        "{digits} digits of payload need QR modules finer than {smallest_mm} mm at {side_mm} mm; shorten the texts of the course"
    )]
    CodeTooFine {
        /// How many digits the payload has.
        digits: usize,
        /// The side of the symbol in millimetres.
        side_mm: f32,
        /// The smallest module allowed, in millimetres.
        smallest_mm: f32,
    },
    /// The QR encoder refused its input.
    #[error("the QR code cannot be drawn")]
    Code(#[source] qrcode::types::QrError),
    /// No embedded font can draw a character.
    #[error(
        "`{text}` has the character {character:?} (U+{:04X}), which the certificate's font {face:?} cannot draw",
        u32::from(*.character)
    )]
    MissingGlyph {
        /// The character.
        character: char,
        /// The text it stands in.
        text: String,
        /// The face that lacks it.
        face: Face,
    },
    /// A text does not fit its place, even at the smallest size and on all its lines.
    #[error("`{text}` is too long for the place `{place}` of the design")]
    TooLong {
        /// The place, by the id it has in the design.
        place: String,
        /// The text.
        text: String,
    },
    /// The design cannot be used.
    #[error("the design is not usable at `{element}`: {problem}")]
    Design {
        /// The element, by id or by name.
        element: String,
        /// What is wrong with it.
        problem: DesignProblem,
    },
    /// The design is not a readable SVG.
    #[error("the design is not a readable SVG")]
    Svg(#[source] usvg::Error),
    /// The design is not well-formed XML.
    #[error("the design is not well-formed XML")]
    Xml(#[source] usvg::roxmltree::Error),
    /// A font file cannot be read.
    #[error("the font {face:?} cannot be read")]
    Font {
        /// The face it was to give.
        face: Face,
    },
    /// The drawn badge could not be written as a PNG.
    #[error("the badge cannot be written as a PNG")]
    Png(#[source] png::EncodingError),
    /// No language of a certificate.
    #[error("`{0}` is no language of a certificate: en, sw or both")]
    UnknownLanguage(String),
    /// The PDF writer cannot keep both standards at once, or not on this sheet.
    #[error("the PDF writer does not offer PDF/A-3a with PDF/UA-1 on A4")]
    Standards,
    /// The PDF writer refused the page.
    #[error("the PDF does not keep PDF/A-3a and PDF/UA-1")]
    Pdf(#[source] krilla::error::KrillaError),
}

/// What makes a design unusable.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DesignProblem {
    /// The sheet is not A4 landscape in millimetres.
    #[error("the root must be 297mm by 210mm with viewBox=\"0 0 297 210\"")]
    Sheet,
    /// There is no place for the code.
    #[error("there is no <rect id=\"qr\"> of 35 by 35 mm")]
    NoCode,
    /// An attribute is missing or has an unusable value.
    #[error("the attribute {0} is missing or unusable")]
    Attribute(&'static str),
    /// `{...}` names no fact.
    #[error("{{{0}}} is not a fact of a certificate")]
    UnknownFact(String),
    /// Art that this press cannot draw.
    #[error("{0} is not supported: art is plain shapes in solid colours")]
    Unsupported(&'static str),
}
