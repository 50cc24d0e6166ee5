//! Runs a decoder of untrusted bytes so that neither its panic nor its deep recursion ends the process.

use std::panic::resume_unwind;
use std::thread;

use super::error::{FileKind, ScanError};

/// Room for decoders that recurse; address space only, untouched pages cost nothing.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Ends an isolated run at once from any depth of a decoder's callbacks, without the noise of a panic.
pub(super) fn abandon(error: ScanError) -> ! {
    resume_unwind(Box::new(error))
}

/// Runs `decode` on a thread of its own. A panic inside becomes [`ScanError::Damaged`], [`abandon`] the error it was given.
pub(super) fn isolated<T: Send>(
    kind: FileKind,
    decode: impl FnOnce() -> Result<T, ScanError> + Send,
) -> Result<T, ScanError> {
    thread::scope(|scope| {
        let run = thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, decode);
        match run.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(payload)) => Err(payload
                .downcast::<ScanError>()
                .map_or(ScanError::Damaged { kind }, |error| *error)),
            Err(_) => Err(ScanError::TooMuchMemory),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_damaged_file_and_an_abandoned_run_keeps_its_error() {
        let panicked = isolated::<()>(FileKind::Pdf, || {
            resume_unwind(Box::new("index out of bounds"))
        });
        assert_eq!(
            panicked,
            Err(ScanError::Damaged {
                kind: FileKind::Pdf
            })
        );
        let abandoned = isolated::<()>(FileKind::Pdf, || abandon(ScanError::TooMuchMemory));
        assert_eq!(abandoned, Err(ScanError::TooMuchMemory));
        assert_eq!(isolated(FileKind::Pdf, || Ok(7)), Ok(7));
    }
}
