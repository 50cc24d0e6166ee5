//! Keeps the published status lists fresh, while the server runs and holds the status key.

use std::sync::Arc;
use std::time::Duration;

use cheti_shared::bundle::trust_list::KeyRole;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::service::{Service, Shared};
use crate::app::error::AppError;
use crate::app::handover::writer;
use crate::app::publish_status::publish_changes;

/// How often the journal is looked at: a revocation is published about this soon.
const LOOK_SECONDS: u64 = 2;
/// How long after a failure it is tried again.
const RETRY_SECONDS: u64 = 60;

/// Look and publish until the channel closes.
pub(super) async fn keep_fresh(service: Shared, mut stop: watch::Receiver<()>) {
    if service.signer(KeyRole::Status).is_none() {
        return;
    }
    let mut ticks = interval(Duration::from_secs(LOOK_SECONDS));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.changed() => return,
        }
        let looking = Arc::clone(&service);
        let looked = tokio::task::spawn_blocking(move || looking.publish_if_due()).await;
        match looked {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(lists))) => tracing::info!(lists, "status lists published"),
            failed => {
                let error = match failed {
                    Ok(Err(error)) => error.to_string(),
                    _ => "the work panicked".to_owned(),
                };
                tracing::error!(error, "status lists could not be published");
                ticks.reset_after(Duration::from_secs(RETRY_SECONDS));
            }
        }
    }
}

impl Service {
    /// Publish the status lists that changed, and all that are half way to their end; how many, if any are due.
    pub(super) fn publish_if_due(&self) -> Result<Option<usize>, AppError> {
        let (desk, lifetimes) = (self.desk(), self.parts.lifetimes);
        // While another copy is written, that one publishes.
        if self.signer(KeyRole::Status).is_none() || writer(desk)?.check().is_err() {
            return Ok(None);
        }
        if !self
            .journal()?
            .is_publishing_due(desk.clock.now(), lifetimes)
        {
            return Ok(None);
        }
        // What is being issued gives out places, and lists that change meanwhile are not published.
        let _alone = self.issue_alone();
        let Some(key) = self.signer(KeyRole::Status) else {
            return Ok(None);
        };
        publish_changes(desk, key.as_ref(), lifetimes, "system").map(Some)
    }
}
