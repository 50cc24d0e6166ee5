//! What the handlers share: the evidence in use, the clock, and how much is done at once.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use cheti_shared::time::Timestamp;
use cheti_verifier_core::evidence::Evidence;
use cheti_verifier_core::policy::{JsonLdChecking, Policy, StatusAge, UnregisteredIssuers};
use cheti_verifier_core::presentation::{Asked, PresentationReport};
use cheti_verifier_core::presented::Presented;
use cheti_verifier_core::report::Report;
use cheti_verifier_core::verify_presentation;
use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::content::Content;
use super::ids::RequestIds;
use super::metrics::Metrics;
use super::mirror::Mirror;
use super::problem::Problem;
use crate::access::Access;
use crate::config::LimitsConfig;
use crate::reports::ReportSigner;
use crate::watch::Watch;

/// What a service is made of.
pub struct ServiceOptions {
    /// What it judges by. What it says of unregistered issuers holds for the routes of the VC API alone: to the page and
    /// to `/v1` they are unknown.
    pub policy: Policy,
    /// How much it does at once.
    pub limits: LimitsConfig,
    /// Who may ask, and how often.
    pub access: Access,
    /// Signs reports, where it has a key for them.
    pub report_signer: Option<ReportSigner>,
    /// The DIDs of the verifiers whose reports hold here, its own among them.
    pub trusted_verifiers: Vec<String>,
    /// What is watched, where anything is.
    pub watch: Option<Arc<Watch>>,
    /// The hosts whose codes need no warning.
    pub code_hosts: Vec<String>,
    /// What time it is.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// The evidence in use and the bundle it came from.
#[derive(Clone)]
struct InUse {
    evidence: Arc<Evidence>,
    bundle: Option<Content>,
    mirror: Arc<Mirror>,
}

impl InUse {
    fn new(evidence: Evidence, bundle: Option<Vec<u8>>) -> Self {
        let mirror = bundle.as_deref().map(Mirror::of);
        Self {
            evidence: Arc::new(evidence),
            mirror: Arc::new(mirror.unwrap_or_default()),
            bundle: bundle.map(Content::new),
        }
    }
}

/// What the handlers share.
pub struct Service {
    options: ServiceOptions,
    in_use: RwLock<InUse>,
    /// Room for those at work and those that wait; none left means busy.
    queue: Arc<Semaphore>,
    /// Cores for pictures, PDFs and JSON-LD.
    cores: Arc<Semaphore>,
    /// MiB of bodies.
    bodies: Arc<Semaphore>,
    /// Batches.
    batches: Arc<Semaphore>,
    pub(super) ids: RequestIds,
    pub(super) metrics: Metrics,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Service")
    }
}

impl Service {
    /// A service that judges by `evidence`; `bundle` is what it offers at `/bundle`.
    pub fn new(options: ServiceOptions, evidence: Evidence, bundle: Option<Vec<u8>>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let limits = &options.limits;
        let queue = cores + usize::from(limits.queue);
        Self {
            queue: Arc::new(Semaphore::new(queue)),
            cores: Arc::new(Semaphore::new(cores)),
            bodies: Arc::new(Semaphore::new(usize::from(limits.bodies_mebibytes))),
            batches: Arc::new(Semaphore::new(usize::from(limits.batches))),
            in_use: RwLock::new(InUse::new(evidence, bundle)),
            ids: RequestIds::default(),
            metrics: Metrics::default(),
            options,
        }
    }

    /// Judge by other evidence from now on.
    pub fn replace(&self, evidence: Evidence, bundle: Vec<u8>) {
        let next = InUse::new(evidence, Some(bundle));
        *self.in_use.write().unwrap_or_else(PoisonError::into_inner) = next;
        self.look();
    }

    /// Look for changes of what is watched in the evidence in use.
    pub fn look(&self) {
        let Some(watch) = &self.options.watch else {
            return;
        };
        match watch.look(&self.evidence(), (self.options.clock)()) {
            Ok(0) => {}
            Ok(changed) => tracing::info!(changed, "watched certificates changed"),
            Err(error) => tracing::error!(%error, "what is watched could not be looked up"),
        }
    }

    /// What is watched, where anything is.
    pub(super) fn watch(&self) -> Option<&Arc<Watch>> {
        self.options.watch.as_ref()
    }

