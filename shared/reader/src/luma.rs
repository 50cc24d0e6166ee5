//! A grey picture in memory: the one form in which codes are searched.

/// Rows of grey pixels, 0 black to 255 white, without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Luma {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Luma {
    /// A picture from its rows; `None` when the number of pixels is not width times height or one of them is zero.
    #[must_use]
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Option<Self> {
        let fits = pixels.len() as u64 == u64::from(width) * u64::from(height);
        (fits && !pixels.is_empty()).then_some(Self {
            width,
            height,
            pixels,
        })
    }

    /// Pixels across.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The rows, one after the other.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// How many pixels there are.
    #[must_use]
    pub fn area(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The mean of each `factor` × `factor` square; what is left over at the right and bottom is dropped.
    /// `None` when nothing would remain.
    #[must_use]
    pub fn reduced(&self, factor: u32) -> Option<Self> {
        let (width, height) = (
            self.width.checked_div(factor)?,
            self.height.checked_div(factor)?,
        );
        let mut pixels = Vec::with_capacity(width as usize * height as usize);
        let mut sums = vec![0u32; width as usize];
        for rows in self
            .pixels
            .chunks_exact(self.width as usize * factor as usize)
            .take(height as usize)
        {
            sums.fill(0);
            for row in rows.chunks_exact(self.width as usize) {
                for (sum, square) in sums.iter_mut().zip(row.chunks_exact(factor as usize)) {
                    *sum += square.iter().copied().map(u32::from).sum::<u32>();
                }
            }
            pixels.extend(sums.iter().map(|sum| (sum / (factor * factor)) as u8));
        }
        Self::new(width, height, pixels)
    }

    /// The greys between the darkest and the lightest hundredth spread over the whole range; `None` when they fill most of it.
    pub(crate) fn spread(&self) -> Option<Self> {
        const FULL: u32 = 160;
        let mut counts = [0usize; 256];
        for &pixel in &self.pixels {
            counts[usize::from(pixel)] += 1;
        }
        let hundredth = self.pixels.len() / 100;
        let dark = passing(&counts, 0..256, hundredth)?;
        let light = passing(&counts, (0..256).rev(), hundredth)?;
        let range = light
            .checked_sub(dark)
            .filter(|range| (1..FULL).contains(range))?;
        let level = |pixel: u8| (u32::from(pixel).clamp(dark, light) - dark) * 255 / range;
        let pixels = self
            .pixels
            .iter()
            .map(|&pixel| level(pixel) as u8)
            .collect();
        Self::new(self.width, self.height, pixels)
    }

    /// Twice as wide and high, neighbours blended.
    pub(crate) fn doubled(&self) -> Option<Self> {
        let (width, height) = (self.width.checked_mul(2)?, self.height.checked_mul(2)?);
        let wide: Vec<Vec<u8>> = self
            .pixels
            .chunks_exact(self.width as usize)
            .map(stretched)
            .collect();
        let mut pixels = Vec::with_capacity(width as usize * height as usize);
        for (y, row) in wide.iter().enumerate() {
            let below = wide.get(y + 1).unwrap_or(row);
            pixels.extend_from_slice(row);
            pixels.extend(row.iter().zip(below).map(|(&a, &b)| mean(a, b)));
        }
        Self::new(width, height, pixels)
    }
}

/// The first of `levels` up to which more than `few` pixels are counted.
fn passing(
    counts: &[usize; 256],
    mut levels: impl Iterator<Item = u32>,
    few: usize,
) -> Option<u32> {
    let mut seen = 0;
    levels.find(|&level| {
        seen += counts[level as usize];
        seen > few
    })
}

fn stretched(row: &[u8]) -> Vec<u8> {
    let next = row.iter().skip(1).chain(row.last());
    row.iter()
        .zip(next)
        .flat_map(|(&a, &b)| [a, mean(a, b)])
        .collect()
}

fn mean(a: u8, b: u8) -> u8 {
    a.midpoint(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_weak_greys_and_leaves_full_ones() {
        let weak = Luma::new(4, 1, vec![100, 110, 120, 120]).unwrap();
        assert_eq!(weak.spread().unwrap().pixels, [0, 127, 255, 255]);
        assert!(Luma::new(2, 1, vec![0, 255]).unwrap().spread().is_none());
        assert!(Luma::new(2, 1, vec![7, 7]).unwrap().spread().is_none());
    }

    #[test]
    fn reduces_and_doubles() {
        let luma = Luma::new(5, 3, (0..15).map(|i| i * 10).collect()).unwrap();
        let half = luma.reduced(2).unwrap();
        assert_eq!((half.width, half.height, half.pixels), (2, 1, vec![30, 50]));
        let twice = Luma::new(2, 1, vec![0, 100]).unwrap().doubled().unwrap();
        assert_eq!((twice.width, twice.height), (4, 2));
        assert_eq!(twice.pixels, [0, 50, 100, 100, 0, 50, 100, 100]);
        assert!(luma.reduced(4).is_none());
        assert!(Luma::new(2, 2, vec![0; 3]).is_none());
        assert!(Luma::new(0, 2, vec![]).is_none());
    }
}
