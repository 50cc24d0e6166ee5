//! The choice of the data mask: the standard's penalty score for all eight masks, on whole rows of bits.
//!
//! The `qrcode` crate scores masks module by module, which takes most of its time. Here a row is one
//! `u128`, so that every rule of ISO/IEC 18004 §7.8.3 is a few shifts. The score leaves out the fifteen
//! format modules, which the mask itself decides: they are too few to change which mask scans well.

use qrcode::Color;
use qrcode::canvas::{Canvas, MaskPattern, Module};
use std::sync::LazyLock;

const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// The widest symbol scored here: version 13.
const WIDEST: u16 = 69;

/// Where each mask inverts: its rows, and the same turned so that columns are rows.
static INVERTED: LazyLock<[Grid; 8]> = LazyLock::new(|| {
    std::array::from_fn(|mask| Grid::of(WIDEST, |x, y| inverts(MASKS[mask], x, y)))
});

/// Applies the mask with the lowest penalty and returns the rows, column `x` in bit `x`.
pub(super) fn best(mut canvas: Canvas, width: u16) -> Vec<u128> {
    let at = |x: u16, y: u16| canvas.get(coordinate(x), coordinate(y));
    let dark = Grid::of(width, |x, y| at(x, y).is_dark());
    let data = Grid::of(width, |x, y| matches!(at(x, y), Module::Unmasked(_)));
    let scored = MASKS.iter().zip(INVERTED.iter());
    let best = scored.min_by_key(|(_, inverted)| dark.masked(&data, inverted).penalty(width));
    if let Some((mask, _)) = best {
        canvas.apply_mask(*mask);
    }
    let colours = canvas.into_colors();
    let row = |modules: &[Color]| {
        let bit = |(x, colour): (usize, &Color)| u128::from(*colour == Color::Dark) << x;
        modules
            .iter()
            .enumerate()
            .map(bit)
            .fold(0, |all, one| all | one)
    };
    colours.chunks(usize::from(width)).map(row).collect()
}

/// A square of modules, by rows and by columns.
struct Grid {
    rows: Vec<u128>,
    columns: Vec<u128>,
}

impl Grid {
    fn of(width: u16, is_set: impl Fn(u16, u16) -> bool) -> Self {
        let size = usize::from(width);
        let (mut rows, mut columns) = (vec![0; size], vec![0; size]);
        for (y, row) in (0..width).zip(&mut rows) {
            for (x, column) in (0..width).zip(&mut columns) {
                let bit = u128::from(is_set(x, y));
                *row |= bit << x;
                *column |= bit << y;
            }
        }
        Self { rows, columns }
    }

    fn masked(&self, data: &Self, inverted: &Self) -> Self {
        let line = |((line, data), inverted): ((&u128, &u128), &u128)| line ^ (data & inverted);
        let all = |lines: &[u128], data: &[u128], inverted: &[u128]| {
            lines.iter().zip(data).zip(inverted).map(line).collect()
        };
        Self {
            rows: all(&self.rows, &data.rows, &inverted.rows),
            columns: all(&self.columns, &data.columns, &inverted.columns),
        }
    }

    fn penalty(&self, width: u16) -> u32 {
        let lines = self.rows.iter().chain(&self.columns);
        let along: u32 = lines
            .map(|&line| runs(line, width) + finders(line, width))
            .sum();
        let pairs = self.rows.iter().zip(self.rows.iter().skip(1));
        let blocks: u32 = pairs
            .map(|(&upper, &lower)| blocks(upper, lower, width))
            .sum();
        along + blocks + self.imbalance(width)
    }

    /// Ten points for every full 5 % by which the dark modules miss one half.
    fn imbalance(&self, width: u16) -> u32 {
        let dark: u32 = self.rows.iter().map(|row| row.count_ones()).sum();
        let all = u32::from(width) * u32::from(width);
        let off_percent = (2 * dark).abs_diff(all) * 50 / all;
        off_percent / 5 * 10
    }
}

/// Bits 0 to `width - 1`.
fn ones(width: u16) -> u128 {
    (1 << width) - 1
}

/// Three points for five modules of one colour in line, one more for each further module.
fn runs(line: u128, width: u16) -> u32 {
    let same = !(line ^ (line >> 1)) & ones(width - 1);
    let five = same & (same >> 1) & (same >> 2) & (same >> 3);
    five.count_ones() + 2 * (five & !(five << 1)).count_ones()
}

/// Three points for every two by two modules of one colour.
fn blocks(upper: u128, lower: u128, width: u16) -> u32 {
    let across = !(upper ^ (upper >> 1)) & !(lower ^ (lower >> 1));
    let down = !(upper ^ lower);
    3 * (across & down & ones(width - 1)).count_ones()
}

