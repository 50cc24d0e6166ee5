//! Secret keys at rest: PKCS#8 PEM encrypted with a passphrase (PBES2: scrypt, AES-256-CBC), as `openssl pkey` reads it.

use ::pkcs8::der::pem::PemLabel as _;
use ::pkcs8::der::{Decode as _, SecretDocument};
use ::pkcs8::pkcs5::{pbes2, scrypt};
use ::pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding, ObjectIdentifier, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::SecretKey;

/// id-Ed25519 (RFC 8410 §3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The fewest characters of a passphrase.
pub const PASSPHRASE_CHARS_MIN: usize = 12;

/// How hard a passphrase is to guess from the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hardness {
    /// scrypt with N = 2^14, r = 8, p = 5 (OWASP's figures): 16 MiB and about a fifth of a second.
    Standard,
    /// scrypt with N = 2^10, p = 1: for fixtures whose passphrase is no secret.
    Fixture,
}

/// Sixteen random octets each for salt and initialisation vector; never used twice.
pub struct Salt {
    /// Salt of the key derivation.
    pub salt: [u8; 16],
    /// Initialisation vector of the cipher.
    pub iv: [u8; 16],
}

/// Why a key file cannot be written or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// Too easy to guess.
    #[error(
        "the passphrase has {characters} characters, at least {PASSPHRASE_CHARS_MIN} are needed"
    )]
    PassphraseTooShort {
        /// How many it has.
        characters: usize,
    },
    /// Not a PEM of an encrypted key.
    #[error(
        "not an encrypted private key (it must begin with -----BEGIN ENCRYPTED PRIVATE KEY-----)"
    )]
    NotEncryptedKey,
    /// The passphrase does not open it.
    #[error("the passphrase does not open this key")]
    WrongPassphrase,
    /// Opened, but another kind of key.
    #[error("the key is not an Ed25519 key")]
    OtherKind,
    /// The library would not encrypt.
    #[error("the key could not be encrypted")]
    Encrypt,
}

/// Write `key` as PEM under `passphrase`: PKCS#8 version 1, since OpenSSL 3.0 does not read version 2.
pub fn encrypt(
    key: &SecretKey,
    passphrase: &str,
    salt: &Salt,
    hardness: Hardness,
) -> Result<String, KeyFileError> {
    let characters = passphrase.chars().count();
    if characters < PASSPHRASE_CHARS_MIN {
        return Err(KeyFileError::PassphraseTooShort { characters });
    }
    let (log_n, p) = match hardness {
        Hardness::Standard => (14, 5),
        Hardness::Fixture => (10, 1),
    };
    let cost = scrypt::Params::new(log_n, 8, p).map_err(|_| KeyFileError::Encrypt)?;
    let scheme = pbes2::Parameters::generate_scrypt_aes256cbc(cost, &salt.salt, salt.iv);
    let scheme = scheme.map_err(|_| KeyFileError::Encrypt)?;
    let der = Zeroizing::new(version_1(key));
    let info = PrivateKeyInfoRef::from_der(der.as_slice()).map_err(|_| KeyFileError::Encrypt)?;
    let sealed = info
        .encrypt_with_params(scheme, passphrase)
        .map_err(|_| KeyFileError::Encrypt)?;
    let pem = sealed.to_pem(EncryptedPrivateKeyInfoRef::PEM_LABEL, LineEnding::LF);
    pem.map(|pem| pem.to_string())
        .map_err(|_| KeyFileError::Encrypt)
}

/// Open what [`encrypt`] or `openssl pkcs8 -topk8` wrote.
pub fn decrypt(pem: &str, passphrase: &str) -> Result<SecretKey, KeyFileError> {
    let (label, document) =
        SecretDocument::from_pem(pem).map_err(|_| KeyFileError::NotEncryptedKey)?;
    if label != EncryptedPrivateKeyInfoRef::PEM_LABEL {
        return Err(KeyFileError::NotEncryptedKey);
    }
    let sealed = EncryptedPrivateKeyInfoRef::from_der(document.as_bytes());
    let sealed = sealed.map_err(|_| KeyFileError::NotEncryptedKey)?;
    let opened = sealed
        .decrypt(passphrase)
        .map_err(|_| KeyFileError::WrongPassphrase)?;
    let info = PrivateKeyInfoRef::from_der(opened.as_bytes());
    let info = info.map_err(|_| KeyFileError::WrongPassphrase)?;
    match (info.algorithm.oid == ED25519, info.private_key.as_bytes()) {
        (true, [0x04, 0x20, seed @ ..]) => {
            let seed =
                Zeroizing::new(<[u8; 32]>::try_from(seed).map_err(|_| KeyFileError::OtherKind)?);
            Ok(SecretKey::from_seed(&seed))
        }
        _ => Err(KeyFileError::OtherKind),
    }
}

/// RFC 8410 §7: a fixed header, then the seed.
fn version_1(key: &SecretKey) -> [u8; 48] {
    const HEADER: [u8; 16] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    let mut der = [0; 48];
    let (header, seed) = der.split_at_mut(16);
    header.copy_from_slice(&HEADER);
    seed.copy_from_slice(key.seed().as_slice());
    der
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Signer as _;

    const PASSPHRASE: &str = "correct horse battery";
    const SALT: Salt = Salt {
        salt: [1; 16],
        iv: [2; 16],
    };

    #[test]
    fn opens_with_the_passphrase_and_not_without() {
        let key = SecretKey::from_seed(&[9; 32]);
        for hardness in [Hardness::Standard, Hardness::Fixture] {
            let pem = encrypt(&key, PASSPHRASE, &SALT, hardness).unwrap();
            assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
            assert_eq!(
                decrypt(&pem, PASSPHRASE).unwrap().public_key(),
                key.public_key()
            );
            assert_eq!(
                decrypt(&pem, "incorrect horse").unwrap_err(),
                KeyFileError::WrongPassphrase
            );
        }
    }

    #[test]
    fn other_files_are_told_apart() {
        let key = SecretKey::from_seed(&[9; 32]);
        let short = encrypt(&key, "short", &SALT, Hardness::Fixture);
        assert_eq!(
            short.unwrap_err(),
            KeyFileError::PassphraseTooShort { characters: 5 }
        );
        let plain = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ\n-----END PRIVATE KEY-----\n";
        for text in ["", "hello", plain] {
            assert_eq!(
                decrypt(text, PASSPHRASE).unwrap_err(),
                KeyFileError::NotEncryptedKey
            );
        }
    }
}
