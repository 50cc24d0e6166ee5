//! Edited, swapped, resigned and malformed claims.

use super::*;

/// THREATS 4, 16: a claim that was edited, or whose signature was taken away or swapped, shows nothing as signed.
#[test]
fn edits_and_swapped_proofs_are_altered() {
    let world = World::default();
    let foreign = document(&world.certificate("Another Person"));
    for (what, bytes) in [
        (
            "name",
            edited(&world, |v| {
                v["credentialSubject"]["name"] = json!("Another Person")
            }),
        ),
        (
            "index",
            edited(&world, |v| {
                v["credentialStatus"]["statusListIndex"] = json!("7")
            }),
        ),
        (
            "proof",
            edited(&world, |v| v["proof"] = foreign["proof"].clone()),
        ),
        (
            "no proof",
            edited(&world, |v| {
                v.as_object_mut().unwrap().remove("proof");
            }),
        ),
        ("empty proof", edited(&world, |v| v["proof"] = json!([]))),
        (
            "purpose",
            edited(&world, |v| {
                v["proof"][0]["proofPurpose"] = json!("authentication")
            }),
        ),
        (
            "flood",
            edited(&world, |v| {
                v["proof"] = Value::Array(
                    vec![v["proof"][0].clone(); 10_000]
                        .into_iter()
                        .take(900)
                        .collect(),
                )
            }),
        ),
    ] {
        let report = judge(&world, &Presented::json(&bytes), NOW);
        assert_eq!(report.verdict, Verdict::Invalid, "{what}");
        assert_eq!(report.reasons, ["altered"], "{what}");
        assert_eq!(report.signed, None, "{what}");
        assert!(
            report.claimed.is_some() && report.document.is_none(),
            "{what}"
        );
    }
}

/// THREATS 9: look-alikes of the issuer, each signed with a key of its own.
#[test]
fn a_look_alike_issuer_is_not_in_this_system() {
    let world = World::default();
    let mut look_alikes: Vec<String> = [
        "did:web:nc4.example.evil.example",
        "did:web:nc4.example:",
        "did:web:NC4.example",
        "did:web:nc4.example%2F",
        "did:web:nс4.example",
        "did:web:xn--n4-8cc.example",
        "did:web:nc4-example",
        "did:web:nc4.example#key-1",
        "did:web:nc4.example ",
        " did:web:nc4.example",
        "did:web:nc4.example\u{200b}",
        "did:web:ｎc4.example",
        "did:web:nc4.example:443",
        "did:web:nc4.example%3A443",
        "did:web:www.nc4.example",
        "DID:web:nc4.example",
        "did:WEB:nc4.example",
        "https://nc4.example",
        "did:webs:nc4.example",
        "did:web:nc4..example",
        "did:web:nc4.example.",
        "did:web:nc4.exampIe",
        "did:web:nc4.examp1e",
        "did:web:nc4.go.ke.example",
        "did:web:127.0.0.1",
        "did:web:localhost",
        "did:key:z6Mk",
        "did:jwk:e30",
        "urn:nc4",
        "did:web:",
    ]
    .map(str::to_owned)
    .to_vec();
    look_alikes.extend(
        "abcdfghijklmnopqrstu"
            .chars()
            .map(|c| format!("did:web:nc4.exampl{c}")),
    );
    assert!(look_alikes.len() >= 50);
    for did in look_alikes {
        let signer = format!("{did}#key-1");
        let bytes = resigned(&world, (9, &signer), |v| v["issuer"]["id"] = json!(did));
        let report = judge(&world, &Presented::json(&bytes), NOW);
        assert_eq!(report.verdict, Verdict::Invalid, "{did}");
        assert!(
            report.reasons.contains(&"unknown_issuer"),
            "{did}: {:?}",
            report.reasons
        );
        assert_eq!((report.signed, report.issuer), (None, None), "{did}");
    }
}

