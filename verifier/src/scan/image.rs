//! Photos and scans (PNG, JPEG, WebP) → the texts of the QR codes on them.

use std::io::Cursor;

use image::error::LimitErrorKind;
use image::{ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::error::{FileKind, ScanError};
use super::isolated::isolated;
use super::kind::{Kind, recognise};
use super::limits::{MAX_DECODE_BYTES, MAX_FILE_BYTES, MAX_PIXELS};
use super::{Luma, QrText, codes};

const KIND: FileKind = FileKind::Picture;

/// The texts of all QR codes on a PNG, JPEG or WebP picture, without repeats; a picture without a code gives none.
///
/// Rotation, EXIF orientation and mirroring do not matter. The looks taken are bounded; the first that reads any code ends
/// the search, so a second, much poorer code beside a clear one may stay unread.
///
/// # Errors
/// Too many bytes or pixels (told from the header, before decoding), too much memory, damaged, or not a picture.
pub fn image(bytes: &[u8]) -> Result<Vec<QrText>, ScanError> {
    isolated(KIND, || codes(&decoded(bytes)?, KIND))
}

/// The picture in grey, within every limit.
fn decoded(bytes: &[u8]) -> Result<Luma, ScanError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ScanError::TooLarge {
            kind: KIND,
            bytes: bytes.len() as u64,
            limit: MAX_FILE_BYTES as u64,
        });
    }
    let format = match recognise(bytes) {
        Kind::Png => ImageFormat::Png,
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::WebP => ImageFormat::WebP,
        other => {
            return Err(ScanError::WrongKind {
                expected: KIND,
                found: other.described(),
            });
        }
    };
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format)
        .into_decoder()
        .map_err(told)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        return Err(ScanError::TooManyPixels {
            pixels,
            limit: MAX_PIXELS,
        });
    }
    if decoder.total_bytes() > MAX_DECODE_BYTES {
        return Err(ScanError::TooMuchMemory);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    decoder.set_limits(limits).map_err(told)?;
    let grey = on_white(image::DynamicImage::from_decoder(decoder).map_err(told)?);
    Luma::new(width, height, grey).ok_or(ScanError::Damaged { kind: KIND })
}

