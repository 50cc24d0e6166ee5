//! What a file is, told from its first bytes and never from its name.

use super::text::text;

/// What a file is, as far as the verifier cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text that begins like JSON.
    Json,
    /// Text with at least one address or number of a certificate's code.
    QrText,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A WebP picture.
    WebP,
    /// An SVG drawing, which is never drawn: only what is baked into it is taken.
    Svg,
    /// A PDF file.
    Pdf,
    /// A ZIP archive.
    Zip,
    /// Something else, in plain words with its article ("a Word document").
    Unknown(&'static str),
}

impl Kind {
    /// The kind in plain words, with its article.
    #[must_use]
    pub fn described(self) -> &'static str {
        match self {
            Self::Json => "a JSON file",
            Self::QrText => "a text with a certificate's code",
            Self::Png => "a PNG picture",
            Self::Jpeg => "a JPEG picture",
            Self::WebP => "a WebP picture",
            Self::Svg => "an SVG drawing",
            Self::Pdf => "a PDF file",
            Self::Zip => "a ZIP archive",
            Self::Unknown(words) => words,
        }
    }
}

/// Tells what `bytes` are by their content.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Kind {
    picture_or_pdf(bytes)
        .or_else(|| zip_family(bytes))
        .or_else(|| other_binary(bytes).map(Kind::Unknown))
        .unwrap_or_else(|| textual(bytes))
}

fn picture_or_pdf(bytes: &[u8]) -> Option<Kind> {
    const PDF_HEADER_WITHIN: usize = 1024;
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(Kind::Png)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(Kind::Jpeg)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(Kind::WebP)
    } else if contains(head(bytes, PDF_HEADER_WITHIN), b"%PDF-") && !begins_like_json(bytes) {
        Some(Kind::Pdf)
    } else {
        None
    }
}

/// ZIP archives, and the office documents that are ZIP archives inside.
fn zip_family(bytes: &[u8]) -> Option<Kind> {
    const PARTS_WITHIN: usize = 4096;
    if bytes.starts_with(b"PK\x05\x06") {
        return Some(Kind::Zip);
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let start = head(bytes, PARTS_WITHIN);
    let documents: [(&[u8], &str); 6] = [
        (
            b"mimetypeapplication/vnd.oasis.opendocument",
            "an OpenDocument file",
        ),
        (b"mimetypeapplication/epub", "an e-book"),
        (b"word/", "a Word document"),
        (b"xl/", "an Excel workbook"),
        (b"ppt/", "a PowerPoint presentation"),
        (b"[Content_Types].xml", "an Office document"),
    ];
    let office =
        contains(start, b"[Content_Types].xml") || contains(start, b"mimetypeapplication/");
    let document = documents
        .iter()
        .find(|(part, _)| office && contains(start, part));
    Some(document.map_or(Kind::Zip, |(_, name)| Kind::Unknown(name)))
}

fn other_binary(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 16] = [
        (b"GIF87a", "a GIF picture"),
        (b"GIF89a", "a GIF picture"),
        (b"BM", "a BMP picture"),
        (b"II*\0", "a TIFF picture"),
        (b"MM\0*", "a TIFF picture"),
        (b"\0\0\x01\0", "an icon"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "an old Office document",
        ),
        (b"{\\rtf", "a rich-text document"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"\x1f\x8b", "a gzip file"),
        (b"%!PS", "a PostScript file"),
        (b"\x7fELF", "a program"),
        (b"MZ", "a program"),
        (b"\xff\xfe", "a text file in UTF-16: save it as UTF-8"),
        (b"\xfe\xff", "a text file in UTF-16: save it as UTF-8"),
    ];
    if bytes.is_empty() {
        return Some("an empty file");
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some(match bytes.get(8..12) {
            Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => {
                "an HEIC photo"
            }
            Some(b"avif" | b"avis") => "an AVIF picture",
            _ => "a video or sound file",
        });
    }
    MAGIC
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, name)| *name)
}

