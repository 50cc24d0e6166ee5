//! What went wrong, as `error:` and `hint:`, and the exit code.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use crate::app::error::AppError;
use crate::app::ports::store::StoreError;
use crate::app::ports::vault::VaultError;
use crate::app::ports::venue::VenueError;
use crate::compose::ArchiveError;
use crate::domain::ceremony::OrderError;
use crate::domain::roster::{MappingError, RosterError, show_value};

/// Refused by a rule.
const REFUSED: u8 = 1;
/// Asked in a way that makes no sense.
const USAGE: u8 = 2;
/// Disk, store, clock, keys.
const TROUBLE: u8 = 4;

/// A command that did not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
    hint: Option<String>,
    /// Further lines between error and hint.
    details: Vec<String>,
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: USAGE,
            message: message.into(),
            hint: Some(hint.into()),
            details: Vec::new(),
        }
    }

    pub(crate) fn refused(
        message: impl Into<String>,
        details: Vec<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            code: REFUSED,
            message: message.into(),
            hint: Some(hint.into()),
            details,
        }
    }

    pub(crate) fn trouble(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: TROUBLE,
            message: message.into(),
            hint: Some(hint.into()),
            details: Vec::new(),
        }
    }

    pub(crate) fn file(action: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::trouble(
            format!("{} could not be {action}: {error}", path.display()),
            "check the path and its permissions",
        )
    }

    /// The same, about what a key of a file names.
    pub(crate) fn of(mut self, key: &str) -> Self {
        self.message = format!("{key}: {}", self.message);
        self
    }

    /// Opening the data folder failed.
    pub(crate) fn opening(error: AppError, data: &Path) -> Self {
        match error {
            AppError::Store(StoreError::Missing { .. }) => Self::trouble(
                format!("there is no issuer in {}", data.display()),
                "name the data folder with --data, or found an organisation with `cheti-issuer init`",
            ),
            other => other.into(),
        }
    }

    /// Print it to stderr; the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        // What somebody typed is quoted in messages; it must not steer the terminal or add lines of its own.
        eprintln!("error: {}", show_value(&self.message));
        for line in &self.details {
            eprintln!("  {}", show_value(line));
        }
        if let Some(hint) = &self.hint {
            eprintln!("hint: {hint}");
        }
        ExitCode::from(self.code)
    }
}

/// How the command line tells the columns of a roster apart.
fn mapping_hint(error: &MappingError) -> String {
    match error.missing_pair() {
        Some((heading, role)) => format!("say it with --map \"{heading}={role}\""),
        None => "correct what --map says".to_owned(),
    }
}

/// An error and its sources on one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let words = inner.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        source = inner.source();
    }
    text
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        let (code, hint) = match &error {
            AppError::Store(store) => return store_failure(&error, store),
            AppError::Venue(VenueError::Store(StoreError::Missing { .. })) => (
                TROUBLE,
                "connect the medium, and name the folder that was handed over to",
            ),
            AppError::Venue(VenueError::Store(store)) => return store_failure(&error, store),
            AppError::Venue(VenueError::Key(vault)) => (TROUBLE, vault_hint(vault)),
            AppError::Vault(vault @ VaultError::Breached) => (REFUSED, vault_hint(vault)),
            AppError::Vault(vault) => (TROUBLE, vault_hint(vault)),
            AppError::Record { .. } | AppError::Entropy(_) | AppError::SelfCheck => (
                TROUBLE,
                "nothing that was acknowledged is lost; restore from a backup if this stays",
            ),
            AppError::ClockWentBack { .. } => (TROUBLE, "check the computer's date and time zone"),
            AppError::NotFound { .. } => (
                REFUSED,
                "check the spelling; the `list` commands show what there is",
            ),
            AppError::Batch(_) | AppError::Change(_) => (
                REFUSED,
                "two different people must each sign with their own key",
            ),
            AppError::OtherKey { .. } => (REFUSED, "open the key that `key list` shows as active"),
            AppError::Chain(_) | AppError::JournalReplaced(_) => (
                REFUSED,
                "somebody changed the store from outside: keep it as it is, and compare it with a backup",
            ),
            AppError::Deliver { .. } => (
                TROUBLE,
                "make room there, or name another place with --out; then run the same line again",
            ),
            AppError::NotAsSigned { .. } | AppError::KitAltered(_) | AppError::Altered(_) => (
                REFUSED,
                "somebody changed the store from outside: keep it as it is, and compare it with a backup",
            ),
            AppError::Order(_) => (
                REFUSED,
                "correct the list: a certificate number or a name a line",
            ),
            AppError::NoDuplicate { .. } => (REFUSED, "`certificate show` says how it stands"),
            AppError::PrintFile { .. }
            | AppError::Press(_)
            | AppError::Design(_)
            | AppError::Unprintable { .. } => (
                REFUSED,
                "nothing was printed; correct the file as the line above says",
            ),
            AppError::NoIndex => (
                REFUSED,
                "nothing is lost: the index is made from the certificates",
            ),
            AppError::Erased { .. } => (
                REFUSED,
                "the paper goes on being verified by whoever holds it",
            ),
            AppError::Writer(_) => (
                REFUSED,
                "one copy of a store is written at a time; README tells how it is handed over",
            ),
            AppError::Rows(_) => (REFUSED, "correct the roster and import it again"),
            _ => (REFUSED, "nothing was changed; correct this and try again"),
        };
        let hint = match &error {
            AppError::Roster(RosterError::Mapping(mapping)) => mapping_hint(mapping),
            _ => hint.to_owned(),
        };
        let details = match &error {
            AppError::Rows(rows) => rows.clone(),
            AppError::Order(OrderError(problems)) => problems.clone(),
            _ => Vec::new(),
        };
        Self {
            code,
            message: chain(&error),
            hint: Some(hint),
            details,
        }
    }
}

fn store_failure(error: &AppError, store: &StoreError) -> Failure {
    let hint = match store {
        StoreError::Locked { .. } => {
            "wait for the other command to end; `serve` can run beside commands"
        }
        StoreError::Exists { .. } => {
            "choose another --data folder; an existing store is never replaced"
        }
        StoreError::Missing { .. } => "name the data folder with --data",
        StoreError::Conflict { .. } => {
            "somebody else was quicker; look at the record again and repeat the command"
        }
        _ => "check the disk's free space and health; what was acknowledged before is kept",
    };
    Failure::trouble(chain(error), hint)
}

fn vault_hint(error: &VaultError) -> &'static str {
    match error {
        VaultError::Missing(_) => {
            "check where the key is kept; the root key is on the medium it was taken away on"
        }
        VaultError::Exists(_) => "key files are never replaced; choose another place",
        VaultError::Exposed { .. } => {
            "others may have read it: make it private, and rotate the key if they did"
        }
        VaultError::Key { .. } => {
            "check the passphrase, also capitals; a lost one has a drill in README, SECURITY"
        }
        VaultError::Breached => {
            "whoever guesses tries those first; four words that nobody put together before are better"
        }
        _ => "check the medium and its permissions",
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        AppError::from(error).into()
    }
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        Self::trouble(
            chain(&error),
            "check the file and the passphrase; the store was left as it was",
        )
    }
}
