//! The drawn part of a design or of a picture: shapes and pixels, converted once, painted on every page.

use crate::PrintError;
use crate::design::POINTS_PER_MM;
use crate::error::DesignProblem;
use crate::facts::{Condition, Field};
use crate::picture::Bitmap;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{
    Fill, FillRule, LineCap, LineJoin, LinearGradient, Paint, RadialGradient, SpreadMethod, Stop,
    Stroke, StrokeDash,
};
use std::sync::Arc;
use usvg::tiny_skia_path::{self, PathSegment};
use usvg::{Group, ImageKind, Node, Tree};

/// A group with the id `with-partner` is painted only where the certificate names a partner, `without-partner` only where
/// it names none; what follows a dot keeps ids apart.
const CONDITIONS: [(&str, bool); 2] = [("with-", true), ("without-", false)];

/// One thing to paint, or the begin or end of what is painted together.
pub(crate) struct Piece {
    pub(crate) what: Drawn,
    /// Where one of these does not hold, it is left out.
    pub(crate) conditions: Vec<Condition>,
}

/// What a piece is.
pub(crate) enum Drawn {
    Shape(Box<Shape>),
    Pixels(Arc<Bitmap>, tiny_skia_path::Transform),
    /// From here on everything is seen through a clip and with an opacity, until it closes.
    Open(Layer),
    Close,
}

/// One shape in its own coordinates, and where these lie on the sheet.
///
/// Repeated ornaments keep equal coordinates this way, which makes the file half as large.
pub(crate) struct Shape {
    /// From the shape's coordinates to points from the sheet's top left corner.
    pub(crate) to_points: tiny_skia_path::Transform,
    /// As the drawing has it.
    pub(crate) drawn: usvg::Path,
    /// As the press paints it.
    pub(crate) path: Path,
    pub(crate) fill: Option<Fill>,
    pub(crate) stroke: Option<Stroke>,
}

/// What holds for everything inside a group.
pub(crate) struct Layer {
    pub(crate) opacity: f32,
    pub(crate) clip: Option<Clip>,
}

/// The outline through which a layer is seen, in points.
pub(crate) struct Clip {
    pub(crate) drawn: tiny_skia_path::Path,
    pub(crate) path: Path,
    pub(crate) rule: usvg::FillRule,
}

/// Converts a drawing that is as wide as the sheet.
///
/// # Errors
/// Anything that would be printed differently from how it is drawn is refused.
pub(crate) fn pieces(svg: &str, width_mm: f32) -> Result<Vec<Piece>, PrintError> {
    let tree = Tree::from_str(svg, &usvg::Options::default()).map_err(PrintError::Svg)?;
    let scale = width_mm * POINTS_PER_MM / tree.size().width();
    let to_points = tiny_skia_path::Transform::from_scale(scale, scale);
    let mut pieces = Vec::new();
    collect(tree.root(), to_points, &[], &mut pieces)?;
    Ok(pieces)
}

/// Transforms are followed group by group: the absolute transform that usvg 0.47 gives to what a `<use>`
/// draws counts the transform of the `<use>` twice.
fn collect(
    group: &Group,
    to_points: tiny_skia_path::Transform,
    conditions: &[Condition],
    pieces: &mut Vec<Piece>,
) -> Result<(), PrintError> {
    let to_points = to_points.pre_concat(group.transform());
    let mut conditions = conditions.to_vec();
    conditions.extend(condition(group.id())?);
    let piece = |what| Piece {
        what,
        conditions: conditions.clone(),
    };
    let layer = layer(group, to_points)?;
    let is_layer = layer.is_some();
    pieces.extend(layer.map(|layer| piece(Drawn::Open(layer))));
    for node in group.children() {
        match node {
            Node::Group(inner) => collect(inner, to_points, &conditions, pieces)?,
            Node::Path(path) if path.is_visible() => {
                pieces.push(piece(Drawn::Shape(Box::new(shape(path, to_points)?))));
            }
            Node::Image(image) if image.is_visible() => {
                let ImageKind::PNG(octets) = image.kind() else {
                    return Err(unsupported(group.id(), "an image other than PNG"));
                };
                let bitmap = Bitmap::read(octets).map_err(|problem| PrintError::Picture {
                    picture: image.id().to_owned(),
                    problem,
                })?;
                let size = image.size();
                let fit = tiny_skia_path::Transform::from_scale(
                    size.width() / bitmap.width_f32(),
                    size.height() / bitmap.height_f32(),
                );
                let at = to_points.pre_concat(fit);
                pieces.push(piece(Drawn::Pixels(Arc::new(bitmap), at)));
            }
            Node::Path(_) | Node::Image(_) => {}
            Node::Text(_) => return Err(unsupported(group.id(), "text inside art")),
        }
    }
    pieces.extend(is_layer.then(|| piece(Drawn::Close)));
    Ok(())
}

