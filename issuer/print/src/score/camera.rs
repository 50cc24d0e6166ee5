//! Where a camera or scanner stands, and the picture it takes of the sheet.

use super::picture::Picture;
use super::random::Random;

/// A pinhole camera over the code's middle. A scanner is one that is far away.
#[derive(Clone, Copy)]
pub(super) struct Camera {
    /// Pixels that a millimetre of the sheet has in the middle of the picture.
    pub(super) pixels_per_mm: f32,
    /// How far the sheet is turned, in degrees.
    pub(super) turn: f32,
    /// How far the sheet leans away, in degrees, and towards where.
    pub(super) lean: f32,
    pub(super) lean_towards: f32,
    /// From the lens to the sheet, in millimetres.
    pub(super) distance_mm: f32,
    /// Where the code's middle falls beside the picture's, in pixels: pixels never meet modules evenly.
    pub(super) offset: (f32, f32),
}

type Vector = [f32; 3];

impl Camera {
    /// A scanner of this resolution, the sheet laid on it a little askew.
    pub(super) fn scanner(dpi: f32, random: &mut Random) -> Self {
        Self {
            pixels_per_mm: dpi / 25.4,
            turn: random.between(-1.5, 1.5),
            lean: 0.0,
            lean_towards: 0.0,
            distance_mm: 10_000.0,
            offset: (random.unit(), random.unit()),
        }
    }

    /// A telephone held over the sheet, nearly level, so that a millimetre has this many pixels.
    pub(super) fn telephone(pixels_per_mm: f32, random: &mut Random) -> Self {
        Self {
            turn: random.between(-6.0, 6.0),
            lean: random.between(0.0, 6.0),
            lean_towards: random.between(0.0, 360.0),
            distance_mm: 250.0,
            ..Self::scanner(pixels_per_mm * 25.4, random)
        }
    }

    /// The picture of a square field of `field_mm` about the middle of `region`, which has `per_mm` pixels a millimetre.
    pub(super) fn takes(&self, region: &Picture, per_mm: f32, field_mm: f32) -> Picture {
        let side = (field_mm * self.pixels_per_mm).round().max(1.0);
        let middle = (region.width as f32 / 2.0, region.height as f32 / 2.0);
        let on_sheet = self.on_sheet();
        // Each pixel gathers the light of its whole square: about as many samples as it covers pixels of the region.
        let samples = (per_mm / self.pixels_per_mm).round().clamp(1.0, 4.0);
        let steps = samples as usize;
        let inside = move |i: usize| (i as f32 + 0.5) / samples;
        let grey = |x: usize, y: usize| {
            let mut sum = 0.0;
            for (i, j) in (0..steps).flat_map(|j| (0..steps).map(move |i| (i, j))) {
                let across = x as f32 + inside(i) - side / 2.0 - self.offset.0;
                let down = y as f32 + inside(j) - side / 2.0 - self.offset.1;
                let (u, v) = on_sheet(across, down);
                sum += region.at(u * per_mm + middle.0 - 0.5, v * per_mm + middle.1 - 0.5);
            }
            sum / (samples * samples)
        };
        Picture::of(side as usize, side as usize, grey)
    }

    /// From a point of the picture, in pixels from its middle, to the point of the sheet it shows, in millimetres from
    /// the code's middle: the ray through the point meets the leaning plane.
    fn on_sheet(&self) -> impl Fn(f32, f32) -> (f32, f32) {
        let (right, down) = self.axes();
        let normal = cross(right, down);
        let (distance, focal) = (self.distance_mm, self.distance_mm * self.pixels_per_mm);
        move |x, y| {
            let ray = [x / focal, y / focal, 1.0];
            // A plane seen edge on meets the ray nowhere; such a lean is never asked for.
            let reach = distance * normal[2] / dot(ray, normal);
            let [px, py, pz] = ray.map(|part| part * reach);
            let from_middle = [px, py, pz - distance];
            (dot(from_middle, right), dot(from_middle, down))
        }
    }

    /// The sheet's own directions in the camera's space.
    fn axes(&self) -> (Vector, Vector) {
        let (sin, cos) = self.turn.to_radians().sin_cos();
        let (lean_sin, lean_cos) = self.lean.to_radians().sin_cos();
        let (toward_y, toward_x) = self.lean_towards.to_radians().sin_cos();
        // Leaning keeps what lies across the direction and shortens what lies along it.
        let leaned = |[x, y]: [f32; 2]| {
            let along = x * toward_x + y * toward_y;
            let lost = along * (1.0 - lean_cos);
            [x - lost * toward_x, y - lost * toward_y, along * lean_sin]
        };
        (leaned([cos, sin]), leaned([-sin, cos]))
    }
}

fn dot(a: Vector, b: Vector) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: Vector, b: Vector) -> Vector {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level() -> Camera {
        Camera {
            pixels_per_mm: 10.0,
            turn: 0.0,
            lean: 0.0,
            lean_towards: 0.0,
            distance_mm: 200.0,
            offset: (0.0, 0.0),
        }
    }

    fn near(found: (f32, f32), wanted: (f32, f32)) -> bool {
        (found.0 - wanted.0).abs() < 0.01 && (found.1 - wanted.1).abs() < 0.01
    }

    #[test]
    fn what_is_seen_where() {
        let level = level();
        assert!(near(level.on_sheet()(100.0, 50.0), (10.0, 5.0)));
        let turned = Camera {
            turn: 90.0,
            ..level
        };
        assert!(near(turned.on_sheet()(0.0, 100.0), (10.0, 0.0)));
        // Leaning by 60 degrees to the right: the sheet's point at 10 mm lies 5 mm aside and 8.66 mm deeper.
        let leaning = Camera {
            lean: 60.0,
            ..level
        };
        let x = 5.0 / (200.0 + 8.660_254) * 2000.0;
        assert!(near(leaning.on_sheet()(x, 0.0), (10.0, 0.0)));
    }

    #[test]
    fn a_picture_taken_level_at_the_same_scale_is_the_same_picture() {
        let region = Picture::of(40, 40, |x, y| ((x * 7 + y * 13) % 200) as f32);
        let taken = level().takes(&region, 10.0, 4.0);
        assert_eq!((taken.width, taken.height), (40, 40));
        let different = taken.pixels.iter().zip(&region.pixels);
        assert!(different.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) < 0.1);
    }
}
