//! Batches: what was prepared, who vouches for it, issuing with progress, and what is taken to the printer.

mod issuing;
mod paper;

pub(super) use issuing::*;
pub(super) use paper::*;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Form};
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::ids::Digest;
use serde::Deserialize;

use super::entry::{Framed, confirm_code};
use super::gate::to;
use super::page::{Frame, Sentences, Trouble, local, show};
use super::seats::Seat;
use super::{swahili, words::Words};
use crate::app::approve_batch::{
    approve_batch, list_batches, reject_batch, show_batch, submit_batch,
};
use crate::app::desk::Desk;
use crate::app::error::AppError;
use crate::app::print_batch::VOLUME;
use crate::domain::batch::{Batch, BatchId, BatchState, Graduate};
use crate::domain::statement::SignedStatement;
use crate::http::service::{Service, Shared};

/// How many graduates the checker is shown of a large batch, drawn at random by its digest.
const SAMPLE: usize = 10;
/// Graduates on one page.
const GRADUATES: usize = 100;

/// A batch as lists show it.
pub(super) struct Summary {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) course: String,
    pub(super) graduates: u32,
    pub(super) award_date: String,
    pub(super) state: &'static str,
    pub(super) tone: &'static str,
}

impl Summary {
    pub(super) fn of(batch: &Batch, w: &Words) -> Self {
        let (state, tone) = match batch.state {
            BatchState::Imported => (w.state_imported, "open"),
            BatchState::Submitted => (w.state_submitted, "wait"),
            BatchState::Approved => (w.state_approved, "wait"),
            BatchState::Rejected => (w.state_rejected, "bad"),
            BatchState::Issuing => (w.state_issuing, "wait"),
            BatchState::Issued => (w.state_issued, "good"),
        };
        Self {
            id: batch.id.to_string(),
            title: batch.cohort.clone(),
            course: batch.course.clone(),
            graduates: batch.graduates,
            award_date: batch.award_date.to_string(),
            state,
            tone,
        }
    }
}

/// Who said something about a batch, and when.
struct Said {
    operator: String,
    name: String,
    at: String,
}

/// A graduate as the page shows them.
struct Person {
    row: usize,
    line: u32,
    name: String,
    staff_number: String,
    extras: String,
}

impl Person {
    fn of((row, graduate): (usize, &Graduate)) -> Self {
        let extras: Vec<String> = graduate
            .extras
            .iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        Self {
            row,
            line: graduate.line,
            name: graduate.name.to_string(),
            staff_number: graduate.staff_number.clone().unwrap_or_default(),
            extras: extras.join(", "),
        }
    }
}

/// What differs from an earlier batch of the same cohort.
struct Differs {
    id: String,
    state: &'static str,
    rejection: String,
    added: Vec<String>,
    gone: Vec<String>,
    other: bool,
}

impl Differs {
    fn in_nothing(&self) -> bool {
        self.added.is_empty() && self.gone.is_empty() && !self.other
    }
}

#[derive(Template)]
#[template(path = "console/batches.html")]
struct List<'a> {
    frame: &'a Frame,
    batches: Vec<Summary>,
}

#[derive(Template)]
#[template(path = "console/batch.html")]
struct One<'a> {
    frame: &'a Frame,
    batch: Summary,
    course_name: String,
    valid_from: String,
    digest: String,
    submitted: Option<Said>,
    decided: Option<Said>,
    rejection: String,
    flags: Vec<String>,
    differs: Option<Differs>,
    sample: Vec<Person>,
    people: Vec<Person>,
    page: usize,
    pages: usize,
    holds_key: bool,
    volumes: usize,
    may_submit: bool,
    may_decide: bool,
    may_issue: bool,
    is_issuing: bool,
    failed: Sentences,
    is_issued: bool,
    is_mine: bool,
}

pub(super) async fn list(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    let batches = service.work(|service| list_batches(service.desk())).await?;
    let batches = batches.iter().map(|batch| Summary::of(batch, frame.w));
    show(&List {
        batches: batches.collect(),
        frame: &frame,
    })
}

