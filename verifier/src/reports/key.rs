//! The key that signs reports: a file of its own, encrypted, made by a command and never by the service.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use cheti_shared::key::pkcs8::{self, Hardness, KeyFileError, Salt};
use cheti_shared::key::{PublicKey, SecretKey, Signer as _};

/// No key file and no passphrase is longer.
const FILE_BYTES: u64 = 64 << 10;

/// Why a report key cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum ReportKeyError {
    /// A file cannot be read or written.
    #[error("cannot use {}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Others may read a secret.
    #[error("{} may be read by others than its owner", .path.display())]
    Exposed {
        /// Which.
        path: PathBuf,
    },
    /// It is no key, or the passphrase is not its own.
    #[error("the key in {} cannot be used", .path.display())]
    Key {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: KeyFileError,
    },
}

/// Make a key from random octets (32 of the key, 16 of the salt, 16 of the initialisation vector) in a new file.
pub fn make(
    path: &Path,
    passphrase: &Path,
    random: &[u8; 64],
) -> Result<PublicKey, ReportKeyError> {
    let words = secret(passphrase)?;
    let (mut seed, mut salt) = (
        [0; 32],
        Salt {
            salt: [0; 16],
            iv: [0; 16],
        },
    );
    seed.copy_from_slice(&random[..32]);
    salt.salt.copy_from_slice(&random[32..48]);
    salt.iv.copy_from_slice(&random[48..]);
    let key = SecretKey::from_seed(&seed);
    let pem = pkcs8::encrypt(&key, words.trim_end(), &salt, Hardness::Standard);
    let pem = pem.map_err(|source| wrong(path, source))?;
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| {
        file.write_all(pem.as_bytes())?;
        file.sync_all()
    })
    .map_err(|source| unusable(path, source))?;
    Ok(key.public_key())
}

/// Open a key that [`make`] made.
pub fn open(path: &Path, passphrase: &Path) -> Result<SecretKey, ReportKeyError> {
    let (pem, words) = (secret(path)?, secret(passphrase)?);
    pkcs8::decrypt(&pem, words.trim_end()).map_err(|source| wrong(path, source))
}

/// A file that its owner alone may read.
fn secret(path: &Path) -> Result<String, ReportKeyError> {
    let mut text = String::new();
    let file = File::open(path).map_err(|source| unusable(path, source))?;
    let mode = file.metadata().map_err(|source| unusable(path, source))?;
    if mode.permissions().mode() & 0o077 != 0 {
        return Err(ReportKeyError::Exposed {
            path: path.to_owned(),
        });
    }
    let read = file.take(FILE_BYTES).read_to_string(&mut text);
    read.map_err(|source| unusable(path, source))?;
    Ok(text)
}

fn unusable(path: &Path, source: io::Error) -> ReportKeyError {
    ReportKeyError::Io {
        path: path.to_owned(),
        source,
    }
}

fn wrong(path: &Path, source: KeyFileError) -> ReportKeyError {
    ReportKeyError::Key {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_key_is_private_made_once_and_opened_by_its_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str, mode| {
            fs::write(at(name), text).unwrap();
            fs::set_permissions(at(name), fs::Permissions::from_mode(mode)).unwrap();
        };
        write("words", "nine green hills\n", 0o600);
        write("others", "nine brown hills\n", 0o600);
        write("open", "nine green hills\n", 0o644);
        let public = make(&at("key.pem"), &at("words"), &[8; 64]).unwrap();
        let opened = open(&at("key.pem"), &at("words")).unwrap();
        assert_eq!(opened.public_key(), public);
        let again = make(&at("key.pem"), &at("words"), &[9; 64]);
        assert!(matches!(again, Err(ReportKeyError::Io { .. })));
        let wrong = open(&at("key.pem"), &at("others"));
        assert!(matches!(wrong, Err(ReportKeyError::Key { .. })));
        let exposed = open(&at("key.pem"), &at("open"));
        assert!(matches!(exposed, Err(ReportKeyError::Exposed { .. })));
        let missing = open(&at("none.pem"), &at("words"));
        assert!(matches!(missing, Err(ReportKeyError::Io { .. })));
    }
}
