//! Secret keys in files: encrypted PKCS#8 PEM, readable by their owner alone.

mod breached;
pub mod local_tls;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use cheti_shared::key::pkcs8::{self, Hardness, Salt};
use cheti_shared::key::{PublicKey, SecretKey, Signer as _};
use zeroize::Zeroizing;

pub use breached::BREACHED_PASSWORDS;

use breached::Breached;

use crate::app::ports::Entropy;
use crate::app::ports::vault::{KeyFile, Passphrase, Vault, VaultError};

/// No key file is longer.
const KEY_FILE_BYTES: u64 = 64 << 10;

/// How a key file begins and ends.
const KEY_BEGINS: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
const KEY_ENDS: &str = "-----END ENCRYPTED PRIVATE KEY-----";

/// A folder of key files; the root key lies wherever the officer keeps it.
pub struct FileVault {
    folder: PathBuf,
    entropy: Arc<dyn Entropy>,
    hardness: Hardness,
    breached: Option<Breached>,
    /// A key file of nobody.
    nobody: OnceLock<String>,
}

impl FileVault {
    /// Keys in `folder`, which is made when the first is.
    pub fn new(folder: PathBuf, entropy: Arc<dyn Entropy>, hardness: Hardness) -> Self {
        Self {
            folder,
            entropy,
            hardness,
            breached: None,
            nobody: OnceLock::new(),
        }
    }

    /// The same, with the list of published passwords that may lie in `data`.
    pub fn with_breached(mut self, data: &Path) -> Self {
        self.breached = Some(Breached::of(data));
        self
    }

    fn path(&self, file: &KeyFile) -> PathBuf {
        match file {
            KeyFile::Root(path) => path.clone(),
            KeyFile::Signing(name) => self.folder.join(format!("{name}.pem")),
            KeyFile::Operator(name) => self.folder.join("operators").join(format!("{name}.pem")),
        }
    }

    fn sealed(
        &self,
        key: &SecretKey,
        passphrase: &Passphrase,
        path: &Path,
    ) -> Result<String, VaultError> {
        let mut salt = Salt {
            salt: [0; 16],
            iv: [0; 16],
        };
        self.entropy.fill(&mut salt.salt)?;
        self.entropy.fill(&mut salt.iv)?;
        let pem = pkcs8::encrypt(key, passphrase, &salt, self.hardness);
        pem.map_err(|source| VaultError::Key {
            path: path.to_owned(),
            source,
        })
    }
}

/// Key files in two folders; they stay under their passphrases.
impl FileVault {
    /// Put a key file of `other` here too. One that is here already must be the same.
    pub fn copy_from(&self, other: &Self, file: &KeyFile) -> Result<(), VaultError> {
        let pem = read_private(&other.path(file))?;
        let path = self.path(file);
        match read_anywhere(&path)? {
            Some(here) if here == pem => Ok(()),
            Some(_) => Err(VaultError::Exists(path)),
            None => {
                make_folder_of(&path)?;
                write_new(&path, pem.as_bytes())
            }
        }
    }

    /// Take a key file of `other` that is not here, or an operator's that is another one there (its password was changed);
    /// the one that was here stays beside it as `.pem.old`. Signing keys are never replaced, and nothing is by a file that is
    /// no key, or half of one. Whether one was taken.
    pub fn follow(&self, other: &Self, file: &KeyFile) -> Result<bool, VaultError> {
        let Some(pem) = read_anywhere(&other.path(file))? else {
            return Ok(false);
        };
        let text = pem.trim();
        if !text.starts_with(KEY_BEGINS) || !text.ends_with(KEY_ENDS) {
            return Ok(false);
        }
        let path = self.path(file);
        match (read_anywhere(&path)?, file) {
            (Some(here), _) if here == pem => return Ok(false),
            (Some(_), KeyFile::Operator(_)) => {
                let old = path.with_extension("pem.old");
                fs::rename(&path, old).map_err(|error| not_written(&path, error))?;
            }
            (Some(_), KeyFile::Root(_) | KeyFile::Signing(_)) => return Ok(false),
            (None, _) => make_folder_of(&path)?,
        }
        write_new(&path, pem.as_bytes())?;
        Ok(true)
    }
}

impl Vault for FileVault {
    fn create(&self, file: &KeyFile, passphrase: &Passphrase) -> Result<PublicKey, VaultError> {
        self.check_new(passphrase)?;
        let path = self.path(file);
        let mut seed = Zeroizing::new([0; 32]);
        self.entropy.fill(seed.as_mut_slice())?;
        let key = SecretKey::from_seed(&seed);
        let pem = self.sealed(&key, passphrase, &path)?;
        make_folder_of(&path)?;
        write_new(&path, pem.as_bytes())?;
        Ok(key.public_key())
    }

