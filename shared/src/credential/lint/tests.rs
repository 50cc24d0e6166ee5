//! Every rule: what keeps it, and what breaks it and where it is found.

use serde_json::{Value, json};

use super::*;

const SRI: &str = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU";
const MULTIBASE: &str = "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA";

fn badge() -> Value {
    json!({
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "did:web:nc4.example", "type": ["Profile"], "name": "NC4"},
        "validFrom": "2026-10-16T06:00:00Z",
        "name": "Certificate",
        "credentialSubject": {
            "id": "urn:uuid:00000000-0000-4000-8000-000000000001#subject",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://nc4.example/courses/act", "type": ["Achievement"], "name": "ACT",
                "description": "d", "criteria": {"narrative": "n"},
                "resultDescription": [
                    {"id": "https://nc4.example/courses/act#award", "type": ["ResultDescription"], "name": "Award",
                     "resultType": "LetterGrade"},
                    {"id": "https://nc4.example/courses/act#state", "type": ["ResultDescription"], "name": "State",
                     "resultType": "Status"},
                ],
            },
            "result": [
                {"type": ["Result"], "resultDescription": "https://nc4.example/courses/act#award", "value": "Credit"},
                {"type": ["Result"], "resultDescription": "https://nc4.example/courses/act#state", "status": "Completed"},
            ],
        },
        "credentialStatus": {"id": "https://nc4.example/status/1#7", "type": "BitstringStatusListEntry"},
    })
}

fn minimal() -> Value {
    json!({
        "@context": [CREDENTIALS_V2, {"@vocab": "https://vocabulary.example/"}],
        "type": "VerifiableCredential",
        "issuer": "did:web:nc4.example",
        "validFrom": "2026-10-16T06:00:00Z",
        "validUntil": "2027-10-16T06:00:00+03:00",
        "credentialSubject": [{"id": "did:example:a"}, {"holds": "b"}],
        "credentialStatus": [{"type": "A"}, {"id": "https://nc4.example/status", "type": ["B", "C"]}],
        "credentialSchema": {"id": "https://nc4.example/schema", "type": "JsonSchema"},
        "evidence": [{"type": "Paper"}],
        "termsOfUse": {"type": "Terms"},
        "refreshService": {"type": "Refresh"},
        "relatedResource": [
            {"id": CREDENTIALS_V2, "digestSRI": SRI},
            {"id": CREDENTIALS_V1, "digestSRI": "sha256-q03dmlMXWIB6eaW0UFENYa6NFH6rlmzJogDAcJWwzcw="},
            {"id": "https://nc4.example/picture", "digestMultibase": MULTIBASE},
        ],
    })
}

fn version_1() -> Value {
    json!({
        "@context": [CREDENTIALS_V1],
        "type": ["VerifiableCredential"],
        "issuer": "did:web:nc4.example",
        "issuanceDate": "2026-10-16T06:00:00Z",
        "expirationDate": "2027-10-16T06:00:00Z",
        "credentialSubject": {"id": "did:example:a"},
    })
}

fn found(document: &Value) -> Vec<(&'static str, String)> {
    let findings = lint_to_issue(document.as_object().unwrap());
    findings.into_iter().map(|f| (f.rule, f.pointer)).collect()
}

/// `good` with `value` at `pointer`, which may name a member that is not there yet; without it when `value` is absent.
fn with(mut good: Value, pointer: &str, value: Option<Value>) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match (good.pointer_mut(parent).unwrap(), value) {
        (Value::Object(members), Some(value)) => drop(members.insert(name.to_owned(), value)),
        (Value::Object(members), None) => drop(members.remove(name).unwrap()),
        (Value::Array(items), Some(value)) => items[name.parse::<usize>().unwrap()] = value,
        (Value::Array(items), None) => drop(items.remove(name.parse().unwrap())),
        _ => panic!("{pointer}"),
    }
    good
}

#[test]
fn well_formed_credentials_have_no_findings() {
    for good in [badge(), minimal(), version_1()] {
        assert_eq!(found(&good), [], "{good}");
    }
}

