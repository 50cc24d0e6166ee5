//! Pictures of a kit: pixels from a PNG, or a drawing from an SVG.

use crate::PrintError;
use crate::art::{self, Piece};
use crate::design::{Area, POINTS_PER_MM, guarded};
use crate::error::PictureProblem;
use krilla::image::Image;
use std::sync::Arc;
use usvg::tiny_skia_path::Transform;

/// Octets of a picture.
pub(crate) const LARGEST_PICTURE: usize = 4 << 20;
/// Pixels along a side.
const LONGEST_SIDE: u32 = 6_000;
/// What a decoder may hold.
const DECODER_OCTETS: usize = 160 << 20;
/// Finer than this a printer cannot show, in pixels a millimetre: 300 dpi.
const FINEST: f32 = 300.0 / 25.4;

/// Pixels: red, green, blue and opacity of each, row by row.
#[derive(Debug)]
pub(crate) struct Bitmap {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgba: Vec<u8>,
    /// As the press takes them.
    pub(crate) image: Image,
}

/// A picture of the kit, and where it stands.
pub(crate) enum Picture {
    /// Pixels, and from theirs to points of the sheet.
    Pixels(Arc<Bitmap>, Transform),
    /// A drawing, its pieces in points of its own, and where these lie on the sheet.
    Drawing(Vec<Piece>, Transform),
}

impl Bitmap {
    /// Reads a PNG.
    pub(crate) fn read(octets: &[u8]) -> Result<Self, PictureProblem> {
        if octets.len() > LARGEST_PICTURE {
            return Err(PictureProblem::TooLarge {
                octets: octets.len(),
                most: LARGEST_PICTURE,
            });
        }
        let damaged = |error: png::DecodingError| PictureProblem::Damaged(error.to_string());
        let limits = png::Limits {
            bytes: DECODER_OCTETS,
        };
        let mut decoder = png::Decoder::new_with_limits(std::io::Cursor::new(octets), limits);
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(damaged)?;
        let info = reader.info();
        let (width, height) = info.size();
        if width > LONGEST_SIDE || height > LONGEST_SIDE {
            return Err(PictureProblem::TooManyPixels {
                width,
                height,
                most: LONGEST_SIDE,
            });
        }
        if let Some(profile) = &info.icc_profile
            && !is_screen_profile(profile)
        {
            return Err(PictureProblem::Profile);
        }
        let size = reader.output_buffer_size();
        let mut pixels = vec![0; size.ok_or(PictureProblem::Damaged("too large".to_owned()))?];
        let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
        pixels.truncate(frame.buffer_size());
        let rgba = match frame.color_type {
            png::ColorType::Rgba => pixels,
            png::ColorType::Rgb => widen(&pixels, 3, |p| [p[0], p[1], p[2], u8::MAX]),
            png::ColorType::Grayscale => widen(&pixels, 1, |p| [p[0], p[0], p[0], u8::MAX]),
            png::ColorType::GrayscaleAlpha => widen(&pixels, 2, |p| [p[0], p[0], p[0], p[1]]),
            png::ColorType::Indexed => {
                return Err(PictureProblem::Damaged("a palette was not read".to_owned()));
            }
        };
        Ok(Self::new(width, height, rgba))
    }

    fn new(width: u32, height: u32, rgba: Vec<u8>) -> Self {
        Self {
            image: Image::from_rgba8(rgba.clone(), width, height),
            width,
            height,
            rgba,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "at most 6,000")]
    pub(crate) fn width_f32(&self) -> f32 {
        self.width as f32
    }

    #[expect(clippy::cast_precision_loss, reason = "at most 6,000")]
    pub(crate) fn height_f32(&self) -> f32 {
        self.height as f32
    }