/// Grey pixels as on white paper: what is transparent becomes white, not the black that often hides beneath.
fn on_white(picture: image::DynamicImage) -> Vec<u8> {
    if !picture.color().has_alpha() {
        return picture.into_luma8().into_raw();
    }
    let blend = |[grey, alpha]: [u8; 2]| {
        (u32::from(grey) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255
    };
    picture
        .into_luma_alpha8()
        .pixels()
        .map(|pixel| blend(pixel.0) as u8)
        .collect()
}

fn told(error: ImageError) -> ScanError {
    match error {
        ImageError::Limits(limit) if matches!(limit.kind(), LimitErrorKind::InsufficientMemory) => {
            ScanError::TooMuchMemory
        }
        _ => ScanError::Damaged { kind: KIND },
    }
}

#[cfg(test)]
mod tests {
    use image::GrayImage;
    use proptest::prelude::*;

    use super::super::fixtures::{
        blurred, code_text, dim, encoded, noisy, page, random_bytes, rotated, sheet, slanted,
    };
    use super::*;

    fn texts(picture: &GrayImage) -> Vec<String> {
        let found = image(&encoded(picture, ImageFormat::Png)).unwrap();
        found.into_iter().map(QrText::into_string).collect()
    }

    #[test]
    fn reads_clean_scans_in_every_format() {
        let page = page(150.0);
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let found = image(&encoded(&page, format)).unwrap();
            assert_eq!(found, [QrText::new(code_text())], "{format:?}");
        }
    }

    #[test]
    fn reads_scans_at_every_resolution_and_angle() {
        for dpi in [150.0, 200.0, 300.0] {
            let page = page(dpi);
            assert_eq!(texts(&page), [code_text()], "{dpi} dpi");
            for degrees in [3.0, 45.0, 90.0, 147.0, 180.0, 270.0] {
                assert_eq!(
                    texts(&rotated(&page, degrees)),
                    [code_text()],
                    "{dpi} dpi, {degrees} degrees"
                );
            }
        }
    }

    #[test]
    fn reads_poor_photos() {
        let clean = page(200.0);
        let photos = [
            ("noise", noisy(&clean, 60, 1)),
            ("blur", blurred(&clean, 2)),
            ("low contrast", dim(&clean, 25)),
            ("slant", slanted(&clean, 0.25)),
            ("slant, turned", rotated(&slanted(&clean, 0.2), 17.0)),
            (
                "all",
                noisy(
                    &dim(&blurred(&rotated(&slanted(&clean, 0.15), 8.0), 1), 45),
                    12,
                    2,
                ),
            ),
            ("large and blurred", blurred(&page(500.0), 5)),
            (
                "small",
                sheet(330, 220, &[(&code_text(), 60.0, 50.0, 125.0)]),
            ),
        ];
        for (name, photo) in photos {
            assert_eq!(texts(&photo), [code_text()], "{name}");
        }
    }

    #[test]
    fn reads_inverted_and_transparent_pictures() {
        let mut inverted = page(150.0);
        image::imageops::invert(&mut inverted);
        assert_eq!(texts(&inverted), [code_text()]);

        let ink = |pixel: &image::Luma<u8>| image::LumaA([0, 255 - pixel.0[0]]);
        let page = page(150.0);
        let transparent = image::GrayAlphaImage::from_fn(page.width(), page.height(), |x, y| {
            ink(page.get_pixel(x, y))
        });
        let mut bytes = Cursor::new(Vec::new());
        transparent.write_to(&mut bytes, ImageFormat::Png).unwrap();
        assert_eq!(
            image(&bytes.into_inner()).unwrap(),
            [QrText::new(code_text())]
        );
    }

    #[test]
    fn finds_both_of_two_codes_and_one_of_two_alike() {
        let other = code_text().replace("#93", "#94");
        let two = sheet(
            1200,
            600,
            &[
                (&code_text(), 100.0, 100.0, 300.0),
                (&other, 700.0, 150.0, 300.0),
            ],
        );
        let mut found = texts(&two);
        found.sort();
        assert_eq!(found, [code_text(), other]);
        let alike = sheet(
            1200,
            600,
            &[
                (&code_text(), 100.0, 100.0, 300.0),
                (&code_text(), 700.0, 150.0, 300.0),
            ],
        );
        assert_eq!(texts(&alike), [code_text()]);
    }

    #[test]
    fn finds_nothing_on_a_picture_without_a_code() {
        assert_eq!(texts(&sheet(800, 600, &[])), Vec::<String>::new());
        let noise = GrayImage::from_raw(640, 480, random_bytes(3, 640 * 480)).unwrap();
        assert_eq!(texts(&noise), Vec::<String>::new());
        assert_eq!(texts(&GrayImage::new(1, 1)), Vec::<String>::new());
    }

    #[test]
    fn refuses_what_its_header_shows_to_be_too_large() {
        let mut png = encoded(&GrayImage::new(1, 1), ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]); // 100,000 × 100,000
        let checksum = png_crc(&png[12..29]);
        png[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(
            image(&png),
            Err(ScanError::TooManyPixels {
                pixels: 10_000_000_000,
                limit: MAX_PIXELS
            })
        );
        assert!(matches!(
            image(&vec![0; MAX_FILE_BYTES + 1]),
            Err(ScanError::TooLarge { .. })
        ));
    }

    /// CRC-32 of ISO 3309, as PNG uses it, bit by bit.
    fn png_crc(bytes: &[u8]) -> u32 {
        let step = |crc: u32| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        };
        !bytes.iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc))
        })
    }

    #[test]
    fn refuses_other_files_and_broken_ones() {
        let wrong = image(b"GIF89a\x01\0\x01\0").unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "this is not a picture: it is a GIF picture"
        );
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let bytes = encoded(&page(72.0), format);
            for length in [12, 40, bytes.len() / 2] {
                match image(&bytes[..length]) {
                    Err(ScanError::Damaged {
                        kind: FileKind::Picture,
                    }) => {}
                    Ok(found) if format == ImageFormat::Jpeg => assert!(found.is_empty()), // a JPEG cut short still shows its upper part
                    other => panic!("{format:?} cut to {length}: {other:?}"),
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn never_panics_on_changed_bytes(format in 0usize..3, at in any::<prop::sample::Index>(), bit in 0u8..8, tail in any::<prop::sample::Index>()) {
            let format = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP][format];
            let mut bytes = encoded(&sheet(120, 90, &[("9123", 20.0, 20.0, 60.0)]), format);
            let index = at.index(bytes.len());
            bytes[index] ^= 1 << bit;
            let _ = image(&bytes);
            let _ = image(&bytes[..tail.index(bytes.len())]);
        }
    }
}
