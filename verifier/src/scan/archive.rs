//! The files of a ZIP archive, unpacked one at a time within bounds.

use std::io::{Read, Seek};

use zip::ZipReadOptions;
use zip::read::{Config, ZipFileEntry};
use zip::unstable::read::{ZipIterable, ZipIterableFiles};

use super::error::{FileKind, ScanError, displayable};
use super::kind::{Kind, recognise};
use super::limits::{MAX_ARCHIVE_BYTES, MAX_ARCHIVE_ENTRIES, MAX_ENTRY_BYTES};

const KIND: FileKind = FileKind::Zip;

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path in the archive, made safe to show. For display only: it may name anything, so nothing is ever opened or written by it.
    pub name: String,
    /// Its bytes, unpacked.
    pub bytes: Vec<u8>,
}

/// A ZIP archive opened for reading; only the end of its table of contents is in memory.
pub struct Archive<R>(ZipIterable<R>);

/// Opens a ZIP archive.
///
/// # Errors
/// Not a ZIP archive, damaged, or more entries than are read.
pub fn archive<R: Read + Seek>(reader: R) -> Result<Archive<R>, ScanError> {
    let archive = ZipIterable::try_new(reader, Config::default())
        .map_err(|_| ScanError::Damaged { kind: KIND })?;
    let entries = archive.len();
    if entries > MAX_ARCHIVE_ENTRIES {
        return Err(ScanError::TooManyEntries {
            entries,
            limit: MAX_ARCHIVE_ENTRIES,
        });
    }
    Ok(Archive(archive))
}

impl<R: Read + Seek> Archive<R> {
    /// The first file with exactly this name, wherever it lies; no other is unpacked.
    ///
    /// # Errors
    /// A damaged table of contents, or what is wrong with the file.
    pub fn file(&mut self, name: &str) -> Result<Option<Entry>, ScanError> {
        let damaged = |_| ScanError::Damaged { kind: KIND };
        let files = self.0.files().map_err(damaged)?;
        while let Some(entry) = files.next() {
            let entry = entry.map_err(damaged)?;
            if !entry.is_dir() && entry.name_raw() == name.as_bytes() {
                return unpacked(entry, files.reader_mut(), &mut { MAX_ARCHIVE_BYTES }).map(Some);
            }
        }
        Ok(None)
    }

    /// The files in turn, each unpacked when it is asked for; folders are passed over.
    ///
    /// An error about one file leaves the others readable; one about the archive ends the iteration.
    ///
    /// # Errors
    /// A damaged table of contents.
    pub fn entries(&mut self) -> Result<impl Iterator<Item = Result<Entry, ScanError>>, ScanError> {
        let files = self
            .0
            .files()
            .map_err(|_| ScanError::Damaged { kind: KIND })?;
        let mut budget = MAX_ARCHIVE_BYTES;
        let mut ended = false;
        Ok(std::iter::from_fn(move || {
            if ended {
                return None;
            }
            let entry = next_file(files, &mut budget)?;
            ended = matches!(
                entry,
                Err(ScanError::Damaged { .. } | ScanError::ArchiveTooLarge { .. })
            );
            Some(entry)
        }))
    }
}

/// The next entry that is a file.
fn next_file<R: Read + Seek>(
    files: &mut ZipIterableFiles<R>,
    budget: &mut u64,
) -> Option<Result<Entry, ScanError>> {
    loop {
        let Ok(entry) = files.next()? else {
            return Some(Err(ScanError::Damaged { kind: KIND }));
        };
        if !entry.is_dir() {
            return Some(unpacked(entry, files.reader_mut(), budget));
        }
    }
}

