//! Saying things: words for people, JSON for programs, a progress bar on long work, files written whole.

use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::Session;
use super::failure::Failure;

impl Session {
    /// Print `words`, or `value` as one line of JSON.
    pub(crate) fn say(&self, words: &str, value: &impl Serialize) {
        say(self.json, words, value);
    }
}

/// Print `words`, or `value` as one line of JSON.
pub(crate) fn say(json: bool, words: &str, value: &impl Serialize) {
    let text = match json {
        true => serde_json::to_string(value).unwrap_or_default(),
        false => words.to_owned(),
    };
    // A closed pipe is the reader's choice, not an error.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A progress bar on a terminal, nothing elsewhere.
pub(crate) fn bar(total: u64, what: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
    let bar = ProgressBar::new(total).with_message(what.to_owned());
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Write a file so that it is whole or absent, whatever happens meanwhile.
pub(crate) fn write_whole(path: &Path, octets: &[u8]) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = fs::File::create(&part).and_then(|mut file| {
        file.write_all(octets)?;
        file.sync_all()
    });
    match written.and_then(|()| fs::rename(&part, path)) {
        Ok(()) => Ok(()),
        Err(error) => {
            let _ = fs::remove_file(&part);
            Err(error)
        }
    }
}

/// Make a folder for files to be written to.
pub(crate) fn make_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|error| Failure::file("made", path, &error))
}

/// Read a file the officer named, up to `limit` octets and one more, so that a reader downstream sees the excess.
pub(crate) fn read_file(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    use std::io::Read as _;
    let mut octets = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut octets));
    read.map_err(|error| Failure::file("read", path, &error))?;
    Ok(octets)
}
