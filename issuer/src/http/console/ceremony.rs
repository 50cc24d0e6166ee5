//! Ceremony day: the check-in list, what was handed out, and the reconciliation of every certificate.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::{Extension, Form};
use serde::Deserialize;

use super::batches::batch_id;
use super::certificates::state_words;
use super::entry::Framed;
use super::gate::to;
use super::page::{Frame, Sentences, Trouble, local, show};
use super::seats::Seat;
use super::words::Words;
use crate::app::approve_batch::show_batch;
use crate::app::changes::propose;
use crate::app::hand_out::{
    CheckIn, check_in_list, close_ceremony, closing, hand_out_at, undo_hand_out,
};
use crate::app::reconcile::{no_shows, reconcile};
use crate::domain::change::What;
use crate::domain::hand_out::UndoReason;
use crate::domain::reconciliation::{Account, Line};
use crate::http::service::{Service, Shared};

struct Guest {
    number: String,
    name: String,
    staff_number: String,
    state: &'static str,
    tone: &'static str,
    handed_out: String,
    by: String,
    can_hand_out: bool,
}

#[derive(Template)]
#[template(path = "console/ceremony.html")]
struct Door<'a> {
    frame: &'a Frame,
    batch: String,
    cohort: String,
    opens: String,
    has_begun: bool,
    guests: Vec<Guest>,
    handed_out: usize,
    last: Option<Last>,
    /// Why the last one was not handed out.
    refused: Sentences,
    closed: String,
}

/// The one who was just here.
struct Last {
    number: String,
    name: String,
}

#[derive(Deserialize)]
pub(super) struct Just {
    #[serde(default)]
    last: String,
}

fn guest(line: CheckIn, w: &Words, offset: cheti_shared::time::UtcOffset) -> Guest {
    let (state, tone) = state_words(line.state, w);
    let (handed_out, by) = match line.handed_out {
        Some(taken) => (local(taken.at, offset), taken.by),
        None => Default::default(),
    };
    Guest {
        can_hand_out: handed_out.is_empty() && tone == "good",
        number: line.number,
        name: line.name,
        staff_number: line.staff_number.unwrap_or_default(),
        state,
        tone,
        handed_out,
        by,
    }
}

pub(super) async fn door(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path(batch): Path<String>,
    Query(just): Query<Just>,
) -> Result<Response, Trouble> {
    show_door(&service, &frame, batch, &just.last, Sentences::default()).await
}

async fn show_door(
    service: &Shared,
    frame: &Frame,
    batch: String,
    last: &str,
    refused: Sentences,
) -> Result<Response, Trouble> {
    let id = batch_id(frame, &batch)?;
    let gather = move |service: &Service| {
        let desk = service.desk();
        let batch = show_batch(desk, &id)?;
        let list = check_in_list(desk, &id)?;
        let offset = desk.organisation()?.utc_offset;
        let now = desk.clock.now();
        Ok((batch, list, closing(desk, &id)?, offset, now))
    };
    let (shown, list, closed, offset, now) = service.work(gather).await?;
    let guests = list.into_iter().map(|line| guest(line, frame.w, offset));
    let guests: Vec<Guest> = guests.collect();
    let last = guests.iter().find(|guest| guest.number == last);
    show(&Door {
        last: last.map(|guest| Last {
            number: guest.number.clone(),
            name: guest.name.clone(),
        }),
        handed_out: guests
            .iter()
            .filter(|guest| !guest.handed_out.is_empty())
            .count(),
        guests,
        batch,
        cohort: shown.cohort,
        opens: local(shown.valid_from, offset),
        has_begun: shown.valid_from <= now,
        closed: closed
            .map(|closed| local(closed.at, offset))
            .unwrap_or_default(),
        refused,
        frame,
    })
}

#[derive(Deserialize)]
pub(super) struct Scanned {
    text: String,
}

/// Hand out. Whoever is refused is told so at the door itself, where the next one is scanned.
pub(super) async fn hand(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(batch): Path<String>,
    Form(scanned): Form<Scanned>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let work = move |service: &Service| {
        hand_out_at(service.desk(), &id, &scanned.text, seat.operator.as_str())
    };
    match service.work(work).await {
        Ok(line) => Ok(to(&format!("/ceremony/{batch}?last={}#door", line.number))),
        Err(trouble) if trouble.status.is_client_error() => {
            let told = trouble.sentences(&frame);
            let mut door = show_door(&service, &frame, batch, "", told).await?;
            *door.status_mut() = trouble.status;
            Ok(door)
        }
        Err(other) => Err(other),
    }
}