    fn in_use(&self) -> InUse {
        let in_use = self.in_use.read();
        in_use.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The evidence in use.
    pub fn evidence(&self) -> Arc<Evidence> {
        self.in_use().evidence
    }

    /// The bundle in use, as it was read.
    pub(super) fn bundle(&self) -> Option<Content> {
        self.in_use().bundle
    }

    /// The parts of the bundle in use.
    pub(super) fn mirror(&self) -> Arc<Mirror> {
        self.in_use().mirror
    }

    /// Who may ask, and how often.
    pub(super) fn access(&self) -> &Access {
        &self.options.access
    }

    /// Signs reports, where there is a key for them.
    pub(super) fn report_signer(&self) -> Option<&ReportSigner> {
        self.options.report_signer.as_ref()
    }

    /// The DIDs of the verifiers whose reports hold here.
    pub(super) fn trusted_verifiers(&self) -> &[String] {
        &self.options.trusted_verifiers
    }

    /// How long one request may take.
    pub(super) fn deadline(&self) -> Duration {
        Duration::from_secs(u64::from(self.options.limits.request_seconds))
    }

    /// The hosts whose codes need no warning.
    pub(super) fn code_hosts(&self) -> &[String] {
        &self.options.code_hosts
    }

    /// How old a status list may be by this service's own choice, in seconds.
    pub(super) fn status_age_seconds(&self) -> Option<i64> {
        match self.options.policy.status_age {
            StatusAge::AsSigned => None,
            StatusAge::AtMost { seconds } => Some(seconds),
        }
    }

    fn policy(&self) -> Policy {
        Policy {
            unregistered: UnregisteredIssuers::Unknown,
            ..self.options.policy
        }
    }

    fn vc_api_policy(&self) -> Policy {
        Policy {
            json_ld: JsonLdChecking::Always,
            ..self.options.policy
        }
    }

    /// Judge by the evidence in use, now, for the page and for `/v1`.
    pub(super) fn judge(&self, presented: &Presented) -> Report {
        self.judge_by(presented, &self.policy())
    }

    /// Whether judging takes so little that it may be done where the request is read.
    pub(super) fn is_quick(&self, presented: &Presented) -> bool {
        cheti_verifier_core::is_quick(presented, &self.evidence(), &self.policy())
    }

    /// Judge by the evidence in use, now, as the VC API has it: every document is read as JSON-LD.
    pub(super) fn judge_for_vc_api(&self, presented: &Presented) -> Report {
        self.judge_by(presented, &self.vc_api_policy())
    }

    /// Judge a presentation and its credentials as the VC API has it.
    pub(super) fn judge_presentation(
        &self,
        document: &Map<String, Value>,
        asked: &Asked,
    ) -> PresentationReport {
        let (evidence, policy) = (self.evidence(), self.vc_api_policy());
        let now = (self.options.clock)();
        let report = verify_presentation(document, asked, &evidence, &policy, now);
        self.metrics.reported(report.verdict);
        report
    }

    fn judge_by(&self, presented: &Presented, policy: &Policy) -> Report {
        let evidence = self.evidence();
        let now = (self.options.clock)();
        let report = cheti_verifier_core::verify(presented, &evidence, policy, now);
        self.metrics.reported(report.verdict);
        report
    }

    /// Room for a body of this many octets, held until the request is answered.
    pub(super) fn room_for(&self, bytes: usize) -> Result<Option<OwnedSemaphorePermit>, Problem> {
        const SMALL: usize = 64 << 10;
        if bytes <= SMALL {
            return Ok(None);
        }
        let mebibytes = u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(u32::MAX);
        let room = self.bodies.clone().try_acquire_many_owned(mebibytes);
        room.map(Some).map_err(|_| Problem::Busy)
    }

    /// A place among the batches, held until the last item is answered.
    pub(super) fn batch(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let place = self.batches.clone().try_acquire_owned();
        place.map_err(|_| Problem::Busy)
    }

    /// How much is done at once.
    pub(super) fn limits(&self) -> &LimitsConfig {
        &self.options.limits
    }

    /// Do a part of a batch on a core, in turn with whatever else waits for one. It takes no place of the queue: a batch
    /// waits for its own parts and bounds them itself.
    pub(super) async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let core = self.cores.clone().acquire_owned().await;
        let core = core.map_err(|_| Problem::Internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(core);
            done
        });
        done.await.map_err(|_| Problem::Internal)
    }

    /// Do heavy work on a core of its own, waiting for one in a bounded queue. The core stays taken until the work ends,
    /// even when nobody waits for it any more.
    pub(super) async fn on_a_core<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = self.queue.clone().try_acquire_owned();
        let place = place.map_err(|_| Problem::Busy)?;
        let core = self.cores.clone().acquire_owned().await;
        let core = core.map_err(|_| Problem::Internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((place, core));
            done
        });
        done.await.map_err(|_| Problem::Internal)
    }

    pub(super) fn metrics_text(&self) -> String {
        self.metrics.text(&self.evidence())
    }
}
