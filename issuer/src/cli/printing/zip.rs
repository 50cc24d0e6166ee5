//! A ZIP file: the same files as in a folder, in order.
//!
//! It is written under another name and renamed once it is whole; after an interruption it is written anew from the start.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use zip::ZipWriter;

use super::{beside, not_written};
use crate::app::error::AppError;
use crate::app::print_batch::PrintRun;
use crate::zipped;

pub(super) fn write(
    run: &PrintRun<'_>,
    out: &Path,
    printing: &ProgressBar,
) -> Result<Vec<PathBuf>, AppError> {
    let part = beside(out, ".part");
    let written = fill(run, out, &part, printing);
    if written.is_err() {
        // Nobody can use a part of a ZIP file.
        let _ = fs::remove_file(&part);
    }
    written?;
    fs::rename(&part, out).map_err(not_written(out))?;
    Ok(vec![out.to_owned()])
}

fn fill(
    run: &PrintRun<'_>,
    out: &Path,
    part: &Path,
    printing: &ProgressBar,
) -> Result<(), AppError> {
    let failed = not_written(out);
    let file = File::create(part).map_err(&failed)?;
    let mut zip = ZipWriter::new(UntilFull::new(file));
    run.in_order(&mut |deliverable, pdf| {
        printing.inc(1);
        zipped::add(&mut zip, deliverable, pdf).map_err(&failed)
    })?;
    let end = || {
        let whole = zip.finish().map_err(io::Error::other)?;
        let file = whole
            .file
            .into_inner()
            .map_err(|error| error.into_error())?;
        file.sync_all()
    };
    end().map_err(&failed)
}

/// A file that only pretends to take more in once a write has failed, and says so once: a ZIP writer that is given up tries
/// to finish its file, and complains where nobody listens.
struct UntilFull {
    file: BufWriter<File>,
    failed: bool,
    /// Where the next octet goes, or would go.
    at: u64,
}

impl UntilFull {
    fn new(file: File) -> Self {
        Self {
            file: BufWriter::new(file),
            failed: false,
            at: 0,
        }
    }

    fn noting<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        self.failed |= done.is_err();
        done
    }
}

impl Write for UntilFull {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let written = match self.failed {
            true => octets.len(),
            false => {
                let written = self.file.write(octets);
                self.noting(written)?
            }
        };
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed {
            return Ok(());
        }
        let flushed = self.file.flush();
        self.noting(flushed)
    }
}

impl Seek for UntilFull {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match (self.failed, to) {
            (false, to) => {
                let found = self.file.seek(to);
                self.noting(found)?
            }
            (true, SeekFrom::Start(place)) => place,
            (true, SeekFrom::Current(by) | SeekFrom::End(by)) => self.at.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}
