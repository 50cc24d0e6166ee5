//! What is issued, held to Open Badges 3.0: the members and types that its AchievementCredential schema demands, as a table,
//! for every shape a course can give a certificate (O1-O3, O5-O7).

mod schema;

use cheti_shared::credential::endorsement::{Endorsement, Standing, Statement};
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::credential::open_badge::{
    AchievementDetails, CourseField, CourseTerms, Expiry, Image,
};
use cheti_shared::ids::CredentialId;
use cheti_shared::key::{SecretKey, Signer as _};
use cheti_shared::qr::codec::Codec;
use cheti_shared::qr::payload;
use cheti_tests::sample;
use serde_json::{Value, json};

use schema::Shape::{Many, One, Text, Texts, Time, Word};
use schema::{CREDENTIAL, Definition, check};

fn partner() -> SecretKey {
    SecretKey::from_seed(&[8; 32])
}

fn endorsement() -> Endorsement {
    let statement = Statement {
        id: CredentialId::from_random([7; 16]),
        endorser: "Example Technologies (Kenya)".to_owned(),
        achievement: sample::course().achievement_id,
        comment: "Its graduates can be *relied on*.".to_owned(),
    };
    let created = "2026-09-01T08:00:00Z".parse().unwrap();
    Endorsement::sign(&statement, created, &partner()).unwrap()
}

fn field(key: &str, result_type: &str, allowed: &[&str]) -> CourseField {
    CourseField {
        key: key.to_owned(),
        label: key.to_owned(),
        allowed: allowed.iter().map(|&value| value.to_owned()).collect(),
        result_type: result_type.to_owned(),
    }
}

/// Every shape that a course can give its certificates, and all of them at once.
fn courses() -> Vec<(&'static str, CourseTerms)> {
    let plain = || CourseTerms {
        partner: None,
        level: None,
        fields: Vec::new(),
        ..sample::course()
    };
    let fields = || {
        vec![
            field("award", "LetterGrade", &["Pass", "Credit"]),
            field("outcome", "Status", &["Completed", "Withdrew"]),
            field("staff", "ext:StaffNumber", &[]),
        ]
    };
    let details = || AchievementDetails {
        criteria_url: Some("https://nc4.example/courses/foundation/criteria".to_owned()),
        image: Some(Image {
            url: "https://nc4.example/badges/foundation.png".to_owned(),
            caption: Some("A shield over a network".to_owned()),
        }),
        level_url: Some("https://knqa.example/levels/6".to_owned()),
        endorsement: None,
    };
    let endorsed = || AchievementDetails {
        endorsement: Some(endorsement()),
        ..AchievementDetails::default()
    };
    vec![
        ("plain", plain()),
        ("source and tag", sample::course()),
        (
            "results",
            CourseTerms {
                fields: fields(),
                ..plain()
            },
        ),
        (
            "details",
            CourseTerms {
                details: details(),
                ..sample::course()
            },
        ),
        (
            "endorsement",
            CourseTerms {
                details: endorsed(),
                ..plain()
            },
        ),
        (
            "expiry",
            CourseTerms {
                expires: Expiry::EachItsOwn,
                ..plain()
            },
        ),
        (
            "everything",
            CourseTerms {
                fields: fields(),
                expires: Expiry::EachItsOwn,
                details: AchievementDetails {
                    endorsement: Some(endorsement()),
                    ..details()
                },
                ..sample::course()
            },
        ),
    ]
}

/// A value for every field of the course's template but the signature.
fn values(course: &CourseTerms) -> Vec<String> {
    let template = course.template().unwrap();
    let value = |name: &str, codec: &Codec| match (name, codec) {
        ("from", _) => "2026-10-20T06:00:00Z",
        ("until", _) => "2029-10-20T06:00:00Z",
        (_, Codec::Uuid) => "6f1c0a52-3b1e-4c8a-9d53-0a1b2c3d4e5f",
        (_, Codec::Date) => "2026-10-16",
        (_, Codec::Time) => "2026-10-14T12:30:00Z",
        (_, Codec::Uint) => "2026",
        (_, Codec::Num(_)) => "000123",
        (_, Codec::Enum(allowed)) => allowed.first().unwrap().clone().leak(),
        _ => "Wanjikũ Ng'ang'a",
    };
    let fields = template.fields().iter();
    let all = fields.map(|field| value(&field.name, &field.codec).to_owned());
    let mut all: Vec<String> = all.collect();
    all.pop();
    all
}

