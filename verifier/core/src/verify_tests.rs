//! Every reason and every gap by name, with fixed keys and a fixed clock; the attacks of THREATS.

use cheti_shared::bundle::trust_list::{Ending, KeyEnd};
use cheti_shared::key::Signer as _;
use cheti_shared::proof::{ProofOptions, secure};
use cheti_shared::qr::digits;
use cheti_shared::status::entry::Purpose;
use cheti_shared::status::reasons::Reason as StatusReason;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::evidence::memory::Memory;
use crate::evidence::{Evidence, Root};
use crate::policy::{Policy, StatusAge, WithoutStatus};
use crate::presented::Presented;
use crate::report::{CheckName, Report, Verdict};
use crate::samples::{COURSE, DID, LIST, NAME, NOW, World, at, document, key, method};
use crate::verify;

fn evidence(world: &World) -> Evidence {
    let root = Root::Pinned(key(1).public_key());
    Evidence::from_bundle(&world.bundle(), root, Memory::default()).unwrap()
}

fn judge(world: &World, presented: &Presented, now: &str) -> Report {
    verify(presented, &evidence(world), &Policy::default(), at(now))
}

fn json_at(world: &World, now: &str) -> Report {
    judge(world, &Presented::json(&world.certificate(NAME)), now)
}

fn ended(how: Ending, when: &str) -> Option<KeyEnd> {
    let at = at(when);
    Some(KeyEnd { how, at })
}

fn told(report: &Report) -> (Verdict, Vec<&'static str>) {
    (report.verdict, report.reasons.clone())
}

fn edited(world: &World, edit: impl Fn(&mut Value)) -> Vec<u8> {
    let mut value = Value::Object(document(&world.certificate(NAME)));
    edit(&mut value);
    serde_json::to_vec(&value).unwrap()
}

/// The certificate changed before it is signed again, with the key and DID URL given.
fn resigned(world: &World, signer: (u8, &str), edit: impl Fn(&mut Value)) -> Vec<u8> {
    let mut value = Value::Object(document(&world.certificate(NAME)));
    value.as_object_mut().unwrap().remove("proof");
    edit(&mut value);
    let options = ProofOptions {
        created: world.created,
        verification_method: signer.1.to_owned(),
    };
    let signed = secure(value.as_object().unwrap().clone(), &options, &key(signer.0));
    serde_json::to_vec(&signed.unwrap()).unwrap()
}

#[test]
fn a_genuine_certificate_is_valid_in_every_form() {
    let world = World::default();
    let (bytes, code) = (world.certificate(NAME), world.code(NAME));
    let other_host = code.replace("v.nc4.example", "nc4-verify.example");
    for presented in [
        Presented::json(&bytes),
        Presented::code(&code),
        Presented::image([code.as_str(), "https://shop.example/"]),
        Presented::image([code.as_str(), &other_host]),
        Presented::pdf([bytes.as_slice()], [code.as_str()]),
        Presented::pdf([bytes.as_slice(), b"{\"other\":1}"], []),
        Presented::pdf([], [code.as_str()]),
    ] {
        let report = judge(&world, &presented, NOW);
        assert_eq!(told(&report), (Verdict::Valid, vec![]), "{presented:?}");
        let facts = report.signed.unwrap();
        assert_eq!(facts.name.as_deref(), Some(NAME));
        assert_eq!(facts.course.as_deref(), Some(COURSE));
        assert_eq!(report.claimed, None);
        assert_eq!(report.issuer.unwrap().name, "NC4 SPECIMEN");
        assert_eq!(report.checks.len(), 6);
    }
}

/// THREATS 5: a code printed for another host is judged as any other, and the host is told.
#[test]
fn the_host_of_a_code_is_told_and_nothing_else() {
    let world = World::default();
    let code = world
        .code(NAME)
        .replace("v.nc4.example", "nc4-verify.example");
    let report = judge(&world, &Presented::code(&code), NOW);
    assert_eq!(report.verdict, Verdict::Valid);
    assert_eq!(report.code_hosts, ["nc4-verify.example"]);
}

