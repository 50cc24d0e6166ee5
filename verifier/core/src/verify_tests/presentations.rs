//! D3: presentations and whom they were made for.

use std::collections::BTreeSet;

use super::*;
use crate::policy::JsonLdChecking;
use crate::presentation::{Asked, PresentationReport};
use crate::verify_presentation;

const V1: &str = "https://www.w3.org/2018/credentials/v1";
const V2: &str = "https://www.w3.org/ns/credentials/v2";
const DI: &str = "https://w3id.org/security/data-integrity/v2";

fn holder(n: u8) -> String {
    cheti_shared::did::key::did(&key(n).public_key())
}

fn unsigned(world: &World, context: Value) -> Value {
    json!({
        "@context": context,
        "type": ["VerifiablePresentation"],
        "holder": holder(6),
        "verifiableCredential": [Value::Object(document(&world.certificate(NAME)))],
    })
}

fn options(suite: &str) -> Value {
    json!({
        "cryptosuite": suite,
        "created": "2026-10-18T05:59:00Z",
        "verificationMethod": did_key(6),
        "proofPurpose": "authentication",
        "domain": "employer.example",
        "challenge": "c1",
    })
}

fn signed(mut presentation: Value, members: &[Value]) -> Value {
    let sign = |members: &Value| proof(&presentation, 6, members.clone());
    let proofs: Vec<Value> = members.iter().map(sign).collect();
    presentation["proof"] = json!(proofs);
    presentation
}

fn asked(domain: &[&str], challenge: Option<&str>) -> Asked {
    Asked {
        domain: domain
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>(),
        challenge: challenge.map(str::to_owned),
    }
}

fn judged(world: &World, presentation: &Value, asked: &Asked) -> PresentationReport {
    let policy = Policy {
        json_ld: JsonLdChecking::Always,
        ..Policy::default()
    };
    let document = presentation.as_object().unwrap();
    verify_presentation(document, asked, &evidence(world), &policy, at(NOW))
}

#[test]
fn a_presentation_is_judged_with_its_credentials() {
    let world = World::default();
    let (rdfc, jcs) = (options("eddsa-rdfc-2022"), options("eddsa-jcs-2022"));
    let right = asked(&["employer.example"], Some("c1"));
    for context in [json!([V2]), json!([V1, DI])] {
        for members in [
            vec![rdfc.clone(), jcs.clone()],
            vec![rdfc.clone()],
            vec![jcs.clone()],
        ] {
            let mut plain = unsigned(&world, context.clone());
            if context[0] == V1 {
                // A credential of the newer data model cannot stand in a presentation of the older one.
                plain["verifiableCredential"] = json!([]);
            }
            let credentials = plain["verifiableCredential"].as_array().unwrap().len();
            let presentation = signed(plain, &members);
            for asked in [&right, &Asked::default(), &asked(&[], Some("c1"))] {
                let report = judged(&world, &presentation, asked);
                assert_eq!((report.verdict, report.reasons), (Verdict::Valid, vec![]));
                assert_eq!(report.credentials.len(), credentials);
                assert!(report.document.is_some());
            }
        }
    }
    let nobody_asked = judged(&world, &unsigned(&world, json!([V2])), &Asked::default());
    assert_eq!(nobody_asked.verdict, Verdict::Valid);
    assert_eq!(nobody_asked.document, None);
}

#[test]
fn whom_it_was_made_for_is_compared() {
    let world = World::default();
    let plain = unsigned(&world, json!([V2]));
    let with = |member: &str, value: Value| {
        let mut members = options("eddsa-jcs-2022");
        members[member] = value;
        signed(plain.clone(), &[members])
    };
    let presented = signed(plain.clone(), &[options("eddsa-jcs-2022")]);
    let two = with("domain", json!(["employer.example", "bank.example"]));
    let none = with("domain", json!([]));
    let no_challenge = with("challenge", json!(7));
    let mut one_of_two = options("eddsa-rdfc-2022");
    one_of_two["challenge"] = json!("c0");
    let replayed = signed(plain.clone(), &[options("eddsa-jcs-2022"), one_of_two]);
    let both: &[&str] = &["bank.example", "employer.example"];
    for (presentation, domain, challenge, code) in [
        (
            &presented,
            &["bank.example"][..],
            None,
            Some("invalid_domain"),
        ),
        (&presented, both, None, Some("invalid_domain")),
        (&presented, &[], Some("c2"), Some("invalid_challenge")),
        (&two, both, Some("c1"), None),
        (&two, &["bank.example"], None, Some("invalid_domain")),
        (&none, &["bank.example"], None, Some("invalid_domain")),
        (&no_challenge, &[], Some("c1"), Some("invalid_challenge")),
        (&replayed, &[], Some("c1"), Some("invalid_challenge")),
        (&plain, &[], Some("c1"), Some("not_signed")),
        (&plain, &["bank.example"], None, Some("not_signed")),
    ] {
        let report = judged(&world, presentation, &asked(domain, challenge));
        let audience = report
            .checks
            .iter()
            .find(|check| check.check == CheckName::Audience);
        assert_eq!(
            audience.unwrap().outcome.code(),
            code,
            "{domain:?} {challenge:?}"
        );
        assert_eq!(report.verdict == Verdict::Valid, code.is_none());
    }
}

