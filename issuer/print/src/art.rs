//! The drawn part of a design: shapes in solid colours, converted once, painted on every page.

use crate::PrintError;
use crate::error::DesignProblem;
use crate::facts::Fact;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use usvg::tiny_skia_path::{PathSegment, Transform};
use usvg::{Group, Node, Paint, Tree};

/// Points in one CSS pixel, the unit of a parsed SVG.
const POINTS_PER_PIXEL: f32 = 0.75;
/// A group with the id `with-partner` is painted only where the credential names a partner.
const CONDITION: &str = "with-";

/// One shape, in points from the sheet's top left corner.
pub(crate) struct Shape {
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
    collect(tree.root(), None, &mut shapes)?;
    Ok(shapes)
}

fn collect(
    group: &Group,
    only_with: Option<Fact>,
    shapes: &mut Vec<Shape>,
) -> Result<(), PrintError> {
    let refuse = |what| unsupported(group.id(), what);
    let only_with = condition(group.id())?.or(only_with);
    if group.clip_path().is_some() || group.mask().is_some() || !group.filters().is_empty() {
        return Err(refuse("a clip path, mask or filter"));
    }
    if group.opacity().get() < 1.0 || group.blend_mode() != usvg::BlendMode::Normal {
        return Err(refuse("transparency"));
    }
    for node in group.children() {
        match node {
            Node::Group(inner) => collect(inner, only_with, shapes)?,
            Node::Path(path) if path.is_visible() => shapes.push(shape(path, only_with)?),
            Node::Path(_) => {}
            Node::Image(_) => return Err(refuse("an image")),
            Node::Text(_) => return Err(refuse("text inside art")),
        }
    }
    Ok(())
}

fn condition(id: &str) -> Result<Option<Fact>, PrintError> {
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

fn unsupported(id: &str, what: &'static str) -> PrintError {
    PrintError::Design {
        element: id.to_owned(),
        problem: DesignProblem::Unsupported(what),
    }
}

fn shape(path: &usvg::Path, only_with: Option<Fact>) -> Result<Shape, PrintError> {
    let refuse = |what| unsupported(path.id(), what);
    let to_points = path
        .abs_transform()
        .post_scale(POINTS_PER_PIXEL, POINTS_PER_PIXEL);
    let fill = path.fill().map(|fill| {
        Some(Fill {
            paint: colour(fill.paint())?.into(),
            opacity: NormalizedF32::new(fill.opacity().get())?,
            rule: match fill.rule() {
                usvg::FillRule::NonZero => FillRule::NonZero,
                usvg::FillRule::EvenOdd => FillRule::EvenOdd,
            },
        })
    });
    let stroke = path.stroke().map(|stroke| pen(stroke, to_points));
    let solid = "a gradient or pattern";
    Ok(Shape {
        path: outline(path, to_points).ok_or_else(|| refuse("an empty path"))?,
        fill: fill
            .map(|fill| fill.ok_or_else(|| refuse(solid)))
            .transpose()?,
        stroke: stroke
            .map(|pen| pen.ok_or_else(|| refuse(solid)))
            .transpose()?,
        only_with,
    })
}

fn pen(stroke: &usvg::Stroke, to_points: Transform) -> Option<Stroke> {
    let (across, down) = to_points.get_scale();
    let scale = (across * down).sqrt();
    let dash = stroke.dasharray().map(|array| StrokeDash {
        array: array.iter().map(|length| length * scale).collect(),
        offset: stroke.dashoffset() * scale,
    });
    Some(Stroke {
        paint: colour(stroke.paint())?.into(),
        width: stroke.width().get() * scale,
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

fn outline(path: &usvg::Path, to_points: Transform) -> Option<Path> {
    let placed = path.data().clone().transform(to_points)?;
    let mut builder = PathBuilder::new();
    for segment in placed.segments() {
        match segment {
            PathSegment::MoveTo(to) => builder.move_to(to.x, to.y),
            PathSegment::LineTo(to) => builder.line_to(to.x, to.y),
            PathSegment::QuadTo(a, to) => builder.quad_to(a.x, a.y, to.x, to.y),
            PathSegment::CubicTo(a, b, to) => builder.cubic_to(a.x, a.y, b.x, b.y, to.x, to.y),
            PathSegment::Close => builder.close(),
        }
    }
    builder.finish()
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

    #[test]
    fn millimetres_become_points() {
        let shapes = art(r##"<path d="M0 0H25.4" stroke="#000" stroke-width="2.54"/>"##).unwrap();
        let pen = shapes[0].stroke.as_ref().unwrap();
        assert!((pen.width - 7.2).abs() < 0.001, "{}", pen.width);
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
