//! The VC API over batches that two people approved: what is posted is compared, what is returned is what was approved.

use cheti_shared::credential::lint::{CREDENTIALS_V2, OPEN_BADGES_3_0_3};
use serde_json::{Value, json};

use super::house::{Answer, House, Loaded, import_path};
use crate::app::certificates::credential;
use crate::domain::api_key::Scope;
use crate::domain::batch::BatchState;

const ROSTER: &str = "Name,P/No,Award\nWanjikũ Ng'ang'a,30000017,Credit\nAmina Hassan,30000025,Pass\n\
    Amina Hassan,30000033,Credit\n";
const PROBLEM: &str = "urn:cheti:problem:";

fn asked(name: &str) -> Value {
    json!({
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "validFrom": "2026-10-16T06:00:00Z",
        "credentialSubject": {"id": "did:example:a", "type": ["AchievementSubject"], "name": name, "achievement": {
            "id": "https://nc4.example/courses/act", "type": ["Achievement"], "name": "Advanced Cybersecurity Training",
            "description": "d", "criteria": {"narrative": "n"},
        }},
    })
}

/// The credential with an award, as a result of the description that the course has.
fn with_award(mut credential: Value, award: &str) -> Value {
    let id = "https://nc4.example/courses/act#award";
    let subject = &mut credential["credentialSubject"];
    subject["achievement"]["resultDescription"] = json!([{"id": id, "type": ["ResultDescription"], "name": "Award", "resultType": "LetterGrade"}]);
    subject["result"] = json!([{"type": ["Result"], "resultDescription": id, "value": award}]);
    credential
}

async fn ask(house: &House, token: &str, batch: Option<&str>, credential: &Value) -> Answer {
    let body = json!({"credential": credential, "options": {"batch": batch.unwrap_or_default(), "checks": []}});
    let body = match batch {
        Some(_) => body,
        None => json!({"credential": credential}),
    };
    house
        .admin("POST", "/credentials/issue", token, &body.to_string())
        .await
}

