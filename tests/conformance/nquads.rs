//! A strict reader of N-Quads (RDF 1.1 N-Quads), for vectors: terms in canonical spelling, blank nodes by number.

use std::collections::BTreeMap;

use cheti_shared::canon::rdf::{self, Dataset, Quad, Term};

/// The dataset that `text` writes. Blank nodes are numbered in the order in which they appear.
///
/// # Panics
///
/// When it is no N-Quads.
pub(crate) fn read(text: &str) -> Dataset<'static> {
    let mut labels = BTreeMap::new();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let quads = lines
        .map(|line| Line { rest: line }.quad(&mut labels))
        .collect();
    let blank_nodes = u32::try_from(labels.len()).unwrap();
    Dataset { quads, blank_nodes }
}

struct Line<'a> {
    rest: &'a str,
}

impl<'a> Line<'a> {
    fn quad(mut self, labels: &mut BTreeMap<&'a str, u32>) -> Quad<'static> {
        let subject = self.term(labels);
        let Term::Text(predicate) = self.term(labels) else {
            panic!("a predicate is an IRI: {}", self.rest);
        };
        let object = self.term(labels);
        let graph = (!self.rest.starts_with('.')).then(|| self.term(labels));
        assert_eq!(self.rest, ".", "one statement a line");
        Quad {
            subject,
            predicate,
            object,
            graph,
        }
    }

    /// The term at the beginning, and the blanks after it.
    fn term(&mut self, labels: &mut BTreeMap<&'a str, u32>) -> Term<'static> {
        let term = match self.rest.as_bytes()[0] {
            b'<' => Term::Text(rdf::iri(&self.iri()).into()),
            b'"' => Term::Text(self.literal().into()),
            _ => self.blank(labels),
        };
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        term
    }

    fn blank(&mut self, labels: &mut BTreeMap<&'a str, u32>) -> Term<'static> {
        let label = self.until(|c| matches!(c, ' ' | '\t'));
        assert!(label.len() > 2 && label.starts_with("_:"), "{label}");
        let next = u32::try_from(labels.len()).unwrap();
        Term::Blank(*labels.entry(label).or_insert(next))
    }

    fn iri(&mut self) -> String {
        self.rest = self.rest.strip_prefix('<').unwrap();
        let iri = unescaped(self.until(|c| c == '>'));
        self.rest = &self.rest[1..];
        iri
    }

    fn literal(&mut self) -> String {
        self.rest = self.rest.strip_prefix('"').unwrap();
        let mut escaped = false;
        let value = self.until(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let value = unescaped(value);
        self.rest = &self.rest[1..];
        if let Some(rest) = self.rest.strip_prefix('@') {
            self.rest = rest;
            let language = self.until(|c| matches!(c, ' ' | '\t' | '.'));
            return rdf::literal(&value, Some(language), None);
        }
        let Some(rest) = self.rest.strip_prefix("^^") else {
            return rdf::literal(&value, None, None);
        };
        self.rest = rest;
        let datatype = self.iri();
        let plain = datatype == "http://www.w3.org/2001/XMLSchema#string";
        rdf::literal(&value, None, (!plain).then_some(&datatype))
    }

    /// What stands before the first character that ends it.
    fn until(&mut self, ends: impl FnMut(char) -> bool) -> &'a str {
        let (found, rest) = self.rest.split_at(self.rest.find(ends).unwrap());
        self.rest = rest;
        found
    }
}

/// Escapes of N-Quads (ECHAR and UCHAR) as the characters that they write.
fn unescaped(text: &str) -> String {
    let mut characters = text.chars();
    let mut out = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        out.push(match character {
            '\\' => escape(&mut characters),
            other => other,
        });
    }
    out
}

fn escape(characters: &mut std::str::Chars<'_>) -> char {
    let digits = match characters.next().unwrap() {
        'b' => return '\u{8}',
        't' => return '\t',
        'n' => return '\n',
        'f' => return '\u{c}',
        'r' => return '\r',
        itself @ ('"' | '\'' | '\\') => return itself,
        'u' => 4,
        'U' => 8,
        other => panic!("no escape: {other}"),
    };
    let text: String = characters.by_ref().take(digits).collect();
    assert_eq!(text.len(), digits);
    char::from_u32(u32::from_str_radix(&text, 16).unwrap()).unwrap()
}
