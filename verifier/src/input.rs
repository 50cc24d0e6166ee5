//! From the bytes of a file to what the core judges. What the bytes are is told from the bytes, never from a name.

use cheti_verifier_core::presented::{Form, Presented};

use crate::scan::{self, Kind, QrText, ScanError};

/// What a file turned out to be.
#[derive(Debug)]
pub enum Read {
    /// Something to judge, be it unreadable.
    Presented(Presented),
    /// An archive of such files.
    Archive,
    /// Another kind of file, in plain words with its article.
    Other(&'static str),
}

/// Read a file's bytes. A damaged picture or PDF is something to judge: its report says what is wrong with it.
pub fn read(bytes: &[u8]) -> Read {
    match scan::recognise(bytes) {
        Kind::Json => Read::Presented(Presented::json(without_bom(bytes))),
        Kind::QrText => Read::Presented(text(&String::from_utf8_lossy(bytes))),
        Kind::Png => Read::Presented(badge_or_image(bytes)),
        Kind::Jpeg | Kind::WebP => Read::Presented(image(bytes)),
        Kind::Svg => drawing(bytes),
        Kind::Pdf => Read::Presented(pdf(bytes)),
        Kind::Zip => Read::Archive,
        Kind::Unknown(words) => Read::Other(words),
    }
}

/// The codes in a text, or the text itself as one when none is found, so that the report says what is wrong with it.
pub fn text(text: &str) -> Presented {
    match scan::text(text) {
        found if found.is_empty() => Presented::code(text.trim()),
        found => Presented::codes(found.iter().map(QrText::as_str)),
    }
}

/// A PNG may carry a credential, and show a code as well: then both are judged.
fn badge_or_image(bytes: &[u8]) -> Presented {
    let baked = match scan::baked(bytes) {
        Ok(Some(baked)) => baked,
        Ok(None) => return image(bytes),
        Err(error) => return unreadable(Form::Badge, &error),
    };
    match scan::image(bytes) {
        Ok(codes) => Presented::badge(&baked, codes.iter().map(QrText::as_str)),
        Err(error) => unreadable(Form::Badge, &error),
    }
}

/// What is drawn in an SVG is not looked at.
fn drawing(bytes: &[u8]) -> Read {
    match scan::baked(bytes) {
        Ok(Some(baked)) => Read::Presented(Presented::badge(&baked, [])),
        Ok(None) => Read::Other("an SVG drawing without a certificate baked into it"),
        Err(error) => Read::Presented(unreadable(Form::Badge, &error)),
    }
}

fn image(bytes: &[u8]) -> Presented {
    match scan::image(bytes) {
        Ok(codes) => Presented::image(codes.iter().map(QrText::as_str)),
        Err(error) => unreadable(Form::Image, &error),
    }
}

fn pdf(bytes: &[u8]) -> Presented {
    match scan::pdf(bytes) {
        Ok(content) => Presented::pdf(
            content
                .attachments
                .iter()
                .map(|attached| attached.bytes.as_slice()),
            content.codes.iter().map(QrText::as_str),
        ),
        Err(error) => unreadable(Form::Pdf, &error),
    }
}

fn unreadable(form: Form, error: &ScanError) -> Presented {
    Presented::unreadable(form, error.to_string())
}

/// Some editors put a byte order mark before JSON, which is no part of it.
fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_bytes() {
        let form = |bytes: &[u8]| match read(bytes) {
            Read::Presented(presented) => Some(presented.form()),
            Read::Archive | Read::Other(_) => None,
        };
        assert_eq!(form(b"{\"a\":1}"), Some(Form::Json));
        assert_eq!(form(b"\xef\xbb\xbf {}"), Some(Form::Json));
        assert_eq!(form(b"https://v.nc4.example/#912345"), Some(Form::Code));
        assert_eq!(form(b"%PDF-1.7 nothing"), Some(Form::Pdf));
        assert_eq!(form(b"\x89PNG\r\n\x1a\n"), Some(Form::Image));
        assert_eq!(form(b"hello"), None);
        assert!(matches!(read(b"PK\x05\x06"), Read::Archive));
    }
}
