//! `POST /credentials/verify` and `POST /presentations/verify` in the shape of the VC API (REQUIREMENTS §5, §10): 200 with
//! `verified: true`, 422 when the verification fails or cannot be completed, 400 when there is nothing to verify.
//!
//! Every document is read as JSON-LD here, however it is signed, so all of it is done on a core of its own. Only here may
//! unregistered issuers be judged by their proofs alone (`serve --accept-any-did-key`).

mod answer;
mod problem_types;
mod request;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cheti_verifier_core::presented::Presented;
use cheti_verifier_core::report::{UNREGISTERED_ISSUER, Verdict};
use serde_json::Value;

use super::problem::Problem;
use super::service::Service;
use request::Asked;

pub(super) async fn credential(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Response, Problem> {
    let Asked { document, options } = request::credential(request).await?;
    let shared = service.clone();
    let judge = move || {
        let presented = Presented::document(document.clone());
        let report = shared.judge_for_vc_api(&presented);
        (document, report)
    };
    let (document, report) = service.on_a_core(judge).await?;
    if report.warnings.contains(&UNREGISTERED_ISSUER) {
        warn_of_unregistered();
    }
    let answer = answer::credential(&document, &report, &options);
    Ok(respond(report.verdict, answer))
}

pub(super) async fn presentation(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Response, Problem> {
    let Asked { document, options } = request::presentation(request).await?;
    let (shared, asked) = (service.clone(), options.asked.clone());
    let judge = move || shared.judge_presentation(&document, &asked);
    let report = service.on_a_core(judge).await?;
    let mut credentials = report.credentials.iter();
    if credentials.any(|report| report.warnings.contains(&UNREGISTERED_ISSUER)) {
        warn_of_unregistered();
    }
    let answer = answer::presentation(&report, &options);
    Ok(respond(report.verdict, answer))
}

fn warn_of_unregistered() {
    tracing::warn!(
        "--accept-any-did-key: judged an unregistered issuer by its proofs alone; nobody here knows whose key it is"
    );
}

fn respond(verdict: Verdict, answer: Value) -> Response {
    let status = match verdict {
        Verdict::Valid => StatusCode::OK,
        Verdict::Invalid | Verdict::Undecided => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, Json(answer)).into_response()
}
