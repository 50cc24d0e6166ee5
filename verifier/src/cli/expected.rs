//! `check --expected`: what is expected of the files that are checked.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Failure;
use super::check::bounded;
use super::report::same_file;
use crate::compare;
use crate::present::shown;
use crate::rows::expected::Expectations;

/// What the table says.
pub(super) struct Expected {
    path: PathBuf,
    rows: Expectations,
    /// The headings of columns that are not read.
    passed_over: Vec<String>,
}

impl Expected {
    /// Read a table. Every row must be one that can be used: nothing is judged otherwise.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let mut file = File::open(path).map_err(|error| Failure::read(path, error))?;
        let bytes = bounded(&mut file, &name)?;
        let refuse = |problems| Failure::Expected {
            name: name.clone(),
            problems,
        };
        let read = Expectations::read(&bytes);
        let (rows, wrong, passed_over) = read.map_err(|problem| refuse(vec![problem]))?;
        let mut problems: Vec<String> = wrong.into_iter().map(|fault| fault.detail).collect();
        for (file, expected) in rows.iter() {
            if let Err(error) = expected.check() {
                problems.push(format!("{file}: {error}"));
            }
        }
        match problems.is_empty() {
            true => Ok(Self {
                path: path.to_owned(),
                rows,
                passed_over,
            }),
            false => Err(refuse(problems)),
        }
    }

    /// What is expected of a file, found by its whole name or by its last part.
    pub(super) fn of(&mut self, name: &str) -> compare::Expected {
        let last = name.rsplit(['/', ':']).next();
        self.rows.of([name].into_iter().chain(last))
    }

    /// Whether `path` is this table itself.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        same_file(&self.path, path)
    }

    /// Tell what of the table was not used.
    pub(super) fn tell_the_rest(&self, to: &mut dyn Write) -> io::Result<()> {
        for column in self.passed_over.iter().map(|column| shown(column)) {
            writeln!(
                to,
                "note: the column {column} of what is expected was not read"
            )?;
        }
        for file in self.rows.not_there().map(shown) {
            writeln!(
                to,
                "note: something is expected of {file}, which was not there"
            )?;
        }
        Ok(())
    }
}