async fn imported(house: &House, token: &str) -> String {
    let imported = house.admin("POST", &import_path(""), token, ROSTER).await;
    imported.json()["batch"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_graduate_of_an_approved_batch_gets_the_approved_certificate() {
    let house = House::new(Loaded::Both);
    let token = house.token(&[Scope::Import, Scope::Issue, Scope::Read]);
    let batch = imported(&house, &token).await;
    house.approve(&batch);
    let wanjiku = asked("Wanjikũ Ng'ang'a");
    let first = ask(&house, &token, Some(&batch), &wanjiku).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let certificates = house.certificates();
    assert_eq!(certificates.len(), 3, "the whole batch was issued");
    let id = first.json()["verifiableCredential"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let certificate = certificates.iter().find(|one| one.id.urn() == id).unwrap();
    let octets = credential(&house.desk, &certificate.id, 1).unwrap();
    let text = String::from_utf8(octets).unwrap();
    assert_eq!(first.text(), format!("{{\"verifiableCredential\":{text}}}"));
    let proof = &first.json()["verifiableCredential"]["proof"];
    assert_eq!(proof.as_array().unwrap().len(), 2);

    let again = ask(&house, &token, Some(&batch), &wanjiku).await;
    assert_eq!((again.status, again.body), (201, first.body.clone()));
    let path = format!("/credentials/{}", id.replace(':', "%3A"));
    let shown = house.admin("GET", &path, &token, "").await;
    assert_eq!((shown.status, shown.body), (200, first.body));

    let one = with_award(asked("Amina Hassan"), "Pass");
    let found = ask(&house, &token, Some(&batch), &one).await.json();
    assert_eq!(
        found["verifiableCredential"]["credentialSubject"]["result"][0]["value"],
        "Pass"
    );
}

#[tokio::test]
async fn without_two_people_nothing_is_issued_and_the_answer_says_what_to_do() {
    let house = House::new(Loaded::Both);
    let token = house.token(&[Scope::Import, Scope::Issue, Scope::IssueDirect]);
    let batch = imported(&house, &token).await;
    let good = asked("Wanjikũ Ng'ang'a");
    let mut other_course = good.clone();
    other_course["credentialSubject"]["achievement"]["name"] = json!("Another Course");
    let mut other_cohort = good.clone();
    other_cohort["credentialSubject"]["term"] = json!("Cohort 8");
    let mut other_date = good.clone();
    other_date["awardedDate"] = json!("2026-10-17T00:00:00+03:00");
    let mut same_date = good.clone();
    same_date["awardedDate"] = json!("2026-10-16T00:00:00+03:00");
    let rows = [
        (None, &good, "options.batch"),
        (Some("b00000000"), &good, "no batch"),
        (Some(batch.as_str()), &good, "imported"),
    ];
    for (batch, credential, says) in rows {
        refused(&ask(&house, &token, batch, credential).await, says);
    }
    house.approve(&batch);
    for (credential, says) in [
        (&asked("Wanjiku Ng'ang'a"), "no graduate"),
        (&other_course, "no graduate"),
        (&other_cohort, "no graduate"),
        (&other_date, "no graduate"),
        (&with_award(good.clone(), "Distinction"), "no graduate"),
        (&asked("Amina Hassan"), "2 graduates"),
    ] {
        refused(&ask(&house, &token, Some(&batch), credential).await, says);
    }
    assert!(house.certificates().is_empty());
    let id = batch.parse().unwrap();
    assert_eq!(
        house.desk.batch(&id).unwrap().value.state,
        BatchState::Approved
    );
    assert_eq!(
        ask(&house, &token, Some(&batch), &same_date).await.status,
        201
    );
}

fn refused(answer: &Answer, says: &str) {
    let problem = answer.json();
    assert_eq!(
        (answer.status, &problem["type"]),
        (403, &json!(format!("{PROBLEM}takes-two-people")))
    );
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains(says) && detail.contains("/v1/batches"),
        "{detail}"
    );
}

#[tokio::test]
async fn a_batch_takes_a_key_that_may_issue_batches() {
    let house = House::direct();
    let importer = house.token(&[Scope::Import]);
    let batch = imported(&house, &importer).await;
    house.approve(&batch);
    let good = asked("Wanjikũ Ng'ang'a");
    let direct = house.token(&[Scope::IssueDirect]);
    let answer = ask(&house, &direct, Some(&batch), &good).await;
    assert_eq!(
        (answer.status, &answer.json()["type"]),
        (403, &json!(format!("{PROBLEM}forbidden")))
    );
    let issue = house.token(&[Scope::Issue]);
    let answer = ask(&house, &issue, None, &good).await;
    assert_eq!(
        (answer.status, &answer.json()["type"]),
        (403, &json!(format!("{PROBLEM}forbidden")))
    );
    assert_eq!(ask(&house, &issue, Some(&batch), &good).await.status, 201);
}

#[tokio::test]
async fn without_the_key_an_approved_batch_waits() {
    let house = House::new(Loaded::Neither);
    let token = house.token(&[Scope::Import, Scope::Issue]);
    let batch = imported(&house, &token).await;
    house.approve(&batch);
    let answer = ask(&house, &token, Some(&batch), &asked("Wanjikũ Ng'ang'a")).await;
    assert_eq!(
        (answer.status, &answer.json()["type"]),
        (409, &json!(format!("{PROBLEM}key-not-loaded")))
    );
}

#[tokio::test]
async fn what_becomes_of_a_certificate_is_for_two_people() {
    let house = House::direct();
    let token = house.token(&[Scope::Import, Scope::Issue, Scope::IssueDirect]);
    house.issue(&token, ROSTER).await;
    let certificate = house.certificates().remove(0);
    let id = certificate.id.urn();
    let entry =
        json!({"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "status": true});
    let body = json!({"credentialId": id, "credentialStatus": entry}).to_string();
    let path = format!("/credentials/{id}");
    for (method, path, body) in [
        ("POST", "/credentials/status", body.as_str()),
        ("DELETE", path.as_str(), ""),
    ] {
        let answer = house.admin(method, path, &token, body).await;
        assert_eq!(answer.status, 403, "{}", answer.text());
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        let command = format!("cheti-issuer revoke {}", certificate.number);
        assert!(detail.contains(&command), "{detail}");
    }
    assert_eq!(house.certificates().remove(0), certificate);
    let mut taken = asked("Somebody Else");
    taken["id"] = json!(id);
    let answer = ask(&house, &token, None, &taken).await;
    assert_eq!(
        answer.status,
        409,
        "a certificate's id is taken: {}",
        answer.text()
    );
}