    fn open(&self, file: &KeyFile, passphrase: &Passphrase) -> Result<SecretKey, VaultError> {
        let path = self.path(file);
        let pem = read_private(&path)?;
        pkcs8::decrypt(&pem, passphrase).map_err(|source| VaultError::Key { path, source })
    }

    fn check_new(&self, passphrase: &Passphrase) -> Result<(), VaultError> {
        match &self.breached {
            None => Ok(()),
            Some(breached) => breached.check(passphrase),
        }
    }

    fn open_none(&self, passphrase: &Passphrase) {
        let pem = self.nobody.get_or_init(|| {
            let salt = Salt {
                salt: [0; 16],
                iv: [0; 16],
            };
            let key = SecretKey::from_seed(&[0; 32]);
            pkcs8::encrypt(&key, "the key of nobody", &salt, self.hardness).unwrap_or_default()
        });
        let _ = pkcs8::decrypt(pem, passphrase);
    }

    fn rewrap(&self, file: &KeyFile, from: &Passphrase, to: &Passphrase) -> Result<(), VaultError> {
        let key = self.open(file, from)?;
        let path = self.path(file);
        let pem = self.sealed(&key, to, &path)?;
        let io = |source| not_written(&path, source);
        let next = path.with_extension("pem.new");
        // One that an earlier attempt left half-written.
        match fs::remove_file(&next) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
            _ => {}
        }
        write_new(&next, pem.as_bytes())?;
        fs::rename(&next, &path).map_err(io)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(io)
    }
}

fn not_written(path: &Path, source: io::Error) -> VaultError {
    VaultError::Io {
        path: path.to_owned(),
        action: "written",
        source,
    }
}

/// Make the folder in which a file is to lie.
fn make_folder_of(path: &Path) -> Result<(), VaultError> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let made = parent.map_or(Ok(()), make_folder);
    made.map_err(|source| not_written(path, source))
}

fn make_folder(path: &Path) -> io::Result<()> {
    match path.is_dir() {
        true => Ok(()),
        false => fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path),
    }
}

/// Write a file that must not exist yet, for its owner alone, and have it on disk before returning.
pub fn write_new(path: &Path, octets: &[u8]) -> Result<(), VaultError> {
    let io = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => VaultError::Exists(path.to_owned()),
        _ => VaultError::Io {
            path: path.to_owned(),
            action: "written",
            source,
        },
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(io)?;
    file.write_all(octets)
        .and_then(|()| file.sync_all())
        .map_err(io)
}

/// Read a file that only its owner may read; anything else is refused with advice.
pub fn read_private(path: &Path) -> Result<Zeroizing<String>, VaultError> {
    let io = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => VaultError::Missing(path.to_owned()),
        _ => VaultError::Io {
            path: path.to_owned(),
            action: "read",
            source,
        },
    };
    let file = File::open(path).map_err(io)?;
    let mode = file.metadata().map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(VaultError::Exposed {
            path: path.to_owned(),
            mode,
        });
    }
    let mut text = Zeroizing::new(String::new());
    file.take(KEY_FILE_BYTES)
        .read_to_string(&mut text)
        .map_err(io)?;
    Ok(text)
}

