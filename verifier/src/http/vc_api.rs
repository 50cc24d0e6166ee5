//! `POST /credentials/verify` in the shape of the VC API (REQUIREMENTS A2, §10): 200 with `verified: true`, 422 when the
//! verification fails or cannot be completed, 400 when there is nothing to verify. Unknown options are tolerated.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cheti_shared::json;
use cheti_verifier_core::outcome::Outcome;
use cheti_verifier_core::report::{Check, Report, Verdict};
use serde_json::{Map, Value, json};

use super::problem::Problem;
use super::service::Service;
use super::verify::{self, Input};

pub(super) async fn verify(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Response, Problem> {
    if verify::media_type(request.headers()) != "application/json" {
        return Err(Problem::Unsupported("send application/json".to_owned()));
    }
    let body = verify::within(verify::body(request).await?)?;
    let (credential, options) = read(&body)?;
    let report = verify::report(&service, Input::Document(credential)).await?;
    let status = match report.verdict {
        Verdict::Valid => StatusCode::OK,
        Verdict::Invalid | Verdict::Undecided => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((status, Json(answer(&report, &options))).into_response())
}

fn read(body: &[u8]) -> Result<(Map<String, Value>, Value), Problem> {
    let refuse = |detail: &str| Problem::BadRequest(detail.to_owned());
    let parsed = json::parse(body).map_err(|error| Problem::BadRequest(error.to_string()))?;
    let Value::Object(mut members) = parsed else {
        return Err(refuse("the body is no JSON object"));
    };
    let Some(Value::Object(credential)) = members.remove("verifiableCredential") else {
        return Err(refuse("verifiableCredential must be an object"));
    };
    let options = members.remove("options").unwrap_or(Value::Null);
    Ok((credential, options))
}

fn answer(report: &Report, options: &Value) -> Value {
    let wants = |name| options.get(name) == Some(&Value::Bool(true));
    let problems: Vec<Value> = report.checks.iter().filter_map(problem).collect();
    let mut answer = json!({
        "verified": report.verdict == Verdict::Valid,
        "problemDetails": problems,
    });
    if let (true, Some(document)) = (wants("returnCredential"), &report.document) {
        answer["credential"] = Value::Object(document.clone());
    }
    if wants("returnResults") {
        answer["results"] = json!({"checks": report.checks, "proof": report.proofs});
    }
    answer
}

fn problem(check: &Check) -> Option<Value> {
    let kind = kind(&check.outcome)?;
    Some(json!({
        "type": kind,
        "title": check.outcome.code(),
        "detail": check.message,
    }))
}

/// The type URL that the specifications give (V14, B6, D7), or one of ours.
fn kind(outcome: &Outcome) -> Option<String> {
    let code = outcome.code()?;
    Some(match code {
        "altered" | "unknown_key" | "unknown_suite" | "proof_chain" | "no_key" => {
            "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR".to_owned()
        }
        "malformed" => "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR".to_owned(),
        "unreadable" => "https://www.w3.org/TR/vc-data-model#PARSING_ERROR".to_owned(),
        "expired" | "not_yet_valid" => "https://www.w3.org/TR/vc-data-model#RANGE_ERROR".to_owned(),
        "status_unknown" => {
            "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR".to_owned()
        }
        "status_stale" | "status_rolled_back" => {
            "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR".to_owned()
        }
        "not_reached" => return None,
        other => format!("urn:cheti:problem:{}", other.replace('_', "-")),
    })
}