/// The layer that a group is, if it is more than what it holds.
fn layer(group: &Group, to_points: tiny_skia_path::Transform) -> Result<Option<Layer>, PrintError> {
    let refuse = |what| Err(unsupported(group.id(), what));
    if group.mask().is_some() || !group.filters().is_empty() {
        return refuse("a mask or filter");
    }
    if group.blend_mode() != usvg::BlendMode::Normal {
        return refuse("a blend mode");
    }
    let opacity = group.opacity().get();
    let clip = group.clip_path().map(|clip| self::clip(clip, to_points));
    let clip = clip.transpose()?;
    let is_plain = clip.is_none() && opacity >= 1.0;
    Ok((!is_plain).then_some(Layer { opacity, clip }))
}

/// The shapes of a clip path as one outline.
fn clip(clip: &usvg::ClipPath, to_points: tiny_skia_path::Transform) -> Result<Clip, PrintError> {
    if clip.clip_path().is_some() {
        return Err(unsupported(clip.id(), "a clip path that is clipped"));
    }
    let mut whole = tiny_skia_path::PathBuilder::new();
    let mut rule = usvg::FillRule::NonZero;
    outlines(
        clip.root(),
        to_points.pre_concat(clip.transform()),
        &mut whole,
        &mut rule,
    )?;
    let empty = || unsupported(clip.id(), "an empty clip path");
    let drawn = whole.finish().ok_or_else(empty)?;
    Ok(Clip {
        path: outline(&drawn).ok_or_else(empty)?,
        drawn,
        rule,
    })
}

fn outlines(
    group: &Group,
    at: tiny_skia_path::Transform,
    whole: &mut tiny_skia_path::PathBuilder,
    rule: &mut usvg::FillRule,
) -> Result<(), PrintError> {
    let at = at.pre_concat(group.transform());
    for node in group.children() {
        match node {
            Node::Group(inner) => outlines(inner, at, whole, rule)?,
            Node::Path(path) => {
                if let Some(fill) = path.fill() {
                    *rule = fill.rule();
                }
                if let Some(moved) = path.data().clone().transform(at) {
                    whole.push_path(&moved);
                }
            }
            Node::Image(_) | Node::Text(_) => {
                return Err(unsupported(
                    group.id(),
                    "a clip path of anything but shapes",
                ));
            }
        }
    }
    Ok(())
}

/// What a group of this id hangs on, if anything.
pub(crate) fn condition(id: &str) -> Result<Option<Condition>, PrintError> {
    let mut prefixes = CONDITIONS.iter();
    let found = prefixes.find_map(|(prefix, present)| Some((id.strip_prefix(prefix)?, *present)));
    let Some((word, present)) = found else {
        return Ok(None);
    };
    let word = word.split('.').next().unwrap_or(word);
    match Field::named(word) {
        Some(field) => Ok(Some(Condition { field, present })),
        None => Err(PrintError::Design {
            element: id.to_owned(),
            problem: DesignProblem::UnknownField(word.to_owned()),
        }),
    }
}

pub(crate) fn unsupported(id: &str, what: &'static str) -> PrintError {
    PrintError::Design {
        element: id.to_owned(),
        problem: DesignProblem::Unsupported(what),
    }
}

fn shape(path: &usvg::Path, to_points: tiny_skia_path::Transform) -> Result<Shape, PrintError> {
    let refuse = |what| unsupported(path.id(), what);
    let pattern = || refuse("a pattern");
    let fill = path.fill().map(|fill| ink(fill).ok_or_else(pattern));
    let stroke = path.stroke().map(|stroke| pen(stroke).ok_or_else(pattern));
    Ok(Shape {
        to_points,
        path: outline(path.data()).ok_or_else(|| refuse("an empty path"))?,
        fill: fill.transpose()?,
        stroke: stroke.transpose()?,
        drawn: path.clone(),
    })
}

