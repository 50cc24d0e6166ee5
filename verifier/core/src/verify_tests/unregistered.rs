//! Issuers that nobody registered: a full report, never a signed one; judged by their proofs alone only when asked.

use cheti_shared::bundle::{Bundle, PublishedStatus};
use cheti_shared::ids::StatusIndex;
use cheti_shared::status::bitstring::Bitstring;
use cheti_shared::status::list::StatusListDraft;

use super::*;
use crate::policy::UnregisteredIssuers;
use crate::samples::INDEX;

const ACCEPTING: UnregisteredIssuers = UnregisteredIssuers::AcceptDidKey;

fn own_did() -> String {
    cheti_shared::did::key::did(&key(9).public_key())
}

/// The certificate as somebody issues it who is nobody here.
fn foreign(world: &World, suites: &[&str], edit: impl Fn(&mut Value)) -> Presented {
    let mut value = Value::Object(document(&world.certificate(NAME)));
    value["issuer"]["id"] = json!(own_did());
    value.as_object_mut().unwrap().remove("proof");
    edit(&mut value);
    let sign = |suite: &&str| proof(&value, 9, assertion(suite, &did_key(9)));
    let proofs: Vec<Value> = suites.iter().map(sign).collect();
    value["proof"] = json!(proofs);
    Presented::json(value.to_string().as_bytes())
}

fn by(policy: UnregisteredIssuers, presented: &Presented, evidence: &Evidence) -> Report {
    let policy = Policy {
        unregistered: policy,
        ..Policy::default()
    };
    verify(presented, evidence, &policy, at(NOW))
}

#[test]
fn an_unknown_issuer_gets_a_full_report_and_no_signed_facts() {
    let world = World::default();
    let held = evidence(&world);
    for suites in [
        vec!["eddsa-rdfc-2022", "eddsa-jcs-2022"],
        vec!["eddsa-rdfc-2022"],
    ] {
        let report = by(
            UnregisteredIssuers::Unknown,
            &foreign(&world, &suites, |_| {}),
            &held,
        );
        assert_eq!(told(&report), (Verdict::Invalid, vec!["unknown_issuer"]));
        assert_eq!(report.outcome(CheckName::Proof).code(), None);
        assert_eq!(report.outcome(CheckName::Validity).code(), None);
        assert_eq!(
            report.outcome(CheckName::Status).code(),
            Some("status_unknown")
        );
        assert_eq!(report.outcome(CheckName::Schema).code(), None);
        assert_eq!((&report.signed, &report.document), (&None, &None));
        assert_eq!(report.claimed.unwrap().name.as_deref(), Some(NAME));
        assert!(report.warnings.is_empty());
    }
    let nobody = by(
        UnregisteredIssuers::Unknown,
        &foreign(&world, &["eddsa-jcs-2022"], |_| {}),
        &Evidence::none(),
    );
    assert_eq!(
        nobody.outcome(CheckName::Issuer).code(),
        Some("trust_missing")
    );
}

/// Accepting judges proofs alone, says so, and states nothing as signed.
#[test]
fn accepting_says_that_nobody_vouches() {
    let world = World::default();
    for held in [evidence(&world), Evidence::none()] {
        for suites in [
            vec!["eddsa-rdfc-2022", "eddsa-jcs-2022"],
            vec!["eddsa-jcs-2022"],
        ] {
            let report = by(ACCEPTING, &foreign(&world, &suites, |_| {}), &held);
            assert_eq!(told(&report), (Verdict::Valid, vec![]));
            assert_eq!(report.warnings, ["unregistered_issuer", "status_unknown"]);
            assert_eq!((&report.signed, &report.issuer), (&None, &None));
            assert!(report.document.is_some() && report.claimed.is_some());
        }
    }
    let held = evidence(&world);
    let drop_status = |v: &mut Value| {
        v.as_object_mut().unwrap().remove("credentialStatus");
    };
    let plain = by(
        ACCEPTING,
        &foreign(&world, &["eddsa-jcs-2022"], drop_status),
        &held,
    );
    assert_eq!(plain.warnings, ["unregistered_issuer"]);
    type Edit = fn(&mut Value);
    let cases: [(Edit, &str); 4] = [
        (
            |v| v["validUntil"] = json!("2026-10-17T00:00:00Z"),
            "expired",
        ),
        (
            |v| v["validFrom"] = json!("2027-10-17T00:00:00Z"),
            "not_yet_valid",
        ),
        (
            |v| v["credentialStatus"]["statusListIndex"] = json!("x"),
            "status_unknown",
        ),
        (
            |v| v["issuer"]["id"] = json!("did:web:other.example"),
            "unknown_issuer",
        ),
    ];
    for (edit, reason) in cases {
        let report = by(
            ACCEPTING,
            &foreign(&world, &["eddsa-jcs-2022"], edit),
            &held,
        );
        assert_ne!(report.verdict, Verdict::Valid, "{reason}");
        assert!(
            report.reasons.contains(&reason),
            "{reason}: {:?}",
            report.reasons
        );
    }
    let another = json!(cheti_shared::did::key::did(&key(8).public_key()));
    let report = by(
        ACCEPTING,
        &foreign(&world, &["eddsa-jcs-2022"], |v| {
            v["issuer"]["id"] = another.clone()
        }),
        &held,
    );
    assert_eq!(report.reasons, ["unknown_key"]);
}

/// A registered issuer is judged as ever, whatever is accepted of others.
#[test]
fn accepting_changes_nothing_for_the_registered() {
    let world = World {
        set: Some(None),
        ..World::default()
    };
    let held = evidence(&world);
    let genuine = Presented::json(&world.certificate(NAME));
    let report = by(ACCEPTING, &genuine, &held);
    assert_eq!(report, by(UnregisteredIssuers::Unknown, &genuine, &held));
    assert_eq!(report.reasons, ["revoked"]);
}

/// A status list of the unregistered issuer's own counts when it is held, and for nobody else.
#[test]
fn a_list_that_is_held_counts() {
    let world = World::default();
    let mut bits = Bitstring::shortest();
    bits.put(StatusIndex(INDEX), true).unwrap();
    let list = "https://other.example/status/1";
    let draft = StatusListDraft {
        url: list,
        issuer: &own_did(),
        purpose: &Purpose::Revocation,
        bits: &bits,
        valid_from: at("2026-10-17T06:00:00Z"),
        valid_until: at("2026-10-24T06:00:00Z"),
    };
    let options = ProofOptions {
        created: at("2026-10-17T06:00:00Z"),
        verification_method: did_key(9),
    };
    let signed = secure(draft.document(), &options, &key(9)).unwrap();
    let mut bundle = world.bundle();
    bundle.status_lists.push(PublishedStatus {
        list: signed,
        reasons: None,
    });
    let held = |bundle: &Bundle| {
        Evidence::from_bundle(bundle, Root::OfTheBundle, Memory::default()).unwrap()
    };
    let evidence = held(&bundle);
    let name_it = |v: &mut Value| v["credentialStatus"]["statusListCredential"] = json!(list);
    let theirs = foreign(&world, &["eddsa-jcs-2022"], name_it);
    let report = by(ACCEPTING, &theirs, &evidence);
    assert_eq!(told(&report), (Verdict::Invalid, vec!["revoked"]));
    let ours = resigned(&world, (2, &method("key-1")), name_it);
    let report = by(ACCEPTING, &Presented::json(&ours), &evidence);
    assert_eq!(told(&report), (Verdict::Undecided, vec!["status_unknown"]));
    assert_eq!(evidence.remember().status_list(list), None);
}