#[derive(Deserialize)]
pub(super) struct Undone {
    text: String,
    reason: UndoReason,
}

pub(super) async fn undo(
    State(service): State<Shared>,
    Extension(seat): Extension<Seat>,
    Path(batch): Path<String>,
    Form(undone): Form<Undone>,
) -> Result<Response, Trouble> {
    let work = move |service: &Service| {
        let Undone { text, reason } = undone;
        undo_hand_out(service.desk(), &text, reason, seat.operator.as_str())
    };
    service.work(work).await?;
    Ok(to(&format!("/ceremony/{batch}#door")))
}

pub(super) async fn close(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(batch): Path<String>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let work = move |service: &Service| close_ceremony(service.desk(), &id, seat.operator.as_str());
    service.work(work).await?;
    Ok(to(&format!("/reconciliation/{batch}")))
}

struct Accounted {
    row: u32,
    number: String,
    account: &'static str,
    tone: &'static str,
    versions: u32,
}

#[derive(Template)]
#[template(path = "console/reconciliation.html")]
struct Sums<'a> {
    frame: &'a Frame,
    batch: String,
    cohort: String,
    sums: Vec<(&'static str, u32)>,
    discrepancies: Vec<String>,
    lines: Vec<Accounted>,
    no_shows: usize,
    closed: String,
    in_absentia: u32,
}

fn accounted(line: &Line, w: &Words) -> Accounted {
    let (account, tone) = match line.account() {
        Account::NotIssued => (w.account_not_issued, "open"),
        Account::HandedOut => (w.account_handed_out, "good"),
        Account::NotHandedOut => (w.account_not_handed_out, "wait"),
        Account::Withdrawn => (w.account_withdrawn, "bad"),
    };
    Accounted {
        row: line.row + 1,
        number: line.number.clone().unwrap_or_default(),
        account,
        tone,
        versions: line.versions,
    }
}

pub(super) async fn sums(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path(batch): Path<String>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let gather = move |service: &Service| {
        let desk = service.desk();
        let sums = reconcile(desk, &id)?;
        let absent = no_shows(desk, &id)?.len();
        let offset = desk.organisation()?.utc_offset;
        Ok((show_batch(desk, &id)?.cohort, sums, absent, offset))
    };
    let (cohort, found, absent, offset) = service.work(gather).await?;
    let w = frame.w;
    show(&Sums {
        batch,
        cohort,
        sums: vec![
            (w.account_prepared, found.prepared),
            (w.account_not_issued, found.not_issued),
            (w.account_handed_out, found.handed_out),
            (w.account_not_handed_out, found.not_handed_out),
            (w.account_withdrawn, found.withdrawn),
            (w.account_corrected, found.corrected),
            (w.account_suspended, found.suspended),
            (w.account_erased, found.erased),
            (w.account_withdrawn_outside, found.withdrawn_after_hand_out),
        ],
        lines: found.lines.iter().map(|line| accounted(line, w)).collect(),
        no_shows: absent,
        in_absentia: found
            .closing
            .as_ref()
            .map_or(0, |closed| closed.in_absentia),
        closed: found
            .closing
            .as_ref()
            .map(|closed| local(closed.at, offset))
            .unwrap_or_default(),
        discrepancies: found.discrepancies,
        frame: &frame,
    })
}

#[derive(Deserialize)]
pub(super) struct Withdrawal {
    #[serde(default)]
    note: String,
}

/// Propose to end what nobody came for; a second person confirms it among the changes.
pub(super) async fn withdraw(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(batch): Path<String>,
    Form(form): Form<Withdrawal>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let note = form.note.trim().to_owned();
    if note.is_empty() {
        return Err(Trouble::form(frame.w.note_missing));
    }
    let work = move |service: &Service| {
        let certificates = no_shows(service.desk(), &id)?;
        let what = What::Withdraw {
            batch: id,
            certificates,
        };
        propose(service.desk(), what, &note, &seat.operator, &*seat.key)
    };
    service.work(work).await?;
    Ok(to("/changes"))
}
