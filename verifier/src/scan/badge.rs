//! Badges (PNG, SVG) → the credential baked into them.

use cheti_shared::baked::{read_png, read_svg};

use super::error::{FileKind, ScanError};
use super::kind::{Kind, recognise};
use super::limits::MAX_FILE_BYTES;

/// The credential baked into a PNG or SVG, as it stands there; `None` when there is none. Nothing is drawn.
///
/// # Errors
/// Too many bytes, another kind of file, more than one credential, or one that cannot be taken out.
pub fn baked(bytes: &[u8]) -> Result<Option<Vec<u8>>, ScanError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ScanError::TooLarge {
            kind: FileKind::Picture,
            bytes: bytes.len() as u64,
            limit: MAX_FILE_BYTES as u64,
        });
    }
    match recognise(bytes) {
        Kind::Png => Ok(read_png(bytes)?),
        Kind::Svg => Ok(read_svg(bytes)?),
        other => Err(ScanError::WrongKind {
            expected: FileKind::Picture,
            found: other.described(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use cheti_shared::baked::{bake_png, bake_svg};
    use image::{GrayImage, ImageFormat};

    use super::super::fixtures::encoded;
    use super::*;

    #[test]
    fn badges_of_both_kinds_give_what_was_baked() {
        let png = encoded(&GrayImage::new(2, 2), ImageFormat::Png);
        assert_eq!(baked(&png), Ok(None));
        assert_eq!(
            baked(&bake_png(&png, "{}").unwrap()),
            Ok(Some(b"{}".to_vec()))
        );
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>";
        assert_eq!(baked(svg), Ok(None));
        assert_eq!(
            baked(&bake_svg(svg, "{}").unwrap()),
            Ok(Some(b"{}".to_vec()))
        );
    }

    #[test]
    fn other_files_and_broken_badges_are_told() {
        let said = |bytes: &[u8]| baked(bytes).unwrap_err().to_string();
        assert_eq!(said(b"%PDF-1.7"), "this is not a picture: it is a PDF file");
        assert!(said(b"<!DOCTYPE svg><svg/>").contains("DOCTYPE"));
        assert!(said(&vec![0; MAX_FILE_BYTES + 1]).contains("MiB"));
    }
}
