//! The VC API: shapes, status codes, options and problem types (A2, V13, V14, REQUIREMENTS §10).

use super::*;
use crate::samples::{assertion, did_key, key, method, proof};
use cheti_shared::key::Signer as _;

const VCDM: &str = "https://www.w3.org/TR/vc-data-model#";
const SECURITY: &str = "https://w3id.org/security#";

async fn verify(app: &Router, body: &Value) -> Answer {
    let path = match body.get("verifiablePresentation") {
        Some(_) => "/presentations/verify",
        None => "/credentials/verify",
    };
    post(app, path, "application/json", body.to_string()).await
}

fn credential(world: &World) -> Value {
    Value::Object(document(&world.certificate(NAME)))
}

fn signed_again(world: &World, suite: &str, edit: impl Fn(&mut Value)) -> Value {
    let mut value = credential(world);
    value.as_object_mut().unwrap().remove("proof");
    edit(&mut value);
    value["proof"] = json!([proof(&value, 2, assertion(suite, &method("key-1")))]);
    value
}

#[tokio::test]
async fn the_vc_api_verifies_with_200_and_refuses_with_4xx() {
    let world = World::default();
    let app = app(&world);
    let credential = credential(&world);
    let mut edited = credential.clone();
    edited["credentialSubject"]["name"] = json!("Another Person");
    let mut unsigned = credential.clone();
    unsigned.as_object_mut().unwrap().remove("proof");
    for (value, status) in [
        (json!({"verifiableCredential": credential}), 200),
        (
            json!({"verifiableCredential": credential, "options": {"checks": ["proof"]}}),
            200,
        ),
        (json!({"verifiableCredential": edited}), 422),
        (json!({"verifiableCredential": unsigned}), 422),
        (json!({"verifiableCredential": {}}), 422),
        (json!({"verifiableCredential": "eyJ"}), 400),
        (json!({"verifiableCredential": [credential]}), 400),
        (
            json!({"verifiableCredential": credential, "options": []}),
            400,
        ),
        (
            json!({"verifiableCredential": credential, "options": {"returnResults": 1}}),
            400,
        ),
        (json!({"credential": credential}), 400),
        (json!([]), 400),
    ] {
        let answer = verify(&app, &value).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
        assert_eq!(answer.json()["verified"] == true, status == 200);
    }
    let answer = verify(&app, &json!({"verifiableCredential": edited}))
        .await
        .json();
    let kind = &answer["problemDetails"][0]["type"];
    assert_eq!(*kind, format!("{VCDM}CRYPTOGRAPHIC_SECURITY_ERROR"));
    assert!(answer.get("credential").is_none());
}

#[tokio::test]
async fn options_say_what_is_returned() {
    let world = World::default();
    let app = app(&world);
    let with =
        |options: Value| json!({"verifiableCredential": credential(&world), "options": options});
    let plain = verify(&app, &with(json!({}))).await.json();
    assert_eq!(plain, json!({"verified": true, "problemDetails": []}));
    let terse = verify(&app, &with(json!({"returnProblemDetails": false}))).await;
    assert_eq!(terse.json(), json!({"verified": true}));

    let all = json!({"returnCredential": true, "returnResults": true});
    let answer = verify(&app, &with(all)).await.json();
    assert_eq!(answer["credential"]["credentialSubject"]["name"], NAME);
    assert!(answer["credential"].get("proof").is_none());
    let results = &answer["results"];
    assert_eq!(results["validFrom"]["verified"], true);
    assert!(results.get("validUntil").is_none());
    assert_eq!(results["credentialStatus"][0]["verified"], true);
    assert_eq!(results["credentialSchema"], json!([]));
    let suites: Vec<&Value> = results["proof"]
        .as_array()
        .unwrap()
        .iter()
        .map(|proof| &proof["cryptosuite"])
        .collect();
    assert_eq!(suites, ["eddsa-rdfc-2022", "eddsa-jcs-2022"]);

    let revoked = World {
        set: Some(None),
        ..World::default()
    };
    let app = super::app(&revoked);
    let answer = verify(&app, &with(json!({"returnResults": true})))
        .await
        .json();
    let status = &answer["results"]["credentialStatus"][0];
    assert_eq!(status["verified"], false);
    assert_eq!(
        status["problemDetails"][0]["type"],
        "urn:cheti:problem:revoked"
    );
}

