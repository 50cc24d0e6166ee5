//! Keys at the console: one follows another, one is lost, a program gets one.

use cheti_shared::bundle::trust_list::{Ending, KeyRole};

use super::*;
use crate::app::api_keys::recognise_token;
use crate::app::changes::list_changes;
use crate::app::publish_status::publish_status;
use crate::domain::api_key::Scope;
use crate::domain::change::ChangeState;
use crate::http::tests::house::import_path;

const WORDS: &str = "copper lantern drifts north";

#[tokio::test]
async fn a_key_follows_another_and_the_server_goes_on_with_it() {
    let desk = Desk::with_roles();
    desk.house.publish_trust_list();
    let mut ada = desk.signed_in("ada").await;
    let fresh = ada.get("/keys").await.text();
    assert!(!fresh.contains("Verifiers do not know yet"), "{fresh}");
    let code = desk.next_code("ada");
    for (fields, says) in [
        (
            [
                ("role", "root"),
                ("password", WORDS),
                ("again", WORDS),
                ("code", &code),
            ],
            "missing or is not",
        ),
        (
            [
                ("role", "status"),
                ("password", WORDS),
                ("again", "other"),
                ("code", &code),
            ],
            "differ",
        ),
        (
            [
                ("role", "status"),
                ("password", "status-2"),
                ("again", "status-2"),
                ("code", &code),
            ],
            "easily guessed",
        ),
        (
            [
                ("role", "status"),
                ("password", WORDS),
                ("again", WORDS),
                ("code", "000000"),
            ],
            "code is not right",
        ),
    ] {
        let before = desk.events();
        let answer = ada.post("/keys", &fields).await;
        assert!(
            answer.status >= 400 && answer.text().contains(says),
            "{says}: {}",
            answer.text()
        );
        assert_eq!(desk.events(), before);
    }
    let code = desk.next_code("ada");
    let fields = [
        ("role", "status"),
        ("password", WORDS),
        ("again", WORDS),
        ("code", &code),
    ];
    let done = ada.post("/keys", &fields).await;
    assert_eq!(done.headers["location"], "/keys", "{}", done.text());
    let active = desk.house.desk.active_key(KeyRole::Status).unwrap();
    assert_eq!(active.file_name(), "status-2");
    let held = desk.house.service.signer(KeyRole::Status).unwrap();
    assert_eq!(held.public_key(), active.public);
    let lifetimes = desk.house.service.parts.lifetimes;
    publish_status(&desk.house.desk, &*held, lifetimes, "test").unwrap();
    let page = ada.get("/keys").await.text();
    assert!(page.contains("followed by another"), "{page}");
    assert!(page.contains("Verifiers do not know yet"), "{page}");
    desk.house.publish_trust_list();
    assert!(
        !ada.get("/keys")
            .await
            .text()
            .contains("Verifiers do not know yet")
    );
    let bundle = ada.get("/keys/bundle").await;
    assert_eq!(
        bundle.headers["content-disposition"],
        "attachment; filename=\"trust-bundle.json\""
    );
    assert!(bundle.json()["trustList"].is_object(), "{}", bundle.text());
}

#[tokio::test]
async fn a_lost_key_is_lost_from_the_day_that_was_said_first() {
    let desk = Desk::with_roles();
    let mut ada = desk.signed_in("ada").await;
    let key = desk.house.desk.active_key(KeyRole::Issuing).unwrap();
    let mut lose = async |since: &str| {
        let code = desk.next_code("ada");
        ada.post(
            "/keys/lost",
            &[("key", &key.id), ("since", since), ("code", &code)],
        )
        .await
    };
    for (since, says) in [("", "missing or is not"), ("2026-10-21", "yet to come")] {
        let answer = lose(since).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains(says), "{}", answer.text());
    }
    assert!(desk.house.desk.active_key(KeyRole::Issuing).is_ok());
    for since in ["2026-10-19", "2026-10-20", "2026-10-18"] {
        assert_eq!(lose(since).await.status, 303);
    }
    let keys = desk.house.desk.signing_keys().unwrap();
    let lost = keys.iter().find(|known| known.id == key.id).unwrap();
    let at = lost.ended_by(Ending::Compromised).unwrap();
    assert_eq!(
        at.to_string(),
        "2026-10-17T21:00:00Z",
        "the beginning of the earliest day in Nairobi"
    );
}

#[tokio::test]
async fn a_program_gets_its_key_from_two_people() {
    let desk = Desk::with_roles();
    let mut ada = desk.signed_in("ada").await;
    for (fields, says) in [
        (
            &[("name", " "), ("read", "on")][..],
            "Say what the key is for",
        ),
        (&[("name", "HR")][..], "what the program may do"),
    ] {
        let answer = ada.post("/keys/programs", fields).await;
        assert!(
            answer.status == 422 && answer.text().contains(says),
            "{}",
            answer.text()
        );
    }
    let page = ada
        .post(
            "/keys/programs",
            &[("name", "HR <b>"), ("read", "on"), ("note", "payroll")],
        )
        .await
        .text();
    assert!(page.contains("HR &#60;b&#62;"), "{page}");
    let token = page
        .split("secret\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    let known = |token: &str| recognise_token(&desk.house.desk, token).unwrap();
    assert!(known(&token).is_none(), "nobody has confirmed it");
    let mut changes = list_changes(&desk.house.desk).unwrap().into_iter();
    let change = changes
        .find(|change| change.state == ChangeState::Proposed)
        .unwrap();
    let confirm = format!("/changes/{}/confirm", change.id);
    let mut paul = desk.signed_in("paul").await;
    let code = desk.next_code("paul");
    assert_eq!(paul.post(&confirm, &[("code", &code)]).await.status, 303);
    let key = known(&token).unwrap();
    assert!(ada.get("/keys").await.text().contains(&key.id));
    let gone = ada
        .post(
            &format!("/keys/programs/{}/remove", key.id),
            &[("note", "over")],
        )
        .await;
    assert_eq!(gone.headers["location"], "/changes", "{}", gone.text());
    assert_eq!(
        ada.post("/keys/programs/none/remove", &[]).await.status,
        404
    );
}

/// An officer who mistypes a passphrase is told so, in either language.
#[tokio::test]
async fn a_mistyped_passphrase_is_no_fault_of_the_server() {
    let house = House::new(Loaded::Neither);
    let router = super::super::router(Arc::clone(&house.service));
    let desk = Desk { house, router };
    let token = desk.house.token(&[Scope::Import]);
    let roster = "Full Name,P/No,Award\nZawadi Mbeki,30000017,Distinction\n";
    let imported = desk
        .house
        .admin("POST", &import_path(""), &token, roster)
        .await;
    let batch = imported.json()["batch"]["id"].as_str().unwrap().to_owned();
    desk.house.approve(&batch);
    let mut jane = desk.signed_in("jane").await;
    let path = format!("/batches/{batch}/issue");
    let answer = jane.post(&path, &[("passphrase", "mistyped")]).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer
            .text()
            .contains("not the passphrase of the key issuing-1"),
        "{}",
        answer.text()
    );
    jane.post("/language", &[("language", "sw")]).await;
    let answer = jane.post(&path, &[("passphrase", "mistyped")]).await.text();
    assert!(
        answer.contains("si nenosiri la ufunguo issuing-1"),
        "{answer}"
    );
}
