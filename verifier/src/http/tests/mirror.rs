//! What the issuer publishes is here too, from the bundle in use.

use super::*;

#[tokio::test]
async fn the_parts_of_the_bundle_are_mirrored() {
    let world = World::default();
    let app = app(&world);
    let bundle = world.bundle();
    let published = &bundle.status_lists[0];
    let template = &bundle.templates[0];
    let (id, digest) = (template.id(), template.digest());
    let reasons = published.reasons.clone().unwrap();
    for (path, body) in [
        (
            "/status/1".to_owned(),
            Value::Object(published.list.clone()),
        ),
        ("/status/1/reasons".to_owned(), Value::Object(reasons)),
        (format!("/t/{id}"), json!([template.to_json()])),
        (format!("/t/{digest}"), template.to_json()),
    ] {
        let answer = get(&app, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.json(), body, "{path}");
        assert_eq!(answer.headers["content-type"], "application/json", "{path}");
    }
    let list = Request::get("/status/1").header("accept", "application/vc");
    let answer = send(&app, list.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.headers["content-type"], "application/vc");
    for path in [
        "/status/2",
        "/status/2/reasons",
        "/t/00000000",
        "/t/x",
        "/status/",
    ] {
        assert_eq!(
            get(&app, path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

/// A phone that has the bundle asks whether it is still the one in use, and is sent nothing.
#[tokio::test]
async fn the_bundle_is_sent_once_and_short() {
    let app = app(&World::default());
    let whole = get(&app, "/bundle").await;
    let ask = |name, value: &str| {
        Request::get("/bundle")
            .header(name, value)
            .body(Body::empty())
    };
    let short = send(&app, ask("accept-encoding", "gzip, br").unwrap()).await;
    assert_eq!(short.headers["content-encoding"], "gzip");
    assert!(short.body.len() < whole.body.len());
    assert_eq!(short.headers["etag"], whole.headers["etag"]);
    let tag = whole.headers["etag"].to_str().unwrap();
    let again = send(&app, ask("if-none-match", tag).unwrap()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
}

/// Two issuers' lists under the same name: neither is passed off as the other.
#[tokio::test]
async fn lists_of_the_same_name_are_not_mirrored() {
    let world = World::default();
    let mut bundle = world.bundle();
    let mut other = bundle.status_lists[0].clone();
    other.list["id"] = json!("https://other.example/status/1");
    bundle.status_lists.push(other);
    let service = service_with(&world, LimitsConfig::default());
    let bytes = serde_json::to_vec(&bundle.to_json()).unwrap();
    service.replace(Evidence::none(), bytes);
    let answer = get(&router(service), "/status/1").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_interface_describes_itself() {
    let answer = get(&app(&World::default()), "/openapi.json").await.json();
    assert_eq!(answer["openapi"], "3.1.0");
    assert!(answer["paths"]["/presentations/verify"]["post"]["responses"]["422"].is_object());
}
