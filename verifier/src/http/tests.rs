//! The service as a client sees it: answers, bounds, decisions, and what never gets out.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use cheti_verifier_core::evidence::memory::Memory;
use cheti_verifier_core::evidence::{Evidence, Root};
use cheti_verifier_core::policy::Policy;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::*;
use crate::access::{Access, AccessConfig};
use crate::config::LimitsConfig;
use crate::samples::{COURSE, NAME, NOW, World, at, document};

mod batch;
mod bounds;
mod docs;

mod keys;
mod mirror;
mod scan_page;
mod unregistered;
mod vc_api;
mod watch;

/// A service's usual options, on a fixed clock.
fn options() -> ServiceOptions {
    ServiceOptions {
        policy: Policy::default(),
        limits: LimitsConfig::default(),
        access: Access::new(AccessConfig::default()),
        report_signer: None,
        trusted_verifiers: Vec::new(),
        watch: None,
        code_hosts: vec!["v.nc4.example".to_owned()],
        clock: Arc::new(|| at(NOW)),
    }
}

fn service_of(world: &World, options: ServiceOptions) -> Arc<Service> {
    let bundle = world.bundle();
    let evidence = Evidence::from_bundle(&bundle, Root::OfTheBundle, Memory::default()).unwrap();
    let bytes = serde_json::to_vec(&bundle.to_json()).unwrap();
    Arc::new(Service::new(options, evidence, Some(bytes)))
}

fn service_with(world: &World, limits: LimitsConfig) -> Arc<Service> {
    let options = ServiceOptions {
        limits,
        ..options()
    };
    service_of(world, options)
}

