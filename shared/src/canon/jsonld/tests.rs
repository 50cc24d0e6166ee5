//! Documents and what they say, or why they are refused.

use serde_json::json;

use super::*;
use crate::canon::rdfc;

fn lines(document: Value) -> Result<String, JsonLdError> {
    let document = document.as_object().unwrap().clone();
    let octets = rdfc::canonicalize(&to_dataset(&document)?).unwrap();
    Ok(String::from_utf8(octets).unwrap())
}

fn credential(subject: Value) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential"],
        "issuer": "did:web:nc4.example",
        "credentialSubject": subject,
    })
}

#[test]
fn members_become_statements() {
    let named = credential(json!({"id": "urn:uuid:2", "name": "Wanjikũ \"W\""}));
    let wanted = "<urn:uuid:2> <https://schema.org/name> \"Wanjikũ \\\"W\\\"\" .\n";
    assert!(lines(named).unwrap().contains(wanted));
}

#[test]
fn nothing_is_left_out_silently() {
    for (member, value) in [
        ("madeUp", json!("x")),
        ("madeUp", json!(null)),
        ("madeUp", json!([])),
        ("@madeup", json!("x")),
        ("_:b0", json!("x")),
        ("type", json!("MadeUp")),
        ("id", json!("relative")),
        ("id", json!("@reserved")),
        ("id", json!("https://a.example/with space")),
        ("name", json!({"@value": "x", "@language": "no_tag"})),
        ("name", json!({"@value": "x", "@direction": "up"})),
        ("name", json!(1e-7)),
    ] {
        let mut subject = json!({"id": "urn:uuid:2", "name": "A"});
        subject[member] = value.clone();
        assert!(lines(credential(subject)).is_err(), "{member}: {value}");
    }
}

#[test]
fn only_embedded_contexts_count() {
    for context in [
        json!("https://a.example/v1"),
        json!(null),
        json!({"madeUp": null}),
        json!({"madeUp": {"@id": null}}),
        json!({"name": "https://a.example/#name"}),
        json!({"term": "_:b0"}),
        json!({"@vocab": null}),
        json!({"term": {"@id": "https://a.example/#t", "@context": "https://a.example/v1"}}),
        json!(7),
    ] {
        let mut document = credential(json!({"id": "urn:uuid:2", "name": "A"}));
        document["@context"]
            .as_array_mut()
            .unwrap()
            .push(context.clone());
        assert!(lines(document).is_err(), "{context}");
    }
    let mut document = credential(json!({"id": "urn:uuid:2", "madeUp": "A"}));
    document["@context"]
        .as_array_mut()
        .unwrap()
        .push(json!({"madeUp": "https://a.example/#m"}));
    assert!(lines(document).is_ok());
}

/// A document with this many evidence objects, each with the type of a status entry.
fn many(objects: usize, more: Value) -> Value {
    let mut document = credential(json!({"id": "urn:uuid:2"}));
    document["evidence"] = vec![json!({"type": "BitstringStatusListEntry"}); objects].into();
    document["@context"].as_array_mut().unwrap().push(more);
    document
}

#[test]
fn work_is_bounded() {
    let too_much = |document| matches!(lines(document), Err(JsonLdError::TooMuch { .. }));
    let terms = |count: usize| {
        let term = |n| (format!("t{n}"), json!(format!("https://a.example/#{n}")));
        Value::Object((0..count).map(term).collect())
    };
    assert!(!too_much(many(900, terms(1))));
    assert!(too_much(many(1_000, terms(1))));
    assert!(!too_much(many(1, terms(500))));
    assert!(too_much(many(1, terms(1_001))));
    assert!(too_much(many(100, terms(1_000))));
    let mut document = credential(json!({"id": "urn:uuid:2"}));
    document["evidence"] =
        vec![json!({"@context": "https://www.w3.org/ns/credentials/v2"}); 700].into();
    assert!(too_much(document));
}
