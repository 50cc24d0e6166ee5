//! The sample course of this package's tests, and what the builder makes of it.

use super::*;
use crate::credential::lint::lint;

pub(crate) fn terms() -> CourseTerms {
    CourseTerms {
        issuer: Profile {
            id: "did:web:nc4.example".to_owned(),
            name: "National Computer and Cybercrimes Coordination Committee".to_owned(),
        },
        partner: Some(Profile {
            id: "https://partner.example/".to_owned(),
            name: "Example Technologies (Kenya)".to_owned(),
        }),
        achievement_id: "https://nc4.example/courses/act".to_owned(),
        name: "Advanced Cybersecurity Training".to_owned(),
        description: "Five weeks of defending public networks.".to_owned(),
        criteria: "Attended, and passed the practical examination.".to_owned(),
        achievement_type: "Certificate".to_owned(),
        level: None,
        details: AchievementDetails::default(),
        certificate_number: "NC4-ACT-{year}-{serial}".to_owned(),
        utc_offset: "+03:00".parse().unwrap(),
        expires: Expiry::Never,
        status_base: "https://nc4.example/status/".to_owned(),
        status_purpose: Purpose::Revocation,
        verification_method: "did:web:nc4.example#key-1".to_owned(),
        fields: vec![CourseField {
            key: "award".to_owned(),
            label: "Award".to_owned(),
            allowed: ["Pass", "Credit", "Distinction"]
                .map(str::to_owned)
                .to_vec(),
            result_type: "LetterGrade".to_owned(),
        }],
    }
}

pub(crate) fn values(name: &str) -> Vec<String> {
    let signature = crate::key::Signature([7; 64]).to_multibase();
    [
        "6f1c0a52-3b1e-4c8a-9d53-0a1b2c3d4e5f",
        name,
        "2026",
        "000123",
        "Cohort 7",
        "2026-10-16",
        "2026-10-16T06:00:00Z",
        "Credit",
        "2026-10-14T12:30:00Z",
        "1",
        "77123",
        &signature,
    ]
    .map(str::to_owned)
    .to_vec()
}

#[test]
fn what_the_builder_makes_is_a_well_formed_badge() {
    for expires in [Expiry::Never, Expiry::EachItsOwn] {
        let template = CourseTerms { expires, ..terms() }.template().unwrap();
        let mut values = values("Wanjikũ Ng'ang'a");
        if expires == Expiry::EachItsOwn {
            values.insert(7, "2029-10-16T06:00:00Z".to_owned());
        }
        let filled = template.fill(&values).unwrap();
        assert_eq!(lint(&filled), []);
    }
}

#[test]
fn the_payload_keeps_the_size_budget() {
    let template = terms().template().unwrap();
    let octets =
        crate::qr::payload::encode_values(&template, &values("Nelson Ng'ang'a Kimani Wanjiru"))
            .unwrap();
    assert!(octets.len() <= 155, "{}", octets.len());
}

#[test]
fn facts_come_from_the_document() {
    let filled = terms()
        .template()
        .unwrap()
        .fill(&values("Wanjikũ Ng'ang'a"))
        .unwrap();
    let facts = Facts::of(&filled);
    assert_eq!(facts.name.as_deref(), Some("Wanjikũ Ng'ang'a"));
    assert_eq!(
        facts.course.as_deref(),
        Some("Advanced Cybersecurity Training")
    );
    assert_eq!(facts.results, [("Award".to_owned(), "Credit".to_owned())]);
    assert_eq!(facts.awarded.as_deref(), Some("2026-10-16"));
    assert_eq!(
        facts.certificate_number.as_deref(),
        Some("NC4-ACT-2026-000123")
    );
    assert_eq!(
        facts.partner.as_deref(),
        Some("Example Technologies (Kenya)")
    );
    assert_eq!(Facts::of(&Map::new()), Facts::default());
}

#[test]
fn a_brace_in_a_courses_text_is_refused() {
    let bad = CourseTerms {
        description: "about {name}".to_owned(),
        ..terms()
    };
    assert!(
        bad.template().is_ok(),
        "a declared slot is allowed wherever the officer puts it"
    );
    let bad = CourseTerms {
        description: "about {nothing}".to_owned(),
        ..terms()
    };
    assert!(bad.template().is_err());
}