fn ink(fill: &usvg::Fill) -> Option<Fill> {
    Some(Fill {
        paint: paint(fill.paint())?,
        opacity: NormalizedF32::new(fill.opacity().get())?,
        rule: rule(fill.rule()),
    })
}

/// As the press names it.
pub(crate) fn rule(rule: usvg::FillRule) -> FillRule {
    match rule {
        usvg::FillRule::NonZero => FillRule::NonZero,
        usvg::FillRule::EvenOdd => FillRule::EvenOdd,
    }
}

fn pen(stroke: &usvg::Stroke) -> Option<Stroke> {
    let dash = stroke.dasharray().map(|array| StrokeDash {
        array: array.to_vec(),
        offset: stroke.dashoffset(),
    });
    Some(Stroke {
        paint: paint(stroke.paint())?,
        width: stroke.width().get(),
        miter_limit: stroke.miterlimit().get(),
        line_cap: match stroke.linecap() {
            usvg::LineCap::Butt => LineCap::Butt,
            usvg::LineCap::Round => LineCap::Round,
            usvg::LineCap::Square => LineCap::Square,
        },
        line_join: match stroke.linejoin() {
            usvg::LineJoin::Round => LineJoin::Round,
            usvg::LineJoin::Bevel => LineJoin::Bevel,
            usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => LineJoin::Miter,
        },
        opacity: NormalizedF32::new(stroke.opacity().get())?,
        dash,
    })
}

fn paint(paint: &usvg::Paint) -> Option<Paint> {
    match paint {
        usvg::Paint::Color(colour) => {
            Some(rgb::Color::new(colour.red, colour.green, colour.blue).into())
        }
        usvg::Paint::LinearGradient(gradient) => Some(
            LinearGradient {
                x1: gradient.x1(),
                y1: gradient.y1(),
                x2: gradient.x2(),
                y2: gradient.y2(),
                transform: placed(gradient.transform()),
                spread_method: spread(gradient.spread_method()),
                stops: stops(gradient.stops())?,
                anti_alias: false,
            }
            .into(),
        ),
        usvg::Paint::RadialGradient(gradient) => Some(
            RadialGradient {
                fx: gradient.fx(),
                fy: gradient.fy(),
                fr: gradient.fr().get(),
                cx: gradient.cx(),
                cy: gradient.cy(),
                cr: gradient.r().get(),
                transform: placed(gradient.transform()),
                spread_method: spread(gradient.spread_method()),
                stops: stops(gradient.stops())?,
                anti_alias: false,
            }
            .into(),
        ),
        usvg::Paint::Pattern(_) => None,
    }
}

fn spread(method: usvg::SpreadMethod) -> SpreadMethod {
    match method {
        usvg::SpreadMethod::Pad => SpreadMethod::Pad,
        usvg::SpreadMethod::Reflect => SpreadMethod::Reflect,
        usvg::SpreadMethod::Repeat => SpreadMethod::Repeat,
    }
}

fn stops(stops: &[usvg::Stop]) -> Option<Vec<Stop>> {
    let stop = |stop: &usvg::Stop| {
        let colour = stop.color();
        Some(Stop {
            offset: NormalizedF32::new(stop.offset().get())?,
            color: rgb::Color::new(colour.red, colour.green, colour.blue).into(),
            opacity: NormalizedF32::new(stop.opacity().get())?,
        })
    };
    stops.iter().map(stop).collect()
}

/// As the press names it.
pub(crate) fn placed(t: tiny_skia_path::Transform) -> Transform {
    // Over a whole sheet, less than a hundredth of a point.
    let short = |factor: f32| (factor * 1e5).round() / 1e5;
    Transform::from_row(
        short(t.sx),
        short(t.ky),
        short(t.kx),
        short(t.sy),
        fine(t.tx),
        fine(t.ty),
    )
}

/// As the press names it.
pub(crate) fn outline(path: &tiny_skia_path::Path) -> Option<Path> {
    let mut outline = PathBuilder::new();
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(to) => outline.move_to(fine(to.x), fine(to.y)),
            PathSegment::LineTo(to) => outline.line_to(fine(to.x), fine(to.y)),
            PathSegment::QuadTo(a, to) => {
                outline.quad_to(fine(a.x), fine(a.y), fine(to.x), fine(to.y));
            }
            PathSegment::CubicTo(a, b, to) => {
                let (a, b) = ((fine(a.x), fine(a.y)), (fine(b.x), fine(b.y)));
                outline.cubic_to(a.0, a.1, b.0, b.1, fine(to.x), fine(to.y));
            }
            PathSegment::Close => outline.close(),
        }
    }
    outline.finish()
}

