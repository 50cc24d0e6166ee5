//! What the desk needs beside the certificates: a contact sheet, a checklist, envelope labels.

use std::path::{Path, PathBuf};

use super::super::args::Format;
use super::book::volume_path;
use super::write_file;
use crate::app::error::AppError;
use crate::app::ports::press::ListKind;
use crate::app::print_batch::{PrintRun, VOLUME};

/// Write them into the folder, or beside the file.
pub(super) fn write(
    run: &PrintRun<'_>,
    out: &Path,
    format: Format,
) -> Result<Vec<PathBuf>, AppError> {
    let path = |what: &str| match format {
        Format::Folder => out.join(format!("{what}.pdf")),
        Format::Zip | Format::Book => {
            let stem = out.file_stem().unwrap_or_default().to_string_lossy();
            out.with_file_name(format!("{stem}-{what}.pdf"))
        }
    };
    let mut written = Vec::new();
    let mut keep = |path: PathBuf, octets: Vec<u8>| {
        let kept = write_file(&path, &octets);
        written.push(path);
        kept
    };
    let volumes = run.volumes(VOLUME);
    for (number, pages) in (1..).zip(&volumes) {
        let path = volume_path(&path("contact-sheet"), number, volumes.len());
        keep(path, run.contact_sheet(pages.clone())?)?;
    }
    keep(path("checklist"), run.list(ListKind::Checklist)?)?;
    keep(path("labels"), run.list(ListKind::Labels)?)?;
    Ok(written)
}
