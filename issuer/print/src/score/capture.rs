//! What happens to the picture after the lens: light, the sensor, JPEG.

use super::picture::Picture;
use super::random::Random;

/// Sensor noise of this standard deviation, in grey levels.
pub(super) fn noise(picture: &mut Picture, deviation: f32, random: &mut Random) {
    picture.map(|_, _, grey| grey + deviation * random.normal());
}

/// Little light: white is `white`, black only `contrast` of it darker, and it falls off to one side by `fall`.
pub(super) fn low_light(picture: &mut Picture, random: &mut Random) {
    let (white, contrast) = (random.between(70.0, 140.0), random.between(0.14, 0.4));
    let (fall, towards) = (
        random.between(0.2, 0.5),
        random.between(0.0, 360.0).to_radians(),
    );
    let (sin, cos) = towards.sin_cos();
    let side = picture.width as f32;
    picture.map(|x, y, grey| {
        let along = (x / side - 0.5) * cos + (y / side - 0.5) * sin;
        white * (1.0 - fall * (along + 0.5)) * (1.0 - contrast * (1.0 - grey / 255.0))
    });
    noise(picture, random.between(1.0, 3.0), random);
}

/// The side of the squares that JPEG works on.
const BLOCK: usize = 8;

/// The usual steps of brightness (ITU-T T.81, table K.1), row by row.
#[rustfmt::skip]
const STEPS: [[u32; BLOCK]; BLOCK] = [
    [16, 11, 10, 16, 24, 40, 51, 61],
    [12, 12, 14, 19, 26, 58, 60, 55],
    [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77],
    [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101],
    [72, 92, 95, 98, 112, 100, 103, 99],
];

/// What JPEG loses at this quality, 1 to 100, by the usual scale: each square's cosine coefficients rounded to multiples of
/// their steps. The coding of the rounded numbers loses nothing, so it is left out.
pub(super) fn jpeg(picture: &Picture, quality: u32) -> Picture {
    let scale = if quality < 50 {
        5000 / quality.max(1)
    } else {
        200 - 2 * quality.min(100)
    };
    let steps = STEPS.map(|row| row.map(|step| ((step * scale + 50) / 100).clamp(1, 255) as f32));
    let waves = waves();
    let mut coded = picture.clone();
    for top in (0..picture.height).step_by(BLOCK) {
        for left in (0..picture.width).step_by(BLOCK) {
            let block = square(|y, x| {
                let (x, y) = (
                    (left + x).min(picture.width - 1),
                    (top + y).min(picture.height - 1),
                );
                picture.pixels[y * picture.width + x]
                    .round()
                    .clamp(0.0, 255.0)
                    - 128.0
            });
            let block = rounded(&block, &steps, &waves);
            for (y, row) in (top..picture.height).zip(&block) {
                for (x, grey) in (left..picture.width).zip(row) {
                    coded.pixels[y * picture.width + x] = (grey + 128.0).round().clamp(0.0, 255.0);
                }
            }
        }
    }
    coded
}

type Square = [[f32; BLOCK]; BLOCK];

fn square(value: impl Fn(usize, usize) -> f32) -> Square {
    std::array::from_fn(|y| std::array::from_fn(|x| value(y, x)))
}

/// The cosine waves, one a row, of unit length (T.81 §A.3.3).
fn waves() -> Square {
    square(|wave, x| {
        let length = if wave == 0 { 0.125_f32.sqrt() } else { 0.5 };
        let angle = (2 * x + 1) as f32 * wave as f32 * std::f32::consts::PI / 16.0;
        length * angle.cos()
    })
}

fn rounded(block: &Square, steps: &Square, waves: &Square) -> Square {
    let product =
        |a: &Square, b: &Square| square(|y, x| (0..BLOCK).map(|i| a[y][i] * b[i][x]).sum());
    let turned = square(|y, x| waves[x][y]);
    let mut coefficients = product(&product(waves, block), &turned);
    for (row, steps) in coefficients.iter_mut().zip(steps) {
        for (coefficient, step) in row.iter_mut().zip(steps) {
            *coefficient = (*coefficient / step).round() * step;
        }
    }
    product(&product(&turned, &coefficients), waves)
}

#[cfg(test)]
mod tests {
    use image::codecs::jpeg::JpegEncoder;
    use image::{ExtendedColorType, ImageFormat};

    use super::*;

    fn scene() -> Picture {
        let mut picture = Picture::of(83, 61, |x, y| {
            if (x / 5 + y / 7) % 2 == 0 {
                40.0
            } else {
                215.0
            }
        });
        noise(&mut picture, 12.0, &mut Random::new(3));
        picture
    }

    /// The real thing: encoded by a library, and decoded.
    fn encoded(picture: &Picture, quality: u32) -> Vec<u8> {
        let luma = picture.luma().unwrap();
        let mut file = Vec::new();
        JpegEncoder::new_with_quality(&mut file, quality as u8)
            .encode(
                luma.pixels(),
                luma.width(),
                luma.height(),
                ExtendedColorType::L8,
            )
            .unwrap();
        let decoded = image::load_from_memory_with_format(&file, ImageFormat::Jpeg).unwrap();
        decoded.into_luma8().into_raw()
    }

    #[test]
    fn jpeg_loses_what_a_real_encoder_loses() {
        for quality in [5, 12, 30, 50, 80, 100] {
            let (own, real) = (jpeg(&scene(), quality), encoded(&scene(), quality));
            let pairs = own.pixels.iter().zip(&real);
            let off =
                pairs.map(|(a, b)| (a - f32::from(*b)).abs()).sum::<f32>() / real.len() as f32;
            assert!(off < 2.0, "quality {quality}: {off} grey levels off");
        }
    }

    #[test]
    fn low_light_squeezes_and_noise_is_as_strong_as_said() {
        let mut dim = scene();
        low_light(&mut dim, &mut Random::new(5));
        assert!(dim.pixels.iter().all(|grey| (-10.0..160.0).contains(grey)));
        let mut flat = Picture::of(100, 100, |_, _| 128.0);
        noise(&mut flat, 20.0, &mut Random::new(6));
        let variance = flat
            .pixels
            .iter()
            .map(|grey| (grey - 128.0).powi(2))
            .sum::<f32>()
            / 10_000.0;
        assert!((variance.sqrt() - 20.0).abs() < 1.0, "{variance}");
    }
}
