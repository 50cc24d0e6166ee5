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
    /// A picture of the kit cannot be used.
    #[error("the picture `{picture}` is not usable: {problem}")]
    Picture {
        /// Which one: `crest`, `partner-logo`, `signature-1`, ...
        picture: String,
        /// What is wrong with it.
        problem: PictureProblem,
    },
    /// The design has no place for a picture or a signatory of the kit.
    #[error(
        "the design has no place for {0}; take it out of the course's [print], or choose another design"
    )]
    NoPlaceFor(String),
    /// The kit has more signatories than a certificate.
    #[error("there are {count} signatories; a certificate has at most {most}")]
    TooManySignatories {
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// The day of a further print is none.
    #[error("`{0}` is no day: it must be like 2026-10-16")]
    NotADay(String),
    /// A drawing is too large to be read.
    #[error("the drawing has {octets} octets; at most {most} are read")]
    TooLarge {
        /// Its size.
        octets: usize,
        /// The largest size.
        most: usize,
    },
    /// Something is printed where the code needs white.
    #[error(
        "the design is too dark under the code: its lightest contrast is {found:.0} % of white, at least {least:.0} % is needed; keep the code and {quiet:.1} mm around it white"
    )]
    Contrast {
        /// The darkest ground under the code, in per cent of white.
        found: f32,
        /// The darkest that is allowed.
        least: f32,
        /// Width of the quiet zone, in millimetres.
        quiet: f32,
    },
    /// The page cannot be scored.
    #[error("the design cannot be scored: {0}")]
    Score(#[source] crate::SheetError),
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
    /// A drawing could not be written as a PNG.
    #[error("the picture cannot be written as a PNG")]
    Png(#[source] png::EncodingError),
    /// No language of a certificate.
    #[error("`{0}` is no language of a certificate: en, sw or both")]
    UnknownLanguage(String),
    /// A picture of this size cannot be drawn.
    #[error("a picture {0} pixels wide cannot be drawn; 16 to {1} are possible")]
    PreviewSize(u32, u32),
    /// The PDF writer cannot keep both standards at once, or not on this sheet.
    #[error("the PDF writer does not offer PDF/A-3a with PDF/UA-1 on A4")]
    Standards,
    /// The PDF writer refused the page.
    #[error("the PDF does not keep PDF/A-3a and PDF/UA-1")]
    Pdf(#[source] krilla::error::KrillaError),
}

/// What makes a design unusable.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum DesignProblem {
    /// The sheet is not A4.
    #[error(
        "the sheet must be A4: give the root a viewBox of its proportions, such as \"0 0 297 210\" or \"0 0 210 297\""
    )]
    Sheet,
    /// There is no place for the code, or there are two.
    #[error("there must be one place for the code: a square <rect id=\"qr\">")]
    NoCode,
    /// The code would not be readable.
    #[error(transparent)]
    Code(#[from] CodeProblem),
    /// An attribute is missing or has an unusable value.
    #[error("the attribute {0} is missing or unusable")]
    Attribute(&'static str),
    /// A text says nothing about what it holds.
    #[error(
        "this text has no data-field: say which field it shows, or \"words\" for words of the design"
    )]
    NoField,
    /// `{...}` or `data-field` names no field.
    #[error("{{{0}}} is no field of a certificate")]
    UnknownField(String),
    /// `data-field` stands on an element that cannot be a place.
    #[error("data-field belongs on a <text>, a <rect> or, for the guilloche, a <circle>")]
    NotAPlace,
    /// A place is turned, mirrored or stretched.
    #[error("a place may be moved and evenly scaled, but not turned, mirrored or stretched")]
    Turned,
    /// No font of that name, weight and slope is embedded.
    #[error("there is no font {family:?} of weight {weight}{}; there are EB Garamond 400, 400 italic, 500, 600 and Montserrat 400, 600", if *.italic { " italic" } else { "" })]
    NoFace {
        /// As the design names it.
        family: String,
        /// Its weight.
        weight: u16,
        /// Whether it leans.
        italic: bool,
    },
    /// It may not be in a design at all.
    #[error("{0} is not allowed: a design runs nothing, fetches nothing and has no filters")]
    Forbidden(String),
    /// A `<use>` leads back to itself.
    #[error("this repeats itself without end")]
    Loop,
    /// More than a sheet can show.
    #[error("there are more than {0} elements, counted as they are repeated")]
    TooManyElements(usize),
    /// Deeper than any drawing.
    #[error("elements lie inside each other more than {0} deep")]
    TooDeep(usize),
    /// Art that cannot be printed as drawn.
    #[error(
        "{0} is not supported: use plain shapes, colours, gradients, opacity and simple clip paths"
    )]
    Unsupported(&'static str),
}

/// Which rule of a printed code a design breaks, and by how much. Lengths are in millimetres.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CodeProblem {
    /// The place is no square.
    #[error("the place of the code is {width:.1} by {height:.1} mm; it must be square")]
    NotSquare {
        /// Its width.
        width: f32,
        /// Its height.
        height: f32,
    },
    /// The symbol's modules would be too fine.
    #[error("the code is {side:.1} mm wide; it must be at least {least:.0} mm")]
    TooSmall {
        /// Its side.
        side: f32,
        /// The smallest side.
        least: f32,
    },
    /// It is too near to the edge of the sheet.
    #[error(
        "the code with its quiet zone is {distance:.1} mm from the edge of the sheet; it must be at least {least:.0} mm"
    )]
    Edge {
        /// How near.
        distance: f32,
        /// How near it may be.
        least: f32,
    },
    /// It lies where the sheet is folded.
    #[error("the code lies on a fold: the halves and thirds of the sheet")]
    Fold,
    /// Something reaches into its quiet zone.
    #[error("this reaches {by:.1} mm into the code's quiet zone")]
    Touched {
        /// How far.
        by: f32,
    },
    /// A text reaches past the margins.
    #[error("this reaches {by:.1} mm past the sheet's margins of 5 mm")]
    OffSheet {
        /// How far.
        by: f32,
    },
}

/// What makes a picture unusable.
#[derive(Debug, Error)]
pub enum PictureProblem {
    /// It is no picture that can be printed.
    #[error("it is neither a PNG nor an SVG")]
    Kind,
    /// It is not a whole PNG.
    #[error("it is damaged ({0})")]
    Damaged(String),
    /// The file is too large.
    #[error("it has {octets} octets; at most {most} are read: save it smaller")]
    TooLarge {
        /// Its size.
        octets: usize,
        /// The largest size.
        most: usize,
    },
    /// The picture is too large.
    #[error("it has {width} by {height} pixels; at most {most} a side are read: save it smaller")]
    TooManyPixels {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
        /// The longest side.
        most: u32,
    },
    /// Its colours are meant for something else than a screen.
    #[error("its colour profile is not sRGB: save it with sRGB colours, or without a profile")]
    Profile,
    /// The drawing is refused.
    #[error("{0}")]
    Drawing(Box<PrintError>),
}
