//! Rules that a credential's shape keeps, whoever made it: VCDM 2.0 and 1.1 (V1-V10), Open Badges 3.0 (O1-O3, O5, O6).
//!
//! What members mean, and whether a context may redefine them, is [`crate::canon::jsonld`]'s to say.

mod credential;
mod open_badge;
mod resources;
mod shape;

use std::fmt;

use serde_json::{Map, Value};

/// The context that stands first in every VCDM 2.0 document (V2).
pub const CREDENTIALS_V2: &str = "https://www.w3.org/ns/credentials/v2";
/// The context that stands first in every VCDM 1.1 document.
pub const CREDENTIALS_V1: &str = "https://www.w3.org/2018/credentials/v1";
/// The Open Badges 3.0.3 context (O1).
pub const OPEN_BADGES_3_0_3: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

/// One rule that a document breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule, such as `V7` or `O2`.
    pub rule: &'static str,
    /// Where, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What is wrong there.
    pub what: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.what)
    }
}

/// Every rule that `document` breaks; empty for a well-formed credential. Its proofs are not looked at.
///
/// A document whose first context is [`CREDENTIALS_V1`] is held to VCDM 1.1, every other to VCDM 2.0.
pub fn lint(document: &Map<String, Value>) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    findings.credential(document);
    if is_open_badge(document) {
        findings.open_badge(document);
    }
    findings.0
}

/// As [`lint`], with what a reader forgives and a writer must not do: a time without an offset (V7), and in a badge a
/// member that is null or an empty list (O5).
pub fn lint_to_issue(document: &Map<String, Value>) -> Vec<Finding> {
    let mut findings = Findings(lint(document));
    findings.offsets(document);
    if is_open_badge(document) {
        findings.nothing_empty(document);
    }
    findings.0
}

/// Whether `document` is held to VCDM 1.1: its first context says so.
pub fn is_version_1(document: &Map<String, Value>) -> bool {
    let contexts = document.get("@context").and_then(Value::as_array);
    contexts
        .and_then(|contexts| contexts.first())
        .is_some_and(|first| first == CREDENTIALS_V1)
}

/// Whether `document` says that it is an Open Badges 3.0 credential of an achievement; both names mean the same.
pub fn is_open_badge(document: &Map<String, Value>) -> bool {
    let types = document.get("type").map(shape::items).unwrap_or_default();
    types
        .iter()
        .any(|name| name == "OpenBadgeCredential" || name == "AchievementCredential")
}

/// Whether [`lint`] looks at all of `document`: without the feature `documents` it passes over related resources (V10).
pub fn is_complete(document: &Map<String, Value>) -> bool {
    cfg!(feature = "documents") || !document.contains_key("relatedResource")
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, rule: &'static str, pointer: impl Into<String>, what: &'static str) {
        self.0.push(Finding {
            rule,
            pointer: pointer.into(),
            what,
        });
    }

    fn require(
        &mut self,
        holds: bool,
        rule: &'static str,
        pointer: impl fmt::Display,
        what: &'static str,
    ) {
        if !holds {
            self.add(rule, pointer.to_string(), what);
        }
    }
}

#[cfg(test)]
mod tests;
