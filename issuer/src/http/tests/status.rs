//! Status lists as verifiers fetch them: by content type, as of a moment, and signed anew only where something changed.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::proof::Suite;

use super::house::{Answer, House, Loaded, ask, key};
use crate::app::publish::Lifetimes;
use crate::app::publish_status::{publish_changes, publish_status};
use crate::domain::api_key::Scope;
use crate::domain::change::What;
use crate::http::public;
use cheti_shared::key::Signer as _;

const ROSTER: &str = "Name,Award\nWanjikũ Ng'ang'a,Credit\nAchieng Odhiambo,Pass\n";

async fn house() -> House {
    let house = House::new(Loaded::Both);
    let token = house.token(&[Scope::Read, Scope::Import, Scope::Issue]);
    house.issue(&token, ROSTER).await;
    publish_status(&house.desk, &key(12), Lifetimes::default(), "jane").unwrap();
    house
}

async fn fetch(house: &House, accept: &str) -> Answer {
    let request = Request::builder().uri("/status/1").header("accept", accept);
    let request = request.body(Body::empty()).unwrap();
    ask(public::router(Arc::clone(&house.service)), request).await
}

fn valid_from(answer: &Answer) -> String {
    answer.json()["validFrom"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_list_is_a_credential_with_both_proofs_in_the_type_asked_for() {
    let house = house().await;
    for (accept, kind) in [
        ("", "application/vc"),
        ("*/*", "application/vc"),
        ("application/json", "application/json"),
        (
            "application/ld+json, application/json",
            "application/ld+json",
        ),
        ("text/html, application/json;q=0.5", "application/json"),
        ("application/json, application/vc", "application/vc"),
    ] {
        let answer = fetch(&house, accept).await;
        assert_eq!(answer.headers["content-type"], kind, "{accept}");
        assert_eq!(answer.headers["vary"], "accept");
        let list = SignedCredential::parse(&answer.body).unwrap();
        assert_eq!(list.document()["issuer"], "did:web:nc4.example");
        let suites: Vec<&Suite> = list.proofs().iter().map(|proof| proof.suite()).collect();
        assert_eq!(suites, [&Suite::EddsaRdfc2022, &Suite::EddsaJcs2022]);
        for proof in list.proofs() {
            assert!(
                list.check_proof(proof, &key(12).public_key())
                    .unwrap()
                    .is_ok()
            );
        }
    }
}

#[tokio::test]
async fn the_list_of_a_moment_is_the_newest_then() {
    let house = house().await;
    let first = valid_from(&fetch(&house, "").await);
    house.wait_days(1);
    let certificate = house.certificates().remove(0);
    house.change(What::Revoke {
        credential: certificate.id,
        reason: crate::domain::change::RevocationReason::Withdrawn,
    });
    assert_eq!(house.service.publish_if_due().unwrap(), Some(1));
    let second = valid_from(&fetch(&house, "").await);
    assert!(first < second);
    let at = |moment: &str| format!("/status/1?timestamp={moment}");
    let day = &first[..10];
    for (moment, wanted) in [
        (first.clone(), Some(&first)),
        (format!("{day}T23:59:59Z"), Some(&first)),
        (second.clone(), Some(&second)),
        ("2026-01-01T00:00:00Z".to_owned(), None),
        ("2036-01-01T00:00:00Z".to_owned(), None),
    ] {
        let answer = house.public(&at(&moment)).await;
        match wanted {
            Some(wanted) => assert_eq!(&valid_from(&answer), wanted, "{moment}"),
            None => {
                assert_eq!(answer.status, 404);
                let kind = "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR";
                assert_eq!(answer.json()["type"], kind);
            }
        }
    }
    assert_eq!(house.public(&at("yesterday")).await.status, 400);
    assert_eq!(house.public("/status/1?time=now").await.status, 400);
}

#[tokio::test]
async fn only_what_changed_or_ages_is_signed_anew() {
    let house = house().await;
    let publish = || publish_changes(&house.desk, &key(12), Lifetimes::default(), "jane").unwrap();
    assert_eq!(publish(), 0);
    house.wait_days(7);
    assert_eq!(publish(), 0);
    house.wait_days(1);
    assert_eq!(publish(), 1, "a quarter of thirty days has passed");
    assert_eq!(publish(), 0);
    let token = house.token(&[Scope::Import, Scope::Issue]);
    house
        .issue(&token, &ROSTER.replace("Wanjik", "Kamau"))
        .await;
    assert_eq!(publish(), 1, "places were given out");
}
