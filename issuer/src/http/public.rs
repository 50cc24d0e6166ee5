//! The public listener: what verifiers fetch. Read-only, the same for everybody.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Json, Router};
use cheti_shared::ids::{Digest, TemplateId};
use serde_json::{Value, json};

use super::content::{Caching, tagged};
use super::endpoint::{self, Access, Endpoint};
use super::observe::Listener;
use super::problem::Problem;
use super::service::{Service, Shared};
use crate::app::error::AppError;
use crate::app::publish;
use crate::app::templates::templates_with_id;

/// Every endpoint of the public listener.
pub fn endpoints() -> Vec<Endpoint> {
    let anyone = Access::Anyone;
    vec![
        Endpoint::get(
            "/.well-known/did.json",
            anyone,
            "The organisation's DID document",
            did_document,
        ),
        Endpoint::get(
            "/status/{list}",
            anyone,
            "A status list, signed",
            status_list,
        ),
        Endpoint::get(
            "/status/{list}/reasons",
            anyone,
            "Why places of a status list are set, signed",
            reasons,
        ),
        Endpoint::get(
            "/t/{template}",
            anyone,
            "Templates by id (8 hexadecimal digits), or one by digest (64)",
            template,
        ),
        Endpoint::get(
            "/bundle",
            anyone,
            "Everything a verifier needs, in one file",
            bundle,
        ),
        Endpoint::get(
            "/healthz",
            anyone,
            "Whether the service can read its store",
            health,
        ),
    ]
}

/// The public listener's router.
pub fn router(service: Arc<Service>) -> Router {
    endpoint::router(service, Listener::Public, endpoints())
}

async fn did_document(
    State(service): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let read = |service: &Service| or_none(publish::did_document(service.desk()));
    let document = service.run(read).await?.ok_or_else(Problem::not_found)?;
    Ok(tagged(
        &headers,
        "application/did+json",
        document.to_string().into(),
        Caching::Short,
    ))
}

async fn status_list(
    State(service): State<Shared>,
    Path(list): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let octets = published(&service, &list, "").await?;
    Ok(tagged(
        &headers,
        "application/vc",
        octets.into(),
        Caching::Short,
    ))
}

async fn reasons(
    State(service): State<Shared>,
    Path(list): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let octets = published(&service, &list, "/reasons").await?;
    Ok(tagged(
        &headers,
        "application/json",
        octets.into(),
        Caching::Short,
    ))
}

/// The exact octets that were published for a list's number, written the one way it is written.
async fn published(service: &Shared, list: &str, what: &'static str) -> Result<Vec<u8>, Problem> {
    let number: u32 = list.parse().map_err(|_| Problem::not_found())?;
    if number.to_string() != list {
        return Err(Problem::not_found());
    }
    let path = format!("status/{number}{what}");
    let read = move |service: &Service| publish::published(service.desk(), &path);
    service.run(read).await?.ok_or_else(Problem::not_found)
}

async fn template(
    State(service): State<Shared>,
    Path(template): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (body, caching) = match (template.parse::<TemplateId>(), template.parse::<Digest>()) {
        (Ok(id), _) => (templates_by_id(&service, id).await?, Caching::Short),
        (_, Ok(digest)) => (
            template_by_digest(&service, digest).await?,
            Caching::Immutable,
        ),
        _ => return Err(Problem::not_found()),
    };
    Ok(tagged(
        &headers,
        "application/json",
        body.to_string().into(),
        caching,
    ))
}

async fn templates_by_id(service: &Shared, id: TemplateId) -> Result<Value, Problem> {
    let read = move |service: &Service| templates_with_id(service.desk(), id);
    let found = service.run(read).await?;
    match found.is_empty() {
        true => Err(Problem::not_found()),
        false => Ok(found.iter().map(|template| template.to_json()).collect()),
    }
}

async fn template_by_digest(service: &Shared, digest: Digest) -> Result<Value, Problem> {
    let read = move |service: &Service| or_none(service.desk().template(&digest));
    let found = service.run(read).await?;
    Ok(found.ok_or_else(Problem::not_found)?.to_json())
}

async fn bundle(State(service): State<Shared>, headers: HeaderMap) -> Result<Response, Problem> {
    let bundle = service.run(|service| or_none(service.bundle())).await?;
    let octets = bundle.ok_or_else(Problem::not_found)?;
    Ok(tagged(&headers, "application/json", octets, Caching::Short))
}

/// To strangers, what is not there is not there: no word about what and why (THREATS 22).
fn or_none<T>(found: Result<T, AppError>) -> Result<Option<T>, AppError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(AppError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the store answers; on both listeners.
pub(super) async fn health(State(service): State<Shared>) -> Result<Json<Value>, Problem> {
    service.run(|service| service.desk().organisation()).await?;
    Ok(Json(json!({"status": "ok"})))
}
