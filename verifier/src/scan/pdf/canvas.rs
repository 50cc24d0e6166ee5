//! What a PDF page is drawn on: flat fills, strokes and pictures in grey, with a bound on the work.
//!
//! Text, gradients, tilings and soft masks are left out: no code is made of them. A clip counts as its bounding box.

use std::time::Instant;

use hayro_interpret::font::GlyphRun;
use hayro_interpret::hayro_syntax::object::{Name, Stream};
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, FillRule, Image, ImageData, ImageDrawProps,
    LumaData, Paint, SoftMask,
};
use tiny_skia::{Color, FilterQuality, Mask, PathBuilder, Pixmap, PixmapPaint, Stroke, Transform};

use super::super::Luma;
use super::super::error::ScanError;
use super::super::isolated::abandon;
use super::super::limits::{MAX_INLINE_IMAGE_BYTES, MAX_PAGE_WORK, MAX_PDF_SECONDS, MAX_PIXELS};
use super::plain::PICTURE_FILTERS;

/// Work of one drawing command beside the pixels it touches, and of each piece of a path.
const WORK_PER_COMMAND: u64 = 500;
const WORK_PER_SEGMENT: u64 = 100;

/// One page being drawn.
pub(super) struct Canvas {
    pixmap: Pixmap,
    clips: Vec<Rect>,
    opacities: Vec<f32>,
    work: u64,
    deadline: Instant,
}

impl Canvas {
    /// White paper; `None` when it would have no pixel.
    pub(super) fn new(width: u32, height: u32, deadline: Instant) -> Option<Self> {
        let mut pixmap = Pixmap::new(width, height)?;
        pixmap.fill(Color::WHITE);
        let sheet = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        Some(Self {
            pixmap,
            clips: vec![sheet],
            opacities: vec![1.0],
            work: 0,
            deadline,
        })
    }

    /// The page in grey.
    pub(super) fn into_luma(self) -> Option<Luma> {
        let grey = self
            .pixmap
            .pixels()
            .iter()
            .map(|pixel| pixel.red())
            .collect();
        Luma::new(self.pixmap.width(), self.pixmap.height(), grey)
    }

    /// Counts work and ends the drawing, from inside the interpreter, when there is too much of it.
    fn charge(&mut self, work: u64) {
        self.work = self
            .work
            .saturating_add(work)
            .saturating_add(WORK_PER_COMMAND);
        if self.work > MAX_PAGE_WORK {
            abandon(ScanError::TooComplex {
                what: "drawing steps",
                limit: MAX_PAGE_WORK,
            });
        }
        if Instant::now() > self.deadline {
            abandon(ScanError::TooComplex {
                what: "seconds of drawing",
                limit: MAX_PDF_SECONDS,
            });
        }
    }

    fn clip(&self) -> Rect {
        self.clips.last().copied().unwrap_or(Rect::ZERO)
    }

    /// The mask that keeps to the clip, where `bounds` reach beyond it.
    fn mask(&mut self, bounds: Rect) -> Option<Mask> {
        let clip = self.clip();
        let (width, height) = (self.pixmap.width(), self.pixmap.height());
        let sheet = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        if clip.contains_rect(bounds.intersect(sheet)) {
            return None;
        }
        self.charge(u64::from(width) * u64::from(height));
        let mut mask = Mask::new(width, height)?;
        let rect = tiny_skia::Rect::from_ltrb(
            clip.x0 as f32,
            clip.y0 as f32,
            clip.x1 as f32,
            clip.y1 as f32,
        )?;
        mask.fill_path(
            &PathBuilder::from_rect(rect),
            tiny_skia::FillRule::Winding,
            false,
            Transform::identity(),
        );
        Some(mask)
    }

    /// Grey and opacity of a flat paint; `None` for a pattern or when nothing would show.
    fn grey(&self, paint: &Paint<'_>) -> Option<(u8, f32)> {
        let Paint::Color(color) = paint else {
            return None;
        };
        let [red, green, blue, alpha] = color.to_rgba().to_rgba8();
        let alpha = f32::from(alpha) / 255.0 * self.opacities.last().copied().unwrap_or(1.0);
        (alpha > 0.01).then_some((luminance(red, green, blue), alpha))
    }

