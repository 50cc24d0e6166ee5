//! What is filled in, what is refused, and that everything issued can be read by its verifiers.

use cheti_shared::credential::lint::{CREDENTIALS_V1, CREDENTIALS_V2, OPEN_BADGES_3_0_3};

use super::*;

const EXAMPLES: &str = "https://www.w3.org/ns/credentials/examples/v2";

fn organisation() -> Organisation {
    use cheti_shared::key::Signer as _;
    Organisation {
        name: "NC4 SPECIMEN".to_owned(),
        did: "did:web:nc4.example".to_owned(),
        contact: None,
        public_url: "https://nc4.example/".to_owned(),
        verify_url: "https://v.nc4.example/".to_owned(),
        utc_offset: "+03:00".parse().unwrap(),
        root: SecretKey::from_seed(&[10; 32]).public_key(),
    }
}

fn complete(document: Value, wish: Wish) -> Result<Posted, Refused> {
    let Value::Object(document) = document else {
        panic!("{document}");
    };
    let fresh = CredentialId::from_random([7; 16]);
    Posted::complete(document, &organisation(), fresh, wish)
}

fn minimal() -> Value {
    json!({
        "@context": [CREDENTIALS_V2, EXAMPLES],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:a"},
    })
}

fn rehearse(posted: &Posted) -> Result<(), Refused> {
    let at = "2026-10-20T06:00:00Z".parse().unwrap();
    posted.rehearse(
        &organisation(),
        &[1; 32],
        "did:web:nc4.example#issuing-1",
        at,
    )
}

#[test]
fn id_and_issuer_are_filled_in_and_nothing_else() {
    let posted = complete(minimal(), Wish::Usual).unwrap();
    assert_eq!(posted.id(), CredentialId::from_random([7; 16]).urn());
    assert_eq!(posted.member("issuer"), Some(&json!("did:web:nc4.example")));
    assert_eq!(posted.document().len(), 5);
    assert_eq!(posted.proofs(), Proofs::Rdfc);
    let mut own = minimal();
    own["id"] = json!("https://university.example/1");
    own["issuer"] =
        json!({"id": "did:web:nc4.example", "name": {"@value": "N", "@language": "en"}});
    let posted = complete(own.clone(), Wish::Jcs).unwrap();
    assert_eq!(Some(posted.document()), own.as_object());
    assert_eq!(posted.proofs(), Proofs::Jcs);
}

#[test]
fn badges_get_a_set_and_our_profile() {
    let badge = json!({
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
        "type": ["VerifiableCredential", "AchievementCredential"],
        "validFrom": "2026-10-16T06:00:00Z",
        "credentialSubject": {"id": "did:example:a", "type": "AchievementSubject", "achievement": {
            "id": "https://nc4.example/a", "type": "Achievement", "name": "A", "description": "d",
            "criteria": {"narrative": "n"},
        }},
    });
    let posted = complete(badge, Wish::Jcs).unwrap();
    assert_eq!(posted.proofs(), Proofs::Set);
    let issuer = json!({"id": "did:web:nc4.example", "type": ["Profile"], "name": "NC4 SPECIMEN"});
    assert_eq!(posted.member("issuer"), Some(&issuer));
    assert_eq!(rehearse(&posted), Ok(()));
    let place = (ListNumber(1), StatusIndex(7));
    let with = posted.with_status(&organisation(), place).unwrap();
    assert_eq!(
        with["credentialStatus"]["id"],
        "https://nc4.example/status/1#7"
    );
}

#[test]
fn version_1_gets_what_proofs_and_status_need() {
    let document = json!({
        "@context": [CREDENTIALS_V1],
        "type": ["VerifiableCredential"],
        "issuanceDate": "2026-10-16T06:00:00Z",
        "credentialSubject": {"id": "did:example:a"},
    });
    let posted = complete(document, Wish::Usual).unwrap();
    let contexts = posted
        .member("@context")
        .unwrap()
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(
        (&contexts[0], &contexts[1]),
        (&json!(CREDENTIALS_V1), &json!(DATA_INTEGRITY_V2))
    );
    assert_eq!(contexts.len(), 3);
    assert_eq!(rehearse(&posted), Ok(()));
    let again = complete(Value::Object(posted.document().clone()), Wish::Usual).unwrap();
    assert_eq!(again, posted, "nothing is added twice");
}

