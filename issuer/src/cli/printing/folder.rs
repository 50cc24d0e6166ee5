//! A folder: one PDF and one JSON file a certificate.

use std::fs;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use super::progress::Progress;
use super::write_file;
use crate::app::error::AppError;
use crate::app::papers::Deliverable;
use crate::app::print_batch::PrintRun;

/// The record of a run that is not done.
const RECORD: &str = ".cheti-printing";

/// What an earlier run of the same line finished stays as it is.
pub(super) fn write(
    run: &PrintRun<'_>,
    how: &str,
    folder: &Path,
    printing: &ProgressBar,
) -> Result<Vec<PathBuf>, AppError> {
    let progress = Progress::open(&folder.join(RECORD), &run.fingerprint(how))?;
    let has_it = |deliverable: &Deliverable| {
        let done = progress.has(&deliverable.stem) && is_there(folder, deliverable);
        if done {
            printing.inc(1);
        }
        done
    };
    let deliver = |deliverable: &Deliverable, pdf: &[u8]| {
        save(folder, deliverable, pdf)?;
        printing.inc(1);
        progress.add(&deliverable.stem)
    };
    run.each(&has_it, &deliver)?;
    progress.close()?;
    Ok(vec![folder.to_owned()])
}

fn is_there(folder: &Path, deliverable: &Deliverable) -> bool {
    let same = |octets: Vec<u8>| octets == deliverable.json;
    let json = fs::read(folder.join(format!("{}.json", deliverable.stem))).is_ok_and(same);
    json && folder.join(format!("{}.pdf", deliverable.stem)).is_file()
}

/// The PDF first: a JSON file says that its PDF is whole.
pub(crate) fn save(folder: &Path, deliverable: &Deliverable, pdf: &[u8]) -> Result<(), AppError> {
    for (ending, octets) in [("pdf", pdf), ("json", deliverable.json.as_slice())] {
        write_file(
            &folder.join(format!("{}.{ending}", deliverable.stem)),
            octets,
        )?;
    }
    Ok(())
}
