//! `[watch]` and `[[watch.webhook]]`: webhooks come from the configuration alone, never over the network.

use std::path::PathBuf;

use ipnet::IpNet;
use serde::Deserialize;

/// Whether certificates can be watched, and whom to call.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WatchConfig {
    /// Where it is kept; without it nothing is watched.
    pub folder: Option<PathBuf>,
    /// How many certificates the program of one key may watch.
    pub certificates_of_a_key: u32,
    /// Whom to call.
    pub webhook: Vec<WebhookConfig>,
}

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// The name of the API key whose certificates it is told of.
    pub key: String,
    /// Its address: https, or http to this machine.
    pub url: String,
    /// The file of the secret that messages are signed with, as `cheti-verifier key webhook` makes it.
    pub secret_file: PathBuf,
    /// Networks that are not of the public internet and may be connected to all the same, as 10.20.0.0/16.
    #[serde(default)]
    pub allow: Vec<IpNet>,
}

impl Default for WatchConfig {
    fn default() -> Self {
        Self {
            folder: None,
            certificates_of_a_key: 100_000,
            webhook: Vec::new(),
        }
    }
}
