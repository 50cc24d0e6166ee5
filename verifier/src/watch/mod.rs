//! Certificates that programs rely on: what a status list says of them later is answered, or sent to a webhook.
//!
//! Of a certificate are kept its digest, its issuer and its places in status lists, nothing else. A change is what stands
//! now and not what stood between, so that what is kept is bounded by what is watched: a certificate that changed twice
//! since a program last asked is told once, as it is.
//!
//! `entry` looks into status lists, `room` is the only place of the verifier that knows sled, `webhook` sends.

mod config;
mod entry;
mod room;
mod webhook;

use std::path::PathBuf;
use std::sync::Arc;

use cheti_shared::ids::Digest;
use cheti_shared::status::entry::StatusEntry;
use cheti_shared::time::Timestamp;
use cheti_verifier_core::evidence::Evidence;
use cheti_verifier_core::report::Report;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::access::ApiKey;

pub use config::{WatchConfig, WebhookConfig};
pub use entry::{Standing, State};
pub use webhook::{Secret, SecretError};

use entry::Watched;
use room::Room;
use webhook::{Outcome, Webhook};

/// How many changes one answer has.
pub const PAGE: usize = 1_000;

/// Why something is not watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The folder cannot be used.
    #[error("cannot use the watch's folder {}: {detail}", .path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        detail: String,
    },
    /// What is in it is not what was written there.
    #[error("the watch's folder {} is damaged: {detail}; move it away and register again", .path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What.
        detail: String,
    },
    /// A program watches as much as it may.
    #[error("{limit} certificates are watched already, the most of one key; take some off first")]
    Full {
        /// The bound.
        limit: u32,
    },
    /// What was presented is not to be relied on in the first place.
    #[error("only a certificate whose signature holds can be watched")]
    NotSigned,
    /// It names no status list, so that nothing will ever be told.
    #[error("the certificate names no status list, so nothing would ever be told of it")]
    NoStatus,
    /// A webhook cannot be used as configured.
    #[error("the webhook of the key \"{key}\" cannot be used: {detail}")]
    Webhook {
        /// Whose.
        key: String,
        /// Why.
        detail: String,
    },
}

/// A certificate that is watched, as its program is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    /// The id to take it off by; the same for the same certificate and key.
    pub id: String,
    /// The digest of what was signed.
    pub credential: Digest,
    /// How it stands now.
    #[serde(flatten)]
    pub standing: Standing,
}

/// A certificate that stands otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The order of changes; ask for what came `since`.
    pub sequence: u64,
    /// When it was noticed.
    pub noticed: Timestamp,
    /// Which, and how it stands now.
    #[serde(flatten)]
    pub certificate: Registered,
}

/// Changes of one program's certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// In their order, [`PAGE`] at most.
    pub changes: Vec<Change>,
    /// What to ask `since` the next time.
    pub next: u64,
    /// Whether there are more already.
    pub more: bool,
}

/// A message that no webhook took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    /// The certificate's id.
    pub id: String,
    /// The change's order.
    pub sequence: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// What came of the last try.
    pub problem: String,
}

/// What is watched, by whom, and whom to tell.
#[derive(Debug)]
pub struct Watch {
    room: Room,
    limit: u32,
    webhooks: Vec<Webhook>,
}

impl Watch {
    /// Open the folder, or make it; the webhooks must belong to `keys`.
    pub fn open(config: &WatchConfig, keys: &[ApiKey]) -> Result<Option<Self>, WatchError> {
        let mut webhooks: Vec<Webhook> = Vec::new();
        for webhook in &config.webhook {
            let refuse = |detail: &str| WatchError::Webhook {
                key: webhook.key.clone(),
                detail: detail.to_owned(),
            };
            if !keys.iter().any(|key| key.name == webhook.key) {
                return Err(refuse("there is no [[access.key]] of this name"));
            }
            if webhooks.iter().any(|other| other.key() == webhook.key) {
                return Err(refuse("it has a webhook already"));
            }
            webhooks.push(Webhook::new(webhook).map_err(|detail| refuse(&detail))?);
        }
        let Some(folder) = &config.folder else {
            return match webhooks.first() {
                None => Ok(None),
                Some(webhook) => Err(WatchError::Webhook {
                    key: webhook.key().to_owned(),
                    detail: "[watch] names no folder".to_owned(),
                }),
            };
        };
        Ok(Some(Self {
            room: Room::open(folder)?,
            limit: config.certificates_of_a_key,
            webhooks,
        }))
    }

