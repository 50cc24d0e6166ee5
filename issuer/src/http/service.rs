//! What every handler works with.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::ids::Digest;
use cheti_shared::key::Signer;

use super::console::Console;
use super::metrics::Requests;
use super::problem::Problem;
use crate::app::audit;
use crate::app::desk::Desk;
use crate::app::error::AppError;
use crate::app::journal_watch::JournalWatch;
use crate::app::ports::identity::IdentityProvider;
use crate::app::ports::press::PrintRoom;
use crate::app::ports::rosters::Rosters;
use crate::app::ports::vault::Vault;
use crate::app::ports::venue::Venue;
use crate::app::publish::{self, Lifetimes};
use crate::domain::direct::VcApiIssue;

/// The authority of this house's own certificate.
#[derive(Clone, Debug)]
pub struct LocalAuthority {
    /// Its certificate, DER.
    pub certificate: Bytes,
    /// The SHA-256 of it, as telephones show it.
    pub fingerprint: String,
    /// The port of the public listener, where it is fetched.
    pub public_port: u16,
}

/// What the service is made of.
#[derive(Clone)]
pub struct Parts {
    /// Store, clock and randomness.
    pub desk: Desk,
    /// Prints certificates.
    pub room: Arc<dyn PrintRoom>,
    /// Reads rosters.
    pub rosters: Arc<dyn Rosters>,
    /// Operators' keys, which they open at the console.
    pub vault: Arc<dyn Vault>,
    /// The signing keys that this server works with unattended.
    pub signers: Signers,
    /// How long what is published may be relied on.
    pub lifetimes: Lifetimes,
    /// The authority that telephones must trust, where the console has a certificate of this house's own.
    pub local_authority: Option<LocalAuthority>,
    /// Whose word on who somebody is counts at the console.
    pub identity: Option<Arc<dyn IdentityProvider>>,
    /// Where the copy is made that the right to write is handed over to, where the console may do that.
    pub venue: Option<Arc<dyn Venue>>,
    /// What `POST /credentials/issue` signs.
    pub vc_api_issue: VcApiIssue,
}

/// Signing keys that a server holds, opened.
#[derive(Clone, Default)]
pub struct Signers {
    /// The issuing key, when it may issue approved batches.
    pub issuing: Option<Arc<dyn Signer>>,
    /// The status key, when it keeps the status lists fresh.
    pub status: Option<Arc<dyn Signer>>,
}

impl Signers {
    fn of(&mut self, role: KeyRole) -> &mut Option<Arc<dyn Signer>> {
        match role {
            KeyRole::Issuing => &mut self.issuing,
            KeyRole::Status => &mut self.status,
        }
    }
}

/// The running service: its parts, and what it remembers between requests. Nothing in it outlives the process.
pub struct Service {
    pub(super) parts: Parts,
    pub(super) requests: Requests,
    pub(super) console: Console,
    signers: Mutex<Signers>,
    watch: Mutex<JournalWatch>,
    bundle: Mutex<Option<(Digest, Bytes)>>,
    issuing: Mutex<()>,
    request_prefix: u32,
    request_count: AtomicU64,
}

/// The service as handlers share it.
pub(super) type Shared = Arc<Service>;

impl Service {
    /// A service of these parts.
    pub fn new(parts: Parts) -> Result<Arc<Self>, AppError> {
        let request_prefix = u32::from_be_bytes(parts.desk.random()?);
        Ok(Arc::new(Self {
            requests: Requests::default(),
            console: Console::default(),
            signers: Mutex::new(parts.signers.clone()),
            parts,
            watch: Mutex::default(),
            bundle: Mutex::default(),
            issuing: Mutex::default(),
            request_prefix,
            request_count: AtomicU64::new(0),
        }))
    }

    /// Do blocking work (store, signatures, print) where it holds up no other request.
    ///
    /// Work that has begun is finished even when the client goes away.
    pub(super) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.attempt(work).await?.map_err(Problem::from)
    }

    /// The same; why a use-case did not happen is for whoever asks to put into words.
    pub(super) async fn attempt<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, AppError> + Send + 'static,
    ) -> Result<Result<T, AppError>, Problem> {
        let service = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || work(&service)).await;
        done.map_err(|_| Problem::internal("the work panicked".to_owned()))
    }

    /// Store, clock and randomness.
    pub(super) fn desk(&self) -> &Desk {
        &self.parts.desk
    }

    /// A signing key, where this server holds it.
    pub(super) fn signer(&self, role: KeyRole) -> Option<Arc<dyn Signer>> {
        lock(&self.signers).of(role).clone()
    }

    /// Go on with the key that took over from one that this server holds; one that it does not hold stays with the officers.
    pub(super) fn succeed(&self, role: KeyRole, key: Arc<dyn Signer>) {
        if let Some(held) = lock(&self.signers).of(role) {
            *held = key;
        }
    }

    /// One batch or credential is issued at a time: a second request waits, and finds it issued.
    pub(super) fn issue_alone(&self) -> MutexGuard<'_, ()> {
        lock(&self.issuing)
    }

    /// The journal watch, with everything that has happened until now.
    pub(super) fn journal(&self) -> Result<JournalWatch, AppError> {
        let mut watch = lock(&self.watch);
        watch.follow(self.desk())?;
        Ok(watch.clone())
    }

    /// The trust bundle's octets, put together again only after something happened.
    pub(super) fn bundle(&self) -> Result<Bytes, AppError> {
        let mut kept = lock(&self.bundle);
        let head = audit::head(self.desk())?.hash;
        match kept.as_ref() {
            Some((of, octets)) if *of == head => Ok(octets.clone()),
            _ => {
                let octets = Bytes::from(publish::bundle(self.desk())?.to_json().to_string());
                *kept = Some((head, octets.clone()));
                Ok(octets)
            }
        }
    }

    /// A new request's id, for log lines and for people who report trouble.
    pub(super) fn next_request_id(&self) -> String {
        let count = self.request_count.fetch_add(1, Ordering::Relaxed);
        format!("{:08x}-{count}", self.request_prefix)
    }
}

/// What the locks guard is only ever replaced whole, so a panic while one is held leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
