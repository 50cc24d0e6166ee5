//! Batches: list and show them, import a roster, issue what two people have approved.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::time::{Date, Timestamp};

use super::super::endpoint::{Caller, From as FromKey, Parameter};
use super::super::input::{QueryPairs, RosterBody};
use super::super::problem::Problem;
use super::super::service::{Service, Shared};
use super::super::view::{BatchView, ImportedView, RejectedView, listed};
use crate::app::approve_batch::{list_batches, show_batch};
use crate::app::error::AppError;
use crate::app::import_roster::{Cohort, import_roster};
use crate::app::issue_batch::issue_batch;
use crate::app::ports::rosters::{ReadRoster, RosterFile};
use crate::domain::batch::{Batch, BatchId};

/// The query of an import.
#[rustfmt::skip]
pub(super) const IMPORT_PARAMETERS: &[Parameter] = &[
    Parameter::needed("course", "the course's code"),
    Parameter::needed("cohort", "the cohort, as it is to be printed"),
    Parameter::needed("award_date", "the award's date, such as 2026-10-16"),
    Parameter::optional("valid_from", "from when on the certificates hold, such as 2026-10-16T06:00:00Z; the start of the award's date without it"),
    Parameter::optional("file_name", "the file's name, for messages"),
    Parameter::optional("sheet", "which sheet of a workbook"),
    Parameter::optional("map", "HEADING=ROLE, may be repeated"),
    Parameter::optional("accept_good_rows", "true to leave out lines with problems"),
];

/// Every batch, newest first.
pub(super) async fn list(State(service): State<Shared>) -> Result<Response, Problem> {
    let batches = service.run(|service| list_batches(service.desk())).await?;
    let views: Vec<BatchView> = batches.into_iter().map(BatchView::from).collect();
    Ok(Json(listed("batches", views)).into_response())
}

/// One batch.
pub(super) async fn show(
    State(service): State<Shared>,
    Path(batch): Path<String>,
) -> Result<Json<BatchView>, Problem> {
    let id: BatchId = batch.parse().map_err(|_| Problem::not_found())?;
    let batch = service
        .run(move |service| show_batch(service.desk(), &id))
        .await?;
    Ok(Json(batch.into()))
}

/// Issue with the key that the server was started with.
pub(super) async fn issue(
    State(service): State<Shared>,
    Path(batch): Path<String>,
    caller: FromKey,
) -> Result<Json<BatchView>, Problem> {
    let id: BatchId = batch.parse().map_err(|_| Problem::not_found())?;
    let missing = || Problem::key_not_loaded("issuing");
    let key = service.signer(KeyRole::Issuing).ok_or_else(missing)?;
    let issue = move |service: &Service| {
        let _alone = service.issue_alone();
        issue_batch(
            service.desk(),
            &id,
            key.as_ref(),
            &caller.actor(),
            &|_, _| {},
        )
    };
    Ok(Json(service.run(issue).await?.into()))
}

/// Import a roster: 201 with the batch, or 422 with every problem of every line.
pub(super) async fn import(
    State(service): State<Shared>,
    caller: FromKey,
    query: QueryPairs,
    RosterBody(file): RosterBody,
) -> Result<Response, Problem> {
    let wishes = Wishes::read(query)?;
    let work = move |service: &Service| wishes.carry_out(service, &caller, &file);
    match service.run(work).await? {
        Outcome::Refused(roster) => Err(refusal(&roster)),
        Outcome::Saved(batch, roster) => {
            let view = imported(*batch, *roster);
            Ok((StatusCode::CREATED, Json(view)).into_response())
        }
    }
}

/// What the query of an import asks for.
struct Wishes {
    cohort: Cohort,
    file_name: String,
    sheet: Option<String>,
    map: Vec<(String, String)>,
    bad_rows: BadRows,
}

/// What becomes of a roster in which some lines have problems.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BadRows {
    RefuseAll,
    LeaveOut,
}

enum Outcome {
    Saved(Box<Batch>, Box<ReadRoster>),
    Refused(Box<ReadRoster>),
}

impl Wishes {
    fn read(mut query: QueryPairs) -> Result<Self, Problem> {
        let cohort = Cohort {
            course: query.need("course", "the course's code")?,
            name: query.need("cohort", "the cohort, as it is to be printed")?,
            award_date: query.need::<Date>("award_date", "a date such as 2026-10-16")?,
            valid_from: query
                .take::<Timestamp>("valid_from", "a time such as 2026-10-16T06:00:00Z")?,
        };
        let file_name = query.take("file_name", "a file name")?;
        let sheet = query.take("sheet", "the name of a sheet")?;
        let map = query
            .take_all("map")
            .iter()
            .map(|pair| mapping(pair))
            .collect::<Result<_, _>>()?;
        let leave_out = query
            .take("accept_good_rows", "true or false")?
            .unwrap_or(false);
        query.finish()?;
        Ok(Self {
            cohort,
            file_name: file_name.unwrap_or_else(|| "roster".to_owned()),
            sheet,
            map,
            bad_rows: if leave_out {
                BadRows::LeaveOut
            } else {
                BadRows::RefuseAll
            },
        })
    }

    fn carry_out(
        &self,
        service: &Service,
        caller: &Caller,
        file: &[u8],
    ) -> Result<Outcome, AppError> {
        let (desk, parts) = (service.desk(), &service.parts);
        let file = RosterFile {
            bytes: file,
            name: &self.file_name,
            sheet: self.sheet.as_deref(),
            map: &self.map,
        };
        let fields = desk.course(&self.cohort.course)?.roster_fields();
        let roster = Box::new(parts.rosters.read(&file, &fields)?);
        let clean = roster.checked.problems.is_empty();
        if !clean && self.bad_rows == BadRows::RefuseAll {
            return Ok(Outcome::Refused(roster));
        }
        let room = parts.room.as_ref();
        let actor = caller.actor();
        let batch = import_roster(desk, room, &self.cohort, &roster.checked, &actor)?;
        Ok(Outcome::Saved(Box::new(batch), roster))
    }
}

fn mapping(pair: &str) -> Result<(String, String), Problem> {
    let wrong =
        || Problem::bad_request("The parameter map must be HEADING=ROLE, such as Full Name=name.");
    let (heading, role) = pair.rsplit_once('=').ok_or_else(wrong)?;
    Ok((heading.trim().to_owned(), role.trim().to_owned()))
}

fn refusal(roster: &ReadRoster) -> Problem {
    let (problems, good) = (&roster.checked.problems, roster.checked.good.len());
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Problem::new(status, "roster", "Some lines of the roster have problems")
        .detail("Nothing was saved. Correct the lines and send the file again, or send accept_good_rows=true.")
        .with("problems", problems)
        .with("flags", &roster.checked.flags)
        .with("good_rows", good)
}

fn imported(batch: Batch, roster: ReadRoster) -> ImportedView {
    let csv = String::from_utf8_lossy(&roster.rejected_csv).into_owned();
    let problems = roster.checked.problems;
    let rejected = (!problems.is_empty()).then_some(RejectedView { problems, csv });
    ImportedView {
        batch: batch.into(),
        rejected,
        flags: roster.checked.flags,
        other_sheets: roster.other_sheets,
    }
}
