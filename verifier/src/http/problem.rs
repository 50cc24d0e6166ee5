//! What went wrong with a request (RFC 9457), the one place that maps it to a status. Types are stable.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::access::{Left, Refused};

/// Why a request got no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// A key is needed, or the one that came is none of ours. The same whatever is wrong with it.
    NoKey,
    /// Too many requests of this client.
    TooMany(Left),
    /// No such page. The same whatever was asked for (THREATS 22).
    NotFound,
    /// Not with this method.
    Method,
    /// The body is not what belongs there.
    BadRequest(String),
    /// A length is needed to make room for the body.
    LengthRequired,
    /// More than is read.
    TooLarge,
    /// One item of a batch is more than is read, and how much that is.
    ItemTooLarge(String),
    /// A batch of more items, or of more octets, than are taken.
    BatchTooLarge(String),
    /// A kind of content that is not read.
    Unsupported(String),
    /// What cannot be watched.
    NotWatched(String),
    /// The request took too long.
    Timeout,
    /// As much is being done as can be.
    Busy,
    /// A fault in here; what it was stands in the log.
    Internal,
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NoKey => Self::NoKey,
            Refused::TooMany(left) => Self::TooMany(left),
        }
    }
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoKey => StatusCode::UNAUTHORIZED,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::LengthRequired => StatusCode::LENGTH_REQUIRED,
            Self::TooLarge | Self::ItemTooLarge(_) | Self::BatchTooLarge(_) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Unsupported(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotWatched(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn name_and_title(&self) -> (&'static str, &'static str) {
        match self {
            Self::NoKey => ("no-key", "An API key is needed, in Authorization: Bearer"),
            Self::TooMany(_) => ("too-many", "Too many requests; wait as Retry-After says"),
            Self::NotFound => ("not-found", "There is nothing here"),
            Self::Method => ("method", "This is not done with this method"),
            Self::BadRequest(_) => ("bad-request", "The request is not right"),
            Self::LengthRequired => ("length-required", "The body's length must be given"),
            Self::TooLarge => ("too-large", "The body is larger than is read"),
            Self::ItemTooLarge(_) => ("item-too-large", "The item is larger than is read"),
            Self::BatchTooLarge(_) => ("batch-too-large", "The batch is larger than is taken"),
            Self::Unsupported(_) => ("unsupported", "This kind of content is not read"),
            Self::NotWatched(_) => ("not-watched", "This is not watched"),
            Self::Timeout => ("timeout", "The request took too long"),
            Self::Busy => ("busy", "Too much is being done; try again soon"),
            Self::Internal => ("internal", "Something failed here"),
        }
    }

    /// The problem in words.
    pub(super) fn detail(&self) -> String {
        match self {
            Self::BadRequest(detail)
            | Self::Unsupported(detail)
            | Self::NotWatched(detail)
            | Self::ItemTooLarge(detail)
            | Self::BatchTooLarge(detail) => detail.clone(),
            Self::TooLarge => {
                "at most 10 MiB of JSON or text, 20 MiB of a picture or PDF".to_owned()
            }
            other => other.name_and_title().1.to_owned(),
        }
    }
}

impl Problem {
    /// The problem as JSON (RFC 9457).
    pub(super) fn body(&self) -> Value {
        let (name, title) = self.name_and_title();
        let mut body = json!({
            "type": format!("urn:cheti:problem:{name}"),
            "title": title,
            "status": self.status().as_u16(),
        });
        let detail = self.detail();
        if detail != title {
            body["detail"] = detail.into();
        }
        body
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, body) = (self.status(), self.body());
        let kind = [(CONTENT_TYPE, "application/problem+json")];
        let mut response = (status, kind, body.to_string()).into_response();
        let headers = response.headers_mut();
        match self {
            Self::Busy => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
            }
            Self::TooMany(left) => {
                headers.insert(RETRY_AFTER, HeaderValue::from(left.seconds));
            }
            Self::NoKey => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}
