//! Files that hold a secret: their owner alone may read them, and a new one never takes another's place.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// No secret is longer.
const FILE_BYTES: u64 = 64 << 10;

/// Why such a file is not used.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It cannot be read or written.
    #[error("cannot use {}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Others may read it.
    #[error("{} may be read by others than its owner", .path.display())]
    Exposed {
        /// Which.
        path: PathBuf,
    },
}

/// The text of a file that its owner alone may read.
pub fn read(path: &Path) -> Result<String, SecretFileError> {
    let mut text = String::new();
    let file = File::open(path).map_err(|source| unusable(path, source))?;
    let about = file.metadata().map_err(|source| unusable(path, source))?;
    if about.permissions().mode() & 0o077 != 0 {
        return Err(SecretFileError::Exposed {
            path: path.to_owned(),
        });
    }
    let read = file.take(FILE_BYTES).read_to_string(&mut text);
    read.map_err(|source| unusable(path, source))?;
    Ok(text)
}

/// Write a new file for its owner alone.
pub fn make(path: &Path, text: &str) -> Result<(), SecretFileError> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|source| unusable(path, source))
}

fn unusable(path: &Path, source: io::Error) -> SecretFileError {
    SecretFileError::Io {
        path: path.to_owned(),
        source,
    }
}
