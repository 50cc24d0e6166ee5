//! `serve`: the two listeners, and the socket through which other commands reach the store meanwhile.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::key::Signer;
use tokio::signal::unix::{SignalKind, signal};

use super::args::Serve;
use super::failure::Failure;
use super::passphrase::{For, Passphrases};
use crate::app::error::AppError;
use crate::app::ports::identity::{BadProvider, IdentityProvider};
use crate::app::ports::vault::{KeyFile, Passphrase};
use crate::compose::{self, House, LocalTls, read_private};
use crate::config::{Config, LogFormat, LogLevel, OpenId};
use crate::domain::direct::VcApiIssue;
use crate::http::{Listeners, LocalAuthority, Parts, Service, Signers, serve as serve_http};

pub(crate) fn serve(
    data: &Path,
    passphrases: &Passphrases,
    args: &Serve,
) -> Result<ExitCode, Failure> {
    let config = configuration(data, args)?;
    start_log(&config);
    // The socket lives as long as this binding: other commands go through it while this process holds the store.
    let (house, _socket) =
        compose::open_to_serve(data).map_err(|error| Failure::opening(error, data))?;
    let tls = compose::local_tls(data)
        .map_err(|error| Failure::usage(error.to_string(), "cheti-issuer local-tls --host NAME"))?;
    let parts = Parts {
        desk: house.desk.clone(),
        room: house.room.clone(),
        rosters: house.rosters.clone(),
        vault: house.vault.clone(),
        signers: Signers {
            issuing: unattended(
                &house,
                KeyRole::Issuing,
                config.issuing_passphrase_file.as_deref(),
                None,
            )?,
            status: unattended(
                &house,
                KeyRole::Status,
                config.status_passphrase_file.as_deref(),
                Some(passphrases),
            )?,
        },
        lifetimes: config.lifetimes(),
        local_authority: tls.as_ref().map(|tls| LocalAuthority {
            certificate: tls.authority.clone().into(),
            fingerprint: compose::fingerprint(&tls.authority),
            public_port: config.public_listen.port(),
        }),
        identity: identity(config.openid.as_ref())?,
        venue: config
            .venue_folder
            .as_deref()
            .map(|folder| compose::venue(data, folder)),
        vc_api_issue: config.vc_api_issue,
    };
    if parts.vc_api_issue == VcApiIssue::Direct {
        eprintln!(
            "note: vc_api_issue = \"direct\": an API key with the scope issue_direct has credentials signed that nobody approved"
        );
    }
    if parts.signers.status.is_none() {
        eprintln!(
            "note: without the status key, status lists are published by `cheti-issuer trust publish` alone"
        );
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| trouble(&error))?;
    runtime.block_on(run(&config, parts, tls))?;
    Ok(ExitCode::SUCCESS)
}

async fn run(config: &Config, parts: Parts, tls: Option<LocalTls>) -> Result<(), Failure> {
    let service = Service::new(parts)?;
    let listeners = Listeners::bind(
        config.public_listen,
        config.admin_listen,
        config.console_listen,
    )
    .await
    .map_err(|error| trouble(&error))?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let listeners = match tls {
        Some(tls) => listeners.with_console_tls(tls.config),
        None => listeners,
    };
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| trouble(&error))?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| trouble(&error))?;
    let address = |bound: std::io::Result<std::net::SocketAddr>| {
        bound.map_or_else(|_| "?".to_owned(), |a| a.to_string())
    };
    println!(
        "public: http://{}/bundle",
        address(listeners.public_address())
    );
    println!(
        "admin:  http://{}/ (API keys)",
        address(listeners.admin_address())
    );
    // Browsers keep the console's cookies for this name, not for the address.
    let console = address(listeners.console_address()).replace("127.0.0.1:", "localhost:");
    println!("console: {scheme}://{console}/ (officers)");
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    serve_http(listeners, service, stop)
        .await
        .map_err(|error| trouble(&error))
}

/// Log lines go to stderr: readable alone, never with names, tokens or bodies.
fn start_log(config: &Config) {
    let level = match config.log {
        LogLevel::Error => tracing::Level::ERROR,
        LogLevel::Warn => tracing::Level::WARN,
        LogLevel::Info => tracing::Level::INFO,
        LogLevel::Debug => tracing::Level::DEBUG,
    };
    let log = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(false);
    // A second start in one process keeps the first's settings.
    let _ = match config.log_format {
        LogFormat::Text => log.with_ansi(false).try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}

/// The named configuration, or `issuer.toml` in the data folder when there is one, or the defaults.
fn configuration(data: &Path, args: &Serve) -> Result<Config, Failure> {
    let usual: PathBuf = data.join("issuer.toml");
    let file = args
        .config
        .clone()
        .or_else(|| usual.is_file().then_some(usual));
    let mut config = match file {
        None => Config::default(),
        Some(path) => Config::read(&path).map_err(|error| {
            Failure::usage(
                error.to_string(),
                "issuer/config.sample.toml names every key",
            )
        })?,
    };
    config.public_listen = args.public_listen.unwrap_or(config.public_listen);
    config.admin_listen = args.admin_listen.unwrap_or(config.admin_listen);
    config.console_listen = args.console_listen.unwrap_or(config.console_listen);
    Ok(config)
}

/// A key for unattended work, when its passphrase lies in a file; nobody is asked.
fn unattended(
    house: &House,
    role: KeyRole,
    file: Option<&Path>,
    folder: Option<&Passphrases>,
) -> Result<Option<Arc<dyn Signer>>, Failure> {
    let name = match house.desk.active_key(role) {
        Ok(key) => key.file_name().to_owned(),
        Err(_) => return Ok(None),
    };
    let passphrase = match (file, folder.filter(|folder| folder.is_folder())) {
        (Some(file), _) => Passphrase::new(read_private(file)?.trim_end().to_owned()),
        (None, Some(folder)) => folder.find(&name, For::Opening)?,
        (None, None) => return Ok(None),
    };
    let key = house.vault.open(&KeyFile::Signing(name), &passphrase)?;
    Ok(Some(Arc::new(key)))
}

/// The identity provider that the configuration names.
fn identity(openid: Option<&OpenId>) -> Result<Option<Arc<dyn IdentityProvider>>, Failure> {
    let provider = openid.map(compose::identity_provider).transpose();
    provider.map_err(|error| match error {
        BadProvider::Vault(error) => AppError::from(error).into(),
        BadProvider::NotBuiltIn => Failure::usage(
            error.to_string(),
            "build it with: cargo build --release --features openid",
        ),
        BadProvider::Setting { .. } => Failure::usage(
            error.to_string(),
            "issuer/config.sample.toml tells what each key is",
        ),
    })
}

fn trouble(error: &std::io::Error) -> Failure {
    Failure::trouble(
        format!("the service cannot run: {error}"),
        "is the address free? `--public-listen`, `--admin-listen` and `--console-listen` choose others",
    )
}
