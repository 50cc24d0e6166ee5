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
        let reason = if what == "purpose" {
            "wrong_purpose"
        } else {
            "altered"
        };
        assert_eq!(report.reasons, [reason], "{what}");
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

/// E2: what a holder appends to the context is not shown as signed. One that is known and changes no meaning breaks
/// nothing; one that is not known here was not signed, and nobody can tell what it changes.
#[test]
fn appended_contexts_are_not_returned() {
    let world = World::default();
    let append = |context: Value, keep: &'static [&'static str]| {
        edited(&world, move |v| {
            let contexts = v["@context"].as_array_mut().unwrap();
            contexts.push(context.clone());
            let proofs = v["proof"].as_array_mut().unwrap();
            proofs.retain(|proof| keep.contains(&proof["cryptosuite"].as_str().unwrap()));
        })
    };
    let both: &[&str] = &["eddsa-rdfc-2022", "eddsa-jcs-2022"];
    let harmless = json!("https://w3id.org/security/data-integrity/v2");
    let unknown = json!("https://holder.example/");
    for (context, keep) in [
        (&harmless, both),
        (&harmless, &both[1..]),
        (&unknown, &both[1..]),
    ] {
        let bytes = append(context.clone(), keep);
        let report = judge(&world, &Presented::json(&bytes), NOW);
        assert_eq!(
            told(&report),
            (Verdict::Valid, vec![]),
            "{context}, {keep:?}"
        );
        let shown = report.document.unwrap();
        assert_eq!(shown["@context"].as_array().unwrap().len(), 2);
    }
    let redefining = json!({"@language": "sw"});
    for (context, keep, verdict, reasons) in [
        (&unknown, both, Verdict::Invalid, "altered"),
        (
            &unknown,
            &both[..1],
            Verdict::Undecided,
            "context_not_known",
        ),
        (&redefining, both, Verdict::Invalid, "altered"),
    ] {
        let bytes = append(context.clone(), keep);
        let report = judge(&world, &Presented::json(&bytes), NOW);
        assert_eq!(
            told(&report),
            (verdict, vec![reasons]),
            "{context}, {keep:?}"
        );
        assert_eq!(report.signed, None);
    }
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
