//! What is done with a certificate: changes that are proposed, paper, the subject file.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Form};
use cheti_shared::ids::CredentialId;
use serde::Deserialize;

use super::super::entry::Framed;
use super::super::gate::to;
use super::super::page::Trouble;
use super::super::seats::Seat;
use crate::app::certificates::find_certificate;
use crate::app::changes::propose;
use crate::app::erase::erasure;
use crate::app::error::AppError;
use crate::app::papers::deliverable;
use crate::app::print_certificate::{press_of, print_version, reprint as print_again};
use crate::app::subject_file::subject_file;
use crate::domain::certificate::Certificate;
use crate::domain::change::{RevocationReason, What};
use crate::domain::name::PersonName;
use crate::domain::operator::OperatorId;
use crate::domain::print_kit::Restyle;
use crate::http::console::page::download;
use crate::http::service::{Service, Shared};

/// A change that is proposed on the page of a certificate.
#[derive(Deserialize)]
pub(in crate::http::console) struct Proposal {
    what: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    name: String,
    #[serde(flatten)]
    more: BTreeMap<String, String>,
}

pub(in crate::http::console) async fn propose_change(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(certificate): Path<String>,
    Form(form): Form<Proposal>,
) -> Result<Response, Trouble> {
    let note = form.note.trim().to_owned();
    if note.is_empty() {
        return Err(Trouble::form(frame.w.note_missing));
    }
    let wanted = certificate.clone();
    let work = move |service: &Service| {
        let desk = service.desk();
        let certificate = find_certificate(desk, &wanted)?;
        let what = wished(service, &certificate, &form)?;
        propose(desk, what, &note, &seat.operator, &*seat.key)
    };
    service.work(work).await?;
    Ok(to(&format!("/certificates/{certificate}")))
}

fn wished(service: &Service, certificate: &Certificate, form: &Proposal) -> Result<What, AppError> {
    let credential = certificate.id;
    Ok(match form.what.as_str() {
        "withdrawn" => What::Revoke {
            credential,
            reason: RevocationReason::Withdrawn,
        },
        "issued_in_error" => What::Revoke {
            credential,
            reason: RevocationReason::IssuedInError,
        },
        "suspend" => What::Suspend { credential },
        "reinstate" => What::Reinstate { credential },
        "erase" => erasure(service.desk(), certificate)?,
        "correct" => correction(service, credential, certificate, form)?,
        _ => {
            return Err(AppError::Value {
                what: "the change",
                wanted: "one that this page offers".to_owned(),
            });
        }
    })
}

/// What the form says otherwise than the certificate.
fn correction(
    service: &Service,
    credential: CredentialId,
    certificate: &Certificate,
    form: &Proposal,
) -> Result<What, AppError> {
    let desk = service.desk();
    let graduate = desk.current_graduate(certificate)?;
    let typed = form.name.trim();
    let name = match typed.is_empty() || typed == graduate.name.as_str() {
        true => None,
        false => Some(PersonName::parse(typed).map_err(AppError::Name)?),
    };
    let mut extras = BTreeMap::new();
    for field in desk.course(&certificate.course)?.roster_fields() {
        let Some(typed) = form.more.get(&format!("field-{}", field.key)) else {
            continue;
        };
        if graduate
            .extras
            .get(&field.key)
            .is_none_or(|now| now != typed.trim())
        {
            let read = field.read(typed).map_err(|error| AppError::Field {
                label: field.label.clone(),
                error,
            })?;
            extras.extend(read.map(|value| (field.key.clone(), value)));
        }
    }
    match name.is_none() && extras.is_empty() {
        true => Err(AppError::NothingCorrected),
        false => Ok(What::Correct {
            credential,
            name,
            extras,
        }),
    }
}

/// The current version as it prints, to be looked at.
pub(in crate::http::console) async fn preview(
    State(service): State<Shared>,
    Path(certificate): Path<String>,
) -> Result<Response, Trouble> {
    let draw = move |service: &Service| {
        let (desk, room) = (service.desk(), &*service.parts.room);
        let certificate = find_certificate(desk, &certificate)?;
        let press = press_of(desk, room, &certificate, Restyle::default())?;
        let paper = deliverable(desk, &certificate, certificate.current()?)?;
        Ok(press.preview(&paper.sheet(), 1_400)?)
    };
    let png = service.work(draw).await?;
    Ok(([(CONTENT_TYPE, "image/png")], png).into_response())
}

/// The current version as PDF.
pub(in crate::http::console) async fn pdf(
    State(service): State<Shared>,
    Path(certificate): Path<String>,
) -> Result<Response, Trouble> {
    let print = move |service: &Service| {
        let (desk, room) = (service.desk(), &*service.parts.room);
        let certificate = find_certificate(desk, &certificate)?;
        let version = certificate.current()?.clone();
        print_version(desk, room, &certificate, &version, Restyle::default())
    };
    let (paper, pdf) = service.work(print).await?;
    Ok(download(
        "application/pdf",
        &format!("{}.pdf", paper.id_and_version()),
        pdf,
    ))
}

/// A duplicate for paper that was lost; it says so, and the journal has it.
pub(in crate::http::console) async fn reprint(
    State(service): State<Shared>,
    Extension(seat): Extension<Seat>,
    Path(certificate): Path<String>,
) -> Result<Response, Trouble> {
    let print = move |service: &Service| {
        let (desk, room) = (service.desk(), &*service.parts.room);
        let by: &OperatorId = &seat.operator;
        print_again(
            desk,
            room,
            &certificate,
            Restyle::default(),
            true,
            by.as_str(),
        )
    };
    let (paper, pdf) = service.work(print).await?;
    Ok(download(
        "application/pdf",
        &format!("{}.pdf", paper.id_and_version()),
        pdf,
    ))
}

/// Everything that is held on one graduate (data-subject access); the journal has that it was made.
pub(in crate::http::console) async fn subject(
    State(service): State<Shared>,
    Extension(seat): Extension<Seat>,
    Path(certificate): Path<String>,
) -> Result<Response, Trouble> {
    let gather = move |service: &Service| {
        let file = subject_file(service.desk(), &[certificate], seat.operator.as_str())?;
        Ok(serde_json::to_vec_pretty(&file).unwrap_or_default())
    };
    let json = service.work(gather).await?;
    Ok(download("application/json", "subject-file.json", json))
}
