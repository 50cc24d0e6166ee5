//! The journal, the sample for re-audit, and the figures.

use std::collections::BTreeMap;

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::entry::Framed;
use super::page::{Frame, Trouble, local, show};
use crate::app::audit::{events_after, head, verify_journal};
use crate::app::error::AppError;
use crate::app::figures::figures;
use crate::app::sample::sample;
use crate::domain::audit::Event;
use crate::domain::figures::Counts;
use crate::domain::sample::Month;
use crate::http::service::{Service, Shared};

/// Events on one page.
const EVENTS: usize = 100;
/// How many events are looked at for one page of a filter.
const EXAMINED: usize = 20_000;

struct Line {
    seq: u64,
    at: String,
    actor: String,
    action: String,
    about: String,
    detail: String,
}

/// What the journal is asked.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    before: Option<u64>,
    #[serde(default)]
    actor: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    month: String,
}

impl Asked {
    fn wants(&self, event: &Event) -> bool {
        (self.actor.is_empty() || event.actor == self.actor)
            && event.action.starts_with(&self.action)
            && (self.about.is_empty() || event.about == self.about)
    }
}

#[derive(Template)]
#[template(path = "console/journal.html")]
struct Journal<'a> {
    frame: &'a Frame,
    asked: Asked,
    lines: Vec<Line>,
    head: String,
    verified: String,
    broken: String,
    older: u64,
    month: String,
    population: usize,
    drawn: Vec<String>,
    seed: String,
}

/// Newest first. The chain is checked from the first event to the head each time the page is asked for.
pub(super) async fn page(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let wanted = asked.clone();
    let gather = move |service: &Service| {
        let desk = service.desk();
        let offset = desk.organisation()?.utc_offset;
        let end = head(desk)?;
        let chain = match verify_journal(desk) {
            Ok(checked) => Ok(checked.events),
            Err(error @ (AppError::Chain(_) | AppError::JournalReplaced(_))) => {
                Err(error.to_string())
            }
            Err(error) => return Err(error),
        };
        let (lines, older) = newest(desk, &wanted, end.events)?;
        let line = |event: &Event| Line {
            seq: event.seq,
            at: local(event.at, offset),
            actor: event.actor.clone(),
            action: event.action.clone(),
            about: event.about.clone(),
            detail: told(event),
        };
        let lines: Vec<Line> = lines.iter().map(line).collect();
        let drawn = match wanted.month.trim() {
            "" => None,
            month => {
                let month: Month = month.parse().map_err(|_| AppError::Value {
                    what: "the month",
                    wanted: "written as 2026-10".to_owned(),
                })?;
                Some(sample(desk, &month)?)
            }
        };
        Ok((lines, older, end, chain, drawn))
    };
    let gathered = match service.attempt(gather).await? {
        Err(AppError::Value { .. }) => return Err(Trouble::form(frame.w.month_wrong)),
        gathered => gathered?,
    };
    let (lines, older, end, chain, drawn) = gathered;
    show(&Journal {
        lines,
        head: end.hash.to_string(),
        verified: chain.as_ref().map(ToString::to_string).unwrap_or_default(),
        broken: chain.err().unwrap_or_default(),
        older,
        month: drawn
            .as_ref()
            .map(|drawn| drawn.month.clone())
            .unwrap_or_default(),
        population: drawn.as_ref().map_or(0, |drawn| drawn.population),
        seed: drawn
            .as_ref()
            .map(|drawn| drawn.seed.to_string())
            .unwrap_or_default(),
        drawn: drawn.map(|drawn| drawn.drawn).unwrap_or_default(),
        frame: &frame,
        asked,
    })
}

fn told(event: &Event) -> String {
    let pairs = event
        .detail
        .iter()
        .map(|(name, value)| match value.as_str() {
            Some(text) => format!("{name}: {text}"),
            None => format!("{name}: {value}"),
        });
    pairs.collect::<Vec<_>>().join(", ")
}

/// The newest events that are wanted, and the number before which the next page begins; 0 when there is none.
fn newest(
    desk: &crate::app::desk::Desk,
    asked: &Asked,
    events: u64,
) -> Result<(Vec<Event>, u64), AppError> {
    const CHUNK: u64 = 500;
    let mut before = asked
        .before
        .unwrap_or(u64::MAX)
        .min(events.saturating_add(1));
    let mut found: Vec<Event> = Vec::new();
    let mut examined = 0;
    while before > 1 && examined < EXAMINED {
        let after = before.saturating_sub(CHUNK + 1);
        let count = usize::try_from(before - after - 1).unwrap_or_default();
        let mut some = events_after(desk, after, count)?;
        examined += count;
        some.reverse();
        for event in some {
            before = event.seq;
            if asked.wants(&event) {
                found.push(event);
                if found.len() == EVENTS {
                    return Ok((found, if before > 1 { before } else { 0 }));
                }
            }
        }
        before = after + 1;
    }
    Ok((found, if before > 1 { before } else { 0 }))
}

struct OfMonth {
    month: String,
    course: String,
    counts: Counts,
    width: u64,
}

#[derive(Template)]
#[template(path = "console/figures.html")]
struct FiguresPage<'a> {
    frame: &'a Frame,
    months: Vec<OfMonth>,
    total: Counts,
}

pub(super) async fn figures_page(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    let found = service.work(|service| figures(service.desk())).await?;
    let most = found
        .values()
        .map(|counts| counts.issued)
        .max()
        .unwrap_or(1)
        .max(1);
    let mut total = Counts::default();
    let mut months: BTreeMap<(String, String), Counts> = BTreeMap::new();
    for ((course, month), counts) in found {
        total.issued += counts.issued;
        total.awarded += counts.awarded;
        total.corrected += counts.corrected;
        total.revoked += counts.revoked;
        months.insert((month, course), counts);
    }
    let months = months.into_iter().rev();
    let months = months.map(|((month, course), counts)| OfMonth {
        width: counts.issued * 100 / most,
        month,
        course,
        counts,
    });
    show(&FiguresPage {
        months: months.collect(),
        total,
        frame: &frame,
    })
}
