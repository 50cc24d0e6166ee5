//! How far a run of `check --report` is.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::report::Writing;

/// How far a run is, on the line below the command.
pub(super) struct Progress {
    files: usize,
    shown: Option<Instant>,
}

impl Progress {
    /// Of these files and what is in these folders; what is in archives is not counted before it is come upon.
    pub(super) fn of(paths: &[PathBuf]) -> Self {
        Self {
            files: paths.iter().map(|path| files_in(path, 0)).sum(),
            shown: None,
        }
    }

    /// Tell it, a few times a second.
    pub(super) fn show(&mut self, table: &Writing, to: &mut dyn Write) {
        const PAUSE: Duration = Duration::from_millis(200);
        if self.shown.is_some_and(|last| last.elapsed() < PAUSE) {
            return;
        }
        self.shown = Some(Instant::now());
        let _ = write!(to, "\r{}", self.line(table.so_far()));
        let _ = to.flush();
    }

    fn line(&self, (rows, bad): (usize, String)) -> String {
        const WIDTH: usize = 30;
        let full = (WIDTH * rows.min(self.files))
            .checked_div(self.files)
            .unwrap_or(WIDTH);
        let bar: String = "#".repeat(full) + &".".repeat(WIDTH - full);
        let files = self.files.max(rows);
        format!("[{bar}] {rows} of {files} files, {bad} ")
    }
}

fn files_in(path: &Path, depth: usize) -> usize {
    let is_folder = path.is_dir() && (depth == 0 || !path.is_symlink());
    let entries = match is_folder && depth <= super::check::FOLDER_DEPTH {
        true => fs::read_dir(path),
        false => return usize::from(!is_folder),
    };
    let entries = entries.into_iter().flatten().flatten();
    entries
        .map(|entry| files_in(&entry.path(), depth + 1))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_bar_that_never_overflows() {
        let progress = Progress {
            files: 4,
            shown: None,
        };
        assert_eq!(
            progress.line((1, "1 not valid".to_owned())),
            "[#######.......................] 1 of 4 files, 1 not valid "
        );
        assert!(progress.line((9, String::new())).contains("] 9 of 9 files"));
        let none = Progress {
            files: 0,
            shown: None,
        };
        assert!(none.line((0, String::new())).contains("] 0 of 0 files"));
    }
}
