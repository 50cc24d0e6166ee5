//! The drawn part of a design: shapes in solid colours, converted once, painted on every page.

use crate::PrintError;
use crate::error::DesignProblem;
use crate::facts::Fact;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use usvg::tiny_skia_path::{self, PathSegment};
use usvg::{Group, Node, Paint, Tree};

/// Points in one CSS pixel, the unit of a parsed SVG.
const POINTS_PER_PIXEL: f32 = 0.75;
/// A group with the id `with-partner` is painted only where the credential names a partner.
const CONDITION: &str = "with-";

/// One shape in its own coordinates, and where these lie on the sheet.
///
/// Repeated ornaments keep equal coordinates this way, which makes the file half as large.
pub(crate) struct Shape {
    /// From the shape's coordinates to points from the sheet's top left corner.
    pub(crate) to_points: Transform,
    pub(crate) path: Path,
    pub(crate) fill: Option<Fill>,
    pub(crate) stroke: Option<Stroke>,
    /// The fact without which the shape is left out.
    pub(crate) only_with: Option<Fact>,
}

/// Converts the shapes of a design.
///
/// Text elements are no art: they are set by the press, and this parser is built without text.
///
/// # Errors
/// Anything but shapes in solid colours is refused, rather than printed differently from the design.
pub(crate) fn shapes(svg: &str) -> Result<Vec<Shape>, PrintError> {
    let tree = Tree::from_str(svg, &usvg::Options::default()).map_err(PrintError::Svg)?;
    let mut shapes = Vec::new();
    let to_points = tiny_skia_path::Transform::from_scale(POINTS_PER_PIXEL, POINTS_PER_PIXEL);
    collect(tree.root(), to_points, None, &mut shapes)?;
    Ok(shapes)
}

/// Transforms are followed group by group: the absolute transform that usvg 0.47 gives to what a `<use>`
/// draws counts the transform of the `<use>` twice.
fn collect(
    group: &Group,
    to_points: tiny_skia_path::Transform,
    only_with: Option<Fact>,
    shapes: &mut Vec<Shape>,
) -> Result<(), PrintError> {
    let refuse = |what| unsupported(group.id(), what);
    let to_points = to_points.pre_concat(group.transform());
    let only_with = condition(group.id())?.or(only_with);
    check_plain(group)?;
    for node in group.children() {
        match node {
            Node::Group(inner) => collect(inner, to_points, only_with, shapes)?,
            Node::Path(path) if path.is_visible() => {
                shapes.push(shape(path, to_points, only_with)?);
            }
            Node::Path(_) => {}
            Node::Image(_) => return Err(refuse("an image")),
            Node::Text(_) => return Err(refuse("text inside art")),
        }
    }
    Ok(())
}

/// Whether a group is nothing but what it holds.
pub(crate) fn check_plain(group: &Group) -> Result<(), PrintError> {
    let refuse = |what| Err(unsupported(group.id(), what));
    if group.clip_path().is_some() || group.mask().is_some() || !group.filters().is_empty() {
        return refuse("a clip path, mask or filter");
    }
    if group.opacity().get() < 1.0 || group.blend_mode() != usvg::BlendMode::Normal {
        return refuse("transparency");
    }
    Ok(())
}

/// The fact that a group of this id hangs on, if any.
pub(crate) fn condition(id: &str) -> Result<Option<Fact>, PrintError> {
    let Some(word) = id.strip_prefix(CONDITION) else {
        return Ok(None);
    };
    Fact::named(word)
        .map(Some)
        .ok_or_else(|| PrintError::Design {
            element: id.to_owned(),
            problem: DesignProblem::UnknownFact(word.to_owned()),
        })
}

pub(crate) fn unsupported(id: &str, what: &'static str) -> PrintError {
    PrintError::Design {
        element: id.to_owned(),
        problem: DesignProblem::Unsupported(what),
    }
}

