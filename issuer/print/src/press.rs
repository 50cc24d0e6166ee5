//! The press: a scene becomes a tagged page of a PDF.

use crate::ATTACHMENT_NAME;
use crate::PrintError;
use crate::art::{self, Drawn, Piece};
use crate::design::{
    Align, Area, CodePlace, Guilloche, POINTS_PER_MM, Place, Role, Said, Sheet, Tongue,
};
use crate::facts::{Facts, Values};
use crate::fit::{LEADING_EM, Setting};
use crate::guilloche::Ring;
use crate::kit::Language;
use crate::picture::{Bitmap, Picture};
use crate::scene::{Item, Props};
use crate::symbol::Symbol;
use crate::typeface::Line;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{Path, PathBuilder, Point, Rect, Size, Transform};
use krilla::graphic::Graphic;
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagTree,
};
use krilla::{Document, SerializeSettings};
use std::collections::HashMap;
use std::num::NonZeroU16;
use usvg::tiny_skia_path;

/// The height of a capital letter, in ems.
const CAPITAL_EM: f32 = 0.65;

/// For how many documents the writer remembers what it compressed.
const REMEMBERED: usize = 16;

/// The art of a design within one document: written once for every choice of what is shown, drawn as often as needed.
#[derive(Default)]
pub(crate) struct Art(HashMap<Vec<bool>, Graphic>);

impl Art {
    fn paint(&mut self, surface: &mut Surface<'_>, pieces: &[Piece], values: &Values<'_>) {
        let shown = pieces.iter().map(|piece| values.meet(&piece.conditions));
        let graphic = self.0.entry(shown.collect()).or_insert_with(|| {
            let mut stream = surface.stream_builder();
            let mut inside = stream.surface();
            paint_pieces(&mut inside, pieces, values);
            inside.finish();
            Graphic::new(stream.finish(), false)
        });
        surface.draw_graphic(graphic.clone());
    }
}

