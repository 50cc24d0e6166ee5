//! Codes drawn on a white page, and what they score.

use super::*;
use crate::sample::address;
use proptest::prelude::*;
use qrcode::{Color, EcLevel, QrCode, Version};

/// A white page at 300 dpi with one code 35 mm wide in its middle.
struct Drawn {
    side: u32,
    luma: Vec<u8>,
    text: String,
}

const CODE_PX: u32 = 413;
const MARGIN_PX: u32 = 120;

impl Drawn {
    fn new(text: String, modules: u16, dark: impl Fn(u16, u16) -> bool) -> Self {
        let side = CODE_PX + 2 * MARGIN_PX;
        let module = CODE_PX as f32 / f32::from(modules);
        let at = |pixel: u32| {
            pixel
                .checked_sub(MARGIN_PX)
                .map(|pixel| ((pixel as f32 + 0.5) / module) as u16)
        };
        let grey = |i: u32| match (at(i % side), at(i / side)) {
            (Some(x), Some(y)) if x < modules && y < modules && dark(x, y) => 15,
            _ => 255,
        };
        Self {
            side,
            luma: (0..side * side).map(grey).collect(),
            text,
        }
    }

    /// The code that certificates carry.
    fn ours(digits: usize) -> Self {
        let text = address(digits);
        let symbol = crate::symbol(&text, crate::SYMBOL_MM).unwrap();
        Self::new(text, symbol.width(), |x, y| symbol.is_dark(x, y))
    }

    /// A code of a version that certificates never carry, nearly full.
    fn finer(version: i16, digits: usize) -> Self {
        let text = address(digits);
        let code = QrCode::with_version(&text, Version::Normal(version), EcLevel::M).unwrap();
        let modules = code.width() as u16;
        Self::new(text, modules, |x, y| {
            code[(x.into(), y.into())] == Color::Dark
        })
    }

    fn sheet(&self) -> Sheet<'_> {
        Sheet {
            width: self.side,
            height: self.side,
            luma: &self.luma,
            dpi: 300.0,
            code: CodeArea {
                x: MARGIN_PX,
                y: MARGIN_PX,
                side: CODE_PX,
            },
            text: &self.text,
        }
    }

    fn score(&self) -> Score {
        score(&self.sheet()).unwrap()
    }
}

/// The reads of the scenarios whose names begin so, and their tries.
fn named(score: &Score, start: &str) -> (u32, u32) {
    let found = score
        .scenarios
        .iter()
        .filter(|one| one.name.starts_with(start));
    found.fold((0, 0), |(reads, tries), one| {
        (reads + one.reads, tries + one.tries)
    })
}

#[test]
fn the_code_of_a_certificate_passes_and_finer_ones_do_not() {
    let ours = Drawn::ours(345).score();
    assert_eq!(named(&ours, "clean"), (18, 18), "{ours}");
    assert!(ours.reaches(THRESHOLD), "{ours}");
    assert!(
        ours.rate() > THRESHOLD.overall + 0.05,
        "comfortably: {ours}"
    );
    let finer =
        [(22, 1750), (27, 2450)].map(|(version, digits)| Drawn::finer(version, digits).score());
    for score in &finer {
        assert!(!score.reaches(THRESHOLD), "{score}");
    }
    let rates = [&ours, &finer[0], &finer[1]].map(Score::rate);
    assert!(
        rates.is_sorted_by(|finer, finest| finer > finest),
        "{rates:?}"
    );
}

#[test]
fn the_finest_code_that_may_be_printed_passes() {
    let finest = Drawn::ours(722);
    assert_eq!(
        crate::symbol(&finest.text, crate::SYMBOL_MM)
            .unwrap()
            .version(),
        13
    );
    let score = finest.score();
    assert!(score.reaches(THRESHOLD), "{score}");
}

#[test]
fn the_same_code_has_the_same_score_wherever_it_stands() {
    let drawn = Drawn::ours(345);
    let score = drawn.score();
    // The same code farther from the corner of a larger page.
    let (side, moved) = (drawn.side + 300, 300 - 40);
    let at = |i: u32| {
        (i % side)
            .checked_sub(moved)
            .zip((i / side).checked_sub(moved))
    };
    let inside = |(x, y): (u32, u32)| {
        (x < drawn.side && y < drawn.side).then(|| drawn.luma[(y * drawn.side + x) as usize])
    };
    let luma: Vec<u8> = (0..side * side)
        .map(|i| at(i).and_then(inside).unwrap_or(255))
        .collect();
    let code = CodeArea {
        x: MARGIN_PX + moved,
        y: MARGIN_PX + moved,
        side: CODE_PX,
    };
    let sheet = Sheet {
        width: side,
        height: side,
        luma: &luma,
        code,
        ..drawn.sheet()
    };
    assert_eq!(super::score(&sheet).unwrap(), score);
}

