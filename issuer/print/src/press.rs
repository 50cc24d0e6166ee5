//! The press: art, texts and code become one tagged page, with the credential attached.

use crate::design::{Align, Design, POINTS_PER_MM, Place, Role, SHEET_MM};
use crate::facts::{Fact, Facts};
use crate::fit::{self, LEADING_EM, Setting};
use crate::symbol::{SYMBOL_MM, Symbol};
use crate::typeface::{Line, Typefaces};
use crate::{ATTACHMENT_NAME, PrintError};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;

/// The height of a capital letter, in ems.
const CAPITAL_EM: f32 = 0.65;

/// Prints one page.
pub(crate) fn print(
    design: &Design,
    typefaces: &Typefaces,
    facts: &Facts,
    symbol: &Symbol,
    credential_json: &[u8],
) -> Result<Vec<u8>, PrintError> {
    // Whatever fails for want of room or glyphs fails before the page is begun.
    let texts = settings(design, typefaces, facts)?;
    let mut document = Document::new_with(standards()?);
    let mut tags = TagTree::new().with_lang(Some("en".into()));
    let mut page = document.start_page_with(sheet()?);
    let mut surface = page.surface();
    paint_art(&mut surface, design, facts);
    for (place, setting) in &texts {
        set_text(&mut surface, place, setting, typefaces, &mut tags);
    }
    draw_code(&mut surface, design.code_mm, symbol, facts, &mut tags);
    surface.finish();
    page.finish();
    describe(&mut document, facts, tags);
    attach(&mut document, facts, credential_json);
    document.finish().map_err(PrintError::Pdf)
}

fn settings<'a>(
    design: &'a Design,
    typefaces: &Typefaces,
    facts: &Facts,
) -> Result<Vec<(&'a Place, Setting)>, PrintError> {
    let filled = design
        .places
        .iter()
        .filter_map(|place| place.text(facts).map(|text| (place, text)));
    let set = |(place, text): (&'a Place, String)| {
        let setting = fit::set(&text, place, typefaces.face(place.face))?;
        Ok((place, setting))
    };
    filled.map(set).collect()
}

/// PDF/A-3a, because it must open in thirty years and carries an attachment; PDF/UA-1, because it
/// must be readable by everyone.
fn standards() -> Result<SerializeSettings, PrintError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PrintError::Standards)?;
    Ok(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    })
}

fn sheet() -> Result<PageSettings, PrintError> {
    let (width, height) = SHEET_MM;
    PageSettings::from_wh(width * POINTS_PER_MM, height * POINTS_PER_MM)
        .ok_or(PrintError::Standards)
}

fn paint_art(surface: &mut Surface<'_>, design: &Design, facts: &Facts) {
    let layout = Artifact::with_kind(ArtifactType::Layout);
    surface.start_tagged(ContentTag::Artifact(layout));
    for shape in &design.art {
        if shape
            .only_with
            .is_some_and(|fact| facts.text(fact).is_none())
        {
            continue;
        }
        if shape.fill.is_some() || shape.stroke.is_some() {
            surface.set_fill(shape.fill.clone());
            surface.set_stroke(shape.stroke.clone());
            surface.push_transform(&shape.to_points);
            surface.draw_path(&shape.path);
            surface.pop();
        }
    }
    surface.end_tagged();
    surface.set_stroke(None);
}

fn set_text(
    surface: &mut Surface<'_>,
    place: &Place,
    setting: &Setting,
    typefaces: &Typefaces,
    tags: &mut TagTree,
) {
    surface.set_fill(Some(solid(place.colour)));
    let whole: String = setting
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    let mut group = match place.role {
        Role::Title => TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(whole.clone()))),
        Role::Text | Role::Artifact => TagGroup::new(Tag::P),
    };
    let tag = match place.role {
        Role::Artifact => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Watermark)),
        Role::Title | Role::Text => ContentTag::Span(SpanTag::empty()),
    };
    let identifier = surface.start_tagged(tag);
    let font = &typefaces.face(place.face).font;
    for (at, line) in setting.lines.iter().enumerate() {
        let start = point(left(place, setting, line), baseline(place, setting, at));
        let size = setting.size * POINTS_PER_MM;
        surface.draw_glyphs(start, &line.glyphs, font.clone(), &line.text, size, false);
    }
    surface.end_tagged();
    if place.role != Role::Artifact {
        group.push(identifier);
        tags.push(group);
    }
}

