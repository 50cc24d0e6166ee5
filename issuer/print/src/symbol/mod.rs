//! The QR symbol of a verification address: which version, which correction, which modules.

mod mask;
mod outline;

use crate::PrintError;
use qrcode::bits::Bits;
use qrcode::canvas::Canvas;
use qrcode::ec::construct_codewords;
use qrcode::{EcLevel, Version};

/// The usual side of the printed symbol without its quiet zone, in millimetres; from it on, level Q is the least.
pub const SYMBOL_MM: f32 = 35.0;
/// The smallest side, in millimetres; below [`SYMBOL_MM`], level M is the least.
pub const SMALLEST_SIDE_MM: f32 = 30.0;
/// No module is printed smaller than this, in millimetres.
pub const SMALLEST_MODULE_MM: f32 = 0.5;
/// The quiet zone on every side, in modules (ISO/IEC 18004 §6.3.8).
pub const QUIET_MODULES: u16 = 4;

/// No version above it is tried, however large the symbol: its rows would not fit their 128 bits.
const LARGEST_VERSION: u8 = 27;

/// How much damage the symbol survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Correction {
    /// About 15 % of the codewords.
    Medium,
    /// About 25 % of the codewords.
    Quartile,
    /// About 30 % of the codewords.
    High,
}

impl Correction {
    fn level(self) -> EcLevel {
        match self {
            Self::Medium => EcLevel::M,
            Self::Quartile => EcLevel::Q,
            Self::High => EcLevel::H,
        }
    }
}

/// A finished QR symbol.
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    version: u8,
    correction: Correction,
    side_mm: f32,
    rows: Vec<u128>,
}

impl Symbol {
    /// The version.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// The error correction level.
    pub fn correction(&self) -> Correction {
        self.correction
    }

    /// Modules along one side, the quiet zone not counted.
    pub fn width(&self) -> u16 {
        width_of(self.version)
    }

    /// Whether the module in column `x` of row `y` is dark; outside the symbol all is light.
    pub fn is_dark(&self, x: u16, y: u16) -> bool {
        x < 128
            && self
                .rows
                .get(usize::from(y))
                .is_some_and(|row| row >> x & 1 == 1)
    }

    /// The dark modules, run by run: column, row and length of each.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (u16, u16, u16)> {
        (0..self.width()).flat_map(move |y| {
            let mut x = 0;
            std::iter::from_fn(move || {
                while x < self.width() && !self.is_dark(x, y) {
                    x += 1;
                }
                let start = x;
                while x < self.width() && self.is_dark(x, y) {
                    x += 1;
                }
                (x > start).then_some((start, y, x - start))
            })
        })
    }

    /// The side of the printed symbol in millimetres, the quiet zone not counted.
    pub fn side_mm(&self) -> f32 {
        self.side_mm
    }

    /// The side of one printed module in millimetres.
    pub fn module_mm(&self) -> f32 {
        self.side_mm / f32::from(self.width())
    }
}

/// Makes the symbol of `qr_url`, which is an address up to `#` and then `9` and decimal digits, to be printed
/// `side_mm` wide.
///
/// Exactly two segments: byte mode up to and including `#`, numeric mode from the `9`. The smallest
/// version that fits at level Q, or at level M where Q would make the module smaller than
/// [`SMALLEST_MODULE_MM`] or the symbol is smaller than [`SYMBOL_MM`]; then the highest level that the chosen
/// version still has room for.
///
/// # Errors
/// [`PrintError::Address`] for any other text, [`PrintError::CodeTooFine`] for a payload too long.
pub fn symbol(qr_url: &str, side_mm: f32) -> Result<Symbol, PrintError> {
    let (prefix, digits) = split(qr_url)?;
    let (version, correction) =
        smallest(prefix.len(), digits.len(), side_mm).ok_or(PrintError::CodeTooFine {
            digits: digits.len(),
            side_mm,
            smallest_mm: SMALLEST_MODULE_MM,
        })?;
    let canvas = draw(prefix, digits, version, correction.level()).map_err(PrintError::Code)?;
    Ok(Symbol {
        version,
        correction,
        side_mm,
        rows: mask::best(canvas, width_of(version)),
    })
}

