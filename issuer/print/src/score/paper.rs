//! What happens to the sheet before anybody photographs it: creases, dirt, a copying machine. Lengths are millimetres of paper.

use super::picture::{Near, Picture};
use super::random::Random;

/// The sheet around the code: pixels a millimetre, and the side of the code, which stands in the middle.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    pub(super) per_mm: f32,
    pub(super) code_mm: f32,
}

impl Scale {
    /// From pixels of the region to millimetres from the code's middle.
    fn millimetres(self, region: &Picture) -> impl Fn(f32, f32) -> (f32, f32) + use<> {
        let (x0, y0) = (region.width as f32 / 2.0, region.height as f32 / 2.0);
        move |x, y| ((x + 0.5 - x0) / self.per_mm, (y + 0.5 - y0) / self.per_mm)
    }

    /// The pixels within `reach` millimetres of a point: its pixel, and how many on every side.
    fn pixels(self, region: &Picture, (u, v): (f32, f32), reach: f32) -> Near {
        Near {
            x: u * self.per_mm + region.width as f32 / 2.0,
            y: v * self.per_mm + region.height as f32 / 2.0,
            reach: reach * self.per_mm,
        }
    }
}

/// Folded sharply through the code: the ink has cracked off along the fold, its shadow lies beside it, and what is beyond
/// has moved a little.
pub(super) fn crease(region: &Picture, scale: Scale, random: &mut Random) -> Picture {
    let angle = random.between(0.0, 180.0).to_radians();
    let (sin, cos) = angle.sin_cos();
    let passes = random.between(-0.35, 0.35) * scale.code_mm;
    let (white, dark) = (random.between(0.3, 0.9), random.between(0.2, 0.6));
    let moved = (
        random.sign() * random.between(0.1, 0.35),
        random.between(0.0, 0.25),
    );
    let millimetres = scale.millimetres(region);
    Picture::of(region.width, region.height, |x, y| {
        let (x, y) = (x as f32, y as f32);
        let (u, v) = millimetres(x, y);
        let beyond = u * cos + v * sin - passes;
        let grey = if beyond > 0.0 {
            let along = (moved.0 * -sin + moved.1 * cos) * scale.per_mm;
            let across = (moved.0 * cos + moved.1 * sin) * scale.per_mm;
            region.at(x + along, y + across)
        } else {
            region.at(x, y)
        };
        if (-white..0.0).contains(&beyond) {
            grey + (255.0 - grey) * 0.85
        } else if (0.0..dark).contains(&beyond) {
            grey * 0.45
        } else {
            grey
        }
    })
}

/// Splashes, dark or bleached, and a greasy fingerprint.
pub(super) fn dirt(region: &Picture, scale: Scale, random: &mut Random) -> Picture {
    let mut dirty = region.clone();
    for _ in 0..random.between(5.0, 13.0) as usize {
        let (at, radius) = (spot(scale, random), random.between(0.4, 1.3));
        let stain = if random.unit() < 0.7 {
            random.between(20.0, 110.0)
        } else {
            245.0
        };
        blot(&mut dirty, scale, at, radius, stain);
    }
    fingerprint(&mut dirty, scale, random);
    dirty
}

fn spot(scale: Scale, random: &mut Random) -> (f32, f32) {
    let reach = 0.55 * scale.code_mm;
    (random.between(-reach, reach), random.between(-reach, reach))
}

fn blot(region: &mut Picture, scale: Scale, at: (f32, f32), radius: f32, stain: f32) {
    let millimetres = scale.millimetres(region);
    region.map_near(scale.pixels(region, at, radius + 0.2), |x, y, grey| {
        let (u, v) = millimetres(x, y);
        let outside = (u - at.0).hypot(v - at.1) - radius;
        let cover = (0.5 - outside / 0.15).clamp(0.0, 0.9);
        grey + (stain - grey) * cover
    });
}

/// Ridges half a millimetre apart on an oval of 13 by 17 mm; grease darkens paper and lightens ink.
fn fingerprint(region: &mut Picture, scale: Scale, random: &mut Random) {
    let (at, strength) = (spot(scale, random), random.between(0.15, 0.4));
    let core = (
        at.0 + random.between(-3.0, 3.0),
        at.1 + random.between(0.0, 4.0),
    );
    let millimetres = scale.millimetres(region);
    region.map_near(scale.pixels(region, at, 8.5), |x, y, grey| {
        let (u, v) = millimetres(x, y);
        let inside = 1.0 - ((u - at.0) / 6.5).hypot((v - at.1) / 8.5);
        let ridge = ((u - core.0).hypot(1.3 * (v - core.1)) * std::f32::consts::TAU / 0.5).sin();
        let cover = (inside * 4.0).clamp(0.0, 1.0) * (0.5 + 0.5 * ridge) * strength;
        grey + (110.0 - grey) * cover
    });
}

/// The copy of a copy: each time the lens softens, the drum decides between black and white with its own threshold, and
/// specks are left.
pub(super) fn photocopy(region: &Picture, scale: Scale, random: &mut Random) -> Picture {
    let first = copied(region, scale, random);
    copied(&first, scale, random)
}

fn copied(region: &Picture, scale: Scale, random: &mut Random) -> Picture {
    let soft = region.blurred(random.between(0.07, 0.13) * scale.per_mm);
    let threshold = random.between(95.0, 165.0);
    let mut copy = soft;
    copy.map(|_, _, grey| {
        let speck = if random.unit() < 0.002 { 120.0 } else { 12.0 };
        ((grey - threshold + speck * random.normal()) * 6.0 + 127.0).clamp(18.0, 248.0)
    });
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: Scale = Scale {
        per_mm: 8.0,
        code_mm: 30.0,
    };

    fn ruled() -> Picture {
        Picture::of(400, 400, |x, _| if x % 16 == 0 { 20.0 } else { 255.0 })
    }

    fn changed(harm: impl Fn(&Picture, Scale, &mut Random) -> Picture) -> f32 {
        let (before, after) = (ruled(), harm(&ruled(), SCALE, &mut Random::new(1)));
        let again = harm(&ruled(), SCALE, &mut Random::new(1));
        assert!(after.pixels == again.pixels, "the same seed does the same");
        let pairs = before.pixels.iter().zip(&after.pixels);
        pairs.filter(|(a, b)| (*a - *b).abs() > 30.0).count() as f32 / 160_000.0
    }

    #[test]
    fn harm_is_seen_and_leaves_most_of_the_sheet() {
        for (name, share) in [
            ("crease", changed(crease)),
            ("dirt", changed(dirt)),
            ("photocopy", changed(photocopy)),
        ] {
            assert!((0.005..0.5).contains(&share), "{name} changes {share}");
        }
    }
}
