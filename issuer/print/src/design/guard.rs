//! What a design may hold at all, decided before anything is made of it.
//!
//! A design comes from outside. It may not run, fetch, or grow: no scripts, no references out of the file, no
//! filters, no entities, and no more shapes than a sheet can show, counted as `<use>` repeats them.

use super::refuse;
use crate::PrintError;
use crate::error::{DesignProblem, PictureProblem};
use crate::picture::Bitmap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::HashMap;
use usvg::roxmltree::{Document, Node, NodeId};

/// How a picture inside a drawing begins.
const EMBEDDED_PNG: &str = "data:image/png;base64,";
/// Octets of a design or a picture that is a drawing.
pub(crate) const LARGEST_SVG: usize = 2 << 20;
/// Elements, as they are drawn.
const MOST_ELEMENTS: usize = 50_000;

/// Elements inside elements.
const DEEPEST: usize = 64;

/// Elements that do something else than draw, or whose cost nobody can tell.
const FORBIDDEN: [&str; 18] = [
    "script",
    "foreignObject",
    "handler",
    "listener",
    "iframe",
    "audio",
    "video",
    "animate",
    "animateMotion",
    "animateTransform",
    "set",
    "discard",
    "filter",
    "mask",
    "pattern",
    "switch",
    "font-face-uri",
    "cursor",
];

/// Reads a drawing as XML and refuses what it may not hold.
pub(crate) fn parse(svg: &str) -> Result<Document<'_>, PrintError> {
    if svg.len() > LARGEST_SVG {
        return Err(PrintError::TooLarge {
            octets: svg.len(),
            most: LARGEST_SVG,
        });
    }
    let document = Document::parse(svg).map_err(PrintError::Xml)?;
    let mut depths: HashMap<NodeId, usize> = HashMap::new();
    for node in document.descendants().filter(Node::is_element) {
        check(node)?;
        let outer = node.parent().and_then(|parent| depths.get(&parent.id()));
        let depth = outer.map_or(0, |outer| outer + 1);
        if depth > DEEPEST {
            return Err(refuse(node, DesignProblem::TooDeep(DEEPEST)));
        }
        depths.insert(node.id(), depth);
    }
    let mut weights = Weights::of(&document);
    if weights.element(document.root_element())? > MOST_ELEMENTS {
        let problem = DesignProblem::TooManyElements(MOST_ELEMENTS);
        return Err(refuse(document.root_element(), problem));
    }
    Ok(document)
}

fn check(node: Node<'_, '_>) -> Result<(), PrintError> {
    let name = node.tag_name().name();
    if FORBIDDEN.contains(&name) {
        return Err(refuse(node, DesignProblem::Forbidden(name.to_owned())));
    }
    for attribute in node.attributes() {
        let (name, value) = (attribute.name(), attribute.value());
        let handler = name.len() > 2 && name.starts_with("on");
        let leads_out = match name {
            "href" | "src" => match value.strip_prefix(EMBEDDED_PNG) {
                Some(text) => {
                    check_picture(node, text)?;
                    false
                }
                None => !value.starts_with('#'),
            },
            _ => reaches_out(value),
        };
        if handler || leads_out {
            let what = format!("{name}=\"{}\"", value.chars().take(40).collect::<String>());
            return Err(refuse(node, DesignProblem::Forbidden(what)));
        }
    }
    let sheet = node.has_tag_name("style").then(|| node.text()).flatten();
    if sheet.is_some_and(|text| text.contains("@import") || reaches_out(text)) {
        let what = "a style sheet that leads out of the file".to_owned();
        return Err(refuse(node, DesignProblem::Forbidden(what)));
    }
    Ok(())
}

/// Whether an embedded picture can be printed; the drawing's reader would leave out one that cannot.
fn check_picture(node: Node<'_, '_>, text: &str) -> Result<(), PrintError> {
    let told = |problem| PrintError::Picture {
        picture: node.attribute("id").unwrap_or("image").to_owned(),
        problem,
    };
    let text: String = text.split_whitespace().collect();
    let octets = STANDARD.decode(text);
    let octets = octets.map_err(|error| told(PictureProblem::Damaged(error.to_string())))?;
    Bitmap::read(&octets).map(drop).map_err(told)
}

/// Whether a `url(...)` names anything but an element of the file.
fn reaches_out(value: &str) -> bool {
    let mut targets = value.split("url(").skip(1);
    targets.any(|target| !target.trim_start_matches(['"', '\'', ' ']).starts_with('#'))
}

