//! What a design is worth on paper: the rules that need a whole page, and the print-read score.

use crate::design::Area;
use crate::facts::Facts;
use crate::scene::{self, Item};
use crate::score::{CodeArea, Score, Sheet, score};
use crate::{Page, PrintError, Printer, easel, symbol};

/// Resolution at which a page is judged, in dots an inch.
const DPI: f32 = 300.0;
/// The darkest ground under the code, in per cent of white: below it phones lose the code in bad light.
const LIGHTEST_PER_CENT: f32 = 85.0;
/// Millimetres in an inch.
const INCH_MM: f32 = 25.4;
/// The longest name, in octets.
const LONGEST_NAME: usize = 120;

/// What a design is worth on paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// The version of the code of the page that was judged.
    pub version: u8,
    /// The side of its modules, in millimetres.
    pub module_mm: f32,
    /// The side of the code, in millimetres.
    pub side_mm: f32,
    /// How light the ground under the code is, in per cent of white.
    pub ground_per_cent: f32,
    /// How often the code is read after what life does to paper.
    pub score: Score,
}

impl Printer {
    /// Judges the design by a whole page: names as long as they may be fit, the code's ground is white, and the code is
    /// read from the drawn page after what life does to paper.
    ///
    /// # Errors
    /// The first rule that is broken. A low score is no error here: [`Score::reaches`] tells.
    pub fn inspect(&self, page: &Page<'_>) -> Result<Inspection, PrintError> {
        self.check_names(page)?;
        self.with(page, |values, items| {
            let sheet = self.design.sheet;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a sheet has a few thousand pixels a side"
            )]
            let pixels = |mm: f32| (mm * DPI / INCH_MM).round() as u32;
            let width = pixels(sheet.width);
            let is_code = |item: &&Item<'_>| matches!(item, Item::Code { .. });
            let Some(Item::Code { place, symbol, .. }) = items.iter().find(is_code) else {
                return Err(PrintError::Standards);
            };
            let bare = easel::grey(&easel::page(
                self.props(),
                values,
                items.iter().filter(|item| !is_code(item)),
                width,
            )?);
            let ground_per_cent = darkest(&bare, width, &place.zone(), pixels);
            if ground_per_cent < LIGHTEST_PER_CENT {
                return Err(PrintError::Contrast {
                    found: ground_per_cent,
                    least: LIGHTEST_PER_CENT,
                    quiet: place.x - place.zone().x,
                });
            }
            let whole = easel::page(self.props(), values, items, width)?;
            let height = whole.height();
            let score = score(&Sheet {
                width,
                height,
                luma: &easel::grey(&whole),
                dpi: DPI,
                code: CodeArea {
                    x: pixels(place.x),
                    y: pixels(place.y),
                    side: pixels(place.side),
                },
                text: page.qr_url,
            });
            Ok(Inspection {
                version: symbol.version(),
                module_mm: symbol.module_mm(),
                side_mm: symbol.side_mm(),
                ground_per_cent,
                score: score.map_err(PrintError::Score)?,
            })
        })
    }

    /// Whether names as long as they may be fit, of many words and of one.
    fn check_names(&self, page: &Page<'_>) -> Result<(), PrintError> {
        let host = symbol::host_in_words(page.qr_url)?;
        let facts = Facts::read(page.credential_json, host)?;
        let side = self
            .design
            .code()
            .map_or(symbol::SYMBOL_MM, |code| code.side);
        let symbol = symbol::symbol(page.qr_url, side)?;
        for part in ["Maximiliana ", "W", "m", "Wanjikũ-", "I "] {
            let name = part.repeat(LONGEST_NAME / part.len());
            let facts = facts.renamed(name.trim_end());
            let values = self.values(&facts, page.reprinted)?;
            scene::settle(self.props(), &values, &symbol)?;
        }
        Ok(())
    }
}

/// The darkest pixel of an area, in per cent of white.
fn darkest(grey: &[u8], width: u32, area: &Area, pixels: impl Fn(f32) -> u32) -> f32 {
    let (left, right) = (pixels(area.x), pixels(area.x + area.width));
    let rows = pixels(area.y)..pixels(area.y + area.height);
    let row = |y: u32| {
        let at = |x: u32| y as usize * width as usize + x as usize;
        grey.get(at(left)..at(right)).unwrap_or_default()
    };
    let darkest = rows.flat_map(row).min().copied().unwrap_or(u8::MAX);
    f32::from(darkest) / f32::from(u8::MAX) * 100.0
}
