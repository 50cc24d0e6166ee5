//! THREATS 28, 30, D5: sets and chains of proofs.

use cheti_shared::bundle::Bundle;
use cheti_shared::bundle::trust_list::{Fields, KeyRole, TrustedIssuer, TrustedKey};
use cheti_shared::did::document::{DidDocument, VerificationMethod};

use super::*;
use crate::checks::key::KeyOf;
use crate::samples::TRUST_MADE;

const RDFC: &str = "eddsa-rdfc-2022";
const JCS: &str = "eddsa-jcs-2022";

/// The certificate with other proofs.
fn with(certificate: &Value, proofs: impl IntoIterator<Item = Value>) -> Presented {
    let mut changed = certificate.clone();
    changed["proof"] = proofs.into_iter().collect();
    Presented::json(changed.to_string().as_bytes())
}

fn changed(proof: &Value, member: &str, value: Value) -> Value {
    let mut proof = proof.clone();
    proof[member] = value;
    proof
}

/// The proof of a further party.
fn further(certificate: &Value, suite: &str, method: &str) -> Value {
    proof(certificate, 9, assertion(suite, method))
}

#[test]
fn every_proof_of_a_known_suite_must_hold_and_others_never_suffice() {
    let world = World::default();
    let certificate = Value::Object(document(&world.certificate(NAME)));
    let (rdfc, jcs) = (&certificate["proof"][0], &certificate["proof"][1]);
    let later = json!("2026-10-14T12:30:01Z");
    let (bad_rdfc, bad_jcs) = (
        &changed(rdfc, "created", later.clone()),
        &changed(jcs, "created", later),
    );
    let unknown = &changed(rdfc, "cryptosuite", json!("eddsa-quantum-2099"));
    let old = &json!({
        "type": "Ed25519Signature2020",
        "verificationMethod": method("key-1"),
        "proofPurpose": "assertionMethod",
    });
    let other_purpose = &changed(jcs, "proofPurpose", json!("authentication"));
    let own = did_key(9);
    let (attacker, attacker_rdfc) = (
        &further(&certificate, JCS, &own),
        &further(&certificate, RDFC, &own),
    );
    let bad_attacker = &changed(attacker, "created", json!("2026-10-14T00:00:00Z"));
    let stranger = &further(&certificate, JCS, "did:web:evil.example#key-1");
    let mut members = assertion(JCS, &own);
    members["created"] = json!("2026-10-18T06:05:01Z");
    let future = &proof(&certificate, 9, members.clone());
    members["created"] = json!(CREATED);
    members["expires"] = json!(NOW);
    let expired = &proof(&certificate, 9, members);
    let only_unknown: &[&str] = &["unknown_suite", "no_key", "created_missing"];
    let cases: Vec<(Vec<&Value>, Verdict, &[&str])> = vec![
        (vec![rdfc, jcs], Verdict::Valid, &[]),
        (vec![jcs, rdfc], Verdict::Valid, &[]),
        (vec![jcs], Verdict::Valid, &[]),
        (vec![rdfc], Verdict::Valid, &[]),
        (vec![bad_rdfc, jcs], Verdict::Invalid, &["altered"]),
        (vec![jcs, bad_rdfc], Verdict::Invalid, &["altered"]),
        (vec![rdfc, bad_jcs], Verdict::Invalid, &["altered"]),
        (vec![bad_jcs, rdfc], Verdict::Invalid, &["altered"]),
        (vec![unknown, jcs], Verdict::Valid, &[]),
        (vec![rdfc, jcs, unknown, old], Verdict::Valid, &[]),
        (vec![unknown], Verdict::Undecided, only_unknown),
        (vec![old], Verdict::Undecided, only_unknown),
        (
            vec![rdfc, other_purpose],
            Verdict::Invalid,
            &["wrong_purpose"],
        ),
        (vec![rdfc, jcs, attacker], Verdict::Valid, &[]),
        (vec![attacker, rdfc, jcs], Verdict::Valid, &[]),
        (vec![attacker_rdfc, jcs], Verdict::Valid, &[]),
        (vec![attacker], Verdict::Invalid, &["unknown_key"]),
        (vec![attacker_rdfc], Verdict::Invalid, &["unknown_key"]),
        (vec![attacker, unknown], Verdict::Invalid, &["unknown_key"]),
        (
            vec![rdfc, jcs, bad_attacker],
            Verdict::Invalid,
            &["altered"],
        ),
        (vec![jcs, stranger], Verdict::Undecided, &["no_key"]),
        (vec![jcs, future], Verdict::Undecided, &["clock"]),
        (vec![jcs, expired], Verdict::Invalid, &["expired"]),
    ];
    for (i, (proofs, verdict, reasons)) in cases.into_iter().enumerate() {
        let count = proofs.len();
        let presented = with(&certificate, proofs.into_iter().cloned());
        let report = judge(&world, &presented, NOW);
        assert_eq!(told(&report), (verdict, reasons.to_vec()), "case {i}");
        assert_eq!(report.proofs.len(), count, "case {i}");
        let valid = verdict == Verdict::Valid;
        assert_eq!(report.signed.is_some(), valid, "case {i}");
        assert_eq!(report.document.is_some(), valid, "case {i}");
    }
    let report = judge(
        &world,
        &with(&certificate, [jcs.clone(), attacker.clone()]),
        NOW,
    );
    let whose: Vec<KeyOf> = report.proofs.iter().map(|proof| proof.key_of).collect();
    assert_eq!(whose, [KeyOf::Author, KeyOf::DidKey]);
}

