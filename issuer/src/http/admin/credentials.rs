//! The VC API (A1, A3): issue a credential, show it, set its status, remove it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::key::Signer;
use cheti_shared::status::entry::Purpose;
use serde_json::{Map, Value, json};

use super::super::endpoint::{Caller, From as FromKey};
use super::super::input::JsonBody;
use super::super::problem::Problem;
use super::super::service::{Service, Shared};
use crate::app::credentials::{credential_by_id, has_unpublished_list, remove, set_status};
use crate::app::error::AppError;
use crate::app::issue_approved::{NotApproved, issue_approved};
use crate::app::issue_direct::{complete, issue_direct};
use crate::app::publish_status::publish_changes;
use crate::domain::api_key::Scope;
use crate::domain::batch::BatchId;
use crate::domain::direct::VcApiIssue;
use crate::domain::posted::Wish;

/// Issue what was posted: a certificate of an approved batch, or where it is allowed, the posted credential itself.
pub(super) async fn issue(
    State(service): State<Shared>,
    caller: FromKey,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let order = Order::read(body)?;
    let way = Way::choose(&order, &caller, service.parts.vc_api_issue)?;
    let work = move |service: &Service| order.carry_out(service, &way, &caller.actor());
    Ok(credential(StatusCode::CREATED, &service.run(work).await?))
}

/// The credential with this id.
pub(super) async fn show(
    State(service): State<Shared>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let read = move |service: &Service| credential_by_id(service.desk(), &id);
    Ok(credential(StatusCode::OK, &service.run(read).await?))
}