fn issued(course: &CourseTerms) -> Value {
    let form = sample::form(course);
    let unsigned = form.draft(values(course)).unwrap().lint().unwrap();
    let octets = unsigned.sign(&sample::issuing_key()).unwrap();
    serde_json::from_slice(&octets).unwrap()
}

fn each(value: &Value, visit: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            visit(name, value);
            each(value, visit);
        }),
        Value::Array(items) => items.iter().for_each(|item| each(item, visit)),
        _ => {}
    }
}

#[test]
fn every_shape_of_certificate_keeps_the_schema() {
    for (name, course) in courses() {
        let credential = issued(&course);
        assert_eq!(check(&credential), Vec::<String>::new(), "{name}");
        let signed = SignedCredential::parse(credential.to_string().as_bytes()).unwrap();
        for proof in signed.proofs() {
            let checked = signed.check_proof(proof, &sample::issuing_key().public_key());
            assert!(checked.unwrap().is_ok(), "{name}: {:?}", proof.suite());
        }
    }
}

/// The table bites: without any one required member, or with it misshapen, there is a breach.
#[test]
fn each_required_member_is_missed() {
    fn members(definition: &Definition, at: &str, all: &mut Vec<String>) {
        for (name, shape) in definition.required.iter().chain(definition.optional) {
            let place = format!("{at}/{name}");
            match shape {
                One(inner) => members(inner, &place, all),
                Many(inner) => members(inner, &format!("{place}/0"), all),
                Text | Time | Texts | Word(_) => {}
            }
            all.push(place);
        }
    }
    let everything = issued(&courses().pop().unwrap().1);
    let mut places = Vec::new();
    members(&CREDENTIAL, "", &mut places);
    let mut broken = 0;
    for place in places {
        let mut misshapen = everything.clone();
        // A tag is what a level is without a URL, which "everything" has; the first result has a value and no status.
        let Some(member) = misshapen.pointer_mut(&place) else {
            assert!(
                place.ends_with("/tag") || place.ends_with("/0/status"),
                "{place}"
            );
            continue;
        };
        *member = json!(7);
        assert_ne!(check(&misshapen), Vec::<String>::new(), "{place}");
        broken += 1;
    }
    assert!(broken > 60, "{broken}");
    let mut missing = everything;
    missing["credentialSubject"]["achievement"]
        .as_object_mut()
        .unwrap()
        .remove("criteria");
    assert_eq!(
        check(&missing),
        ["/credentialSubject/achievement/criteria is missing"]
    );
}

#[test]
fn contexts_subject_and_status_are_as_open_badges_has_them() {
    for (name, course) in courses() {
        let credential = issued(&course);
        assert_eq!(
            credential["@context"],
            json!([
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
            ]),
            "{name}"
        );
        assert!(credential["credentialSubject"].is_object(), "{name}");
        assert!(credential["credentialStatus"]["id"].is_string(), "{name}");
        for proof in credential["proof"].as_array().unwrap() {
            assert_eq!(proof["proofPurpose"], "assertionMethod");
        }
    }
}

#[test]
fn nothing_is_null_or_empty_and_nothing_is_called_hashed() {
    for (name, course) in courses() {
        each(&issued(&course), &mut |member, value| {
            let empty = value.is_null()
                || value.as_array().is_some_and(Vec::is_empty)
                || value.as_object().is_some_and(serde_json::Map::is_empty);
            assert!(!empty && member != "hashed", "{name}: {member}");
        });
    }
}

