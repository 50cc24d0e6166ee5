//! A grey picture that is worked on: sampled, blurred, and seen by a camera.

use std::ops::Range;

use cheti_reader::Luma;

/// Grey pixels, 0 black to 255 white; values may leave that range while the picture is worked on.
#[derive(Clone)]
pub(super) struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<f32>,
}

/// A pixel, and how many on every side of it.
pub(super) struct Near {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) reach: f32,
}

impl Picture {
    /// A picture from the grey of each pixel.
    pub(super) fn of(width: usize, height: usize, grey: impl Fn(usize, usize) -> f32) -> Self {
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            pixels.extend((0..width).map(|x| grey(x, y)));
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Every pixel changed by where it is and what it was.
    pub(super) fn map(&mut self, change: impl FnMut(f32, f32, f32) -> f32) {
        let (width, height) = (self.width, self.height);
        self.map_inside(0..width, 0..height, change);
    }

    /// The pixels near a point changed by where they are and what they were.
    pub(super) fn map_near(&mut self, near: Near, change: impl FnMut(f32, f32, f32) -> f32) {
        let reach = |middle: f32, length: usize| {
            let last = (middle + near.reach).ceil().clamp(0.0, length as f32) as usize;
            (middle - near.reach).max(0.0) as usize..last
        };
        let (columns, rows) = (reach(near.x, self.width), reach(near.y, self.height));
        self.map_inside(columns, rows, change);
    }

    fn map_inside(
        &mut self,
        columns: Range<usize>,
        rows: Range<usize>,
        mut change: impl FnMut(f32, f32, f32) -> f32,
    ) {
        for y in rows {
            for x in columns.clone() {
                let pixel = &mut self.pixels[y * self.width + x];
                *pixel = change(x as f32, y as f32, *pixel);
            }
        }
    }

    /// The grey at a point, blended from the four pixels about it; past the edge, what stands at the edge.
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, self.width.saturating_sub(1) as f32);
        let y = y.clamp(0.0, self.height.saturating_sub(1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let right = (left + 1).min(self.width - 1);
        let upper = top * self.width;
        let lower = (top + 1).min(self.height - 1) * self.width;
        let row =
            |start: usize| self.pixels[start + left] * (1.0 - fx) + self.pixels[start + right] * fx;
        row(upper) * (1.0 - fy) + row(lower) * fy
    }

    /// Out of focus or spread by a lens: a Gaussian of this standard deviation in pixels.
    pub(super) fn blurred(&self, sigma: f32) -> Self {
        let reach = (3.0 * sigma).ceil() as usize;
        if reach == 0 {
            return self.clone();
        }
        let weight = |step: usize| (-0.5 * (step as f32 / sigma).powi(2)).exp();
        let mut weights: Vec<f32> = (0..=2 * reach).map(|i| weight(i.abs_diff(reach))).collect();
        let sum: f32 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        self.rows_blurred(&weights).columns_blurred(&weights)
    }

    fn rows_blurred(&self, weights: &[f32]) -> Self {
        let reach = weights.len() / 2;
        let mut pixels = vec![0.0; self.pixels.len()];
        let mut padded = Vec::with_capacity(self.width + 2 * reach);
        let rows = self.pixels.chunks_exact(self.width);
        for (row, blurred) in rows.zip(pixels.chunks_exact_mut(self.width)) {
            padded.clear();
            padded.extend(std::iter::repeat_n(row[0], reach));
            padded.extend_from_slice(row);
            padded.extend(std::iter::repeat_n(row[self.width - 1], reach));
            for (step, &weight) in weights.iter().enumerate() {
                add(blurred, weight, &padded[step..]);
            }
        }
        Self { pixels, ..*self }
    }

    fn columns_blurred(&self, weights: &[f32]) -> Self {
        let reach = weights.len() / 2;
        let mut pixels = vec![0.0; self.pixels.len()];
        for (y, blurred) in pixels.chunks_exact_mut(self.width).enumerate() {
            for (step, &weight) in weights.iter().enumerate() {
                let row = (y + step).saturating_sub(reach).min(self.height - 1);
                add(blurred, weight, &self.pixels[row * self.width..]);
            }
        }
        Self { pixels, ..*self }
    }

    /// As a camera or scanner gives it.
    pub(super) fn luma(&self) -> Option<Luma> {
        let grey = |pixel: &f32| pixel.round().clamp(0.0, 255.0) as u8;
        let pixels = self.pixels.iter().map(grey).collect();
        let (width, height) = (u32::try_from(self.width), u32::try_from(self.height));
        Luma::new(width.ok()?, height.ok()?, pixels)
    }
}

fn add(sums: &mut [f32], weight: f32, greys: &[f32]) {
    for (sum, grey) in sums.iter_mut().zip(greys) {
        *sum += weight * grey;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_between_pixels_are_blended_and_edges_go_on() {
        let picture = Picture::of(2, 2, |x, y| (x * 100 + y * 50) as f32);
        for (x, y, grey) in [
            (0.0, 0.0, 0.0),
            (0.5, 0.0, 50.0),
            (0.5, 0.5, 75.0),
            (9.0, -9.0, 100.0),
        ] {
            assert_eq!(picture.at(x, y), grey, "{x} {y}");
        }
    }

    #[test]
    fn a_blur_keeps_flat_ground_and_spreads_a_dot_evenly() {
        let flat = Picture::of(9, 5, |_, _| 80.0).blurred(1.3);
        assert!(flat.pixels.iter().all(|grey| (grey - 80.0).abs() < 0.01));
        let dot =
            Picture::of(21, 21, |x, y| if (x, y) == (10, 10) { 1000.0 } else { 0.0 }).blurred(2.0);
        let at = |x: usize, y: usize| dot.pixels[y * 21 + x];
        assert!((dot.pixels.iter().sum::<f32>() - 1000.0).abs() < 1.0);
        assert!((at(10, 10) - 1000.0 / (std::f32::consts::TAU * 4.0)).abs() < 1.0);
        assert!((at(8, 10) - at(10, 12)).abs() < 0.001);
    }
}