#[test]
fn each_reason_has_its_world() {
    let compromised = ended(Ending::Compromised, "2026-10-17T00:00:00Z");
    let superseded = StatusReason::Superseded { version: 2 };
    let set = |reason| World {
        set: Some(reason),
        ..World::default()
    };
    let worlds: Vec<(World, &str, Verdict, &[&str])> = vec![
        (
            World {
                issuing_end: ended(Ending::Rotated, "2026-10-14T12:30:01Z"),
                ..World::default()
            },
            NOW,
            Verdict::Valid,
            &[],
        ),
        (
            World {
                issuing_end: ended(Ending::Rotated, "2026-10-14T12:30:00Z"),
                ..World::default()
            },
            NOW,
            Verdict::Invalid,
            &["key_not_valid_then"],
        ),
        (
            World {
                issuing_from: at("2026-10-15T00:00:00Z"),
                ..World::default()
            },
            NOW,
            Verdict::Invalid,
            &["key_not_valid_then"],
        ),
        (
            World {
                issuing_end: compromised,
                ..World::default()
            },
            NOW,
            Verdict::Undecided,
            &["key_compromised"],
        ),
        (
            World {
                signer: (3, "status-1"),
                ..World::default()
            },
            NOW,
            Verdict::Invalid,
            &["wrong_key_role"],
        ),
        (
            World {
                signer: (9, "key-1"),
                ..World::default()
            },
            NOW,
            Verdict::Invalid,
            &["altered"],
        ),
        (
            World {
                signer: (5, "key-2"),
                ..World::default()
            },
            NOW,
            Verdict::Undecided,
            &["no_key", "key_not_known_yet"],
        ),
        (
            World {
                signer: (9, "key-7"),
                trust_made: at("2026-10-15T00:00:00Z"),
                ..World::default()
            },
            NOW,
            Verdict::Invalid,
            &["unknown_key"],
        ),
        (set(None), NOW, Verdict::Invalid, &["revoked"]),
        (
            set(Some(StatusReason::Withdrawn)),
            NOW,
            Verdict::Invalid,
            &["revoked"],
        ),
        (
            set(Some(superseded)),
            NOW,
            Verdict::Invalid,
            &["superseded"],
        ),
        (
            set(None),
            "2026-12-01T00:00:00Z",
            Verdict::Invalid,
            &["revoked"],
        ),
        (
            World {
                purpose: Purpose::Suspension,
                ..set(None)
            },
            NOW,
            Verdict::Invalid,
            &["suspended"],
        ),
        (
            World {
                purpose: Purpose::Suspension,
                ..set(None)
            },
            "2026-12-01T00:00:00Z",
            Verdict::Undecided,
            &["status_stale"],
        ),
        (
            World::default(),
            "2026-10-24T06:00:00Z",
            Verdict::Valid,
            &[],
        ),
        (
            World::default(),
            "2026-10-24T06:00:01Z",
            Verdict::Undecided,
            &["status_stale"],
        ),
        (
            World {
                list_made: at("2026-10-14T12:29:59Z"),
                ..World::default()
            },
            NOW,
            Verdict::Undecided,
            &["status_unknown"],
        ),
        (
            World {
                list_made: at("2026-10-14T12:30:00Z"),
                ..World::default()
            },
            NOW,
            Verdict::Valid,
            &[],
        ),
        (
            World {
                list_signer: (2, "key-1"),
                ..World::default()
            },
            NOW,
            Verdict::Undecided,
            &["status_unknown"],
        ),
        (
            World {
                list_signer: (9, "status-1"),
                ..World::default()
            },
            NOW,
            Verdict::Undecided,
            &["status_unknown"],
        ),
        (
            World {
                status_end: compromised,
                ..World::default()
            },
            NOW,
            Verdict::Undecided,
            &["status_unknown"],
        ),
        (
            World {
                list_until: at("2030-01-01T00:00:00Z"),
                ..World::default()
            },
            "2027-10-01T00:00:01Z",
            Verdict::Undecided,
            &["trust_list_expired"],
        ),
        (
            World {
                list_until: at("2030-01-01T00:00:00Z"),
                ..World::default()
            },
            "2027-10-01T00:00:00Z",
            Verdict::Valid,
            &[],
        ),
    ];
    for (i, (world, now, verdict, reasons)) in worlds.iter().enumerate() {
        let report = json_at(world, now);
        assert_eq!(told(&report), (*verdict, reasons.to_vec()), "world {i}");
        let by_code = judge(world, &Presented::code(&world.code(NAME)), now);
        assert_eq!(
            told(&by_code),
            (*verdict, reasons.to_vec()),
            "world {i}, code"
        );
    }
}