/// Prints one certificate as a document of its own, which holds the credential.
pub(crate) fn certificate(
    props: Props<'_>,
    values: &Values<'_>,
    items: &[Item<'_>],
    credential_json: &[u8],
) -> Result<Vec<u8>, PrintError> {
    let mut document = Document::new_with(standards()?);
    let language = page_tongue(props.language).tag();
    let mut tags = TagTree::new().with_lang(Some(language.into()));
    let mut page = document.start_page_with(sheet(props.design.sheet)?);
    let mut surface = page.surface();
    let mut art = Art::default();
    paint(
        &mut surface,
        props,
        values,
        items,
        &mut art,
        Some(&mut tags),
    );
    surface.finish();
    page.finish();
    describe(&mut document, values.facts, language, tags);
    attach(&mut document, values.facts, credential_json);
    finish(document)
}

/// Writes a document out.
pub(crate) fn finish(document: Document) -> Result<Vec<u8>, PrintError> {
    let written = document.finish().map_err(PrintError::Pdf);
    // What the writer remembers between documents must not grow with their number.
    comemo::evict(REMEMBERED);
    written
}

/// The language of the page as a whole.
fn page_tongue(language: Language) -> Tongue {
    match language {
        Language::English | Language::Both => Tongue::English,
        Language::Swahili => Tongue::Swahili,
    }
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

fn sheet(sheet: Sheet) -> Result<PageSettings, PrintError> {
    PageSettings::from_wh(sheet.width * POINTS_PER_MM, sheet.height * POINTS_PER_MM)
        .ok_or(PrintError::Standards)
}

/// Paints a scene; without a tag tree, as pictures for a print shop need no tags.
pub(crate) fn paint(
    surface: &mut Surface<'_>,
    props: Props<'_>,
    values: &Values<'_>,
    items: &[Item<'_>],
    art: &mut Art,
    mut tags: Option<&mut TagTree>,
) {
    as_artifact(surface, ArtifactType::Layout, tags.is_some(), |surface| {
        art.paint(surface, &props.design.art, values);
    });
    for item in items {
        let tags = tags.as_deref_mut();
        match item {
            Item::Text {
                place,
                said,
                setting,
            } => set_text(surface, props, (*place, said, setting), tags),
            Item::Picture {
                picture,
                area,
                shows,
            } => {
                figure(surface, tags, area, shows, |surface| {
                    paint_picture(surface, picture, values);
                });
            }
            Item::Rosette { place, rings } => {
                as_artifact(surface, ArtifactType::Layout, tags.is_some(), |surface| {
                    paint_rosette(surface, place, rings);
                });
            }
            Item::Code {
                place,
                symbol,
                shows,
            } => {
                let area = Area {
                    x: place.x,
                    y: place.y,
                    width: place.side,
                    height: place.side,
                };
                figure(surface, tags, &area, shows, |surface| {
                    paint_code(surface, place, symbol);
                });
            }
        }
    }
}

fn as_artifact(
    surface: &mut Surface<'_>,
    kind: ArtifactType,
    tagged: bool,
    paint: impl FnOnce(&mut Surface<'_>),
) {
    if !tagged {
        return paint(surface);
    }
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    paint(surface);
    surface.end_tagged();
}

fn figure(
    surface: &mut Surface<'_>,
    tags: Option<&mut TagTree>,
    area: &Area,
    shows: &str,
    paint: impl FnOnce(&mut Surface<'_>),
) {
    let Some(tags) = tags else {
        return paint(surface);
    };
    let identifier = surface.start_tagged(ContentTag::Other);
    paint(surface);
    surface.end_tagged();
    let corner = point(area.x, area.y);
    let (width, height) = (area.width * POINTS_PER_MM, area.height * POINTS_PER_MM);
    let mut figure = Tag::Figure(Some(shows.to_owned()));
    if let Some(area) = Rect::from_xywh(corner.x, corner.y, width, height) {
        figure = figure.with_bbox(Some(BBox::new(0, area)));
    }
    let mut group = TagGroup::new(figure);
    group.push(identifier);
    tags.push(group);
}

fn paint_pieces(surface: &mut Surface<'_>, pieces: &[Piece], values: &Values<'_>) {
    let shown = pieces.iter().filter(|piece| values.meet(&piece.conditions));
    // How many things each open layer has pushed.
    let mut layers = Vec::new();
    for piece in shown {
        match &piece.what {
            Drawn::Shape(shape) => {
                if shape.fill.is_none() && shape.stroke.is_none() {
                    continue;
                }
                surface.set_fill(shape.fill.clone());
                surface.set_stroke(shape.stroke.clone());
                surface.push_transform(&art::placed(shape.to_points));
                surface.draw_path(&shape.path);
                surface.pop();
            }
            Drawn::Pixels(bitmap, at) => paint_pixels(surface, bitmap, *at),
            Drawn::Open(layer) => {
                let mut pushed = 0;
                if let Some(clip) = &layer.clip {
                    surface.push_clip_path(&clip.path, &art::rule(clip.rule));
                    pushed += 1;
                }
                if let Some(opacity) = NormalizedF32::new(layer.opacity)
                    && layer.opacity < 1.0
                {
                    surface.push_opacity(opacity);
                    pushed += 1;
                }
                layers.push(pushed);
            }
            Drawn::Close => {
                for _ in 0..layers.pop().unwrap_or(0) {
                    surface.pop();
                }
            }
        }
    }
    surface.set_stroke(None);
}

fn paint_pixels(surface: &mut Surface<'_>, bitmap: &Bitmap, at: tiny_skia_path::Transform) {
    let Some(size) = Size::from_wh(bitmap.width_f32(), bitmap.height_f32()) else {
        return;
    };
    surface.push_transform(&art::placed(at));
    surface.draw_image(bitmap.image.clone(), size);
    surface.pop();
}

fn paint_picture(surface: &mut Surface<'_>, picture: &Picture, values: &Values<'_>) {
    match picture {
        Picture::Pixels(bitmap, at) => paint_pixels(surface, bitmap, *at),
        Picture::Drawing(pieces, at) => {
            surface.push_transform(&art::placed(*at));
            paint_pieces(surface, pieces, values);
            surface.pop();
        }
    }
}

fn paint_rosette(surface: &mut Surface<'_>, place: &Guilloche, rings: &[Ring]) {
    let middle = point(place.x, place.y);
    for (ring, colour) in rings.iter().zip(place.colours.iter().cycle()) {
        let Some(sector) = art::outline(&ring.sector) else {
            continue;
        };
        surface.set_fill(None);
        surface.set_stroke(Some(Stroke {
            paint: (*colour).into(),
            width: place.pen * POINTS_PER_MM,
            ..Stroke::default()
        }));
        for petal in 0..ring.petals {
            let turn = 360.0 * f32::from(petal) / f32::from(ring.petals);
            let turned = tiny_skia_path::Transform::from_translate(middle.x, middle.y)
                .pre_concat(tiny_skia_path::Transform::from_rotate(turn));
            surface.push_transform(&art::placed(turned));
            surface.draw_path(&sector);
            surface.pop();
        }
    }
    surface.set_stroke(None);
}

fn set_text(
    surface: &mut Surface<'_>,
    props: Props<'_>,
    (place, said, setting): (&Place, &Said, &Setting),
    tags: Option<&mut TagTree>,
) {
    let (typefaces, language) = (props.typefaces, props.language);
    surface.set_fill(Some(solid(place.colour)));
    let whole = setting.lines.iter().map(|line| line.text.as_str());
    let whole: String = whole.collect();
    let mut group = match place.role {
        Role::Title => TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(whole))),
        Role::Text | Role::Artifact => TagGroup::new(Tag::P),
    };
    let mut identifiers = Vec::new();
    let font = &typefaces.face(place.face).font;
    let size = setting.size * POINTS_PER_MM;
    // The octet of the whole text at which the line begins.
    let mut begins = 0;
    for (at, line) in setting.lines.iter().enumerate() {
        let mut x = left(place, setting, line);
        let y = baseline(place, setting, at);
        let swahili = said.swahili_from.map(|from| from.saturating_sub(begins));
        let cut = line
            .glyphs
            .partition_point(|glyph| swahili.is_none_or(|from| glyph.text_range.start < from));
        let (first, second) = line.glyphs.split_at(cut);
        for (glyphs, tongue) in [(first, said.first), (second, Tongue::Swahili)] {
            if glyphs.is_empty() {
                continue;
            }
            let tag = match place.role {
                Role::Artifact => {
                    ContentTag::Artifact(Artifact::with_kind(ArtifactType::Watermark))
                }
                Role::Title | Role::Text => {
                    let other = (tongue != page_tongue(language)).then(|| tongue.tag());
                    ContentTag::Span(SpanTag::empty().with_lang(other))
                }
            };
            let tagged = tags.is_some().then(|| surface.start_tagged(tag));
            let start = point(x, y);
            surface.draw_glyphs(start, glyphs, font.clone(), &line.text, size, false);
            if tagged.is_some() {
                surface.end_tagged();
            }
            identifiers.extend(tagged);
            let advance: f32 = glyphs.iter().map(|glyph| glyph.x_advance).sum();
            x += advance * setting.size;
        }
        begins += line.text.len();
    }
    if let Some(tags) = tags.filter(|_| place.role != Role::Artifact) {
        let push = |identifier: Identifier| group.push(identifier);
        identifiers.into_iter().for_each(push);
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

fn paint_code(surface: &mut Surface<'_>, place: &CodePlace, symbol: &Symbol) {
    let Some(path) = modules(symbol) else {
        return;
    };
    let module = symbol.module_mm() * POINTS_PER_MM;
    let corner = point(place.x, place.y);
    surface.push_transform(&Transform::from_row(
        module, 0.0, 0.0, module, corner.x, corner.y,
    ));
    surface.set_fill(Some(Fill {
        rule: FillRule::EvenOdd,
        ..solid(rgb::Color::black())
    }));
    surface.draw_path(&path);
    surface.pop();
}

/// The outlines of the dark modules, in units of one module.
fn modules(symbol: &Symbol) -> Option<Path> {
    let mut path = PathBuilder::new();
    for outline in symbol.outlines() {
        for (at, (x, y)) in outline.into_iter().enumerate() {
            let (x, y) = (f32::from(x), f32::from(y));
            match at {
                0 => path.move_to(x, y),
                _ => path.line_to(x, y),
            }
        }
        path.close();
    }
    path.finish()
}

fn describe(document: &mut Document, facts: &Facts, language: &str, tags: TagTree) {
    let title = format!("{}: {}", facts.name(), facts.course());
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
            .authors(vec![facts.issuer().to_owned()])
            .language(language.into())
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

pub(crate) fn solid(colour: rgb::Color) -> Fill {
    Fill {
        paint: colour.into(),
        ..Fill::default()
    }
}

pub(crate) fn point(x_mm: f32, y_mm: f32) -> Point {
    Point::from_xy(x_mm * POINTS_PER_MM, y_mm * POINTS_PER_MM)
}
