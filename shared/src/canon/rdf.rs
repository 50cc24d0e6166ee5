//! RDF datasets as canonicalization needs them: nodes are numbered, everything else is N-Quads text already.

use std::borrow::Cow;

/// One place of a quad.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term<'a> {
    /// A blank node, by its number in the dataset.
    Blank(u32),
    /// An IRI in angle brackets or a literal, as canonical N-Quads writes it.
    Text(Cow<'a, str>),
}

/// A statement, in the default graph or in a named one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quad<'a> {
    /// Whom it is about.
    pub subject: Term<'a>,
    /// What it says of it: an IRI in angle brackets.
    pub predicate: Cow<'a, str>,
    /// The value.
    pub object: Term<'a>,
    /// The graph it stands in; `None` for the default graph.
    pub graph: Option<Term<'a>>,
}

impl<'a> Quad<'a> {
    /// Its subject, object and graph, each with the letter by which RDFC-1.0 names the position (4.7.3).
    pub fn places(&self) -> impl Iterator<Item = (&Term<'a>, u8)> {
        let graph = self.graph.iter().map(|graph| (graph, b'g'));
        [(&self.subject, b's'), (&self.object, b'o')]
            .into_iter()
            .chain(graph)
    }
}

/// A dataset: its statements in no particular order, each once, and how many blank nodes they speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset<'a> {
    /// The statements.
    pub quads: Vec<Quad<'a>>,
    /// Blank nodes are numbered from 0 to this.
    pub blank_nodes: u32,
}

/// `<iri>`, with nothing to escape: an IRI that was checked holds no such character.
pub fn iri(iri: &str) -> String {
    format!("<{iri}>")
}

/// A literal in canonical N-Quads (RDFC-1.0, canonical form of N-Quads); `datatype` is left out for `xsd:string`.
pub fn literal(value: &str, language: Option<&str>, datatype: Option<&str>) -> String {
    let mut text = String::with_capacity(value.len() + 2 + datatype.map_or(0, str::len));
    text.push('"');
    write_escaped(&mut text, value);
    text.push('"');
    if let Some(language) = language {
        text.push('@');
        text.push_str(language);
    } else if let Some(datatype) = datatype {
        text.push_str("^^<");
        text.push_str(datatype);
        text.push('>');
    }
    text
}

/// What stands between the quotes of a literal.
pub(crate) fn write_escaped(out: &mut String, value: &str) {
    let escaped = |c: char| c < ' ' || matches!(c, '"' | '\\' | '\u{7f}');
    let mut rest = value;
    while let Some((clean, at)) = rest.find(escaped).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(clean);
        let mut characters = at.chars();
        if let Some(character) = characters.next() {
            write_escape(out, character);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

fn write_escape(out: &mut String, character: char) {
    match character {
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        control => out.push_str(&format!("\\u{:04X}", u32::from(control))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_escaped_in_the_one_way() {
        for (value, wanted) in [
            ("", r#""""#),
            ("Wanjikũ Ng'ang'a 🎓", r#""Wanjikũ Ng'ang'a 🎓""#),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("\u{8}\t\n\u{c}\r", r#""\b\t\n\f\r""#),
            (
                "\0\u{7}\u{b}\u{e}\u{1f}\u{7f}",
                r#""\u0000\u0007\u000B\u000E\u001F\u007F""#,
            ),
            ("\u{80}\u{2028}\u{fffe}", "\"\u{80}\u{2028}\u{fffe}\""),
        ] {
            assert_eq!(literal(value, None, None), wanted);
        }
        assert_eq!(literal("a", Some("sw"), None), "\"a\"@sw");
        assert_eq!(literal("1", None, Some("x:y")), "\"1\"^^<x:y>");
    }
}