fn textual(bytes: &[u8]) -> Kind {
    let Ok(content) = str::from_utf8(bytes) else {
        return Kind::Unknown("a file of a kind that is not known here");
    };
    let start = content.trim_start_matches('\u{feff}').trim_start();
    let tag = head(start.as_bytes(), 256).to_ascii_lowercase();
    if begins_like_json(bytes) {
        Kind::Json
    } else if tag.starts_with(b"<svg") || (begins_like_xml(&tag) && is_svg(start)) {
        Kind::Svg
    } else if !text(content).is_empty() {
        Kind::QrText
    } else if tag.starts_with(b"<!doctype html") || tag.starts_with(b"<html") {
        Kind::Unknown("a web page")
    } else if tag.starts_with(b"<?xml") {
        Kind::Unknown("an XML file")
    } else if content.contains('\0') {
        Kind::Unknown("a file of a kind that is not known here")
    } else {
        Kind::Unknown("a text without a certificate's code")
    }
}

fn begins_like_xml(tag: &[u8]) -> bool {
    [&b"<?xml"[..], b"<!--", b"<!doctype svg"]
        .iter()
        .any(|start| tag.starts_with(start))
}

/// Drawing programs put declarations and comments, but not much more, before the root.
fn is_svg(content: &str) -> bool {
    const ROOT_WITHIN: usize = 4096;
    contains(head(content.as_bytes(), ROOT_WITHIN), b"<svg")
}

fn begins_like_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    matches!(bytes.trim_ascii_start(), [b'{', rest @ ..] if !rest.starts_with(b"\\rtf"))
        || bytes.trim_ascii_start().starts_with(b"[")
}

fn head(bytes: &[u8], length: usize) -> &[u8] {
    bytes.get(..length).unwrap_or(bytes)
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_files_by_their_content() {
        let cases: [(&[u8], Kind); 29] = [
            (b"{\"a\":1}", Kind::Json),
            (b"\xef\xbb\xbf \r\n{\"a\":1}", Kind::Json),
            (b"[1]", Kind::Json),
            (b"{\"note\":\"%PDF-1.7\"}", Kind::Json),
            (b"https://v.nc4.example/#9123\n", Kind::QrText),
            (b"9123456", Kind::QrText),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Kind::Png),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Kind::Jpeg),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Kind::WebP),
            (b"%PDF-1.7\n", Kind::Pdf),
            (b"\r\n\r\n%PDF-1.4\n", Kind::Pdf),
            (b"PK\x03\x04\x14\0\0\0\0\0certificates/a.pdf", Kind::Zip),
            (b"PK\x05\x06\0\0", Kind::Zip),
            (
                b"PK\x03\x04....[Content_Types].xml....word/document.xml",
                Kind::Unknown("a Word document"),
            ),
            (
                b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml",
                Kind::Unknown("an Excel workbook"),
            ),
            (b"PK\x03\x04....password/word/notes.txt", Kind::Zip),
            (b"GIF89a....", Kind::Unknown("a GIF picture")),
            (b"\0\0\0\x18ftypheic", Kind::Unknown("an HEIC photo")),
            (b"\0\0\0\x18ftypavif", Kind::Unknown("an AVIF picture")),
            (
                b"\0\0\0\x18ftypisom",
                Kind::Unknown("a video or sound file"),
            ),
            (b"{\\rtf1\\ansi", Kind::Unknown("a rich-text document")),
            (b"<!DOCTYPE html><html>", Kind::Unknown("a web page")),
            (b"<?xml version='1.0'?><svg>", Kind::Svg),
            (b"\xef\xbb\xbf<svg xmlns=''>9123</svg>", Kind::Svg),
            (b"<!-- drawn -->\n<svg/>", Kind::Svg),
            (b"<?xml version='1.0'?><rss/>", Kind::Unknown("an XML file")),
            (
                b"Dear Sir",
                Kind::Unknown("a text without a certificate's code"),
            ),
            (b"", Kind::Unknown("an empty file")),
            (
                b"\x80\x81\x82",
                Kind::Unknown("a file of a kind that is not known here"),
            ),
        ];
        for (bytes, kind) in cases {
            assert_eq!(
                recognise(bytes),
                kind,
                "{:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }
}
