//! A rosette whose lines follow from the credential: no two certificates have the same.
//!
//! It is drawn finer than a photocopier keeps, and whoever changes a name in the file leaves the rosette of the old
//! one. The verdict never rests on it: that is the signature's.

use std::f32::consts::TAU;
use usvg::tiny_skia_path::{Path, PathBuilder};

/// One ring: a sector of it, repeated around the middle.
pub(crate) struct Ring {
    /// Lines from the angle 0 to the first repetition, the middle at 0 0, in points.
    pub(crate) sector: Path,
    /// How often the sector is repeated.
    pub(crate) petals: u16,
}

/// Each ring's inner and outer edge, as parts of the radius. They overlap, so that the lines interlace.
const BANDS: [(f32, f32); 3] = [(0.70, 1.0), (0.44, 0.80), (0.14, 0.52)];
/// Curves in one wave of a line.
const CURVES: u16 = 6;

/// The rings of a rosette, from the outside in.
pub(crate) fn rings(digest: &[u8; 32], radius: f32) -> Vec<Ring> {
    let (numbers, _) = digest.as_chunks::<4>();
    let bands = BANDS.iter().zip(numbers);
    bands
        .filter_map(|((inner, outer), [petals, lines, depth, twist])| {
            let petals = 8 + u16::from(petals % 13);
            let lines = 3 + u16::from(lines % 2);
            let half = (outer - inner) / 2.0;
            let wave = Wave {
                middle: (inner + half) * radius,
                height: half * radius * (0.7 + 0.3 * share(*depth)),
                petals: f32::from(petals),
            };
            let mut sector = PathBuilder::new();
            for line in 0..lines {
                let phase = TAU * (f32::from(line) / f32::from(lines) + share(*twist));
                wave.draw(phase, &mut sector);
            }
            let sector = sector.finish()?;
            Some(Ring { sector, petals })
        })
        .collect()
}

/// A twentieth of a point is finer than print and makes short numbers in the file.
fn short(points: f32) -> f32 {
    (points * 20.0).round() / 20.0
}

fn share(octet: u8) -> f32 {
    f32::from(octet) / f32::from(u8::MAX)
}

/// A line that swings about a circle.
struct Wave {
    middle: f32,
    height: f32,
    petals: f32,
}

impl Wave {
    /// One swing, as cubic curves that have the line's own directions at their ends.
    fn draw(&self, phase: f32, path: &mut PathBuilder) {
        let step = TAU / self.petals / f32::from(CURVES);
        let (mut x, mut y, mut dx, mut dy) = self.at(0.0, phase);
        path.move_to(short(x), short(y));
        for curve in 1..=CURVES {
            let (next_x, next_y, next_dx, next_dy) = self.at(step * f32::from(curve), phase);
            let third = step / 3.0;
            path.cubic_to(
                short(x + dx * third),
                short(y + dy * third),
                short(next_x - next_dx * third),
                short(next_y - next_dy * third),
                short(next_x),
                short(next_y),
            );
            (x, y, dx, dy) = (next_x, next_y, next_dx, next_dy);
        }
    }

    /// Where the line is at an angle, and where it goes.
    fn at(&self, angle: f32, phase: f32) -> (f32, f32, f32, f32) {
        let (swing, slope) = (self.petals * angle + phase).sin_cos();
        let (radius, growth) = (
            self.middle + self.height * slope,
            -self.height * self.petals * swing,
        );
        let (sin, cos) = angle.sin_cos();
        (
            radius * cos,
            radius * sin,
            growth * cos - radius * sin,
            growth * sin + radius * cos,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    #[test]
    fn rosettes_stay_in_their_circle_and_close() {
        for seed in 0..200_u32 {
            let digest: [u8; 32] = Sha256::digest(seed.to_be_bytes()).into();
            let rings = rings(&digest, 40.0);
            assert_eq!(rings.len(), BANDS.len());
            for ring in &rings {
                let far = ring.sector.points().iter().map(|p| p.x.hypot(p.y));
                assert!(
                    far.fold(0.0, f32::max) < 44.0,
                    "control points may stand out a little"
                );
                let points = ring.sector.points();
                let (first, last) = (points[0], points[usize::from(CURVES) * 3]);
                let turn = TAU / f32::from(ring.petals);
                let (sin, cos) = turn.sin_cos();
                let turned = (first.x * cos - first.y * sin, first.x * sin + first.y * cos);
                assert!((turned.0 - last.x).hypot(turned.1 - last.y) < 0.08);
            }
        }
    }

    #[test]
    fn another_credential_has_another_rosette() {
        let rosette = |octet: u8| {
            let rings = rings(&[octet; 32], 40.0);
            let paths: Vec<_> = rings.into_iter().map(|ring| ring.sector).collect();
            paths
        };
        let all: Vec<_> = (0..=u8::MAX).map(rosette).collect();
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one), "{at}");
        }
    }
}
