//! The clock, the status lists and the policy.

use super::*;

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