/// What is cheap to check is checked first: once it has failed, nothing costly is done any more.
#[test]
fn what_has_failed_already_costs_no_more() {
    let world = World::default();
    let certificate = Value::Object(document(&world.certificate(NAME)));
    let (rdfc, jcs) = (&certificate["proof"][0], &certificate["proof"][1]);
    let bad = changed(jcs, "created", json!("2026-10-14T12:30:01Z"));
    let report = judge(&world, &with(&certificate, [rdfc.clone(), bad]), NOW);
    assert_eq!(report.proofs[0].outcome.code(), Some("not_reached"));
    assert_eq!(report.proofs[1].outcome.code(), Some("altered"));
}

#[test]
fn a_flood_of_proofs_is_refused() {
    let world = World::default();
    let certificate = Value::Object(document(&world.certificate(NAME)));
    for (count, reason) in [(17, "altered"), (10_000, "unreadable")] {
        let proofs = vec![certificate["proof"][0].clone(); count];
        let report = judge(&world, &with(&certificate, proofs), NOW);
        assert_eq!(report.reasons, [reason], "{count}");
        assert_eq!(report.signed, None);
    }
}

/// Another party of the trust list signs too, and counts as the list has it.
#[test]
fn a_registered_partys_key_comes_from_the_trust_list() {
    let world = World::default();
    let partner = |role, number: u8| {
        let id = "did:web:partner.example#key-1".to_owned();
        let method = VerificationMethod {
            id: id.clone(),
            key: key(number).public_key(),
            revoked: None,
            expires: None,
        };
        let document = DidDocument {
            id: "did:web:partner.example".to_owned(),
            assertion_method: vec![id.clone()],
            methods: vec![method],
        };
        let key = TrustedKey {
            id,
            role,
            valid_from: at("2026-01-01T00:00:00Z"),
            ended: None,
        };
        TrustedIssuer::new("Partner".to_owned(), None, &document, vec![key])
    };
    let certificate = Value::Object(document(&world.certificate(NAME)));
    let signed = further(&certificate, JCS, "did:web:partner.example#key-1");
    let both = [certificate["proof"][1].clone(), signed.clone()];
    for (role, number, proofs, verdict, reason) in [
        (KeyRole::Issuing, 9, both.to_vec(), Verdict::Valid, None),
        (
            KeyRole::Status,
            9,
            both.to_vec(),
            Verdict::Invalid,
            Some("wrong_key_role"),
        ),
        (
            KeyRole::Issuing,
            8,
            both.to_vec(),
            Verdict::Invalid,
            Some("altered"),
        ),
        (
            KeyRole::Issuing,
            9,
            vec![signed],
            Verdict::Invalid,
            Some("unknown_key"),
        ),
    ] {
        let issuers = vec![world.issuer(), partner(role, number)];
        let expires = at("2027-10-01T00:00:00Z");
        let fields = Fields::new(9, at(TRUST_MADE), expires, issuers);
        let bundle = Bundle {
            trust_list: fields.sign(&key(1)).unwrap(),
            ..world.bundle()
        };
        let evidence =
            Evidence::from_bundle(&bundle, Root::OfTheBundle, Memory::default()).unwrap();
        let presented = with(&certificate, proofs);
        let report = verify(&presented, &evidence, &Policy::default(), at(NOW));
        let reasons: Vec<&str> = reason.into_iter().collect();
        assert_eq!(told(&report), (verdict, reasons));
    }
}

