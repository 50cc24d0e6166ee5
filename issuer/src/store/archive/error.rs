//! What can go wrong with an archive, and what the decryption's errors mean for its user.

use std::io;

use age::{DecryptError, EncryptError};

use crate::app::ports::store::StoreError;

use super::MAX_WORK;
use super::line::Fault;

/// What can go wrong with an archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Another passphrase locked it.
    #[error("this passphrase does not open the archive; try again with the one it was made with")]
    WrongPassphrase,
    /// It demands more work for the passphrase than this program is ready to do.
    #[error(
        "the archive asks for 2^{required} steps of work for its passphrase, the limit is 2^{limit}"
    )]
    TooMuchWork {
        /// The logarithm of the work it asks for.
        required: u8,
        /// The logarithm of the limit.
        limit: u8,
    },
    /// It is not an age file locked with a passphrase.
    #[error("this is not a backup archive (an age file locked with a passphrase)")]
    NotAnArchive,
    /// The encryption's own check failed: bits are missing or different.
    #[error("the archive is cut short or was changed after it was made; use another copy")]
    Broken {
        /// What the decryption said.
        #[source]
        source: io::Error,
    },
    /// The decrypted text is not what an archive holds.
    #[error("line {line} of the archive {fault}; use another copy")]
    Malformed {
        /// The line's number, from 1.
        line: u64,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A newer version of this program wrote it.
    #[error(
        "the archive has format {found}, this program knows format {known}; use the newer program"
    )]
    Newer {
        /// The archive's format.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// The store to restore into holds records.
    #[error(
        "the store to restore into is not empty; nothing was written, restore into a new store"
    )]
    NotEmpty,
    /// The fault was found when records were written already.
    #[error(
        "the restore stopped after {written} records; throw this store away and restore into a new one"
    )]
    Partial {
        /// How many records were written.
        written: u64,
        /// The fault.
        #[source]
        source: Box<ArchiveError>,
    },
    /// The archive's file could not be written.
    #[error("the archive could not be written")]
    Write(#[source] io::Error),
    /// The archive's file could not be read.
    #[error("the archive could not be read")]
    Read(#[source] io::Error),
    /// The passphrase could not be used to encrypt.
    #[error("the archive could not be encrypted")]
    Encrypt(#[from] EncryptError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The decryption's errors while the lock is opened.
pub(super) fn locked(error: DecryptError) -> ArchiveError {
    match error {
        DecryptError::DecryptionFailed
        | DecryptError::KeyDecryptionFailed
        | DecryptError::NoMatchingKeys => ArchiveError::WrongPassphrase,
        DecryptError::ExcessiveWork { required, .. } => ArchiveError::TooMuchWork {
            required,
            limit: MAX_WORK,
        },
        DecryptError::InvalidMac => ArchiveError::Broken {
            source: io::ErrorKind::InvalidData.into(),
        },
        DecryptError::Io(source) if source.kind() == io::ErrorKind::UnexpectedEof => {
            ArchiveError::NotAnArchive
        }
        DecryptError::Io(source) if source.kind() == io::ErrorKind::InvalidData => {
            ArchiveError::NotAnArchive
        }
        DecryptError::Io(source) => ArchiveError::Read(source),
        // An invalid header, an unknown format, or what a later version of the library adds.
        _ => ArchiveError::NotAnArchive,
    }
}

/// The decryption's errors while the records are read.
pub(super) fn broken(source: io::Error) -> ArchiveError {
    match source.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
            ArchiveError::Broken { source }
        }
        _ => ArchiveError::Read(source),
    }
}
