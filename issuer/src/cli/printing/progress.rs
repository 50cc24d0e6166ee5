//! What an interrupted run has finished, so that the same line goes on.
//!
//! The record lies beside the output until the run is done: the run's fingerprint, then a name a line. A name is added once
//! its files are whole and on the disk; one that a power cut swallows is only printed again.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cheti_shared::ids::Digest;

use super::{not_written, write_file};
use crate::app::error::AppError;

/// The record of a run.
pub(super) struct Progress {
    path: PathBuf,
    finished: BTreeSet<String>,
    file: Mutex<File>,
}

impl Progress {
    /// Go on with a run of this fingerprint, or begin it.
    pub(super) fn open(path: &Path, fingerprint: &Digest) -> Result<Self, AppError> {
        let first = format!("{fingerprint}\n");
        let before = fs::read_to_string(path).unwrap_or_default();
        let finished: BTreeSet<String> = match before.strip_prefix(&first) {
            // A line without an end was being written when the run was interrupted.
            Some(names) => names
                .split_inclusive('\n')
                .filter_map(|line| line.strip_suffix('\n'))
                .map(str::to_owned)
                .collect(),
            None => BTreeSet::new(),
        };
        let names = finished.iter().map(|name| format!("{name}\n"));
        let text: String = [first].into_iter().chain(names).collect();
        write_file(path, text.as_bytes())?;
        let file = OpenOptions::new().append(true).open(path);
        Ok(Self {
            path: path.to_owned(),
            finished,
            file: Mutex::new(file.map_err(not_written(path))?),
        })
    }

    /// Whether an earlier run finished this.
    pub(super) fn has(&self, name: &str) -> bool {
        self.finished.contains(name)
    }

    /// This is finished.
    pub(super) fn add(&self, name: &str) -> Result<(), AppError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let line = format!("{name}\n");
        file.write_all(line.as_bytes())
            .map_err(not_written(&self.path))
    }

    /// The run is done.
    pub(super) fn close(self) -> Result<(), AppError> {
        fs::remove_file(&self.path).map_err(not_written(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_on_only_where_it_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        let run = Progress::open(&path, &one).unwrap();
        run.add("a").unwrap();
        run.add("b").unwrap();
        drop(run);
        let cut = fs::read_to_string(&path).unwrap() + "c";
        fs::write(&path, cut).unwrap();
        let run = Progress::open(&path, &one).unwrap();
        assert!(run.has("a") && run.has("b") && !run.has("c"));
        run.add("d").unwrap();
        drop(run);
        assert!(Progress::open(&path, &one).unwrap().has("d"));
        assert!(!Progress::open(&path, &other).unwrap().has("a"));
        Progress::open(&path, &one).unwrap().close().unwrap();
        assert!(!path.exists());
    }
}