/// Read a key file from a medium that may know no owners; `None` where there is none.
fn read_anywhere(path: &Path) -> Result<Option<Zeroizing<String>>, VaultError> {
    let mut text = Zeroizing::new(String::new());
    let read =
        File::open(path).and_then(|file| file.take(KEY_FILE_BYTES).read_to_string(&mut text));
    match read {
        Ok(_) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(VaultError::Io {
            path: path.to_owned(),
            action: "read",
            source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::ports::NoEntropy;

    struct Ones;

    impl Entropy for Ones {
        fn fill(&self, octets: &mut [u8]) -> Result<(), NoEntropy> {
            octets.fill(1);
            Ok(())
        }
    }

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.to_owned())
    }

    /// What was changed at the venue comes home; nothing that the venue put in a signing key's place does.
    #[test]
    fn key_files_go_out_and_come_home() {
        let folder = tempfile::tempdir().unwrap();
        let vault = |name: &str| {
            let path = folder.path().join(name);
            FileVault::new(path, Arc::new(Ones), Hardness::Fixture)
        };
        let (home, venue) = (vault("home"), vault("venue"));
        let [jane, paul] = ["jane", "paul"].map(|name| KeyFile::Operator(name.to_owned()));
        let issuing = KeyFile::Signing("issuing-1".to_owned());
        let (old, new) = (
            passphrase("the first one"),
            passphrase("another one of them"),
        );
        for file in [&jane, &issuing] {
            home.create(file, &old).unwrap();
            venue.copy_from(&home, file).unwrap();
            venue.copy_from(&home, file).unwrap();
            assert!(!home.follow(&venue, file).unwrap(), "nothing changed");
            venue.rewrap(file, &old, &new).unwrap();
            assert!(matches!(
                venue.copy_from(&home, file),
                Err(VaultError::Exists(_))
            ));
        }
        venue.create(&paul, &new).unwrap();
        let taken = [&jane, &issuing, &paul].map(|file| home.follow(&venue, file).unwrap());
        assert_eq!(taken, [true, false, true]);
        assert!(home.open(&jane, &new).is_ok() && home.open(&paul, &new).is_ok());
        assert!(home.open(&issuing, &old).is_ok());
        assert!(folder.path().join("home/operators/jane.pem.old").is_file());
        let whole = fs::read_to_string(venue.path(&jane)).unwrap();
        for damaged in ["", "junk", &whole[..whole.len() / 2]] {
            fs::write(venue.path(&jane), damaged).unwrap();
            assert!(!home.follow(&venue, &jane).unwrap(), "{damaged}");
        }
        assert!(home.open(&jane, &new).is_ok());
        fs::remove_file(venue.path(&paul)).unwrap();
        assert!(!home.follow(&venue, &paul).unwrap() && home.open(&paul, &new).is_ok());
    }

    #[test]
    fn no_key_is_made_under_a_published_password() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join(BREACHED_PASSWORDS);
        // SHA-1 of "correct horse battery staple".
        fs::write(&list, "ABF7AAD6438836DBE526AA231ABDE2D0EEF74D42:384\r\n").unwrap();
        let vault = FileVault::new(
            folder.path().join("keys"),
            Arc::new(Ones),
            Hardness::Fixture,
        )
        .with_breached(folder.path());
        let file = KeyFile::Operator("jane".to_owned());
        let published = passphrase("correct horse battery staple");
        let refused = vault.create(&file, &published);
        assert!(matches!(refused, Err(VaultError::Breached)), "{refused:?}");
        assert!(matches!(
            vault.check_new(&published),
            Err(VaultError::Breached)
        ));
        assert!(!folder.path().join("keys").exists());
        vault
            .create(&file, &passphrase("copper lantern drifts north"))
            .unwrap();
        vault.open_none(&published);
    }

    #[test]
    fn keys_are_private_encrypted_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let vault = FileVault::new(
            folder.path().join("keys"),
            Arc::new(Ones),
            Hardness::Fixture,
        );
        let file = KeyFile::Operator("jane".to_owned());
        let public = vault
            .create(&file, &passphrase("long enough words"))
            .unwrap();
        assert_eq!(
            vault
                .open(&file, &passphrase("long enough words"))
                .unwrap()
                .public_key(),
            public
        );
        assert!(matches!(
            vault.open(&file, &passphrase("other long words")),
            Err(VaultError::Key { .. })
        ));
        assert!(matches!(
            vault.create(&file, &passphrase("long enough words")),
            Err(VaultError::Exists(_))
        ));
        let (old, new) = (
            passphrase("long enough words"),
            passphrase("other words, long"),
        );
        assert!(vault.rewrap(&file, &new, &old).is_err());
        assert!(vault.rewrap(&file, &old, &passphrase("short")).is_err());
        let left = folder.path().join("keys/operators/jane.pem.new");
        fs::write(&left, "half of").unwrap();
        vault.rewrap(&file, &old, &new).unwrap();
        assert!(vault.open(&file, &old).is_err() && !left.exists());
        assert_eq!(vault.open(&file, &new).unwrap().public_key(), public);
        vault.rewrap(&file, &new, &old).unwrap();
        let path = folder.path().join("keys/operators/jane.pem");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let exposed = vault
            .open(&file, &passphrase("long enough words"))
            .unwrap_err();
        assert!(exposed.to_string().contains("chmod 600"), "{exposed}");
        let missing = vault.open(
            &KeyFile::Signing("issuing-1".to_owned()),
            &passphrase("long enough words"),
        );
        assert!(matches!(missing, Err(VaultError::Missing(_))));
    }
}
