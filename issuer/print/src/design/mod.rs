//! A design: one SVG of art, places for texts and pictures, and one for the code. `issuer/print/README.md` explains
//! how one is made.

mod attributes;
mod code;
mod guard;
mod place;
mod words;

pub(crate) use attributes::Position;
pub(crate) use code::CodePlace;
pub(crate) use guard::parse as guarded;
pub(crate) use place::{Align, Place, Role, Smallest};
pub(crate) use words::{Said, Tongue};

use crate::PrintError;
use crate::art::{self, Piece};
use crate::error::DesignProblem;
use crate::facts::Condition;
use attributes::{length, property};
use krilla::color::rgb;
use place::{conditions, field, hex};
use std::fmt;
use usvg::roxmltree::{Document, Node};

/// Points in a millimetre.
pub(crate) const POINTS_PER_MM: f32 = 72.0 / 25.4;
/// The sides of an A4 sheet in millimetres.
const A4_MM: (f32, f32) = (210.0, 297.0);
/// How far the proportions of a design may be off A4's: drawing programs round to whole pixels.
const PROPORTION: f32 = 0.005;

/// A parsed design.
pub(crate) struct Design {
    pub(crate) sheet: Sheet,
    /// What lies under everything else.
    pub(crate) art: Vec<Piece>,
    /// In reading order, which is the order of the file.
    pub(crate) slots: Vec<Slot>,
}

/// A sheet's width and height in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Sheet {
    pub(crate) const LANDSCAPE: Self = Self {
        width: A4_MM.1,
        height: A4_MM.0,
    };
    pub(crate) const PORTRAIT: Self = Self {
        width: A4_MM.0,
        height: A4_MM.1,
    };
}

/// What a place is for.
#[derive(Debug, Clone)]
pub(crate) enum Slot {
    Text(Place),
    Picture(Frame),
    Guilloche(Guilloche),
    Code(CodePlace),
}

/// Where a picture of the kit stands, in millimetres.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) picture: PictureName,
    pub(crate) area: Area,
    pub(crate) conditions: Vec<Condition>,
}

/// A rectangle of the sheet, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// A picture of the kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PictureName {
    Crest,
    PartnerLogo,
    /// Of the signatory of this number, from 0.
    Signature(usize),
}

impl PictureName {
    fn named(word: &str) -> Option<Self> {
        Some(match word {
            "crest" => Self::Crest,
            "partner-logo" => Self::PartnerLogo,
            "signature-1" => Self::Signature(0),
            "signature-2" => Self::Signature(1),
            "signature-3" => Self::Signature(2),
            _ => return None,
        })
    }
}

impl fmt::Display for PictureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crest => f.write_str("crest"),
            Self::PartnerLogo => f.write_str("partner-logo"),
            Self::Signature(at) => write!(f, "signature-{}", at + 1),
        }
    }
}

/// Where a rosette stands whose lines follow from the credential, in millimetres.
#[derive(Debug, Clone)]
pub(crate) struct Guilloche {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) radius: f32,
    /// The width of its lines.
    pub(crate) pen: f32,
    /// The colour of its rings, from the outside in, by turns.
    pub(crate) colours: Vec<rgb::Color>,
    pub(crate) conditions: Vec<Condition>,
}

impl Design {
    /// Reads a design.
    ///
    /// # Errors
    /// What it may not hold, what cannot be printed, and a code that could not be scanned.
    pub(crate) fn parse(svg: &str) -> Result<Self, PrintError> {
        let document = guard::parse(svg)?;
        let root = document.root_element();
        let (sheet, whole) = sheet(root)?;
        let placed: Vec<Node<'_, '_>> = placed(&document);
        let slots: Vec<Slot> = placed
            .iter()
            .map(|node| slot(*node, whole))
            .collect::<Result<_, _>>()?;
        code::check(&sheet, &slots, root)?;
        Ok(Self {
            sheet,
            art: art::pieces(&without(svg, &placed), sheet.width)?,
            slots,
        })
    }

    /// The text places.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Place> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Text(place) => Some(place),
            _ => None,
        })
    }

    /// The places for pictures.
    pub(crate) fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Picture(frame) => Some(frame),
            _ => None,
        })
    }

    /// The place for the code; every design has one.
    pub(crate) fn code(&self) -> Option<&CodePlace> {
        self.slots.iter().find_map(|slot| match slot {
            Slot::Code(code) => Some(code),
            _ => None,
        })
    }
}

fn refuse(node: Node<'_, '_>, problem: DesignProblem) -> PrintError {
    let name = node.tag_name().name();
    PrintError::Design {
        element: node.attribute("id").unwrap_or(name).to_owned(),
        problem,
    }
}