    /// Watch what `report` is about for the program with the key `owner`. Done twice, it is watched once.
    pub fn register(
        &self,
        owner: &str,
        report: &Report,
        evidence: impl FnOnce() -> Arc<Evidence>,
    ) -> Result<Registered, WatchError> {
        let (signed, document) = (report.signed.as_ref(), report.document.as_ref());
        let (Some(named), Some(_), Some(document)) = (&report.credential, signed, document) else {
            return Err(WatchError::NotSigned);
        };
        let watched = Watched::new(named.digest, &named.issuer, &places(document));
        if watched.tells_nothing() {
            return Err(WatchError::NoStatus);
        }
        let id = id_of(owner, &named.digest);
        let watched = self.room.add(owner, &id, watched, self.limit, evidence)?;
        Ok(told(id, &watched))
    }

    /// Watch it no longer; whether it was watched.
    pub fn forget(&self, owner: &str, id: &str) -> Result<bool, WatchError> {
        self.room.remove(owner, id)
    }

    /// What changed of a program's certificates since a change that it knows.
    pub fn changes(&self, owner: &str, since: u64) -> Result<Changes, WatchError> {
        let mut found = self.room.changes(owner, since, PAGE + 1)?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let changes: Vec<Change> = found
            .into_iter()
            .filter_map(|(id, watched)| {
                let change = watched.change?;
                Some(Change {
                    sequence: change.sequence,
                    noticed: change.noticed,
                    certificate: told(id, &watched),
                })
            })
            .collect();
        let next = changes.last().map_or(since, |last| last.sequence);
        Ok(Changes {
            changes,
            next,
            more,
        })
    }

    /// Look into the lists for everything that is watched; how many certificates stand otherwise than before.
    pub fn look(&self, evidence: &Evidence, now: Timestamp) -> Result<usize, WatchError> {
        let with_webhook = |owner: &str| self.webhooks.iter().any(|hook| hook.key() == owner);
        self.room.look(evidence, now, with_webhook)
    }

    /// The keys that have a webhook.
    pub fn webhook_keys(&self) -> Vec<String> {
        let keys = self.webhooks.iter().map(|webhook| webhook.key().to_owned());
        keys.collect()
    }

    /// Send what is due to a key's webhook, one message after the other; how many were taken. A message that is not
    /// taken is tried again, later each time, and in the end kept as a dead letter.
    pub fn deliver(&self, owner: &str, now: impl Fn() -> Timestamp) -> Result<usize, WatchError> {
        let webhook = self.webhooks.iter().find(|hook| hook.key() == owner);
        let Some(webhook) = webhook else { return Ok(0) };
        let mut taken = 0;
        for (id, letter) in self.room.due(owner, now().unix(), 100)? {
            let changes = self.room.get(owner, &id)?;
            let Some((watched, change)) =
                changes.and_then(|watched| watched.change.map(|change| (watched, change)))
            else {
                self.room.settle(owner, &id, letter.sequence, None)?;
                continue;
            };
            let change = Change {
                sequence: change.sequence,
                noticed: change.noticed,
                certificate: told(id.clone(), &watched),
            };
            let outcome = webhook.send(&change, now().unix());
            taken += usize::from(outcome == Outcome::Taken);
            let after = letter.after(outcome, now().unix());
            self.room.settle(owner, &id, change.sequence, after)?;
        }
        Ok(taken)
    }

    /// The messages for a key's webhook that are not tried again.
    pub fn dead_letters(&self, owner: &str) -> Result<Vec<DeadLetter>, WatchError> {
        self.room.dead_letters(owner, PAGE)
    }
}

/// The certificate's places in status lists that can be looked up.
fn places(document: &Map<String, Value>) -> Vec<StatusEntry> {
    let entries = match document.get("credentialStatus") {
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let entries = entries.iter().map(StatusEntry::parse);
    entries.filter_map(Result::ok).collect()
}

/// The id of a key's certificate: it tells nothing of either.
fn id_of(owner: &str, digest: &Digest) -> String {
    let named = Digest::tagged("cheti-watch", format!("{owner} {digest}").as_bytes());
    named.to_string().chars().take(32).collect()
}

fn told(id: String, watched: &Watched) -> Registered {
    Registered {
        id,
        credential: watched.digest,
        standing: watched.standing(),
    }
}

#[cfg(test)]
mod tests;
