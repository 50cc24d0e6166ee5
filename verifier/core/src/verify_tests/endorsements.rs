//! O7, O8 §9.2: endorsements are reported and decide nothing.

use super::*;

fn endorsement(n: u8, issuer: &str, method: &str, about: &str, suite: &str) -> Value {
    let mut endorsement = json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:11111111-3b1e-4c8a-9d53-0a1b2c3d4e5f",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "A good course",
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Partner"},
        "validFrom": "2026-10-01T00:00:00Z",
        "credentialSubject": {"id": about, "type": ["EndorsementSubject"]},
    });
    endorsement["proof"] = json!([proof(&endorsement, n, assertion(suite, method))]);
    endorsement
}

#[test]
fn endorsements_are_judged_on_their_own() {
    let world = World::default();
    let course = "https://nc4.example/courses/act";
    let partner = cheti_shared::did::key::did(&key(7).public_key());
    let good = endorsement(7, &partner, &did_key(7), course, "eddsa-jcs-2022");
    let by_rdfc = endorsement(7, &partner, &did_key(7), course, "eddsa-rdfc-2022");
    let own = endorsement(2, DID, &method("key-1"), course, "eddsa-jcs-2022");
    let elsewhere = endorsement(7, &partner, &did_key(7), "urn:other", "eddsa-jcs-2022");
    let stranger = "did:web:stranger.example";
    let unknown = endorsement(
        7,
        stranger,
        &format!("{stranger}#key-1"),
        course,
        "eddsa-jcs-2022",
    );
    let mut altered = good.clone();
    altered["name"] = json!("The best course");
    let mut no_endorsement = good.clone();
    no_endorsement["type"] = json!(["VerifiableCredential"]);
    let cases = [
        (&good, None, "Partner"),
        (&by_rdfc, None, "Partner"),
        (&own, None, "NC4 SPECIMEN"),
        (&elsewhere, Some("malformed"), "Partner"),
        (&unknown, Some("unknown_issuer"), "Partner"),
        (&altered, Some("altered"), "Partner"),
        (&no_endorsement, Some("altered"), "Partner"),
    ];
    for (embedded, code, name) in cases {
        for place in ["achievement", "credential"] {
            let subject = embedded["credentialSubject"]["id"].clone();
            let bytes = resigned(&world, (2, &method("key-1")), |v| match place {
                "achievement" => {
                    v["credentialSubject"]["achievement"]["endorsement"] = json!([embedded]);
                }
                _ => {
                    if subject == course {
                        v["id"] = json!(course);
                    }
                    v["endorsement"] = embedded.clone();
                }
            });
            let report = judge(&world, &Presented::json(&bytes), NOW);
            assert_eq!(report.verdict, Verdict::Valid, "{place} {code:?}");
            let [endorsement] = report.endorsements.as_slice() else {
                unreachable!("{:?}", report.endorsements)
            };
            assert_eq!(endorsement.outcome.code(), code, "{place}");
            assert_eq!(endorsement.name.as_deref(), Some(name), "{place}");
        }
    }
}

#[test]
fn what_is_no_endorsement_or_too_many_is_said() {
    let world = World::default();
    for (embedded, code) in [
        (json!("eyJhbGciOiJub25lIn0"), "unreadable"),
        (json!({}), "unreadable"),
        (json!(vec![json!({}); 17]), "too_much_work"),
    ] {
        let bytes = resigned(&world, (2, &method("key-1")), |v| {
            v["credentialSubject"]["achievement"]["endorsement"] = embedded.clone();
        });
        let report = judge(&world, &Presented::json(&bytes), NOW);
        assert_eq!(report.verdict, Verdict::Valid);
        assert_eq!(report.endorsements.len(), 1);
        assert_eq!(report.endorsements[0].outcome.code(), Some(code));
    }
}
