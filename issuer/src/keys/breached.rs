//! Passwords that were published: the list of Have I Been Pwned, kept in a file and asked without any network.
//!
//! The list has a line `SHA-1:COUNT` for each password, in the order of the hashes; whole, it is tens of gigabytes, so it
//! is searched by halves where it lies. SHA-1 is the list's choice and guards nothing here.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use sha1::{Digest as _, Sha1};

use crate::app::ports::vault::VaultError;

/// The name of the list in a data folder.
pub const BREACHED_PASSWORDS: &str = "breached-passwords.txt";
/// Hexadecimal digits of a SHA-1.
const HASH_DIGITS: usize = 40;
/// No line is longer: a hash, a colon, and a number.
const LINE_OCTETS: u64 = 128;

/// The list, if somebody put one there.
pub(super) struct Breached {
    path: PathBuf,
}

impl Breached {
    /// The list of a data folder.
    pub(super) fn of(folder: &Path) -> Self {
        Self {
            path: folder.join(BREACHED_PASSWORDS),
        }
    }

    /// Refuse a password that is in the list. A list that is not there refuses nothing; one that cannot be read, all.
    pub(super) fn check(&self, password: &str) -> Result<(), VaultError> {
        let found = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => Err(error),
            Ok(list) => holds(list, &hash(password)),
        };
        match found {
            Ok(false) => Ok(()),
            Ok(true) => Err(VaultError::Breached),
            Err(source) => Err(VaultError::Io {
                path: self.path.clone(),
                action: "read",
                source,
            }),
        }
    }
}

fn hash(password: &str) -> String {
    let octets = Sha1::digest(password.as_bytes());
    octets.iter().map(|octet| format!("{octet:02X}")).collect()
}

/// Whether a line of the list begins with this hash.
fn holds(list: File, hash: &str) -> io::Result<bool> {
    let (mut low, mut high) = (0, list.metadata()?.len());
    let mut list = BufReader::new(list);
    // The line looked for begins in low..high.
    while low < high {
        let middle = low + (high - low) / 2;
        let (start, line) = line_from(&mut list, low, middle)?;
        let found = line.get(..HASH_DIGITS).filter(|found| {
            let rest = line.get(HASH_DIGITS..).unwrap_or_default().trim_end();
            found.bytes().all(|octet| octet.is_ascii_hexdigit())
                && (rest.is_empty() || rest.starts_with(':'))
        });
        let found = found.ok_or_else(|| no_line(start))?;
        match hash.cmp(&found.to_ascii_uppercase()) {
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Greater => low = start + line.len() as u64,
            std::cmp::Ordering::Less => high = start.min(middle),
        }
    }
    Ok(false)
}

/// The line in which `middle` lies, and where it begins. A line begins at `low`.
fn line_from(list: &mut BufReader<File>, low: u64, middle: u64) -> io::Result<(u64, String)> {
    let back = middle.saturating_sub(LINE_OCTETS).max(low);
    list.seek(SeekFrom::Start(back))?;
    let mut start = back;
    if back > low {
        start += list.take_line()?.len() as u64;
    }
    loop {
        let line = list.take_line()?;
        let next = start + line.len() as u64;
        if next > middle || line.is_empty() {
            return Ok((start, line));
        }
        start = next;
    }
}

trait TakeLine {
    fn take_line(&mut self) -> io::Result<String>;
}

impl TakeLine for BufReader<File> {
    fn take_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.by_ref().take(LINE_OCTETS).read_line(&mut line)?;
        Ok(line)
    }
}

fn no_line(at: u64) -> io::Error {
    let told = format!(
        "at octet {at} there is no line SHA-1:COUNT; the list that is read is Pwned Passwords, ordered by hash"
    );
    io::Error::new(io::ErrorKind::InvalidData, told)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(lines: &[String], end: &str) -> (tempfile::TempDir, Breached) {
        let folder = tempfile::tempdir().unwrap();
        let text: String = lines.iter().map(|line| format!("{line}{end}")).collect();
        std::fs::write(folder.path().join(BREACHED_PASSWORDS), text).unwrap();
        let breached = Breached::of(folder.path());
        (folder, breached)
    }

    #[test]
    fn hashes_are_those_of_the_published_list() {
        assert_eq!(hash("password"), "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8");
    }

    proptest! {
        /// Every password of the list is found and no other, wherever it stands.
        #[test]
        fn all_of_a_list_and_nothing_else(
            words in prop::collection::btree_set("[a-z]{1,8}", 0..60),
            others in prop::collection::vec("[A-Z]{1,8}", 0..10),
            counts in prop::collection::vec(1_u32.., 60),
            windows in any::<bool>(),
        ) {
            let mut lines: Vec<String> = words
                .iter()
                .zip(counts)
                .map(|(word, count)| format!("{}:{count}", hash(word)))
                .collect();
            lines.sort();
            let (_folder, breached) = list(&lines, if windows { "\r\n" } else { "\n" });
            for word in &words {
                prop_assert!(matches!(breached.check(word), Err(VaultError::Breached)), "{word}");
            }
            for other in &others {
                prop_assert!(breached.check(other).is_ok(), "{other}");
            }
        }
    }

    #[test]
    fn no_list_refuses_nothing_and_another_file_everything() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Breached::of(folder.path()).check("password").is_ok());
        for wrong in [
            "password".to_owned(),
            "a".repeat(500),
            format!("{}x", hash("a")),
        ] {
            let (_folder, breached) = list(&[wrong], "\n");
            let refused = breached.check("another").unwrap_err();
            assert!(matches!(refused, VaultError::Io { .. }), "{refused}");
        }
    }
}