fn app(world: &World) -> Router {
    router(service_with(world, LimitsConfig::default()))
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

async fn send(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

async fn post(app: &Router, path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Answer {
    let body = body.into();
    let request = Request::post(path)
        .header("content-type", kind)
        .header("content-length", body.len());
    send(app, request.body(Body::from(body)).unwrap()).await
}

async fn get(app: &Router, path: &str) -> Answer {
    send(app, Request::get(path).body(Body::empty()).unwrap()).await
}

fn parts(fields: &[(&str, &[u8])]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n").bytes(),
        );
        body.extend(*value);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    ("multipart/form-data; boundary=b".to_owned(), body)
}

/// THREATS 4: a genuine certificate is accepted only for the person it names.
#[tokio::test]
async fn a_decision_needs_the_name() {
    let world = World::default();
    let app = app(&world);
    let credential = Value::Object(document(&world.certificate(NAME)));
    for (expected, decision, reasons, name) in [
        (
            json!({"name": "WANJIKŨ  NG’ANG’A"}),
            "accept",
            json!([]),
            "match",
        ),
        (
            json!({"name": NAME, "course": COURSE, "date": "2026-10-16"}),
            "accept",
            json!([]),
            "match",
        ),
        (
            json!({"name": NAME, "date": "2025-10-16"}),
            "reject",
            json!(["date_mismatch"]),
            "match",
        ),
        (
            json!({"name": "Another Person"}),
            "reject",
            json!(["name_mismatch"]),
            "mismatch",
        ),
        (
            json!({"name": "Wanjiku NGANGA Otieno"}),
            "review",
            json!(["name_incomplete"]),
            "mismatch",
        ),
        (
            json!({"name": "Wanjiku NGANGA Otieno", "course": "Another"}),
            "reject",
            json!(["name_incomplete", "course_mismatch"]),
            "mismatch",
        ),
        (
            json!({"course": COURSE}),
            "review",
            json!(["name_not_compared"]),
            "not_compared",
        ),
        (
            json!({}),
            "review",
            json!(["name_not_compared"]),
            "not_compared",
        ),
    ] {
        let body = json!({"credential": credential, "expected": expected}).to_string();
        let answer = post(&app, "/v1/verify", "application/json", body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let answer = answer.json();
        assert_eq!(answer["verdict"], "valid");
        assert_eq!(answer["decision"], decision, "{expected}");
        assert_eq!(answer["decisionReasons"], reasons, "{expected}");
        assert_eq!(answer["matches"]["name"]["result"], name, "{expected}");
    }
}

#[tokio::test]
async fn every_form_is_taken_by_its_content_type() {
    let world = World::default();
    let app = app(&world);
    let (bytes, code) = (world.certificate(NAME), world.code(NAME));
    let (form, form_body) = parts(&[("text", code.as_bytes()), ("name", NAME.as_bytes())]);
    let qr = json!({"qr": code, "expected": {"name": NAME}})
        .to_string()
        .into_bytes();
    for (kind, body, decision) in [
        ("application/json", bytes.clone(), "review"),
        ("application/vc; charset=utf-8", bytes.clone(), "review"),
        ("application/octet-stream", bytes.clone(), "review"),
        ("text/plain", code.clone().into_bytes(), "review"),
        ("application/json", qr, "accept"),
        (&form, form_body, "accept"),
    ] {
        let answer = post(&app, "/v1/verify", kind, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{kind}: {}", answer.body);
        assert_eq!(answer.json()["verdict"], "valid", "{kind}");
        assert_eq!(answer.json()["decision"], decision, "{kind}");
    }
}

/// THREATS 3, 5, 29: nothing but valid is ever accepted.
#[tokio::test]
async fn what_is_not_valid_is_rejected_or_reviewed() {
    let revoked = World {
        set: Some(None),
        ..World::default()
    };
    let body = json!({"qr": revoked.code(NAME), "expected": {"name": NAME}}).to_string();
    let answer = post(&app(&revoked), "/v1/verify", "application/json", body)
        .await
        .json();
    assert_eq!(
        (&answer["decision"], &answer["decisionReasons"]),
        (&json!("reject"), &json!(["revoked"]))
    );

    let app = app(&World::default());
    let foreign = World::default()
        .code(NAME)
        .replace("v.nc4.example", "nc4-verify.example");
    let answer = post(&app, "/v1/verify", "text/plain", foreign).await.json();
    assert_eq!(answer["warnings"], json!(["code_of_another_host"]));
    for (kind, body) in [
        ("text/plain", "hello"),
        ("application/vc", "{\"a\":"),
        ("application/pdf", "%PDF-1.7 nothing"),
        ("image/png", "\u{89}PNG\r\n\u{1a}\n"),
    ] {
        let bytes = match kind {
            "image/png" => b"\x89PNG\r\n\x1a\nbroken".to_vec(),
            _ => body.as_bytes().to_vec(),
        };
        let answer = post(&app, "/v1/verify", kind, bytes).await;
        assert_eq!(answer.status, StatusCode::OK, "{kind}");
        assert_eq!(answer.json()["decision"], "review", "{kind}");
        assert_eq!(answer.json()["reasons"], json!(["unreadable"]), "{kind}");
    }
}

#[tokio::test]
async fn bad_requests_get_problems() {
    let app = app(&World::default());
    let (form, both) = parts(&[("file", b"{}"), ("text", b"x")]);
    let (_, unknown) = parts(&[("file", b"{}"), ("other", b"x")]);
    let (_, empty) = parts(&[("file", b"")]);
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("application/json", b"{".to_vec(), 400),
        ("application/json", b"[]".to_vec(), 400),
        ("application/json", br#"{"qr":"9","qr":"9"}"#.to_vec(), 400),
        ("application/json", br#"{"qr":7}"#.to_vec(), 400),
        ("application/json", br#"{"credential":"x"}"#.to_vec(), 400),
        (
            "application/json",
            br#"{"qr":"9","credential":{}}"#.to_vec(),
            400,
        ),
        (
            "application/json",
            br#"{"qr":"9","expect":{}}"#.to_vec(),
            400,
        ),
        (
            "application/json",
            br#"{"qr":"9","expected":{"nmae":"x"}}"#.to_vec(),
            400,
        ),
        (
            "application/json",
            br#"{"qr":"9","expected":{"date":"16/10/2026"}}"#.to_vec(),
            400,
        ),
        ("application/xml", b"<a/>".to_vec(), 415),
        ("", b"{}".to_vec(), 415),
        ("application/octet-stream", b"PK\x05\x06".to_vec(), 415),
        ("application/octet-stream", b"GIF89a".to_vec(), 415),
        (&form, both, 400),
        (&form, unknown, 400),
        (&form, empty, 400),
        (&form, b"garbage".to_vec(), 400),
        ("multipart/form-data", b"x".to_vec(), 400),
        ("text/plain", vec![b'9'; 10 << 20 | 1], 413),
        ("application/pdf", vec![b' '; (20 << 20) + (65 << 10)], 413),
    ];
    for (i, (kind, body, status)) in cases.into_iter().enumerate() {
        let answer = post(&app, "/v1/verify", kind, body).await;
        assert_eq!(answer.status.as_u16(), status, "case {i}: {}", answer.body);
        assert_eq!(
            answer.headers["content-type"], "application/problem+json",
            "case {i}"
        );
        assert_eq!(answer.json()["status"], status, "case {i}");
    }
    let endless = Request::post("/v1/verify").header("transfer-encoding", "chunked");
    let answer = send(&app, endless.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::LENGTH_REQUIRED);
}

/// THREATS 22: every 404 is the same, whatever was asked for.
#[tokio::test]
async fn every_404_is_the_same() {
    let app = app(&World::default());
    let first = get(&app, "/nothing").await;
    assert_eq!(first.status, StatusCode::NOT_FOUND);
    for path in [
        "/v1",
        "/credentials/6f1c0a52-3b1e-4c8a-9d53-0a1b2c3d4e5f",
        "/%2e%2e/etc/passwd",
        "/bundle/x",
    ] {
        let other = get(&app, path).await;
        assert_eq!(
            (other.status, &other.body),
            (first.status, &first.body),
            "{path}"
        );
        let names = |answer: &Answer| answer.headers.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&other), names(&first), "{path}");
    }
    let method = send(
        &app,
        Request::delete("/v1/verify").body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(method.headers["content-type"], "application/problem+json");
}

/// THREATS 25: what claims say is text on the page, in every claim; no element or attribute comes of it.
#[tokio::test]
async fn claims_are_text_on_the_page() {
    let payloads = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</bdi></dd><svg/onload=alert(1)>",
        "javascript:alert(1)",
        "{{7*7}}<!--",
        "&lt;b&gt;",
    ];
    let world = World::default();
    let app = app(&world);
    let plain = page_of(&app, &world.certificate("Plain")).await;
    for payload in payloads {
        let genuine = page_of(&app, &world.certificate(payload)).await;
        assert_eq!(tags(&genuine), tags(&plain), "{payload}");
        assert!(
            !genuine.contains(payload) || !payload.contains(['<', '"', '\'']),
            "{payload}"
        );
        let mut edited = Value::Object(document(&world.certificate("Plain")));
        for pointer in [
            "/credentialSubject/name",
            "/credentialSubject/achievement/name",
            "/awardedDate",
            "/issuer/name",
            "/credentialSubject/term",
            "/credentialSubject/licenseNumber",
            "/issuer/id",
            "/proof/0/verificationMethod",
        ] {
            *edited.pointer_mut(pointer).unwrap() = json!(payload);
        }
        let claimed = page_of(&app, edited.to_string().as_bytes()).await;
        assert!(
            !claimed.contains("<script") && !claimed.contains("<img") && !claimed.contains("<svg"),
            "{payload}"
        );
        for tag in tags(&claimed) {
            assert!(
                !tag.contains("onerror") && !tag.contains("onmouseover") && !tag.contains("alert"),
                "{tag}"
            );
        }
    }
}

async fn page_of(app: &Router, certificate: &[u8]) -> String {
    let (kind, body) = parts(&[("file", certificate)]);
    let answer = post(app, "/", &kind, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self'") && !policy.contains("unsafe")
    );
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    answer.body
}

/// Every tag of a page, with its attributes.
fn tags(html: &str) -> Vec<&str> {
    let after = html.split('<').skip(1);
    after.map(|tag| tag.split('>').next().unwrap()).collect()
}

/// THREATS 4: the page never says that something is genuine without the name, the course and the date.
#[tokio::test]
async fn the_page_leads_with_the_facts() {
    let world = World::default();
    let app = app(&world);
    let html = page_of(&app, &world.certificate("Achieng Otieno")).await;
    let place = |text: &str| {
        html.find(text)
            .unwrap_or_else(|| unreachable!("{text} in {html}"))
    };
    assert!(place("Achieng Otieno") < place("GENUINE"));
    assert!(place(COURSE) < place("GENUINE") && place("2026-10-16") < place("GENUINE"));
    place("identity card");
    let page = get(&app, "/").await;
    assert!(page.body.contains("<noscript>") && page.body.contains("<form"));
    let (kind, body) = parts(&[("file", b"GIF89a")]);
    let refused = post(&app, "/", &kind, body).await;
    assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(refused.body.contains("a GIF picture") && refused.body.contains("<form"));
}

/// THREATS 23: figures and health say nothing about anybody.
#[tokio::test]
async fn metrics_count_and_name_nobody() {
    let world = World::default();
    let app = app(&world);
    post(&app, "/v1/verify", "text/plain", world.code("Canary Name")).await;
    let text = get(&app, "/metrics").await.body;
    assert!(
        text.contains("cheti_verifier_reports_total{verdict=\"valid\"} 1\n"),
        "{text}"
    );
    assert!(text.contains("cheti_verifier_trust_list_version 3\n"));
    assert!(!text.contains("Canary"));
    assert_eq!(get(&app, "/healthz").await.body, "ok\n");
    let bundle = get(&app, "/bundle").await;
    assert_eq!(bundle.json(), world.bundle().to_json());
    let head = Request::builder().method(Method::HEAD).uri("/healthz");
    assert_eq!(
        send(&app, head.body(Body::empty()).unwrap()).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let app = app(&World::default());
    let first = get(&app, "/healthz").await.headers["x-request-id"].clone();
    let second = get(&app, "/healthz").await.headers["x-request-id"].clone();
    assert_eq!(first.len(), 16);
    assert_ne!(first, second);
}

/// A service that trusts nobody decides nothing.
#[tokio::test]
async fn without_trust_nothing_is_decided() {
    let world = World::default();
    let service = Arc::new(Service::new(options(), Evidence::none(), None));
    let app = router(service.clone());
    let body = json!({"qr": world.code(NAME), "expected": {"name": NAME}}).to_string();
    let answer = post(&app, "/v1/verify", "application/json", body.clone())
        .await
        .json();
    assert_eq!(answer["decision"], "review");
    assert_eq!(get(&app, "/bundle").await.status, StatusCode::NOT_FOUND);
    let bundle = world.bundle();
    let evidence = Evidence::from_bundle(&bundle, Root::OfTheBundle, Memory::default()).unwrap();
    service.replace(evidence, b"{}".to_vec());
    let answer = post(&app, "/v1/verify", "application/json", body)
        .await
        .json();
    assert_eq!(answer["decision"], "accept");
}
