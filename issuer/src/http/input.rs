//! What comes with a request: bodies under a limit and a deadline, queries without unknown parameters.

use std::str::FromStr;
use std::time::Duration;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use cheti_shared::json;
use cheti_shared::limits::{CREDENTIAL_BYTES, ROSTER_BYTES};
use serde_json::{Map, Value};

use super::problem::Problem;

/// How long a client may take to send a body.
const BODY_SECONDS: u64 = 30;

/// A roster file as the body.
#[derive(Clone, Debug)]
pub(super) struct RosterBody(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for RosterBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let limit = ROSTER_BYTES;
        read_body(request, limit, "A roster").await.map(Self)
    }
}

/// A JSON object as the body, read strictly and within the bounds of a credential.
#[derive(Clone, Debug)]
pub(super) struct JsonBody(pub(super) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let octets = read_body(request, CREDENTIAL_BYTES, "A JSON body").await?;
        match json::parse(&octets) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(Problem::parsing("The body must be a JSON object.")),
            Err(error) => Err(Problem::parsing(error.to_string())),
        }
    }
}

async fn read_body(request: Request, limit: usize, what: &str) -> Result<Bytes, Problem> {
    let too_large = || {
        let title = "The body is too large";
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", title)
            .detail(format!("{what} may have at most {limit} bytes."))
    };
    let declared = request.headers().get(CONTENT_LENGTH);
    let declared = declared
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<usize>().ok());
    if declared.is_some_and(|octets| octets > limit) {
        return Err(too_large());
    }
    let reading = to_bytes(request.into_body(), limit);
    match tokio::time::timeout(Duration::from_secs(BODY_SECONDS), reading).await {
        Ok(Ok(octets)) => Ok(octets),
        Ok(Err(_)) => Err(too_large()),
        Err(_) => {
            let title = "The body took too long to arrive";
            let status = StatusCode::REQUEST_TIMEOUT;
            Err(Problem::new(status, "too-slow", title))
        }
    }
}

/// A query as pairs; handlers take what they know and [`QueryPairs::finish`] refuses the rest.
#[derive(Clone, Debug)]
pub(super) struct QueryPairs(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for QueryPairs {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|query| Self(query.0))
            .map_err(|_| Problem::bad_request("The query cannot be read."))
    }
}

impl QueryPairs {
    /// Every value of a parameter that may be repeated.
    pub(super) fn take_all(&mut self, name: &str) -> Vec<String> {
        let (taken, rest) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|(found, _)| found == name);
        self.0 = rest;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    /// The value of a parameter that is given at most once.
    pub(super) fn take<T: FromStr>(
        &mut self,
        name: &str,
        wanted: &str,
    ) -> Result<Option<T>, Problem> {
        let mut values = self.take_all(name);
        let value = values.pop();
        if !values.is_empty() {
            return Err(Problem::bad_request(format!(
                "The parameter {name} is given more than once."
            )));
        }
        let wrong = || Problem::bad_request(format!("The parameter {name} must be {wanted}."));
        value
            .map(|text| text.parse().map_err(|_| wrong()))
            .transpose()
    }

    /// The value of a parameter that must be given.
    pub(super) fn need<T: FromStr>(&mut self, name: &str, wanted: &str) -> Result<T, Problem> {
        let missing =
            || Problem::bad_request(format!("The parameter {name} is missing: {wanted}."));
        self.take(name, wanted)?.ok_or_else(missing)
    }

    /// Refuse what is left over: a misspelt parameter must not be passed over in silence.
    pub(super) fn finish(self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => {
                let name: String = name
                    .chars()
                    .filter(|c| c.is_ascii_graphic())
                    .take(40)
                    .collect();
                Err(Problem::bad_request(format!(
                    "There is no parameter \"{name}\" here."
                )))
            }
        }
    }
}
