//! The scan page: static files, compressed ahead, and what the page has to know of its host. It judges in the browser;
//! nothing about a certificate comes here.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::content::{holds, takes};
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

/// A file in the form that the browser takes (brotli: over https, every one); nothing when it has it already.
fn answer(path: &str, asked: &HeaderMap) -> Result<Response, Problem> {
    let file = web::find(path).ok_or(Problem::NotFound)?;
    let tag = format!("\"{}\"", &file.digest[..32]);
    let headers = [
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, web::CONTENT_POLICY),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (VARY, "accept-encoding"),
    ];
    if holds(asked, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers, [(ETAG, tag)]).into_response());
    }
    let headers = (headers, [(ETAG, tag)], [(CONTENT_TYPE, file.kind())]);
    Ok(match takes(asked, "br") {
        true => (headers, [(CONTENT_ENCODING, "br")], file.brotli).into_response(),
        false => {
            let octets = file.octets().map_err(|_| Problem::Internal)?;
            (headers, octets).into_response()
        }
    })
}