    fn draw(&mut self, path: &BezPath, props: &DrawProps<'_>, mode: &DrawMode) {
        let (fill, stroke) = match mode {
            DrawMode::Fill(rule) => (Some(*rule), None),
            DrawMode::Stroke(stroke) => (None, Some(stroke)),
            DrawMode::FillAndStroke(rule, stroke) => (Some(*rule), Some(stroke)),
            DrawMode::Invisible => return,
        };
        let path = props.transform * path;
        let scale = props.transform.determinant().abs().sqrt();
        let width = stroke.map(|stroke| (f64::from(stroke.line_width) * scale).max(1.0));
        let bounds = path
            .bounding_box()
            .inflate(width.unwrap_or(0.0), width.unwrap_or(0.0));
        let touched = bounds.intersect(self.clip());
        self.charge(
            path.elements().len() as u64 * WORK_PER_SEGMENT + touched.area().max(0.0) as u64,
        );
        let (Some((grey, alpha)), None, true) = (
            self.grey(&props.paint),
            &props.soft_mask,
            touched.area() > 0.0,
        ) else {
            return;
        };
        let Some(outline) = outline(&path) else {
            return;
        };
        let mask = self.mask(bounds);
        let mut paint = tiny_skia::Paint::default();
        paint.set_color(Color::from_rgba8(grey, grey, grey, (alpha * 255.0) as u8));
        if let Some(rule) = fill {
            let rule = if rule == FillRule::EvenOdd {
                tiny_skia::FillRule::EvenOdd
            } else {
                tiny_skia::FillRule::Winding
            };
            self.pixmap
                .fill_path(&outline, &paint, rule, Transform::identity(), mask.as_ref());
        }
        if let Some(width) = width {
            let stroke = Stroke {
                width: width as f32,
                ..Stroke::default()
            };
            self.pixmap.stroke_path(
                &outline,
                &paint,
                &stroke,
                Transform::identity(),
                mask.as_ref(),
            );
        }
    }

    /// Draws grey and opacity planes of one size.
    fn draw_planes(&mut self, planes: &Planes, transform: Affine) {
        let transform = transform * Affine::scale_non_uniform(planes.stretch.0, planes.stretch.1);
        let [a, b, c, d, _, _] = transform.as_coeffs();
        let scale = a.hypot(b).max(c.hypot(d));
        let factor = ((1.0 / scale) as u32).clamp(1, planes.grey.width().min(planes.grey.height()));
        let Some((picture, factor)) = planes.pixmap(factor) else {
            return;
        };
        let transform = transform * Affine::scale(f64::from(factor));
        let size = Rect::new(
            0.0,
            0.0,
            f64::from(picture.width()),
            f64::from(picture.height()),
        );
        let bounds = transform.transform_rect_bbox(size);
        let touched = bounds.intersect(self.clip());
        self.charge(planes.grey.area() + touched.area().max(0.0) as u64);
        if touched.area() <= 0.0 {
            return;
        }
        let mask = self.mask(bounds);
        // A small picture made large keeps its hard edges: it may be a code of one pixel a module.
        let quality = if scale > 1.5 {
            FilterQuality::Nearest
        } else {
            FilterQuality::Bilinear
        };
        let opacity = self.opacities.last().copied().unwrap_or(1.0);
        let paint = PixmapPaint {
            opacity,
            quality,
            ..PixmapPaint::default()
        };
        let [a, b, c, d, e, f] = transform.as_coeffs().map(|value| value as f32);
        self.pixmap.draw_pixmap(
            0,
            0,
            picture.as_ref(),
            &paint,
            Transform::from_row(a, b, c, d, e, f),
            mask.as_ref(),
        );
    }
}

/// A decoded picture.
struct Planes {
    grey: Luma,
    opacity: Option<Luma>,
    /// How many pixels of the PDF's picture one pixel of these is wide and high.
    stretch: (f64, f64),
}

impl Planes {
    fn raster(image: ImageData, alpha: Option<LumaData>) -> Option<Self> {
        let (x, y) = image.scale_factors();
        let grey = match image {
            ImageData::Luma(luma) => Luma::new(luma.width, luma.height, luma.data)?,
            ImageData::Rgb(rgb) => {
                let grey = rgb
                    .data
                    .chunks_exact(3)
                    .map(|pixel| luminance(pixel[0], pixel[1], pixel[2]))
                    .collect();
                Luma::new(rgb.width, rgb.height, grey)?
            }
        };
        // An opacity plane of another size is left out: the picture shows whole.
        let same_size =
            |alpha: &LumaData| (alpha.width, alpha.height) == (grey.width(), grey.height());
        let opacity = alpha
            .filter(same_size)
            .and_then(|alpha| Luma::new(alpha.width, alpha.height, alpha.data));
        Some(Self {
            grey,
            opacity,
            stretch: (f64::from(x), f64::from(y)),
        })
    }

