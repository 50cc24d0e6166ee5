//! The print-read score: how often the code of a printed sheet is read after what life does to it.
//!
//! The region about the code is creased, soiled, copied, badly lit and badly photographed, each in several variations
//! that are the same on every run, and read with the verifier's own decoder. A read counts only when exactly the expected
//! text comes back from a single picture; a telephone takes many a second, so the score is a lower bound meant for comparing
//! designs, not the rate of any one telephone. Strengths are lengths of paper and properties of cameras, never of the code: a
//! finer code meets the same harm.

mod camera;
mod capture;
mod paper;
mod picture;
mod random;
mod scenarios;

use std::fmt;
use std::panic::catch_unwind;

use cheti_reader::Luma;
use thiserror::Error;

use paper::Scale;
use picture::Picture;
use random::Random;
use scenarios::{Region, SCENARIOS, Scenario};

/// A rasterised page, and the code that is to be read from it.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The rows of grey pixels, 0 black to 255 white, without padding.
    pub luma: &'a [u8],
    /// Pixels an inch; about 300 shows enough and costs little.
    pub dpi: f32,
    /// Where the code stands.
    pub code: CodeArea,
    /// What the code says.
    pub text: &'a str,
}

/// The square of the code on a page, in pixels, without its quiet zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeArea {
    /// The left edge.
    pub x: u32,
    /// The upper edge.
    pub y: u32,
    /// The side.
    pub side: u32,
}

/// A sheet that cannot be scored.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum SheetError {
    /// The rows do not make the page.
    #[error("the page has {octets} pixels, but {width} times {height} were announced")]
    Size {
        /// Pixels across, as announced.
        width: u32,
        /// Pixels down, as announced.
        height: u32,
        /// How many there are.
        octets: usize,
    },
    /// Too coarse to be printed from, or too fine to be worked on.
    #[error("the page is drawn at {dpi} dpi; draw it at {} to {}", DPI.0, DPI.1)]
    Resolution {
        /// Pixels an inch, as given.
        dpi: f32,
    },
    /// The code is not wholly on the page.
    #[error(
        "the code, {side} pixels wide at ({x}, {y}), is not wholly on the page of {width} by {height} pixels",
        side = code.side, x = code.x, y = code.y
    )]
    OffPage {
        /// Where the code was said to stand.
        code: CodeArea,
        /// Pixels across the page.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// No code of this size is printed on a certificate.
    #[error("the code is {side_mm} mm wide; a code of {} to {} mm can be scored", SIDE_MM.0, SIDE_MM.1)]
    CodeSize {
        /// Its side in millimetres.
        side_mm: f32,
    },
    /// There is nothing to compare with.
    #[error("the text of the code is empty: nothing could be read from it")]
    NoText,
}

/// Least and greatest resolution of a sheet, in dots an inch.
const DPI: (f32, f32) = (150.0, 600.0);
/// Least and greatest side of a code, in millimetres.
const SIDE_MM: (f32, f32) = (10.0, 80.0);
/// How far about the code the sheet is taken along, in sides of the code.
const MARGIN: f32 = 0.45;
/// What every random number starts from.
const SEED: u64 = 0x0043_6865_7469_5152;

/// What a design must reach, as parts of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// Of all tries together.
    pub overall: f32,
    /// Of the tries of each scenario.
    pub scenario: f32,
}

/// Below this a design is refused.
///
/// Measured at 35 mm on white paper: the usual code (V11-Q) is read from 94 % of the pictures and the finest that may be
/// printed (V13-M) from 91 %, neither from fewer than 75 % of any scenario; a V18 code from 76 %, V22 from 67 % and V27 from 44 %,
/// each with a scenario of 31 % or less. The figures vary by 1 % with the payload. The bounds lie between these two groups,
/// near enough to the first that a design which costs a code more than 5 to 9 % of its reads is told.
pub const THRESHOLD: Threshold = Threshold {
    overall: 0.85,
    scenario: 0.5,
};

/// How often the code was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// By scenario, always the same ones in the same order.
    pub scenarios: Vec<ScenarioScore>,
}

/// How often the code was read in one way of reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioScore {
    /// What was done to the sheet.
    pub name: &'static str,
    /// Pictures taken.
    pub tries: u32,
    /// Pictures from which exactly the expected text was read.
    pub reads: u32,
}

impl ScenarioScore {
    /// Reads of tries, 0 to 1.
    #[must_use]
    pub fn rate(&self) -> f32 {
        self.reads as f32 / self.tries.max(1) as f32
    }
}

impl Score {
    /// Reads of tries over all scenarios, 0 to 1.
    #[must_use]
    pub fn rate(&self) -> f32 {
        let sum = |of: fn(&ScenarioScore) -> u32| self.scenarios.iter().map(of).sum::<u32>();
        sum(|one| one.reads) as f32 / sum(|one| one.tries).max(1) as f32
    }

