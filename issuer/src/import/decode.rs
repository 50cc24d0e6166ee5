//! From octets to text: UTF-8, UTF-16 and Windows-1252, with or without a byte-order mark.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::domain::roster::{ReadError, Stranger};

/// Decodes a text file and names its encoding. Nothing is replaced: what cannot be decoded is an error.
///
/// Octets that are not UTF-8 are Windows-1252, the encoding in which Excel saves plain "CSV" here, unless other parts of
/// the file are UTF-8 with accents: then two encodings were pasted together and no choice is right for all names.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, &'static str), ReadError> {
    let (encoding, body) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None => (guess(bytes)?, bytes),
    };
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(body)
        .ok_or_else(|| ReadError::BadText {
            encoding: encoding.name(),
            line: bad_line(body),
        })?;
    if text.contains('\0') {
        return Err(ReadError::NotASpreadsheet {
            stranger: Stranger::Binary,
        });
    }
    Ok((text.into_owned(), encoding.name()))
}

fn guess(bytes: &[u8]) -> Result<&'static Encoding, ReadError> {
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Ok(encoding);
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok(UTF_8),
        Err(_) if bytes.contains(&0) => Err(ReadError::NotASpreadsheet {
            stranger: Stranger::Binary,
        }),
        Err(_) if has_utf8_letters(bytes) => Err(ReadError::BadText {
            encoding: UTF_8.name(),
            line: bad_line(bytes),
        }),
        Err(_) => Ok(WINDOWS_1252),
    }
}

/// In UTF-16 of Latin text every other octet is zero.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let pairs = bytes.chunks_exact(2);
    let (mut first, mut second, total) = (0, 0, pairs.len());
    for pair in pairs {
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
    }
    let most = |zeros: usize| total > 0 && bytes.len().is_multiple_of(2) && zeros * 10 > total * 7;
    match (most(first), most(second)) {
        (true, false) if second == 0 => Some(UTF_16BE),
        (false, true) if first == 0 => Some(UTF_16LE),
        _ => None,
    }
}

fn has_utf8_letters(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

fn bad_line(bytes: &[u8]) -> usize {
    let good = bytes
        .utf8_chunks()
        .next()
        .map_or(0, |chunk| chunk.valid().len());
    1 + bytes[..good]
        .iter()
        .filter(|&&octet| octet == b'\n')
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, order: fn(u16) -> [u8; 2], mark: &[u8]) -> Vec<u8> {
        let octets = text.encode_utf16().flat_map(order);
        mark.iter().copied().chain(octets).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Name;P/No\r\nJosé Núñez;1\r\n";
        let cases = [
            (text.as_bytes().to_vec(), "UTF-8"),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
            (utf16(text, u16::to_le_bytes, b"\xff\xfe"), "UTF-16LE"),
            (utf16(text, u16::to_be_bytes, b"\xfe\xff"), "UTF-16BE"),
            (utf16(text, u16::to_le_bytes, b""), "UTF-16LE"),
            (utf16(text, u16::to_be_bytes, b""), "UTF-16BE"),
            (WINDOWS_1252.encode(text).0.into_owned(), "windows-1252"),
        ];
        for (bytes, encoding) in cases {
            assert_eq!(decode(&bytes), Ok((text.to_owned(), encoding)));
        }
    }

    #[test]
    fn nothing_is_replaced() {
        let mixed = b"Name\nWanjik\xc5\xa9\nJos\xe9\n";
        assert_eq!(
            decode(mixed),
            Err(ReadError::BadText {
                encoding: "UTF-8",
                line: 3
            })
        );
        let marked = b"\xef\xbb\xbfName\nJos\xe9\n";
        assert_eq!(
            decode(marked),
            Err(ReadError::BadText {
                encoding: "UTF-8",
                line: 2
            })
        );
        let surrogate = b"\xff\xfeN\0\x00\xd8a\0";
        assert!(matches!(
            decode(surrogate),
            Err(ReadError::BadText {
                encoding: "UTF-16LE",
                ..
            })
        ));
        for binary in [&b"Name\0,x\n"[..], b"\x00\x01\x02\xfe\xff\x80\x00"] {
            assert_eq!(
                decode(binary),
                Err(ReadError::NotASpreadsheet {
                    stranger: Stranger::Binary
                })
            );
        }
    }
}
