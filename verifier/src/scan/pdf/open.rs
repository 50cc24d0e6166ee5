//! Parses a PDF's objects within bounds.

use std::cell::Cell;
use std::hash::{BuildHasher, Hasher, RandomState};

use lopdf::{DecompressError, Document, Error, LoadOptions, Object, ObjectId};

use super::super::error::ScanError;
use super::super::isolated::abandon;
use super::super::limits::{MAX_PDF_OBJECTS, MAX_PDF_STRUCTURE_BYTES};
use super::KIND;

thread_local! {
    /// Objects seen while the file of this thread is opened: the parser's only hook is a plain function.
    static OBJECTS: Cell<usize> = const { Cell::new(0) };
}

/// The document's objects.
///
/// Encrypted files are refused, also those that open with an empty password: the parser would load their objects past the
/// counting hook. It is therefore given a password that nobody can know.
pub(super) fn document(bytes: &[u8]) -> Result<Document, ScanError> {
    OBJECTS.set(0);
    let options = LoadOptions {
        password: Some(format!("{:x}", RandomState::new().build_hasher().finish())),
        filter: Some(counted),
        max_decompressed_size: Some(MAX_PDF_STRUCTURE_BYTES),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options).map_err(told)?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(ScanError::Encrypted { kind: KIND });
    }
    Ok(document)
}

/// The parser keeps `object` itself, or what is returned when it comes from an object stream, where no stream can be.
fn counted(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let count = OBJECTS.get() + 1;
    OBJECTS.set(count);
    if count > MAX_PDF_OBJECTS {
        abandon(ScanError::TooComplex {
            what: "objects",
            limit: MAX_PDF_OBJECTS as u64,
        });
    }
    let kept = if object.as_stream().is_ok() {
        Object::Null
    } else {
        object.clone()
    };
    Some((id, kept))
}

fn told(error: Error) -> ScanError {
    match error {
        Error::InvalidPassword | Error::Decryption(_) | Error::UnsupportedSecurityHandler(_) => {
            ScanError::Encrypted { kind: KIND }
        }
        Error::Decompress(DecompressError::MemoryLimitExceeded { limit }) => {
            ScanError::TooComplex {
                what: "bytes in one part",
                limit: limit as u64,
            }
        }
        _ => ScanError::Damaged { kind: KIND },
    }
}
