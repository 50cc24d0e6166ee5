//! A book: one print-ready PDF, in volumes when there are many pages.

use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use rayon::prelude::*;

use super::progress::Progress;
use super::{beside, write_file};
use crate::app::error::AppError;
use crate::app::print_batch::{PrintRun, VOLUME};

/// Volumes that are bound at once, and so in memory.
const AT_ONCE: usize = 2;

/// What an earlier run of the same line finished, volume by volume, stays as it is.
pub(super) fn write(
    run: &PrintRun<'_>,
    how: &str,
    out: &Path,
    marks: bool,
    printing: &ProgressBar,
) -> Result<Vec<PathBuf>, AppError> {
    let progress = Progress::open(&beside(out, ".cheti-printing"), &run.fingerprint(how))?;
    let volumes = run.volumes(VOLUME);
    let paths: Vec<PathBuf> = (1..=volumes.len())
        .map(|number| volume_path(out, number, volumes.len()))
        .collect();
    let bind = |number: usize| {
        let (pages, path) = (volumes[number].clone(), &paths[number]);
        let name = number.to_string();
        if progress.has(&name) && path.is_file() {
            printing.inc(pages.len() as u64);
            return Ok(());
        }
        write_file(path, &run.book(pages, marks, &|| printing.inc(1))?)?;
        progress.add(&name)
    };
    let numbers: Vec<usize> = (0..volumes.len()).collect();
    for some in numbers.chunks(AT_ONCE) {
        some.par_iter().try_for_each(|number| bind(*number))?;
    }
    progress.close()?;
    Ok(paths)
}

/// `NAME.pdf`, or `NAME-1-of-3.pdf` for one of several.
pub(super) fn volume_path(out: &Path, number: usize, of: usize) -> PathBuf {
    if of == 1 {
        return out.to_owned();
    }
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let ending = out.extension().map(|ending| ending.to_string_lossy());
    let ending = ending.map_or_else(String::new, |ending| format!(".{ending}"));
    out.with_file_name(format!("{stem}-{number}-of-{of}{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_are_named_after_the_book() {
        for (out, number, of, wanted) in [
            ("b/book.pdf", 1, 1, "b/book.pdf"),
            ("b/book.pdf", 2, 3, "b/book-2-of-3.pdf"),
            ("a.b.pdf", 1, 2, "a.b-1-of-2.pdf"),
            ("book", 1, 2, "book-1-of-2"),
        ] {
            assert_eq!(volume_path(Path::new(out), number, of), Path::new(wanted));
        }
    }
}
