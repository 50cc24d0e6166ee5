//! The configuration file: one TOML file, unknown keys refused, secrets only as paths of files.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::publish::Lifetimes;
use crate::domain::direct::VcApiIssue;

/// How `serve` runs. Every key is described in `config.sample.toml`, which shows the defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where anybody may read: DID document, status lists, templates, trust bundle.
    pub public_listen: SocketAddr,
    /// Where programs with an API key work.
    pub admin_listen: SocketAddr,
    /// Where officers work.
    pub console_listen: SocketAddr,
    /// How long a status list may be relied on, in days.
    pub status_days: u16,
    /// How long a trust list may be relied on, in days.
    pub trust_list_days: u16,
    /// What the VC API signs.
    pub vc_api_issue: VcApiIssue,
    /// How much is logged.
    pub log: LogLevel,
    /// How log lines look.
    pub log_format: LogFormat,
    /// The file with the passphrase of the status key; with it the server keeps the status lists fresh.
    pub status_passphrase_file: Option<PathBuf>,
    /// The file with the passphrase of the issuing key; with it the server may issue approved batches.
    pub issuing_passphrase_file: Option<PathBuf>,
    /// The data folder that the console hands the right to write over to.
    pub venue_folder: Option<PathBuf>,
    /// Whose word on who an officer is counts at the console.
    pub openid: Option<OpenId>,
}

/// An identity provider (OpenID Connect).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenId {
    /// Its name, as officers read it.
    pub name: String,
    /// Its issuer identifier.
    pub issuer: String,
    /// What it calls this console.
    pub client_id: String,
    /// Where it sends browsers back to.
    pub redirect: String,
    /// The file with the secret that proves to it that this console asks; none for a public client.
    pub client_secret_file: Option<PathBuf>,
    /// The PEM file with the authority of its certificate, where that is not one of the internet's usual ones.
    pub authority_file: Option<PathBuf>,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// What failed.
    Error,
    /// What failed or may come to fail.
    Warn,
    /// One line a request.
    #[default]
    Info,
    /// What developers look for.
    Debug,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines, one object a line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        let lifetimes = Lifetimes::default();
        Self {
            public_listen: SocketAddr::from(([127, 0, 0, 1], 7001)),
            admin_listen: SocketAddr::from(([127, 0, 0, 1], 7002)),
            console_listen: SocketAddr::from(([127, 0, 0, 1], 7003)),
            status_days: lifetimes.status_days,
            trust_list_days: lifetimes.trust_list_days,
            vc_api_issue: VcApiIssue::default(),
            log: LogLevel::default(),
            log_format: LogFormat::default(),
            status_passphrase_file: None,
            issuing_passphrase_file: None,
            venue_folder: None,
            openid: None,
        }
    }
}

/// Why a configuration file is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Not TOML, or not with these keys.
    #[error("the configuration file {path} is not valid")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: toml::de::Error,
    },
    /// A value breaks a rule.
    #[error("in the configuration file {path}, {key} {wanted}")]
    Value {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
}