/// Unpacks one file, trusting no size that the archive states.
fn unpacked<R: Read + Seek>(
    entry: ZipFileEntry<'_>,
    reader: &mut R,
    budget: &mut u64,
) -> Result<Entry, ScanError> {
    let name = displayable(&String::from_utf8_lossy(entry.name_raw()));
    if entry.encrypted() {
        return Err(ScanError::EncryptedEntry { name });
    }
    let Ok(file) = entry.with_reader(reader, ZipReadOptions::default()) else {
        return Err(ScanError::DamagedEntry { name });
    };
    let mut bytes = Vec::new();
    let read = file.take(MAX_ENTRY_BYTES + 1).read_to_end(&mut bytes);
    let length = bytes.len() as u64;
    *budget = budget
        .checked_sub(length)
        .ok_or(ScanError::ArchiveTooLarge {
            limit: MAX_ARCHIVE_BYTES,
        })?;
    if length > MAX_ENTRY_BYTES {
        Err(ScanError::EntryTooLarge {
            name,
            limit: MAX_ENTRY_BYTES,
        })
    } else if read.is_err() {
        Err(ScanError::DamagedEntry { name })
    } else if recognise(&bytes) == Kind::Zip {
        Err(ScanError::NestedArchive { name })
    } else {
        Ok(Entry { name, bytes })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use proptest::prelude::*;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn listed(bytes: Vec<u8>) -> Vec<Result<Entry, ScanError>> {
        archive(Cursor::new(bytes))
            .unwrap()
            .entries()
            .unwrap()
            .collect()
    }

    #[test]
    fn gives_the_files_in_turn_with_names_safe_to_show() {
        let entries = listed(zipped(&[
            ("a.json", b"{}"),
            ("folder/", b""),
            ("../../etc/\u{202e}b.txt", b"b"),
        ]));
        let expected = [("a.json", &b"{}"[..]), ("../../etc/\u{fffd}b.txt", b"b")];
        assert_eq!(
            entries,
            expected.map(|(name, bytes)| Ok(Entry {
                name: name.into(),
                bytes: bytes.to_vec()
            }))
        );
    }

    #[test]
    fn one_bad_file_leaves_the_others_readable() {
        let inner = zipped(&[("x", b"x")]);
        let huge = vec![0; MAX_ENTRY_BYTES as usize + 1];
        let entries = listed(zipped(&[
            ("inner.zip", &inner),
            ("huge.json", &huge),
            ("last.json", b"{}"),
        ]));
        assert_eq!(
            entries[0],
            Err(ScanError::NestedArchive {
                name: "inner.zip".into()
            })
        );
        assert_eq!(
            entries[1],
            Err(ScanError::EntryTooLarge {
                name: "huge.json".into(),
                limit: MAX_ENTRY_BYTES
            })
        );
        assert_eq!(
            entries[2],
            Ok(Entry {
                name: "last.json".into(),
                bytes: b"{}".to_vec()
            })
        );
    }

    #[test]
    fn counts_what_is_unpacked_and_not_what_is_stated() {
        let bytes = zipped(&[("a", &[7; 1000]), ("b", b"b")]);
        let mut archive = archive(Cursor::new(bytes)).unwrap();
        let files = archive.0.files().unwrap();
        let mut budget = 1000;
        assert!(next_file(files, &mut budget).unwrap().is_ok());
        assert_eq!(budget, 0);
        assert_eq!(
            next_file(files, &mut budget).unwrap(),
            Err(ScanError::ArchiveTooLarge {
                limit: MAX_ARCHIVE_BYTES
            })
        );
    }

    #[test]
    fn refuses_too_many_entries_and_other_files() {
        assert_eq!(
            archive(Cursor::new(b"PK".to_vec())).err(),
            Some(ScanError::Damaged { kind: KIND })
        );
        let names: Vec<String> = (0..=MAX_ARCHIVE_ENTRIES)
            .map(|index| index.to_string())
            .collect();
        let files: Vec<(&str, &[u8])> =
            names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        let refused = ScanError::TooManyEntries {
            entries: names.len(),
            limit: MAX_ARCHIVE_ENTRIES,
        };
        assert_eq!(archive(Cursor::new(zipped(&files))).err(), Some(refused));
        assert_eq!(listed(zipped(&files[..3])).len(), 3);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn never_panics_on_changed_bytes(at in any::<prop::sample::Index>(), value in any::<u8>(), cut in any::<prop::sample::Index>()) {
            let mut bytes = zipped(&[("a.json", b"{\"a\":1}"), ("b.txt", &[b'b'; 500])]);
            let index = at.index(bytes.len());
            bytes[index] = value;
            let length = cut.index(bytes.len());
            for bytes in [bytes.clone(), bytes[..length].to_vec()] {
                if let Ok(mut archive) = archive(Cursor::new(bytes)) {
                    let entries = archive.entries().map(|entries| entries.take(10).count());
                    prop_assert!(entries.unwrap_or(0) < 10);
                }
            }
        }
    }
}
