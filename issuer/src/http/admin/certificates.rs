//! Certificates: look one up, hand it out as JSON.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::super::endpoint::Parameter;
use super::super::input::QueryPairs;
use super::super::problem::Problem;
use super::super::service::{Service, Shared};
use super::super::view::CertificateView;
use crate::app::certificates::{self, find_certificate};
use crate::app::error::AppError;
use crate::domain::certificate::{Certificate, Version};

/// Which version is meant.
pub(super) const VERSION_PARAMETER: &[Parameter] = &[Parameter::optional(
    "version",
    "which version; the current one without it",
)];

/// A certificate and its versions.
pub(super) async fn show(
    State(service): State<Shared>,
    Path(certificate): Path<String>,
) -> Result<Json<CertificateView>, Problem> {
    let find = move |service: &Service| find_certificate(service.desk(), &certificate);
    Ok(Json(service.run(find).await?.into()))
}

/// The signed credential, the exact octets.
pub(super) async fn credential(
    State(service): State<Shared>,
    Path(certificate): Path<String>,
    query: QueryPairs,
) -> Result<Response, Problem> {
    let wanted = wanted_version(query)?;
    let read = move |service: &Service| {
        let (certificate, version) = version_of(service, &certificate, wanted)?;
        certificates::credential(service.desk(), &certificate.id, version.number)
    };
    let octets = service.run(read).await?;
    Ok(([(CONTENT_TYPE, "application/vc")], octets).into_response())
}

fn wanted_version(mut query: QueryPairs) -> Result<Option<u32>, Problem> {
    let wanted = query.take("version", "the number of a version")?;
    query.finish()?;
    Ok(wanted)
}

pub(super) fn version_of(
    service: &Service,
    certificate: &str,
    wanted: Option<u32>,
) -> Result<(Certificate, Version), AppError> {
    let certificate = find_certificate(service.desk(), certificate)?;
    let Some(wanted) = wanted else {
        let current = certificate.current()?.clone();
        return Ok((certificate, current));
    };
    let found = certificate
        .versions
        .iter()
        .find(|version| version.number == wanted);
    let missing = || AppError::NotFound {
        what: "version of the certificate",
        id: wanted.to_string(),
    };
    let version = found.cloned().ok_or_else(missing)?;
    Ok((certificate, version))
}