/// THREATS 3 and the correction of a certificate: the newer version and the issuer's reason are told.
#[test]
fn a_set_bit_tells_why() {
    let superseded = StatusReason::Superseded { version: 2 };
    for (reason, words) in [
        (None, "the issuer revoked it"),
        (Some(StatusReason::IssuedInError), "it was issued in error"),
        (Some(superseded), "replaced by version 2 on 2026-10-17"),
    ] {
        let report = json_at(
            &World {
                set: Some(reason),
                ..World::default()
            },
            NOW,
        );
        let message = report.outcome(CheckName::Status).message().unwrap();
        assert!(message.contains(words), "{message}");
        assert_eq!(report.signed.unwrap().name.as_deref(), Some(NAME));
    }
}

/// THREATS 7: the clock at every distance from what signatures show.
#[test]
fn a_wrong_clock_is_neither_yes_nor_no() {
    let forever = World {
        list_until: at("2030-01-01T00:00:00Z"),
        ..World::default()
    };
    let ending = World {
        expiry: Some(at("2026-10-18T00:00:00Z")),
        ..World::default()
    };
    let cases: Vec<(&World, &str, Verdict, &[&str])> = vec![
        (&forever, NOW, Verdict::Valid, &[]),
        (
            &forever,
            "1970-01-01T00:00:00Z",
            Verdict::Undecided,
            &["clock"],
        ),
        (
            &forever,
            "2026-10-16T06:00:00Z",
            Verdict::Undecided,
            &["clock"],
        ),
        (
            &forever,
            "2026-10-17T05:54:59Z",
            Verdict::Undecided,
            &["clock"],
        ),
        (&forever, "2026-10-17T05:55:00Z", Verdict::Valid, &[]),
        (&ending, "2026-10-17T23:59:59Z", Verdict::Valid, &[]),
        (&ending, "2026-10-18T00:00:00Z", Verdict::Valid, &[]),
        (
            &ending,
            "2026-10-18T00:00:01Z",
            Verdict::Invalid,
            &["expired"],
        ),
        (
            &ending,
            "1970-01-01T00:00:00Z",
            Verdict::Undecided,
            &["clock"],
        ),
    ];
    for (world, now, verdict, reasons) in cases {
        assert_eq!(
            told(&json_at(world, now)),
            (verdict, reasons.to_vec()),
            "{now}"
        );
    }
    // A signature later than the clock, where the evidence is older: the clock is a day behind.
    let early = World {
        list_made: at("2026-10-02T00:00:00Z"),
        ..World::default()
    };
    let report = json_at(&early, "2026-10-13T12:30:00Z");
    assert_eq!(report.outcome(CheckName::Validity).code(), Some("clock"));
    assert_eq!(report.verdict, Verdict::Undecided);
    // Signed already, in force from the day after tomorrow.
    let report = json_at(&early, "2026-10-15T00:00:00Z");
    assert_eq!(told(&report), (Verdict::Invalid, vec!["not_yet_valid"]));
}

/// THREATS 6: v5, then v4 of a status list.
#[test]
fn an_older_status_list_than_remembered_does_not_clear() {
    let world = World::default();
    let mut memory = Memory::default();
    memory.saw_status_list(LIST, at("2026-10-17T06:00:01Z"));
    let root = Root::Pinned(key(1).public_key());
    let evidence = Evidence::from_bundle(&world.bundle(), root, memory).unwrap();
    let presented = Presented::json(&world.certificate(NAME));
    let report = verify(&presented, &evidence, &Policy::default(), at(NOW));
    assert_eq!(
        told(&report),
        (Verdict::Undecided, vec!["status_rolled_back"])
    );
}

#[test]
fn a_policy_may_ask_for_more() {
    let world = World::default();
    let policy = Policy {
        status_age: StatusAge::AtMost { seconds: 86_399 },
        ..Policy::default()
    };
    let presented = Presented::json(&world.certificate(NAME));
    let report = verify(&presented, &evidence(&world), &policy, at(NOW));
    assert_eq!(told(&report), (Verdict::Undecided, vec!["status_stale"]));

    let remove = |value: &mut Value| {
        value.as_object_mut().unwrap().remove("credentialStatus");
    };
    let presented = Presented::json(&resigned(&world, (2, &method("key-1")), remove));
    let report = verify(&presented, &evidence(&world), &Policy::default(), at(NOW));
    assert_eq!(told(&report), (Verdict::Valid, vec![]));
    let policy = Policy {
        without_status: WithoutStatus::Undecided,
        ..Policy::default()
    };
    let report = verify(&presented, &evidence(&world), &policy, at(NOW));
    assert_eq!(told(&report), (Verdict::Undecided, vec!["status_unknown"]));
}

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

