//! Is the document shaped as a certificate? (VCDM 2.0 V1-V9, Open Badges 3.0 O1-O3)

use cheti_shared::credential::lint;
use serde_json::{Map, Value};

use crate::outcome::{Outcome, Reason};

/// A rightly signed document that breaks the rules is still no certificate.
pub fn check(document: &Map<String, Value>) -> Outcome {
    let findings = lint::lint(document);
    match findings.is_empty() {
        true => Outcome::Pass,
        false => Outcome::fail(Reason::Malformed {
            findings: findings.iter().map(ToString::to_string).collect(),
        }),
    }
}
