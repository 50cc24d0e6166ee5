//! The public listener: what verifiers fetch. Read-only, the same for everybody.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use cheti_shared::ids::{Digest, ListNumber, TemplateId};
use cheti_shared::time::Timestamp;
use serde_json::{Value, json};

use super::content::{Caching, tagged};
use super::endpoint::{self, Access, Endpoint, Parameter};
use super::input::QueryPairs;
use super::observe::Listener;
use super::problem::Problem;
use super::service::{Service, Shared};
use crate::app::error::AppError;
use crate::app::publish;
use crate::app::publish_status::published_at;
use crate::app::templates::templates_with_id;

/// Of which moment a status list is wanted.
const TIMESTAMP_PARAMETER: &[Parameter] = &[Parameter::optional(
    "timestamp",
    "the list as it was then, such as 2026-10-16T06:00:00Z; the current one without it",
)];

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
        )
        .with(TIMESTAMP_PARAMETER),
        Endpoint::get(
            "/status/{list}/reasons",
            anyone,
            "Why places of a status list are set, signed",
            reasons,
        ),
        Endpoint::get(
            "/local-authority.crt",
            anyone,
            "The authority that telephones trust at a desk without the internet, where there is one",
            local_authority,
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

/// DER, so that a telephone offers to install it.
async fn local_authority(State(service): State<Shared>) -> Result<Response, Problem> {
    let local = service.parts.local_authority.as_ref();
    let local = local.ok_or_else(Problem::not_found)?;
    let kind = [(CONTENT_TYPE, "application/x-x509-ca-cert")];
    Ok((kind, local.certificate.clone()).into_response())
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

/// The list as it is, or as it was at `timestamp` (B7).
async fn status_list(
    State(service): State<Shared>,
    Path(list): Path<String>,
    mut query: QueryPairs,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let at: Option<Timestamp> = query.take("timestamp", "a time such as 2026-10-16T06:00:00Z")?;
    query.finish()?;
    let number = list_number(&list)?;
    let octets = match at {
        None => published(&service, &list, "").await?,
        Some(at) => {
            let read = move |service: &Service| published_at(service.desk(), number, at);
            service.run(read).await?.ok_or_else(Problem::no_list_then)?
        }
    };
    let mut response = tagged(
        &headers,
        credential_type(&headers),
        octets.into(),
        Caching::Short,
    );
    response
        .headers_mut()
        .insert(VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// `application/vc` (V12), or plain JSON for clients that ask for JSON and not for that.
fn credential_type(headers: &HeaderMap) -> &'static str {
    let lines = headers
        .get_all(ACCEPT)
        .into_iter()
        .filter_map(|line| line.to_str().ok());
    let asked: Vec<&str> = lines
        .flat_map(|line| line.split(','))
        .map(|range| range.split(';').next().unwrap_or(range).trim())
        .collect();
    let known = ["application/vc", "application/ld+json", "application/json"];
    let found = known
        .into_iter()
        .find(|known| asked.iter().any(|range| range.eq_ignore_ascii_case(known)));
    found.unwrap_or("application/vc")
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
    let number = list_number(list)?;
    let path = format!("status/{number}{what}");
    let read = move |service: &Service| publish::published(service.desk(), &path);
    service.run(read).await?.ok_or_else(Problem::not_found)
}

fn list_number(list: &str) -> Result<ListNumber, Problem> {
    let number = list
        .parse()
        .ok()
        .filter(|number: &u32| number.to_string() == list);
    number.map(ListNumber).ok_or_else(Problem::not_found)
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
