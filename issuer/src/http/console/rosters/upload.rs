//! Uploading a spreadsheet.

use axum::Extension;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use cheti_shared::limits::ROSTER_BYTES;
use cheti_shared::time::Date;

use super::super::entry::Framed;
use super::super::gate::to;
use super::super::page::{Frame, Trouble};
use super::super::seats::Seat;
use crate::app::drafts::keep_draft;
use crate::app::ports::rosters::RosterFile;
use crate::domain::draft::Cohort;
use crate::http::service::{Service, Shared};

/// What the form for an upload sends.
#[derive(Default)]
struct Upload {
    file: Vec<u8>,
    name: String,
    course: String,
    cohort: String,
    award_date: String,
    opening: String,
}

/// An upload that did not come whole.
pub(in crate::http::console) fn broken_upload(frame: &Frame, error: &MultipartError) -> Trouble {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Trouble::form(frame.w.upload_too_large),
        _ => Trouble::form(frame.w.upload_broken),
    }
}

async fn upload(frame: &Frame, mut parts: Multipart) -> Result<Upload, Trouble> {
    let broken = |error| broken_upload(frame, &error);
    let mut upload = Upload::default();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let octets = part.bytes().await.map_err(broken)?;
        if octets.len() > ROSTER_BYTES {
            return Err(Trouble::form(frame.w.upload_too_large));
        }
        let text = || String::from_utf8_lossy(&octets).trim().to_owned();
        match name.as_str() {
            "file" => {
                upload.name = file.unwrap_or_default().chars().take(200).collect();
                upload.file = octets.to_vec();
            }
            "course" => upload.course = text(),
            "cohort" => upload.cohort = text(),
            "award_date" => upload.award_date = text(),
            "opening" => upload.opening = text(),
            _ => {}
        }
    }
    Ok(upload)
}

pub(in crate::http::console) async fn keep(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    parts: Multipart,
) -> Result<Response, Trouble> {
    let upload = upload(&frame, parts).await?;
    if upload.file.is_empty() {
        return Err(Trouble::form(frame.w.file_missing));
    }
    if upload.cohort.is_empty() {
        return Err(Trouble::form(frame.w.cohort_missing));
    }
    let award_date = upload.award_date.parse::<Date>();
    let award_date = award_date.map_err(|_| Trouble::form(frame.w.award_date_wrong))?;
    let opening = opening(&frame, &upload.opening)?;
    let keep = move |service: &Service| {
        let desk = service.desk();
        let start = award_date.start_at(desk.organisation()?.utc_offset);
        let cohort = Cohort {
            course: upload.course,
            name: upload.cohort,
            award_date,
            valid_from: opening.map(|seconds| start.plus_seconds(seconds)),
        };
        let file = RosterFile {
            bytes: &upload.file,
            name: &upload.name,
            sheet: None,
            map: &[],
        };
        let rosters = &*service.parts.rosters;
        keep_draft(desk, rosters, &file, &cohort, seat.operator.as_str())
    };
    let draft = service.work(keep).await?;
    Ok(to(&format!("/rosters/{}", draft.id)))
}

/// `09:30` as seconds of the day; nothing for the day's beginning.
pub(super) fn opening(frame: &Frame, text: &str) -> Result<Option<i64>, Trouble> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Trouble::form(frame.w.opening_wrong);
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let (hours, minutes) = (hours.parse::<i64>(), minutes.parse::<i64>());
    match (hours, minutes) {
        (Ok(hours @ 0..24), Ok(minutes @ 0..60)) => Ok(Some(hours * 3_600 + minutes * 60)),
        _ => Err(wrong()),
    }
}
