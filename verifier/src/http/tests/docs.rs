//! `/docs` as a browser fetches it.

use super::*;

/// Every endpoint and schema stands on the page, every link within it leads somewhere, and nothing comes from elsewhere.
#[tokio::test]
async fn the_page_describes_everything_and_needs_nothing_else() {
    let app = app(&World::default());
    let page = get(&app, "/docs").await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'"));
    let html = page.body;
    let description = get(&app, "/openapi.json").await.json();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let heading = format!("<h3><code>{} {path}</code></h3>", method.to_uppercase());
            assert!(html.contains(&heading), "{heading}");
        }
    }
    for name in description["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(html.contains(&format!("<h3>{name}</h3>")), "{name}");
    }
    for tag in tags(&html) {
        assert!(
            !tag.starts_with("script") && !tag.contains("style="),
            "{tag}"
        );
        for attribute in ["href=\"", "src=\""] {
            let Some((_, rest)) = tag.split_once(attribute) else {
                continue;
            };
            let target = rest.split('"').next().unwrap();
            match target.strip_prefix('#') {
                Some(id) => assert!(html.contains(&format!("id=\"{id}\"")), "{target}"),
                None => assert_eq!(get(&app, target).await.status, StatusCode::OK, "{target}"),
            }
        }
    }
    let ids: Vec<&str> = html
        .split("id=\"")
        .skip(1)
        .map(|id| id.split('"').next().unwrap())
        .collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "an id stands for one place");
}

/// Every `$ref` of the description leads to a schema.
#[tokio::test]
async fn the_description_names_only_what_it_holds() {
    fn refs<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| refs(member, found));
            }
            Value::Array(values) => values.iter().for_each(|value| refs(value, found)),
            _ => {}
        }
    }
    let description = get(&app(&World::default()), "/openapi.json").await.json();
    let mut found = Vec::new();
    refs(&description, &mut found);
    assert!(found.len() > 10);
    for path in found {
        assert!(
            description
                .pointer(path.strip_prefix('#').unwrap())
                .is_some(),
            "{path}"
        );
    }
}

/// Pages of other origins get nothing: there are no CORS headers, as `/openapi.json` says.
#[tokio::test]
async fn other_origins_are_given_nothing() {
    let app = app(&World::default());
    for (method, path) in [
        (Method::OPTIONS, "/v1/verify"),
        (Method::GET, "/openapi.json"),
    ] {
        let request = Request::builder().method(method).uri(path);
        let request = request
            .header("origin", "https://other.example")
            .header("access-control-request-method", "POST");
        let answer = send(&app, request.body(Body::empty()).unwrap()).await;
        let mut names = answer.headers.keys().map(|name| name.as_str());
        assert!(
            !names.any(|name| name.starts_with("access-control")),
            "{path}"
        );
    }
}
