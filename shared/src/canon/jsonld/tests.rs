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

#[test]
fn bounds_are_errors() {
    let many = |n: usize| {
        credential(json!({"id": "urn:uuid:2", "name": "A", "evidence": []}))
            .as_object()
            .map(|members| {
                let mut members = members.clone();
                members.insert(
                    "evidence".to_owned(),
                    vec![json!({"type": "BitstringStatusListEntry"}); n].into(),
                );
                Value::Object(members)
            })
            .unwrap()
    };
    assert!(matches!(
        lines(many(1_001)),
        Err(JsonLdError::TooMuch { .. })
    ));
    let mut terms = Map::new();
    for n in 0..1_001 {
        terms.insert(format!("t{n}"), format!("https://a.example/#{n}").into());
    }
    let mut document = credential(json!({"id": "urn:uuid:2"}));
    document["@context"]
        .as_array_mut()
        .unwrap()
        .push(Value::Object(terms));
    assert!(matches!(lines(document), Err(JsonLdError::TooMuch { .. })));
}
