//! What strangers, failures and logs get to see.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use tracing_subscriber::fmt::MakeWriter;

use super::house::{House, Loaded, ask};
use crate::app::ports::store::{Collection, Commit, Key, Page, Store, StoreError};
use crate::domain::api_key::Scope;
use crate::http::{admin, public};

/// THREATS 22: whoever asks for what is not there learns nothing from the answer.
#[tokio::test]
async fn everything_unknown_looks_the_same() {
    let house = House::new(Loaded::Both);
    let first = house.public("/status/1").await;
    assert_eq!(first.status, 404);
    for path in [
        "/status/0",
        "/status/01",
        "/status/+1",
        "/status/4294967296",
        "/status/x",
        "/status/1/reasons",
        "/status/..%2Ftrust-list",
        "/t/00000000",
        "/t/0000000",
        &format!("/t/{}", "0".repeat(64)),
        "/t/ABCDEF01",
        "/bundle",
        "/",
        "/v1/batches",
        "/metrics",
    ] {
        let answer = house.public(path).await;
        assert_eq!((answer.status, &answer.body), (404, &first.body), "{path}");
        assert_eq!(answer.headers, first.headers, "{path}");
    }
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let house = House::new(Loaded::Both);
    let token = house.token(&[Scope::Read]);
    for (answer, public) in [
        (house.public("/healthz").await, true),
        (house.public("/nothing").await, true),
        (house.admin("GET", "/v1/courses", &token, "").await, false),
        (house.admin("GET", "/v1/courses", "", "").await, false),
        (
            house.admin("DELETE", "/v1/batches", &token, "").await,
            false,
        ),
    ] {
        let headers = &answer.headers;
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(
            headers["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("default-src 'none'")
        );
        assert_eq!(headers["cache-control"], "no-store");
        let cors = headers.get("access-control-allow-origin");
        assert_eq!(
            cors.map(|value| value.to_str().unwrap()),
            public.then_some("*")
        );
        if answer.status >= 400 {
            assert_eq!(headers["content-type"], "application/problem+json");
        }
    }
}

#[tokio::test]
async fn the_public_listener_only_reads() {
    let house = House::new(Loaded::Both);
    for endpoint in public::endpoints() {
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            let request = Request::builder().method(method).uri(endpoint.path);
            let request = request.body(Body::empty()).unwrap();
            let answer = ask(public::router(Arc::clone(&house.service)), request).await;
            assert_eq!(answer.status, 405, "{method} {}", endpoint.path);
        }
    }
}

#[tokio::test]
async fn what_a_client_holds_is_not_sent_again() {
    let house = House::new(Loaded::Both);
    let first = house.public("/.well-known/did.json").await;
    let request = Request::builder()
        .uri("/.well-known/did.json")
        .header("if-none-match", &first.headers["etag"])
        .body(Body::empty());
    let again = ask(public::router(Arc::clone(&house.service)), request.unwrap()).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.headers["etag"], first.headers["etag"]);
}

/// A store whose disk is gone.
struct Broken;

impl Broken {
    fn error() -> StoreError {
        StoreError::Io {
            action: "read",
            source: std::io::Error::other("/dev/secret-disk is gone"),
        }
    }
}

impl Store for Broken {
    fn fetch(&self, _: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        Err(Self::error())
    }

    fn scan(
        &self,
        _: Collection,
        _: &[u8],
        _: Option<&[u8]>,
        _: usize,
    ) -> Result<Page, StoreError> {
        Err(Self::error())
    }

    fn commit(&self, _: Commit) -> Result<(), StoreError> {
        Err(Self::error())
    }

    fn hold_still(&self, _: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        Err(Self::error())
    }
}

/// Log lines, kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(octets)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Kept {
    fn lines(&self) -> Vec<serde_json::Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn listen_to_logs() -> (Kept, tracing::subscriber::DefaultGuard) {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(kept.clone())
        .finish();
    (kept, tracing::subscriber::set_default(subscriber))
}

#[tokio::test]
async fn a_failure_is_told_to_the_log_and_not_to_the_client() {
    let house = House::new(Loaded::Both);
    let token = house.token(&[Scope::Read]);
    let service = house.with_store(Arc::new(Broken));
    let (kept, _guard) = listen_to_logs();
    for (router, path) in [
        (public::router(Arc::clone(&service)), "/bundle"),
        (public::router(Arc::clone(&service)), "/healthz"),
        (admin::router(service), "/v1/courses"),
    ] {
        let request = Request::builder()
            .uri(path)
            .header("authorization", format!("Bearer {token}"));
        let answer = ask(router, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 503, "{path}");
        assert!(!answer.text().contains("disk") && answer.json().get("detail").is_none());
        let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        let lines = kept.lines();
        let line = lines
            .iter()
            .find(|line| line["fields"]["request"] == id.as_str());
        let cause = line.unwrap()["fields"]["cause"].as_str().unwrap();
        assert!(cause.contains("secret-disk"), "{cause}");
    }
}

/// THREATS 23 and 24: one line a request, which holds nothing that the client or a graduate wrote.
#[tokio::test]
async fn logs_hold_no_names_no_tokens_and_no_paths_as_sent() {
    let house = House::new(Loaded::Both);
    let token = house.token(&[Scope::Read, Scope::Import, Scope::Issue]);
    let (kept, _guard) = listen_to_logs();
    house
        .issue(&token, "Name,Award\nCanary Wanjiru,Credit\n")
        .await;
    for path in [
        "/Canary%0d%0aforged",
        "/status/Canary",
        "/t/%1b%5bCanary?Canary=1",
    ] {
        house.public(path).await;
    }
    house
        .admin(
            "CANARY",
            "/v1/certificates/Canary%E2%80%A8",
            &token,
            "Canary",
        )
        .await;
    let certificate = house.certificates().remove(0);
    house
        .admin(
            "GET",
            &format!("/v1/certificates/{}/pdf", certificate.id),
            &token,
            "",
        )
        .await;
    let lines = kept.lines();
    assert_eq!(lines.len(), 2 + 3 + 1 + 1);
    let text = serde_json::to_string(&lines).unwrap();
    let secret = token.split('.').next_back().unwrap();
    for never in [
        "anary",
        "CANARY",
        "forged",
        secret,
        &certificate.id.to_string(),
    ] {
        assert!(!text.contains(never), "{never} in {text}");
    }
    assert_eq!(lines[0]["fields"]["route"], "/v1/batches");
    assert_eq!(lines[0]["fields"]["status"], 201);
    assert_eq!(lines[5]["fields"]["method"], "other");
    let id = &token["cheti_".len()..token.find('.').unwrap()];
    assert_eq!(lines[0]["fields"]["key"], id);
}
