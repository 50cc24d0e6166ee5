//! Certificates on paper, over HTTP: in other looks, as pictures, as duplicates.

use serde_json::Value;

use super::house::{House, Loaded};
use crate::app::ports::store::{Collection, Commit, Key};
use crate::domain::api_key::Scope;
use crate::domain::audit::Event;
use crate::domain::change::{RevocationReason, What};

const ROSTER: &str = "Name,Award\nWanjikũ Ng'ang'a,Credit\n";
const ALL: &[Scope] = &[Scope::Read, Scope::Import, Scope::Issue];

/// A house with one certificate, the path to it, and a token that may do everything.
async fn with_certificate() -> (House, String, String) {
    let house = House::new(Loaded::Both);
    let token = house.token(ALL);
    house.issue(&token, ROSTER).await;
    let certificate = house.certificates().remove(0);
    let path = format!("/v1/certificates/{}", certificate.id);
    (house, path, token)
}

fn reprints(house: &House) -> Vec<Event> {
    let events: Vec<Event> = house.desk.all(Collection::Audit, b"").unwrap();
    let is_reprint = |event: &Event| event.action == "certificate.reprint";
    events.into_iter().filter(is_reprint).collect()
}

#[tokio::test]
async fn a_certificate_is_printed_in_the_look_of_its_batch_or_another() {
    let (house, path, token) = with_certificate().await;
    let get = async |more: &str| {
        house
            .admin("GET", &format!("{path}/{more}"), &token, "")
            .await
    };
    let first = get("pdf").await;
    assert_eq!(first.headers["content-type"], "application/pdf");
    assert!(first.body == get("pdf?design=formal&language=en").await.body);
    let mut looks = vec![first.body];
    for more in [
        "pdf?design=national",
        "pdf?language=sw",
        "pdf?design=portrait&language=both",
    ] {
        let other = get(more).await;
        assert_eq!(other.status, 200, "{}", other.text());
        assert!(!looks.contains(&other.body), "{more}");
        looks.push(other.body);
    }
    for (more, says) in [
        ("pdf?design=none", "formal"),
        ("pdf?design=../formal.svg", "formal"),
        ("pdf?language=fr", "en, sw or both"),
        ("pdf?colour=red", "colour"),
        ("preview.png?width=99", "100 to 2000"),
        ("preview.png?width=2001", "100 to 2000"),
        ("preview.png?width=wide", "width"),
    ] {
        let answer = get(more).await;
        assert_eq!(answer.status, 400, "{more}");
        assert!(answer.text().contains(says), "{more}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_picture_is_as_wide_as_asked_for() {
    let (house, path, token) = with_certificate().await;
    for (more, wanted) in [
        ("", 1_000_u32),
        ("?width=320", 320),
        ("?width=100&design=portrait", 100),
    ] {
        let path = format!("{path}/preview.png{more}");
        let answer = house.admin("GET", &path, &token, "").await;
        assert_eq!(
            (answer.status, &answer.headers["content-type"]),
            (200, &"image/png".parse().unwrap())
        );
        let width = answer.body.get(16..20).unwrap();
        assert_eq!(u32::from_be_bytes(width.try_into().unwrap()), wanted);
    }
}

#[tokio::test]
async fn a_duplicate_is_in_the_journal_and_takes_a_scope() {
    let (house, path, token) = with_certificate().await;
    let reprint = format!("{path}/reprint");
    let first = house.admin("GET", &format!("{path}/pdf"), &token, "").await;
    let reader = house.token(&[Scope::Read]);
    assert_eq!(house.admin("POST", &reprint, &reader, "").await.status, 403);
    let marked = house.admin("POST", &reprint, &token, "").await;
    let plain = house
        .admin("POST", &format!("{reprint}?mark=false"), &token, "")
        .await;
    assert_eq!((marked.status, plain.status), (200, 200));
    assert!(plain.body == first.body && marked.body != first.body);
    let wrong = house
        .admin("POST", &format!("{reprint}?mark=perhaps"), &token, "")
        .await;
    assert_eq!(wrong.status, 400);
    let found = reprints(&house);
    let id = &token["cheti_".len()..token.find('.').unwrap()];
    assert_eq!(found.len(), 2);
    for (event, marked) in found.iter().zip([true, false]) {
        assert_eq!(event.actor, format!("api:{id}"));
        assert_eq!(event.detail["marked"], Value::Bool(marked));
    }
    let credential = house.certificates().remove(0).id;
    let reason = RevocationReason::Withdrawn;
    house.change(What::Revoke { credential, reason });
    let ended = house.admin("POST", &reprint, &token, "").await;
    assert_eq!(ended.status, 409, "{}", ended.text());
    assert!(ended.text().contains("revoked"));
    assert_eq!(reprints(&house).len(), 2);
}

#[tokio::test]
async fn what_was_altered_is_not_handed_out_as_paper() {
    let (house, path, token) = with_certificate().await;
    let mut records = house
        .desk
        .store
        .scan(Collection::Credential, b"", None, 10)
        .unwrap();
    let (id, octets) = records.remove(0);
    let altered = String::from_utf8(octets)
        .unwrap()
        .replace("\"Credit\"", "\"Distinction\"");
    let commit = Commit {
        puts: vec![(Key::new(Collection::Credential, id), altered.into_bytes())],
        ..Commit::default()
    };
    house.desk.store.commit(commit).unwrap();
    for (method, more) in [("GET", "pdf"), ("GET", "preview.png"), ("POST", "reprint")] {
        let answer = house
            .admin(method, &format!("{path}/{more}"), &token, "")
            .await;
        assert_eq!(answer.status, 409, "{more}");
        assert!(
            answer.text().contains("is not what was signed"),
            "{}",
            answer.text()
        );
    }
    assert!(reprints(&house).is_empty());
}
