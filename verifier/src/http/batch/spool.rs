//! A batch's octets in a file without a name: written as they come, read as far as they have come. Whatever ends the
//! service ends the file too.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::super::problem::Problem;

/// The octets of one batch.
#[derive(Debug)]
pub(super) struct Spool {
    file: File,
    limit: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    octets: u64,
    end: Option<Result<(), Problem>>,
}

impl Spool {
    /// An empty one that takes this many octets.
    pub(super) fn open(limit: u64) -> Result<Arc<Self>, Problem> {
        let file = tempfile::tempfile().map_err(|error| failed(&error))?;
        Ok(Arc::new(Self {
            file,
            limit,
            state: Mutex::default(),
            changed: Condvar::new(),
        }))
    }

    /// Add to the end.
    pub(super) fn write(&self, octets: &[u8]) -> Result<(), Problem> {
        let more = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        let held = self.state().octets.saturating_add(more);
        if held > self.limit {
            let mebibytes = self.limit >> 20;
            let detail = format!("at most {mebibytes} MiB in one batch; send the rest as another");
            return Err(Problem::BatchTooLarge(detail));
        }
        let written = (&self.file).write_all(octets);
        written.map_err(|error| failed(&error))?;
        self.state().octets = held;
        self.changed.notify_all();
        Ok(())
    }

    /// Nothing more will come. What was said first stays.
    pub(super) fn end(&self, ended: Result<(), Problem>) {
        self.state().end.get_or_insert(ended);
        self.changed.notify_all();
    }

    /// A reader from the start.
    pub(super) fn reader(self: &Arc<Self>) -> Reader {
        Reader {
            spool: self.clone(),
            at: 0,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wait until there are octets beyond `at`, or until the end; how many there are then.
    fn wait_beyond(&self, at: u64) -> (u64, Option<Result<(), Problem>>) {
        let waits = |state: &mut State| state.octets <= at && state.end.is_none();
        let state = self.changed.wait_while(self.state(), waits);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        (state.octets, state.end.clone())
    }
}

fn failed(error: &io::Error) -> Problem {
    tracing::error!(error = %error, "a batch could not be kept in the temporary folder");
    Problem::Internal
}

/// Reads what has come and waits for more; seeking from the end waits for the end.
#[derive(Debug)]
pub(super) struct Reader {
    spool: Arc<Spool>,
    at: u64,
}

impl Reader {
    /// Why the batch ended before its end, if it did.
    pub(super) fn problem(&self) -> Option<Problem> {
        self.spool.state().end.clone()?.err()
    }

    /// Wait until everything has come; why it did not, if it did not.
    pub(super) fn wait_for_all(&self) -> Result<(), Problem> {
        self.spool.wait_beyond(u64::MAX).1.unwrap_or(Ok(()))
    }
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let (octets, end) = self.spool.wait_beyond(self.at);
        if octets <= self.at {
            return match end {
                Some(Err(_)) => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
                _ => Ok(0),
            };
        }
        let there = usize::try_from(octets - self.at).unwrap_or(usize::MAX);
        let room = into.len().min(there);
        let read = self.spool.file.read_at(&mut into[..room], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => {
                let (octets, _) = self.spool.wait_beyond(u64::MAX);
                octets.checked_add_signed(by)
            }
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_waits_for_what_is_written() {
        let spool = Spool::open(8).unwrap();
        let mut reader = spool.reader();
        let reading = std::thread::spawn(move || {
            let mut text = String::new();
            let read = reader
                .read_to_string(&mut text)
                .map_err(|error| error.kind());
            (text, read, reader.problem())
        });
        spool.write(b"abc").unwrap();
        spool.write(b"def").unwrap();
        let refused = spool.write(b"ghi");
        assert!(matches!(refused, Err(Problem::BatchTooLarge(_))));
        spool.end(Ok(()));
        spool.end(Err(Problem::Timeout));
        assert_eq!(reading.join().unwrap(), ("abcdef".to_owned(), Ok(6), None));
        let mut again = spool.reader();
        assert_eq!(again.seek(SeekFrom::End(-2)).unwrap(), 4);
        let mut end = Vec::new();
        again.read_to_end(&mut end).unwrap();
        assert_eq!(end, b"ef");
    }

    #[test]
    fn an_early_end_is_told_after_what_had_come() {
        let spool = Spool::open(8).unwrap();
        spool.write(b"abc").unwrap();
        spool.end(Err(Problem::Timeout));
        let mut reader = spool.reader();
        let mut octets = Vec::new();
        let read = reader
            .read_to_end(&mut octets)
            .map_err(|error| error.kind());
        assert_eq!(
            (octets.as_slice(), read),
            (&b"abc"[..], Err(io::ErrorKind::UnexpectedEof))
        );
        assert_eq!(reader.problem(), Some(Problem::Timeout));
        assert_eq!(reader.wait_for_all(), Err(Problem::Timeout));
    }
}
