//! The schemas of `/v1`: what is sent and what is answered.

use cheti_shared::limits::CREDENTIAL_BYTES;
use serde_json::{Value, json};

use crate::compare::EXPECTED_CHARACTERS;
use crate::watch::PAGE;

/// Every schema of `/v1`, by its name.
pub(super) fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("VerifyRequest", verify_request()),
        ("Expected", expected()),
        ("Judged", judged()),
        ("Matches", matches()),
        ("Matched", matched()),
        ("Facts", facts()),
        ("Check", check()),
        ("SignedReport", signed_report()),
        ("CheckedReport", checked_report()),
        ("Watched", watched()),
        ("WatchChange", watch_change()),
        ("WatchChanges", watch_changes()),
        ("DeadLetters", dead_letters()),
        ("BatchItem", batch_item()),
        ("BatchAnswer", batch_answer()),
        ("BatchSummary", batch_summary()),
    ]
}

fn named(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn texts(description: &str) -> Value {
    json!({"type": "array", "items": {"type": "string"}, "description": description})
}

fn verify_request() -> Value {
    json!({
        "description": "A credential as it is, or one of credential and qr with what is expected",
        "anyOf": [
            {
                "type": "object",
                "properties": {
                    "credential": {"type": "object", "description": "The credential"},
                    "qr": text("The text of the printed code"),
                    "expected": named("Expected"),
                },
                "oneOf": [{"required": ["credential"]}, {"required": ["qr"]}],
                "additionalProperties": false,
            },
            {"type": "object", "description": "A credential; an object that is none is reported as unreadable"},
        ],
    })
}

fn expected() -> Value {
    let member = |description| {
        json!({
            "type": ["string", "null"],
            "maxLength": EXPECTED_CHARACTERS,
            "description": description,
        })
    };
    json!({
        "type": "object",
        "description": "What the person or the paper says",
        "properties": {
            "name": member("The name, as on the identity card; without it nothing is accepted"),
            "course": member("The course"),
            "date": member("The award's date, as 2026-10-16"),
        },
        "additionalProperties": false,
    })
}

fn signed_report() -> Value {
    json!({
        "type": "object",
        "description": "An answer of /v1, signed by the verifier that gave it. It is no credential.",
        "required": ["type", "verifier", "made", "askedBy", "presentedSha256", "policy", "answer", "proof"],
        "properties": {
            "type": {"const": crate::reports::TYPE},
            "verifier": text("The verifier's did:key"),
            "made": {"type": "string", "format": "date-time"},
            "askedBy": text("The name of the API key"),
            "presentedSha256": text("SHA-256 of what was sent, in hexadecimal digits"),
            "policy": {"type": "object", "description": "What the verifier decides for itself"},
            "answer": named("Judged"),
            "proof": {"type": "object", "description": "A Data Integrity proof by eddsa-jcs-2022"},
        },
    })
}

/// The members of a certificate that is watched.
fn watched_members() -> Value {
    json!({
        "id": text("What to take it off by; the same for the same certificate and key"),
        "credential": text("SHA-256 of what was signed, in hexadecimal digits"),
        "standing": {
            "enum": ["in_force", "suspended", "revoked", "unknown"],
            "description": "By its status lists; unknown while these are not held",
        },
        "asOf": {"type": "string", "format": "date-time", "description": "When the list was made that says so"},
        "why": {"type": "object", "description": "Why it is revoked and since when, when the issuer says: reason (superseded, withdrawn, issued_in_error), date"},
    })
}

fn watched() -> Value {
    json!({
        "type": "object",
        "required": ["id", "credential", "standing"],
        "properties": watched_members(),
    })
}

fn watch_change() -> Value {
    let mut members = watched_members();
    members["sequence"] = json!({"type": "integer", "description": "The order of changes"});
    members["noticed"] = json!({"type": "string", "format": "date-time"});
    json!({
        "type": "object",
        "required": ["sequence", "noticed", "id", "credential", "standing"],
        "properties": members,
    })
}

fn watch_changes() -> Value {
    json!({
        "type": "object",
        "required": ["changes", "next", "more"],
        "properties": {
            "changes": {"type": "array", "maxItems": PAGE, "items": named("WatchChange")},
            "next": {"type": "integer", "description": "What to ask since= the next time"},
            "more": {"type": "boolean", "description": "Whether there are more already"},
        },
    })
}

fn dead_letters() -> Value {
    json!({
        "type": "object",
        "required": ["deadLetters"],
        "properties": {"deadLetters": {"type": "array", "maxItems": PAGE, "items": {
            "type": "object",
            "required": ["id", "sequence", "attempts", "problem"],
            "properties": {
                "id": text("The certificate's id"),
                "sequence": {"type": "integer"},
                "attempts": {"type": "integer"},
                "problem": text("What came of the last try"),
            },
        }}},
    })
}

fn checked_report() -> Value {
    json!({
        "type": "object",
        "required": ["verified"],
        "properties": {
            "verified": {"type": "boolean", "description": "Whole, and signed by a verifier that is trusted here"},
            "reason": {"enum": ["not_a_report", "altered", "unknown_verifier"]},
            "verifier": text("Who signed it; when the signature holds"),
            "made": text("When; when the signature holds"),
            "decision": text("What it reports; when verified"),
        },
    })
}

fn judged() -> Value {
    json!({
        "type": "object",
        "required": ["decision", "decisionReasons", "matches", "verdict", "reasons", "checks"],
        "properties": {
            "decision": {
                "enum": ["accept", "reject", "review"],
                "description": "accept: valid, and the expected name is the one that was signed; reject: not valid, or something expected is not what was signed; review: a person must look",
            },
            "decisionReasons": texts("Codes of why it was not accepted"),
            "matches": named("Matches"),
            "signedReport": named("SignedReport"),
            "verdict": {
                "enum": ["valid", "undecided", "invalid"],
                "description": "Of the certificate alone, whatever was expected",
            },
            "reasons": texts("Codes of what decided the verdict"),
            "signed": named("Facts"),
            "claimed": {"type": "object", "description": "What is claimed and not verified: never rely on it"},
            "issuer": {"type": "object", "description": "The issuer as the trust list knows it: id, name, contact"},
            "credential": {"type": "object", "description": "What the credential calls itself: id, issuer, digest, validFrom, validUntil"},
            "checks": {"type": "array", "items": named("Check")},
            "proofs": {"type": "array", "items": {"type": "object"}, "description": "Every proof and what came of it"},
            "endorsements": {"type": "array", "items": {"type": "object"}},
            "warnings": texts("Codes of what decides nothing: code_of_another_host, ..."),
            "statusLists": {"type": "array", "items": {"type": "object"}, "description": "The status lists that were looked into: url, made, validUntil, ageSeconds"},
            "trust": {"type": "object", "description": "The trust list that was relied on: anchor, rootFingerprint, version, made, expires, ageSeconds"},
            "form": text("How it was presented"),
            "codeHosts": texts("The hosts that its codes were printed for; none was visited"),
            "checkedAt": {"type": "string", "format": "date-time"},
        },
    })
}

fn matches() -> Value {
    json!({
        "type": "object",
        "required": ["name", "course", "date"],
        "properties": {
            "name": named("Matched"),
            "course": named("Matched"),
            "date": named("Matched"),
        },
    })
}

fn matched() -> Value {
    json!({
        "type": "object",
        "required": ["result"],
        "properties": {
            "result": {"enum": ["match", "mismatch", "not_compared"]},
            "tolerated": {
                "type": "array",
                "items": {"enum": ["letter_case", "spacing", "apostrophes", "diacritics", "hyphens", "word_order"]},
                "description": "Of a match: the differences that were passed over; word_order in names alone",
            },
            "onlyExpected": texts("Of a mismatch: the words that were expected and not signed"),
            "onlySigned": texts("Of a mismatch: the words that were signed and not expected"),
            "incomplete": {
                "type": "boolean",
                "description": "Of a name that differs by words left out alone, with two or more in common: reviewed (name_incomplete), not rejected",
            },
        },
    })
}

fn facts() -> Value {
    json!({
        "type": "object",
        "description": "The facts that were signed; members without a value are left out or null",
        "properties": {
            "name": text("The graduate"),
            "course": text("The course"),
            "awarded": {"type": "string", "format": "date"},
            "certificateNumber": text("The certificate's number"),
        },
    })
}

fn check() -> Value {
    json!({
        "type": "object",
        "required": ["check", "outcome"],
        "properties": {
            "check": {"enum": ["presentation", "proof", "issuer", "validity", "status", "schema"]},
            "outcome": {"enum": ["pass", "fail", "undecided", "notRequired"]},
            "message": text("Why, in plain English"),
        },
    })
}

fn id() -> Value {
    json!({
        "type": ["string", "integer"],
        "maxLength": 200,
        "description": "Whatever tells your items apart; it comes back with the answer. Of an archive, the file's name",
    })
}

fn batch_item() -> Value {
    let bytes = CREDENTIAL_BYTES;
    json!({
        "type": "object",
        "description": format!("One line; a credential has at most {bytes} octets"),
        "properties": {
            "id": id(),
            "credential": {"type": "object"},
            "qr": text("The text of the printed code"),
            "expected": named("Expected"),
        },
        "oneOf": [{"required": ["credential"]}, {"required": ["qr"]}],
        "additionalProperties": false,
    })
}

fn batch_answer() -> Value {
    let item = json!({"type": "integer", "description": "The item's number, from 1"});
    json!({
        "description": "One line: an item's answer, or at the end the summary",
        "anyOf": [
            {
                "allOf": [named("Judged")],
                "properties": {"item": item, "id": id()},
                "required": ["item"],
            },
            {
                "type": "object",
                "description": "An item that could not be read",
                "properties": {
                    "item": item,
                    "id": id(),
                    "decision": {"const": "review"},
                    "decisionReasons": {"const": ["not_read"]},
                    "error": named("Problem"),
                },
                "required": ["item", "decision", "decisionReasons", "error"],
            },
            {"type": "object", "properties": {"summary": named("BatchSummary")}, "required": ["summary"]},
        ],
    })
}

fn batch_summary() -> Value {
    let count = |description: &str| json!({"type": "integer", "description": description});
    json!({
        "type": "object",
        "required": ["items", "accept", "reject", "review", "valid", "undecided", "invalid", "notRead", "complete"],
        "properties": {
            "items": count("How many were answered"),
            "accept": count("Of these, accepted"),
            "reject": count("Rejected"),
            "review": count("To be looked at, those not read included"),
            "valid": count("With this verdict"),
            "undecided": count("With this verdict"),
            "invalid": count("With this verdict"),
            "notRead": count("Not read"),
            "complete": {"type": "boolean", "description": "Whether everything that was sent was answered; else problem says why not"},
            "problem": named("Problem"),
            "columnsPassedOver": texts("Columns of the table that are not read"),
        },
    })
}
