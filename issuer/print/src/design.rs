//! A design: one SVG of art, `<text>` places for the facts and a `<rect id="qr">` for the code.
//!
//! A place is ordinary SVG text, so that a design can be drawn and judged in any SVG editor. Its words may
//! hold facts in braces; a place whose fact the credential does not have is left out. Three more attributes
//! say how it yields: `data-width` in millimetres; `data-smallest`, the smallest size on one line and, where
//! two lines are allowed, the smallest on two; `data-role`, `title`, `text` (the default) or `artifact`.

use crate::PrintError;
use crate::art::{self, Shape};
use crate::error::DesignProblem;
use crate::facts::{Fact, Facts};
use crate::symbol::SYMBOL_MM;
use crate::typeface::Face;
use krilla::color::rgb;
use usvg::roxmltree::{Document, Node};

/// Points in a millimetre.
pub(crate) const POINTS_PER_MM: f32 = 72.0 / 25.4;
/// The sheet in millimetres: A4 landscape.
pub(crate) const SHEET_MM: (f32, f32) = (297.0, 210.0);

/// A parsed design.
pub(crate) struct Design {
    pub(crate) art: Vec<Shape>,
    /// In reading order, which is the order of the file.
    pub(crate) places: Vec<Place>,
    /// The top left corner of the code, its quiet zone not counted, in millimetres.
    pub(crate) code_mm: (f32, f32),
}

/// Where one text stands. Lengths are in millimetres.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) id: String,
    words: Vec<Word>,
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
    /// The fact without which the text is left out, although its words do not hold it.
    only_with: Option<Fact>,
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

#[derive(Debug, Clone, PartialEq)]
enum Word {
    Fixed(String),
    Fact(Fact),
}

impl Design {
    /// Reads a design.
    pub(crate) fn parse(svg: &str) -> Result<Self, PrintError> {
        let document = Document::parse(svg).map_err(PrintError::Xml)?;
        let root = document.root_element();
        let is_sheet = root.attribute("width") == Some("297mm")
            && root.attribute("height") == Some("210mm")
            && root.attribute("viewBox") == Some("0 0 297 210");
        if !is_sheet {
            return Err(refuse(&root, DesignProblem::Sheet));
        }
        let texts = root.descendants().filter(|node| node.has_tag_name("text"));
        Ok(Self {
            art: art::shapes(svg)?,
            places: texts
                .map(|node| Place::parse(&node))
                .collect::<Result<_, _>>()?,
            code_mm: code(&root)?,
        })
    }
}

impl Place {
    /// Reads one `<text>`.
    pub(crate) fn parse(node: &Node<'_, '_>) -> Result<Self, PrintError> {
        let groups = node.ancestors().filter_map(|group| group.attribute("id"));
        let conditions: Vec<_> = groups.map(art::condition).collect::<Result<_, _>>()?;
        let [size, x, baseline, width] = ["font-size", "x", "y", "data-width"]
            .map(|name| number(node, name).ok_or(DesignProblem::Attribute(name)));
        let place = || {
            Ok(Self {
                id: node.attribute("id").unwrap_or("text").to_owned(),
                words: words(node.text().unwrap_or_default().trim())?,
                x: x?,
                baseline: baseline?,
                size: size.clone()?,
                smallest: smallest(node, size?)?,
                width: width?,
                tracking_em: tracking(node)?,
                align: align(node)?,
                face: face(node)?,
                colour: colour(node)?,
                role: role(node)?,
                only_with: conditions.into_iter().flatten().next(),
            })
        };
        place().map_err(|problem| refuse(node, problem))
    }

    /// The words with the facts filled in, or `None` where the credential lacks one of them.
    pub(crate) fn text(&self, facts: &Facts) -> Option<String> {
        if let Some(fact) = self.only_with {
            facts.text(fact)?;
        }
        let part = |word: &'_ Word| match word {
            Word::Fixed(text) => Some(text.clone()),
            Word::Fact(fact) => facts.text(*fact).map(str::to_owned),
        };
        self.words.iter().map(part).collect()
    }
}

fn refuse(node: &Node<'_, '_>, problem: DesignProblem) -> PrintError {
    let name = node.tag_name().name();
    PrintError::Design {
        element: node.attribute("id").unwrap_or(name).to_owned(),
        problem,
    }
}