/// Remove what a directly issued credential says.
pub(super) async fn delete(
    State(service): State<Shared>,
    Path(id): Path<String>,
    caller: FromKey,
) -> Result<StatusCode, Problem> {
    let work = move |service: &Service| {
        let _alone = service.issue_alone();
        remove(service.desk(), &id, &caller.actor())
    };
    service.run(work).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Set or clear the status of a directly issued credential, and publish it when the status key is here.
pub(super) async fn status(
    State(service): State<Shared>,
    caller: FromKey,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let update = Update::read(&body)?;
    let mut answer = update.answer.clone();
    let work = move |service: &Service| update.carry_out(service, &caller.actor());
    let published = service.run(work).await?;
    answer.insert("published".to_owned(), published.into());
    Ok(Json(Value::Object(answer)))
}

/// `{"verifiableCredential": ...}` with the exact octets of the credential.
fn credential(status: StatusCode, octets: &[u8]) -> Response {
    let body = [br#"{"verifiableCredential":"#, octets, b"}"].concat();
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// What a program asks to have issued.
struct Order {
    credential: Map<String, Value>,
    wish: Wish,
    batch: Option<BatchId>,
}

/// Why it may be issued.
enum Way {
    /// Two people approved this batch.
    Approved(BatchId),
    /// The configuration and the key's scope allow it.
    Direct,
}

impl Order {
    /// Read a body. Options that are not known are passed over (REQUIREMENTS §10 before A4).
    fn read(mut body: Map<String, Value>) -> Result<Self, Problem> {
        let Some(Value::Object(credential)) = body.remove("credential") else {
            return Err(Problem::malformed("credential must be a JSON object."));
        };
        let options = match body.remove("options") {
            None => Map::new(),
            Some(Value::Object(options)) => options,
            Some(_) => return Err(Problem::malformed("options must be a JSON object.")),
        };
        let set = match options.get("proofSet") {
            None => false,
            Some(Value::Bool(set)) => *set,
            Some(_) => {
                return Err(Problem::malformed(
                    "options.proofSet must be true or false.",
                ));
            }
        };
        let wish = match options.get("cryptosuite").map(Value::as_str) {
            _ if set => Wish::Set,
            None => Wish::Usual,
            Some(Some("eddsa-rdfc-2022")) => Wish::Rdfc,
            Some(Some("eddsa-jcs-2022")) => Wish::Jcs,
            Some(_) => {
                let known = "options.cryptosuite must be eddsa-rdfc-2022 or eddsa-jcs-2022.";
                return Err(Problem::malformed(known));
            }
        };
        let batch = options.get("batch").map(|batch| {
            let batch = batch.as_str().and_then(|text| text.parse().ok());
            batch.ok_or_else(|| Problem::malformed("options.batch must be such as b1a2b3c4d."))
        });
        Ok(Self {
            credential,
            wish,
            batch: batch.transpose()?,
        })
    }

    fn carry_out(self, service: &Service, way: &Way, actor: &str) -> Result<Vec<u8>, AppError> {
        let desk = service.desk();
        let posted = complete(desk, self.credential, self.wish)?;
        let _alone = service.issue_alone();
        let key = service.signer(KeyRole::Issuing);
        let key = key.as_deref().map(|key| key as &dyn Signer);
        match way {
            Way::Approved(batch) => issue_approved(desk, batch, &posted, key, actor),
            Way::Direct => {
                let key = key.ok_or(NotApproved::KeyNotLoaded)?;
                let octets = issue_direct(desk, &posted, key, actor)?;
                service.publish_first_lists(actor);
                Ok(octets)
            }
        }
    }
}

impl Way {
    /// A batch that is named takes a key that may issue batches. Without one, only direct issuance is left.
    fn choose(order: &Order, caller: &Caller, mode: VcApiIssue) -> Result<Self, Problem> {
        match (&order.batch, mode) {
            (Some(batch), _) => {
                caller.must(Scope::Issue)?;
                Ok(Self::Approved(batch.clone()))
            }
            (None, VcApiIssue::Direct) => {
                caller.must(Scope::IssueDirect)?;
                Ok(Self::Direct)
            }
            (None, VcApiIssue::ApprovedBatch) => Err(AppError::from(NotApproved::NoBatch).into()),
        }
    }
}

/// A status to be set or cleared.
struct Update {
    id: String,
    entries: Vec<(Purpose, bool)>,
    answer: Map<String, Value>,
}

impl Update {
    /// Read a body: `status` stands in each entry, or beside them for all.
    fn read(body: &Map<String, Value>) -> Result<Self, Problem> {
        let id = body.get("credentialId").and_then(Value::as_str);
        let id = id.ok_or_else(|| Problem::malformed("credentialId must be text."))?;
        let stated = match body.get("credentialStatus") {
            Some(Value::Array(entries)) if !entries.is_empty() => entries.as_slice(),
            Some(one @ Value::Object(_)) => std::slice::from_ref(one),
            _ => {
                let wanted = "credentialStatus must be an object, or a list of them.";
                return Err(Problem::malformed(wanted));
            }
        };
        let entry = |entry: &Value| read_entry(entry, body.get("status"));
        let answer = json!({"credentialId": id, "credentialStatus": body.get("credentialStatus")});
        Ok(Self {
            id: id.to_owned(),
            entries: stated.iter().map(entry).collect::<Result<_, _>>()?,
            answer: answer.as_object().cloned().unwrap_or_default(),
        })
    }

    /// Whether it is published already; otherwise it will be with the next lists.
    fn carry_out(self, service: &Service, actor: &str) -> Result<bool, AppError> {
        let desk = service.desk();
        let _alone = service.issue_alone();
        for (purpose, status) in &self.entries {
            set_status(desk, &self.id, purpose, *status, actor)?;
        }
        Ok(service.publish_now(actor))
    }
}

fn read_entry(entry: &Value, for_all: Option<&Value>) -> Result<(Purpose, bool), Problem> {
    let text = |name| entry.get(name).and_then(Value::as_str);
    if text("type") != Some("BitstringStatusListEntry") {
        let wanted = "credentialStatus.type must be BitstringStatusListEntry.";
        return Err(Problem::malformed(wanted));
    }
    let purpose = text("statusPurpose").unwrap_or("revocation");
    let status = match entry.get("status").or(for_all) {
        Some(Value::Bool(status)) => *status,
        Some(Value::String(status)) if status == "1" => true,
        Some(Value::String(status)) if status == "0" => false,
        _ => return Err(Problem::malformed("status must be true or false.")),
    };
    Ok((Purpose::from_name(purpose), status))
}

impl Service {
    /// Publish the status lists, when the status key is here. A failure is told to the log alone: what was asked for is
    /// recorded, and the lists are tried again by themselves.
    fn publish_now(&self, actor: &str) -> bool {
        let Some(key) = self.signer(KeyRole::Status) else {
            return false;
        };
        match publish_changes(self.desk(), key.as_ref(), self.parts.lifetimes, actor) {
            Ok(_) => true,
            Err(error) => {
                tracing::error!(%error, "status lists could not be published");
                false
            }
        }
    }

    /// Publish the status lists when one that a credential names never was: whoever got that credential may look at once.
    fn publish_first_lists(&self, actor: &str) {
        if matches!(has_unpublished_list(self.desk()), Ok(true)) {
            self.publish_now(actor);
        }
    }
}
