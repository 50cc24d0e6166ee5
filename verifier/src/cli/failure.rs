//! A command that could not be carried out: `error:` what, where and why, then `hint:` what to do.

use std::error::Error;
use std::io::Write;

use cheti_shared::bundle::trust_list::TrustError;
use cheti_verifier_core::evidence::EvidenceError;

use super::Exit;
use crate::config::ConfigError;
use crate::fetch::FetchError;
use crate::present::shown;
use crate::reports::ReportKeyError;
use crate::secret_file::SecretFileError;
use crate::trust::{StateError, TrustFailure};
use crate::watch::WatchError;

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Trust cannot be established.
    #[error(transparent)]
    Trust(#[from] TrustFailure),
    /// The state folder cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Nothing was fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A file cannot be read.
    #[error("cannot read {name}")]
    Read {
        /// Which.
        name: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The key of signed reports cannot be made or used.
    #[error(transparent)]
    ReportKey(#[from] ReportKeyError),
    /// What is watched cannot be used.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// The file of a secret cannot be used.
    #[error(transparent)]
    SecretFile(#[from] SecretFileError),
    /// The system gives no random octets.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// A file cannot be written.
    #[error("cannot write {}", .path.display())]
    Put {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A folder that should be new holds something.
    #[error("the folder {} holds something already", .path.display())]
    NotEmpty {
        /// Which.
        path: std::path::PathBuf,
    },
    /// A file is larger than is read.
    #[error("{name} is larger than {mebibytes} MiB, the most that is read")]
    TooLarge {
        /// Which.
        name: String,
        /// The bound.
        mebibytes: usize,
    },
    /// An archive cannot be opened.
    #[error("cannot read {name}")]
    Archive {
        /// Which.
        name: String,
        /// Why.
        #[source]
        source: crate::scan::ScanError,
    },
    /// A folder or archive without anything to check.
    #[error("there is nothing to check in {name}")]
    Empty {
        /// Which.
        name: String,
    },
    /// No address to update from is known.
    #[error("no address is known to update from")]
    NoOrigin,
    /// Trust has to be confirmed, and nobody can be asked.
    #[error("the root {fingerprint} was not confirmed and nobody can be asked")]
    CannotAsk {
        /// The root's fingerprint.
        fingerprint: String,
    },
    /// A report of a kind that is not written.
    #[error("{name} is no report that can be written")]
    ReportKind {
        /// Its name.
        name: String,
    },
    /// A report that is there already.
    #[error("{name} is there already")]
    ReportThere {
        /// Its name.
        name: String,
    },
    /// What an interrupted run left is not what this run would have written.
    #[error("{name} is no unfinished report of this version")]
    ReportForeign {
        /// Its name.
        name: String,
    },
    /// Another run is writing it.
    #[error("another run is writing {name}")]
    ReportInUse {
        /// Its name.
        name: String,
    },
    /// What is expected of files is no table that can be used.
    #[error("{name} does not say what is expected: {}", several(problems))]
    Expected {
        /// The table.
        name: String,
        /// What is wrong with it, row by row.
        problems: Vec<String>,
    },
    /// Any issuer would be accepted for everybody.
    #[error("--accept-any-did-key is for an address of this machine alone, not for {address}")]
    NotLoopback {
        /// Where the service was to listen.
        address: std::net::SocketAddr,
    },
    /// The service cannot listen or run.
    #[error("cannot serve on {address}")]
    Serve {
        /// Where.
        address: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Output cannot be written.
    #[error("cannot write the result")]
    Write(#[from] std::io::Error),
}

/// The first few problems of a table; the rest are counted.
fn several(problems: &[String]) -> String {
    const SHOWN: usize = 10;
    let mut text = problems[..problems.len().min(SHOWN)].join("; ");
    if problems.len() > SHOWN {
        text += &format!("; and {} more", problems.len() - SHOWN);
    }
    text
}

impl Failure {
    /// A file that cannot be read.
    pub fn read(path: &std::path::Path, source: std::io::Error) -> Self {
        let name = path.display().to_string();
        Self::Read { name, source }
    }

    /// The file that it is about.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Read { name, .. }
            | Self::TooLarge { name, .. }
            | Self::Archive { name, .. }
            | Self::Empty { name } => name,
            _ => "",
        }
    }

    /// What is wrong, with its causes, on one line.
    pub(super) fn line(&self) -> String {
        let mut line = self.to_string();
        let mut source = self.source();
        while let Some(error) = source {
            let text = error.to_string();
            if !line.ends_with(&text) {
                line = format!("{line}: {text}");
            }
            source = error.source();
        }
        line
    }

    /// How the command ends.
    pub fn exit(&self) -> Exit {
        match self {
            Self::NotLoopback { .. } | Self::NotEmpty { .. } | Self::ReportKind { .. } => {
                Exit::Usage
            }
            _ => Exit::Trouble,
        }
    }

    /// Say what is wrong and what to do.
    pub fn tell(&self, to: &mut dyn Write) {
        let _ = writeln!(to, "error: {}", shown(&self.line()));
        if let Some(hint) = self.hint() {
            let _ = writeln!(to, "hint: {}", shown(&hint));
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Trust(TrustFailure::Evidence(EvidenceError::Trust(
                TrustError::OtherRoot { found },
            ))) => format!(
                "the bundle is signed by the root {found}; if the issuer says that this is right, name it with --root or import it into a new --state folder"
            ),
            Self::Trust(TrustFailure::Evidence(EvidenceError::Rollback(_)))
            | Self::Trust(TrustFailure::StatusRolledBack { .. }) => {
                "get the current bundle from the issuer".to_owned()
            }
            Self::Trust(TrustFailure::NotThatRoot { .. }) => {
                "compare the key with the one that the issuer published".to_owned()
            }
            Self::State(StateError::Damaged { path, .. })
            | Self::Trust(TrustFailure::State(StateError::Damaged { path, .. })) => {
                let path = path.display();
                format!("restore {path} from a backup, or remove it and import the bundle anew")
            }
            Self::NotEmpty { .. } => "name a folder that is new or empty".to_owned(),
            Self::NotLoopback { .. } => {
                "listen on 127.0.0.1, or leave --accept-any-did-key away".to_owned()
            }
            Self::NoOrigin => {
                "name it once: cheti-verifier trust update --from https://…".to_owned()
            }
            Self::CannotAsk { .. } => {
                "compare the fingerprint with the issuer's, then name the key with --root, or accept it with --yes"
                    .to_owned()
            }
            Self::ReportKind { .. } => "end its name with .csv, .json or .ndjson".to_owned(),
            Self::ReportThere { .. } => {
                "name another with --report, or move this one away".to_owned()
            }
            Self::ReportForeign { name } => format!("move {name} away, and check anew"),
            Self::ReportInUse { .. } => "wait for it to end, or name another with --report".to_owned(),
            Self::Expected { .. } => {
                "mend the table and run again; nothing was checked. A line for each file: file,name,course,date"
                    .to_owned()
            }
            Self::Empty { .. } => {
                "JSON, text with a code, PNG, JPEG, WebP and PDF files are checked".to_owned()
            }
            Self::ReportKey(ReportKeyError::File(SecretFileError::Exposed { path })) => {
                format!("let its owner alone read it: chmod 600 {}", path.display())
            }
            Self::ReportKey(_) => {
                "`cheti-verifier key report` makes a new key; one that is there is never replaced".to_owned()
            }
            Self::Read { .. } => "is the name right, and may you read it?".to_owned(),
            _ => return None,
        })
    }
}
