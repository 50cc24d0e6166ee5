//! The easel: a scene, or a drawing by itself, as pixels.

use crate::PrintError;
use crate::art::{Drawn, Layer, Piece, Shape};
use crate::design::{CodePlace, Guilloche, POINTS_PER_MM, Place};
use crate::facts::Values;
use crate::fit::Setting;
use crate::guilloche::Ring;
use crate::picture::{Bitmap, Picture};
use crate::press::{baseline, left};
use crate::scene::{Item, Props};
use crate::symbol::Symbol;
use crate::typeface::Typefaces;
use krilla::color::rgb;
use skrifa::outline::OutlinePen;
use tiny_skia::{
    Color, FillRule, FilterQuality, GradientStop, IntSize, Mask, Paint, Path, PathBuilder, Pixmap,
    PixmapPaint, Point, Rect, Shader, SpreadMode, Stroke, Transform,
};

/// Pixels of a picture.
pub(crate) struct Canvas {
    /// The picture, and over it the layers that are being painted.
    layers: Vec<Pixmap>,
    /// From points to pixels.
    scale: Transform,
}

/// Paints a whole page on white, `width` pixels wide.
pub(crate) fn page<'a>(
    props: Props<'_>,
    values: &Values<'_>,
    items: impl IntoIterator<Item = &'a Item<'a>>,
    width: u32,
) -> Result<Pixmap, PrintError> {
    let sheet = props.design.sheet;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a picture has far fewer than 2^24 pixels a side"
    )]
    let height = (pixels(width) * sheet.height / sheet.width).round() as u32;
    let mut canvas = Canvas::new(width, height, sheet.width * POINTS_PER_MM)?;
    canvas.top().fill(Color::WHITE);
    canvas.pieces(&props.design.art, Transform::identity(), values)?;
    for item in items {
        match item {
            Item::Text { place, setting, .. } => canvas.text(place, setting, props.typefaces)?,
            Item::Picture { picture, .. } => match picture {
                Picture::Pixels(bitmap, at) => canvas.bitmap(bitmap, *at)?,
                Picture::Drawing(pieces, at) => canvas.pieces(pieces, *at, values)?,
            },
            Item::Rosette { place, rings } => canvas.rosette(place, rings),
            Item::Code { place, symbol, .. } => canvas.code(place, symbol),
        }
    }
    canvas.finish()
}

/// Paints a square drawing on a transparent ground.
pub(crate) fn drawing(
    pieces: &[Piece],
    width_mm: f32,
    side: u32,
    values: &Values<'_>,
) -> Result<Pixmap, PrintError> {
    let mut canvas = Canvas::new(side, side, width_mm * POINTS_PER_MM)?;
    canvas.pieces(pieces, Transform::identity(), values)?;
    canvas.finish()
}

/// The grey of opaque pixels, row by row (ITU-R BT.601).
pub(crate) fn grey(pixmap: &Pixmap) -> Vec<u8> {
    let luma = |p: &tiny_skia::PremultipliedColorU8| {
        let [red, green, blue] = [p.red(), p.green(), p.blue()].map(u32::from);
        u8::try_from((299 * red + 587 * green + 114 * blue) / 1000).unwrap_or(u8::MAX)
    };
    pixmap.pixels().iter().map(luma).collect()
}

/// Writes pixels as a PNG; without their opacity where every one is opaque.
pub(crate) fn png(pixmap: Pixmap, opaque: bool) -> Result<Vec<u8>, PrintError> {
    let (width, height) = (pixmap.width(), pixmap.height());
    let mut data = pixmap.take_demultiplied();
    if opaque {
        data = data
            .chunks_exact(4)
            .flat_map(|p| [p[0], p[1], p[2]])
            .collect();
    }
    let mut octets = Vec::new();
    let mut encoder = png::Encoder::new(&mut octets, width, height);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_color(match opaque {
        true => png::ColorType::Rgb,
        false => png::ColorType::Rgba,
    });
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&data)?;
        writer.finish()
    });
    written.map_err(PrintError::Png)?;
    Ok(octets)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a picture has far fewer than 2^24 pixels a side"
)]
fn pixels(count: u32) -> f32 {
    count as f32
}

fn too_large(width: u32) -> PrintError {
    PrintError::PreviewSize(width, crate::WIDEST_PREVIEW)
}

impl Canvas {
    fn new(width: u32, height: u32, points: f32) -> Result<Self, PrintError> {
        let picture = Pixmap::new(width, height).ok_or_else(|| too_large(width))?;
        let scale = pixels(width) / points;
        Ok(Self {
            layers: vec![picture],
            scale: Transform::from_scale(scale, scale),
        })
    }

