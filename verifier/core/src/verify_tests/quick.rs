//! The quick way, by a template held, and the full way give the same report (DESIGN §6).

use cheti_shared::bundle::Bundle;

use super::*;
use crate::is_quick;

/// The same evidence without the templates.
fn full(world: &World) -> Evidence {
    let bundle = Bundle {
        templates: Vec::new(),
        ..world.bundle()
    };
    Evidence::from_bundle(
        &bundle,
        Root::Pinned(key(1).public_key()),
        Memory::default(),
    )
    .unwrap()
}

#[test]
fn both_ways_give_the_same_report() {
    let world = World::default();
    let (quick, full) = (evidence(&world), full(&world));
    let foreign = document(&world.certificate("Another Person"));
    let edits: Vec<fn(&mut Value)> = vec![
        |_| {},
        |v| v["credentialSubject"]["name"] = json!("Another Person"),
        |v| v["credentialSubject"]["achievement"]["name"] = json!("Doctor"),
        |v| v["proof"][0]["created"] = json!("2026-10-14T12:30:01Z"),
        |v| v["proof"][0]["proofValue"] = v["proof"][1]["proofValue"].clone(),
        |v| v["proof"][0]["proofPurpose"] = json!("authentication"),
        |v| v["proof"] = json!([v["proof"][0]]),
        |v| v["proof"] = json!([v["proof"][1]]),
        |v| v["proof"] = json!([v["proof"][1], v["proof"][0]]),
        |v| v["proof"] = json!([v["proof"][1], v["proof"][0], v["proof"][0]]),
        |v| v["evidence"] = json!([]),
        |v| v["type"] = json!(["VerifiableCredential", "AchievementCredential"]),
    ];
    for (i, edit) in edits.into_iter().enumerate() {
        let presented = Presented::json(&edited(&world, edit));
        let judge = |evidence| verify(&presented, evidence, &Policy::default(), at(NOW));
        assert_eq!(judge(&quick), judge(&full), "edit {i}");
    }
    let swapped = edited(&world, |v| v["proof"][0] = foreign["proof"][0].clone());
    let presented = Presented::json(&swapped);
    let judge = |evidence| verify(&presented, evidence, &Policy::default(), at(NOW));
    assert_eq!(judge(&quick), judge(&full));
    assert_eq!(judge(&full).reasons, ["altered"]);
}

/// What takes the expanding of JSON-LD is known before it is done; a clone of the evidence shares what is prepared.
#[test]
fn what_is_quick_is_told_beforehand() {
    let world = World::default();
    let held = evidence(&world);
    let policy = Policy::default();
    let genuine = Presented::json(&world.certificate(NAME));
    assert!(!is_quick(&genuine, &held, &policy));
    let other = held.clone();
    verify(&genuine, &other, &policy, at(NOW));
    assert!(is_quick(&genuine, &held, &policy));
    assert!(!is_quick(&genuine, &full(&world), &policy));
    let altered = edited(&world, |v| v["name"] = json!("Another"));
    assert!(!is_quick(&Presented::json(&altered), &held, &policy));
    let code = Presented::code(&world.code(NAME));
    assert!(is_quick(&code, &full(&world), &policy));
}
