//! `serve`: the HTTP service, its trust, its updates and its end.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cheti_shared::bundle::Bundle;
use cheti_shared::key::PublicKey;
use cheti_verifier_core::evidence::{Anchor, Evidence, Root};
use cheti_verifier_core::policy::{Policy, UnregisteredIssuers};
use clap::Args;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use super::{Exit, Failure, World, folder, root_key};
use crate::access::Access;
use crate::config::{Config, LogFormat, ReportsConfig, TrustConfig};
use crate::http::{self, Service, ServiceOptions, server};
use crate::reports::{self, ReportSigner};
use crate::trust::{self, Confirm, Folder, TrustFailure};
use crate::watch::Watch;
use crate::{clock, fetch};

/// What `serve` is told.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// Where to listen; 127.0.0.1:8087 unless the configuration says otherwise
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// The configuration; see config.sample.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Trust this bundle instead of the one imported
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// The root key that the bundle must lead to: z6Mk…
    #[arg(long, value_name = "KEY", value_parser = root_key)]
    root: Option<PublicKey>,
    /// On the routes of the VC API alone, judge issuers that are a did:key and that nobody registered by their signatures
    /// alone: for conformance suites. Only while listening on this machine itself
    #[arg(long)]
    accept_any_did_key: bool,
}

pub(super) fn serve(
    args: &ServeArgs,
    state: Option<PathBuf>,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let config = configured(args)?;
    let policy = policy(args, &config)?;
    let (evidence, bundle, source) = trusted(&config.trust, state)?;
    tell(&evidence, world)?;
    log(config.log.format);
    if policy.unregistered == UnregisteredIssuers::AcceptDidKey {
        tracing::warn!(
            "--accept-any-did-key: the VC API verifies whatever any did:key signed; NOBODY VOUCHES for such issuers; not for use by others"
        );
    }
    let report_signer = report_signer(&config.reports, &policy)?;
    let watch = Watch::open(&config.watch, &config.access.key)?.map(Arc::new);
    let own = report_signer.iter().map(|signer| signer.did().to_owned());
    let trusted_verifiers = config.reports.trusted.iter().cloned().chain(own).collect();
    let service = Arc::new(Service::new(
        ServiceOptions {
            policy,
            report_signer,
            trusted_verifiers,
            limits: config.limits.clone(),
            access: Access::new(config.access.clone()),
            watch: watch.clone(),
            code_hosts: config.trust.code_hosts.clone(),
            clock: Arc::new(clock::now),
        },
        evidence,
        bundle,
    ));
    // What was revoked while this service did not run is noticed now.
    service.look();
    let failed = |source| Failure::Serve {
        address: config.listen.to_string(),
        source,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let run = run(&config, service, watch, source, world);
    runtime.block_on(run).map_err(failed)?;
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(Exit::Done)
}

/// The signer of reports, where there is a key for it.
fn report_signer(config: &ReportsConfig, policy: &Policy) -> Result<Option<ReportSigner>, Failure> {
    let Some(key) = &config.key else {
        return Ok(None);
    };
    let opened = reports::open(&key.file, &key.passphrase_file)?;
    Ok(Some(ReportSigner::new(opened, policy)))
}

fn configured(args: &ServeArgs) -> Result<Config, Failure> {
    let mut config = match &args.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    config.listen = args.listen.unwrap_or(config.listen);
    config.trust.bundle = args.bundle.clone().or(config.trust.bundle);
    config.trust.root = args.root.or(config.trust.root);
    Ok(config)
}

/// What to judge by. Taking any issuer's word is for trying out other software on this machine, never for others to rely
/// on.
fn policy(args: &ServeArgs, config: &Config) -> Result<Policy, Failure> {
    let policy = config.policy.policy();
    match args.accept_any_did_key {
        false => Ok(policy),
        true if config.listen.ip().is_loopback() => Ok(Policy {
            unregistered: UnregisteredIssuers::AcceptDidKey,
            ..policy
        }),
        true => Err(Failure::NotLoopback {
            address: config.listen,
        }),
    }
}

/// Where trust comes from, so that an update is held to the same root.
enum Source {
    Bundle,
    Folder(Folder),
}

fn trusted(
    config: &TrustConfig,
    state: Option<PathBuf>,
) -> Result<(Evidence, Option<Vec<u8>>, Source), Failure> {
    if let Some(path) = &config.bundle {
        let bytes = trust::read_file(path)?;
        let pinned = match folder(state) {
            Ok(folder) => folder.load()?.root,
            Err(_) => None,
        };
        let evidence = trust::for_this_run(&bytes, config.root, pinned)?;
        return Ok((evidence, Some(bytes), Source::Bundle));
    }
    let folder = folder(state)?;
    let evidence = trust::held(&folder, config.root)?;
    let held = evidence.trust().map(|_| folder.bundle_path());
    let bytes = held.map(|path| trust::read_file(&path)).transpose()?;
    Ok((evidence, bytes, Source::Folder(folder)))
}

fn tell(evidence: &Evidence, world: &mut World<'_>) -> Result<(), Failure> {
    match evidence.trust() {
        None => writeln!(
            world.err,
            "note: nobody is trusted yet, so nothing will be decided; import a bundle: cheti-verifier trust import FILE"
        )?,
        Some(trust) => {
            let fingerprint = trust.root().fingerprint();
            let unconfirmed = match trust.anchor() {
                Anchor::Unconfirmed => ", not confirmed on this machine",
                Anchor::Pinned | Anchor::Given => "",
            };
            writeln!(
                world.err,
                "trust: list {} of {}, root {fingerprint}{unconfirmed}",
                trust.version(),
                trust.made()
            )?;
        }
    }
    Ok(())
}

fn log(format: LogFormat) {
    let lines = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::INFO)
        .with_target(false);
    // A second service in one process, as tests run them, keeps the first one's log.
    let _ = match format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.with_ansi(false).try_init(),
    };
}

