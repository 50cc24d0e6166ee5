//! Who may do what: every endpoint of the admin listener, enumerated from its table.

use axum::http::Method;

use super::house::{Answer, House, Loaded, import_path};
use crate::app::approve_batch::list_batches;
use crate::domain::api_key::Scope;
use crate::domain::batch::BatchState;
use crate::http::{Access, Endpoint, admin, public};

const ROSTER: &str = "Name,Award\nWanjikũ Ng'ang'a,Credit\n";
const SCOPES: [Scope; 4] = [Scope::Read, Scope::Import, Scope::Issue, Scope::IssueDirect];

/// The endpoint's path with something in its parameters.
fn filled(endpoint: &Endpoint) -> String {
    let path = endpoint
        .path
        .replace("{batch}", "b00000000")
        .replace("{certificate}", "x")
        .replace("{id}", "urn%3Auuid%3Ax");
    match endpoint.method == Method::POST && path == "/v1/batches" {
        true => import_path(""),
        false => path,
    }
}

async fn call(house: &House, endpoint: &Endpoint, token: &str) -> Answer {
    house
        .admin(endpoint.method.as_str(), &filled(endpoint), token, ROSTER)
        .await
}

#[tokio::test]
async fn every_admin_endpoint_but_health_wants_a_key_of_its_scope() {
    let house = House::new(Loaded::Both);
    let good = house.token(&[Scope::Read]);
    let other_secret = format!("{}{}", &good[..good.len() - 64], "0".repeat(64));
    let unknown = good.replace("cheti_", "cheti_0");
    for endpoint in admin::endpoints() {
        let scopes = endpoint.access.scopes();
        if endpoint.access == Access::Anyone {
            assert_eq!(endpoint.path, "/healthz");
            assert_eq!(call(&house, &endpoint, "").await.status, 200);
            continue;
        }
        for token in ["", "nonsense", &other_secret, &unknown] {
            let answer = call(&house, &endpoint, token).await;
            assert_eq!(answer.status, 401, "{} {token}", endpoint.path);
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
        let other = |scope: &Scope| !scopes.contains(scope);
        let others: Vec<Scope> = SCOPES.into_iter().filter(other).collect();
        let answer = call(&house, &endpoint, &house.token(&others)).await;
        assert_eq!(answer.status, 403, "{}", endpoint.path);
        for scope in scopes {
            let answer = call(&house, &endpoint, &house.token(&[scope])).await;
            assert!(
                ![401, 403, 405].contains(&answer.status),
                "{} {answer:?}",
                endpoint.path
            );
        }
    }
}

#[tokio::test]
async fn a_removed_key_opens_nothing() {
    let house = House::new(Loaded::Both);
    let token = house.token(&SCOPES);
    assert_eq!(
        house.admin("GET", "/v1/courses", &token, "").await.status,
        200
    );
    let id = token["cheti_".len()..]
        .split('.')
        .next()
        .unwrap()
        .to_owned();
    house.change(crate::domain::change::What::RemoveApiKey { id });
    assert_eq!(
        house.admin("GET", "/v1/courses", &token, "").await.status,
        401
    );
}

/// The whole interface, so that a new endpoint is a decision that somebody reads.
#[test]
fn these_are_all_the_endpoints() {
    let line = |endpoint: Endpoint| format!("{} {}", endpoint.method, endpoint.path);
    let found: Vec<String> = public::endpoints().into_iter().map(line).collect();
    let wanted = [
        "GET /.well-known/did.json",
        "GET /status/{list}",
        "GET /status/{list}/reasons",
        "GET /local-authority.crt",
        "GET /t/{template}",
        "GET /bundle",
        "GET /healthz",
    ];
    assert_eq!(found, wanted);
    assert!(
        public::endpoints()
            .iter()
            .all(|endpoint| endpoint.access == Access::Anyone)
    );
    let found: Vec<String> = admin::endpoints().into_iter().map(line).collect();
    let wanted = [
        "GET /healthz",
        "GET /metrics",
        "GET /openapi.json",
        "GET /v1/courses",
        "GET /v1/batches",
        "POST /v1/batches",
        "GET /v1/batches/{batch}",
        "POST /v1/batches/{batch}/issue",
        "GET /v1/certificates/{certificate}",
        "GET /v1/certificates/{certificate}/credential",
        "GET /v1/certificates/{certificate}/pdf",
        "GET /v1/certificates/{certificate}/preview.png",
        "POST /v1/certificates/{certificate}/reprint",
        "POST /credentials/issue",
        "POST /credentials/status",
        "GET /credentials/{id}",
        "DELETE /credentials/{id}",
        "GET /v1/audit",
        "GET /v1/audit/verify",
        "POST /v1/status/publish",
    ];
    assert_eq!(found, wanted);
}

/// THREATS 1: with every scope there is, on every endpoint, a key takes no batch a step towards being approved.
#[tokio::test]
async fn no_key_submits_approves_or_confirms() {
    let house = House::new(Loaded::Both);
    let token = house.token(&SCOPES);
    let imported = house
        .admin("POST", &import_path(""), &token, ROSTER)
        .await
        .json();
    let batch = imported["batch"]["id"].as_str().unwrap();
    for endpoint in admin::endpoints() {
        for verb in [
            "submit", "approve", "reject", "confirm", "revoke", "correct", "operator",
        ] {
            assert!(!endpoint.path.contains(verb), "{}", endpoint.path);
        }
        let path = filled(&endpoint).replace("b00000000", batch);
        house
            .admin(endpoint.method.as_str(), &path, &token, "")
            .await;
    }
    for verb in ["submit", "approve", "reject"] {
        let path = format!("/v1/batches/{batch}/{verb}");
        assert_eq!(house.admin("POST", &path, &token, "{}").await.status, 404);
    }
    let batches = list_batches(&house.desk).unwrap();
    assert!(!batches.is_empty());
    for batch in batches {
        assert_eq!((batch.state, batch.submitted), (BatchState::Imported, None));
    }
    assert!(house.certificates().is_empty());
}

/// The description is committed; `UPDATE_SNAPSHOTS=1` writes it anew.
#[tokio::test]
async fn the_description_is_the_committed_one() {
    let house = House::new(Loaded::Neither);
    let answer = house
        .admin("GET", "/openapi.json", &house.token(&[Scope::Read]), "")
        .await;
    let found = format!(
        "{}\n",
        serde_json::to_string_pretty(&answer.json()).unwrap()
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, &found).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(
        found == committed,
        "the interface changed; look at it, then run with UPDATE_SNAPSHOTS=1\n{found}"
    );
}