    /// The same picture, each pixel the mean of `by` times `by`.
    fn shrunk(&self, by: u32) -> Self {
        let (width, height) = (self.width.div_ceil(by), self.height.div_ceil(by));
        let mut rgba = Vec::with_capacity(4 * width as usize * height as usize);
        for y in 0..height {
            for x in 0..width {
                rgba.extend(self.mean(x * by, y * by, by));
            }
        }
        Self::new(width, height, rgba)
    }

    /// The mean of a square of pixels; colours count as much as they cover.
    fn mean(&self, left: u32, top: u32, side: u32) -> [u8; 4] {
        let (mut colours, mut cover, mut count) = ([0_u32; 3], 0_u32, 0_u32);
        for y in top..(top + side).min(self.height) {
            for x in left..(left + side).min(self.width) {
                let at = 4 * (y as usize * self.width as usize + x as usize);
                let Some(&[red, green, blue, alpha]) = self.rgba.get(at..at + 4) else {
                    continue;
                };
                for (sum, colour) in colours.iter_mut().zip([red, green, blue]) {
                    *sum += u32::from(colour) * u32::from(alpha);
                }
                cover += u32::from(alpha);
                count += 1;
            }
        }
        let octet = |value: u32| u8::try_from(value).unwrap_or(u8::MAX);
        let [red, green, blue] = colours.map(|sum| octet(sum / cover.max(1)));
        [red, green, blue, octet(cover / count.max(1))]
    }
}

impl Picture {
    /// Reads a picture and fits it into `area`, whole and in the middle; a signature stands on the bottom line.
    pub(crate) fn read(octets: &[u8], area: &Area, on_line: bool) -> Result<Self, PictureProblem> {
        if is_png(octets) {
            let bitmap = Bitmap::read(octets)?;
            let (width, height) = (bitmap.width_f32(), bitmap.height_f32());
            let (scale, _) = fitted(area, width, height, on_line);
            let coarser = (POINTS_PER_MM / scale / FINEST).floor();
            let bitmap = match coarser >= 2.0 {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "2 to 6,000"
                )]
                true => bitmap.shrunk(coarser as u32),
                false => bitmap,
            };
            let (_, at) = fitted(area, bitmap.width_f32(), bitmap.height_f32(), on_line);
            return Ok(Self::Pixels(Arc::new(bitmap), at));
        }
        let svg = std::str::from_utf8(octets).map_err(|_| PictureProblem::Kind)?;
        if !svg.contains("<svg") {
            return Err(PictureProblem::Kind);
        }
        let drawing = |error: PrintError| PictureProblem::Drawing(Box::new(error));
        guarded(svg).map_err(drawing)?;
        let tree = usvg::Tree::from_str(svg, &usvg::Options::default());
        let size = tree
            .map_err(|error| drawing(PrintError::Svg(error)))?
            .size();
        let pieces = art::pieces(svg, size.width() / POINTS_PER_MM).map_err(drawing)?;
        let (_, at) = fitted(area, size.width(), size.height(), on_line);
        Ok(Self::Drawing(pieces, at))
    }
}

fn is_png(octets: &[u8]) -> bool {
    octets.starts_with(b"\x89PNG\r\n\x1a\n")
}

/// The scale, in points a unit, at which a picture fits, and where its units lie on the sheet, in points.
fn fitted(area: &Area, width: f32, height: f32, on_line: bool) -> (f32, Transform) {
    let scale = (area.width / width).min(area.height / height);
    let (left, top) = (area.width - width * scale, area.height - height * scale);
    let x = area.x + left / 2.0;
    let y = area.y + if on_line { top } else { top / 2.0 };
    let points = scale * POINTS_PER_MM;
    let at = Transform::from_row(
        points,
        0.0,
        0.0,
        points,
        x * POINTS_PER_MM,
        y * POINTS_PER_MM,
    );
    (points, at)
}

fn widen(pixels: &[u8], channels: usize, pixel: impl Fn(&[u8]) -> [u8; 4]) -> Vec<u8> {
    pixels.chunks_exact(channels).flat_map(pixel).collect()
}