/// One row for each breach: the rule, where it is found, what is put where.
#[test]
fn each_rule_finds_its_breach() {
    let rows = [
        ("V1", "/credentialSubject", "/credentialSubject", None),
        (
            "V1",
            "/credentialSubject",
            "/credentialSubject",
            Some(json!([])),
        ),
        (
            "V1",
            "/credentialSubject",
            "/credentialSubject",
            Some(json!({})),
        ),
        (
            "V1",
            "/credentialSubject/1",
            "/credentialSubject/1",
            Some(json!({})),
        ),
        (
            "V1",
            "/credentialSubject",
            "/credentialSubject",
            Some(json!("did:example:a")),
        ),
        ("V2", "/@context", "/@context", None),
        ("V2", "/@context", "/@context", Some(json!(CREDENTIALS_V2))),
        ("V2", "/@context", "/@context", Some(json!([]))),
        (
            "V2",
            "/@context",
            "/@context/0",
            Some(json!(OPEN_BADGES_3_0_3)),
        ),
        ("V2", "/@context/1", "/@context/1", Some(json!(true))),
        (
            "V2",
            "/@context/1",
            "/@context/1",
            Some(json!("context.json")),
        ),
        ("V3", "/id", "/id", Some(Value::Null)),
        ("V3", "/id", "/id", Some(json!(["urn:a:b"]))),
        ("V3", "/id", "/id", Some(json!("no url"))),
        (
            "V3",
            "/credentialSubject/0/id",
            "/credentialSubject/0/id",
            Some(json!("jane")),
        ),
        (
            "V3",
            "/credentialStatus/1/id",
            "/credentialStatus/1/id",
            Some(json!("1")),
        ),
        ("V4", "/type", "/type", None),
        ("V4", "/type", "/type", Some(json!(["OpenBadge"]))),
        ("V4", "/type", "/type", Some(json!([]))),
        (
            "V4",
            "/type",
            "/type",
            Some(json!(["VerifiableCredential", 7])),
        ),
        (
            "V4",
            "/credentialStatus/0/type",
            "/credentialStatus/0/type",
            None,
        ),
        (
            "V4",
            "/credentialStatus/0/type",
            "/credentialStatus/0/type",
            Some(json!([])),
        ),
        (
            "V4",
            "/credentialSchema/type",
            "/credentialSchema/type",
            None,
        ),
        (
            "V4",
            "/evidence/0/type",
            "/evidence/0",
            Some(json!({"id": "urn:a:b"})),
        ),
        ("V4", "/termsOfUse/type", "/termsOfUse/type", None),
        ("V4", "/refreshService/type", "/refreshService/type", None),
        ("V5", "/name", "/name", Some(json!(7))),
        (
            "V5",
            "/name",
            "/name",
            Some(json!({"@value": "x", "more": "y"})),
        ),
        ("V5", "/name", "/name", Some(json!({"@language": "en"}))),
        (
            "V5",
            "/name",
            "/name",
            Some(json!({"@value": "x", "@direction": "up"})),
        ),
        ("V5", "/description", "/description", Some(json!(["x", 7]))),
        (
            "V5",
            "/issuer/name",
            "/issuer",
            Some(json!({"id": "did:web:a", "name": {"@value": 1}})),
        ),
        (
            "V5",
            "/issuer/description",
            "/issuer",
            Some(json!({"id": "did:web:a", "description": []})),
        ),
        ("V6", "/issuer", "/issuer", None),
        ("V6", "/issuer", "/issuer", Some(Value::Null)),
        ("V6", "/issuer", "/issuer", Some(json!("nc4"))),
        (
            "V6",
            "/issuer",
            "/issuer",
            Some(json!(["did:web:nc4.example"])),
        ),
        ("V6", "/issuer/id", "/issuer", Some(json!({"name": "NC4"}))),
        ("V7", "/validFrom", "/validFrom", Some(json!("16/10/2026"))),
        (
            "V7",
            "/validFrom",
            "/validFrom",
            Some(json!(["2026-10-16T06:00:00Z"])),
        ),
        (
            "V7",
            "/validFrom",
            "/validFrom",
            Some(json!("2026-10-16T06:00:00")),
        ),
        (
            "V7",
            "/validUntil",
            "/validUntil",
            Some(json!("2026-10-15T06:00:00Z")),
        ),
        ("V9", "/credentialSchema/id", "/credentialSchema/id", None),
        (
            "V9",
            "/credentialSchema/id",
            "/credentialSchema/id",
            Some(json!("schema.json")),
        ),
        (
            "V10",
            "/relatedResource/0/id",
            "/relatedResource/0/id",
            None,
        ),
        (
            "V10",
            "/relatedResource/2",
            "/relatedResource/2/digestMultibase",
            None,
        ),
        (
            "V10",
            "/relatedResource/2/id",
            "/relatedResource/2/id",
            Some(json!(CREDENTIALS_V1)),
        ),
        (
            "V10",
            "/relatedResource/0/digestSRI",
            "/relatedResource/0/digestSRI",
            Some(json!("sha384-AAAA")),
        ),
        (
            "V10",
            "/relatedResource/0/digestSRI",
            "/relatedResource/0/digestSRI",
            Some(json!(SRI.replace("l/H", "l/h"))),
        ),
        (
            "V10",
            "/relatedResource/2/digestMultibase",
            "/relatedResource/2/digestMultibase",
            Some(json!("uEiBZ")),
        ),
        (
            "V10",
            "/relatedResource/2/digestMultibase",
            "/relatedResource/2/digestMultibase",
            Some(json!("f12")),
        ),
        (
            "V10",
            "/relatedResource",
            "/relatedResource",
            Some(json!([])),
        ),
    ];
    for (rule, place, pointer, value) in rows {
        let bad = with(minimal(), pointer, value);
        let all = found(&bad);
        assert!(
            all.contains(&(rule, place.to_owned())),
            "{rule} {place}: {all:?}"
        );
    }
}