fn number(node: &Node<'_, '_>, name: &str) -> Option<f32> {
    let value: f32 = node.attribute(name)?.parse().ok()?;
    value.is_finite().then_some(value)
}

fn code(root: &Node<'_, '_>) -> Result<(f32, f32), PrintError> {
    let place = root
        .descendants()
        .find(|node| node.has_tag_name("rect") && node.attribute("id") == Some("qr"))
        .filter(|node| {
            ["width", "height"]
                .iter()
                .all(|side| number(node, side) == Some(SYMBOL_MM))
        });
    place
        .and_then(|node| number(&node, "x").zip(number(&node, "y")))
        .ok_or_else(|| refuse(root, DesignProblem::NoCode))
}

/// Splits `in partnership with {partner}` into fixed words and facts.
fn words(text: &str) -> Result<Vec<Word>, DesignProblem> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let unclosed = || DesignProblem::UnknownFact(after.to_owned());
        let (name, after) = after.split_once('}').ok_or_else(unclosed)?;
        let fact = Fact::named(name);
        if !before.is_empty() {
            words.push(Word::Fixed(before.to_owned()));
        }
        words.push(Word::Fact(
            fact.ok_or_else(|| DesignProblem::UnknownFact(name.to_owned()))?,
        ));
        rest = after;
    }
    if !rest.is_empty() {
        words.push(Word::Fixed(rest.to_owned()));
    }
    Ok(words)
}

fn smallest(node: &Node<'_, '_>, size: f32) -> Result<Smallest, DesignProblem> {
    let unusable = DesignProblem::Attribute("data-smallest");
    let Some(list) = node.attribute("data-smallest") else {
        return Ok(Smallest::OneLine(size));
    };
    let sizes: Result<Vec<f32>, _> = list.split_whitespace().map(str::parse).collect();
    match sizes.as_deref() {
        Ok(&[one]) if one > 0.0 => Ok(Smallest::OneLine(one)),
        Ok(&[one, two]) if one > 0.0 && two > 0.0 => Ok(Smallest::TwoLines(one, two)),
        _ => Err(unusable),
    }
}

fn tracking(node: &Node<'_, '_>) -> Result<f32, DesignProblem> {
    let unusable = DesignProblem::Attribute("letter-spacing");
    match node.attribute("letter-spacing") {
        None => Ok(0.0),
        Some(text) => text
            .strip_suffix("em")
            .and_then(|ems| ems.parse().ok())
            .ok_or(unusable),
    }
}

fn align(node: &Node<'_, '_>) -> Result<Align, DesignProblem> {
    match node.attribute("text-anchor") {
        None | Some("start") => Ok(Align::Start),
        Some("middle") => Ok(Align::Middle),
        Some("end") => Ok(Align::End),
        Some(_) => Err(DesignProblem::Attribute("text-anchor")),
    }
}

fn face(node: &Node<'_, '_>) -> Result<Face, DesignProblem> {
    match (node.attribute("font-style"), node.attribute("font-weight")) {
        (None, None) => Ok(Face::Regular),
        (Some("italic"), None) => Ok(Face::Italic),
        (None, Some("500")) => Ok(Face::Medium),
        (None, Some("600")) => Ok(Face::SemiBold),
        _ => Err(DesignProblem::Attribute("font-weight")),
    }
}

fn colour(node: &Node<'_, '_>) -> Result<rgb::Color, DesignProblem> {
    let unusable = DesignProblem::Attribute("fill");
    let hex = node
        .attribute("fill")
        .and_then(|fill| fill.strip_prefix('#'));
    let hex = hex
        .filter(|hex| hex.len() == 6)
        .and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let [_, red, green, blue] = hex.ok_or(unusable)?.to_be_bytes();
    Ok(rgb::Color::new(red, green, blue))
}