/// Forty points for every 1:1:3:1:1 with four light modules on either side, the quiet zone being light.
fn finders(line: u128, width: u16) -> u32 {
    let line = line << 4;
    let light = !line;
    let core = line
        & (light >> 1)
        & (line >> 2)
        & (line >> 3)
        & (line >> 4)
        & (light >> 5)
        & (line >> 6)
        & (ones(width) << 4);
    let before = (light << 1) & (light << 2) & (light << 3) & (light << 4);
    let after = (light >> 7) & (light >> 8) & (light >> 9) & (light >> 10);
    40 * (core & (before | after)).count_ones()
}

fn inverts(mask: MaskPattern, x: u16, y: u16) -> bool {
    match mask {
        MaskPattern::Checkerboard => (x + y).is_multiple_of(2),
        MaskPattern::HorizontalLines => y.is_multiple_of(2),
        MaskPattern::VerticalLines => x.is_multiple_of(3),
        MaskPattern::DiagonalLines => (x + y).is_multiple_of(3),
        MaskPattern::LargeCheckerboard => (y / 2 + x / 3).is_multiple_of(2),
        MaskPattern::Fields => (x * y) % 2 + (x * y) % 3 == 0,
        MaskPattern::Diamonds => ((x * y) % 2 + (x * y) % 3).is_multiple_of(2),
        MaskPattern::Meadow => ((x + y) % 2 + (x * y) % 3).is_multiple_of(2),
    }
}

fn coordinate(n: u16) -> i16 {
    i16::try_from(n).unwrap_or(i16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(picture: &str) -> (u128, u16) {
        let bits = picture
            .bytes()
            .enumerate()
            .map(|(x, b)| u128::from(b == b'#') << x);
        (bits.fold(0, |all, bit| all | bit), picture.len() as u16)
    }

    #[test]
    fn runs_of_one_colour() {
        for (picture, points) in [
            ("#.#.#.#.#", 0),
            ("####.####", 0),
            (".#####.#.", 3),
            ("#.....#.#", 3),
            ("#######.#", 5),
            ("#####.....", 6),
            (".........", 7),
        ] {
            let (bits, width) = line(picture);
            assert_eq!(runs(bits, width), points, "{picture}");
        }
    }

    #[test]
    fn patterns_like_a_finder() {
        for (picture, points) in [
            ("#.###.#....##", 40),
            ("##....#.###.#", 40),
            ("##.#.###.#.##", 0),
            ("##.#.###.#....", 40),
            ("#.###.#", 40),
            ("#.#.#.#.#.#.#", 0),
        ] {
            let (bits, width) = line(picture);
            assert_eq!(finders(bits, width), points, "{picture}");
        }
    }

    #[test]
    fn blocks_of_one_colour() {
        let ((upper, width), (lower, _)) = (line("##..#"), line("##..."));
        assert_eq!(blocks(upper, lower, width), 6);
    }

    #[test]
    fn imbalance_counts_full_steps_of_five_percent() {
        let half = Grid::of(10, |x, _| x < 5);
        let third = Grid::of(10, |x, _| x < 3);
        let none = Grid::of(10, |_, _| false);
        assert_eq!(
            (half.imbalance(10), third.imbalance(10), none.imbalance(10)),
            (0, 40, 100)
        );
    }

    #[test]
    fn the_mask_predicted_is_the_mask_applied() {
        for mask in MASKS {
            let mut canvas = Canvas::new(qrcode::Version::Normal(13), qrcode::EcLevel::Q);
            canvas.draw_all_functional_patterns();
            canvas.draw_data(&[0; 244], &[0; 288]);
            let at = |canvas: &Canvas, x, y| canvas.get(coordinate(x), coordinate(y));
            let dark = Grid::of(WIDEST, |x, y| at(&canvas, x, y).is_dark());
            let data = Grid::of(WIDEST, |x, y| {
                matches!(at(&canvas, x, y), Module::Unmasked(_))
            });
            let inverted = Grid::of(WIDEST, |x, y| inverts(mask, x, y));
            let predicted = dark.masked(&data, &inverted);
            canvas.apply_mask(mask);
            let applied = Grid::of(WIDEST, |x, y| at(&canvas, x, y).is_dark());
            for y in 0..usize::from(WIDEST) {
                let only_data = data.rows[y];
                assert_eq!(
                    predicted.rows[y] & only_data,
                    applied.rows[y] & only_data,
                    "{mask:?}"
                );
            }
        }
    }
}
