//! Clauses that no vector shows, one by one, at the shared core. The names begin with the ids of `requirements.toml`.

use cheti_shared::credential::envelope::{EnvelopeError, SignedCredential};
use cheti_shared::credential::lint::lint;
use cheti_shared::credential::open_badge::Facts;
use cheti_shared::did::document::DidDocument;
use cheti_shared::key::{PublicKey, Signer as _};
use cheti_shared::proof::{Proof, ProofError, ProofOptions, secure, secure_set};
use cheti_shared::status::bitstring::{Bitstring, BitstringError};
use cheti_shared::status::list::StatusList;
use cheti_shared::time::Timestamp;
use cheti_shared::{json, multibase};
use cheti_tests::sample;
use serde_json::{Map, Value, json};

fn certificate() -> Value {
    let form = sample::form(&sample::course());
    serde_json::from_slice(&sample::signed(&form, "Achieng' Otieno", 3)).unwrap()
}

fn read(value: &Value) -> Result<SignedCredential, EnvelopeError> {
    SignedCredential::parse(&serde_json::to_vec(value).unwrap())
}

fn members(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// What checking proof `i` of the certificate gives once `change` has altered that proof.
fn check_altered(i: usize, change: impl Fn(&mut Map<String, Value>)) -> Result<(), ProofError> {
    let mut certificate = certificate();
    change(certificate["proof"][i].as_object_mut().unwrap());
    let proof = Proof::parse(&certificate["proof"][i])?;
    let key = sample::issuing_key().public_key();
    let checked = proof.verify(members(&certificate), &key);
    checked
        .unwrap_or(Err(ProofError::OtherSuite("known")))
        .map(|_| ())
}

#[test]
fn v1_and_v4_what_is_no_credential_is_an_error() {
    for (pointer, value) in [
        ("/type", json!(["OpenBadgeCredential"])),
        ("/type", json!({})),
        ("/issuer", json!(["did:web:nc4.example"])),
        ("/issuer/id", json!(7)),
        ("/proof", json!([])),
        ("/proof", json!("none")),
        ("/proof/0", json!(null)),
    ] {
        let mut bad = certificate();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(read(&bad).is_err(), "{pointer}");
    }
    for text in ["", "[]", "null", "\"eyJ\"", "{\"a\":1,\"a\":2}"] {
        assert!(SignedCredential::parse(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn v7_times_have_an_offset_or_are_utc() {
    let read = |text: &str| Timestamp::parse_xsd(text).ok().map(|time| time.to_string());
    for (text, utc) in [
        ("2026-10-16T09:00:00+03:00", Some("2026-10-16T06:00:00Z")),
        ("2026-10-16T06:00:00", Some("2026-10-16T06:00:00Z")),
        ("2026-10-16T06:00:00.999Z", Some("2026-10-16T06:00:00Z")),
        ("2026-10-15T24:00:00Z", None),
        ("2026-10-16", None),
        ("2026-10-16T06:00Z", None),
        ("2026-02-30T06:00:00Z", None),
        ("2026-10-16T06:00:00+15:00", None),
    ] {
        assert_eq!(read(text).as_deref(), utc, "{text}");
    }
}

#[test]
fn v11_and_e2_only_what_was_signed_is_returned() {
    let mut appended = certificate();
    let contexts = appended["@context"].as_array_mut().unwrap();
    contexts.push(json!("https://www.w3.org/ns/credentials/examples/v2"));
    let key = sample::issuing_key().public_key();
    let credential = read(&appended).unwrap();
    let by_jcs = credential.check_proof(&credential.proofs()[1], &key);
    let signed = by_jcs.unwrap().unwrap();
    assert_eq!(signed.document()["@context"], certificate()["@context"]);
    assert!(!signed.document().contains_key("proof"));
    // The proof's contexts must come first, in their order.
    let mut swapped = certificate();
    swapped["@context"].as_array_mut().unwrap().reverse();
    let swapped = read(&swapped).unwrap();
    let refused = swapped.check_proof(&swapped.proofs()[1], &key).unwrap();
    assert_eq!(refused, Err(ProofError::Context));
}

#[test]
fn d1_and_d3_a_proof_has_its_members() {
    for name in ["type", "cryptosuite", "verificationMethod", "proofPurpose"] {
        for i in [0, 1] {
            let refused = check_altered(i, |proof| drop(proof.remove(name)));
            assert!(
                matches!(refused, Err(ProofError::Malformed(_))),
                "{name}: {refused:?}"
            );
        }
    }
    for name in ["created", "expires"] {
        let refused = check_altered(1, |proof| {
            drop(proof.insert(name.to_owned(), json!("today")))
        });
        assert_eq!(refused, Err(ProofError::Time(name)));
    }
    assert_eq!(check_altered(0, |_| ()), Ok(()));
    assert_eq!(check_altered(1, |_| ()), Ok(()));
}

#[test]
fn d6_a_context_that_is_not_known_is_not_checked_but_refused() {
    let mut document = members(&certificate()).clone();
    document.remove("proof");
    let contexts = document["@context"].as_array_mut().unwrap();
    contexts.push(json!("https://terms.example/context"));
    let options = ProofOptions {
        created: Timestamp::from_unix(0).unwrap(),
        verification_method: sample::ISSUING_KEY.to_owned(),
    };
    let refused = secure_set(document, &options, &sample::issuing_key());
    assert!(matches!(refused, Err(ProofError::JsonLd(_))), "{refused:?}");
}

#[test]
fn d7_errors_have_the_specifications_types() {
    for error in [
        ProofError::Malformed("x"),
        ProofError::Context,
        ProofError::Value,
        ProofError::NoPreviousProof("x".to_owned()),
    ] {
        assert_eq!(
            error.kind(),
            "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
        );
    }
    let transformation = check_altered(0, |proof| {
        drop(proof.insert("invented".to_owned(), json!("x")))
    });
    let kind = transformation.unwrap_err().kind();
    assert_eq!(kind, "https://w3id.org/security#PROOF_TRANSFORMATION_ERROR");
}

#[test]
fn e1_the_jcs_proof_carries_the_documents_context() {
    let certificate = certificate();
    assert_eq!(certificate["proof"][1]["@context"], certificate["@context"]);
    assert!(certificate["proof"][0].get("@context").is_none());
}

#[test]
fn e4_signatures_and_keys_have_one_spelling() {
    let value = certificate()["proof"][1]["proofValue"]
        .as_str()
        .unwrap()
        .to_owned();
    let octets = multibase::decode_base58::<64>(&value).unwrap();
    let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    for wrong in [
        value[1..].to_owned(),
        value[..value.len() - 1].to_owned(),
        format!("{value}1"),
        format!("f{hex}"),
        multibase::encode_base64url(&octets),
        multibase::encode_base58(&octets[..63]),
        String::new(),
    ] {
        for i in [0, 1] {
            let put = |proof: &mut Map<String, Value>| {
                proof.insert("proofValue".to_owned(), json!(wrong));
            };
            // Fewer digits may still write as many octets, of another signature.
            let found = check_altered(i, put);
            let refused = matches!(found, Err(ProofError::Value | ProofError::Signature(_)));
            assert!(refused, "{wrong}: {found:?}");
        }
    }
    let multikey = sample::issuing_key().public_key().to_multikey();
    assert!(PublicKey::from_multikey(&multikey).is_ok());
    // P-256, X25519 and Ed25519 with a length that is not its own.
    for wrong in [
        "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv",
        "z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc",
        &multikey[..multikey.len() - 1],
        &multikey[1..],
    ] {
        assert!(PublicKey::from_multikey(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn e5_the_wrong_type_or_the_wrong_suite_is_enough() {
    for i in [0, 1] {
        for (name, value) in [
            ("type", "Ed25519Signature2020"),
            ("cryptosuite", "eddsa-2099"),
            ("cryptosuite", ["eddsa-jcs-2022", "eddsa-rdfc-2022"][i]),
        ] {
            let put = |proof: &mut Map<String, Value>| {
                proof.insert(name.to_owned(), json!(value));
            };
            assert!(check_altered(i, put).is_err(), "{name} {value}");
        }
    }
}

/// A list whose `credentialSubject` has these members besides, or instead.
fn list_with(more: Value) -> Result<StatusList, String> {
    let mut list = sample::status_list(&[7]);
    list.remove("proof");
    let subject = list["credentialSubject"].as_object_mut().unwrap();
    subject.extend(members(&more).clone());
    let key = sample::status_key();
    let options = ProofOptions {
        created: Timestamp::from_unix(0).unwrap(),
        verification_method: sample::STATUS_KEY.to_owned(),
    };
    let signed = SignedCredential::from_document(secure(list, &options, &key).unwrap()).unwrap();
    let checked = signed.check_proof(&signed.proofs()[0], &key.public_key());
    StatusList::read(&checked.unwrap().unwrap()).map_err(|error| error.to_string())
}

#[test]
fn b4_a_ttl_changes_nothing_of_the_validity() {
    let plain = list_with(json!({})).unwrap();
    for ttl in [0_u64, 300_000, 9_007_199_254_740_991] {
        assert_eq!(list_with(json!({"ttl": ttl})).as_ref(), Ok(&plain));
    }
}

#[test]
fn b6_and_b9_lists_too_short_and_too_long_are_errors_of_their_own() {
    let list = |octets: usize| {
        use flate2::{Compression, write::GzEncoder};
        use std::io::Write as _;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&vec![0; octets]).unwrap();
        Bitstring::decode(&multibase::encode_base64url(&gzip.finish().unwrap()))
    };
    assert!(list(16 << 10).is_ok() && list(8 << 20).is_ok());
    assert!(matches!(
        list((16 << 10) - 1),
        Err(BitstringError::TooShort { .. })
    ));
    assert_eq!(list((8 << 20) + 1), Err(BitstringError::TooLong));
}

#[test]
fn c4_and_w3_keys_of_a_did_document_are_told_apart_by_absolute_urls() {
    let multikey = sample::issuing_key().public_key().to_multikey();
    let method = |id: &str| json!({"id": id, "type": "Multikey", "controller": sample::ISSUER, "publicKeyMultibase": multikey});
    let document = |ids: [&str; 2]| {
        let methods = ids.map(method);
        let value =
            json!({"id": sample::ISSUER, "verificationMethod": methods, "assertionMethod": ["#a"]});
        DidDocument::from_json(&value, sample::ISSUER)
    };
    let read = document(["#a", "did:web:nc4.example#b"]).unwrap();
    assert!(read.assertion_key("did:web:nc4.example#a").is_some());
    assert!(read.assertion_key("did:web:nc4.example#b").is_none());
    assert!(document(["#a", "did:web:nc4.example#a"]).is_err());
}

#[test]
fn o1_to_o6_a_certificate_has_what_a_badge_needs() {
    let certificate = certificate();
    assert_eq!(lint(members(&certificate)), []);
    let at = |pointer: &str| certificate.pointer(pointer).unwrap();
    assert_eq!(
        at("/@context/1"),
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
    );
    let subject = "/credentialSubject";
    for there in [
        "/source/id",
        "/source/type",
        "/achievement/criteria/narrative",
        "/result/0/value",
    ] {
        assert!(
            certificate.pointer(&format!("{subject}{there}")).is_some(),
            "{there}"
        );
    }
    let described = at("/credentialSubject/achievement/resultDescription/0");
    assert!(described["resultType"].is_string());
    assert_eq!(
        &described["id"],
        at("/credentialSubject/result/0/resultDescription")
    );
    assert!(at("/credentialStatus/id").is_string());
    assert!(
        at("/proof")
            .as_array()
            .unwrap()
            .iter()
            .all(|proof| proof["proofPurpose"] == "assertionMethod")
    );
}

#[test]
fn o5_nothing_empty_is_issued() {
    fn empty(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(items) => items.is_empty() || items.iter().any(empty),
            Value::Object(members) => members.is_empty() || members.values().any(empty),
            _ => false,
        }
    }
    assert!(!empty(&certificate()));
    let facts = Facts::of(members(&certificate()));
    assert_eq!(facts.name.as_deref(), Some("Achieng' Otieno"));
    assert!(json::parse(&serde_json::to_vec(&certificate()).unwrap()).is_ok());
}
