//! The journal: read it, check it, count it; and publish the status lists.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use cheti_shared::bundle::trust_list::{JournalHead, KeyRole};
use serde_json::{Value, json};

use super::super::endpoint::{From as FromKey, Parameter};
use super::super::input::QueryPairs;
use super::super::problem::Problem;
use super::super::service::{Service, Shared};
use super::super::view::JournalPage;
use crate::app::audit::{events_after, verify_journal};
use crate::app::publish_status::publish_status;

/// The most events of one page.
const PAGE_MAX: usize = 1_000;

/// Which part of the journal.
pub(super) const PAGE_PARAMETERS: &[Parameter] = &[
    Parameter::optional("after", "the number of the last event seen; 0 without it"),
    Parameter::optional("limit", "how many events, 1 to 1000; 100 without it"),
];

/// A page of events.
pub(super) async fn page(
    State(service): State<Shared>,
    mut query: QueryPairs,
) -> Result<Json<JournalPage>, Problem> {
    let after = query
        .take("after", "the number of an event")?
        .unwrap_or(0_u64);
    let limit = query
        .take("limit", "a number from 1 to 1000")?
        .unwrap_or(100_usize);
    query.finish()?;
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Problem::bad_request(
            "The parameter limit must be a number from 1 to 1000.",
        ));
    }
    let read = move |service: &Service| events_after(service.desk(), after, limit);
    let events = service.run(read).await?;
    let next = events.last().map(|event| event.seq);
    Ok(Json(JournalPage { events, next }))
}

/// Check the whole chain; a broken one is a 409 that says where.
pub(super) async fn verify(State(service): State<Shared>) -> Result<Json<JournalHead>, Problem> {
    let head = service
        .run(|service| verify_journal(service.desk()))
        .await?;
    Ok(Json(head))
}

/// Counts for Prometheus.
pub(super) async fn metrics(State(service): State<Shared>) -> Result<Response, Problem> {
    let page = service.run(|service| Ok(service.requests.page(&service.journal()?)));
    let media_type = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((media_type, page.await?).into_response())
}

/// Sign and publish every status list.
pub(super) async fn publish(
    State(service): State<Shared>,
    caller: FromKey,
) -> Result<Json<Value>, Problem> {
    let missing = || Problem::key_not_loaded("status");
    let key = service.signer(KeyRole::Status).ok_or_else(missing)?;
    let publish = move |service: &Service| {
        let lifetimes = service.parts.lifetimes;
        publish_status(service.desk(), key.as_ref(), lifetimes, &caller.actor())
    };
    let lists = service.run(publish).await?;
    Ok(Json(json!({"lists": lists})))
}
