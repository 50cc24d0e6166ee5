//! A cohort's way over HTTP: from a roster to certificates, and to what verifiers fetch.

use cheti_shared::bundle::Bundle;
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::key::Signer as _;
use cheti_shared::status::list::StatusList;

use super::house::{Answer, House, Loaded, import_path, key};
use crate::app::approve_batch::list_batches;
use crate::domain::api_key::Scope;
use crate::domain::change::{RevocationReason, What};

const ALL: &[Scope] = &[Scope::Read, Scope::Import, Scope::Issue];
const ROSTER: &str = "Name,Award\nWanjikũ Ng'ang'a,Credit\nAmina Hassan,Pass\n";

fn word(answer: &Answer) -> String {
    let kind = answer.json()["type"].as_str().unwrap().to_owned();
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    kind.trim_start_matches("urn:cheti:problem:").to_owned()
}

#[tokio::test]
async fn every_problem_of_a_roster_is_told_and_nothing_is_saved() {
    let house = House::new(Loaded::Both);
    let token = house.token(ALL);
    let messy = "Name,Award\nWanjikũ Ng'ang'a,Credit\n,Pass\nAmina Hassan,Splendid\n";
    let answer = house.admin("POST", &import_path(""), &token, messy).await;
    assert_eq!((answer.status, word(&answer).as_str()), (422, "roster"));
    let problems = answer.json()["problems"].as_array().unwrap().clone();
    let lines: Vec<u64> = problems
        .iter()
        .map(|problem| problem["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [3, 4]);
    assert!(
        problems
            .iter()
            .all(|problem| !problem["advice"].as_str().unwrap().is_empty())
    );
    assert_eq!(answer.json()["good_rows"], 1);
    assert!(list_batches(&house.desk).unwrap().is_empty());

    let path = import_path("&accept_good_rows=true");
    let answer = house.admin("POST", &path, &token, messy).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let body = answer.json();
    assert_eq!(
        (&body["batch"]["graduates"], &body["batch"]["state"]),
        (&1.into(), &"imported".into())
    );
    let csv = body["rejected"]["csv"].as_str().unwrap();
    assert!(csv.contains("Splendid") && !csv.contains("Wanjik"), "{csv}");
    assert_eq!(body["rejected"]["problems"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn imports_that_cannot_be_are_refused() {
    let house = House::new(Loaded::Both);
    let token = house.token(ALL);
    for (path, body, status, kind) in [
        (import_path(""), "", 422, "unreadable-roster"),
        (
            import_path(""),
            "%PDF-1.7 not a roster",
            422,
            "unreadable-roster",
        ),
        (
            import_path("&acept_good_rows=true"),
            ROSTER,
            400,
            "bad-request",
        ),
        (
            import_path("&accept_good_rows=yes"),
            ROSTER,
            400,
            "bad-request",
        ),
        (import_path("&map=Name"), ROSTER, 400, "bad-request"),
        (import_path("&course=BCT"), ROSTER, 400, "bad-request"),
        (
            "/v1/batches?course=ACT".to_owned(),
            ROSTER,
            400,
            "bad-request",
        ),
        (
            import_path("").replace("ACT", "NONE"),
            ROSTER,
            404,
            "not-found",
        ),
        (
            import_path("").replace("2026-10-16", "16.10.2026"),
            ROSTER,
            400,
            "bad-request",
        ),
        (
            import_path("").replace("Cohort%207", &"x".repeat(121)),
            ROSTER,
            422,
            "value",
        ),
    ] {
        let answer = house.admin("POST", &path, &token, body).await;
        assert_eq!(
            (answer.status, word(&answer).as_str()),
            (status, kind),
            "{path}"
        );
    }
    let large = "x".repeat((20 << 20) + 1);
    let answer = house.admin("POST", &import_path(""), &token, &large).await;
    assert_eq!((answer.status, word(&answer).as_str()), (413, "too-large"));
    assert!(list_batches(&house.desk).unwrap().is_empty());
}

#[tokio::test]
async fn an_approved_batch_becomes_certificates() {
    let house = House::new(Loaded::Both);
    let token = house.token(ALL);
    let imported = house
        .admin("POST", &import_path(""), &token, ROSTER)
        .await
        .json();
    let issue = format!(
        "/v1/batches/{}/issue",
        imported["batch"]["id"].as_str().unwrap()
    );
    let early = house.admin("POST", &issue, &token, "").await;
    assert_eq!((early.status, word(&early).as_str()), (409, "wrong-state"));
    house.approve(imported["batch"]["id"].as_str().unwrap());
    let issued = house.admin("POST", &issue, &token, "").await;
    assert_eq!(
        (issued.status, &issued.json()["state"]),
        (200, &"issued".into())
    );
    assert_eq!(issued.json()["submitted_by"], "jane");
    assert_eq!(issued.json()["decided_by"], "paul");
    let again = house.admin("POST", &issue, &token, "").await;
    assert_eq!((again.status, word(&again).as_str()), (409, "wrong-state"));

    let certificates = house.certificates();
    assert_eq!(certificates.len(), 2);
    for certificate in certificates {
        let path = format!("/v1/certificates/{}", certificate.number);
        let shown = house.admin("GET", &path, &token, "").await.json();
        assert_eq!(shown["id"], certificate.id.to_string());
        assert_eq!(shown["versions"][0]["standing"], "good");
        let path = format!("/v1/certificates/{}", certificate.id);
        let json = house
            .admin("GET", &format!("{path}/credential?version=1"), &token, "")
            .await;
        let credential = SignedCredential::parse(&json.body).unwrap();
        let proof = credential.proofs().first().unwrap();
        assert!(matches!(
            credential.check_proof(proof, &key(11).public_key()),
            Some(Ok(_))
        ));
        let pdf = house.admin("GET", &format!("{path}/pdf"), &token, "").await;
        assert_eq!(pdf.headers["content-type"], "application/pdf");
        assert!(pdf.body.starts_with(b"%PDF-"));
        let none = house
            .admin("GET", &format!("{path}/pdf?version=2"), &token, "")
            .await;
        assert_eq!((none.status, word(&none).as_str()), (404, "not-found"));
    }
    let journal = house
        .admin("GET", "/v1/audit?after=2&limit=3", &token, "")
        .await
        .json();
    assert_eq!(
        (&journal["events"][0]["seq"], &journal["next"]),
        (&3.into(), &5.into())
    );
    assert_eq!(
        house
            .admin("GET", "/v1/audit?limit=0", &token, "")
            .await
            .status,
        400
    );
    assert_eq!(
        house
            .admin("GET", "/v1/audit/verify", &token, "")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn without_the_keys_nothing_is_signed() {
    let house = House::new(Loaded::Neither);
    let token = house.token(ALL);
    let imported = house
        .admin("POST", &import_path(""), &token, ROSTER)
        .await
        .json();
    let batch = imported["batch"]["id"].as_str().unwrap();
    house.approve(batch);
    for path in [
        format!("/v1/batches/{batch}/issue"),
        "/v1/status/publish".to_owned(),
    ] {
        let answer = house.admin("POST", &path, &token, "").await;
        assert_eq!(
            (answer.status, word(&answer).as_str()),
            (409, "key-not-loaded")
        );
    }
    assert_eq!(house.service.publish_if_due().unwrap(), None);
    assert!(house.certificates().is_empty());
}

fn is_revoked(list: &Answer, certificate: &crate::domain::certificate::Certificate) -> bool {
    let credential = SignedCredential::parse(&list.body).unwrap();
    let proof = credential.proofs().first().unwrap();
    let Some(Ok(checked)) = credential.check_proof(proof, &key(12).public_key()) else {
        panic!("the list's proof does not hold");
    };
    let version = certificate.current().unwrap();
    let entry = cheti_shared::status::entry::StatusEntry {
        purpose: cheti_shared::status::entry::Purpose::Revocation,
        list: StatusList::read(&checked).unwrap().url().to_owned(),
        index: version.index,
    };
    StatusList::read(&checked).unwrap().is_set(&entry).unwrap()
}

#[tokio::test]
async fn verifiers_learn_of_a_revocation_by_themselves() {
    let house = House::new(Loaded::Both);
    let token = house.token(ALL);
    assert_eq!(
        house.service.publish_if_due().unwrap(),
        None,
        "there is nothing to publish"
    );
    house.issue(&token, ROSTER).await;
    assert_eq!(house.public("/status/1").await.status, 404);
    assert_eq!(house.service.publish_if_due().unwrap(), Some(1));
    assert_eq!(
        house.service.publish_if_due().unwrap(),
        None,
        "nothing changed since"
    );
    let certificate = house.certificates().remove(0);
    let before = house.public("/status/1").await;
    assert_eq!(before.headers["content-type"], "application/vc");
    assert!(!is_revoked(&before, &certificate));

    house.change(What::Revoke {
        credential: certificate.id,
        reason: RevocationReason::Withdrawn,
    });
    assert_eq!(house.service.publish_if_due().unwrap(), Some(1));
    let after = house.public("/status/1").await;
    assert!(is_revoked(&after, &certificate));
    assert_ne!(before.headers["etag"], after.headers["etag"]);
    let reasons = house.public("/status/1/reasons").await.text();
    assert!(reasons.contains("withdrawn"), "{reasons}");

    house.wait_days(14);
    assert_eq!(house.service.publish_if_due().unwrap(), None);
    house.wait_days(1);
    assert_eq!(
        house.service.publish_if_due().unwrap(),
        Some(1),
        "half of thirty days are over"
    );
    let asked = house.admin("POST", "/v1/status/publish", &token, "").await;
    assert_eq!((asked.status, &asked.json()["lists"]), (200, &1.into()));
    let path = format!("/v1/certificates/{}", certificate.id);
    let shown = house.admin("GET", &path, &token, "").await.json();
    assert_eq!(shown["versions"][0]["standing"], "withdrawn");
}

#[tokio::test]
async fn the_bundle_holds_what_was_published() {
    let house = House::new(Loaded::Both);
    let token = house.token(ALL);
    assert_eq!(house.public("/bundle").await.status, 404);
    house.issue(&token, ROSTER).await;
    house.publish_trust_list();
    let first = house.public("/bundle").await;
    assert!(Bundle::parse(&first.body).unwrap().status_lists.is_empty());
    house.service.publish_if_due().unwrap();
    let bundle = Bundle::parse(&house.public("/bundle").await.body).unwrap();
    assert_eq!((bundle.status_lists.len(), bundle.templates.len()), (1, 1));

    let template = &bundle.templates[0];
    let digest = template.digest().to_string();
    let by_id = house.public(&format!("/t/{}", &digest[..8])).await;
    assert_eq!(by_id.json(), serde_json::json!([template.to_json()]));
    assert!(
        !by_id.headers["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let by_digest = house.public(&format!("/t/{digest}")).await;
    assert_eq!(by_digest.json(), template.to_json());
    assert!(
        by_digest.headers["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let did = house.public("/.well-known/did.json").await;
    assert_eq!(did.json()["id"], "did:web:nc4.example");
    assert_eq!(did.headers["content-type"], "application/did+json");
}

#[tokio::test]
async fn metrics_count_without_names() {
    let house = House::new(Loaded::Both);
    let token = house.token(ALL);
    house.issue(&token, ROSTER).await;
    house.public("/status/77").await;
    house.public("/Wanjik").await;
    let page = house.admin("GET", "/metrics", &token, "").await.text();
    for line in [
        r#"cheti_http_requests_total{listener="admin",route="/v1/batches",status="201"} 1"#,
        r#"cheti_http_requests_total{listener="public",route="/status/{list}",status="404"} 1"#,
        r#"cheti_http_requests_total{listener="public",route="none",status="404"} 1"#,
        r#"cheti_journal_events_total{action="batch.issued"} 1"#,
        "cheti_certificates_signed_total 2",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} in\n{page}");
    }
    assert!(!page.contains("Wanjik") && !page.contains("Amina"));
}
