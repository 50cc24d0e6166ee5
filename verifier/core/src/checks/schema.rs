//! Is the document shaped as a certificate, and does every member mean something? (VCDM 2.0 V1-V10, Open Badges 3.0 O1-O3)

use cheti_shared::canon::jsonld::{self, JsonLdError};
use cheti_shared::credential::lint;
use serde_json::{Map, Value};

use super::Case;
use crate::outcome::{Gap, Outcome, Reason};
use crate::policy::JsonLdChecking;

/// A rightly signed document that breaks the rules is still no certificate. `shown` is what was signed, as far as that is
/// known.
pub fn check(case: &Case<'_>, shown: &Map<String, Value>) -> Outcome {
    let shape = shape(shown);
    match case.policy.json_ld {
        JsonLdChecking::WhereSigned => shape,
        JsonLdChecking::Always => shape.worse(json_ld(case.claim.document())),
    }
}

/// The rules that a credential's shape keeps.
pub fn shape(document: &Map<String, Value>) -> Outcome {
    let findings = lint::lint(document);
    if !findings.is_empty() {
        return malformed(findings.iter().map(ToString::to_string).collect());
    }
    match lint::is_complete(document) {
        true => Outcome::Pass,
        false => Outcome::undecided(Gap::TooMuchWork {
            detail: "this build does not look at related resources".to_owned(),
        }),
    }
}

/// Whether the document, without its proofs, is JSON-LD of which nothing is left out (REQUIREMENTS §10).
pub fn json_ld(document: &Map<String, Value>) -> Outcome {
    if cfg!(not(feature = "documents")) {
        let detail = JsonLdError::NotBuiltIn.to_string();
        return Outcome::undecided(Gap::TooMuchWork { detail });
    }
    let members = document.iter().filter(|(name, _)| *name != "proof");
    let mut document = Map::new();
    document.extend(members.map(|(name, value)| (name.clone(), value.clone())));
    let Err(error) = jsonld::to_dataset(&document) else {
        return Outcome::Pass;
    };
    let detail = error.to_string();
    match error {
        JsonLdError::UnknownContext(_) => Outcome::undecided(Gap::ContextNotKnown { detail }),
        JsonLdError::TooMuch { .. } | JsonLdError::NotBuiltIn => {
            Outcome::undecided(Gap::TooMuchWork { detail })
        }
        _ => malformed(vec![detail]),
    }
}

pub(crate) fn malformed(findings: Vec<String>) -> Outcome {
    Outcome::fail(Reason::Malformed { findings })
}
