//! Problem details (RFC 9457) with the type URLs that the specifications give; ours only where none fits.

use cheti_verifier_core::outcome::Outcome;
use cheti_verifier_core::report::{Check, Report, STATUS_UNKNOWN, UNREGISTERED_ISSUER};
use serde_json::{Value, json};

/// VCDM 2.0 §7.2 (V14).
const VCDM: &str = "https://www.w3.org/TR/vc-data-model#";
/// Data Integrity 4.7 and Controlled Identifiers 3.3 (D7, C3).
const SECURITY: &str = "https://w3id.org/security#";
/// Bitstring Status List 3.5 (B6).
const STATUS: &str = "https://www.w3.org/ns/credentials/status-list#";

/// What is wrong by these checks, one problem a check.
pub(super) fn of_checks(checks: &[Check]) -> Vec<Value> {
    checks.iter().filter_map(of_check).collect()
}

/// What is wrong with a credential, then what a client is warned of.
pub(super) fn of_report(report: &Report) -> Vec<Value> {
    let warnings = report
        .warnings
        .iter()
        .map(|code| json!({"type": kind(code), "title": code, "detail": warning(code)}));
    of_checks(&report.checks)
        .into_iter()
        .chain(warnings)
        .collect()
}

fn of_check(check: &Check) -> Option<Value> {
    of_outcome(&check.outcome)
}

/// What is wrong by one outcome; nothing when it passed or was not reached.
pub(super) fn of_outcome(outcome: &Outcome) -> Option<Value> {
    let code = outcome.code().filter(|code| *code != "not_reached")?;
    Some(json!({
        "type": kind(code),
        "title": code,
        "detail": outcome.message(),
    }))
}

fn warning(code: &str) -> &'static str {
    match code {
        UNREGISTERED_ISSUER => {
            "valid signature by an unregistered key; nobody here knows whose it is"
        }
        STATUS_UNKNOWN => "it is not known whether it was revoked: its status list is not held",
        _ => "see the title",
    }
}

/// The type URL of a reason, gap or warning.
pub(super) fn kind(code: &str) -> String {
    let (base, name) = match code {
        "altered" | "no_key" | "unknown_suite" => (VCDM, "CRYPTOGRAPHIC_SECURITY_ERROR"),
        "malformed" => (VCDM, "MALFORMED_VALUE_ERROR"),
        "unreadable" => (VCDM, "PARSING_ERROR"),
        "expired" | "not_yet_valid" => (VCDM, "RANGE_ERROR"),
        "wrong_purpose" | "not_signed" | "created_missing" => {
            (SECURITY, "PROOF_VERIFICATION_ERROR")
        }
        "context_not_known" | "too_much_work" => (SECURITY, "PROOF_TRANSFORMATION_ERROR"),
        "invalid_domain" => (SECURITY, "INVALID_DOMAIN_ERROR"),
        "invalid_challenge" => (SECURITY, "INVALID_CHALLENGE_ERROR"),
        "unknown_key" | "key_not_valid_then" | "key_not_known_yet" | "not_the_holder" => {
            (SECURITY, "INVALID_VERIFICATION_METHOD")
        }
        "wrong_key_role" => (SECURITY, "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"),
        "status_unknown" => (STATUS, "STATUS_RETRIEVAL_ERROR"),
        "status_stale" | "status_rolled_back" => (STATUS, "STATUS_VERIFICATION_ERROR"),
        other => return format!("urn:cheti:problem:{}", other.replace('_', "-")),
    };
    format!("{base}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// V14, D7, C3, B6: the specifications' own URLs where they have one.
    #[test]
    fn the_specifications_types_come_first() {
        for (code, url) in [
            (
                "altered",
                "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR",
            ),
            (
                "malformed",
                "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR",
            ),
            (
                "unreadable",
                "https://www.w3.org/TR/vc-data-model#PARSING_ERROR",
            ),
            ("expired", "https://www.w3.org/TR/vc-data-model#RANGE_ERROR"),
            (
                "wrong_purpose",
                "https://w3id.org/security#PROOF_VERIFICATION_ERROR",
            ),
            (
                "context_not_known",
                "https://w3id.org/security#PROOF_TRANSFORMATION_ERROR",
            ),
            (
                "invalid_domain",
                "https://w3id.org/security#INVALID_DOMAIN_ERROR",
            ),
            (
                "invalid_challenge",
                "https://w3id.org/security#INVALID_CHALLENGE_ERROR",
            ),
            (
                "unknown_key",
                "https://w3id.org/security#INVALID_VERIFICATION_METHOD",
            ),
            (
                "wrong_key_role",
                "https://w3id.org/security#INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
            ),
            (
                "status_unknown",
                "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR",
            ),
            ("revoked", "urn:cheti:problem:revoked"),
            (
                "unregistered_issuer",
                "urn:cheti:problem:unregistered-issuer",
            ),
        ] {
            assert_eq!(kind(code), url);
        }
    }
}
