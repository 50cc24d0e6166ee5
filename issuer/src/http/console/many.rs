//! One change to many certificates: found by a search, looked at, proposed together. Another person confirms them together
//! among the changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::{Extension, Form};
use cheti_shared::ids::Digest;
use cheti_shared::status::entry::Purpose;
use serde::Deserialize;

use super::certificates::{Asked, Row, row};
use super::entry::Framed;
use super::gate::to;
use super::page::{Frame, Trouble, show};
use super::seats::Seat;
use crate::app::changes::propose;
use crate::app::desk::Desk;
use crate::app::error::AppError;
use crate::app::many::MANY;
use crate::app::search::{HITS_MAX, Hit, search};
use crate::domain::change::{Each, RevocationReason, What};
use crate::domain::search::State as Stands;
use crate::http::service::{Service, Shared};

/// What is to be done with what a search finds.
#[derive(Clone, Deserialize)]
pub(super) struct Wish {
    what: String,
    #[serde(flatten)]
    asked: Asked,
}

/// A wish that was looked at: with a note, and a digest of what it was about then.
#[derive(Deserialize)]
pub(super) struct Proposal {
    #[serde(flatten)]
    wish: Wish,
    #[serde(default)]
    note: String,
    #[serde(default)]
    seen: String,
}

/// What a wish is about.
struct Chosen {
    each: Each,
    /// Those to which it can be done.
    hits: Vec<Hit>,
    /// How many were found to which it cannot.
    left_out: usize,
}

#[derive(Template)]
#[template(path = "console/many.html")]
struct Preview {
    frame: Arc<Frame>,
    wish: Wish,
    each: &'static str,
    rows: Vec<Row>,
    left_out: usize,
    seen: String,
}

impl Wish {
    fn each(&self) -> Result<Each, AppError> {
        Ok(match self.what.as_str() {
            "withdrawn" => Each::Revoke {
                reason: RevocationReason::Withdrawn,
            },
            "issued_in_error" => Each::Revoke {
                reason: RevocationReason::IssuedInError,
            },
            "suspend" => Each::Suspend,
            "reinstate" => Each::Reinstate,
            _ => {
                return Err(AppError::Value {
                    what: "the change",
                    wanted: "one that this page offers".to_owned(),
                });
            }
        })
    }

    /// Everything that the search finds, in its order; more than one proposal may hold is an error.
    fn chosen(&self, desk: &Desk) -> Result<Chosen, AppError> {
        let (each, question) = (self.each()?, self.asked.question());
        let mut suspendable = BTreeMap::new();
        let (mut hits, mut left_out, mut from) = (Vec::new(), 0, None);
        loop {
            let found = search(desk, &question, from, HITS_MAX)?;
            for hit in found.hits {
                let holds = matches!(hit.state, Stands::Good | Stands::Corrected);
                let is_suspended = hit.state == Stands::Suspended;
                let suspends = match suspendable.get(&hit.course) {
                    Some(suspends) => *suspends,
                    None => {
                        let purpose = desk.course(&hit.course)?.status.purpose();
                        let suspends = purpose == Purpose::Suspension;
                        suspendable.insert(hit.course.clone(), suspends);
                        suspends
                    }
                };
                let fits = match each {
                    Each::Revoke { .. } => holds || is_suspended,
                    Each::Suspend => holds && suspends,
                    Each::Reinstate => is_suspended && suspends,
                };
                match fits {
                    true => hits.push(hit),
                    false => left_out += 1,
                }
            }
            if hits.len() > MANY {
                return Err(AppError::TooMany(MANY));
            }
            from = found.next;
            if from.is_none() {
                return Ok(Chosen {
                    each,
                    hits,
                    left_out,
                });
            }
        }
    }
}

impl Chosen {
    /// What was looked at, so that nothing else is proposed.
    fn digest(&self) -> Digest {
        let ids: Vec<String> = self.hits.iter().map(|hit| hit.id.to_string()).collect();
        Digest::tagged("cheti/many/1", ids.join("\n").as_bytes())
    }
}

/// What would be changed, certificate by certificate. Nothing is yet.
pub(super) async fn preview(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Query(wish): Query<Wish>,
) -> Result<Response, Trouble> {
    let gather = move |service: &Service| {
        let (chosen, w) = (wish.chosen(service.desk())?, frame.w);
        Ok(Preview {
            each: match chosen.each {
                Each::Revoke { .. } => w.what_revoke,
                Each::Suspend => w.what_suspend,
                Each::Reinstate => w.what_reinstate,
            },
            seen: chosen.digest().to_string(),
            left_out: chosen.left_out,
            rows: chosen.hits.into_iter().map(|hit| row(hit, w)).collect(),
            wish,
            frame,
        })
    };
    show(&service.work(gather).await?)
}

/// Propose what was looked at; if it is not what the search finds now, it must be looked at again.
pub(super) async fn propose_all(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Form(form): Form<Proposal>,
) -> Result<Response, Trouble> {
    let note = form.note.trim().to_owned();
    if note.is_empty() {
        return Err(Trouble::form(frame.w.note_missing));
    }
    let work = move |service: &Service| {
        let chosen = form.wish.chosen(service.desk())?;
        if chosen.digest().to_string() != form.seen {
            return Ok(None);
        }
        let what = What::Many {
            each: chosen.each,
            certificates: chosen.hits.iter().map(|hit| hit.id).collect(),
        };
        propose(service.desk(), what, &note, &seat.operator, &*seat.key).map(Some)
    };
    let proposed = service.work(work).await?;
    let proposed = proposed.ok_or_else(|| Trouble::form(frame.w.many_changed))?;
    Ok(to(&format!("/changes/{}", proposed.id)))
}
