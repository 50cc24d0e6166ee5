//! The worked example, sets and chains.

use serde_json::json;

use super::*;
use crate::key::SecretKey;
use crate::proof::{Suite, secure_set};

const MULTIKEY: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

fn map(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// The alumni credential of the specification's worked examples (Appendix B).
fn document() -> Map<String, Value> {
    map(json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    }))
}

fn secured_with(proof: Value) -> Map<String, Value> {
    let mut document = document();
    document.insert("proof".to_owned(), proof);
    document
}

#[test]
fn the_specifications_worked_example() {
    let proof = json!({
        "type": "DataIntegrityProof",
        "cryptosuite": NAME,
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": format!("https://vc.example/issuers/5678#{MULTIKEY}"),
        "proofPurpose": "assertionMethod",
        "proofValue": "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9",
    });
    let secured = secured_with(proof.clone());
    let key = PublicKey::from_multikey(MULTIKEY).unwrap();
    let proof = Proof::parse(&proof).unwrap();
    assert_eq!(proof.suite(), &Suite::EddsaRdfc2022);
    assert_eq!(verify(&secured, &proof, &key).unwrap(), document());
}

fn signed() -> (Map<String, Value>, SecretKey) {
    let key = SecretKey::from_seed(&[3; 32]);
    let options = ProofOptions {
        created: "2026-10-16T06:00:00Z".parse().unwrap(),
        verification_method: "did:web:nc4.example#key-1".to_owned(),
    };
    (secure_set(document(), &options, &key).unwrap(), key)
}

#[test]
fn the_proofs_of_a_set_do_not_depend_on_each_other() {
    let (secured, key) = signed();
    let proofs = Proof::all_of(&secured).unwrap();
    let suites: Vec<&str> = proofs.iter().map(|proof| proof.suite().name()).collect();
    assert_eq!(suites, ["eddsa-rdfc-2022", "eddsa-jcs-2022"]);
    for (i, proof) in proofs.iter().enumerate() {
        let verified = proof.verify(&secured, &key.public_key()).unwrap();
        assert_eq!(verified.unwrap(), document());
        let alone = secured_with(secured["proof"][i].clone());
        assert!(proof.verify(&alone, &key.public_key()).unwrap().is_ok());
    }
    assert!(!proofs[0].members().contains_key("@context"));
}

#[test]
fn any_edit_of_document_or_proof_is_noticed() {
    let (secured, key) = signed();
    for (pointer, value) in [
        (
            "/credentialSubject/alumniOf",
            json!("The School of Forgery"),
        ),
        ("/credentialSubject", json!({"id": "did:example:abcdefgh"})),
        (
            "/name",
            json!({"@value": "Alumni Credential", "@language": "en"}),
        ),
        ("/type/1", json!("HonoraryCredential")),
        ("/@context/1", json!("https://other.example/v1")),
        ("/@context/1", json!({"@vocab": "https://other.example/#"})),
        ("/proof/0/created", json!("2026-10-16T06:00:01Z")),
        (
            "/proof/0/verificationMethod",
            json!("did:web:nc4.example#key-2"),
        ),
        ("/proof/0/proofPurpose", json!("authentication")),
        ("/proof/0/proofValue", json!("z111")),
        ("/proof/0/cryptosuite", json!("eddsa-jcs-2022")),
        ("/proof/0/type", json!("Ed25519Signature2020")),
    ] {
        let mut edited = Value::Object(secured.clone());
        *edited.pointer_mut(pointer).unwrap() = value;
        let edited = map(edited);
        let proof = Proof::parse(&edited["proof"][0]).unwrap();
        let verified = proof.verify(&edited, &key.public_key());
        assert!(!matches!(verified, Some(Ok(_))), "{pointer}");
    }
    for (name, value) in [
        ("nonce", json!("1")),
        ("domain", json!("a.example")),
        ("madeUp", json!("x")),
    ] {
        let mut edited = Value::Object(secured.clone());
        edited["proof"][0][name] = value;
        let edited = map(edited);
        let proof = Proof::parse(&edited["proof"][0]).unwrap();
        assert!(
            verify(&edited, &proof, &key.public_key()).is_err(),
            "{name}"
        );
    }
}

/// Data Integrity 4.5: a proof that builds on others is made over the document with exactly those. Checked against the
/// chain of the specification's repository.
#[test]
fn a_chain_is_checked_link_by_link() {
    let (key, other) = (
        SecretKey::from_seed(&[3; 32]),
        SecretKey::from_seed(&[4; 32]),
    );
    let make = |document: &Map<String, Value>,
                id: &str,
                previous: Option<Value>,
                suite: &str,
                key: &SecretKey| {
        let mut proof = map(json!({
            "id": id, "type": "DataIntegrityProof", "cryptosuite": suite, "created": "2026-10-16T06:00:00Z",
            "verificationMethod": "did:web:nc4.example#key-1", "proofPurpose": "assertionMethod",
        }));
        if let Some(previous) = previous {
            proof.insert("previousProof".to_owned(), previous);
        }
        let parsed = Proof::parse(&Value::Object(proof.clone())).unwrap();
        let unsecured = Unsecured::before(document, &parsed).unwrap();
        let hash_data = match suite {
            NAME => hash_data(&unsecured, &proof).unwrap(),
            _ => crate::proof::eddsa_jcs_2022::hash(
                &crate::canon::jcs::canonicalize_members(unsecured.members()),
                &crate::canon::jcs::canonicalize(&Value::Object(proof.clone())),
            ),
        };
        proof.insert(
            "proofValue".to_owned(),
            key.sign(&hash_data).to_multibase().into(),
        );
        Value::Object(proof)
    };
    for suite in [NAME, "eddsa-jcs-2022"] {
        let first = make(&document(), "urn:uuid:1", None, suite, &key);
        let one = secured_with(json!([first]));
        let second = make(&one, "urn:uuid:2", Some(json!("urn:uuid:1")), suite, &other);
        let third = make(
            &secured_with(json!([first, second])),
            "urn:uuid:3",
            Some(json!(["urn:uuid:1", "urn:uuid:2"])),
            suite,
            &key,
        );
        let good = secured_with(json!([first, second, third]));
        let proofs = Proof::all_of(&good).unwrap();
        for (proof, key) in proofs.iter().zip([&key, &other, &key]) {
            assert_eq!(
                proof.verify(&good, &key.public_key()).unwrap().unwrap(),
                document(),
                "{suite}"
            );
        }
        let gone = secured_with(json!([second, third]));
        let error = proofs[1]
            .verify(&gone, &other.public_key())
            .unwrap()
            .unwrap_err();
        assert!(matches!(error, ProofError::NoPreviousProof(_)));
        let mut swapped = first.clone();
        swapped["created"] = json!("2026-10-16T06:00:01Z");
        let swapped = secured_with(json!([swapped, second, third]));
        assert!(
            proofs[1]
                .verify(&swapped, &other.public_key())
                .unwrap()
                .is_err()
        );
    }
}
