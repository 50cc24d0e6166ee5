//! API keys, how often a client may ask, and signed reports, as clients see them.

use std::net::IpAddr;

use cheti_shared::ids::Digest;
use cheti_shared::key::SecretKey;

use super::*;
use crate::access::mint;
use crate::http::server::Peer;
use crate::reports::ReportSigner;

const PEER: &str = "192.0.2.1";

fn app_with(access: AccessConfig) -> Router {
    let options = ServiceOptions {
        access: Access::new(access),
        ..options()
    };
    router(service_of(&World::default(), options))
}

async fn ask(app: &Router, method: &str, path: &str, token: Option<&str>) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "text/plain");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut request = request.body(Body::empty()).unwrap();
    let peer: IpAddr = PEER.parse().unwrap();
    request.extensions_mut().insert(Peer(peer));
    send(app, request).await
}

#[tokio::test]
async fn v1_can_be_kept_for_programs_with_a_key() {
    let (token, key) = mint("hr", &[3; 32]);
    let access = AccessConfig {
        require_key: true,
        key: vec![key],
        ..AccessConfig::default()
    };
    let app = app_with(access);
    for path in ["/v1/verify", "/v1/verify/batch"] {
        for wrong in [None, Some("chetiv_00")] {
            let answer = ask(&app, "POST", path, wrong).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
            assert_eq!(answer.json()["type"], "urn:cheti:problem:no-key");
        }
        let known = ask(&app, "POST", path, Some(&token)).await;
        assert_ne!(known.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    for path in ["/", "/healthz", "/openapi.json", "/docs"] {
        let answer = ask(&app, "GET", path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    // The VC API is open, but a key that is none of ours is never passed over.
    let open = ask(&app, "POST", "/credentials/verify", None).await;
    assert_ne!(open.status, StatusCode::UNAUTHORIZED);
    let wrong = ask(&app, "POST", "/credentials/verify", Some("x")).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
}

/// THREATS 21: whoever asks too often is told when to come back, before anything of theirs is read.
#[tokio::test]
async fn too_many_requests_are_refused_with_a_time() {
    let access = AccessConfig {
        address_requests_per_minute: 3,
        ..AccessConfig::default()
    };
    let app = app_with(access);
    for left in ["2", "1", "0"] {
        let answer = ask(&app, "POST", "/v1/verify", None).await;
        assert_ne!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.headers["ratelimit-policy"], "\"minute\";q=3;w=60");
        let now = answer.headers["ratelimit"].to_str().unwrap();
        assert!(now.starts_with(&format!("\"minute\";r={left};t=")), "{now}");
    }
    for path in ["/v1/verify", "/v1/verify/batch", "/credentials/verify", "/"] {
        let refused = ask(&app, "POST", path, None).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert_eq!(refused.json()["type"], "urn:cheti:problem:too-many");
        let wait: u32 = refused.headers["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=20).contains(&wait), "{wait}");
    }
    for path in ["/", "/bundle"] {
        let read = ask(&app, "GET", path, None).await;
        assert_eq!(read.status, StatusCode::OK, "{path}");
        assert!(!read.headers.contains_key("ratelimit"));
    }
}

/// A service that signs reports, and the token of its key.
fn signing() -> (Router, String) {
    let (token, key) = mint("hr", &[3; 32]);
    let access = AccessConfig {
        key: vec![key],
        ..AccessConfig::default()
    };
    let signer = ReportSigner::new(SecretKey::from_seed(&[4; 32]), &Policy::default());
    let options = ServiceOptions {
        access: Access::new(access),
        trusted_verifiers: vec![signer.did().to_owned()],
        report_signer: Some(signer),
        ..options()
    };
    (router(service_of(&World::default(), options)), token)
}

async fn ask_signed(app: &Router, path: &str, kind: &str, token: &str, body: String) -> Answer {
    let request = Request::post(path)
        .header("content-type", kind)
        .header("content-length", body.len())
        .header("authorization", format!("Bearer {token}"));
    send(app, request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn an_answer_can_be_kept_and_shown_later() {
    let (app, token) = signing();
    let code = World::default().code(NAME);
    let body = json!({"qr": code, "expected": {"name": NAME}}).to_string();
    let path = "/v1/verify?report=signed";
    let answer = ask_signed(&app, path, "application/json", &token, body.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let answer = answer.json();
    let report = &answer["signedReport"];
    assert_eq!(
        report["presentedSha256"],
        Digest::of(body.as_bytes()).to_string()
    );
    assert_eq!(report["askedBy"], "hr");
    let check = |report: Value| {
        let app = app.clone();
        async move {
            let body = report.to_string();
            post(&app, "/v1/reports/verify", "application/json", body)
                .await
                .json()
        }
    };
    assert_eq!(
        check(report.clone()).await,
        json!({"verified": true, "verifier": report["verifier"], "made": NOW, "decision": "accept"})
    );
    let mut altered = report.clone();
    altered["answer"]["signed"]["name"] = "Somebody Else".into();
    assert_eq!(
        check(altered).await,
        json!({"verified": false, "reason": "altered"})
    );
    // THREATS 30: shown as a certificate, it is none.
    let shown = post(&app, "/v1/verify", "application/json", report.to_string()).await;
    assert_eq!(shown.json()["decision"], "review");
    assert!(shown.json()["signed"].is_null());

    let lines = format!(
        "{}\n{}\n",
        json!({"id": 1, "qr": code}),
        json!({"id": 2, "qr": "x"})
    );
    let path = "/v1/verify/batch?report=signed";
    let answer = ask_signed(&app, path, "application/x-ndjson", &token, lines).await;
    let lines: Vec<Value> = answer
        .body
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for line in &lines[..2] {
        let report = &line["signedReport"];
        assert_eq!(report["answer"]["decision"], line["decision"]);
        assert_eq!(check(report.clone()).await["verified"], true);
    }
}

#[tokio::test]
async fn no_report_is_signed_for_strangers_or_without_a_key() {
    let (app, token) = signing();
    let code = World::default().code(NAME);
    for path in ["/v1/verify?report=signed", "/v1/verify/batch?report=signed"] {
        let kind = if path.contains("batch") {
            "text/csv"
        } else {
            "text/plain"
        };
        let stranger = post(&app, path, kind, code.clone()).await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "{path}");
        let unsigned = post(&self::app(&World::default()), path, kind, code.clone()).await;
        assert_eq!(unsigned.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    for query in ["report=sealed", "reports=signed", "report"] {
        let path = format!("/v1/verify?{query}");
        let answer = ask_signed(&app, &path, "text/plain", &token, code.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
}
