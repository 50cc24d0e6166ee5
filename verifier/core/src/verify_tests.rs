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
use crate::samples::{
    COURSE, CREATED, DID, LIST, NAME, NOW, World, assertion, at, did_key, document, key, method,
    proof,
};
use crate::verify;

mod clock_and_status;
mod endorsements;
mod flips;
mod forgeries;
mod forms;
mod presentations;
mod proof_sets;
mod quick;
mod unregistered;

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