/// Where a line of the setting begins.
pub(crate) fn left(place: &Place, setting: &Setting, line: &Line) -> f32 {
    let width = line.width_em() * setting.size;
    match place.align {
        Align::Start => place.x,
        Align::Middle => place.x - width / 2.0,
        Align::End => place.x - width,
    }
}

/// One line stands on the place's baseline; two stand evenly about the middle of its capitals.
pub(crate) fn baseline(place: &Place, setting: &Setting, line: usize) -> f32 {
    if setting.lines.len() == 1 {
        return place.baseline;
    }
    let middle = place.baseline - place.size * CAPITAL_EM / 2.0;
    let below = if line == 0 { -0.5 } else { 0.5 };
    middle + setting.size * (CAPITAL_EM / 2.0 + below * LEADING_EM)
}

fn draw_code(
    surface: &mut Surface<'_>,
    (x, y): (f32, f32),
    symbol: &Symbol,
    facts: &Facts,
    tags: &mut TagTree,
) {
    let Some(path) = modules(symbol) else {
        return;
    };
    let module = symbol.module_mm() * POINTS_PER_MM;
    let corner = point(x, y);
    let identifier = surface.start_tagged(ContentTag::Other);
    surface.push_transform(&Transform::from_row(
        module, 0.0, 0.0, module, corner.x, corner.y,
    ));
    surface.set_fill(Some(solid(rgb::Color::black())));
    surface.draw_path(&path);
    surface.pop();
    surface.end_tagged();
    let host = facts.text(Fact::Host).unwrap_or_default();
    let words = format!("QR code holding this certificate's signed data; it opens {host}");
    let side = SYMBOL_MM * POINTS_PER_MM;
    let mut figure = Tag::Figure(Some(words));
    if let Some(area) = Rect::from_xywh(corner.x, corner.y, side, side) {
        figure = figure.with_bbox(Some(krilla::tagging::BBox::new(0, area)));
    }
    let mut figure = TagGroup::new(figure);
    figure.push(identifier);
    tags.push(figure);
}

/// One path, a rectangle for every run of dark modules in a row, in units of one module.
fn modules(symbol: &Symbol) -> Option<Path> {
    let mut path = PathBuilder::new();
    for y in 0..symbol.width() {
        let mut x = 0;
        while x < symbol.width() {
            let run = (x..symbol.width())
                .take_while(|&x| symbol.is_dark(x, y))
                .count();
            let run = u16::try_from(run).unwrap_or(u16::MAX);
            if let Some(rect) =
                Rect::from_xywh(f32::from(x), f32::from(y), f32::from(run), 1.0).filter(|_| run > 0)
            {
                path.push_rect(rect);
            }
            x += run + 1;
        }
    }
    path.finish()
}

fn describe(document: &mut Document, facts: &Facts, tags: TagTree) {
    let text = |fact| facts.text(fact).unwrap_or_default();
    let title = format!("{}: {}", text(Fact::Name), text(Fact::Course));
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(
        title.clone(),
        XyzDestination::new(0, point(0.0, 0.0)),
    ));
    document.set_outline(outline);
    document.set_tag_tree(tags);
    document.set_metadata(
        Metadata::new()
            .title(title)
            .authors(vec![text(Fact::Issuer).to_owned()])
            .language("en".into())
            .creation_date(facts.valid_from)
            .document_id(facts.id.clone()),
    );
}

fn attach(document: &mut Document, facts: &Facts, credential_json: &[u8]) {
    document.embed_file(EmbeddedFile {
        path: ATTACHMENT_NAME.into(),
        mime_type: MimeType::new("application/json"),
        description: Some("The signed credential that this certificate shows".into()),
        association_kind: AssociationKind::Source,
        data: credential_json.to_vec().into(),
        modification_date: Some(facts.valid_from),
        compress: Some(true),
        location: None,
    });
}

fn solid(colour: rgb::Color) -> Fill {
    Fill {
        paint: colour.into(),
        ..Fill::default()
    }
}

fn point(x_mm: f32, y_mm: f32) -> Point {
    Point::from_xy(x_mm * POINTS_PER_MM, y_mm * POINTS_PER_MM)
}
