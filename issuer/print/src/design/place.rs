//! A place for one text: where it stands, what it says, how it yields.

use super::attributes::{Position, length, property, setting};
use super::refuse;
use super::words::Words;
use crate::PrintError;
use crate::art;
use crate::error::DesignProblem;
use crate::facts::Condition;
use crate::fit::Last;
use crate::typeface::Face;
use krilla::color::rgb;
use usvg::roxmltree::Node;

/// Where one text stands. Lengths are in millimetres.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) id: String,
    pub(crate) words: Words,
    pub(crate) x: f32,
    pub(crate) baseline: f32,
    pub(crate) size: f32,
    pub(crate) smallest: Smallest,
    pub(crate) width: f32,
    pub(crate) tracking_em: f32,
    pub(crate) align: Align,
    pub(crate) face: Face,
    pub(crate) colour: rgb::Color,
    pub(crate) role: Role,
    /// Whether the words are repeated until the width is full.
    pub(crate) repeated: bool,
    /// Where one of these does not hold, the text is left out.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) last: Last,
}

/// How small a text may become before it does not fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Smallest {
    /// It stays on one line.
    OneLine(f32),
    /// Below the first size it breaks into two lines, which may shrink to the second.
    TwoLines(f32, f32),
}

/// Which point of the text stands at `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Start,
    Middle,
    End,
}

/// What a text is to a person who hears the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Title,
    Text,
    Artifact,
}

impl Place {
    /// Reads one `<text>`.
    pub(crate) fn parse(node: Node<'_, '_>, whole: Position) -> Result<Self, PrintError> {
        let position = whole.of(node)?;
        Self::read(node, position).map_err(|problem| match problem {
            Problem::Design(problem) => refuse(node, problem),
            Problem::Print(error) => error,
        })
    }

    fn read(node: Node<'_, '_>, position: Position) -> Result<Self, Problem> {
        let missing = DesignProblem::Attribute;
        let field = field(node).ok_or(DesignProblem::NoField)?;
        let words = Words::parse(field, &content(node), node.attributes())?;
        let (x, baseline) = start(node).ok_or(missing("x or y"))?;
        let size = property(node, "font-size").and_then(length);
        let size = size
            .filter(|size| *size > 0.0)
            .ok_or(missing("font-size"))?;
        let width = setting(node, "width").and_then(length);
        let width = width
            .filter(|width| *width > 0.0)
            .ok_or(missing("data-width"))?;
        let (x, baseline) = position.point(x, baseline);
        let own = |length| position.length(length);
        Ok(Self {
            id: name(node),
            x,
            baseline,
            size: own(size),
            smallest: smallest(node, size)?.scaled(own(1.0)),
            width: own(width),
            tracking_em: tracking(node, size)?,
            align: align(node)?,
            face: face(node)?,
            colour: colour(node)?,
            role: role(node)?,
            repeated: field == "microtext",
            conditions: conditions(node)?,
            last: Last::default(),
            words,
        })
    }
}

enum Problem {
    Design(DesignProblem),
    Print(PrintError),
}

impl From<DesignProblem> for Problem {
    fn from(problem: DesignProblem) -> Self {
        Self::Design(problem)
    }
}

/// The field of a place: `data-field`, or the first word of an id that goes on with `NAME=value`.
pub(super) fn field<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    let in_id = || {
        let id = node.attribute("id")?;
        let (field, rest) = id.split_once(' ')?;
        rest.contains('=').then_some(field)
    };
    node.attribute("data-field").or_else(in_id)
}

/// What a place is called in errors.
fn name(node: Node<'_, '_>) -> String {
    let id = node.attribute("id").and_then(|id| id.split(' ').next());
    id.or(field(node)).unwrap_or("text").to_owned()
}

/// What the groups around an element hang on.
pub(super) fn conditions(node: Node<'_, '_>) -> Result<Vec<Condition>, PrintError> {
    let groups = node.ancestors().filter_map(|group| group.attribute("id"));
    let found: Result<Vec<_>, _> = groups.map(art::condition).collect();
    Ok(found?.into_iter().flatten().collect())
}