#[test]
fn results_are_described_and_a_status_is_no_value() {
    for (name, course) in courses() {
        let credential = issued(&course);
        let subject = &credential["credentialSubject"];
        let none = Vec::new();
        let results = subject["result"].as_array().unwrap_or(&none);
        assert_eq!(results.len(), course.fields.len(), "{name}");
        for (result, field) in results.iter().zip(&course.fields) {
            let descriptions = subject["achievement"]["resultDescription"]
                .as_array()
                .unwrap();
            let described = |one: &&Value| one["id"] == result["resultDescription"];
            let description = descriptions.iter().find(described).unwrap();
            assert_eq!(description["resultType"], field.result_type.as_str());
            let is_status = field.result_type == "Status";
            assert_eq!(result.get("status").is_some(), is_status, "{name}");
            assert_eq!(result.get("value").is_some(), !is_status, "{name}");
        }
    }
}

#[test]
fn the_awarded_date_stays_when_validity_begins_anew() {
    let course = sample::course();
    let form = sample::form(&course);
    let mut later = values(&course);
    let from = form
        .template()
        .fields()
        .iter()
        .position(|field| field.name == "from")
        .unwrap();
    later[from] = "2027-03-01T09:00:00Z".to_owned();
    let octets = form
        .draft(later)
        .unwrap()
        .lint()
        .unwrap()
        .sign(&sample::issuing_key())
        .unwrap();
    let corrected: Value = serde_json::from_slice(&octets).unwrap();
    let first = issued(&course);
    assert_eq!(corrected["id"], first["id"]);
    assert_ne!(corrected["validFrom"], first["validFrom"]);
    assert_eq!(corrected["awardedDate"], first["awardedDate"]);
    assert_eq!(first["awardedDate"], "2026-10-16T00:00:00+03:00");
}

#[test]
fn the_partner_is_the_source_and_a_level_is_aligned_where_it_has_a_page() {
    let all = courses();
    let subject = |name: &str| {
        let (_, course) = all.iter().find(|(other, _)| *other == name).unwrap();
        issued(course)["credentialSubject"].clone()
    };
    assert_eq!(
        subject("source and tag")["source"],
        json!({"id": "https://partner.example/", "type": ["Profile"], "name": "Example Technologies (Kenya)"})
    );
    assert_eq!(
        subject("source and tag")["achievement"]["tag"],
        json!(["KNQF Level 6"])
    );
    let aligned = subject("details");
    assert_eq!(aligned["achievement"].get("tag"), None);
    assert_eq!(
        aligned["achievement"]["alignment"][0]["targetName"],
        "KNQF Level 6"
    );
    assert_eq!(
        aligned["achievement"]["alignment"][0]["targetFramework"],
        "KNQF"
    );
}

#[test]
fn an_endorsement_verifies_inside_and_outside_and_leaves_the_code_as_small() {
    let all = courses();
    let named = |name: &str| &all.iter().find(|(other, _)| *other == name).unwrap().1;
    let credential = issued(named("endorsement"));
    let inside = &credential["credentialSubject"]["achievement"]["endorsement"][0];
    let cut_out = Endorsement::parse(inside.to_string().as_bytes()).unwrap();
    assert_eq!(cut_out.verify(), Ok(Standing::Verified));
    assert_eq!(
        cut_out.check_subject(&sample::course().achievement_id),
        Ok(())
    );

    // What the endorser says is covered by the certificate's own proofs too.
    let mut altered = credential.clone();
    altered["credentialSubject"]["achievement"]["endorsement"][0]["credentialSubject"]["endorsementComment"] =
        json!("Perhaps.");
    let altered = SignedCredential::parse(altered.to_string().as_bytes()).unwrap();
    for proof in altered.proofs() {
        let checked = altered.check_proof(proof, &sample::issuing_key().public_key());
        assert!(checked.unwrap().is_err());
    }

    let octets = |course: &CourseTerms, credential: &Value| {
        let template = course.template().unwrap();
        let document = payload::carried(credential.as_object().unwrap()).into_owned();
        payload::encode(&template, &document).unwrap().len()
    };
    let plain = issued(named("plain"));
    assert_eq!(
        octets(named("endorsement"), &credential),
        octets(named("plain"), &plain)
    );
}
