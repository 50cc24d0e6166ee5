//! Finds the QR codes of a grey picture: a quick look first, then ever more effort, a bounded number of looks.

use rxing::common::DetectorRXingResult as _;
use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};
use rxing::{Binarizer, BinaryBitmap, Luma8Source, LuminanceSource};

use thiserror::Error;

use crate::Luma;

/// Most QR codes taken from one picture.
pub const MAX_CODES: usize = 64;
/// Most octets of one QR code's text (a version 40 code holds 7,089 digits); a longer one is none.
pub const MAX_TEXT_BYTES: usize = 8 * 1024;

/// A picture with more codes than are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the picture has more than {limit} QR codes: show one certificate at a time")]
pub struct TooManyCodes {
    /// The most that are taken.
    pub limit: usize,
}

/// How a look tells black from white.
#[derive(Clone, Copy)]
enum Threshold {
    /// A threshold for each neighbourhood: uneven light.
    Local,
    /// One threshold for the whole picture: flat light, noise.
    Global,
}

/// How hard a look searches for the three corner marks.
#[derive(Clone, Copy, PartialEq)]
enum Effort {
    Quick,
    Thorough,
}

/// Dark on light, or light on dark.
#[derive(Clone, Copy, PartialEq)]
enum Polarity {
    Normal,
    Inverted,
}

/// Pictures with more pixels than this are not enlarged: their codes are large enough or too blurred for it to help.
const MAX_DOUBLED_PIXELS: u64 = 2_500_000;

/// The texts of all codes on the picture, without repeats, in the order found; none is no error.
///
/// Rotation and mirroring do not matter. The looks taken are bounded; the first that reads any code ends the search, so
/// a second, much poorer code beside a clear one may stay unread.
///
/// # Errors
/// More than [`MAX_CODES`] codes.
pub fn codes(luma: &Luma) -> Result<Vec<String>, TooManyCodes> {
    let found = search(luma);
    if found.len() > MAX_CODES {
        return Err(TooManyCodes { limit: MAX_CODES });
    }
    Ok(found)
}

/// The texts of the codes that two looks find: for one of many frames of a camera, where the next may be better.
pub fn glance(luma: &Luma) -> Vec<String> {
    let mut texts = look(luma, Threshold::Local, Effort::Quick, Polarity::Normal);
    if texts.is_empty() {
        texts = look(luma, Threshold::Global, Effort::Thorough, Polarity::Normal);
    }
    texts.truncate(MAX_CODES);
    texts
}

/// Stops at the first look that reads anything.
fn search(luma: &Luma) -> Vec<String> {
    use Effort::{Quick, Thorough};
    use Polarity::{Inverted, Normal};
    use Threshold::{Global, Local};

    let at = |picture: &Luma, looks: &[(Threshold, Effort, Polarity)]| {
        looks
            .iter()
            .map(|&(threshold, effort, polarity)| look(picture, threshold, effort, polarity))
            .find(|texts| !texts.is_empty())
    };
    let both = |picture: Luma| {
        at(
            &picture,
            &[(Local, Thorough, Normal), (Global, Thorough, Normal)],
        )
    };
    let small_enough = luma.area() <= MAX_DOUBLED_PIXELS;

    at(
        luma,
        &[
            (Local, Quick, Normal),
            (Local, Thorough, Normal),
            (Global, Thorough, Normal),
        ],
    )
    .or_else(|| luma.reduced(2).and_then(both))
    .or_else(|| luma.spread().and_then(both))
    .or_else(|| luma.reduced(3).and_then(both))
    .or_else(|| {
        small_enough
            .then(|| luma.doubled())
            .flatten()
            .and_then(both)
    })
    .or_else(|| at(luma, &[(Local, Thorough, Inverted)]))
    .unwrap_or_default()
}

fn look(luma: &Luma, threshold: Threshold, effort: Effort, polarity: Polarity) -> Vec<String> {
    let Ok(mut source) = Luma8Source::new_with_slice(luma.pixels(), luma.width(), luma.height())
    else {
        return Vec::new();
    };
    if polarity == Polarity::Inverted {
        source.invert();
    }
    match threshold {
        Threshold::Local => read(HybridBinarizer::new(source), effort),
        Threshold::Global => read(GlobalHistogramBinarizer::new(source), effort),
    }
}

/// What rxing's own QR reader does, without the time of reading that it asks the system for: a browser's module has none.
fn read<B: Binarizer>(binarizer: B, effort: Effort) -> Vec<String> {
    let picture = BinaryBitmap::new(binarizer);
    let matrix = picture.get_black_matrix();
    let mut marks = FindFinderPatterns(matrix, effort == Effort::Thorough, 0);
    let mut used: Vec<ConcentricPattern> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for corners in GenerateFinderPatternSets(&mut marks) {
        let three = [corners.bl, corners.tl, corners.tr];
        if three.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        let decoded = SampleQR(matrix, &corners).and_then(|found| Decode(found.getBits()));
        let Some(decoded) = decoded.ok().filter(|decoded| decoded.isValid()) else {
            continue;
        };
        used.extend(three);
        let text = decoded.text();
        if text.len() <= MAX_TEXT_BYTES && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}