/// The scenarios from whose first picture the text is read.
fn read_at_first(drawn: &Drawn) -> Vec<&'static str> {
    let sheet = drawn.sheet();
    let picture = about_the_code(&sheet);
    let region = Region {
        picture: &picture,
        scale: Scale {
            per_mm: sheet.dpi / MM_PER_INCH,
            code_mm: checked(&sheet).unwrap(),
        },
    };
    let once = SCENARIOS.iter().map(|scenario| Scenario {
        tries: 1,
        ..*scenario
    });
    let read = (0..)
        .zip(once)
        .filter(|(place, scenario)| reads(scenario, *place, &region, sheet.text) == 1);
    read.map(|(_, scenario)| scenario.name).collect()
}

#[test]
fn what_is_not_the_expected_code_is_never_read() {
    let whole = Drawn::ours(345);
    assert!(read_at_first(&whole).len() > SCENARIOS.len() / 2);
    let mut destroyed = Drawn::ours(345);
    let finder = MARGIN_PX..MARGIN_PX + CODE_PX / 7;
    for y in finder.clone() {
        let row = (y * destroyed.side) as usize;
        destroyed.luma[row..][finder.start as usize..finder.end as usize].fill(255);
    }
    let mut blank = Drawn::ours(345);
    blank.luma.fill(255);
    let mut other = Drawn::ours(345);
    other.text.push('0');
    for (what, drawn) in [
        ("destroyed", destroyed),
        ("blank", blank),
        ("another text", other),
    ] {
        assert_eq!(read_at_first(&drawn), [""; 0], "{what}");
    }
}

#[test]
fn a_sheet_that_contradicts_itself_is_an_error() {
    let drawn = Drawn::ours(345);
    let sheet = drawn.sheet();
    let code = |x, side| CodeArea {
        x,
        side,
        ..sheet.code
    };
    let refused = [
        (Sheet { width: 9, ..sheet }, "pixels"),
        (Sheet { dpi: 72.0, ..sheet }, "150 to 600"),
        (
            Sheet {
                dpi: f32::NAN,
                ..sheet
            },
            "150 to 600",
        ),
        (
            Sheet {
                code: code(400, 413),
                ..sheet
            },
            "not wholly on the page",
        ),
        (
            Sheet {
                code: code(u32::MAX, 413),
                ..sheet
            },
            "not wholly on the page",
        ),
        (
            Sheet {
                code: code(120, 60),
                ..sheet
            },
            "10 to 80 mm",
        ),
        (
            Sheet {
                code: code(120, 0),
                ..sheet
            },
            "10 to 80 mm",
        ),
        (Sheet { text: "", ..sheet }, "empty"),
    ];
    for (sheet, says) in refused {
        let error = super::score(&sheet).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn a_score_is_summed_and_told_by_scenario() {
    let one = |name, tries, reads| ScenarioScore { name, tries, reads };
    let score = Score {
        scenarios: vec![one("clean", 6, 6), one("dirt", 10, 5), one("crease", 4, 2)],
    };
    assert_eq!(score.rate(), 0.65);
    assert_eq!(score.worst().unwrap().name, "dirt");
    let reaches = |overall, scenario| score.reaches(Threshold { overall, scenario });
    assert!(reaches(0.65, 0.5) && !reaches(0.66, 0.5) && !reaches(0.65, 0.51));
    let told = score.to_string();
    assert_eq!(told.lines().count(), 4);
    assert!(
        told.contains("dirt                 5 of 10    50 %"),
        "{told}"
    );
}

proptest! {
    #[test]
    fn any_sheet_is_refused_or_has_a_region(
        (width, height) in (1u32..900, 1u32..900),
        missing in 0usize..3,
        dpi in 100.0f32..700.0,
        (x, y, side) in (0u32..900, 0u32..900, 0u32..900),
    ) {
        let luma = vec![200; ((width * height) as usize).saturating_sub(missing)];
        let code = CodeArea { x, y, side };
        let sheet = Sheet { width, height, luma: &luma, dpi, code, text: "9" };
        let fits = x + side <= width && y + side <= height;
        match checked(&sheet) {
            Ok(_) => {
                prop_assert!(fits && missing == 0);
                let region = about_the_code(&sheet);
                prop_assert!(region.width >= side as usize && region.pixels.iter().all(|grey| *grey == 200.0));
            }
            Err(SheetError::Size { .. }) => prop_assert!(missing > 0),
            Err(SheetError::OffPage { .. }) => prop_assert!(!fits),
            Err(SheetError::Resolution { .. }) => prop_assert!(!(150.0..=600.0).contains(&dpi)),
            Err(SheetError::CodeSize { side_mm }) => prop_assert!(!(10.0..=80.0).contains(&side_mm)),
            Err(SheetError::NoText) => prop_assert!(false),
        }
    }
}