impl From<PrintError> for Problem {
    fn from(error: PrintError) -> Self {
        Self::Print(error)
    }
}

/// The text inside, whose pieces drawing programs put into `<tspan>`s.
fn content(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(Node::is_text);
    let whole: String = texts.filter_map(|text| text.text()).collect();
    whole.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The start of the text, or of its first `<tspan>`.
fn start(node: Node<'_, '_>) -> Option<(f32, f32)> {
    let at = |name| {
        let mut inside = node.descendants().filter(Node::is_element);
        inside
            .find_map(|element| element.attribute(name))
            .and_then(length)
    };
    at("x").zip(at("y"))
}

fn smallest(node: Node<'_, '_>, size: f32) -> Result<Smallest, DesignProblem> {
    let positive = |name, unusable: &'static str| match setting(node, name) {
        None => Ok(None),
        Some(text) => match length(text).filter(|size| *size > 0.0) {
            Some(length) => Ok(Some(length)),
            None => Err(DesignProblem::Attribute(unusable)),
        },
    };
    let one = positive("smallest", "data-smallest")?.unwrap_or(size);
    let two = positive("wrap", "data-wrap")?;
    Ok(two.map_or(Smallest::OneLine(one), |two| Smallest::TwoLines(one, two)))
}

impl Smallest {
    fn scaled(self, by: f32) -> Self {
        match self {
            Self::OneLine(one) => Self::OneLine(one * by),
            Self::TwoLines(one, two) => Self::TwoLines(one * by, two * by),
        }
    }
}

fn tracking(node: Node<'_, '_>, size: f32) -> Result<f32, DesignProblem> {
    let unusable = DesignProblem::Attribute("letter-spacing");
    match property(node, "letter-spacing") {
        None | Some("normal") => Ok(0.0),
        Some(text) => match text.strip_suffix("em") {
            Some(ems) => length(ems).ok_or(unusable),
            None => length(text).map(|space| space / size).ok_or(unusable),
        },
    }
}

fn align(node: Node<'_, '_>) -> Result<Align, DesignProblem> {
    match property(node, "text-anchor") {
        None | Some("start") => Ok(Align::Start),
        Some("middle") => Ok(Align::Middle),
        Some("end") => Ok(Align::End),
        Some(_) => Err(DesignProblem::Attribute("text-anchor")),
    }
}

fn face(node: Node<'_, '_>) -> Result<Face, DesignProblem> {
    let family = property(node, "font-family").unwrap_or_default();
    let family = family.split(',').next().unwrap_or_default();
    let family = family.trim_matches([' ', '"', '\'']);
    let weight = match property(node, "font-weight") {
        None | Some("normal" | "400") => 400,
        Some("500") => 500,
        Some("600" | "bold" | "700") => 600,
        Some(_) => return Err(DesignProblem::Attribute("font-weight")),
    };
    let italic = match property(node, "font-style") {
        None | Some("normal") => false,
        Some("italic") => true,
        Some(_) => return Err(DesignProblem::Attribute("font-style")),
    };
    Face::find(family, weight, italic).ok_or_else(|| DesignProblem::NoFace {
        family: family.to_owned(),
        weight,
        italic,
    })
}

pub(super) fn colour(node: Node<'_, '_>) -> Result<rgb::Color, DesignProblem> {
    hex(property(node, "fill")).ok_or(DesignProblem::Attribute("fill"))
}

/// `#rrggbb`.
pub(super) fn hex(text: Option<&str>) -> Option<rgb::Color> {
    let digits = text?.strip_prefix('#').filter(|hex| hex.len() == 6)?;
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some(rgb::Color::new(red, green, blue))
}

fn role(node: Node<'_, '_>) -> Result<Role, DesignProblem> {
    match setting(node, "role") {
        Some("title") => Ok(Role::Title),
        None | Some("text") => Ok(Role::Text),
        Some("artifact") => Ok(Role::Artifact),
        Some(_) => Err(DesignProblem::Attribute("data-role")),
    }
}
