//! Direct issuance over the VC API: every form signed and read back, every refusal, nothing twice, nothing lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::Request;
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::credential::lint::{CREDENTIALS_V1, CREDENTIALS_V2, OPEN_BADGES_3_0_3};
use cheti_shared::did;
use cheti_shared::ids::Digest;
use cheti_shared::key::{PublicKey, Signer as _};
use cheti_shared::status::list::StatusList;
use serde_json::{Value, json};

use super::house::{self, Answer, House, key};
use crate::app::audit::events_after;
use crate::app::ports::store::{Collection, Commit, Key, Page, Store, StoreError};
use crate::domain::api_key::Scope;
use crate::domain::direct::{Content, Direct};
use crate::http::admin;

const SCOPES: &[Scope] = &[Scope::Read, Scope::IssueDirect];
const ID: &str = "https://university.example/credentials/jane-canary";
const EXAMPLES: &str = "https://www.w3.org/ns/credentials/examples/v2";
const VCDM: &str = "https://www.w3.org/TR/vc-data-model#";

fn minimal() -> Value {
    json!({
        "@context": [CREDENTIALS_V2, EXAMPLES],
        "id": ID,
        "type": ["VerifiableCredential"],
        "validFrom": "2026-10-16T06:00:00Z",
        "credentialSubject": {"id": "did:example:a", "name": "Jane Canary"},
    })
}

fn version_1() -> Value {
    json!({
        "@context": [CREDENTIALS_V1],
        "type": ["VerifiableCredential"],
        "issuanceDate": "2026-10-16T06:00:00Z",
        "credentialSubject": {"id": "did:example:a"},
    })
}

fn badge() -> Value {
    json!({
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "validFrom": "2026-10-16T06:00:00+03:00",
        "credentialSubject": {"id": "did:example:a", "type": ["AchievementSubject"], "achievement": {
            "id": "https://nc4.example/courses/act", "type": ["Achievement"], "name": "ACT",
            "description": "d", "criteria": {"narrative": "n"},
        }},
    })
}

fn in_many_languages() -> Value {
    let mut document = minimal();
    document["id"] = json!("urn:x:1");
    document["name"] = json!([
        {"@value": "Shahada 🎓 ya \"usalama\"", "@language": "sw"},
        {"@value": "شهادة", "@language": "ar", "@direction": "rtl"},
        "Wanjikũ Ng'ang'a\n\u{7f}",
    ]);
    document["issuer"] =
        json!({"id": "did:web:nc4.example", "name": {"@value": "NC4", "@language": "en"}});
    document["credentialSubject"] =
        json!([{"name": "Ün"}, {"id": "urn:x:2", "spouse": {"name": "Zwei"}}]);
    document
}

async fn post(house: &House, token: &str, credential: &Value, options: Value) -> Answer {
    let body = json!({"credential": credential, "options": options}).to_string();
    house
        .admin("POST", "/credentials/issue", token, &body)
        .await
}

/// The credential of an answer, after every proof of it was verified with the issuing key.
fn issued(answer: &Answer, public: &PublicKey) -> SignedCredential {
    assert_eq!(answer.status, 201, "{}", answer.text());
    let document = answer.json()["verifiableCredential"]
        .as_object()
        .unwrap()
        .clone();
    let credential = SignedCredential::from_document(document).unwrap();
    for proof in credential.proofs() {
        assert!(matches!(credential.check_proof(proof, public), Some(Ok(_))));
    }
    credential
}

fn suites(credential: &SignedCredential) -> Vec<&str> {
    credential
        .proofs()
        .iter()
        .map(|proof| proof.suite().name())
        .collect()
}