    /// What is painted on now. There is always one: layers close as they open.
    fn top(&mut self) -> &mut Pixmap {
        let last = self.layers.len() - 1;
        &mut self.layers[last]
    }

    fn finish(mut self) -> Result<Pixmap, PrintError> {
        self.layers.pop().ok_or_else(|| too_large(0))
    }

    fn pieces(
        &mut self,
        pieces: &[Piece],
        at: Transform,
        values: &Values<'_>,
    ) -> Result<(), PrintError> {
        let mut open = Vec::new();
        for piece in pieces.iter().filter(|piece| values.meet(&piece.conditions)) {
            match &piece.what {
                Drawn::Shape(shape) => self.shape(shape, at),
                Drawn::Pixels(bitmap, to_points) => {
                    self.bitmap(bitmap, at.pre_concat(*to_points))?;
                }
                Drawn::Open(layer) => {
                    let (width, height) = (self.top().width(), self.top().height());
                    let layer_pixels = Pixmap::new(width, height);
                    self.layers
                        .push(layer_pixels.ok_or_else(|| too_large(width))?);
                    open.push(layer);
                }
                Drawn::Close => {
                    if let (Some(layer), Some(painted)) = (open.pop(), self.layers.pop()) {
                        self.close(layer, &painted, at)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn close(&mut self, layer: &Layer, painted: &Pixmap, at: Transform) -> Result<(), PrintError> {
        let at = self.scale.pre_concat(at);
        let (width, height) = (painted.width(), painted.height());
        let mask = match &layer.clip {
            None => None,
            Some(clip) => {
                let mut mask = Mask::new(width, height).ok_or_else(|| too_large(width))?;
                mask.fill_path(&clip.drawn, rule(clip.rule), true, at);
                Some(mask)
            }
        };
        let paint = PixmapPaint {
            opacity: layer.opacity,
            ..PixmapPaint::default()
        };
        let under = self.top();
        under.draw_pixmap(
            0,
            0,
            painted.as_ref(),
            &paint,
            Transform::identity(),
            mask.as_ref(),
        );
        Ok(())
    }

    fn shape(&mut self, shape: &Shape, at: Transform) {
        let at = self.scale.pre_concat(at).pre_concat(shape.to_points);
        let path = &shape.drawn;
        if let Some(fill) = path.fill()
            && let Some(ink) = ink(fill.paint(), fill.opacity().get())
        {
            self.top()
                .fill_path(path.data(), &ink, rule(fill.rule()), at, None);
        }
        if let Some(stroke) = path.stroke()
            && let Some(ink) = ink(stroke.paint(), stroke.opacity().get())
        {
            self.top()
                .stroke_path(path.data(), &ink, &stroke.to_tiny_skia(), at, None);
        }
    }

    fn bitmap(&mut self, bitmap: &Bitmap, to_points: Transform) -> Result<(), PrintError> {
        let size = IntSize::from_wh(bitmap.width, bitmap.height);
        let premultiplied = bitmap.rgba.chunks_exact(4).flat_map(|p| {
            let pixel = tiny_skia::ColorU8::from_rgba(p[0], p[1], p[2], p[3]).premultiply();
            [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
        });
        let pixmap = size.and_then(|size| Pixmap::from_vec(premultiplied.collect(), size));
        let pixmap = pixmap.ok_or_else(|| too_large(bitmap.width))?;
        let paint = PixmapPaint {
            quality: FilterQuality::Bicubic,
            ..PixmapPaint::default()
        };
        let at = self.scale.pre_concat(to_points);
        self.top()
            .draw_pixmap(0, 0, pixmap.as_ref(), &paint, at, None);
        Ok(())
    }

    fn text(
        &mut self,
        place: &Place,
        setting: &Setting,
        typefaces: &Typefaces,
    ) -> Result<(), PrintError> {
        let face = typefaces.face(place.face);
        let size = setting.size * POINTS_PER_MM;
        let mut pen = Pen::default();
        for (at, line) in setting.lines.iter().enumerate() {
            let mut x = left(place, setting, line) * POINTS_PER_MM;
            let y = baseline(place, setting, at) * POINTS_PER_MM;
            for glyph in &line.glyphs {
                pen.x = x + glyph.x_offset * size;
                pen.y = y - glyph.y_offset * size;
                face.draw(glyph.glyph_id, size, &mut pen)?;
                x += glyph.x_advance * size;
            }
        }
        if let Some(path) = pen.path.finish() {
            self.fill(&path, place.colour, self.scale);
        }
        Ok(())
    }

    fn rosette(&mut self, place: &Guilloche, rings: &[Ring]) {
        let middle = self
            .scale
            .pre_translate(place.x * POINTS_PER_MM, place.y * POINTS_PER_MM);
        for (ring, colour) in rings.iter().zip(place.colours.iter().cycle()) {
            let stroke = Stroke {
                width: place.pen * POINTS_PER_MM,
                ..Stroke::default()
            };
            for petal in 0..ring.petals {
                let turn = 360.0 * f32::from(petal) / f32::from(ring.petals);
                let at = middle.pre_concat(Transform::from_rotate(turn));
                let ink = solid(*colour);
                self.top()
                    .stroke_path(&ring.sector, &ink, &stroke, at, None);
            }
        }
    }

    fn code(&mut self, place: &CodePlace, symbol: &Symbol) {
        let mut path = PathBuilder::new();
        for (x, y, run) in symbol.runs() {
            if let Some(rect) = Rect::from_xywh(f32::from(x), f32::from(y), f32::from(run), 1.0) {
                path.push_rect(rect);
            }
        }
        let module = symbol.module_mm() * POINTS_PER_MM;
        let corner = self
            .scale
            .pre_translate(place.x * POINTS_PER_MM, place.y * POINTS_PER_MM);
        if let Some(path) = path.finish() {
            self.fill(&path, rgb::Color::black(), corner.pre_scale(module, module));
        }
    }

    fn fill(&mut self, path: &Path, colour: rgb::Color, at: Transform) {
        self.top()
            .fill_path(path, &solid(colour), FillRule::Winding, at, None);
    }
}

fn solid(colour: rgb::Color) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(colour.red(), colour.green(), colour.blue(), u8::MAX);
    paint
}

fn rule(rule: usvg::FillRule) -> FillRule {
    match rule {
        usvg::FillRule::NonZero => FillRule::Winding,
        usvg::FillRule::EvenOdd => FillRule::EvenOdd,
    }
}

/// What a shape is painted with; patterns were refused when the drawing was read.
fn ink(paint: &usvg::Paint, opacity: f32) -> Option<Paint<'static>> {
    let shader = match paint {
        usvg::Paint::Color(colour) => {
            let mut solid = Color::from_rgba8(colour.red, colour.green, colour.blue, u8::MAX);
            solid.apply_opacity(opacity);
            Shader::SolidColor(solid)
        }
        usvg::Paint::LinearGradient(gradient) => tiny_skia::LinearGradient::new(
            Point::from_xy(gradient.x1(), gradient.y1()),
            Point::from_xy(gradient.x2(), gradient.y2()),
            stops(gradient.stops(), opacity),
            spread(gradient.spread_method()),
            gradient.transform(),
        )?,
        usvg::Paint::RadialGradient(gradient) => tiny_skia::RadialGradient::new(
            Point::from_xy(gradient.fx(), gradient.fy()),
            gradient.fr().get(),
            Point::from_xy(gradient.cx(), gradient.cy()),
            gradient.r().get(),
            stops(gradient.stops(), opacity),
            spread(gradient.spread_method()),
            gradient.transform(),
        )?,
        usvg::Paint::Pattern(_) => return None,
    };
    Some(Paint {
        shader,
        ..Paint::default()
    })
}

fn stops(stops: &[usvg::Stop], opacity: f32) -> Vec<GradientStop> {
    let stop = |stop: &usvg::Stop| {
        let colour = stop.color();
        let mut shown = Color::from_rgba8(colour.red, colour.green, colour.blue, u8::MAX);
        shown.apply_opacity(stop.opacity().get() * opacity);
        GradientStop::new(stop.offset().get(), shown)
    };
    stops.iter().map(stop).collect()
}

fn spread(method: usvg::SpreadMethod) -> SpreadMode {
    match method {
        usvg::SpreadMethod::Pad => SpreadMode::Pad,
        usvg::SpreadMethod::Reflect => SpreadMode::Reflect,
        usvg::SpreadMethod::Repeat => SpreadMode::Repeat,
    }
}

/// Collects outlines at a place, y downwards.
#[derive(Default)]
struct Pen {
    x: f32,
    y: f32,
    path: PathBuilder,
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, self.y - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, self.y - y);
    }

    fn quad_to(&mut self, ax: f32, ay: f32, x: f32, y: f32) {
        self.path
            .quad_to(self.x + ax, self.y - ay, self.x + x, self.y - y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (ax, ay, bx, by) = (self.x + ax, self.y - ay, self.x + bx, self.y - by);
        self.path.cubic_to(ax, ay, bx, by, self.x + x, self.y - y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