async fn run(
    config: &Config,
    service: Arc<Service>,
    watch: Option<Arc<Watch>>,
    source: Source,
    world: &mut World<'_>,
) -> std::io::Result<()> {
    let listener = TcpListener::bind(config.listen).await?;
    let address = listener.local_addr()?;
    // Whoever reads the address may ask for the end at once.
    let end = end()?;
    writeln!(world.out, "listening on http://{address}")?;
    world.out.flush()?;
    let calls: Vec<_> = watch.iter().flat_map(webhooks).collect();
    let updates = tokio::spawn(keep_up_to_date(
        config.trust.clone(),
        service.clone(),
        source,
    ));
    let router = http::router(service);
    let served = server::serve(listener, router, config.limits.connections, end).await;
    updates.abort();
    calls.iter().for_each(JoinHandle::abort);
    tracing::info!("ended");
    served
}

/// A task for each webhook: one that does not answer holds up no other.
fn webhooks(watch: &Arc<Watch>) -> Vec<JoinHandle<()>> {
    let keys = watch.webhook_keys().into_iter();
    keys.map(|key| tokio::spawn(call(watch.clone(), key)))
        .collect()
}

async fn call(watch: Arc<Watch>, key: String) {
    let mut ticks = tokio::time::interval(Duration::from_secs(10));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let (watch, owner) = (watch.clone(), key.clone());
        let sent = tokio::task::spawn_blocking(move || watch.deliver(&owner, clock::now));
        match sent.await {
            Ok(Ok(0)) => {}
            Ok(Ok(taken)) => tracing::info!(key, taken, "the webhook was called"),
            Ok(Err(error)) => tracing::error!(key, %error, "the webhook could not be called"),
            Err(_) => tracing::error!(key, "calling the webhook failed"),
        }
    }
}

/// SIGTERM or Ctrl-C.
fn end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Fetch a newer bundle from time to time; one that is refused or cannot be had leaves the old one in use.
async fn keep_up_to_date(config: TrustConfig, service: Arc<Service>, source: Source) {
    let (Some(origin), Some(minutes)) = (config.update_from, config.update_every_minutes) else {
        return;
    };
    let source = Arc::new(source);
    let mut ticks = tokio::time::interval(Duration::from_secs(60 * u64::from(minutes.max(1))));
    loop {
        ticks.tick().await;
        let (origin, source, service) = (origin.clone(), source.clone(), service.clone());
        let private = config.private_addresses;
        let updated = tokio::task::spawn_blocking(move || {
            let bytes = fetch::bundle(&origin, private)?;
            let evidence = newer(&source, &service.evidence(), &bytes)?;
            service.replace(evidence, bytes);
            Ok::<(), Failure>(())
        });
        match updated.await {
            Ok(Ok(())) => tracing::info!("the trust bundle was updated"),
            Ok(Err(failure)) => {
                tracing::warn!(error = %failure, "the trust bundle was not updated")
            }
            Err(_) => tracing::error!("the update failed"),
        }
    }
}

/// The fetched bundle under the root that is in use, and no older than what is in use.
fn newer(source: &Source, in_use: &Evidence, bytes: &[u8]) -> Result<Evidence, TrustFailure> {
    match (source, in_use.trust()) {
        (Source::Folder(folder), _) => trust::import(folder, bytes, Confirm::Ask(&mut |_| false)),
        (Source::Bundle, None) => Err(TrustFailure::NotConfirmed),
        (Source::Bundle, Some(trust)) => {
            let root = match trust.anchor() {
                Anchor::Pinned => Root::Pinned(*trust.root()),
                Anchor::Given | Anchor::Unconfirmed => Root::Given(*trust.root()),
            };
            let bundle = Bundle::parse(bytes)?;
            Ok(Evidence::from_bundle(&bundle, root, in_use.remember())?)
        }
    }
}