/// The sheet, and where the design's units lie on it.
fn sheet(root: Node<'_, '_>) -> Result<(Sheet, Position), PrintError> {
    let numbers = root.attribute("viewBox").unwrap_or_default();
    let numbers = numbers.split(|c: char| c == ',' || c.is_whitespace());
    let numbers: Option<Vec<f32>> = numbers.filter(|n| !n.is_empty()).map(length).collect();
    let Some(&[left, top, width, height]) = numbers.as_deref() else {
        return Err(refuse(root, DesignProblem::Sheet));
    };
    let fits = |sheet: &Sheet| {
        let off = (width / height) / (sheet.width / sheet.height) - 1.0;
        width > 0.0 && off.abs() < PROPORTION
    };
    let sheets = [Sheet::LANDSCAPE, Sheet::PORTRAIT];
    let found = sheets.into_iter().find(fits);
    let sheet = found.ok_or_else(|| refuse(root, DesignProblem::Sheet))?;
    let scale = sheet.width / width;
    Ok((sheet, Position::new(scale, -left * scale, -top * scale)))
}

/// The elements that are places and no art.
fn placed<'a, 'input>(document: &'a Document<'input>) -> Vec<Node<'a, 'input>> {
    let elements = document.descendants().filter(Node::is_element);
    elements
        .filter(|node| node.has_tag_name("text") || field(*node).is_some() || is_code(*node))
        .collect()
}

fn is_code(node: Node<'_, '_>) -> bool {
    node.attribute("id") == Some("qr")
}

fn slot(node: Node<'_, '_>, whole: Position) -> Result<Slot, PrintError> {
    let name = field(node);
    match node.tag_name().name() {
        "text" => Ok(Slot::Text(Place::parse(node, whole)?)),
        "circle" if name == Some("guilloche") => rosette(node, whole).map(Slot::Guilloche),
        "rect" if name == Some("qr") || is_code(node) => {
            let area = area(node, whole)?;
            CodePlace::new(node, area).map(Slot::Code)
        }
        "rect" => {
            let name = name.unwrap_or_default();
            let unknown = || refuse(node, DesignProblem::UnknownField(name.to_owned()));
            Ok(Slot::Picture(Frame {
                picture: PictureName::named(name).ok_or_else(unknown)?,
                area: area(node, whole)?,
                conditions: conditions(node)?,
            }))
        }
        _ => Err(refuse(node, DesignProblem::NotAPlace)),
    }
}

fn area(node: Node<'_, '_>, whole: Position) -> Result<Area, PrintError> {
    let position = whole.of(node)?;
    let number = |name: &'static str| {
        let value = node.attribute(name).and_then(length);
        value.ok_or_else(|| refuse(node, DesignProblem::Attribute(name)))
    };
    let (x, y) = position.point(
        node.attribute("x").map_or(Ok(0.0), |_| number("x"))?,
        node.attribute("y").map_or(Ok(0.0), |_| number("y"))?,
    );
    let area = Area {
        x,
        y,
        width: position.length(number("width")?),
        height: position.length(number("height")?),
    };
    match area.width > 0.0 && area.height > 0.0 {
        true => Ok(area),
        false => Err(refuse(node, DesignProblem::Attribute("width or height"))),
    }
}

fn rosette(node: Node<'_, '_>, whole: Position) -> Result<Guilloche, PrintError> {
    let position = whole.of(node)?;
    let number = |name: &'static str| {
        let value = property(node, name).and_then(length);
        value.ok_or_else(|| refuse(node, DesignProblem::Attribute(name)))
    };
    let (x, y) = position.point(number("cx")?, number("cy")?);
    let colours = [property(node, "stroke"), node.attribute("data-second")];
    let colours: Vec<_> = colours.into_iter().filter_map(hex).collect();
    if colours.is_empty() {
        return Err(refuse(node, DesignProblem::Attribute("stroke")));
    }
    Ok(Guilloche {
        x,
        y,
        radius: position.length(number("r")?),
        pen: position.length(number("stroke-width")?),
        colours,
        conditions: conditions(node)?,
    })
}

/// The drawing without these elements.
fn without(svg: &str, nodes: &[Node<'_, '_>]) -> String {
    let mut art = String::with_capacity(svg.len());
    let mut done = 0;
    for range in nodes.iter().map(Node::range) {
        art.push_str(svg.get(done..range.start).unwrap_or_default());
        done = done.max(range.end);
    }
    art.push_str(svg.get(done..).unwrap_or_default());
    art
}

#[cfg(test)]
mod tests;