/// §10: here every document is read as JSON-LD, also one that `eddsa-jcs-2022` alone vouches for.
#[tokio::test]
async fn what_no_context_defines_does_not_verify() {
    let world = World::default();
    let app = app(&world);
    type Edit = fn(&mut Value);
    let edits: [Edit; 4] = [
        |v| v["motto"] = json!("Usalama"),
        |v| v["type"].as_array_mut().unwrap().push(json!("Undefined")),
        |v| v["credentialSubject"]["achievement"]["id"] = json!("courses/act"),
        |v| {
            let redefined = json!({"name": "https://evil.example/name"});
            v["@context"].as_array_mut().unwrap().push(redefined);
        },
    ];
    for (i, edit) in edits.into_iter().enumerate() {
        let credential = signed_again(&world, "eddsa-jcs-2022", edit);
        let answer = verify(&app, &json!({"verifiableCredential": credential})).await;
        assert_eq!(answer.status.as_u16(), 422, "edit {i}");
        let kind = &answer.json()["problemDetails"][0]["type"];
        assert_eq!(*kind, format!("{VCDM}MALFORMED_VALUE_ERROR"), "edit {i}");
    }
}

#[tokio::test]
async fn documents_may_come_alone_by_their_media_type() {
    let world = World::default();
    let app = app(&world);
    let credential = credential(&world).to_string();
    for (path, kind, body, status) in [
        (
            "/credentials/verify",
            "application/vc",
            credential.as_str(),
            200,
        ),
        (
            "/credentials/verify",
            "application/vc+ld+json",
            credential.as_str(),
            200,
        ),
        (
            "/credentials/verify",
            "application/vp",
            credential.as_str(),
            415,
        ),
        (
            "/credentials/verify",
            "text/plain",
            credential.as_str(),
            415,
        ),
        ("/credentials/verify", "application/vc", "{", 400),
        (
            "/presentations/verify",
            "application/vp",
            presented(&world).as_str(),
            200,
        ),
        (
            "/presentations/verify",
            "application/vc",
            presented(&world).as_str(),
            415,
        ),
    ] {
        let answer = post(&app, path, kind, body).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{path} {kind}: {}",
            answer.body
        );
    }
}

fn presented(world: &World) -> String {
    presentation(world).to_string()
}

fn presentation(world: &World) -> Value {
    let mut presentation = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": cheti_shared::did::key::did(&key(6).public_key()),
        "verifiableCredential": [credential(world)],
    });
    let mut members = assertion("eddsa-rdfc-2022", &did_key(6));
    members["proofPurpose"] = json!("authentication");
    members["domain"] = json!("employer.example");
    members["challenge"] = json!("c1");
    presentation["proof"] = proof(&presentation, 6, members);
    presentation
}

/// D3, A3.
#[tokio::test]
async fn presentations_are_held_to_domain_and_challenge() {
    let world = World::default();
    let app = app(&world);
    let presentation = presentation(&world);
    let ask = |options: Value| json!({"verifiablePresentation": presentation, "options": options});
    for options in [
        json!({}),
        json!({"challenge": "c1"}),
        json!({"challenge": "c1", "domain": "employer.example"}),
        json!({"domain": ["employer.example"]}),
    ] {
        let answer = verify(&app, &ask(options)).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    }
    for (options, kind) in [
        (json!({"challenge": "c2"}), "INVALID_CHALLENGE_ERROR"),
        (json!({"domain": "bank.example"}), "INVALID_DOMAIN_ERROR"),
    ] {
        let answer = verify(&app, &ask(options)).await;
        assert_eq!(answer.status.as_u16(), 422);
        let found = &answer.json()["problemDetails"][0]["type"];
        assert_eq!(*found, format!("{SECURITY}{kind}"));
    }
    for options in [
        json!({"challenge": 1}),
        json!({"domain": []}),
        json!({"domain": [1]}),
    ] {
        assert_eq!(verify(&app, &ask(options)).await.status.as_u16(), 400);
    }
    let refused = verify(&app, &json!({"verifiablePresentation": "eyJ"})).await;
    assert_eq!(refused.status.as_u16(), 400);

    let all = json!({"returnPresentation": true, "returnCredential": true, "returnResults": true});
    let answer = verify(&app, &ask(all)).await.json();
    assert_eq!(answer["presentation"]["type"][0], "VerifiablePresentation");
    assert!(answer["presentation"].get("proof").is_none());
    assert_eq!(answer["credentialResults"][0]["verified"], true);
    assert_eq!(answer["results"]["proof"][0]["verified"], true);
    assert_eq!(
        answer["credentialResults"][0]["credential"]["credentialSubject"]["name"],
        NAME
    );
}
