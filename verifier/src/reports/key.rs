//! The key that signs reports: a file of its own, encrypted, made by a command and never by the service.

use std::path::{Path, PathBuf};

use cheti_shared::key::pkcs8::{self, Hardness, KeyFileError, Salt};
use cheti_shared::key::{PublicKey, SecretKey, Signer as _};

use crate::secret_file::{self, SecretFileError};

/// Why a report key cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum ReportKeyError {
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] SecretFileError),
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
    let words = secret_file::read(passphrase)?;
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
    secret_file::make(path, &pem)?;
    Ok(key.public_key())
}

/// Open a key that [`make`] made.
pub fn open(path: &Path, passphrase: &Path) -> Result<SecretKey, ReportKeyError> {
    let (pem, words) = (secret_file::read(path)?, secret_file::read(passphrase)?);
    pkcs8::decrypt(&pem, words.trim_end()).map_err(|source| wrong(path, source))
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
    use std::os::unix::fs::PermissionsExt as _;

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
        assert!(matches!(
            again,
            Err(ReportKeyError::File(SecretFileError::Io { .. }))
        ));
        let wrong = open(&at("key.pem"), &at("others"));
        assert!(matches!(wrong, Err(ReportKeyError::Key { .. })));
        let exposed = open(&at("key.pem"), &at("open"));
        assert!(matches!(
            exposed,
            Err(ReportKeyError::File(SecretFileError::Exposed { .. }))
        ));
        let missing = open(&at("none.pem"), &at("words"));
        assert!(matches!(
            missing,
            Err(ReportKeyError::File(SecretFileError::Io { .. }))
        ));
    }
}
