//! The service's configuration: one TOML file, unknown keys refused; `config.sample.toml` documents each.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use cheti_shared::key::PublicKey;
use cheti_verifier_core::policy::{Policy, StatusAge, WithoutStatus};
use serde::Deserialize;

use crate::access::AccessConfig;
use crate::fetch::PrivateAddresses;
use crate::watch::WatchConfig;

/// What the service is told.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Whom to trust.
    pub trust: TrustConfig,
    /// What to decide.
    pub policy: PolicyConfig,
    /// Who may ask, and how often.
    pub access: AccessConfig,
    /// Signed reports.
    pub reports: ReportsConfig,
    /// Certificates that are watched.
    pub watch: WatchConfig,
    /// How much to do at once.
    pub limits: LimitsConfig,
    /// What to log.
    pub log: LogConfig,
}

/// Whom to trust.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrustConfig {
    /// A bundle for this service alone; else the one imported with `trust import`.
    pub bundle: Option<PathBuf>,
    /// The root key that the bundle must lead to.
    pub root: Option<PublicKey>,
    /// Where newer bundles are fetched.
    pub update_from: Option<String>,
    /// How often, in minutes.
    pub update_every_minutes: Option<u32>,
    /// Whether that address may lead into a private network.
    pub private_addresses: PrivateAddresses,
    /// The hosts that codes are printed for; a code of another host gets a warning. Empty: no warnings.
    pub code_hosts: Vec<String>,
}

/// What to decide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyConfig {
    /// Seconds by which clocks may differ.
    pub clock_skew_seconds: Option<u32>,
    /// How old a status list may be, in hours; else as its issuer allows.
    pub status_age_hours: Option<u32>,
    /// What a certificate is that names no status list.
    pub without_status: Option<WithoutStatusConfig>,
}

/// What a certificate is that names no status list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithoutStatusConfig {
    /// As its issuer wanted it.
    Accepted,
    /// Undecided.
    Undecided,
}

/// Signed reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportsConfig {
    /// The key that signs them, and where its passphrase is.
    pub key: Option<ReportKey>,
    /// The DIDs of other verifiers whose reports hold here.
    pub trusted: Vec<String>,
}

/// The key that signs reports.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportKey {
    /// Its file, as `key report` makes it.
    pub file: PathBuf,
    /// The file of its passphrase.
    pub passphrase_file: PathBuf,
}

/// How much to do at once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Connections that are open at once.
    pub connections: u16,
    /// MiB of request bodies that are held at once.
    pub bodies_mebibytes: u16,
    /// Pictures and PDFs that wait for a core; more get 503.
    pub queue: u16,
    /// Seconds for one request, from its first octet to the answer; of a batch, between one part and the next.
    pub request_seconds: u16,
    /// Batches that are judged at once; more get 503.
    pub batches: u16,
    /// Items of one batch.
    pub batch_items: u32,
    /// MiB of one batch, which is kept in an unnamed file of the temporary folder while it is judged.
    pub batch_mebibytes: u16,
    /// Minutes within which a batch must have been sent.
    pub batch_minutes: u16,
}

/// What to log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// How.
    pub format: LogFormat,
}

/// How log lines are written, to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line.
    #[default]
    Json,
    /// For people.
    Text,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("cannot read the configuration {}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is not right.
    #[error("the configuration {} is not right", .path.display())]
    Toml {
        /// Which.
        path: PathBuf,
        /// Why, and where.
        #[source]
        source: Box<toml::de::Error>,
    },
}

impl Default for Config {
    /// Listens on 127.0.0.1:8087.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8087)),
            trust: TrustConfig::default(),
            policy: PolicyConfig::default(),
            access: AccessConfig::default(),
            reports: ReportsConfig::default(),
            watch: WatchConfig::default(),
            limits: LimitsConfig::default(),
            log: LogConfig::default(),
        }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            connections: 1024,
            bodies_mebibytes: 200,
            queue: 32,
            request_seconds: 30,
            batches: 4,
            batch_items: 100_000,
            batch_mebibytes: 1024,
            batch_minutes: 60,
        }
    }
}

impl Config {
    /// Read a file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let path = path.to_owned();
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|source| ConfigError::Toml {
                path,
                source: Box::new(source),
            }),
            Err(source) => Err(ConfigError::Io { path, source }),
        }
    }
}

impl PolicyConfig {
    /// The policy that it comes to.
    pub fn policy(&self) -> Policy {
        let defaults = Policy::default();
        let skew = self.clock_skew_seconds.map(i64::from);
        let age = self.status_age_hours.map(|hours| StatusAge::AtMost {
            seconds: i64::from(hours) * 3_600,
        });
        let without = self.without_status.map(|choice| match choice {
            WithoutStatusConfig::Accepted => WithoutStatus::Accepted,
            WithoutStatusConfig::Undecided => WithoutStatus::Undecided,
        });
        Policy {
            clock_skew_seconds: skew.unwrap_or(defaults.clock_skew_seconds),
            status_age: age.unwrap_or(defaults.status_age),
            without_status: without.unwrap_or(defaults.without_status),
            ..defaults
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("../config.sample.toml");

    #[test]
    fn the_sample_is_read_and_shows_the_defaults() {
        let sample: Config = toml::from_str(SAMPLE).unwrap();
        assert_eq!(sample, Config::default());
        assert_eq!(sample.policy.policy(), Policy::default());
    }

    /// Every key that the sample shows as a comment is one that is understood.
    #[test]
    fn the_samples_comments_are_keys_too() {
        let uncommented: String = SAMPLE
            .lines()
            .map(|line| match line.strip_prefix("#: ") {
                Some(key) => format!("{key}\n"),
                None => format!("{line}\n"),
            })
            .collect();
        let full: Config = toml::from_str(&uncommented).unwrap();
        assert!(full.trust.root.is_some() && full.trust.update_every_minutes.is_some());
        assert_ne!(full.policy, PolicyConfig::default());
        assert_eq!(full.access.key.len(), 1);
        assert!(full.reports.key.is_some());
        assert!(full.watch.folder.is_some() && full.watch.webhook.len() == 1);
    }

    #[test]
    fn unknown_keys_are_refused() {
        for text in [
            "listn = \"127.0.0.1:1\"",
            "[trust]\nbundel = \"x\"",
            "[limits]\nqueue = -1",
            "[[access.key]]\nname = \"hr\"",
        ] {
            assert!(toml::from_str::<Config>(text).is_err(), "{text}");
        }
    }
}