impl Config {
    /// Read a configuration file. Paths in it that are not absolute are taken from the file's own folder.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, path)
    }

    /// Read the text of a configuration file that stands at `path`.
    fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|source| ConfigError::Malformed {
            path: path.to_owned(),
            source,
        })?;
        config.check(path)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let from_folder = |file: PathBuf| folder.join(file);
        Ok(Self {
            status_passphrase_file: config.status_passphrase_file.map(from_folder),
            issuing_passphrase_file: config.issuing_passphrase_file.map(from_folder),
            venue_folder: config.venue_folder.map(from_folder),
            openid: config.openid.map(|openid| OpenId {
                client_secret_file: openid.client_secret_file.map(from_folder),
                authority_file: openid.authority_file.map(from_folder),
                ..openid
            }),
            ..config
        })
    }

    fn check(&self, path: &Path) -> Result<(), ConfigError> {
        let refuse = |key, wanted| {
            let path = path.to_owned();
            Err(ConfigError::Value { path, key, wanted })
        };
        if !(1..=366).contains(&self.status_days) {
            return refuse("status_days", "must be 1 to 366");
        }
        if !(1..=3_660).contains(&self.trust_list_days) {
            return refuse("trust_list_days", "must be 1 to 3660");
        }
        let same = |one: SocketAddr, other| one == other && one.port() != 0;
        if same(self.public_listen, self.admin_listen) {
            return refuse("admin_listen", "must differ from public_listen");
        }
        let others = [self.public_listen, self.admin_listen];
        match others.iter().any(|other| same(self.console_listen, *other)) {
            true => refuse("console_listen", "must differ from the other two"),
            false => Ok(()),
        }
    }

    /// How long what is published may be relied on.
    pub fn lifetimes(&self) -> Lifetimes {
        Lifetimes {
            status_days: self.status_days,
            trust_list_days: self.trust_list_days,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("../config.sample.toml");

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, Path::new("etc/issuer.toml"))
    }

    #[test]
    fn the_sample_shows_the_defaults() {
        assert_eq!(parse(SAMPLE).unwrap(), Config::default());
        assert_eq!(parse("").unwrap(), Config::default());
    }

    /// Every key of a table, and of the tables in it.
    fn keys(table: &toml::Table) -> Vec<String> {
        let inner = |value: &toml::Value| value.as_table().map(keys).unwrap_or_default();
        let each = table.iter();
        each.flat_map(|(key, value)| [vec![key.clone()], inner(value)].concat())
            .collect()
    }

    #[test]
    fn the_sample_describes_every_key_and_no_other() {
        let file = Some(PathBuf::from("/x"));
        let all = Config {
            status_passphrase_file: file.clone(),
            issuing_passphrase_file: file.clone(),
            venue_folder: file.clone(),
            openid: Some(OpenId {
                name: String::new(),
                issuer: String::new(),
                client_id: String::new(),
                redirect: String::new(),
                client_secret_file: file.clone(),
                authority_file: file,
            }),
            ..Config::default()
        };
        let mut wanted = keys(&toml::Table::try_from(&all).unwrap());
        let uncommented = SAMPLE.replace("\n#: ", "\n");
        let mut sample = keys(&uncommented.parse::<toml::Table>().unwrap());
        wanted.sort();
        sample.sort();
        assert_eq!(sample, wanted);
        assert!(parse(&uncommented).is_ok());
        let lines: Vec<&str> = SAMPLE.lines().collect();
        for pair in lines.windows(2) {
            let is_key = pair[1].contains(" = ") && !pair[1].starts_with("# ");
            assert!(
                !is_key || pair[0].starts_with("# "),
                "{} lacks words",
                pair[1]
            );
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, says) in [
            ("publik_listen = \"127.0.0.1:1\"", "publik_listen"),
            ("public_listen = \"localhost\"", "public_listen"),
            ("status_days = 0", "status_days"),
            ("status_days = -1", "status_days"),
            ("trust_list_days = 9999", "trust_list_days"),
            ("log = \"loud\"", "loud"),
            ("vc_api_issue = \"anything\"", "anything"),
            ("public_listen = \"127.0.0.1:7002\"", "admin_listen"),
        ] {
            let error = parse(text).unwrap_err();
            let source = std::error::Error::source(&error).map(ToString::to_string);
            let told = format!("{error} {}", source.unwrap_or_default());
            assert!(
                told.contains(says) && told.contains("issuer.toml"),
                "{told}"
            );
        }
    }

    #[test]
    fn paths_are_taken_from_the_files_folder() {
        let config =
            parse("status_passphrase_file = \"status.txt\"\nissuing_passphrase_file = \"/run/i\"");
        let config = config.unwrap();
        assert_eq!(
            config.status_passphrase_file.unwrap(),
            Path::new("etc/status.txt")
        );
        assert_eq!(config.issuing_passphrase_file.unwrap(), Path::new("/run/i"));
    }
}