fn shape(
    path: &usvg::Path,
    to_points: tiny_skia_path::Transform,
    only_with: Option<Fact>,
) -> Result<Shape, PrintError> {
    let refuse = |what| unsupported(path.id(), what);
    let solid = || refuse("a gradient or pattern");
    let fill = path.fill().map(|fill| ink(fill).ok_or_else(solid));
    let stroke = path.stroke().map(|stroke| pen(stroke).ok_or_else(solid));
    let t = to_points;
    Ok(Shape {
        to_points: Transform::from_row(t.sx, t.ky, t.kx, t.sy, t.tx, t.ty),
        path: outline(path).ok_or_else(|| refuse("an empty path"))?,
        fill: fill.transpose()?,
        stroke: stroke.transpose()?,
        only_with,
    })
}

fn ink(fill: &usvg::Fill) -> Option<Fill> {
    Some(Fill {
        paint: colour(fill.paint())?.into(),
        opacity: NormalizedF32::new(fill.opacity().get())?,
        rule: match fill.rule() {
            usvg::FillRule::NonZero => FillRule::NonZero,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        },
    })
}

fn pen(stroke: &usvg::Stroke) -> Option<Stroke> {
    let dash = stroke.dasharray().map(|array| StrokeDash {
        array: array.to_vec(),
        offset: stroke.dashoffset(),
    });
    Some(Stroke {
        paint: colour(stroke.paint())?.into(),
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

fn colour(paint: &Paint) -> Option<rgb::Color> {
    match paint {
        Paint::Color(colour) => Some(rgb::Color::new(colour.red, colour.green, colour.blue)),
        _ => None,
    }
}

fn outline(path: &usvg::Path) -> Option<Path> {
    let mut outline = PathBuilder::new();
    for segment in path.data().segments() {
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

    fn art(inside: &str) -> Result<Vec<Shape>, PrintError> {
        shapes(&format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm"
                viewBox="0 0 297 210">{inside}</svg>"##
        ))
    }

    /// Where a point of the shape's own coordinates lies on the sheet, in whole points.
    fn on_sheet(shape: &Shape, x: f32, y: f32) -> (f32, f32) {
        let t = shape.to_points;
        let across = t.sx() * x + t.kx() * y + t.tx();
        let down = t.ky() * x + t.sy() * y + t.ty();
        (across.round(), down.round())
    }

    #[test]
    fn millimetres_become_points() {
        let shapes = art(r##"<path d="M0 0H25.4" stroke="#000" stroke-width="2.54"/>"##).unwrap();
        assert_eq!(on_sheet(&shapes[0], 25.4, 50.8), (72.0, 144.0));
        assert_eq!(shapes[0].stroke.as_ref().unwrap().width, 2.54);
    }

    #[test]
    fn what_a_use_draws_stands_where_an_editor_shows_it() {
        let drawn = art(r##"<defs><path id="a" d="M0 0H25.4" stroke="#000"/></defs>
            <g transform="translate(254 0)"><use href="#a" transform="rotate(90)" y="-25.4"/></g>"##)
        .unwrap();
        assert_eq!(on_sheet(&drawn[0], 0.0, 0.0), (792.0, 0.0));
        assert_eq!(on_sheet(&drawn[0], 25.4, 0.0), (792.0, 72.0));
    }

    #[test]
    fn a_group_may_hang_on_a_fact() {
        let shapes = art(
            r##"<rect width="1" height="1"/><g id="with-partner"><g><rect width="1" height="1"/></g></g>"##,
        )
        .unwrap();
        let conditions: Vec<_> = shapes.iter().map(|shape| shape.only_with).collect();
        assert_eq!(conditions, [None, Some(Fact::Partner)]);
    }

    #[test]
    fn what_the_press_cannot_paint_is_refused() {
        let gradient = r##"<linearGradient id="a"><stop stop-color="red"/><stop offset="1"/></linearGradient>"##;
        for inside in [
            format!(r##"{gradient}<rect width="9" height="9" fill="url(#a)"/>"##),
            r##"<g opacity=".5"><rect width="9" height="9"/><rect width="3" height="3"/></g>"##
                .into(),
            r##"<clipPath id="c"><rect width="1" height="1"/></clipPath>
               <g clip-path="url(#c)"><rect width="9" height="9"/></g>"##
                .into(),
            r##"<g id="with-colour"><rect width="9" height="9"/></g>"##.into(),
        ] {
            assert!(
                matches!(art(&inside), Err(PrintError::Design { .. })),
                "{inside}"
            );
        }
    }
}
