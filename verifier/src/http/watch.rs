//! `/v1/watch`: certificates that a program relies on, for programs with an API key alone; each sees its own.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use serde::Serialize;

use super::guard::Caller;
use super::problem::Problem;
use super::service::Service;
use super::verify::{report, sent};
use crate::compare::Expected;
use crate::watch::{Changes, DeadLetter, Registered, Watch, WatchError};

/// Where certificates are registered.
pub(super) const PATH: &str = "/v1/watch";
/// One of them.
pub(super) const ONE: &str = "/v1/watch/{id}";
/// What changed.
pub(super) const CHANGES: &str = "/v1/watch/changes";
/// What no webhook took.
pub(super) const DEAD_LETTERS: &str = "/v1/watch/dead-letters";

impl From<WatchError> for Problem {
    fn from(error: WatchError) -> Self {
        match error {
            WatchError::NotSigned | WatchError::NoStatus | WatchError::Full { .. } => {
                Self::NotWatched(error.to_string())
            }
            WatchError::Folder { .. } | WatchError::Damaged { .. } | WatchError::Webhook { .. } => {
                tracing::error!(%error, "the watch failed");
                Self::Internal
            }
        }
    }
}

/// The watch, and whose request this is. Where nothing is watched, there is nothing here.
fn opened(service: &Service, request: &Request) -> Result<(Arc<Watch>, Arc<str>), Problem> {
    let watch = service.watch().ok_or(Problem::NotFound)?;
    let caller = request.extensions().get::<Caller>();
    let owner = caller.and_then(|Caller(name)| name.clone());
    Ok((watch.clone(), owner.ok_or(Problem::NoKey)?))
}

/// sled waits for the disk, so it does that where it holds up nobody.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, WatchError> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|_| Problem::Internal)??)
}

pub(super) async fn register(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Json<Registered>, Problem> {
    let (watch, owner) = opened(&service, &request)?;
    let sent = sent(request).await?;
    if sent.expected != Expected::default() {
        let detail = "nothing is compared here; ask /v1/verify first";
        return Err(Problem::BadRequest(detail.to_owned()));
    }
    let report = report(&service, sent.input).await?;
    let registered = aside(move || watch.register(&owner, &report, || service.evidence())).await?;
    Ok(Json(registered))
}

pub(super) async fn forget(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let (watch, owner) = opened(&service, &request)?;
    match aside(move || watch.forget(&owner, &id)).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::NotFound),
    }
}

pub(super) async fn changes(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Json<Changes>, Problem> {
    let (watch, owner) = opened(&service, &request)?;
    let since = since(request.uri().query().unwrap_or_default())?;
    Ok(Json(aside(move || watch.changes(&owner, since)).await?))
}

/// `since=N`, or nothing: from the beginning.
fn since(query: &str) -> Result<u64, Problem> {
    let refuse = || {
        let detail = "the query may say since= and the number of a change, and nothing else";
        Problem::BadRequest(detail.to_owned())
    };
    match query.strip_prefix("since=") {
        None if query.is_empty() => Ok(0),
        None => Err(refuse()),
        Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
            digits.parse().map_err(|_| refuse())
        }
        Some(_) => Err(refuse()),
    }
}

/// What no webhook took.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeadLetters {
    dead_letters: Vec<DeadLetter>,
}

pub(super) async fn dead_letters(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Json<DeadLetters>, Problem> {
    let (watch, owner) = opened(&service, &request)?;
    let dead_letters = aside(move || watch.dead_letters(&owner)).await?;
    Ok(Json(DeadLetters { dead_letters }))
}
