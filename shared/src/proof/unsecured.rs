//! What a proof is made over: the document without its proofs, or with those alone that the proof builds on.

use serde_json::{Map, Value};

use super::{Proof, ProofError};
use crate::try_all::try_all;

const PROOF: &str = "proof";

/// A document as one of its proofs sees it (Data Integrity 4.4, 4.5).
#[derive(Clone, Debug)]
pub struct Unsecured<'a> {
    document: &'a Map<String, Value>,
    context: Option<&'a Value>,
    previous: Option<(String, Value)>,
}

impl<'a> Unsecured<'a> {
    /// The document without any proof.
    pub fn of(document: &'a Map<String, Value>) -> Self {
        Self {
            document,
            context: None,
            previous: None,
        }
    }

    /// The document as `proof` was made over it: with the proofs that its `previousProof` names, and no other (D5).
    pub fn before(document: &'a Map<String, Value>, proof: &Proof) -> Result<Self, ProofError> {
        let plain = Self::of(document);
        if proof.previous().is_empty() {
            return Ok(plain);
        }
        let all = document.get(PROOF).map_or(&[][..], |proofs| match proofs {
            Value::Array(proofs) => proofs,
            one => std::slice::from_ref(one),
        });
        let named = |wanted: &String| {
            let found = all
                .iter()
                .find(|proof| proof.get("id").and_then(Value::as_str) == Some(wanted));
            found
                .cloned()
                .ok_or_else(|| ProofError::NoPreviousProof(wanted.chars().take(120).collect()))
        };
        let previous = try_all(proof.previous(), named)?;
        Ok(Self {
            previous: Some((PROOF.to_owned(), Value::Array(previous))),
            ..plain
        })
    }

    /// The same with another `@context`.
    pub(super) fn with_context(self, context: &'a Value) -> Self {
        Self {
            context: Some(context),
            ..self
        }
    }

    /// Its `@context`.
    pub fn context(&self) -> Option<&Value> {
        self.context.or_else(|| self.document.get("@context"))
    }

    /// Its members, in no particular order.
    pub fn members(&self) -> impl Iterator<Item = (&String, &Value)> + Clone {
        let own = self.document.iter().filter(|(name, _)| *name != PROOF);
        let own = own.map(|(name, value)| match (self.context, name.as_str()) {
            (Some(context), "@context") => (name, context),
            _ => (name, value),
        });
        own.chain(self.previous.iter().map(|(name, value)| (name, value)))
    }

    /// Its members as a document.
    pub fn to_document(&self) -> Map<String, Value> {
        let mut document = Map::new();
        document.extend(
            self.members()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        document
    }

    /// The document that a verified proof vouches for: without any proof (V11).
    pub fn verified(mut self) -> Map<String, Value> {
        self.previous = None;
        self.to_document()
    }
}
