//! Calls of sled's: its errors, and its assertions, as values.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ::sled::Error as SledError;

/// Why sled refused.
pub(super) enum Refusal {
    /// A file could not be read or written.
    Io(io::Error),
    /// sled met what it does not understand, or gave up.
    Damage(String),
}

impl From<SledError> for Refusal {
    fn from(error: SledError) -> Self {
        match error {
            SledError::Io(source) => Self::Io(source),
            SledError::Unsupported(detail) => {
                Self::Io(io::Error::new(io::ErrorKind::Unsupported, detail))
            }
            other => Self::Damage(other.to_string()),
        }
    }
}

impl From<Refusal> for io::Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Io(source) => source,
            Refusal::Damage(detail) => Self::other(detail),
        }
    }
}

/// Run a call of sled's, which asserts where it could return an error.
pub(super) fn guarded<T>(call: impl FnOnce() -> Result<T, SledError>) -> Result<T, Refusal> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(Refusal::from),
        Err(panic) => Err(Refusal::Damage(panic_text(panic.as_ref()).to_owned())),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("sled gave up")
}
