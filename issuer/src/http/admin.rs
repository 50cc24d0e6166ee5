//! The admin listener: what a program with an API key may do. Nothing here submits, approves or confirms.

mod batches;
mod certificates;
mod credentials;
mod journal;
mod paper;

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::Value;

use super::endpoint::{self, Access, Endpoint};
use super::observe::Listener;
use super::openapi;
use super::problem::Problem;
use super::public::health;
use super::service::{Service, Shared};
use super::view::{CourseView, listed};
use crate::app::courses::list_courses;
use crate::domain::api_key::Scope;

/// Every endpoint of the admin listener.
#[rustfmt::skip]
pub fn endpoints() -> Vec<Endpoint> {
    let read = Access::Key(Scope::Read);
    let import = Access::Key(Scope::Import);
    let issue = Access::Key(Scope::Issue);
    let direct = Access::Key(Scope::IssueDirect);
    let either = Access::Either(Scope::Issue, Scope::IssueDirect);
    vec![
        Endpoint::get("/healthz", Access::Anyone, "Whether the service can read its store", health),
        Endpoint::get("/metrics", read, "Counts in Prometheus' text format", journal::metrics),
        Endpoint::get("/openapi.json", read, "This interface, described", describe),
        Endpoint::get("/v1/courses", read, "Every course", courses),
        Endpoint::get("/v1/batches", read, "Every batch, newest first", batches::list),
        Endpoint::post("/v1/batches", import, "Import a roster file as a batch that nobody has vouched for", batches::import)
            .with(batches::IMPORT_PARAMETERS)
            .answers("201", None, None),
        Endpoint::get("/v1/batches/{batch}", read, "A batch", batches::show),
        Endpoint::post("/v1/batches/{batch}/issue", issue, "Issue a batch that two people have approved", batches::issue),
        Endpoint::get("/v1/certificates/{certificate}", read, "A certificate by credential id or certificate number", certificates::show),
        Endpoint::get("/v1/certificates/{certificate}/credential", read, "The signed credential, the exact bytes", certificates::credential)
            .with(certificates::VERSION_PARAMETER),
        Endpoint::get("/v1/certificates/{certificate}/pdf", read, "The printed certificate", paper::pdf)
            .with(paper::PDF_PARAMETERS),
        Endpoint::get("/v1/certificates/{certificate}/preview.png", read, "A picture of the printed certificate", paper::preview)
            .with(paper::PREVIEW_PARAMETERS),
        Endpoint::post("/v1/certificates/{certificate}/reprint", issue, "Print a certificate that holds again, for paper that was lost; the journal has it", paper::reprint)
            .with(paper::REPRINT_PARAMETERS),
        Endpoint::post("/credentials/issue", either, "Issue a credential (VC API): a certificate of an approved batch, or directly where the configuration allows it", credentials::issue)
            .answers("201", Some("IssueCredentialRequest"), Some("VerifiableCredentialResponse")),
        Endpoint::post("/credentials/status", direct, "Set or clear the status of a directly issued credential (VC API); revocation is for good", credentials::status)
            .answers("200", Some("UpdateStatusRequest"), Some("UpdateStatusResponse")),
        Endpoint::get("/credentials/{id}", read, "The credential with this id, URL-encoded (VC API)", credentials::show)
            .answers("200", None, Some("VerifiableCredentialResponse")),
        Endpoint::delete("/credentials/{id}", direct, "Remove what a directly issued credential says; its digest and status stay (VC API)", credentials::delete)
            .answers("202", None, None),
        Endpoint::get("/v1/audit", read, "Events of the audit journal, in order", journal::page)
            .with(journal::PAGE_PARAMETERS),
        Endpoint::get("/v1/audit/verify", read, "Check the journal's chain from the first event to its head", journal::verify),
        Endpoint::post("/v1/status/publish", issue, "Sign and publish every status list as of now", journal::publish),
    ]
}

/// The admin listener's router.
pub fn router(service: Arc<Service>) -> Router {
    endpoint::router(service, Listener::Admin, endpoints())
}

async fn courses(State(service): State<Shared>) -> Result<Response, Problem> {
    let courses = service.run(|service| list_courses(service.desk())).await?;
    let views: Vec<CourseView> = courses.into_iter().map(CourseView::from).collect();
    Ok(Json(listed("courses", views)).into_response())
}

async fn describe() -> Json<Value> {
    Json(openapi::document(&endpoints()))
}
