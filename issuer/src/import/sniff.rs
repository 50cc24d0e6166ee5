//! Telling by its first octets what kind of file somebody chose.

use crate::domain::roster::Stranger;

/// What a file turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, perhaps CSV.
    Text,
    /// A ZIP file with a workbook inside.
    Xlsx,
    /// Something that we do not read.
    Stranger(Stranger),
}

/// Looks at the octets; the name of a file proves nothing.
pub(super) fn sniff(bytes: &[u8]) -> Kind {
    const MAGIC: [(&[u8], Stranger); 12] = [
        (b"%PDF", Stranger::Pdf),
        (b"\xff\xd8\xff", Stranger::Picture),
        (b"\x89PNG", Stranger::Picture),
        (b"GIF8", Stranger::Picture),
        (b"II*\0", Stranger::Picture),
        (b"MM\0*", Stranger::Picture),
        (b"RIFF", Stranger::Picture),
        (b"{\\rtf", Stranger::RichText),
        (b"\x1f\x8b", Stranger::Archive),
        (b"7z\xbc\xaf", Stranger::Archive),
        (b"Rar!\x1a", Stranger::Archive),
        (b"BZh", Stranger::Archive),
    ];
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return zip_kind(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Kind::Stranger(compound_kind(bytes));
    }
    if let Some((_, stranger)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Kind::Stranger(*stranger);
    }
    markup_kind(bytes).map_or(Kind::Text, Kind::Stranger)
}

/// The names of the parts stand uncompressed in the file.
fn zip_kind(bytes: &[u8]) -> Kind {
    let has = |name: &[u8]| contains(bytes, name);
    if has(b"xl/workbook.bin") {
        Kind::Stranger(Stranger::Xlsb)
    } else if has(b"application/vnd.oasis.opendocument") {
        Kind::Stranger(Stranger::OpenDocument)
    } else if has(b"word/document.xml") {
        Kind::Stranger(Stranger::Word)
    } else if has(b"[Content_Types].xml") || has(b"xl/") {
        // The second alone: a workbook that lost its end on the way.
        Kind::Xlsx
    } else {
        Kind::Stranger(Stranger::Archive)
    }
}

/// The names of the streams of a compound file are UTF-16.
fn compound_kind(bytes: &[u8]) -> Stranger {
    let has = |name: &str| {
        contains(
            bytes,
            &name
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>(),
        )
    };
    if has("EncryptedPackage") {
        Stranger::Protected
    } else if has("Workbook") || has("Book") {
        Stranger::OldExcel
    } else {
        Stranger::OldOffice
    }
}

fn markup_kind(bytes: &[u8]) -> Option<Stranger> {
    let start = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    let head = start[..start.len().min(1024)].to_ascii_lowercase();
    if [
        &b"<html"[..],
        b"<!doctype html",
        b"<table",
        b"<head",
        b"<body",
        b"<meta",
    ]
    .iter()
    .any(|m| head.starts_with(m))
    {
        return Some(Stranger::Html);
    }
    if head.starts_with(b"<?xml") || head.starts_with(b"<!--") {
        return Some(if contains(&head, b"<html") {
            Stranger::Html
        } else {
            Stranger::Xml
        });
    }
    None
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_people_choose_by_mistake() {
        let protected = [
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(),
            b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
        ]
        .concat();
        let cases: [(&[u8], Kind); 12] = [
            (b"%PDF-1.7 ...", Kind::Stranger(Stranger::Pdf)),
            (b"\xff\xd8\xff\xe0", Kind::Stranger(Stranger::Picture)),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0k\0b\0o\0o\0k\0",
                Kind::Stranger(Stranger::OldExcel),
            ),
            (&protected, Kind::Stranger(Stranger::Protected)),
            (
                b"PK\x03\x04 word/document.xml [Content_Types].xml",
                Kind::Stranger(Stranger::Word),
            ),
            (
                b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
                Kind::Stranger(Stranger::OpenDocument),
            ),
            (
                b"PK\x03\x04 [Content_Types].xml xl/workbook.bin",
                Kind::Stranger(Stranger::Xlsb),
            ),
            (b"PK\x03\x04 photo.jpg", Kind::Stranger(Stranger::Archive)),
            (
                b"PK\x03\x04 [Content_Types].xml xl/workbook.xml",
                Kind::Xlsx,
            ),
            (
                b"\xef\xbb\xbf \r\n<HTML xmlns:x=",
                Kind::Stranger(Stranger::Html),
            ),
            (
                b"<?xml version=\"1.0\"?><Workbook>",
                Kind::Stranger(Stranger::Xml),
            ),
            (b"Name,P/No\n", Kind::Text),
        ];
        for (bytes, kind) in cases {
            assert_eq!(sniff(bytes), kind, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
