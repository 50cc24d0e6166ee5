//! `--accept-any-did-key` is for the routes of the VC API alone.

use cheti_verifier_core::policy::UnregisteredIssuers;

use super::*;
use crate::samples::{assertion, did_key, key, proof};
use cheti_shared::key::Signer as _;

fn foreign(world: &World) -> Value {
    let mut value = Value::Object(document(&world.certificate(NAME)));
    value.as_object_mut().unwrap().remove("proof");
    value["issuer"]["id"] = json!(cheti_shared::did::key::did(&key(9).public_key()));
    let sign = |suite| proof(&value, 9, assertion(suite, &did_key(9)));
    let proofs = [sign("eddsa-rdfc-2022"), sign("eddsa-jcs-2022")];
    value["proof"] = json!(proofs);
    value
}

fn accepting(world: &World) -> Router {
    let policy = Policy {
        unregistered: UnregisteredIssuers::AcceptDidKey,
        ..Policy::default()
    };
    let options = ServiceOptions {
        policy,
        ..options()
    };
    router(service_of(world, options))
}

#[tokio::test]
async fn the_vc_api_alone_accepts_and_warns() {
    let world = World::default();
    let (foreign, app) = (foreign(&world), accepting(&world));
    let body = json!({"verifiableCredential": foreign}).to_string();
    let answer = post(
        &app,
        "/credentials/verify",
        "application/json",
        body.clone(),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let answer = answer.json();
    assert_eq!(answer["verified"], true);
    let warned = &answer["problemDetails"][0];
    assert_eq!(warned["type"], "urn:cheti:problem:unregistered-issuer");
    assert!(
        warned["detail"]
            .as_str()
            .unwrap()
            .contains("nobody here knows whose it is")
    );

    let strict = super::app(&world);
    let answer = post(&strict, "/credentials/verify", "application/json", body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kind = &answer.json()["problemDetails"][0]["type"];
    assert_eq!(kind, "urn:cheti:problem:unknown-issuer");
}

#[tokio::test]
async fn the_page_and_v1_know_nothing_of_it() {
    let world = World::default();
    let (foreign, app) = (foreign(&world), accepting(&world));
    let body = json!({"credential": foreign, "expected": {"name": NAME}}).to_string();
    let answer = post(&app, "/v1/verify", "application/json", body)
        .await
        .json();
    assert_eq!(answer["decision"], "reject");
    assert_eq!(answer["reasons"], json!(["unknown_issuer"]));
    assert!(answer.get("signed").is_none() && answer["warnings"] == json!([]));
    let html = page_of(&app, foreign.to_string().as_bytes()).await;
    assert!(html.contains("NOT IN THIS SYSTEM") && !html.contains("class=\"good\""));
}
