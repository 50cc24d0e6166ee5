//! What is presented in several forms, the plan, the report.

use super::*;

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
