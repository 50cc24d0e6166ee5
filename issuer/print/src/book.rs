//! Many certificates in one PDF: for a print shop, or small ones for proof-reading.
//!
//! Neither is handed to a graduate: they hold no credential and no tags.

use crate::design::{POINTS_PER_MM, Sheet};
use crate::facts::Values;
use crate::press::{self, Art, point};
use crate::scene::Item;
use crate::typeface::Face;
use crate::{Page, PrintError, Printer};
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Rect, Transform};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Stroke;
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};

/// How far art reaches past the cut, in millimetres.
const BLEED_MM: f32 = 3.0;
/// What surrounds the cut on a sheet with crop marks, in millimetres.
const SLUG_MM: f32 = 12.0;
/// The length of a crop mark, in millimetres.
const MARK_MM: f32 = 6.0;
/// The width of a crop mark, in millimetres.
const MARK_PEN_MM: f32 = 0.1;

/// A print-ready PDF, a page a certificate, in the order in which they are added.
pub struct Book<'a> {
    printer: &'a Printer,
    marks: bool,
    document: Document,
    art: Art,
    pages: usize,
}

impl<'a> Book<'a> {
    pub(crate) fn new(printer: &'a Printer, marks: bool) -> Self {
        Self {
            printer,
            marks,
            document: Document::new_with(SerializeSettings::default()),
            art: Art::default(),
            pages: 0,
        }
    }

    /// Adds a certificate.
    ///
    /// # Errors
    /// As [`Printer::print`]; the book is as it was.
    pub fn add(&mut self, page: &Page<'_>) -> Result<(), PrintError> {
        let printer = self.printer;
        printer.with(page, |values, items| {
            let sheet = printer.design.sheet;
            let slug = if self.marks { SLUG_MM } else { 0.0 };
            let mut page = self.document.start_page_with(settings(sheet, slug)?);
            let mut surface = page.surface();
            if self.marks {
                crop_marks(&mut surface, sheet);
            }
            let moved = slug * POINTS_PER_MM;
            surface.push_transform(&Transform::from_translate(moved, moved));
            let props = printer.props();
            press::paint(&mut surface, props, values, items, &mut self.art, None);
            surface.pop();
            surface.finish();
            page.finish();
            if self.pages == 0 {
                self.document.set_metadata(metadata(values));
            }
            self.pages += 1;
            Ok(())
        })
    }

    /// How many pages there are.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// The PDF.
    ///
    /// # Errors
    /// The PDF writer's own.
    pub fn finish(self) -> Result<Vec<u8>, PrintError> {
        press::finish(self.document)
    }
}

fn metadata(values: &Values<'_>) -> Metadata {
    Metadata::new()
        .title(values.facts.course().to_owned())
        .authors(vec![values.facts.issuer().to_owned()])
        .creation_date(values.facts.valid_from)
}

/// The boxes of a page (ISO 32000-1, 14.11.2): what is cut, what bleeds, and all of it.
fn settings(sheet: Sheet, slug: f32) -> Result<PageSettings, PrintError> {
    let boxed = |around: f32| {
        let offset = (slug - around) * POINTS_PER_MM;
        Rect::from_xywh(
            offset,
            offset,
            (sheet.width + 2.0 * around) * POINTS_PER_MM,
            (sheet.height + 2.0 * around) * POINTS_PER_MM,
        )
    };
    let width = (sheet.width + 2.0 * slug) * POINTS_PER_MM;
    let height = (sheet.height + 2.0 * slug) * POINTS_PER_MM;
    let page = PageSettings::from_wh(width, height).ok_or(PrintError::Standards)?;
    Ok(page
        .with_trim_box(boxed(0.0))
        .with_bleed_box(boxed(BLEED_MM.min(slug))))
}

/// Two marks at each corner of the cut, outside the bleed.
fn crop_marks(surface: &mut Surface<'_>, sheet: Sheet) {
    let mut marks = PathBuilder::new();
    let (left, top) = (SLUG_MM, SLUG_MM);
    let (right, bottom) = (left + sheet.width, top + sheet.height);
    let mut line = |from: (f32, f32), to: (f32, f32)| {
        let (from, to) = (point(from.0, from.1), point(to.0, to.1));
        marks.move_to(from.x, from.y);
        marks.line_to(to.x, to.y);
    };
    for (x, outwards) in [(left, -1.0), (right, 1.0)] {
        let near = x + outwards * BLEED_MM;
        for y in [top, bottom] {
            line((near, y), (near + outwards * MARK_MM, y));
        }
    }
    for (y, outwards) in [(top, -1.0), (bottom, 1.0)] {
        let near = y + outwards * BLEED_MM;
        for x in [left, right] {
            line((x, near), (x, near + outwards * MARK_MM));
        }
    }
    if let Some(marks) = marks.finish() {
        surface.set_stroke(Some(pen(rgb::Color::black(), MARK_PEN_MM)));
        surface.draw_path(&marks);
        surface.set_stroke(None);
    }
}

fn pen(colour: rgb::Color, width_mm: f32) -> Stroke {
    Stroke {
        paint: colour.into(),
        width: width_mm * POINTS_PER_MM,
        ..Stroke::default()
    }
}

/// Small certificates on A4 sheets, for proof-reading, in the order in which they are added.
pub struct ContactSheet<'a> {
    printer: &'a Printer,
    document: Document,
    art: Art,
    grid: Grid,
    /// What stands on the page that is being filled.
    cells: Vec<Cell>,
    pages: usize,
}

/// A certificate that waits for its page to be full.
struct Cell {
    credential_json: Vec<u8>,
    qr_url: String,
}

