//! The scan page: static files, compressed ahead, and what the page has to know of its host. It judges in the browser;
//! nothing about a certificate comes here.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderName, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::problem::Problem;
use super::service::Service;
use crate::web;

/// The camera for the page itself, and nothing else that a page could ask for.
const PERMISSIONS: &str = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()";

pub(super) async fn page(headers: HeaderMap) -> Result<Response, Problem> {
    answer(web::SERVED, &headers)
}

pub(super) async fn worker(headers: HeaderMap) -> Result<Response, Problem> {
    answer("offline.js", &headers)
}

pub(super) async fn manifest(headers: HeaderMap) -> Result<Response, Problem> {
    answer("manifest.webmanifest", &headers)
}

pub(super) async fn file(
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&format!("web/{name}"), &headers)
}

pub(super) async fn settings(State(service): State<Arc<Service>>) -> Json<Value> {
    Json(web::settings(
        service.code_hosts(),
        service.status_age_seconds(),
    ))
}

/// A file in the form that the browser takes; nothing when it has it already.
fn answer(path: &str, asked: &HeaderMap) -> Result<Response, Problem> {
    let file = web::find(path).ok_or(Problem::NotFound)?;
    let tag = format!("\"{}\"", &file.digest[..32]);
    let headers = [
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, web::CONTENT_POLICY),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (VARY, "accept-encoding"),
    ];
    let has = |name: HeaderName, wanted: &str| {
        let value = asked.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.split(',').any(|part| part.trim() == wanted))
    };
    if has(IF_NONE_MATCH, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers, [(ETAG, tag)]).into_response());
    }
    let headers = (headers, [(ETAG, tag)], [(CONTENT_TYPE, file.kind())]);
    Ok(match takes_brotli(asked) {
        true => (headers, [(CONTENT_ENCODING, "br")], file.brotli).into_response(),
        false => {
            let octets = file.octets().map_err(|_| Problem::Internal)?;
            (headers, octets).into_response()
        }
    })
}

/// Every browser does, over https.
fn takes_brotli(asked: &HeaderMap) -> bool {
    let accepted = asked
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| {
        let mut parts = accepted
            .split(',')
            .map(|part| part.split(';').map(str::trim));
        parts.any(|mut part| part.next() == Some("br") && !part.any(|weight| weight == "q=0"))
    })
}