#[tokio::test]
async fn every_form_is_signed_as_it_is_wanted() {
    let house = House::direct();
    let token = house.token(SCOPES);
    let (rdfc, jcs) = ("eddsa-rdfc-2022", "eddsa-jcs-2022");
    let mut without_id = minimal();
    without_id.as_object_mut().unwrap().remove("id");
    for (document, options, wanted, in_list) in [
        (minimal(), json!({}), vec![rdfc], false),
        (
            without_id.clone(),
            json!({"cryptosuite": jcs, "unknown": 1}),
            vec![jcs],
            false,
        ),
        (without_id, json!({"proofSet": true}), vec![rdfc, jcs], true),
        (version_1(), json!({}), vec![rdfc], false),
        (version_1(), json!({"cryptosuite": jcs}), vec![jcs], false),
        (badge(), json!({"cryptosuite": rdfc}), vec![rdfc, jcs], true),
        (in_many_languages(), json!({}), vec![rdfc], false),
    ] {
        let answer = post(&house, &token, &document, options).await;
        let credential = issued(&answer, &key(11).public_key());
        assert_eq!(suites(&credential), wanted, "{document}");
        assert_eq!(credential.document()["proof"].is_array(), in_list);
        assert_eq!(credential.issuer(), "did:web:nc4.example");
        let entries = credential.status().unwrap();
        let entry = &credential.document()["credentialStatus"];
        assert_eq!(entry["statusPurpose"], "revocation");
        assert_eq!(entries[0].list, "https://nc4.example/status/1");
        let id = credential
            .id()
            .unwrap()
            .replace(':', "%3A")
            .replace('/', "%2F");
        let shown = house
            .admin("GET", &format!("/credentials/{id}"), &token, "")
            .await;
        assert_eq!((shown.status, &shown.body), (200, &answer.body));
    }
    assert_eq!(
        house.public("/status/1").await.status,
        200,
        "the list can be fetched at once"
    );
}

#[tokio::test]
async fn every_refusal_says_what_and_where() {
    let house = House::direct();
    let token = house.token(SCOPES);
    for (body, status, kind) in [
        ("{", 400, "PARSING_ERROR"),
        ("[]", 400, "PARSING_ERROR"),
        ("{\"credential\":{\"a\":1,\"a\":2}}", 400, "PARSING_ERROR"),
        ("{}", 400, "MALFORMED_VALUE_ERROR"),
        ("{\"credential\":\"x\"}", 400, "MALFORMED_VALUE_ERROR"),
        (
            "{\"credential\":{},\"options\":7}",
            400,
            "MALFORMED_VALUE_ERROR",
        ),
        (
            "{\"credential\":{},\"options\":{\"cryptosuite\":\"bbs-2023\"}}",
            400,
            "MALFORMED_VALUE_ERROR",
        ),
        (
            "{\"credential\":{},\"options\":{\"proofSet\":1}}",
            400,
            "MALFORMED_VALUE_ERROR",
        ),
        (
            "{\"credential\":{},\"options\":{\"batch\":\"x\"}}",
            400,
            "MALFORMED_VALUE_ERROR",
        ),
        ("{\"credential\":{}}", 422, "MALFORMED_VALUE_ERROR"),
    ] {
        let answer = house
            .admin("POST", "/credentials/issue", &token, body)
            .await;
        let found = (
            answer.status,
            answer.json()["type"].as_str().unwrap().to_owned(),
        );
        assert_eq!(found, (status, format!("{VCDM}{kind}")), "{body}");
    }
    let mut broken = minimal();
    broken["name"] = json!({"@value": 7});
    broken["validUntil"] = json!("2026-10-15T06:00:00Z");
    let answer = post(&house, &token, &broken, json!({})).await;
    let findings = answer.json()["findings"].as_array().unwrap().clone();
    let found: Vec<_> = findings
        .iter()
        .map(|f| (f["rule"].clone(), f["pointer"].clone()))
        .collect();
    assert_eq!(
        found,
        [
            (json!("V5"), json!("/name")),
            (json!("V7"), json!("/validUntil"))
        ]
    );
    assert!(findings.iter().all(|finding| finding["detail"].is_string()));

    let mut undefined = minimal();
    undefined["@context"] = json!([CREDENTIALS_V2]);
    undefined["credentialSubject"]["undefined"] = json!("x");
    let answer = post(
        &house,
        &token,
        &undefined,
        json!({"cryptosuite": "eddsa-jcs-2022"}),
    )
    .await;
    let kind = "https://w3id.org/security#PROOF_TRANSFORMATION_ERROR";
    assert_eq!((answer.status, &answer.json()["type"]), (400, &json!(kind)));
    let finding = &answer.json()["findings"][0];
    assert_eq!(finding["rule"], "JSON-LD");
    assert!(
        finding["detail"]
            .as_str()
            .unwrap()
            .contains("\"undefined\"")
    );
    let records: Vec<Direct> = house.desk.all(Collection::Direct, b"").unwrap();
    assert_eq!(records, [], "nothing was kept");
}