/// A batch id of a path, or no such page.
pub(super) fn batch_id(frame: &Frame, text: &str) -> Result<BatchId, Trouble> {
    text.parse().map_err(|_| Trouble::not_found(frame))
}

#[derive(Deserialize)]
pub(super) struct Paged {
    #[serde(default)]
    page: usize,
}

pub(super) async fn show_one(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path(batch): Path<String>,
    axum::extract::Query(paged): axum::extract::Query<Paged>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let gather = move |service: &Service| {
        let desk = service.desk();
        let batch = show_batch(desk, &id)?;
        let graduates = desk.graduates(&id)?;
        let course = desk.course(&batch.course)?.name;
        let earlier = earlier(desk, &batch)?;
        let said = |statement: &Option<SignedStatement>| said(desk, statement.as_ref());
        let (submitted, decided) = (said(&batch.submitted)?, said(&batch.decided)?);
        let offset = desk.organisation()?.utc_offset;
        let holds_key = service.signer(KeyRole::Issuing).is_some();
        Ok((
            batch, graduates, course, earlier, submitted, decided, offset, holds_key,
        ))
    };
    let gathered = service.work(gather).await?;
    let (batch, graduates, course_name, earlier, submitted, decided, offset, holds_key) = gathered;
    let pages = graduates.len().div_ceil(GRADUATES).max(1);
    let page = paged.page.clamp(1, pages);
    let people = graduates.iter().enumerate();
    let shown = people
        .clone()
        .skip((page - 1) * GRADUATES)
        .take(GRADUATES)
        .map(Person::of);
    let drawn = sample(&batch.digest, graduates.len());
    let drawn = people
        .filter(|(row, _)| drawn.contains(row))
        .map(Person::of);
    let is_mine = submitted
        .as_ref()
        .is_some_and(|said| said.operator == frame.id());
    let state = batch.state;
    let issuable = matches!(state, BatchState::Approved | BatchState::Issuing);
    let under_way = service.console.issuing.under_way(&batch.id);
    let differs = earlier.map(|(other, before)| Differs {
        id: other.id.to_string(),
        state: Summary::of(&other, frame.w).state,
        rejection: other.rejection.clone().unwrap_or_default(),
        added: missing(&graduates, &before),
        gone: missing(&before, &graduates),
        other: other.template != batch.template
            || other.design != batch.design
            || other.award_date != batch.award_date
            || other.valid_from != batch.valid_from,
    });
    show(&One {
        course_name,
        valid_from: local(batch.valid_from, offset),
        digest: batch.digest.to_string(),
        rejection: batch.rejection.clone().unwrap_or_default(),
        flags: batch
            .flags
            .iter()
            .map(|flag| frame.told(flag, swahili::flag))
            .collect(),
        differs,
        sample: match graduates.len() > SAMPLE {
            true => drawn.collect(),
            false => Vec::new(),
        },
        people: shown.collect(),
        page,
        pages,
        holds_key,
        volumes: graduates.len().div_ceil(VOLUME),
        may_submit: frame.prepares() && state == BatchState::Imported,
        may_decide: frame.approves() && state == BatchState::Submitted && !is_mine,
        may_issue: frame.prepares() && issuable && under_way.is_none(),
        is_issuing: under_way.is_some(),
        failed: match service.console.issuing.get(&batch.id) {
            Some(Progress::Failed(why)) if state != BatchState::Issued => why.sentences(&frame),
            Some(Progress::Failed(_) | Progress::Signing { .. }) | None => Sentences::default(),
        },
        is_issued: state == BatchState::Issued,
        is_mine: is_mine && state == BatchState::Submitted,
        submitted,
        decided,
        batch: Summary::of(&batch, frame.w),
        frame: &frame,
    })
}

