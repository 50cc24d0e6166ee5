//! `/v1/watch` as programs see it.

use super::*;
use crate::access::mint;
use crate::watch::{Watch, WatchConfig};

struct House {
    app: Router,
    service: Arc<Service>,
    tokens: [String; 2],
    _folder: tempfile::TempDir,
}

fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let (hr, hr_key) = mint("hr", &[3; 32]);
    let (bank, bank_key) = mint("bank", &[4; 32]);
    let key = vec![hr_key, bank_key];
    let config = WatchConfig {
        folder: Some(folder.path().join("watch")),
        ..WatchConfig::default()
    };
    let watch = Watch::open(&config, &key).unwrap().map(Arc::new);
    let access = Access::new(AccessConfig {
        key,
        ..AccessConfig::default()
    });
    let options = ServiceOptions {
        access,
        watch,
        ..options()
    };
    let service = service_of(&World::default(), options);
    House {
        app: router(service.clone()),
        service,
        tokens: [hr, bank],
        _folder: folder,
    }
}

async fn ask(app: &Router, method: Method, path: &str, token: &str, body: Vec<u8>) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/vc")
        .header("content-length", body.len());
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    send(app, request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_program_is_told_of_its_own_certificates() {
    let House {
        app,
        service,
        tokens: [hr, bank],
        ..
    } = &house();
    let certificate = World::default().certificate(NAME);
    let added = ask(app, Method::POST, "/v1/watch", hr, certificate).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.body);
    assert_eq!(added.json()["standing"], "in_force");
    assert!(!added.body.contains(NAME));
    let revoked = World {
        list_made: at("2026-10-18T05:00:00Z"),
        set: Some(None),
        ..World::default()
    };
    let bundle = revoked.bundle();
    let evidence = Evidence::from_bundle(&bundle, Root::OfTheBundle, Memory::default());
    let octets = serde_json::to_vec(&bundle.to_json()).unwrap();
    service.replace(evidence.unwrap(), octets);
    let get = |path: &'static str, token| ask(app, Method::GET, path, token, Vec::new());
    let told = get("/v1/watch/changes", hr).await.json();
    assert_eq!(told["changes"][0]["standing"], "revoked");
    assert_eq!(told["changes"][0]["id"], added.json()["id"]);
    assert_eq!(told["next"], 1);
    let told = get("/v1/watch/changes?since=1", hr).await.json();
    assert_eq!(told, json!({"changes": [], "next": 1, "more": false}));
    let other = get("/v1/watch/changes", bank).await.json();
    assert_eq!(other["changes"], json!([]));
    let letters = get("/v1/watch/dead-letters", hr).await.json();
    assert_eq!(letters, json!({"deadLetters": []}));
    let one = format!("/v1/watch/{}", added.json()["id"].as_str().unwrap());
    for (token, status) in [(bank, 404), (hr, 204), (hr, 404)] {
        let answer = ask(app, Method::DELETE, &one, token, Vec::new()).await;
        assert_eq!(answer.status, status);
    }
}

#[tokio::test]
async fn nothing_is_watched_without_a_key_or_for_what_is_not_signed() {
    let House {
        app,
        tokens: [hr, _],
        ..
    } = &house();
    for (method, path) in [
        (Method::POST, "/v1/watch"),
        (Method::GET, "/v1/watch/changes"),
        (Method::GET, "/v1/watch/dead-letters"),
        (Method::DELETE, "/v1/watch/0"),
    ] {
        for token in ["", "chetiv_00"] {
            let answer = ask(app, method.clone(), path, token, b"{}".to_vec()).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        }
    }
    let forged = World {
        signer: (9, "key-1"),
        ..World::default()
    };
    let answer = ask(app, Method::POST, "/v1/watch", hr, forged.certificate(NAME)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json()["type"], "urn:cheti:problem:not-watched");
    for query in [
        "since=",
        "since=-1",
        "since=x",
        "till=1",
        "since=99999999999999999999",
    ] {
        let path = format!("/v1/watch/changes?{query}");
        let answer = ask(app, Method::GET, &path, hr, Vec::new()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
    // A service that watches nothing has nothing here.
    let plain = super::app(&World::default());
    let answer = get(&plain, "/v1/watch/changes").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
