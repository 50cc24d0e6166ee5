//! How a design's elements say what they are, as drawing programs write it.

use super::refuse;
use crate::PrintError;
use crate::error::DesignProblem;
use usvg::roxmltree::Node;

/// A property of an element: what its `style` says, or its attribute, or its parents'.
pub(super) fn property<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.ancestors().find_map(|node| own(node, name))
}

/// A property that an element has of its own.
fn own<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let declarations = node.attribute("style").unwrap_or_default().split(';');
    let mut pairs = declarations.filter_map(|pair| pair.split_once(':'));
    let styled = pairs.find(|(known, _)| known.trim() == name);
    styled
        .map(|(_, value)| value.trim())
        .or_else(|| node.attribute(name))
}

/// What `data-NAME` says; or, for programs that keep no such attributes but do keep the layer's name as the id,
/// `NAME=value` among the words of the id.
pub(super) fn setting<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let given = node.attributes().find(|attribute| {
        attribute
            .name()
            .strip_prefix("data-")
            .is_some_and(|known| known == name)
    });
    let in_id = || {
        let words = node.attribute("id").unwrap_or_default().split_whitespace();
        let mut pairs = words.filter_map(|word| word.split_once('='));
        pairs.find(|(known, _)| *known == name)
    };
    given
        .map(|attribute| attribute.value())
        .or_else(|| in_id().map(|(_, value)| value))
}

/// A length in the design's units.
pub(super) fn length(text: &str) -> Option<f32> {
    let number: f32 = text.trim().trim_end_matches("px").parse().ok()?;
    (number.is_finite() && number.abs() < 1e6).then_some(number)
}

/// Where an element's coordinates lie on the sheet, in millimetres: moved and evenly scaled, no more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Position {
    scale: f32,
    x: f32,
    y: f32,
}

impl Position {
    pub(crate) fn new(scale: f32, x: f32, y: f32) -> Self {
        Self { scale, x, y }
    }

    /// That of an element, whose root lies at `self`.
    ///
    /// # Errors
    /// A text or a picture's place is never turned, mirrored or stretched.
    pub(super) fn of(self, node: Node<'_, '_>) -> Result<Self, PrintError> {
        let mut chain: Vec<Node<'_, '_>> = node.ancestors().collect();
        chain.reverse();
        let transforms = chain.iter().filter_map(|node| node.attribute("transform"));
        transforms
            .flat_map(|list| list.split_inclusive(')'))
            .filter(|one| !one.trim().is_empty())
            .try_fold(self, |position, one| position.then(one))
            .ok_or_else(|| refuse(node, DesignProblem::Turned))
    }

    fn then(self, transform: &str) -> Option<Self> {
        let (name, numbers) = transform.trim_end_matches(')').split_once('(')?;
        let split = |c: char| c == ',' || c.is_whitespace();
        let parts = numbers.split(split).filter(|part| !part.is_empty());
        let numbers: Vec<f32> = parts.map(length).collect::<Option<_>>()?;
        let (scale, x, y) = match (name.trim_matches(split), numbers.as_slice()) {
            ("translate", &[x]) => (1.0, x, 0.0),
            ("translate", &[x, y]) => (1.0, x, y),
            ("scale", &[scale]) => (scale, 0.0, 0.0),
            ("scale", &[across, down]) if across == down => (across, 0.0, 0.0),
            ("matrix", &[a, b, c, d, x, y]) if b == 0.0 && c == 0.0 && a == d => (a, x, y),
            _ => return None,
        };
        (scale > 0.0).then_some(Self {
            scale: self.scale * scale,
            x: self.x + x * self.scale,
            y: self.y + y * self.scale,
        })
    }

    /// A point of the element on the sheet.
    pub(super) fn point(self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y + y * self.scale)
    }

    /// A length of the element on the sheet.
    pub(super) fn length(self, length: f32) -> f32 {
        length * self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use usvg::roxmltree::Document;

    #[test]
    fn a_program_may_say_it_in_its_own_way() {
        let svg = r#"<svg fill="red" style="font-size: 4px"><text id="name width=220 smallest=7"
            data-wrap="3" style="fill:#123456;text-anchor:middle"/></svg>"#;
        let document = Document::parse(svg).unwrap();
        let node = document.root_element().first_element_child().unwrap();
        assert_eq!(property(node, "fill"), Some("#123456"));
        assert_eq!(property(node, "font-size").and_then(length), Some(4.0));
        assert_eq!(property(node, "font-weight"), None);
        assert_eq!(setting(node, "width"), Some("220"));
        assert_eq!(setting(node, "wrap"), Some("3"));
        assert_eq!(setting(node, "role"), None);
    }

    #[test]
    fn places_move_and_grow_but_never_turn() {
        let whole = Position::new(0.5, 1.0, 2.0);
        for (transform, expected) in [
            ("", Some((1.0, 2.0))),
            ("translate(4)", Some((3.0, 2.0))),
            ("translate(4, 6) scale(2)", Some((3.0, 5.0))),
            ("matrix(2 0 0 2 4 6)", Some((3.0, 5.0))),
            ("rotate(3)", None),
            ("scale(1 2)", None),
            ("scale(-1)", None),
            ("matrix(1 .1 0 1 0 0)", None),
            ("translate(a)", None),
        ] {
            let svg = format!("<svg><g><text transform='{transform}'/></g></svg>");
            let document = Document::parse(&svg).unwrap();
            let node = document
                .descendants()
                .find(|node| node.has_tag_name("text"));
            let found = whole.of(node.unwrap()).ok().map(|at| at.point(0.0, 0.0));
            assert_eq!(found, expected, "{transform}");
        }
    }
}