#[test]
fn what_is_not_ours_to_sign_is_refused() {
    for (name, value, wanted) in [
        ("issuer", json!("did:web:other.example"), ("V6", "/issuer")),
        (
            "issuer",
            json!({"id": "did:web:other.example"}),
            ("V6", "/issuer/id"),
        ),
        ("issuer", Value::Null, ("V6", "/issuer")),
        ("id", Value::Null, ("V3", "/id")),
        (
            "proof",
            json!({"type": "DataIntegrityProof"}),
            ("D1", "/proof"),
        ),
        (
            "type",
            json!(["VerifiableCredential", "BitstringStatusListCredential"]),
            ("B5", "/type"),
        ),
        (
            "validFrom",
            json!("2026-10-16T06:00:00"),
            ("V7", "/validFrom"),
        ),
    ] {
        let mut bad = minimal();
        bad[name] = value.clone();
        let Err(Refused::Rules(findings)) = complete(bad, Wish::Usual) else {
            panic!("{name} {value} was accepted");
        };
        let found: Vec<_> = findings
            .iter()
            .map(|f| (f.rule, f.pointer.as_str()))
            .collect();
        assert_eq!(found, [wanted], "{name} {value}");
    }
}

#[test]
fn what_has_no_meaning_is_refused() {
    let unknown = json!([CREDENTIALS_V2, "https://evil.example/context.json"]);
    let redefines = json!([CREDENTIALS_V2, {"VerifiableCredential": "urn:x:y"}]);
    for (pointer, value) in [
        ("/credentialSubject/undefined", json!("x")),
        ("/type", json!(["VerifiableCredential", "Undefined"])),
        ("/@context", unknown),
        ("/@context", redefines),
        ("/credentialSubject/id", json!("urn:a b")),
    ] {
        let mut bad = minimal();
        bad["@context"] = json!([CREDENTIALS_V2]);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        bad.pointer_mut(parent).unwrap()[name] = value;
        for wish in [Wish::Usual, Wish::Jcs] {
            let refused = complete(bad.clone(), wish);
            assert!(refused.is_err(), "{pointer}");
        }
    }
}

#[test]
fn only_the_issuer_gives_out_places() {
    let place = (ListNumber(2), StatusIndex(9));
    let mut document = minimal();
    let foreign = json!({"id": "https://other.example/1#4", "type": "BitstringStatusListEntry",
        "statusPurpose": "suspension", "statusListIndex": "4", "statusListCredential": "https://other.example/1"});
    document["credentialStatus"] = foreign.clone();
    let posted = complete(document.clone(), Wish::Usual).unwrap();
    let with = posted.with_status(&organisation(), place).unwrap();
    let entries = with["credentialStatus"].as_array().unwrap();
    assert_eq!((entries.len(), &entries[0]), (2, &foreign));
    assert_eq!(
        entries[1]["statusListCredential"],
        "https://nc4.example/status/2"
    );
    document["credentialStatus"]["statusListCredential"] = json!("https://nc4.example/status/1");
    let posted = complete(document, Wish::Usual).unwrap();
    assert!(matches!(
        posted.with_status(&organisation(), place),
        Err(Refused::Rules(_))
    ));
}

#[test]
fn what_verifiers_would_not_read_is_refused() {
    let mut document = minimal();
    document["name"] = json!("x".repeat((1 << 20) - 800));
    let posted = complete(document, Wish::Set).unwrap();
    assert!(matches!(rehearse(&posted), Err(Refused::Beyond(_))));
}