#[test]
fn each_rule_of_badges_finds_its_breach() {
    let rows = [
        (
            "O1",
            "/@context/1",
            "/@context/1",
            Some(json!("https://evil.example/context.json")),
        ),
        ("O1", "/id", "/id", None),
        ("O1", "/validFrom", "/validFrom", None),
        ("O1", "/credentialSubject", "/credentialSubject/id", None),
        ("O2", "/issuer/type", "/issuer/type", None),
        (
            "O2",
            "/credentialSubject/achievement/id",
            "/credentialSubject/achievement/id",
            None,
        ),
        (
            "O2",
            "/credentialSubject/achievement/criteria",
            "/credentialSubject/achievement/criteria",
            None,
        ),
        ("O3", "/credentialStatus", "/credentialStatus/id", None),
        (
            "O3",
            "/credentialStatus",
            "/credentialStatus",
            Some(json!([{"id": "https://nc4.example/1", "type": "A"}])),
        ),
        ("O5", "/name", "/name", Some(Value::Null)),
        (
            "O5",
            "/credentialSubject/achievement/tag",
            "/credentialSubject/achievement/tag",
            Some(json!([])),
        ),
        (
            "O6",
            "/credentialSubject/achievement/resultDescription/0/resultType",
            "/credentialSubject/achievement/resultDescription/0/resultType",
            None,
        ),
        (
            "O6",
            "/credentialSubject/result/1/status",
            "/credentialSubject/result/1/status",
            None,
        ),
    ];
    for (rule, place, pointer, value) in rows {
        let bad = with(badge(), pointer, value);
        let all = found(&bad);
        assert!(
            all.contains(&(rule, place.to_owned())),
            "{rule} {place}: {all:?}"
        );
    }
}

#[test]
fn version_1_has_rules_of_its_own() {
    for (rule, place, pointer, value) in [
        ("V7", "/issuanceDate", "/issuanceDate", None),
        (
            "V7",
            "/expirationDate",
            "/expirationDate",
            Some(json!("2026-10-15T06:00:00Z")),
        ),
        (
            "V4",
            "/credentialStatus/id",
            "/credentialStatus",
            Some(json!({"type": "A"})),
        ),
        ("V2", "/@context", "/@context/0", Some(json!({}))),
    ] {
        let all = found(&with(version_1(), pointer, value));
        assert!(
            all.contains(&(rule, place.to_owned())),
            "{rule} {place}: {all:?}"
        );
    }
}

#[test]
fn readers_forgive_what_writers_must_not_do() {
    let mut document = badge();
    document["validFrom"] = json!("2026-10-16T06:00:00");
    document["credentialSubject"]["achievement"]["tag"] = json!([]);
    assert_eq!(lint(document.as_object().unwrap()), []);
    let rules: Vec<&str> = found(&document).iter().map(|(rule, _)| *rule).collect();
    assert_eq!(rules, ["V7", "O5"]);
}

#[test]
fn language_texts_are_texts() {
    for text in [
        json!("x"),
        json!({"@value": "x", "@language": "sw"}),
        json!({"@value": "x", "@language": "ar", "@direction": "rtl"}),
        json!([{"@value": "x"}, "y"]),
    ] {
        let mut document = minimal();
        document["name"] = text.clone();
        document["issuer"] = json!({"id": "did:web:nc4.example", "name": text});
        assert_eq!(found(&document), []);
    }
}
