//! Why a file could not be read, in words for the person who sent it.

use std::fmt;

use cheti_shared::baked::BakedError;
use thiserror::Error;

/// The kinds of file the room opens, as a person calls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A PNG, JPEG or WebP picture.
    Picture,
    /// A PDF file.
    Pdf,
    /// A ZIP archive.
    Zip,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Picture => "picture",
            Self::Pdf => "PDF file",
            Self::Zip => "ZIP archive",
        })
    }
}

/// A file that could not be read. Each message says what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ScanError {
    /// The file is larger than the room reads.
    #[error("this {kind} has {} MiB, at most {} MiB are read: send a smaller one", mebibytes(*bytes), mebibytes(*limit))]
    TooLarge {
        /// What the file is.
        kind: FileKind,
        /// Its size in bytes.
        bytes: u64,
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// The picture's header announces more pixels than are read.
    #[error("this photo has {} megapixels, at most {} are read: send a smaller one", pixels.div_ceil(1_000_000), limit / 1_000_000)]
    TooManyPixels {
        /// Width times height.
        pixels: u64,
        /// The most that is read.
        limit: u64,
    },
    /// The picture would take too much memory although its pixels are few enough (e.g. 16 bits a channel).
    #[error(
        "this picture needs too much memory to open: save it as an ordinary JPEG or PNG and send that"
    )]
    TooMuchMemory,
    /// A decoder gave up: broken, cut short, or not what it says.
    #[error(
        "this {kind} is damaged or incomplete and cannot be opened: fetch or scan it again and send the new file"
    )]
    Damaged {
        /// What the file claims to be.
        kind: FileKind,
    },
    /// What is baked into a picture cannot be taken out.
    #[error(transparent)]
    Baked(#[from] BakedError),
    /// The bytes are of another kind than the caller said.
    #[error("this is not a {expected}: it is {found}")]
    WrongKind {
        /// What was asked for.
        expected: FileKind,
        /// What it is, in plain words with its article.
        found: &'static str,
    },
    /// The PDF or archive entry is encrypted.
    #[error("this {kind} is protected with a password: save it without protection and send that")]
    Encrypted {
        /// What the file is.
        kind: FileKind,
    },
    /// The PDF has more pages than are searched.
    #[error(
        "this PDF file has {pages} pages, at most {limit} are searched: send only the page with the certificate"
    )]
    TooManyPages {
        /// How many pages there are.
        pages: usize,
        /// How many are searched.
        limit: usize,
    },
    /// Opening the PDF would take more memory, objects or time than is granted.
    #[error(
        "this PDF file is too complex ({what} over {limit}): print the certificate's page to a new PDF, or send a photo of it"
    )]
    TooComplex {
        /// What there is too much of.
        what: &'static str,
        /// How much is granted.
        limit: u64,
    },
    /// A JSON file attached to the PDF is larger than any credential may be.
    #[error("the attached file {name:?} unpacks to more than {} KiB, more than any certificate: this is not a certificate's PDF file", limit / 1024)]
    AttachmentTooLarge {
        /// The attachment's name, made safe to show.
        name: String,
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// More attachments than are looked at.
    #[error(
        "this PDF file has more than {limit} attached files: send the certificate's PDF file as it was issued"
    )]
    TooManyAttachments {
        /// How many are taken.
        limit: usize,
    },
    /// More codes on one picture or page than are taken.
    #[error("there are more than {limit} QR codes on this {kind}: send one certificate at a time")]
    TooManyCodes {
        /// Where they are.
        kind: FileKind,
        /// How many are taken.
        limit: usize,
    },
    /// The archive lists more files than are read.
    #[error("this ZIP archive lists {entries} files, at most {limit} are read: split it")]
    TooManyEntries {
        /// How many are listed.
        entries: usize,
        /// How many are read.
        limit: usize,
    },
    /// One file of the archive is larger than is read.
    #[error("{name:?} unpacks to more than {} MiB: send a smaller file", mebibytes(*limit))]
    EntryTooLarge {
        /// The entry's name, made safe to show.
        name: String,
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// The files of the archive together are larger than is read.
    #[error("this ZIP archive unpacks to more than {} MiB: split it", mebibytes(*limit))]
    ArchiveTooLarge {
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// One file of the archive cannot be unpacked.
    #[error(
        "{name:?} is damaged or packed in a way that is not read: pack it again as an ordinary ZIP"
    )]
    DamagedEntry {
        /// The entry's name, made safe to show.
        name: String,
    },
    /// One file of the archive is encrypted.
    #[error("{name:?} is protected with a password: pack it again without one")]
    EncryptedEntry {
        /// The entry's name, made safe to show.
        name: String,
    },
    /// An archive inside an archive.
    #[error("{name:?} is a ZIP archive inside this one: unpack it and send its files")]
    NestedArchive {
        /// The entry's name, made safe to show.
        name: String,
    },
}

fn mebibytes(bytes: u64) -> u64 {
    bytes.div_ceil(1024 * 1024)
}

/// A foreign name made safe to show: no control or direction-changing characters, at most 120 characters.
pub(super) fn displayable(name: &str) -> String {
    const LONGEST: usize = 120;
    let safe = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut shown: String = name
        .chars()
        .take(LONGEST)
        .map(|c| if safe(c) { c } else { '\u{fffd}' })
        .collect();
    if name.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_and_what_to_do() {
        let error = ScanError::TooManyPixels {
            pixels: 51_999_000,
            limit: 40_000_000,
        };
        assert_eq!(
            error.to_string(),
            "this photo has 52 megapixels, at most 40 are read: send a smaller one"
        );
        let error = ScanError::TooLarge {
            kind: FileKind::Pdf,
            bytes: 20 * 1024 * 1024 + 1,
            limit: 20 * 1024 * 1024,
        };
        assert_eq!(
            error.to_string(),
            "this PDF file has 21 MiB, at most 20 MiB are read: send a smaller one"
        );
    }

    #[test]
    fn names_are_made_safe_to_show() {
        assert_eq!(displayable("Wanjikũ Ng'ang'a.pdf"), "Wanjikũ Ng'ang'a.pdf");
        assert_eq!(
            displayable("a\u{202e}fdp.exe\r\n\u{1b}[31m"),
            "a\u{fffd}fdp.exe\u{fffd}\u{fffd}\u{fffd}[31m"
        );
        assert_eq!(displayable(&"x".repeat(500)).chars().count(), 121);
    }
}
