//! The HTTP service: `/v1/verify` and `/v1/verify/batch`, the VC API's `/credentials/verify` and
//! `/presentations/verify`, the scan page, health,
//! metrics, the bundle and its parts. [`endpoint`] lists them.

mod batch;
mod content;
mod docs;
mod endpoint;
mod guard;
mod ids;
mod metrics;
mod mirror;
mod openapi;
mod page;
mod problem;
mod reports;
mod scan_page;
mod schemas;
pub mod server;
mod service;
mod vc_api;
mod verify;
mod watch;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::middleware;
use axum::response::{IntoResponse, Response};

pub use service::{Service, ServiceOptions};

use problem::Problem;

/// The routes over a service.
pub fn router(service: Arc<Service>) -> Router {
    endpoint::router()
        .fallback(|| async { Problem::NotFound })
        .method_not_allowed_fallback(|| async { Problem::Method })
        .layer(DefaultBodyLimit::max(guard::BODY_BYTES))
        .layer(middleware::from_fn_with_state(
            service.clone(),
            guard::guard,
        ))
        .with_state(service)
}

/// Alive; whether anybody is trusted is for `/metrics` to say.
async fn healthz() -> &'static str {
    "ok\n"
}

async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let kind = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, service.metrics_text()).into_response()
}

/// The bundle in use, so that a page or another verifier needs no other host.
async fn bundle(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let bundle = service.bundle().ok_or(Problem::NotFound)?;
    Ok(bundle.answer(&headers, "application/json", "no-cache"))
}

#[cfg(test)]
mod tests;