/// D5: `previousProof` as text and as a list; a missing one, two of one id, a circle, one that does not hold, one that
/// cannot be checked.
#[test]
fn chains_hold_only_as_a_whole() {
    let world = World::default();
    let mut base = Value::Object(document(&world.certificate(NAME)));
    base.as_object_mut().unwrap().remove("proof");
    let link = |certificate: &Value, suite: &str, id: &str, previous: Option<Value>| {
        let mut members = assertion(suite, &method("key-1"));
        members["id"] = json!(id);
        if let Some(previous) = previous {
            members["previousProof"] = previous;
        }
        proof(certificate, 2, members)
    };
    let first = link(&base, JCS, "urn:proof:1", None);
    let second = link(&base, JCS, "urn:proof:2", None);
    let mut with_both = base.clone();
    with_both["proof"] = json!([first, second]);
    let (one, list) = (json!("urn:proof:1"), json!(["urn:proof:1", "urn:proof:2"]));
    let by_text = link(&with_both, JCS, "urn:proof:3", Some(one.clone()));
    let by_list = link(&with_both, JCS, "urn:proof:3", Some(list.clone()));
    let by_rdfc = link(&with_both, RDFC, "urn:proof:3", Some(list));
    let ignoring = {
        let mut plain = link(&base, JCS, "urn:proof:3", None);
        plain["previousProof"] = one.clone();
        plain
    };
    let unknown = changed(&first, "cryptosuite", json!("eddsa-quantum-2099"));
    let mut with_unknown = base.clone();
    with_unknown["proof"] = json!([unknown]);
    let on_unknown = link(&with_unknown, JCS, "urn:proof:3", Some(one.clone()));
    let circle = [
        changed(&first, "previousProof", json!("urn:proof:2")),
        changed(&second, "previousProof", one.clone()),
    ];
    let itself = changed(&first, "previousProof", one);
    let none = changed(&first, "previousProof", json!([]));
    let number = changed(&first, "previousProof", json!(7));
    let flood = changed(&first, "previousProof", json!(vec!["urn:proof:2"; 17]));
    let (good, bad) = (Verdict::Valid, Verdict::Invalid);
    let cases: Vec<(Vec<&Value>, Verdict, &str)> = vec![
        (vec![&first, &by_text], good, ""),
        (vec![&by_text, &first], good, ""),
        (vec![&first, &second, &by_list], good, ""),
        (vec![&first, &second, &by_rdfc], good, ""),
        (vec![&by_text], bad, "is not there"),
        (vec![&first, &by_list], bad, "is not there"),
        (vec![&first, &first, &by_text], bad, "two of its proofs"),
        (vec![&second, &first, &ignoring], bad, "signature"),
        (vec![&circle[0], &circle[1]], bad, "in a circle"),
        (vec![&itself], bad, "in a circle"),
        (
            vec![&unknown, &on_unknown, &second],
            Verdict::Undecided,
            "eddsa-quantum-2099",
        ),
        (vec![&flood, &second], bad, "more than 16"),
        (vec![&none], bad, "previousProof"),
        (vec![&number], bad, "previousProof"),
    ];
    for (i, (proofs, verdict, words)) in cases.into_iter().enumerate() {
        let report = judge(&world, &with(&base, proofs.into_iter().cloned()), NOW);
        let message = report.outcome(CheckName::Proof).message();
        let message = message.unwrap_or_default();
        assert_eq!(report.verdict, verdict, "case {i}: {message}");
        assert!(message.contains(words), "case {i}: {message}");
        assert_eq!(report.signed.is_some(), verdict == good, "case {i}");
    }
}

/// D6: `eddsa-rdfc-2022` signs meanings; what a person reads are names, which a context in the document may give any
/// meaning.
#[test]
fn names_that_the_document_itself_defines_are_not_shown_as_signed() {
    let world = World::default();
    let mut base = Value::Object(document(&world.certificate(NAME)));
    base.as_object_mut().unwrap().remove("proof");
    let inline = json!({"motto": "https://nc4.example/motto"});
    base["@context"].as_array_mut().unwrap().push(inline);
    base["motto"] = json!("Usalama");
    let by = |suite| proof(&base, 2, assertion(suite, &method("key-1")));
    let jcs = proof(&base, 2, {
        let mut members = assertion(JCS, &method("key-1"));
        members["@context"] = base["@context"].clone();
        members
    });
    let attacker = further(&base, JCS, &did_key(9));
    for (proofs, verdict, reasons) in [
        (
            vec![by(RDFC)],
            Verdict::Undecided,
            vec!["context_not_known"],
        ),
        (
            vec![by(RDFC), attacker],
            Verdict::Undecided,
            vec!["context_not_known"],
        ),
        (vec![by(RDFC), by(JCS)], Verdict::Valid, vec![]),
        (vec![jcs], Verdict::Valid, vec![]),
    ] {
        let report = judge(&world, &with(&base, proofs), NOW);
        assert_eq!(told(&report), (verdict, reasons));
        assert_eq!(report.signed.is_some(), verdict == Verdict::Valid);
    }
}

/// VCDM 1.1 (REQUIREMENTS §10): both suites, by the registered issuer's key.
#[test]
fn proofs_of_the_older_data_model_hold_too() {
    let world = World::default();
    let base = json!({
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "https://w3id.org/security/data-integrity/v2",
        ],
        "id": "urn:uuid:6f1c0a52-3b1e-4c8a-9d53-0a1b2c3d4e5f",
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "issuanceDate": "2026-10-16T06:00:00Z",
        "expirationDate": "2026-10-20T06:00:00Z",
        "credentialSubject": {"id": "urn:example:holder"},
    });
    let by = |suite| proof(&base, 2, assertion(suite, &method("key-1")));
    for proofs in [vec![by(RDFC), by(JCS)], vec![by(RDFC)], vec![by(JCS)]] {
        let presented = with(&base, proofs);
        let report = judge(&world, &presented, NOW);
        for name in [CheckName::Proof, CheckName::Issuer, CheckName::Validity] {
            assert_eq!(report.outcome(name).code(), None, "{name:?}");
        }
        assert!(report.document.is_some());
        let late = judge(&world, &presented, "2026-10-20T06:00:01Z");
        assert_eq!(late.outcome(CheckName::Validity).code(), Some("expired"));
    }
}
