//! Around every request: an id, whether its sender may ask, room for its body, a deadline, safe headers, one log line without anything personal.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderName,
    REFERRER_POLICY, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use cheti_shared::limits;

use super::batch;
use super::problem::Problem;
use super::server::Peer;
use super::service::Service;
use super::watch;
use crate::access::{Admitted, Asked, Refused};

/// The largest body of all: a picture or PDF, and the form around it.
pub(super) const BODY_BYTES: usize = limits::FILE_BYTES + (64 << 10);

/// Nothing but one's own style sheet and form (THREATS 25); the scan page has its own.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The name of the API key that a request came with.
#[derive(Clone, Debug)]
pub(super) struct Caller(pub(super) Option<Arc<str>>);

pub(super) async fn guard(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = service.ids.next();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let admitted = admit(&service, &request, route.as_ref());
    if let Ok(admitted) = &admitted {
        request
            .extensions_mut()
            .insert(Caller(admitted.key.clone()));
    }
    let mut response = match &admitted {
        Err(refused) => Problem::from(*refused).into_response(),
        Ok(_) => answer(&service, request, next, route.as_ref()).await,
    };
    tell_left(response.headers_mut(), &admitted);
    make_safe(response.headers_mut(), &id);
    let status = response.status().as_u16();
    let took = started.elapsed();
    let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    service.metrics.answered(status, microseconds);
    // The route's pattern, never the address asked for: that may hold what somebody pasted (THREATS 23, 24).
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let key = admitted.ok().and_then(|admitted| admitted.key);
    tracing::info!(
        id,
        key = key.as_deref(),
        method = known(method.as_str()),
        route,
        status,
        microseconds,
        "answered"
    );
    response
}

/// Whether the client may ask at all. What asks for no check is read as often as anybody likes.
fn admit(
    service: &Service,
    request: &Request,
    route: Option<&MatchedPath>,
) -> Result<Admitted, Refused> {
    let of_a_program = route.is_some_and(|route| route.as_str().starts_with(watch::PATH));
    if request.method() != Method::POST && !of_a_program {
        return Ok(Admitted::default());
    }
    let peer = request.extensions().get::<Peer>();
    let last = |name: HeaderName| {
        let lines = request.headers().get_all(name);
        lines.iter().next_back().and_then(|line| line.to_str().ok())
    };
    let asked = Asked {
        peer: peer.map(|Peer(address)| *address),
        forwarded: last(HeaderName::from_static("x-forwarded-for")),
        authorization: last(AUTHORIZATION),
        needs_key: route.is_some_and(|route| route.as_str().starts_with("/v1/")),
    };
    service.access().admit(asked, Instant::now())
}

/// Read the body, when there is room for it, and do what is asked within the deadline.
async fn answer(
    service: &Service,
    request: Request,
    next: Next,
    route: Option<&MatchedPath>,
) -> Response {
    // A batch is never held as a whole: it has bounds of its own.
    let room = match route.is_some_and(|route| route.as_str() == batch::PATH) {
        true => Ok(None),
        false => body_bytes(request.headers()).and_then(|bytes| service.room_for(bytes)),
    };
    match room {
        Err(problem) => problem.into_response(),
        Ok(_room) => tokio::time::timeout(service.deadline(), next.run(request))
            .await
            .unwrap_or_else(|_| Problem::Timeout.into_response()),
    }
}

/// How many requests may follow, in the fields of draft-ietf-httpapi-ratelimit-headers.
fn tell_left(headers: &mut HeaderMap, admitted: &Result<Admitted, Refused>) {
    let left = match admitted {
        Ok(admitted) => admitted.left,
        Err(Refused::TooMany(left)) => Some(*left),
        Err(Refused::NoKey) => None,
    };
    let Some(left) = left else { return };
    let policy = format!("\"minute\";q={};w=60", left.of);
    let now = format!("\"minute\";r={};t={}", left.requests, left.seconds);
    for (name, value) in [("ratelimit-policy", policy), ("ratelimit", now)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
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
        "DELETE" => "DELETE",
        _ => "other",
    }
}