fn role(node: &Node<'_, '_>) -> Result<Role, DesignProblem> {
    match node.attribute("data-role") {
        Some("title") => Ok(Role::Title),
        None | Some("text") => Ok(Role::Text),
        Some("artifact") => Ok(Role::Artifact),
        Some(_) => Err(DesignProblem::Attribute("data-role")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::{QUIET_MODULES, symbol};
    use crate::{Kit, sample};

    fn design(inside: &str) -> Result<Design, PrintError> {
        Design::parse(&format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm"
                viewBox="0 0 297 210"><rect id="qr" x="1" y="2" width="35" height="35"/>{inside}</svg>"##
        ))
    }

    #[test]
    fn the_code_keeps_clear_of_edges_folds_and_texts() {
        let design = Design::parse(&Kit::default().design).unwrap();
        let largest_module = symbol(&sample::address(2)).unwrap().module_mm();
        let quiet = f32::from(QUIET_MODULES) * largest_module;
        let (x, y) = design.code_mm;
        let (left, right) = (x - quiet, x + SYMBOL_MM + quiet);
        let (top, bottom) = (y - quiet, y + SYMBOL_MM + quiet);
        assert!(left >= 10.0 && top >= 10.0, "{left} {top}");
        assert!(
            right <= SHEET_MM.0 - 10.0 && bottom <= SHEET_MM.1 - 10.0,
            "{right} {bottom}"
        );
        for part in [1.0 / 3.0, 0.5, 2.0 / 3.0] {
            let (across, down) = (SHEET_MM.0 * part, SHEET_MM.1 * part);
            assert!(across < left || right < across, "vertical fold at {across}");
            assert!(down < top || bottom < down, "horizontal fold at {down}");
        }
        for place in &design.places {
            let (from, to) = match place.align {
                Align::Start => (place.x, place.x + place.width),
                Align::Middle => (place.x - place.width / 2.0, place.x + place.width / 2.0),
                Align::End => (place.x - place.width, place.x),
            };
            assert!(
                from >= 18.0 && to <= SHEET_MM.0 - 18.0,
                "{} leaves the frame",
                place.id
            );
            let beside = to < left || right < from;
            let above = place.baseline + place.size * 0.3 < top;
            let below = place.baseline - place.size > bottom;
            assert!(beside || above || below, "{} touches the code", place.id);
        }
    }

    #[test]
    fn words_and_facts() {
        let parsed = words("Cohort {cohort}, {date}").unwrap();
        assert_eq!(
            parsed,
            [
                Word::Fixed("Cohort ".into()),
                Word::Fact(Fact::Cohort),
                Word::Fixed(", ".into()),
                Word::Fact(Fact::Date),
            ]
        );
        for (text, named) in [("{phone}", "phone"), ("{name", "name")] {
            assert_eq!(words(text), Err(DesignProblem::UnknownFact(named.into())));
        }
    }

    #[test]
    fn a_place_says_what_is_wrong_with_it() {
        let good = r##"id="a" x="1" y="2" font-size="3" data-width="4" fill="#000000""##;
        assert!(design(&format!("<text {good}>x</text>")).is_ok());
        for (from, to, name) in [
            ("font-size=\"3\"", "", "font-size"),
            ("x=\"1\"", "x=\"NaN\"", "x"),
            ("fill=\"#000000\"", "fill=\"black\"", "fill"),
            (
                "id=\"a\"",
                "id=\"a\" data-smallest=\"1 2 3\"",
                "data-smallest",
            ),
            (
                "id=\"a\"",
                "id=\"a\" letter-spacing=\"1\"",
                "letter-spacing",
            ),
            ("id=\"a\"", "id=\"a\" text-anchor=\"left\"", "text-anchor"),
            ("id=\"a\"", "id=\"a\" font-weight=\"900\"", "font-weight"),
            ("id=\"a\"", "id=\"a\" data-role=\"h1\"", "data-role"),
        ] {
            match design(&format!("<text {}>x</text>", good.replace(from, to))) {
                Err(PrintError::Design { element, problem }) => {
                    assert_eq!(problem, DesignProblem::Attribute(name));
                    assert_eq!(element, "a");
                }
                _ => panic!("{name} was accepted"),
            }
        }
    }

    #[test]
    fn another_sheet_or_no_code_is_refused() {
        let good = r##"<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 297 210">"##;
        for (svg, problem) in [
            (format!("{good}</svg>"), DesignProblem::NoCode),
            (
                good.replace("297mm", "210mm") + "</svg>",
                DesignProblem::Sheet,
            ),
        ] {
            match Design::parse(&svg) {
                Err(PrintError::Design { problem: found, .. }) => assert_eq!(found, problem),
                _ => panic!("{svg} was accepted"),
            }
        }
    }
}