/// Where the small certificates of a sheet stand.
#[derive(Clone, Copy)]
struct Grid {
    columns: u16,
    rows: u16,
    /// Width of a small certificate, in millimetres.
    width: f32,
    height: f32,
    /// Between one and the next, in millimetres.
    gap: f32,
    /// Small to whole.
    scale: f32,
}

/// Room around the small certificates, in millimetres.
const SHEET_MARGIN_MM: f32 = 12.0;
/// Room beneath each for its number, in millimetres.
const CAPTION_MM: f32 = 6.0;
/// Size of the captions and of the page's number, in millimetres.
const CAPTION_SIZE_MM: f32 = 2.8;

impl Grid {
    fn of(sheet: Sheet) -> Self {
        let (columns, rows) = if sheet.width > sheet.height {
            (2, 4)
        } else {
            (3, 3)
        };
        let gap = 5.0;
        let room = Sheet::PORTRAIT.width - 2.0 * SHEET_MARGIN_MM;
        let width = (room - gap * f32::from(columns - 1)) / f32::from(columns);
        let scale = width / sheet.width;
        Self {
            columns,
            rows,
            width,
            height: sheet.height * scale,
            gap,
            scale,
        }
    }

    fn count(&self) -> usize {
        usize::from(self.columns) * usize::from(self.rows)
    }

    /// The corner of a small certificate, in millimetres.
    fn corner(&self, at: usize) -> (f32, f32) {
        let at = u16::try_from(at).unwrap_or_default();
        let (column, row) = (f32::from(at % self.columns), f32::from(at / self.columns));
        let down = self.height + CAPTION_MM;
        (
            SHEET_MARGIN_MM + column * (self.width + self.gap),
            SHEET_MARGIN_MM + row * down,
        )
    }
}

impl<'a> ContactSheet<'a> {
    pub(crate) fn new(printer: &'a Printer) -> Self {
        Self {
            printer,
            document: Document::new_with(SerializeSettings::default()),
            art: Art::default(),
            grid: Grid::of(printer.design.sheet),
            cells: Vec::new(),
            pages: 0,
        }
    }

    /// Adds a certificate.
    ///
    /// # Errors
    /// As [`Printer::print`], when its page is full.
    pub fn add(&mut self, page: &Page<'_>) -> Result<(), PrintError> {
        self.cells.push(Cell {
            credential_json: page.credential_json.to_vec(),
            qr_url: page.qr_url.to_owned(),
        });
        match self.cells.len() == self.grid.count() {
            true => self.page(),
            false => Ok(()),
        }
    }

    /// The PDF.
    ///
    /// # Errors
    /// As [`ContactSheet::add`], and the PDF writer's own.
    pub fn finish(mut self) -> Result<Vec<u8>, PrintError> {
        if !self.cells.is_empty() {
            self.page()?;
        }
        press::finish(self.document)
    }

    fn page(&mut self) -> Result<(), PrintError> {
        let cells = std::mem::take(&mut self.cells);
        let mut page = self
            .document
            .start_page_with(settings(Sheet::PORTRAIT, 0.0)?);
        let mut surface = page.surface();
        for (at, cell) in cells.iter().enumerate() {
            let page = Page {
                credential_json: &cell.credential_json,
                qr_url: &cell.qr_url,
                reprinted: None,
            };
            let (grid, art) = (self.grid, &mut self.art);
            self.printer.with(&page, |values, items| {
                self.printer
                    .small(&mut surface, grid, at, values, items, art)
            })?;
        }
        self.pages += 1;
        let number = self.pages.to_string();
        let at = (Sheet::PORTRAIT.width / 2.0, Sheet::PORTRAIT.height - 6.0);
        self.printer.caption(&mut surface, &number, at)?;
        surface.finish();
        page.finish();
        Ok(())
    }
}

impl Printer {
    fn small(
        &self,
        surface: &mut Surface<'_>,
        grid: Grid,
        at: usize,
        values: &Values<'_>,
        items: &[Item<'_>],
        art: &mut Art,
    ) -> Result<(), PrintError> {
        let (x, y) = grid.corner(at);
        let corner = point(x, y);
        surface.push_transform(&Transform::from_row(
            grid.scale, 0.0, 0.0, grid.scale, corner.x, corner.y,
        ));
        press::paint(surface, self.props(), values, items, art, None);
        surface.pop();
        if let Some(rect) = Rect::from_xywh(
            corner.x,
            corner.y,
            grid.width * POINTS_PER_MM,
            grid.height * POINTS_PER_MM,
        ) {
            let mut edge = PathBuilder::new();
            edge.push_rect(rect);
            if let Some(edge) = edge.finish() {
                surface.set_fill(None);
                surface.set_stroke(Some(pen(rgb::Color::new(190, 190, 190), 0.15)));
                surface.draw_path(&edge);
                surface.set_stroke(None);
            }
        }
        let below = (
            x + grid.width / 2.0,
            y + grid.height + CAPTION_SIZE_MM + 0.8,
        );
        self.caption(surface, &values.facts.number, below)
    }

    /// Sets a few words about a point, in millimetres.
    fn caption(
        &self,
        surface: &mut Surface<'_>,
        words: &str,
        (x, y): (f32, f32),
    ) -> Result<(), PrintError> {
        let face = self.typefaces.face(Face::Regular);
        let line = face.shape(words)?;
        let start = point(x - line.width_em() * CAPTION_SIZE_MM / 2.0, y);
        let size = CAPTION_SIZE_MM * POINTS_PER_MM;
        surface.set_fill(Some(press::solid(rgb::Color::new(60, 60, 60))));
        surface.draw_glyphs(
            start,
            &line.glyphs,
            face.font.clone(),
            &line.text,
            size,
            false,
        );
        Ok(())
    }
}
