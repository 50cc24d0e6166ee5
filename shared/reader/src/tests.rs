//! Pictures drawn module by module, and what is read from them.

use proptest::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

use super::*;

/// The code of `text` with its quiet zone, `scale` pixels a module, `dark` on `light`.
fn picture(text: &str, scale: u32, [dark, light]: [u8; 2]) -> Luma {
    let code = QrCode::with_error_correction_level(text, EcLevel::Q).unwrap();
    let (count, colours) = (code.width() as u32, code.to_colors());
    let side = (count + 8) * scale;
    let at = |x: u32, y: u32| {
        let (column, row) = ((x / scale).wrapping_sub(4), (y / scale).wrapping_sub(4));
        let inside = column < count && row < count;
        let is_dark = inside && colours[(row * count + column) as usize] == Color::Dark;
        if is_dark { dark } else { light }
    };
    let pixels = (0..side * side).map(|i| at(i % side, i / side)).collect();
    Luma::new(side, side, pixels).unwrap()
}

#[test]
fn reads_codes_dark_on_light_light_on_dark_and_weak() {
    let text = "https://v.nc4.example/#9123456789";
    for (scale, greys) in [(1, [0, 255]), (3, [0, 255]), (4, [255, 0]), (4, [90, 110])] {
        let read = codes(&picture(text, scale, greys)).unwrap();
        assert_eq!(read, [text], "{scale} pixels a module, {greys:?}");
    }
}

#[test]
fn a_picture_without_a_code_gives_none() {
    for grey in [0, 127, 255] {
        let blank = Luma::new(90, 60, vec![grey; 5400]).unwrap();
        assert_eq!(codes(&blank), Ok(Vec::new()));
    }
}

#[test]
fn more_codes_than_are_taken_is_an_error() {
    let tiles: Vec<Luma> = (0..=MAX_CODES)
        .map(|n| picture(&format!("CODE {n}"), 3, [0, 255]))
        .collect();
    let side = tiles[0].width();
    let across = 9;
    let rows = (tiles.len() as u32).div_ceil(across);
    let mut pixels = vec![255; (side * across * side * rows) as usize];
    for (n, tile) in (0..).zip(&tiles) {
        let (left, top) = (n % across * side, n / across * side);
        for (y, row) in (top..).zip(tile.pixels().chunks(side as usize)) {
            let start = (y * side * across + left) as usize;
            pixels[start..start + side as usize].copy_from_slice(row);
        }
    }
    let sheet = Luma::new(side * across, side * rows, pixels).unwrap();
    assert_eq!(codes(&sheet), Err(TooManyCodes { limit: MAX_CODES }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_read_is_bounded(width in 1u32..60, octets in prop::collection::vec(any::<u8>(), 1..3000)) {
        let height = octets.len() as u32 / width;
        let mut octets = octets;
        octets.truncate((width * height) as usize);
        if let Some(luma) = Luma::new(width, height, octets) {
            for text in codes(&luma).unwrap_or_default() {
                prop_assert!(text.len() <= MAX_TEXT_BYTES);
            }
        }
    }
}