/// How many elements each element stands for, once every `<use>` is followed.
struct Weights<'a, 'input> {
    by_id: HashMap<&'a str, Node<'a, 'input>>,
    known: HashMap<&'a str, Option<usize>>,
}

impl<'a, 'input> Weights<'a, 'input> {
    fn of(document: &'a Document<'input>) -> Self {
        let named = document.descendants();
        Self {
            by_id: named
                .filter_map(|node| Some((node.attribute("id")?, node)))
                .collect(),
            known: HashMap::new(),
        }
    }

    fn element(&mut self, node: Node<'a, 'input>) -> Result<usize, PrintError> {
        let mut weight = 1_usize;
        if node.has_tag_name("use") {
            weight = weight.saturating_add(self.used(node)?);
        }
        for child in node.children().filter(Node::is_element) {
            weight = weight.saturating_add(self.element(child)?);
        }
        Ok(weight)
    }

    /// What a `<use>` repeats; each target is counted once, and one that holds itself is refused.
    fn used(&mut self, node: Node<'a, 'input>) -> Result<usize, PrintError> {
        let mut links = node.attributes().filter(|link| link.name() == "href");
        let target = links.next().and_then(|link| link.value().strip_prefix('#'));
        let Some((id, target)) = target.and_then(|id| self.by_id.get_key_value(id)) else {
            return Ok(0);
        };
        let (id, target) = (*id, *target);
        match self.known.get(id) {
            Some(Some(weight)) => Ok(*weight),
            Some(None) => Err(refuse(node, DesignProblem::Loop)),
            None => {
                self.known.insert(id, None);
                let weight = self.element(target)?;
                self.known.insert(id, Some(weight));
                Ok(weight)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(inside: &str) -> Result<(), PrintError> {
        let namespaces =
            r#"xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink""#;
        parse(&format!("<svg {namespaces}>{inside}</svg>")).map(drop)
    }

    #[test]
    fn what_runs_fetches_or_explodes_is_refused() {
        let bomb: String = (0..40)
            .map(|n| {
                let next = n + 1;
                format!("<g id='g{n}'><use href='#g{next}'/><use href='#g{next}'/></g>")
            })
            .collect();
        for inside in [
            "<script>1</script>",
            "<g onload='x()'/>",
            "<foreignObject/>",
            "<image href='https://elsewhere.example/a.png'/>",
            "<image xlink:href='file:///etc/passwd'/>",
            "<use href='other.svg#a'/>",
            "<image href='data:image/svg+xml;base64,AA'/>",
            "<rect style='fill:url(https://elsewhere.example/#a)'/>",
            "<rect fill='url( \"//elsewhere.example\")'/>",
            "<style>@import 'a.css';</style>",
            "<style>@font-face { src: url(https://elsewhere.example/a.woff) }</style>",
            "<filter id='f'/>",
            "<pattern id='p'/>",
            "<animate/>",
            "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
            &format!("<defs>{bomb}<g id='g40'/></defs><use href='#g0'/>"),
        ] {
            let refused = judge(inside);
            assert!(
                matches!(refused, Err(PrintError::Design { .. })),
                "{inside}"
            );
        }
    }

    #[test]
    fn entities_and_sizes_are_bounded() {
        let entities =
            r#"<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>"#;
        assert!(matches!(parse(entities), Err(PrintError::Xml(_))));
        let long = " ".repeat(LARGEST_SVG + 1);
        assert!(matches!(parse(&long), Err(PrintError::TooLarge { .. })));
        let deep = "<g>".repeat(DEEPEST + 1) + &"</g>".repeat(DEEPEST + 1);
        assert!(matches!(judge(&deep), Err(PrintError::Design { .. })));
        let deepest = "<g>".repeat(200_000) + &"</g>".repeat(200_000);
        assert!(judge(&deepest).is_err());
        let many = "<g/>".repeat(MOST_ELEMENTS);
        assert!(matches!(judge(&many), Err(PrintError::Design { .. })));
    }

    #[test]
    fn a_picture_inside_must_be_whole() {
        for text in ["AAAA", "iVBORw0KGgo=", "?"] {
            let refused = judge(&format!("<image href='{EMBEDDED_PNG}{text}'/>"));
            assert!(matches!(refused, Err(PrintError::Picture { .. })), "{text}");
        }
    }

    #[test]
    fn plain_drawings_pass() {
        for inside in [
            "<g id='a'><path fill='url(#paint)'/></g><use href='#a'/><use href='#nowhere'/>",
            "<image href='data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='/>",
            "<style>.a { fill: red }</style><text class='a'/>",
        ] {
            judge(inside).unwrap();
        }
    }
}