/// THREATS 30: a key that the proof brings along, or one outside the issuer's entry, never counts.
#[test]
fn only_a_key_of_the_issuers_entry_counts() {
    let world = World {
        trust_made: at("2026-10-15T00:00:00Z"),
        ..World::default()
    };
    let own = key(9).public_key().to_multikey();
    for signer in [
        format!("did:key:{own}#{own}"),
        "did:web:evil.example#key-1".to_owned(),
        "#key-1".to_owned(),
        method("key-2"),
    ] {
        let number = if signer == method("key-2") { 5 } else { 9 };
        let bytes = resigned(&world, (number, &signer), |_| {});
        let report = judge(&world, &Presented::json(&bytes), NOW);
        assert_eq!(
            told(&report),
            (Verdict::Invalid, vec!["unknown_key"]),
            "{signer}"
        );
        assert_eq!(report.signed, None);
    }
    let with_jwk = edited(&world, |v| v["proof"][0]["publicKeyMultibase"] = json!(own));
    assert_eq!(
        judge(&world, &Presented::json(&with_jwk), NOW).reasons,
        ["altered"]
    );
}

/// THREATS 28: sets of proofs.
#[test]
fn every_proof_of_a_known_suite_must_hold_and_others_never_suffice() {
    let world = World::default();
    let genuine = document(&world.certificate(NAME))["proof"][0].clone();
    let mut unknown = genuine.clone();
    unknown["cryptosuite"] = json!("eddsa-quantum-2099");
    let mut broken = genuine.clone();
    broken["created"] = json!("2026-10-14T12:30:01Z");
    let mut chained = genuine.clone();
    chained["previousProof"] = json!("urn:uuid:1");
    let mut endless = genuine.clone();
    endless["expires"] = json!("2026-10-15T00:00:00Z");
    let cases: Vec<(Vec<&Value>, Verdict, &[&str])> = vec![
        (vec![&genuine], Verdict::Valid, &[]),
        (vec![&unknown, &genuine], Verdict::Valid, &[]),
        (vec![&genuine, &unknown], Verdict::Valid, &[]),
        (
            vec![&unknown],
            Verdict::Undecided,
            &["unknown_suite", "no_key", "created_missing"],
        ),
        (vec![&broken, &genuine], Verdict::Invalid, &["altered"]),
        (vec![&genuine, &broken], Verdict::Invalid, &["altered"]),
        (
            vec![&genuine, &chained],
            Verdict::Undecided,
            &["proof_chain"],
        ),
        (vec![&chained], Verdict::Undecided, &["proof_chain"]),
        (vec![&endless], Verdict::Invalid, &["altered"]),
    ];
    for (i, (proofs, verdict, reasons)) in cases.into_iter().enumerate() {
        let count = proofs.len();
        let proofs: Vec<Value> = proofs.into_iter().cloned().collect();
        let bytes = edited(&world, |v| v["proof"] = Value::Array(proofs.clone()));
        let report = judge(&world, &Presented::json(&bytes), NOW);
        assert_eq!(told(&report), (verdict, reasons.to_vec()), "case {i}");
        assert_eq!(report.proofs.len(), count, "case {i}");
        assert_eq!(
            report.signed.is_some(),
            verdict == Verdict::Valid,
            "case {i}"
        );
    }
}

/// E2: what a holder appends to the context breaks nothing and is not shown as signed.
#[test]
fn appended_contexts_are_not_returned() {
    let world = World::default();
    let bytes = edited(&world, |v| {
        v["@context"]
            .as_array_mut()
            .unwrap()
            .push(json!("https://holder.example/"))
    });
    let report = judge(&world, &Presented::json(&bytes), NOW);
    assert_eq!(report.verdict, Verdict::Valid);
    assert_eq!(
        report.document.unwrap()["@context"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let bytes = edited(&world, |v| {
        v["@context"][1] = json!("https://holder.example/")
    });
    assert_eq!(
        judge(&world, &Presented::json(&bytes), NOW).reasons,
        ["altered", "malformed"]
    );
}

#[test]
fn rightly_signed_nonsense_is_malformed() {
    let world = World::default();
    let drop = |value: &mut Value| {
        value["credentialSubject"]
            .as_object_mut()
            .unwrap()
            .remove("achievement");
    };
    let bytes = resigned(&world, (2, &method("key-1")), drop);
    assert_eq!(
        told(&judge(&world, &Presented::json(&bytes), NOW)),
        (Verdict::Invalid, vec!["malformed"])
    );
}
