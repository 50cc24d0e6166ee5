//! The vault port: secret keys at rest, each under a passphrase.

use std::path::PathBuf;

use cheti_shared::key::{PublicKey, SecretKey};
use zeroize::Zeroizing;

/// A passphrase in memory; wiped when dropped.
pub type Passphrase = Zeroizing<String>;

/// Which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFile {
    /// The root key, wherever the officer keeps it: not in the data folder.
    Root(PathBuf),
    /// A signing key in the data folder, by the fragment of its DID URL: `issuing-1`, `status-1`.
    Signing(String),
    /// An operator's key in the data folder, by short name.
    Operator(String),
}

/// Keeps secret keys in files.
pub trait Vault: Send + Sync {
    /// Make a key and keep it. Never replaces one; refuses a passphrase that was published.
    fn create(&self, file: &KeyFile, passphrase: &Passphrase) -> Result<PublicKey, VaultError>;

    /// Open a key.
    fn open(&self, file: &KeyFile, passphrase: &Passphrase) -> Result<SecretKey, VaultError>;

    /// Take as long as opening a key takes, and open none: whoever tries a password is not to learn by it whether there
    /// was a key to try it on.
    fn open_none(&self, passphrase: &Passphrase);

    /// Refuse a passphrase that was published. Making a key does it too.
    fn check_new(&self, passphrase: &Passphrase) -> Result<(), VaultError>;

    /// Keep a key under another passphrase from now on; the file is the old one or the new one, never half of it.
    fn rewrap(&self, file: &KeyFile, from: &Passphrase, to: &Passphrase) -> Result<(), VaultError>;
}

/// Why a key cannot be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// No such file.
    #[error("there is no key file {0}")]
    Missing(PathBuf),
    /// A file stands there already.
    #[error("{0} exists already; a key file is never replaced")]
    Exists(PathBuf),
    /// Others may read it.
    #[error("{path} can be read by others (mode {mode:o}); make it private with: chmod 600 '{}'", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The passphrase is known to whoever guesses.
    #[error(
        "this password stands in a list of passwords that were published: choose another, used nowhere else"
    )]
    Breached,
    /// The passphrase is wrong or too short, or the file is no key.
    #[error("{path}")]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: cheti_shared::key::pkcs8::KeyFileError,
    },
    /// The file could not be read or written.
    #[error("{path} could not be {action}")]
    Io {
        /// The file.
        path: PathBuf,
        /// "read" or "written".
        action: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// No random numbers.
    #[error(transparent)]
    Entropy(#[from] super::NoEntropy),
}
