//! The scan page as a browser fetches it.

use super::*;

async fn fetch(
    app: &Router,
    path: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, axum::http::HeaderMap, Vec<u8>) {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = app
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await;
    let (parts, body) = response.unwrap().into_parts();
    let octets = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, octets.to_vec())
}

/// THREATS 25: each file of the page comes with a policy that lets nothing but the page's own files run.
#[tokio::test]
async fn files_come_compressed_with_a_policy_and_once() {
    let app = app(&World::default());
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/web/app.js", "text/javascript; charset=utf-8"),
        ("/web/page.css", "text/css; charset=utf-8"),
        ("/web/verifier.wasm", "application/wasm"),
        ("/web/icon.svg", "image/svg+xml"),
        ("/offline.js", "text/javascript; charset=utf-8"),
        ("/manifest.webmanifest", "application/manifest+json"),
    ] {
        let (status, headers, plain) = fetch(&app, path, &[]).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers["content-type"], kind);
        assert!(!headers.contains_key("content-encoding") && !plain.is_empty());
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"));
        assert!(policy.ends_with("frame-ancestors 'none'") && !policy.contains("unsafe-inline"));
        let (_, packed, octets) = fetch(&app, path, &[("accept-encoding", "gzip, br")]).await;
        assert_eq!(packed["content-encoding"], "br");
        assert!(octets.len() < plain.len(), "{path}");
        let refused = [("accept-encoding", "gzip, br;q=0")];
        assert_eq!(fetch(&app, path, &refused).await.2, plain);
        let tag = headers["etag"].to_str().unwrap();
        let (status, _, nothing) = fetch(&app, path, &[("if-none-match", tag)]).await;
        assert_eq!((status, nothing.len()), (StatusCode::NOT_MODIFIED, 0));
    }
    for path in [
        "/web/none.js",
        "/web/index.html",
        "/web/..%2fapp.js",
        "/web/",
    ] {
        assert_eq!(
            fetch(&app, path, &[]).await.0,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_page_is_told_of_its_host() {
    let told = get(&app(&World::default()), "/settings.json").await;
    let wanted = json!({"codeHosts": ["v.nc4.example"], "statusAgeSeconds": null});
    assert_eq!(told.json(), wanted);
}
