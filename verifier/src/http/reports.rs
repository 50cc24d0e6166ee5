//! Signed reports: `?report=signed` on `/v1/verify` and its batches, and `POST /v1/reports/verify`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use cheti_shared::ids::Digest;
use cheti_shared::json;
use serde_json::Value;

use super::guard::Caller;
use super::problem::Problem;
use super::service::Service;
use super::verify::{body, within};
use crate::decision::Judged;
use crate::reports::{self, Checked, Occasion};

/// Where reports are checked.
pub(super) const PATH: &str = "/v1/reports/verify";

/// Whether the answers of a request are to be signed, and for whom.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    asked_by: Arc<str>,
}

/// What the query asks for: nothing, or `report=signed`, for which a key is needed and a key of this service's own.
pub(super) fn wanted(service: &Service, request: &Request) -> Result<Option<Wanted>, Problem> {
    let query = request.uri().query().unwrap_or_default();
    let mut report = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("report", value)) => report = Some(value),
            _ => {
                let detail = "the query may say report=signed and nothing else";
                return Err(Problem::BadRequest(detail.to_owned()));
            }
        }
    }
    match report {
        None => Ok(None),
        Some("signed") => {
            let caller = request.extensions().get::<Caller>();
            let asked_by = caller.and_then(|Caller(name)| name.clone());
            let asked_by = asked_by.ok_or(Problem::NoKey)?;
            match service.report_signer() {
                Some(_) => Ok(Some(Wanted { asked_by })),
                None => Err(Problem::BadRequest(
                    "this service signs no reports; it has no key for them".to_owned(),
                )),
            }
        }
        Some(_) => Err(Problem::BadRequest(
            "report may be signed, or not be given".to_owned(),
        )),
    }
}

/// The answer with its signed report.
pub(super) fn signed(
    service: &Service,
    wanted: &Wanted,
    presented: Digest,
    judged: Judged,
) -> Result<Judged, Problem> {
    let signer = service.report_signer().ok_or(Problem::Internal)?;
    let occasion = Occasion {
        presented,
        asked_by: &wanted.asked_by,
        at: judged.report.checked_at,
    };
    let report = signer.sign(&judged, occasion);
    let report = report.map_err(|_| Problem::Internal)?;
    Ok(Judged {
        signed_report: Some(report),
        ..judged
    })
}

/// Whether a report is one that this verifier, or one trusted by its configuration, signed.
pub(super) async fn verify(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Json<Checked>, Problem> {
    match json::parse(&within(body(request).await?)?) {
        Ok(Value::Object(report)) => Ok(Json(reports::check(&report, service.trusted_verifiers()))),
        Ok(_) => Err(Problem::BadRequest("the body is no JSON object".to_owned())),
        Err(error) => Err(Problem::BadRequest(error.to_string())),
    }
}
