//! Draws the pages of a plain PDF copy one at a time and reads the codes on them.

use std::time::{Duration, Instant};

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{Affine, Rect};
use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page,
};

use super::super::error::ScanError;
use super::super::limits::{MAX_PAGE_PIXELS, MAX_PDF_PAGES, MAX_PDF_SECONDS};
use super::super::{self as scan, Luma, QrText};
use super::KIND;
use super::canvas::Canvas;

/// Resolutions tried in turn, in dots per inch: the first reads what was drawn at a printable size, the second small codes and fine scans.
const RESOLUTIONS: [f64; 2] = [200.0, 300.0];
const POINTS_PER_INCH: f64 = 72.0;

/// The texts of the codes on all pages, without repeats.
pub(super) fn codes(plain: Vec<u8>) -> Result<Vec<QrText>, ScanError> {
    let pdf = Pdf::new(plain).map_err(|_| ScanError::Damaged { kind: KIND })?;
    let pages = pdf.pages();
    if pages.len() > MAX_PDF_PAGES {
        return Err(ScanError::TooManyPages {
            pages: pages.len(),
            limit: MAX_PDF_PAGES,
        });
    }
    let deadline = Instant::now() + Duration::from_secs(MAX_PDF_SECONDS);
    let mut found: Vec<QrText> = Vec::new();
    for page in pages.iter() {
        for code in on_page(page, deadline)? {
            if !found.contains(&code) {
                found.push(code);
            }
        }
    }
    Ok(found)
}

fn on_page(page: &Page<'_>, deadline: Instant) -> Result<Vec<QrText>, ScanError> {
    for resolution in RESOLUTIONS {
        let found = drawn(page, resolution, deadline)
            .map_or(Ok(Vec::new()), |luma| scan::codes(&luma, KIND))?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The page in grey; `None` when it has no area.
fn drawn(page: &Page<'_>, resolution: f64, deadline: Instant) -> Option<Luma> {
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    let largest = (MAX_PAGE_PIXELS / (width * height)).sqrt();
    let scale = (resolution / POINTS_PER_INCH).min(largest);
    let (pixels_wide, pixels_high) = ((width * scale) as u32, (height * scale) as u32);
    let mut canvas = Canvas::new(pixels_wide, pixels_high, deadline)?;
    let cache = InterpreterCache::new();
    let mut context = Context::new(
        Affine::scale(scale) * page.initial_transform(true).to_kurbo(),
        Rect::new(0.0, 0.0, f64::from(pixels_wide), f64::from(pixels_high)),
        &cache,
        page.xref(),
        InterpreterSettings::default(),
    );
    interpret_page(page, &mut context, &mut canvas);
    canvas.into_luma()
}
