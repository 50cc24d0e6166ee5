//! Finds the QR codes of a grey picture: a quick look first, then ever more effort, a bounded number of looks.

use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source, LuminanceSource};

use super::QrText;
use super::error::{FileKind, ScanError};
use super::limits::{MAX_CODES, MAX_QR_TEXT_BYTES};
use super::luma::Luma;

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
pub(super) fn codes(luma: &Luma, kind: FileKind) -> Result<Vec<QrText>, ScanError> {
    let found = search(luma);
    if found.len() > MAX_CODES {
        return Err(ScanError::TooManyCodes {
            kind,
            limit: MAX_CODES,
        });
    }
    Ok(found)
}

/// Stops at the first look that reads anything.
fn search(luma: &Luma) -> Vec<QrText> {
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

fn look(luma: &Luma, threshold: Threshold, effort: Effort, polarity: Polarity) -> Vec<QrText> {
    let Ok(mut source) = Luma8Source::new_with_slice(&luma.pixels, luma.width, luma.height) else {
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

fn read<B: Binarizer>(binarizer: B, effort: Effort) -> Vec<QrText> {
    let hints = DecodeHints {
        TryHarder: Some(effort == Effort::Thorough),
        PossibleFormats: Some([BarcodeFormat::QR_CODE].into()),
        ..DecodeHints::default()
    };
    let results = QrReader
        .decode_multiple_with_hints(&mut BinaryBitmap::new(binarizer), &hints)
        .unwrap_or_default();
    let mut texts: Vec<QrText> = Vec::new();
    for text in results
        .iter()
        .map(rxing::RXingResult::getText)
        .filter(|text| text.len() <= MAX_QR_TEXT_BYTES)
    {
        if !texts.iter().any(|seen| seen.as_str() == text) {
            texts.push(QrText::new(text));
        }
    }
    texts
}