#[test]
fn a_file_and_its_code_must_agree() {
    let world = World::default();
    let (mine, other) = (world.certificate(NAME), world.certificate("Another Person"));
    let (my_code, other_code) = (world.code(NAME), world.code("Another Person"));
    let newer = format!(
        "https://v.nc4.example/#9{}",
        digits::encode(&[0x21, 0, 0, 0, 0])
    );
    let unheld = format!(
        "https://v.nc4.example/#9{}",
        digits::encode(&[0x11, 1, 2, 3, 4, 5])
    );
    let cases: Vec<(Presented, Verdict, &str)> = vec![
        (
            Presented::pdf([mine.as_slice()], [other_code.as_str()]),
            Verdict::Invalid,
            "attachment_and_code_disagree",
        ),
        (
            Presented::pdf([mine.as_slice()], [my_code.as_str(), &other_code]),
            Verdict::Invalid,
            "attachment_and_code_disagree",
        ),
        (
            Presented::pdf([mine.as_slice(), &other], [my_code.as_str()]),
            Verdict::Undecided,
            "two_codes",
        ),
        (
            Presented::pdf([mine.as_slice()], [newer.as_str()]),
            Verdict::Undecided,
            "made_by_newer_format",
        ),
        (
            Presented::pdf([mine.as_slice()], [unheld.as_str()]),
            Verdict::Undecided,
            "template_missing",
        ),
        (
            Presented::pdf([], [my_code.as_str(), &other_code]),
            Verdict::Undecided,
            "two_codes",
        ),
        (
            Presented::image([my_code.as_str(), &unheld]),
            Verdict::Undecided,
            "two_codes",
        ),
        (
            Presented::code(&unheld),
            Verdict::Undecided,
            "template_missing",
        ),
        (
            Presented::code(&newer),
            Verdict::Undecided,
            "made_by_newer_format",
        ),
        (
            Presented::code("https://v.nc4.example/#9"),
            Verdict::Undecided,
            "unreadable",
        ),
        (Presented::code("hello"), Verdict::Undecided, "unreadable"),
        (Presented::image([]), Verdict::Undecided, "unreadable"),
        (
            Presented::image(["https://shop.example/"]),
            Verdict::Undecided,
            "unreadable",
        ),
        (Presented::pdf([], []), Verdict::Undecided, "unreadable"),
        (
            Presented::pdf([&b"{}"[..]], []),
            Verdict::Undecided,
            "unreadable",
        ),
        (Presented::json(b"{"), Verdict::Undecided, "unreadable"),
    ];
    for (i, (presented, verdict, reason)) in cases.into_iter().enumerate() {
        assert_eq!(
            told(&judge(&world, &presented, NOW)),
            (verdict, vec![reason]),
            "case {i}"
        );
    }
}

/// QR.md: a wrong or malicious template can only make a check fail, and all candidates are tried.
#[test]
fn the_right_template_wins_whatever_stands_beside_it() {
    let world = World::default();
    let mut bundle = world.bundle();
    let code = world.code(NAME);
    let right = bundle.templates.pop().unwrap();
    let mut forged = right.to_json();
    forged["credential"]["name"] = json!("Doctor of Everything");
    let forged = cheti_shared::qr::template::Template::from_json(&forged).unwrap();
    let mut payload = digits::decode(digits::find(&code).unwrap()).unwrap();
    payload[1..5].copy_from_slice(&forged.id().0);
    bundle.templates = vec![forged, right];
    let evidence = Evidence::from_bundle(&bundle, Root::OfTheBundle, Memory::default()).unwrap();
    let judge = |text: &str| {
        verify(
            &Presented::code(text),
            &evidence,
            &Policy::default(),
            at(NOW),
        )
    };
    assert_eq!(judge(&code).verdict, Verdict::Valid);
    let under_forged = format!("9{}", digits::encode(&payload));
    assert_eq!(
        told(&judge(&under_forged)),
        (Verdict::Invalid, vec!["altered"])
    );
}

/// THREATS 29: with nothing to rely on, nothing is accepted.
#[test]
fn without_evidence_nothing_is_decided() {
    let world = World::default();
    let bytes = world.certificate(NAME);
    for presented in [Presented::json(&bytes), Presented::code(&world.code(NAME))] {
        let report = verify(&presented, &Evidence::none(), &Policy::default(), at(NOW));
        assert_eq!(report.verdict, Verdict::Undecided);
        assert_eq!(report.signed, None);
    }
}