#[tokio::test]
async fn the_same_request_gets_the_same_octets_and_another_is_refused() {
    let house = House::direct();
    let token = house.token(SCOPES);
    let first = post(&house, &token, &minimal(), json!({})).await;
    house.wait_days(1);
    let again = post(&house, &token, &minimal(), json!({})).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    let mut returned = first.json()["verifiableCredential"].clone();
    returned.as_object_mut().unwrap().remove("proof");
    let again = post(&house, &token, &returned, json!({})).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    let mut other = minimal();
    other["credentialSubject"]["name"] = json!("Paul");
    for (document, options) in [(other, json!({})), (minimal(), json!({"proofSet": true}))] {
        let answer = post(&house, &token, &document, options).await;
        assert_eq!(answer.status, 409, "{}", answer.text());
    }
    let mut stolen = returned;
    stolen["id"] = json!("urn:x:3");
    let answer = post(&house, &token, &stolen, json!({})).await;
    assert_eq!(
        (answer.status, &answer.json()["findings"][0]["rule"]),
        (422, &json!("B1"))
    );
}

#[tokio::test]
async fn what_is_removed_is_gone_but_for_its_digest_and_status() {
    let house = House::direct();
    let token = house.token(SCOPES);
    let first = post(&house, &token, &minimal(), json!({})).await;
    let octets = &first.body[br#"{"verifiableCredential":"#.len()..first.body.len() - 1];
    let path = format!(
        "/credentials/{}",
        ID.replace(':', "%3A").replace('/', "%2F")
    );
    for _ in 0..2 {
        assert_eq!(house.admin("DELETE", &path, &token, "").await.status, 202);
        assert_eq!(house.admin("GET", &path, &token, "").await.status, 404);
    }
    let again = post(&house, &token, &minimal(), json!({})).await;
    assert_eq!(again.status, 409);
    let records: Vec<Direct> = house.desk.all(Collection::Direct, b"").unwrap();
    assert_eq!(records[0].content, Content::Removed);
    assert_eq!(records[0].signed, Some(Digest::of(octets)));
    let nothing = house
        .admin("DELETE", "/credentials/urn%3Ax%3A9", &token, "")
        .await;
    assert_eq!(nothing.status, 404);

    let events = events_after(&house.desk, 0, 1_000).unwrap();
    let direct: Vec<&str> = events
        .iter()
        .map(|event| event.action.as_str())
        .filter(|action| action.starts_with("direct."))
        .collect();
    assert_eq!(direct, ["direct.issue", "direct.remove"], "one event each");
    let journal = serde_json::to_string(&events).unwrap();
    assert!(!journal.to_lowercase().contains("canary"), "{journal}");
}

async fn set(house: &House, token: &str, body: Value) -> Answer {
    house
        .admin("POST", "/credentials/status", token, &body.to_string())
        .await
}

fn is_set(list: &Answer, credential: &SignedCredential, public: &PublicKey) -> bool {
    let list = SignedCredential::parse(&list.body).unwrap();
    let Some(Ok(checked)) = list.check_proof(&list.proofs()[0], public) else {
        panic!("the list's proof does not hold");
    };
    let entry = &credential.status().unwrap()[0];
    StatusList::read(&checked).unwrap().is_set(entry).unwrap()
}

#[tokio::test]
async fn a_revocation_is_published_at_once_and_for_good() {
    let house = House::direct();
    let token = house.token(SCOPES);
    let credential = issued(
        &post(&house, &token, &minimal(), json!({})).await,
        &key(11).public_key(),
    );
    let public = key(12).public_key();
    let entry = |status: Value| json!({"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "status": status});
    let body = |status: Value| json!({"credentialId": ID, "credentialStatus": entry(status)});
    let cleared = set(&house, &token, body(json!(false))).await;
    assert_eq!(cleared.status, 200, "it is clear: {}", cleared.text());
    assert!(!is_set(
        &house.public("/status/1").await,
        &credential,
        &public
    ));
    let answer = set(&house, &token, body(json!(true))).await;
    assert_eq!(
        (answer.status, &answer.json()["published"]),
        (200, &json!(true))
    );
    assert!(is_set(
        &house.public("/status/1").await,
        &credential,
        &public
    ));
    let in_list = json!({"credentialId": ID, "status": true,
        "credentialStatus": [{"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}]});
    assert_eq!(
        set(&house, &token, in_list).await.status,
        200,
        "it is revoked already"
    );
    for (body, status) in [
        (body(json!(false)), 409),
        (body(json!("0")), 409),
        (body(json!("maybe")), 400),
        (json!({"credentialId": ID}), 400),
        (json!({"credentialId": ID, "credentialStatus": []}), 400),
        (json!({"credentialStatus": entry(json!(true))}), 400),
        (
            json!({"credentialId": ID, "credentialStatus": {"type": "Other", "status": true}}),
            400,
        ),
        (
            json!({"credentialId": "urn:x:9", "credentialStatus": entry(json!(true))}),
            404,
        ),
        (
            json!({"credentialId": ID, "credentialStatus": {"type": "BitstringStatusListEntry",
            "statusPurpose": "suspension", "status": true}}),
            409,
        ),
    ] {
        let answer = set(&house, &token, body.clone()).await;
        assert_eq!(answer.status, status, "{body} {}", answer.text());
    }
    assert!(is_set(
        &house.public("/status/1").await,
        &credential,
        &public
    ));
}

/// A store that is gone after so many commits.
struct Dying {
    store: Arc<dyn Store>,
    commits: AtomicUsize,
}

impl Store for Dying {
    fn fetch(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.fetch(key)
    }

    fn scan(
        &self,
        collection: Collection,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        self.store.scan(collection, prefix, after, limit)
    }

    fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        let one_less = |left: usize| left.checked_sub(1);
        match self
            .commits
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less)
        {
            Ok(_) => self.store.commit(commit),
            Err(_) => Err(StoreError::Io {
                action: "written",
                source: std::io::Error::other("gone"),
            }),
        }
    }

    fn hold_still(
        &self,
        work: &mut dyn FnMut() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.store.hold_still(work)
    }
}

/// DESIGN §3: whatever commit is the last before a crash, asking again gives one credential, with the place and the time
/// of its plan.
#[tokio::test]
async fn a_crash_after_any_commit_leaves_one_credential() {
    for survived in 0..3 {
        let house = House::direct();
        let token = house.token(SCOPES);
        let commits = AtomicUsize::new(survived);
        let store = Arc::new(Dying {
            store: Arc::clone(&house.desk.store),
            commits,
        });
        let request = Request::builder()
            .method("POST")
            .uri("/credentials/issue")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::from(json!({"credential": minimal()}).to_string()));
        let crashed = house::ask(admin::router(house.with_store(store)), request.unwrap()).await;
        assert_eq!(crashed.status, if survived < 2 { 503 } else { 201 });
        let planned: Vec<Direct> = house.desk.all(Collection::Direct, b"").unwrap();
        assert_eq!(planned.len(), survived.min(1));

        house.wait_days(1);
        let credential = issued(
            &post(&house, &token, &minimal(), json!({})).await,
            &key(11).public_key(),
        );
        let records: Vec<Direct> = house.desk.all(Collection::Direct, b"").unwrap();
        assert_eq!(records.len(), 1);
        assert_eq!(credential.status().unwrap()[0].index, records[0].index);
        assert_eq!(credential.proofs()[0].created(), Some(records[0].created));
        if let Some(planned) = planned.first() {
            assert_eq!(
                (planned.index, planned.created),
                (records[0].index, records[0].created)
            );
        }
        let events = events_after(&house.desk, 0, 1_000).unwrap();
        let issues = events.iter().filter(|event| event.action == "direct.issue");
        assert_eq!(issues.count(), 1, "one event, after {survived} commits");
    }
}

/// B5: an issuer whose identifier is its key signs lists with another key, and the trust list says whose they are.
#[tokio::test]
async fn an_issuer_can_be_its_key() {
    let house = House::did_key();
    let token = house.token(&[Scope::Read, Scope::Import, Scope::Issue, Scope::IssueDirect]);
    let (issuing, status) = (key(11).public_key(), key(12).public_key());
    let direct = issued(&post(&house, &token, &minimal(), json!({})).await, &issuing);
    assert_eq!(direct.issuer(), did::key::did(&issuing));
    let method = did::key::verification_method(&issuing);
    assert_eq!(direct.proofs()[0].verification_method(), method);
    house
        .issue(&token, "Name,Award\nAmina Hassan,Credit\n")
        .await;
    house.service.publish_if_due().unwrap();
    house.publish_trust_list();

    let list = SignedCredential::parse(&house.public("/status/1").await.body).unwrap();
    assert_eq!(list.issuer(), did::key::did(&status));
    assert!(!is_set(&house.public("/status/1").await, &direct, &status));
    let bundle = house.public("/bundle").await.json();
    let issuer = &bundle["trustList"]["issuers"][0];
    assert_eq!(
        (&issuer["id"], &issuer["statusIssuer"]),
        (&json!(direct.issuer()), &json!(list.issuer()))
    );
    assert_eq!(house.public("/.well-known/did.json").await.status, 404);
    let refused = crate::app::keys::next_key_name(
        &house.desk,
        cheti_shared::bundle::trust_list::KeyRole::Issuing,
    );
    assert!(refused.unwrap_err().to_string().contains("did:key"));
}
