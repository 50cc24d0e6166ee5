//! Around every request: an id, room for its body, a deadline, safe headers, one log line without anything personal.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY,
    TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use cheti_shared::limits;

use super::batch;
use super::problem::Problem;
use super::service::Service;

/// The largest body of all: a picture or PDF, and the form around it.
pub(super) const BODY_BYTES: usize = limits::FILE_BYTES + (64 << 10);

/// Nothing but one's own style sheet and form (THREATS 25); the scan page has its own.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) async fn guard(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = service.ids.next();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    // A batch is never held as a whole: it has bounds of its own.
    let is_batch = route
        .as_ref()
        .is_some_and(|route| route.as_str() == batch::PATH);
    let room = match is_batch {
        true => Ok(None),
        false => body_bytes(request.headers()).and_then(|bytes| service.room_for(bytes)),
    };
    let mut response = match room {
        Err(problem) => problem.into_response(),
        Ok(_room) => tokio::time::timeout(service.deadline(), next.run(request))
            .await
            .unwrap_or_else(|_| Problem::Timeout.into_response()),
    };
    make_safe(response.headers_mut(), &id);
    let status = response.status().as_u16();
    let took = started.elapsed();
    let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    service.metrics.answered(status, microseconds);
    // The route's pattern, never the address asked for: that may hold what somebody pasted (THREATS 23, 24).
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    tracing::info!(
        id,
        method = known(method.as_str()),
        route,
        status,
        microseconds,
        "answered"
    );
    response
}

/// How large the body says it is; one that does not say is refused, so that there is room for each before it is read.
fn body_bytes(headers: &HeaderMap) -> Result<usize, Problem> {
    match headers.get(CONTENT_LENGTH) {
        None if headers.contains_key(TRANSFER_ENCODING) => Err(Problem::LengthRequired),
        None => Ok(0),
        Some(length) => {
            let length = length.to_str().ok().and_then(|text| text.parse().ok());
            let length = length.ok_or(Problem::LengthRequired)?;
            match length > BODY_BYTES {
                true => Err(Problem::TooLarge),
                false => Ok(length),
            }
        }
    }
}

fn make_safe(headers: &mut HeaderMap, id: &str) {
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ] {
        let value = HeaderValue::from_static(value);
        headers.entry(name).or_insert(value);
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

/// A method of HTTP as a fixed word: what a client makes up does not reach the log.
fn known(method: &str) -> &'static str {
    match method {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}
