//! API keys and how often a client may ask, as clients see it.

use std::net::IpAddr;

use super::*;
use crate::access::mint;
use crate::http::server::Peer;

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