/// Whether a colour profile (ISO 15076-1) is that of an ordinary screen: grey, or sRGB by its name.
///
/// Pixels are printed as sRGB, so another profile would print in other colours than were seen.
fn is_screen_profile(profile: &[u8]) -> bool {
    let holds = |word: &[u8]| profile.windows(word.len()).any(|part| part == word);
    match profile.get(16..20) {
        Some(b"GRAY") => true,
        Some(b"RGB ") => holds(b"sRGB") || holds(b"s\0R\0G\0B"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32, color: png::ColorType, profile: Option<&[u8]>) -> Vec<u8> {
        let mut octets = Vec::new();
        let mut info = png::Info::with_size(width, height);
        info.color_type = color;
        info.bit_depth = png::BitDepth::Eight;
        info.icc_profile = profile.map(|profile| profile.to_vec().into());
        let encoder = png::Encoder::with_info(&mut octets, info).unwrap();
        let mut writer = encoder.write_header().unwrap();
        let count = width as usize * height as usize * color.samples();
        let pixels: Vec<u8> = (0..count).map(|n| (n % 251) as u8).collect();
        writer.write_image_data(&pixels).unwrap();
        writer.finish().unwrap();
        octets
    }

    const SQUARE: Area = Area {
        x: 10.0,
        y: 20.0,
        width: 30.0,
        height: 30.0,
    };

    #[test]
    fn every_kind_of_png_becomes_the_same_pixels() {
        for color in [
            png::ColorType::Grayscale,
            png::ColorType::GrayscaleAlpha,
            png::ColorType::Rgb,
            png::ColorType::Rgba,
        ] {
            let bitmap = Bitmap::read(&png(3, 2, color, None)).unwrap();
            assert_eq!((bitmap.width, bitmap.height), (3, 2));
            assert_eq!(bitmap.rgba.len(), 24);
        }
    }

    #[test]
    fn a_picture_finer_than_print_is_made_coarser_and_fits() {
        let large = png(3_000, 1_500, png::ColorType::Grayscale, None);
        let Picture::Pixels(bitmap, at) = Picture::read(&large, &SQUARE, true).unwrap() else {
            panic!("a drawing");
        };
        assert!(
            bitmap.width <= 2 * 355 && bitmap.width >= 300,
            "{}",
            bitmap.width
        );
        let mm = |points: f32| (points / POINTS_PER_MM * 10.0).round() / 10.0;
        assert_eq!((mm(at.tx), mm(at.ty)), (10.0, 35.0));
        assert_eq!(mm(at.sx * bitmap.width_f32()), 30.0);
    }

    #[test]
    fn bad_pictures_are_told_apart() {
        let mut profile = vec![0; 128];
        profile[16..20].copy_from_slice(b"RGB ");
        profile.extend(b"Adobe RGB (1998)");
        let other = png(2, 2, png::ColorType::Rgb, Some(&profile));
        profile.extend(b"sRGB IEC61966-2.1");
        Bitmap::read(&png(2, 2, png::ColorType::Rgb, Some(&profile))).unwrap();
        let whole = png(40, 40, png::ColorType::Rgb, None);
        let wide = png(LONGEST_SIDE + 1, 1, png::ColorType::Grayscale, None);
        let heavy = vec![0x89; LARGEST_PICTURE + 1];
        let script =
            b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><script/></svg>";
        for (octets, expected) in [
            (other.as_slice(), "profile"),
            (&whole[..60], "damaged"),
            (&wide, "pixels"),
            (b"GIF89a", "neither"),
            (b"\xff\xd8\xff\xe0", "neither"),
            (script, "script"),
        ] {
            let problem = Picture::read(octets, &SQUARE, false).err().unwrap();
            let told = problem.to_string();
            assert!(told.contains(expected), "{told}");
        }
        let told = Bitmap::read(&heavy).unwrap_err().to_string();
        assert!(told.contains("octets"), "{told}");
    }
}