/// The address in words: `v.nc4.example` of `https://v.nc4.example/#9…`.
///
/// Plain `http` keeps its scheme, so that nobody takes it for the secure one.
pub(crate) fn host_in_words(qr_url: &str) -> Result<String, PrintError> {
    let (prefix, _) = split(qr_url)?;
    let address = prefix.trim_end_matches('#').trim_end_matches('/');
    Ok(address
        .strip_prefix("https://")
        .unwrap_or(address)
        .to_owned())
}

fn split(qr_url: &str) -> Result<(&str, &str), PrintError> {
    let refused = || PrintError::Address {
        start: qr_url.chars().take(40).collect(),
    };
    let mark = qr_url.find('#').ok_or_else(refused)?;
    let (prefix, digits) = qr_url.split_at(mark + 1);
    let host = prefix
        .strip_prefix("https://")
        .or_else(|| prefix.strip_prefix("http://"))
        .ok_or_else(refused)?;
    let has_host = host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
    let plain = prefix.bytes().all(|b| b.is_ascii_graphic());
    let payload =
        digits.len() > 1 && digits.starts_with('9') && digits.bytes().all(|b| b.is_ascii_digit());
    if has_host && plain && payload {
        Ok((prefix, digits))
    } else {
        Err(refused())
    }
}

fn smallest(prefix: usize, digits: usize, side_mm: f32) -> Option<(u8, Correction)> {
    let fits = |version: u8, correction: Correction| {
        Bits::new(Version::Normal(i16::from(version)))
            .max_len(correction.level())
            .is_ok_and(|room| bits(prefix, digits, version) <= room)
    };
    let wide_enough = |version: u8| side_mm / f32::from(width_of(version)) >= SMALLEST_MODULE_MM;
    let first = |correction| {
        let mut versions = (1..=LARGEST_VERSION).take_while(|&version| wide_enough(version));
        versions.find(|&version| fits(version, correction))
    };
    let quartile = (side_mm >= SYMBOL_MM).then(|| first(Correction::Quartile));
    let (version, found) = quartile
        .flatten()
        .map(|version| (version, Correction::Quartile))
        .or_else(|| first(Correction::Medium).map(|version| (version, Correction::Medium)))?;
    let raised = [Correction::High, Correction::Quartile];
    let raised = raised.into_iter().find(|&level| fits(version, level));
    Some((version, raised.unwrap_or(found).max(found)))
}

/// The length of the two segments in bits (ISO/IEC 18004 §7.4).
fn bits(prefix: usize, digits: usize, version: u8) -> usize {
    let (byte_count, digit_count) = if version < 10 { (8, 10) } else { (16, 12) };
    let numerals = digits / 3 * 10 + [0, 4, 7][digits % 3];
    4 + byte_count + 8 * prefix + 4 + digit_count + numerals
}

fn draw(
    prefix: &str,
    digits: &str,
    version: u8,
    level: EcLevel,
) -> Result<Canvas, qrcode::types::QrError> {
    let version = Version::Normal(i16::from(version));
    let mut bits = Bits::new(version);
    bits.push_byte_data(prefix.as_bytes())?;
    bits.push_numeric_data(digits.as_bytes())?;
    bits.push_terminator(level)?;
    let (data, correction) = construct_codewords(&bits.into_bytes(), version, level)?;
    let mut canvas = Canvas::new(version, level);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    Ok(canvas)
}