    fn stencil(stencil: LumaData, grey: u8) -> Option<Self> {
        let (x, y) = stencil.scale_factors;
        let opacity = Luma::new(stencil.width, stencil.height, stencil.data)?;
        let grey = Luma::new(
            opacity.width(),
            opacity.height(),
            vec![grey; opacity.pixels().len()],
        )?;
        Some(Self {
            grey,
            opacity: Some(opacity),
            stretch: (f64::from(x), f64::from(y)),
        })
    }

    /// The picture made `factor` times smaller, as it is drawn.
    fn pixmap(&self, factor: u32) -> Option<(Pixmap, u32)> {
        let reduced = |luma: &Luma| {
            if factor > 1 {
                luma.reduced(factor)
            } else {
                Some(luma.clone())
            }
        };
        let grey = reduced(&self.grey)?;
        let opacity = match &self.opacity {
            Some(opacity) => Some(reduced(opacity)?),
            None => None,
        };
        let mut pixmap = Pixmap::new(grey.width(), grey.height())?;
        for (index, (pixel, &grey)) in pixmap
            .pixels_mut()
            .iter_mut()
            .zip(grey.pixels())
            .enumerate()
        {
            let alpha = opacity
                .as_ref()
                .and_then(|opacity| opacity.pixels().get(index))
                .copied()
                .unwrap_or(u8::MAX);
            *pixel = tiny_skia::ColorU8::from_rgba(grey, grey, grey, alpha).premultiply();
        }
        Some((pixmap, factor))
    }
}

impl<'a> Device<'a> for Canvas {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.draw(path, &props, mode);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.charge(clip.path.elements().len() as u64 * WORK_PER_SEGMENT);
        let clip = self.clip().intersect(clip.path.bounding_box());
        self.clips.push(clip);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        self.charge(0);
        let outer = self.opacities.last().copied().unwrap_or(1.0);
        self.opacities
            .push(if mask.is_some() { 0.0 } else { outer * opacity });
    }

    fn pop_transparency_group(&mut self) {
        self.opacities.pop();
    }

    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {
        self.charge(0);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.charge(0);
        let pixels = u64::from(image.width()) * u64::from(image.height());
        let stream = match &image {
            Image::Raster(raster) => raster.stream(),
            Image::Stencil(stencil) => stencil.stream(),
        };
        if pixels > MAX_PIXELS || !is_bounded(stream) || props.soft_mask.is_some() {
            return;
        }
        self.charge(pixels);
        let mut planes = None;
        match &image {
            Image::Raster(raster) => {
                raster.with_rgba(|image, alpha| planes = Planes::raster(image, alpha), None)
            }
            Image::Stencil(stencil) => stencil.with_stencil(
                |luma, paint| {
                    planes = self
                        .grey(paint)
                        .and_then(|(grey, _)| Planes::stencil(luma, grey))
                },
                None,
            ),
        }
        if let Some(planes) = planes {
            self.draw_planes(&planes, props.transform);
        }
    }
}

/// Whether a picture's data cannot inflate beyond all bounds. Those of the plain copy cannot; one inside the drawing commands
/// is still packed, so it must be small and packed once.
fn is_bounded(stream: &Stream<'_>) -> bool {
    let filters = stream.filters().len();
    let dict = stream.dict();
    let kept_in_the_copy = !dict.contains_key(b"F".as_slice())
        && dict
            .get::<Name<'_>>(b"Filter".as_slice())
            .is_some_and(|filter| PICTURE_FILTERS.contains(&filter.as_ref()));
    filters == 0
        || (filters == 1 && (kept_in_the_copy || stream.raw_data().len() <= MAX_INLINE_IMAGE_BYTES))
}

fn luminance(red: u8, green: u8, blue: u8) -> u8 {
    ((u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114) / 1000) as u8
}

/// The path for the rasteriser; `None` when it is empty or not finite.
fn outline(path: &BezPath) -> Option<tiny_skia::Path> {
    let xy = |point: Point| (point.x as f32, point.y as f32);
    let mut builder = PathBuilder::with_capacity(path.elements().len(), path.elements().len());
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(to) => builder.move_to(xy(to).0, xy(to).1),
            PathEl::LineTo(to) => builder.line_to(xy(to).0, xy(to).1),
            PathEl::QuadTo(c, to) => builder.quad_to(xy(c).0, xy(c).1, xy(to).0, xy(to).1),
            PathEl::CurveTo(c, d, to) => {
                builder.cubic_to(xy(c).0, xy(c).1, xy(d).0, xy(d).1, xy(to).0, xy(to).1)
            }
            PathEl::ClosePath => builder.close(),
        }
    }
    builder.finish()
}
