//! Issuing a batch, and how far it is.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Form};
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::key::Signer;
use futures_util::stream::unfold;
use serde::Deserialize;

use super::super::entry::Framed;
use super::super::gate::to;
use super::super::page::Trouble;
use super::super::seats::Seat;
use super::batch_id;
use crate::app::approve_batch::show_batch;
use crate::app::error::AppError;
use crate::app::issue_batch::issue_batch;
use crate::app::keys::open_active;
use crate::app::ports::vault::Passphrase;
use crate::domain::batch::BatchId;
use crate::http::service::{Service, Shared};

/// How often the progress of issuing is told, in milliseconds.
const PROGRESS_MILLISECONDS: u64 = 400;

/// Batches that this process is issuing, and how far it is. After a restart nothing is under way; the batch says that it was
/// begun, and issuing goes on where it stopped.
#[derive(Default)]
pub(in crate::http::console) struct Issuing(Mutex<BTreeMap<BatchId, Progress>>);

#[derive(Clone, Debug)]
pub(in crate::http::console) enum Progress {
    Signing { done: u32, of: u32 },
    Failed(Trouble),
}

impl Issuing {
    fn set(&self, id: &BatchId, progress: Option<Progress>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match progress {
            Some(progress) => all.insert(id.clone(), progress),
            None => all.remove(id),
        };
    }

    pub(super) fn get(&self, id: &BatchId) -> Option<Progress> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(id).cloned()
    }

    /// Begin, unless it is under way already.
    fn begin(&self, id: &BatchId) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Progress::Signing { .. }) = all.get(id) {
            return false;
        }
        all.insert(id.clone(), Progress::Signing { done: 0, of: 0 });
        true
    }

    /// How far the signing of a batch is, while it is under way.
    pub(super) fn under_way(&self, id: &BatchId) -> Option<(u32, u32)> {
        match self.get(id)? {
            Progress::Signing { done, of } => Some((done, of)),
            Progress::Failed(_) => None,
        }
    }
}

#[derive(Deserialize)]
pub(in crate::http::console) struct IssueForm {
    #[serde(default)]
    passphrase: Passphrase,
}

/// A signing key: the one that the server was started with, or opened with what the officer typed.
pub(in crate::http::console) fn signing_key(
    service: &Service,
    role: KeyRole,
    passphrase: &Passphrase,
) -> Result<Arc<dyn Signer>, AppError> {
    match service.signer(role) {
        Some(key) => Ok(key),
        None => {
            let key = open_active(service.desk(), &*service.parts.vault, role, passphrase)?;
            Ok(Arc::new(key))
        }
    }
}

/// Begin to issue, or go on with it; the page then shows how far it is.
pub(in crate::http::console) async fn issue(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(batch): Path<String>,
    Form(form): Form<IssueForm>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let (looked, passphrase) = (id.clone(), form.passphrase);
    let open = move |service: &Service| {
        show_batch(service.desk(), &looked)?.check_may_issue()?;
        signing_key(service, KeyRole::Issuing, &passphrase)
    };
    let key = service.work(open).await?;
    if !service.console.issuing.begin(&id) {
        // Somebody else, or a second click, began it: the page shows how far it is.
        return Ok(to(&format!("/batches/{batch}")));
    }
    let (begun, actor) = (Arc::clone(&service), seat.operator.to_string());
    tokio::task::spawn_blocking(move || {
        let _alone = begun.issue_alone();
        let issuing = &begun.console.issuing;
        let told = |done, of| issuing.set(&id, Some(Progress::Signing { done, of }));
        let issued = issue_batch(begun.desk(), &id, &*key, &actor, &told);
        if let Err(error) = &issued {
            tracing::error!(%error, "a batch was not issued");
        }
        issuing.set(
            &id,
            issued.err().map(|error| Progress::Failed(error.into())),
        );
    });
    Ok(to(&format!("/batches/{batch}")))
}

/// How far issuing is, as server-sent events; the last says how it ended.
pub(in crate::http::console) async fn progress(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path(batch): Path<String>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let ticks = tokio::time::interval(Duration::from_millis(PROGRESS_MILLISECONDS));
    let events = unfold(Some((service, id, ticks)), |state| async {
        let (service, id, mut ticks) = state?;
        ticks.tick().await;
        let progress = service.console.issuing.get(&id);
        let (event, more) = match progress {
            Some(Progress::Signing { done, of }) => {
                (Event::default().data(format!("{done}/{of}")), true)
            }
            Some(Progress::Failed(_)) | None => (Event::default().event("end").data("end"), false),
        };
        let next = more.then_some((service, id, ticks));
        Some((Ok::<_, Infallible>(event), next))
    });
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second click begins nothing, and what failed can be begun again.
    #[test]
    fn a_batch_is_begun_once_at_a_time() {
        let (issuing, id) = (Issuing::default(), BatchId::from_random([1; 4]));
        assert!(issuing.begin(&id));
        assert!(!issuing.begin(&id));
        issuing.set(&id, Some(Progress::Failed(Trouble::form("full"))));
        assert!(issuing.begin(&id));
        issuing.set(&id, None);
        assert_eq!(issuing.under_way(&id), None);
    }
}
