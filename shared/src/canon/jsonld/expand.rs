//! The expansion itself, by `oxjsonld`, and its quads as numbered statements.

use std::collections::{BTreeMap, BTreeSet};

use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::vocab::xsd;
use oxrdf::{GraphName, NamedNodeRef, NamedOrBlankNode};
use serde_json::{Map, Value, json};

use super::{JsonLdError, RELATIVE, UNDEFINED, contexts, rewrite, safe};
use crate::canon::jcs;
use crate::canon::rdf::{self, Dataset, Quad, Term};
use crate::limits::JSON_LD_STATEMENT_BYTES;

/// See [`super::to_dataset`].
pub(super) fn to_dataset(document: &Map<String, Value>) -> Result<Dataset<'static>, JsonLdError> {
    let found = safe::check(document)?;
    if found.inline_contexts > 0 {
        // The vocabulary below would make up a meaning for terms whose definition lacks one.
        expand(document, None)?;
    }
    if found.empty_members {
        // What is empty makes no statement, so nothing would tell that its member is not defined.
        let filled = expand(&rewrite::fill_empty(document), Some(UNDEFINED));
        if let Err(error @ JsonLdError::Undefined(_)) = filled {
            return Err(error);
        }
    }
    let dataset = match found.directions {
        true => expand(&rewrite::type_directions(document)?, Some(UNDEFINED)),
        false => expand(document, Some(UNDEFINED)),
    }?;
    match dataset.quads.is_empty() {
        true => Err(JsonLdError::NoStatement),
        false => Ok(dataset),
    }
}

fn expand(
    document: &Map<String, Value>,
    vocabulary: Option<&str>,
) -> Result<Dataset<'static>, JsonLdError> {
    let mut contexts: Vec<Value> = vocabulary
        .iter()
        .map(|vocabulary| json!({"@vocab": vocabulary}))
        .collect();
    match document.get("@context") {
        Some(Value::Array(own)) => contexts.extend(own.iter().cloned()),
        Some(own) => contexts.push(own.clone()),
        None => {}
    }
    let mut document = document.clone();
    document.insert("@context".to_owned(), Value::Array(contexts));
    // Numbers as ECMAScript writes them: whether they are integers is told by their spelling.
    let octets = jcs::canonicalize(&Value::Object(document));
    let parser = JsonLdParser::new()
        .lenient()
        .with_base_iri(RELATIVE)
        .map_err(|error| JsonLdError::Invalid(error.to_string()))?
        .for_slice(&octets)
        .with_load_document_callback(|url, _| match contexts::find(url) {
            // No context here holds a relative reference, so where it is from does not matter; under URLs of their own,
            // equal definitions in two contexts would count as different.
            Some(context) => Ok(JsonLdRemoteDocument {
                document: context.json.as_bytes().to_vec(),
                document_url: RELATIVE.to_owned(),
            }),
            None => Err("no such context".into()),
        });
    let mut statements = Statements::default();
    for quad in parser {
        statements.add(quad.map_err(|error| JsonLdError::Invalid(error.to_string()))?)?;
    }
    Ok(statements.into_dataset())
}

/// Statements as they come, each once.
#[derive(Default)]
struct Statements {
    nodes: BTreeMap<String, u32>,
    quads: BTreeSet<Quad<'static>>,
    octets: usize,
}

impl Statements {
    fn add(&mut self, quad: oxrdf::Quad) -> Result<(), JsonLdError> {
        let predicate = safe::check_iri(quad.predicate.as_str())?;
        let subject = self.node(&quad.subject)?;
        let object = match quad.object {
            oxrdf::Term::NamedNode(node) => Term::Text(safe::check_iri(node.as_str())?.into()),
            oxrdf::Term::BlankNode(node) => self.blank(node.as_str()),
            oxrdf::Term::Literal(literal) => Term::Text(literal_text(&literal)?.into()),
        };
        let graph = match quad.graph_name {
            GraphName::DefaultGraph => None,
            GraphName::NamedNode(node) => Some(Term::Text(safe::check_iri(node.as_str())?.into())),
            GraphName::BlankNode(node) => Some(self.blank(node.as_str())),
        };
        let quad = Quad {
            subject,
            predicate: predicate.into(),
            object,
            graph,
        };
        let octets = |(term, _): (&Term<'_>, u8)| match term {
            Term::Text(text) => text.len(),
            Term::Blank(_) => 0,
        };
        self.octets += quad.predicate.len() + quad.places().map(octets).sum::<usize>();
        if self.octets > JSON_LD_STATEMENT_BYTES {
            let (what, limit) = ("octets of statements", JSON_LD_STATEMENT_BYTES);
            return Err(JsonLdError::TooMuch { what, limit });
        }
        self.quads.insert(quad);
        Ok(())
    }

    fn node(&mut self, node: &NamedOrBlankNode) -> Result<Term<'static>, JsonLdError> {
        match node {
            NamedOrBlankNode::NamedNode(node) => {
                Ok(Term::Text(safe::check_iri(node.as_str())?.into()))
            }
            NamedOrBlankNode::BlankNode(node) => Ok(self.blank(node.as_str())),
        }
    }

    fn blank(&mut self, label: &str) -> Term<'static> {
        let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        Term::Blank(*self.nodes.entry(label.to_owned()).or_insert(next))
    }

    fn into_dataset(self) -> Dataset<'static> {
        Dataset {
            blank_nodes: u32::try_from(self.nodes.len()).unwrap_or(u32::MAX),
            quads: self.quads.into_iter().collect(),
        }
    }
}

fn literal_text(literal: &oxrdf::Literal) -> Result<String, JsonLdError> {
    if let Some(language) = literal.language() {
        let language = safe::check_language(language)?;
        return Ok(rdf::literal(literal.value(), Some(&language), None));
    }
    let (value, datatype) = (literal.value(), literal.datatype());
    safe::check_iri(datatype.as_str())?;
    Ok(match datatype {
        xsd::STRING => rdf::literal(value, None, None),
        xsd::DOUBLE => rdf::literal(&double(value), None, Some(datatype.as_str())),
        json if json == JSON_LITERAL => {
            let value = serde_json::from_str(value)
                .map_err(|error| JsonLdError::Invalid(error.to_string()))?;
            let canonical = String::from_utf8_lossy(&jcs::canonicalize(&value)).into_owned();
            rdf::literal(&canonical, None, Some(datatype.as_str()))
        }
        other => rdf::literal(value, None, Some(other.as_str())),
    })
}

/// JSON kept as JSON (JSON-LD 1.1, 10.2); canonical by RFC 8785, whose order is not that of code points.
const JSON_LITERAL: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON");

/// A double with at most 15 digits after the point (JSON-LD 1.1 API, 8.6, `%1.15E`).
fn double(value: &str) -> String {
    let Some(number) = value
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
    else {
        return value.to_owned();
    };
    let text = format!("{number:.15E}");
    match text.split_once('E') {
        Some((digits, exponent)) => {
            let digits = digits.trim_end_matches('0');
            let zero = if digits.ends_with('.') { "0" } else { "" };
            format!("{digits}{zero}E{exponent}")
        }
        None => text,
    }
}