/// Hundredths of a millimetre are finer than print and make short numbers in the file.
fn fine(length: f32) -> f32 {
    (length * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn art(inside: &str) -> Result<Vec<Piece>, PrintError> {
        let svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm"
                viewBox="0 0 297 210">{inside}</svg>"##
        );
        pieces(&svg, 297.0)
    }

    fn first(pieces: &[Piece]) -> &Shape {
        let shape = |piece: &'_ Piece| matches!(piece.what, Drawn::Shape(_));
        match &pieces.iter().find(|piece| shape(piece)).unwrap().what {
            Drawn::Shape(shape) => shape,
            _ => unreachable!(),
        }
    }

    /// Where a point of the shape's own coordinates lies on the sheet, in whole points.
    fn on_sheet(shape: &Shape, x: f32, y: f32) -> (f32, f32) {
        let mut point = tiny_skia_path::Point::from_xy(x, y);
        shape.to_points.map_point(&mut point);
        (point.x.round(), point.y.round())
    }

    #[test]
    fn millimetres_become_points() {
        let pieces = art(r##"<path d="M0 0H25.4" stroke="#000" stroke-width="2.54"/>"##).unwrap();
        assert_eq!(on_sheet(first(&pieces), 25.4, 50.8), (72.0, 144.0));
        assert_eq!(first(&pieces).stroke.as_ref().unwrap().width, 2.54);
    }

    #[test]
    fn what_a_use_draws_stands_where_an_editor_shows_it() {
        let drawn = art(r##"<defs><path id="a" d="M0 0H25.4" stroke="#000"/></defs>
            <g transform="translate(254 0)"><use href="#a" transform="rotate(90)" y="-25.4"/></g>"##)
        .unwrap();
        assert_eq!(on_sheet(first(&drawn), 0.0, 0.0), (792.0, 0.0));
        assert_eq!(on_sheet(first(&drawn), 25.4, 0.0), (792.0, 72.0));
    }

    #[test]
    fn a_group_may_hang_on_fields() {
        let pieces = art(
            r##"<rect width="1" height="1"/><g id="with-partner.2"><g id="without-award"><rect width="1" height="1"/></g></g>"##,
        )
        .unwrap();
        let conditions: Vec<_> = pieces
            .iter()
            .map(|piece| piece.conditions.clone())
            .collect();
        let condition = |field, present| Condition { field, present };
        let both = vec![
            condition(Field::Partner, true),
            condition(Field::Award, false),
        ];
        assert_eq!(conditions, [vec![], both]);
    }

    #[test]
    fn gradients_opacity_and_clips_are_painted() {
        let pieces = art(
            r##"<linearGradient id="a"><stop stop-color="red"/><stop offset="1"/></linearGradient>
            <clipPath id="c"><rect width="4" height="4"/><circle r="3"/></clipPath>
            <g clip-path="url(#c)" opacity=".5"><rect width="9" height="9" fill="url(#a)"/><rect width="3" height="3"/></g>"##,
        )
        .unwrap();
        let kinds: Vec<_> = pieces
            .iter()
            .map(|piece| match &piece.what {
                Drawn::Open(layer) => (layer.opacity, layer.clip.is_some()),
                Drawn::Shape(_) => (1.0, false),
                Drawn::Close => (0.0, false),
                Drawn::Pixels(..) => (2.0, false),
            })
            .collect();
        assert_eq!(
            kinds,
            [(0.5, true), (1.0, false), (1.0, false), (0.0, false)]
        );
    }

    #[test]
    fn what_the_press_cannot_paint_is_refused() {
        for inside in [
            r##"<mask id="m"><rect width="1" height="1"/></mask><g mask="url(#m)"><rect width="9" height="9"/></g>"##,
            r##"<g style="mix-blend-mode:multiply"><rect width="9" height="9"/></g>"##,
            r##"<g id="with-colour"><rect width="9" height="9"/></g>"##,
        ] {
            assert!(art(inside).is_err(), "{inside}");
        }
    }
}
