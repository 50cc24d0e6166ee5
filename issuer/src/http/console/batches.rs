//! Batches: what was prepared, who vouches for it, issuing with progress, and what is taken to the printer.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::ids::Digest;
use cheti_shared::key::Signer;
use futures_util::stream::unfold;
use serde::Deserialize;
use tokio::sync::mpsc;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::entry::{Framed, confirm_code};
use super::gate::to;
use super::page::{Frame, Trouble, local, show};
use super::seats::Seat;
use super::words::Words;
use crate::app::approve_batch::{
    approve_batch, list_batches, reject_batch, show_batch, submit_batch,
};
use crate::app::desk::Desk;
use crate::app::error::AppError;
use crate::app::issue_batch::issue_batch;
use crate::app::ports::press::ListKind;
use crate::app::ports::vault::{KeyFile, Passphrase};
use crate::app::print_batch::PrintRun;
use crate::app::search::certificates_of;
use crate::app::specimen::Specimens;
use crate::domain::batch::{Batch, BatchId, BatchState, Graduate};
use crate::domain::ceremony::Order;
use crate::domain::print_kit::Restyle;
use crate::domain::statement::SignedStatement;
use crate::http::service::{Service, Shared};

/// How many graduates the checker is shown of a large batch, drawn at random by its digest.
const SAMPLE: usize = 10;
/// Graduates on one page.
const GRADUATES: usize = 100;
/// Pages of a volume of the book.
const VOLUME: usize = 1_000;
/// How often the progress of issuing is told, in milliseconds.
const PROGRESS_MILLISECONDS: u64 = 400;

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
    failed: String,
    is_issued: bool,
    is_mine: bool,
}

pub(super) async fn list(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    let batches = service.run(|service| list_batches(service.desk())).await?;
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
        let holds_key = service.parts.issuing.is_some();
        Ok((
            batch, graduates, course, earlier, submitted, decided, offset, holds_key,
        ))
    };
    let gathered = service.run(gather).await?;
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
        flags: batch.flags.clone(),
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
            Some(Progress::Failed(why)) => why,
            Some(Progress::Signing { .. }) | None => String::new(),
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
    service.run(work).await?;
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
    service.run(work).await?;
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
    service.run(work).await?;
    Ok(to(&format!("/batches/{batch}")))
}

/// Batches that this process is issuing, and how far it is. After a restart nothing is under way; the batch says that it was
/// begun, and issuing goes on where it stopped.
#[derive(Default)]
pub(super) struct Issuing(Mutex<BTreeMap<BatchId, Progress>>);

#[derive(Clone, Debug)]
pub(super) enum Progress {
    Signing { done: u32, of: u32 },
    Failed(String),
}

impl Issuing {
    fn set(&self, id: &BatchId, progress: Option<Progress>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match progress {
            Some(progress) => all.insert(id.clone(), progress),
            None => all.remove(id),
        };
    }