#[test]
fn what_does_not_hold_is_said() {
    let world = World::default();
    let plain = unsigned(&world, json!([V2]));
    let jcs = || vec![options("eddsa-jcs-2022")];
    let member = |name: &str, value: Value| {
        let mut presentation = plain.clone();
        presentation[name] = value;
        signed(presentation, &jcs())
    };
    let by = |name: &str, value: Value| {
        let mut members = options("eddsa-jcs-2022");
        members[name] = value;
        signed(plain.clone(), &[members])
    };
    let after = |edit: fn(&mut Value)| {
        let mut presentation = signed(plain.clone(), &jcs());
        edit(&mut presentation);
        presentation
    };
    let enveloped = json!([{
        "@context": V2,
        "id": "data:application/vc+jwt,eyJhbGciOiJub25lIn0",
        "type": "EnvelopedVerifiableCredential",
    }]);
    let many = json!(vec![json!({}); 17]);
    let strangers = {
        let mut presentation = plain.clone();
        presentation.as_object_mut().unwrap().remove("holder");
        let mut members = options("eddsa-jcs-2022");
        members["verificationMethod"] = json!("did:web:a.example#k");
        signed(presentation, &[members])
    };
    let (bad, open) = (Verdict::Invalid, Verdict::Undecided);
    let cases: Vec<(Value, Verdict, &str)> = vec![
        (
            by("proofPurpose", json!("assertionMethod")),
            bad,
            "wrong_purpose",
        ),
        (by("expires", json!(NOW)), bad, "expired"),
        (by("created", json!("2026-10-18T06:05:01Z")), open, "clock"),
        (by("verificationMethod", json!(did_key(7))), bad, "altered"),
        (strangers, open, "no_key"),
        (
            by("verificationMethod", json!(method("key-1"))),
            bad,
            "altered",
        ),
        (member("holder", json!(holder(7))), bad, "not_the_holder"),
        (
            member("holder", json!({"id": holder(7)})),
            bad,
            "not_the_holder",
        ),
        (member("holder", json!(7)), bad, "malformed"),
        (
            member("type", json!(["VerifiableCredential"])),
            bad,
            "malformed",
        ),
        (member("@context", json!([DI, V2])), bad, "malformed"),
        (member("id", json!("no url")), bad, "malformed"),
        (member("motto", json!("Usalama")), bad, "malformed"),
        (
            member("verifiableCredential", json!("eyJ")),
            bad,
            "malformed",
        ),
        (
            member("verifiableCredential", json!(["eyJ"])),
            bad,
            "malformed",
        ),
        (
            member("verifiableCredential", enveloped),
            open,
            "unreadable",
        ),
        (member("verifiableCredential", many), open, "too_much_work"),
        (
            after(|v| v["holder"] = json!("did:web:other.example")),
            bad,
            "altered",
        ),
        (
            after(|v| v["proof"][0]["challenge"] = json!("c2")),
            bad,
            "altered",
        ),
        (
            after(|v| v["verifiableCredential"] = json!([])),
            bad,
            "altered",
        ),
        (after(|v| v["proof"] = json!([])), bad, "altered"),
        (
            after(|v| v["proof"] = json!(vec![json!({}); 17])),
            bad,
            "altered",
        ),
    ];
    for (i, (presentation, verdict, reason)) in cases.iter().enumerate() {
        let report = judged(&world, presentation, &Asked::default());
        let reasons = &report.reasons;
        assert!(reasons.contains(reason), "case {i}: {reason} {reasons:?}");
        assert_eq!(report.verdict, *verdict, "case {i}: {reason}");
    }
}

/// A presentation is no better than the worst of its credentials.
#[test]
fn embedded_credentials_count() {
    let revoked = World {
        set: Some(None),
        ..World::default()
    };
    let world = World::default();
    let jcs = [options("eddsa-jcs-2022")];
    let presentation = signed(unsigned(&revoked, json!([V2])), &jcs);
    let report = judged(&revoked, &presentation, &Asked::default());
    assert_eq!(
        (report.verdict, report.reasons),
        (Verdict::Invalid, vec!["revoked"])
    );

    let mut altered = unsigned(&world, json!([V2]));
    let mut other = altered["verifiableCredential"][0].clone();
    other["credentialSubject"]["name"] = json!("Another Person");
    altered["verifiableCredential"]
        .as_array_mut()
        .unwrap()
        .push(other);
    let report = judged(&world, &signed(altered, &jcs), &Asked::default());
    assert_eq!(
        (report.verdict, report.reasons),
        (Verdict::Invalid, vec!["altered"])
    );
    let verdicts: Vec<Verdict> = report.credentials.iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [Verdict::Valid, Verdict::Invalid]);
}