    /// The scenario that was read least; the first of several.
    #[must_use]
    pub fn worst(&self) -> Option<&ScenarioScore> {
        let order = |a: &&ScenarioScore, b: &&ScenarioScore| a.rate().total_cmp(&b.rate());
        self.scenarios.iter().min_by(order)
    }

    /// Whether a design with this score may be used.
    #[must_use]
    pub fn reaches(&self, threshold: Threshold) -> bool {
        let least = self.worst().map_or(0.0, ScenarioScore::rate);
        self.rate() >= threshold.overall && least >= threshold.scenario
    }
}

impl fmt::Display for Score {
    /// One line a scenario, and one for all.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for one in &self.scenarios {
            let ScenarioScore { name, tries, reads } = one;
            writeln!(
                f,
                "{name:<18} {reads:>3} of {tries:>2}  {:>4.0} %",
                one.rate() * 100.0
            )?;
        }
        write!(f, "{:<29} {:>4.0} %", "overall", self.rate() * 100.0)
    }
}

/// Scores a sheet.
///
/// The same sheet has the same score on every run.
///
/// # Errors
/// A sheet that contradicts itself or has no code of a printable size: each says what to change.
pub fn score(sheet: &Sheet<'_>) -> Result<Score, SheetError> {
    let side_mm = checked(sheet)?;
    let picture = about_the_code(sheet);
    let region = Region {
        picture: &picture,
        scale: Scale {
            per_mm: sheet.dpi / MM_PER_INCH,
            code_mm: side_mm,
        },
    };
    let scored = |(place, scenario): (u64, &Scenario)| ScenarioScore {
        name: scenario.name,
        tries: scenario.tries,
        reads: reads(scenario, place, &region, sheet.text),
    };
    Ok(Score {
        scenarios: (0..).zip(&SCENARIOS).map(scored).collect(),
    })
}

const MM_PER_INCH: f32 = 25.4;

/// The side of the code in millimetres, once nothing is wrong with the sheet.
fn checked(sheet: &Sheet<'_>) -> Result<f32, SheetError> {
    let &Sheet {
        width,
        height,
        code,
        dpi,
        ..
    } = sheet;
    if sheet.luma.len() as u64 != u64::from(width) * u64::from(height) {
        return Err(SheetError::Size {
            width,
            height,
            octets: sheet.luma.len(),
        });
    }
    if !(DPI.0..=DPI.1).contains(&dpi) {
        return Err(SheetError::Resolution { dpi });
    }
    let inside = |start: u32, length: u32| {
        start
            .checked_add(code.side)
            .is_some_and(|end| end <= length)
    };
    if !inside(code.x, width) || !inside(code.y, height) {
        return Err(SheetError::OffPage {
            code,
            width,
            height,
        });
    }
    let side_mm = code.side as f32 * MM_PER_INCH / dpi;
    if !(SIDE_MM.0..=SIDE_MM.1).contains(&side_mm) {
        return Err(SheetError::CodeSize { side_mm });
    }
    if sheet.text.is_empty() {
        return Err(SheetError::NoText);
    }
    Ok(side_mm)
}

/// The square about the code, which stands in its middle. Beyond the page, the page's edge goes on.
fn about_the_code(sheet: &Sheet<'_>) -> Picture {
    let code = sheet.code;
    let margin = (code.side as f32 * MARGIN) as usize;
    let side = code.side as usize + 2 * margin;
    let on_page = |start: u32, at: usize, length: u32| {
        (start as usize + at)
            .saturating_sub(margin)
            .min(length as usize - 1)
    };
    Picture::of(side, side, |x, y| {
        let (x, y) = (
            on_page(code.x, x, sheet.width),
            on_page(code.y, y, sheet.height),
        );
        f32::from(sheet.luma[y * sheet.width as usize + x])
    })
}

fn reads(scenario: &Scenario, place: u64, region: &Region<'_>, text: &str) -> u32 {
    let read = |&variation: &u32| {
        let mut random = Random::new(SEED ^ (place << 32) ^ u64::from(variation));
        let picture = (scenario.picture)(region, &mut random);
        picture.luma().is_some_and(|luma| says(&luma, text))
    };
    let read = (0..scenario.tries).filter(read).count();
    u32::try_from(read).unwrap_or(scenario.tries)
}

/// Whether exactly this text is read. A decoder that gives up in a panic has not read it.
fn says(luma: &Luma, text: &str) -> bool {
    let found = catch_unwind(|| cheti_reader::codes(luma));
    found.is_ok_and(|found| found.is_ok_and(|texts| texts.iter().any(|read| read == text)))
}

#[cfg(test)]
mod tests;
