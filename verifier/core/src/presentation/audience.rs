//! Was the presentation made for whoever asked, in answer to their challenge? (D3)

use std::collections::BTreeSet;

use cheti_shared::proof::Proof;
use serde_json::Value;

use crate::outcome::{Outcome, Reason};

/// What whoever asked for the presentation asked with. Nothing asked, nothing compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// For whom it is to be made; none when not asked for.
    pub domain: BTreeSet<String>,
    /// What it is to answer.
    pub challenge: Option<String>,
}

impl Asked {
    /// Every proof of a known suite must name exactly these domains and this challenge (Data Integrity 4.4).
    pub(super) fn check(&self, proofs: &[Proof]) -> Outcome {
        if self.domain.is_empty() && self.challenge.is_none() {
            return Outcome::NotRequired;
        }
        let known = proofs.iter().filter(|proof| proof.suite().is_known());
        let each = known.map(|proof| self.compare(proof));
        let worst = each.reduce(Outcome::worse);
        worst.unwrap_or(Outcome::fail(Reason::NotSigned))
    }

    fn compare(&self, proof: &Proof) -> Outcome {
        let found = texts(proof.members().get("domain"));
        if !self.domain.is_empty() && found != self.domain {
            return Outcome::fail(Reason::InvalidDomain {
                found: found.into_iter().take(8).map(shortened).collect(),
                wanted: self.domain.iter().cloned().map(shortened).collect(),
            });
        }
        let challenge = proof.members().get("challenge").and_then(Value::as_str);
        match self.challenge.is_some() && self.challenge.as_deref() != challenge {
            true => Outcome::fail(Reason::InvalidChallenge),
            false => Outcome::Pass,
        }
    }
}

/// One text or a list of them, as a set.
fn texts(value: Option<&Value>) -> BTreeSet<String> {
    let items = value.map_or(&[][..], |value| match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    });
    let text = |item: &Value| item.as_str().map(str::to_owned);
    items.iter().filter_map(text).collect()
}

fn shortened(text: String) -> String {
    text.chars().take(200).collect()
}