fn said(desk: &Desk, statement: Option<&SignedStatement>) -> Result<Option<Said>, AppError> {
    let Some(claim) = statement.and_then(|statement| statement.claim().ok()) else {
        return Ok(None);
    };
    let operator = desk.operator(&claim.operator)?;
    let offset = desk.organisation()?.utc_offset;
    Ok(Some(Said {
        operator: operator.id.to_string(),
        name: operator.name,
        at: local(claim.at, offset),
    }))
}

/// The last batch of the same course and cohort that was imported before this one, and its graduates.
fn earlier(desk: &Desk, batch: &Batch) -> Result<Option<(Batch, Vec<Graduate>)>, AppError> {
    let of_same_cohort = |other: &Batch| {
        other.id != batch.id
            && other.course == batch.course
            && other.cohort == batch.cohort
            && other.imported <= batch.imported
    };
    let mut batches = list_batches(desk)?.into_iter();
    let Some(other) = batches.find(of_same_cohort) else {
        return Ok(None);
    };
    let graduates = desk.graduates(&other.id)?;
    Ok(Some((other, graduates)))
}

/// Who is in `these` and not, exactly so, in `those`.
fn missing(these: &[Graduate], those: &[Graduate]) -> Vec<String> {
    let told = |graduate: &Graduate| {
        let extras = graduate.extras.values().map(String::as_str);
        let staff = graduate.staff_number.as_deref();
        let parts = std::iter::once(graduate.name.as_str())
            .chain(staff)
            .chain(extras);
        parts.collect::<Vec<_>>().join(" · ")
    };
    let known: BTreeSet<String> = those.iter().map(told).collect();
    let all = these.iter().map(told);
    all.filter(|told| !known.contains(told)).collect()
}

/// Rows drawn by the digest: the same for everybody, and known to nobody before the batch was made.
fn sample(digest: &Digest, rows: usize) -> BTreeSet<usize> {
    let mut drawn = BTreeSet::new();
    let mut round = 0_u32;
    while drawn.len() < SAMPLE.min(rows) {
        let octets = [digest.octets().as_slice(), &round.to_be_bytes()].concat();
        let octets = Digest::tagged("cheti/checker-sample/1", &octets);
        let mut first = [0; 8];
        first.copy_from_slice(&octets.octets()[..8]);
        let number = usize::try_from(u64::from_be_bytes(first) >> 1).unwrap_or_default();
        drawn.insert(number % rows);
        round += 1;
    }
    drawn
}

pub(super) async fn submit(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(batch): Path<String>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let work =
        move |service: &Service| submit_batch(service.desk(), &id, &seat.operator, &*seat.key);
    service.work(work).await?;
    Ok(to(&format!("/batches/{batch}")))
}

#[derive(Deserialize)]
pub(super) struct Decision {
    code: String,
    #[serde(default)]
    reason: String,
}

pub(super) async fn approve(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(batch): Path<String>,
    Form(decision): Form<Decision>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    confirm_code(&service, &frame, &seat, &decision.code).await?;
    let work =
        move |service: &Service| approve_batch(service.desk(), &id, &seat.operator, &*seat.key);
    service.work(work).await?;
    Ok(to(&format!("/batches/{batch}")))
}

pub(super) async fn reject(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(batch): Path<String>,
    Form(decision): Form<Decision>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let reason = decision.reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Trouble::form(frame.w.reason_missing));
    }
    confirm_code(&service, &frame, &seat, &decision.code).await?;
    let work = move |service: &Service| {
        reject_batch(service.desk(), &id, &seat.operator, &*seat.key, &reason)
    };
    service.work(work).await?;
    Ok(to(&format!("/batches/{batch}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkers_sample_is_of_the_batch_and_never_too_large() {
        let digest = Digest::of(b"a");
        for rows in [1, 5, 10, 11, 20_000] {
            let drawn = sample(&digest, rows);
            assert_eq!(drawn.len(), rows.min(SAMPLE));
            assert!(drawn.iter().all(|row| *row < rows));
            assert_eq!(drawn, sample(&digest, rows));
        }
        assert_ne!(sample(&digest, 20_000), sample(&Digest::of(b"b"), 20_000));
    }
}
