//! Questions and answers, as the page asks them.

use cheti_shared::key::Signer as _;
use cheti_shared::qr::digits;
use serde_json::json;

use super::*;

#[path = "../../core/src/samples.rs"]
#[allow(dead_code, reason = "what the core's own tests use of it is more")]
mod samples;

use samples::{NAME, NOW, World, at};

fn ask(question: Value, bundle: &[u8], file: &[u8]) -> Value {
    let octets = judge(question.to_string().as_bytes(), bundle, file);
    serde_json::from_slice(&octets).unwrap()
}

fn bundle(world: &World) -> Vec<u8> {
    world.bundle().to_json().to_string().into_bytes()
}

#[test]
fn the_answer_holds_the_report_that_the_core_gives() {
    let world = World::default();
    let code = world.code(NAME);
    let answer = ask(json!({"now": NOW, "codes": [code]}), &bundle(&world), b"");
    let evidence =
        Evidence::from_bundle(&world.bundle(), Root::OfTheBundle, Memory::default()).unwrap();
    let presented = Presented::code(&code);
    let report = verify(&presented, &evidence, &Policy::default(), at(NOW));
    assert_eq!(answer["report"], json!(report));
    assert_eq!(answer["report"]["verdict"], "valid");
    assert_eq!(answer["needsFull"], false);
}

#[test]
fn what_was_answered_once_is_held_to() {
    let world = World::default();
    let first = ask(json!({"now": NOW}), &bundle(&world), b"");
    let trust = &first["trust"];
    assert_eq!(
        (&trust["anchor"], first.get("report")),
        (&json!("unconfirmed"), None)
    );
    let again = json!({"now": NOW, "root": trust["root"], "memory": trust["memory"]});
    let answer = ask(again.clone(), &bundle(&world), b"");
    assert_eq!(answer["trust"]["anchor"], "pinned");
    let older = World {
        list_made: at("2026-10-16T00:00:00Z"),
        ..World::default()
    };
    assert_eq!(
        ask(again, &bundle(&older), b"")["refused"]["code"],
        "rolled_back"
    );
    let other = json!({"now": NOW, "root": samples::key(9).public_key()});
    assert_eq!(
        ask(other, &bundle(&world), b"")["refused"]["code"],
        "untrusted"
    );
}

#[test]
fn the_policy_may_want_younger_lists() {
    let world = World::default();
    let question = json!({"now": NOW, "codes": [world.code(NAME)], "statusAgeSeconds": 3600});
    let answer = ask(question, &bundle(&world), b"");
    assert_eq!(answer["report"]["reasons"], json!(["status_stale"]));
}

#[test]
fn without_a_bundle_nobody_is_trusted() {
    let code = World::default().code(NAME);
    let answer = ask(json!({"now": NOW, "codes": [code]}), b"", b"");
    assert_eq!(
        (answer.get("trust"), &answer["report"]["verdict"]),
        (None, &json!("undecided"))
    );
    for (octets, code) in [
        (&b"{}"[..], "unreadable"),
        (br#"{"type":"ChetiTrustBundle","v":2}"#, "newer_format"),
    ] {
        assert_eq!(
            ask(json!({"now": NOW}), octets, b"")["refused"]["code"],
            code
        );
    }
}

#[test]
fn a_question_may_hold_as_many_codes_as_a_file_does() {
    let code = |n: u32| {
        let mut octets = [0x11; 40];
        octets[1..5].copy_from_slice(&n.to_be_bytes());
        format!("https://v.nc4.example/#9{}", digits::encode(&octets))
    };
    let codes: Vec<String> = (0..11_000).map(code).collect();
    assert!(codes.concat().len() > 1 << 20);
    let answer = ask(json!({"now": NOW, "codes": codes}), b"", b"");
    assert_eq!(answer["report"]["reasons"], json!(["two_codes"]));
}

#[test]
fn a_question_that_is_none_is_told() {
    for question in [
        json!({}),
        json!({"now": "soon"}),
        json!({"now": NOW, "other": 1}),
    ] {
        assert!(ask(question, b"", b"")["misused"].is_string());
    }
}