#[test]
fn the_plan_names_what_it_takes() {
    use crate::plan::{Need, plan_presented};
    let world = World::default();
    let policy = Policy::default();
    let needs = plan_presented(&Presented::json(&world.certificate(NAME)), &policy);
    let wanted = [
        Need::TrustList {
            issuer: DID.to_owned(),
        },
        Need::StatusList {
            url: LIST.to_owned(),
        },
    ];
    assert_eq!(needs, wanted);
    let held = evidence(&world);
    assert!(needs.iter().all(|need| held.meets(need, &policy, at(NOW))));
    assert!(!held.meets(&needs[1], &policy, at("2026-12-01T00:00:00Z")));
    let by_code = plan_presented(&Presented::code(&world.code(NAME)), &policy);
    assert_eq!(
        by_code,
        [Need::Template {
            id: world.template().id()
        }]
    );
    assert!(held.meets(&by_code[0], &policy, at(NOW)));
    assert!(!Evidence::none().meets(&by_code[0], &policy, at(NOW)));
}

#[test]
fn a_report_says_everything_and_says_it_the_same_way() {
    let world = World::default();
    let text = |report: &Report| serde_json::to_string(report).unwrap();
    let report = json_at(&world, NOW);
    assert_eq!(text(&report), text(&json_at(&world, NOW)));
    let value: Value = serde_json::from_str(&text(&report)).unwrap();
    assert_eq!(value["verdict"], "valid");
    assert_eq!(value["trust"]["anchor"], "pinned");
    assert_eq!(value["statusLists"][0]["ageSeconds"], 86_400);
    assert_eq!(
        value["checks"][4],
        json!({"check": "status", "outcome": "pass"})
    );
    let report = json_at(
        &World {
            set: Some(None),
            ..World::default()
        },
        NOW,
    );
    let value: Value = serde_json::from_str(&text(&report)).unwrap();
    assert_eq!(value["checks"][4]["reason"], json!({"code": "revoked"}));
    assert!(value["checks"][4]["message"].is_string());
}

/// Every single-bit flip of the payload is refused, by exhaustion.
#[test]
fn every_flipped_bit_of_a_code_is_refused() {
    let world = World::default();
    let evidence = evidence(&world);
    let payload = digits::decode(digits::find(&world.code(NAME)).unwrap()).unwrap();
    for bit in 0..payload.len() * 8 {
        let mut flipped = payload.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let text = format!("9{}", digits::encode(&flipped));
        let report = verify(
            &Presented::code(&text),
            &evidence,
            &Policy::default(),
            at(NOW),
        );
        assert_ne!(report.verdict, Verdict::Valid, "bit {bit}");
        assert_eq!(report.signed, None, "bit {bit}");
    }
}

/// Every single-bit flip of the JSON is refused, by exhaustion.
#[test]
fn every_flipped_bit_of_the_json_is_refused() {
    let world = World::default();
    let (evidence, bytes) = (evidence(&world), world.certificate(NAME));
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let report = verify(
            &Presented::json(&flipped),
            &evidence,
            &Policy::default(),
            at(NOW),
        );
        assert_ne!(report.verdict, Verdict::Valid, "bit {bit}");
        assert_eq!(report.signed, None, "bit {bit}");
    }
}

proptest! {
    #[test]
    fn a_changed_digit_is_refused(place in 0_usize..330, digit in 0_u8..10) {
        let world = World::default();
        let code = world.code(NAME);
        let start = code.len() - digits::find(&code).unwrap().len();
        let mut bytes = code.clone().into_bytes();
        let place = start + place % (bytes.len() - start);
        prop_assume!(bytes[place] != b'0' + digit);
        bytes[place] = b'0' + digit;
        let changed = String::from_utf8(bytes).unwrap();
        let report = judge(&world, &Presented::code(&changed), NOW);
        prop_assert_ne!(report.verdict, Verdict::Valid);
        prop_assert_eq!(report.signed, None);
    }

    #[test]
    fn any_text_gets_a_report_and_the_same_one_twice(text in "\\PC{0,200}", digits in "9[0-9]{0,400}") {
        let world = World::default();
        for presented in [Presented::code(&text), Presented::code(&digits), Presented::json(text.as_bytes()), Presented::image([text.as_str()])] {
            let report = judge(&world, &presented, NOW);
            prop_assert_ne!(report.verdict, Verdict::Valid);
            prop_assert_eq!(report, judge(&world, &presented, NOW));
        }
    }
}
