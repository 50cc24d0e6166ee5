//! Around every request: its id, its log line, its count, and the headers that every answer has.
//!
//! A log line holds method, route, status, time and key id: never a name, a token, a body, or a path as it was sent.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method, Response as HttpResponse};
use axum::middleware::Next;
use axum::response::Response;

use super::endpoint::KeyId;
use super::problem::Inside;
use super::service::Shared;

/// Which listener a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listener {
    /// What anybody may read.
    Public,
    /// What programs with a key may do.
    Admin,
    /// What people do.
    Console,
}

impl Listener {
    fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Admin => "admin",
            Self::Console => "console",
        }
    }
}

/// The path of the endpoint that answered, its parameters in braces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matched(pub(super) &'static str);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(super) async fn observe(
    State((service, listener)): State<(Shared, Listener)>,
    request: Request,
    next: Next,
) -> Response {
    let id = service.next_request_id();
    let method = method_name(request.method());
    let started = Instant::now();
    let mut response = next.run(request).await;
    let took = started.elapsed();
    let status = response.status().as_u16();
    let route = response
        .extensions()
        .get::<Matched>()
        .map_or("none", |matched| matched.0);
    let key = response
        .extensions()
        .get::<KeyId>()
        .map_or("", |key| key.0.as_str());
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let listener_name = listener.name();
    match response.extensions().get::<Inside>() {
        // Somebody was refused, and only the log is told why: nothing failed here.
        Some(Inside(cause)) if status < 500 => {
            tracing::warn!(request = %id, listener = listener_name, method, route, status, ms, key, cause, "request");
        }
        Some(Inside(cause)) => {
            tracing::error!(request = %id, listener = listener_name, method, route, status, ms, key, cause, "request");
        }
        None => {
            tracing::info!(request = %id, listener = listener_name, method, route, status, ms, key, "request");
        }
    }
    service.requests.count(listener_name, route, status, took);
    add_headers(&mut response, listener);
    if status >= 500
        && let Ok(id) = HeaderValue::from_str(&id)
    {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// A method by its registered name; what a client made up is not repeated.
fn method_name(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    let found = known.into_iter().find(|name| method == *name);
    found.unwrap_or("other")
}

fn add_headers<B>(response: &mut HttpResponse<B>, listener: Listener) {
    let headers = response.headers_mut();
    let fixed = HeaderValue::from_static;
    headers.insert(X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
    // Pages have a policy of their own.
    let policy = "default-src 'none'; frame-ancestors 'none'";
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, policy),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        headers.entry(name).or_insert(fixed(value));
    }
    if listener == Listener::Public {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, fixed("*"));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, fixed("no-store"));
    }
}