    fn get(&self, id: &BatchId) -> Option<Progress> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(id).cloned()
    }

    /// How far the signing of a batch is, while it is under way.
    fn under_way(&self, id: &BatchId) -> Option<(u32, u32)> {
        match self.get(id)? {
            Progress::Signing { done, of } => Some((done, of)),
            Progress::Failed(_) => None,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct IssueForm {
    #[serde(default)]
    passphrase: Passphrase,
}

/// The issuing key: the one that the server was started with, or opened with what the officer typed.
pub(super) fn issuing_key(
    service: &Service,
    passphrase: &Passphrase,
) -> Result<Arc<dyn Signer>, AppError> {
    if let Some(key) = &service.parts.issuing {
        return Ok(Arc::clone(key));
    }
    let name = service.desk().active_key(KeyRole::Issuing)?;
    let file = KeyFile::Signing(name.file_name().to_owned());
    Ok(Arc::new(service.parts.vault.open(&file, passphrase)?))
}

/// Begin to issue, or go on with it; the page then shows how far it is.
pub(super) async fn issue(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(batch): Path<String>,
    Form(form): Form<IssueForm>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let (looked, passphrase) = (id.clone(), form.passphrase);
    let open = move |service: &Service| {
        show_batch(service.desk(), &looked)?.check_may_issue()?;
        issuing_key(service, &passphrase)
    };
    let key = service.run(open).await?;
    let waiting = Progress::Signing { done: 0, of: 0 };
    service.console.issuing.set(&id, Some(waiting));
    let (begun, actor) = (Arc::clone(&service), seat.operator.to_string());
    tokio::task::spawn_blocking(move || {
        let _alone = begun.issue_alone();
        let issuing = &begun.console.issuing;
        let told = |done, of| issuing.set(&id, Some(Progress::Signing { done, of }));
        let issued = issue_batch(begun.desk(), &id, &*key, &actor, &told);
        issuing.set(
            &id,
            issued
                .err()
                .map(|error| Progress::Failed(error.to_string())),
        );
    });
    Ok(to(&format!("/batches/{batch}")))
}

/// How far issuing is, as server-sent events; the last says how it ended.
pub(super) async fn progress(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path(batch): Path<String>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let ticks = tokio::time::interval(Duration::from_millis(PROGRESS_MILLISECONDS));
    let events = unfold(Some((service, id, ticks)), |state| async {
        let (service, id, mut ticks) = state?;
        ticks.tick().await;
        let progress = service.console.issuing.get(&id);
        let (event, more) = match progress {
            Some(Progress::Signing { done, of }) => {
                (Event::default().data(format!("{done}/{of}")), true)
            }
            Some(Progress::Failed(_)) | None => (Event::default().event("end").data("end"), false),
        };
        let next = more.then_some((service, id, ticks));
        Some((Ok::<_, Infallible>(event), next))
    });
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

/// A picture of a certificate as it will print, before anybody signed it: on it stands that it is a specimen.
pub(super) async fn preview(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path((batch, row)): Path<(String, usize)>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let draw = move |service: &Service| {
        let (desk, room) = (service.desk(), &*service.parts.room);
        let batch = show_batch(desk, &id)?;
        let graduates = desk.graduates(&id)?;
        let graduate = graduates.get(row).ok_or_else(|| AppError::NotFound {
            what: "row of the batch",
            id: row.to_string(),
        })?;
        let (course, organisation) = (desk.course(&batch.course)?, desk.organisation()?);
        let specimens = Specimens::new(Some(&course), Some(&organisation))?;
        let specimen = specimens.of_graduate(graduate, &batch)?;
        let kit = crate::app::kits::kit_to_look_at(desk, room, &batch)?;
        Ok(room.press(&kit)?.preview(&specimen.sheet(), 1_400)?)
    };
    let png = service.run(draw).await?;
    Ok(([(CONTENT_TYPE, "image/png")], png).into_response())
}

/// A volume of the print-ready book.
pub(super) async fn book(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path((batch, volume)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let number = volume
        .strip_suffix(".pdf")
        .and_then(|text| text.parse::<usize>().ok());
    let number = number.ok_or_else(|| Trouble::not_found(&frame))?;
    let print = move |service: &Service| {
        let (desk, room) = (service.desk(), &*service.parts.room);
        let run = PrintRun::prepare(desk, room, &id, &Order::Roster, Restyle::default())?;
        let volumes = run.volumes(VOLUME);
        let missing = || AppError::NotFound {
            what: "volume",
            id: number.to_string(),
        };
        let pages = number.checked_sub(1).and_then(|at| volumes.get(at));
        let pages = pages.ok_or_else(missing)?.clone();
        run.record(seat.operator.as_str(), "book")?;
        run.book(pages, false, &|| {})
    };
    let pdf = service.run(print).await?;
    Ok(attached(
        "application/pdf",
        &format!("{batch}-{volume}"),
        pdf,
    ))
}

/// The lists for the table at the door.
pub(super) async fn paper_list(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path((batch, kind)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let wanted = match kind.as_str() {
        "checklist.pdf" => ListKind::Checklist,
        "labels.pdf" => ListKind::Labels,
        _ => return Err(Trouble::not_found(&frame)),
    };
    let print = move |service: &Service| {
        let (desk, room) = (service.desk(), &*service.parts.room);
        PrintRun::prepare(desk, room, &id, &Order::Name, Restyle::default())?.list(wanted)
    };
    let pdf = service.run(print).await?;
    Ok(attached("application/pdf", &format!("{batch}-{kind}"), pdf))
}

fn attached(kind: &'static str, name: &str, octets: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, octets).into_response()
}

/// Every certificate as PDF and JSON, in a ZIP file that is sent while it is printed.
pub(super) async fn archive(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(batch): Path<String>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let checked = id.clone();
    let check = move |service: &Service| {
        show_batch(service.desk(), &checked)?.check_issued()?;
        certificates_of(service.desk(), &checked).map(|_| ())
    };
    service.run(check).await?;
    let (sender, receiver) = mpsc::channel::<Result<Bytes, io::Error>>(16);
    let actor = seat.operator.to_string();
    let printing = Arc::clone(&service);
    tokio::task::spawn_blocking(move || {
        let (desk, room) = (printing.desk(), &*printing.parts.room);
        let done = PrintRun::prepare(desk, room, &id, &Order::Roster, Restyle::default())
            .and_then(|run| run.record(&actor, "zip").map(|()| run))
            .and_then(|run| zip_into(&run, Sending(sender.clone())));
        if let Err(error) = done {
            tracing::error!(%error, "an archive of certificates was not finished");
            // The connection ends early, so that nobody takes a part for the whole.
            let _ = sender.blocking_send(Err(io::Error::other("not finished")));
        }
    });
    let octets = unfold(receiver, |mut receiver| async {
        let next = receiver.recv().await?;
        Some((next, receiver))
    });
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{batch}.zip\""),
        ),
    ];
    Ok((headers, Body::from_stream(octets)).into_response())
}

/// Octets on their way to whoever downloads them.
struct Sending(mpsc::Sender<Result<Bytes, io::Error>>);

impl Write for Sending {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let some = Bytes::copy_from_slice(octets);
        let sent = self.0.blocking_send(Ok(some));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn zip_into(run: &PrintRun<'_>, sending: Sending) -> Result<(), AppError> {
    let failed = |source: io::Error| AppError::Deliver {
        path: "the archive".to_owned(),
        source,
    };
    let mut zip = ZipWriter::new_stream(io::BufWriter::with_capacity(64 << 10, sending));
    run.in_order(&mut |deliverable, pdf| {
        let json = deliverable.json.as_slice();
        for (ending, octets) in [("pdf", pdf), ("json", json)] {
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Stored)
                .last_modified_time(DateTime::default())
                .unix_permissions(0o644);
            let name = format!("{}.{ending}", deliverable.stem);
            let begun = zip.start_file(name, options).map_err(io::Error::other);
            begun.and_then(|()| zip.write_all(octets)).map_err(failed)?;
        }
        Ok(())
    })?;
    let whole = zip.finish().map_err(io::Error::other);
    let flushed = whole.and_then(|writer| writer.into_inner().flush());
    flushed.map_err(failed)
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
