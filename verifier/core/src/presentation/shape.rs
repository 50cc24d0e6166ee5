//! What a presentation holds, and the rules that its shape keeps (VCDM 1.1 §4.10, VCDM 2.0 §4.13, V2-V4).

use cheti_shared::credential::lint::CREDENTIALS_V2;
use serde_json::{Map, Value};

use crate::checks::schema::{json_ld, malformed};
use crate::outcome::Outcome;
use crate::policy::{JsonLdChecking, Policy};

/// The context that stands first in every VCDM 1.1 document.
const CREDENTIALS_V1: &str = "https://www.w3.org/2018/credentials/v1";

/// The holder that it names: a URL, or an object with one as id.
pub(super) fn holder(document: &Map<String, Value>) -> Option<&str> {
    match document.get("holder") {
        Some(Value::Object(profile)) => profile.get("id").and_then(Value::as_str),
        other => other.and_then(Value::as_str),
    }
}

/// The credentials in it: none, one or a list of them.
pub(super) fn credentials(document: &Map<String, Value>) -> &[Value] {
    items(document.get("verifiableCredential"))
}

/// Whether it is a credential in an envelope of another kind (VCDM 2.0 §4.13.1).
pub(super) fn is_enveloped(document: &Map<String, Value>) -> bool {
    has_type(document, "EnvelopedVerifiableCredential")
}

/// Whether it is shaped as a presentation, and, when the policy asks, whether every member means something.
pub(super) fn check(document: &Map<String, Value>, policy: &Policy) -> Outcome {
    let findings = findings(document);
    let shape = match findings.is_empty() {
        true => Outcome::Pass,
        false => malformed(findings.into_iter().map(str::to_owned).collect()),
    };
    match policy.json_ld {
        JsonLdChecking::WhereSigned => shape,
        JsonLdChecking::Always => shape.worse(json_ld(document)),
    }
}

fn findings(document: &Map<String, Value>) -> Vec<&'static str> {
    let first = document
        .get("@context")
        .and_then(Value::as_array)
        .and_then(|contexts| contexts.first())
        .and_then(Value::as_str);
    let url = |value: &Value| value.as_str().is_some_and(|text| text.contains(':'));
    let rules = [
        (
            matches!(first, Some(CREDENTIALS_V1 | CREDENTIALS_V2)),
            "/@context: must begin with the context of VCDM 1.1 or 2.0",
        ),
        (
            has_type(document, "VerifiablePresentation"),
            "/type: must include VerifiablePresentation",
        ),
        (document.get("id").is_none_or(url), "/id: must be one URL"),
        (
            !document.contains_key("holder")
                || holder(document).is_some_and(|holder| holder.contains(':')),
            "/holder: must be a URL or an object with one as id",
        ),
        (
            document
                .get("verifiableCredential")
                .is_none_or(|value| value.is_object() || value.is_array()),
            "/verifiableCredential: must be an object or a list of them",
        ),
    ];
    let broken = rules.into_iter().filter(|(holds, _)| !holds);
    broken.map(|(_, what)| what).collect()
}

fn has_type(document: &Map<String, Value>, name: &str) -> bool {
    items(document.get("type"))
        .iter()
        .any(|one| one.as_str() == Some(name))
}

fn items(value: Option<&Value>) -> &[Value] {
    value.map_or(&[][..], |value| match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    })
}
