//! Drawing on A4 paper in millimetres from its top left corner, each piece with its tag.

use super::text::{Block, CAPITAL_EM, LEADING_EM};
use super::words::tag;
use super::{Heading, ListError, Lists};
use crate::PrintError;
use crate::typeface::Typefaces;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TagTree};
use krilla::{Document, SerializeSettings};

/// Width and height of the sheet.
pub(super) const SHEET_MM: (f32, f32) = (210.0, 297.0);
const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// Red, green and blue.
pub(super) type Ink = [u8; 3];
pub(super) const GREEN: Ink = [0x1f, 0x5a, 0x41];
pub(super) const GOLD: Ink = [0xb5, 0x92, 0x3f];
pub(super) const BLACK: Ink = [0x1b, 0x22, 0x1e];
pub(super) const GREY: Ink = [0x5c, 0x66, 0x60];
pub(super) const WHITE: Ink = [0xff, 0xff, 0xff];
/// The ground of every other row.
pub(super) const TINT: Ink = [0xf1, 0xf5, 0xf0];
pub(super) const HAIRLINE: Ink = [0xcd, 0xd8, 0xd0];

/// Where the lines of a text begin or end.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Align {
    Left,
    Middle,
    Right,
}

/// A document with the standards that certificates keep: PDF/A-3a and PDF/UA-1.
pub(super) fn document() -> Result<Document, ListError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PrintError::Standards)?;
    Ok(Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    }))
}

pub(super) fn sheet() -> Result<PageSettings, ListError> {
    let (width, height) = SHEET_MM;
    let sheet = PageSettings::from_wh(width * POINTS_PER_MM, height * POINTS_PER_MM);
    Ok(sheet.ok_or(PrintError::Standards)?)
}

/// Ends the document with its title, language and day of making.
pub(super) fn finish(
    mut document: Document,
    tags: TagTree,
    lists: &Lists,
    heading: &Heading,
    title: &str,
    (year, month, day): (u16, u8, u8),
) -> Result<Vec<u8>, ListError> {
    let title = format!("{title}: {}, {}", heading.course, heading.cohort);
    let language = tag(lists.language);
    let mut outline = Outline::new();
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    outline.push_child(OutlineNode::new(title.clone(), top));
    document.set_outline(outline);
    document.set_tag_tree(tags.with_lang(Some(language.into())));
    document.set_metadata(
        Metadata::new()
            .title(title)
            .authors(vec![heading.issuer.clone()])
            .language(language.into())
            .creation_date(DateTime::new(year).month(month).day(day)),
    );
    document.finish().map_err(ListError::Pdf)
}

/// One page being drawn.
pub(super) struct Canvas<'s, 't> {
    pub(super) surface: Surface<'s>,
    pub(super) typefaces: &'t Typefaces,
}

impl Canvas<'_, '_> {
    /// Ends the page's drawing.
    pub(super) fn finish(self) {
        self.surface.finish();
    }

    /// Draws what readers are to hear, in the document's language or another.
    pub(super) fn content(
        &mut self,
        lang: Option<&str>,
        draw: impl FnOnce(&mut Self),
    ) -> Identifier {
        let span = SpanTag {
            lang,
            ..SpanTag::empty()
        };
        self.tagged(ContentTag::Span(span), draw)
    }

    /// Draws what readers are to hear other words for.
    pub(super) fn described(&mut self, words: &str, draw: impl FnOnce(&mut Self)) -> Identifier {
        let span = SpanTag {
            alt_text: Some(words),
            ..SpanTag::empty()
        };
        self.tagged(ContentTag::Span(span), draw)
    }

    /// Draws what is no content: ornament, what is repeated on every page.
    pub(super) fn artifact(&mut self, kind: ArtifactType, draw: impl FnOnce(&mut Self)) {
        let _ = self.tagged(ContentTag::Artifact(Artifact::with_kind(kind)), draw);
    }

    fn tagged(&mut self, tag: ContentTag<'_>, draw: impl FnOnce(&mut Self)) -> Identifier {
        let identifier = self.surface.start_tagged(tag);
        draw(self);
        self.surface.end_tagged();
        identifier
    }

    /// A block whose first line stands on this baseline.
    pub(super) fn text(
        &mut self,
        block: &Block,
        (x, baseline): (f32, f32),
        align: Align,
        ink: Ink,
    ) {
        self.surface.set_fill(Some(fill(ink)));
        self.surface.set_stroke(None);
        let font = &self.typefaces.face(block.face).font;
        for (at, line) in block.lines.iter().enumerate() {
            let width = line.width_em() * block.size;
            let left = match align {
                Align::Left => x,
                Align::Middle => x - width / 2.0,
                Align::Right => x - width,
            };
            let y = baseline + at as f32 * block.size * LEADING_EM;
            let (start, size) = (point(left, y), block.size * POINTS_PER_MM);
            self.surface
                .draw_glyphs(start, &line.glyphs, font.clone(), &line.text, size, false);
        }
    }

    /// A block whose capitals begin at this height.
    pub(super) fn text_below(
        &mut self,
        block: &Block,
        (x, top): (f32, f32),
        align: Align,
        ink: Ink,
    ) {
        self.text(block, (x, top + block.size * CAPITAL_EM), align, ink);
    }

    /// A block about this height.
    pub(super) fn text_about(
        &mut self,
        block: &Block,
        (x, middle): (f32, f32),
        align: Align,
        ink: Ink,
    ) {
        self.text_below(block, (x, middle - block.height() / 2.0), align, ink);
    }

    /// A filled rectangle: left, top, width, height.
    pub(super) fn area(&mut self, [x, y, width, height]: [f32; 4], ink: Ink) {
        self.shape([x, y, width, height], Some(fill(ink)), None);
    }

    /// An empty square with a thin edge.
    pub(super) fn square(&mut self, (x, y): (f32, f32), side: f32, ink: Ink) {
        let edge = Stroke {
            paint: colour(ink).into(),
            width: 0.25 * POINTS_PER_MM,
            ..Stroke::default()
        };
        self.shape([x, y, side, side], Some(fill(WHITE)), Some(edge));
    }

    fn shape(
        &mut self,
        [x, y, width, height]: [f32; 4],
        fill: Option<Fill>,
        stroke: Option<Stroke>,
    ) {
        let corner = point(x, y);
        let (width, height) = (width * POINTS_PER_MM, height * POINTS_PER_MM);
        let mut path = PathBuilder::new();
        if let Some(rect) = Rect::from_xywh(corner.x, corner.y, width, height) {
            path.push_rect(rect);
        }
        if let Some(path) = path.finish() {
            self.surface.set_fill(fill);
            self.surface.set_stroke(stroke);
            self.surface.draw_path(&path);
        }
    }
}

fn colour([red, green, blue]: Ink) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn fill(ink: Ink) -> Fill {
    Fill {
        paint: colour(ink).into(),
        ..Fill::default()
    }
}

fn point(x_mm: f32, y_mm: f32) -> Point {
    Point::from_xy(x_mm * POINTS_PER_MM, y_mm * POINTS_PER_MM)
}