fn width_of(version: u8) -> u16 {
    17 + 4 * u16::from(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::address;
    use qrcode::QrCode;

    /// Digits of a payload of so many octets whose first octet is 0x11, after the leading 9.
    fn digits_of(octets: usize) -> usize {
        let bits = octets as f64 * 8.0 - 3.0;
        1 + (bits * std::f64::consts::LOG10_2).ceil() as usize
    }

    #[test]
    fn versions_and_levels_by_payload() {
        // (octets, version, level): the address has the 23 characters of https://v.nc4.example/#
        for (octets, version, level) in [
            (8, 4, Correction::High),
            (20, 4, Correction::Quartile),
            (30, 5, Correction::Quartile),
            (100, 9, Correction::Quartile),
            (131, 11, Correction::Quartile),
            (140, 11, Correction::Quartile),
            (155, 12, Correction::Quartile),
            (210, 13, Correction::Quartile),
            (240, 12, Correction::Medium),
            (300, 13, Correction::Medium),
        ] {
            let made = symbol(&address(digits_of(octets)), SYMBOL_MM).unwrap();
            let found = (made.version(), made.correction());
            assert_eq!(found, (version, level), "{octets} octets");
            assert!(made.module_mm() >= SMALLEST_MODULE_MM);
        }
    }

    #[test]
    fn no_smaller_version_would_do_and_no_higher_level_is_left_unused() {
        for digits in (2..720).step_by(7) {
            let made = symbol(&address(digits), SYMBOL_MM).unwrap();
            let (prefix, v) = (23, made.version());
            let room = |v: u8, c: Correction| {
                Bits::new(Version::Normal(v.into()))
                    .max_len(c.level())
                    .unwrap()
            };
            let aimed = made.correction().min(Correction::Quartile);
            if v > 1 {
                assert!(bits(prefix, digits, v - 1) > room(v - 1, aimed));
            }
            for higher in [Correction::Quartile, Correction::High] {
                if higher > made.correction() {
                    assert!(bits(prefix, digits, v) > room(v, higher));
                }
            }
        }
    }

    #[test]
    fn the_encoder_s_own_search_for_segments_finds_no_smaller_symbol() {
        for digits in [300, 340, 375, 400] {
            let url = address(digits);
            let made = symbol(&url, SYMBOL_MM).unwrap();
            let theirs =
                QrCode::with_error_correction_level(&url, made.correction().level()).unwrap();
            assert_eq!(theirs.version(), Version::Normal(made.version().into()));
        }
    }

    #[test]
    fn two_segments_byte_then_numeric() {
        let mut bits = Bits::new(Version::Normal(11));
        bits.push_byte_data(b"https://v.nc4.example/#").unwrap();
        bits.push_numeric_data(b"9123456").unwrap();
        assert_eq!(super::bits(23, 7, 11), bits.len());
        let octets = bits.into_bytes();
        assert_eq!(octets[0] >> 4, 0b0100, "byte mode first");
        let after = 4 + 16 + 23 * 8;
        assert_eq!(
            octets[after / 8] >> (8 - 4 - after % 8) & 0xf,
            0b0001,
            "then numeric mode"
        );
    }

    #[test]
    fn a_payload_past_the_finest_module_is_refused() {
        let error = symbol(&address(760), SYMBOL_MM).unwrap_err();
        assert!(matches!(error, PrintError::CodeTooFine { digits: 760, .. }));
    }

    #[test]
    fn other_addresses_are_refused() {
        for url in [
            "",
            "https://v.nc4.example/",
            "https://v.nc4.example/#",
            "https://v.nc4.example/#9",
            "https://v.nc4.example/#812",
            "https://v.nc4.example/#91a2",
            "https://v.nc4.example/#91#2",
            "https:///#912",
            "HTTPS://V.NC4.EXAMPLE/#912",
            "ftp://v.nc4.example/#912",
            "https://v.nc4 example/#912",
            "https://v.ñc4.example/#912",
        ] {
            assert!(
                matches!(symbol(url, SYMBOL_MM), Err(PrintError::Address { .. })),
                "{url}"
            );
        }
    }

    #[test]
    fn the_host_in_words() {
        for (url, words) in [
            ("https://v.nc4.example/#912", "v.nc4.example"),
            ("https://v.nc4.example/check/#912", "v.nc4.example/check"),
            ("http://127.0.0.1:8080/#912", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(host_in_words(url).unwrap(), words);
        }
    }
}
