//! A drawing of plain shapes as a PNG.

use crate::PrintError;
use crate::art::{check_plain, unsupported};
use tiny_skia::{Color, FillRule, Paint, Pixmap, Transform};
use usvg::{Group, Node, Tree};

/// Paints `svg`, which is square, on a transparent ground of `side` times `side` pixels.
///
/// # Errors
/// Anything but shapes in solid colours is refused.
pub(crate) fn png(svg: &str, side: u32) -> Result<Vec<u8>, PrintError> {
    let tree = Tree::from_str(svg, &usvg::Options::default()).map_err(PrintError::Svg)?;
    let refuse = || unsupported("svg", "a drawing without a size");
    let mut pixmap = Pixmap::new(side, side).ok_or_else(refuse)?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a picture has far fewer than 2^24 pixels a side"
    )]
    let scale = side as f32 / tree.size().width();
    paint(
        tree.root(),
        Transform::from_scale(scale, scale),
        &mut pixmap,
    )?;
    let mut octets = Vec::new();
    let mut encoder = png::Encoder::new(&mut octets, side, side);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&pixmap.take_demultiplied())?;
        writer.finish()
    });
    written.map_err(PrintError::Png)?;
    Ok(octets)
}

/// Transforms are followed group by group, as in `art`.
fn paint(group: &Group, at: Transform, pixmap: &mut Pixmap) -> Result<(), PrintError> {
    check_plain(group)?;
    let at = at.pre_concat(group.transform());
    for node in group.children() {
        match node {
            Node::Group(inner) => paint(inner, at, pixmap)?,
            Node::Path(path) if path.is_visible() => draw(path, at, pixmap)?,
            Node::Path(_) => {}
            Node::Image(_) => return Err(unsupported(group.id(), "an image")),
            Node::Text(_) => return Err(unsupported(group.id(), "text inside art")),
        }
    }
    Ok(())
}

fn draw(path: &usvg::Path, at: Transform, pixmap: &mut Pixmap) -> Result<(), PrintError> {
    if let Some(fill) = path.fill() {
        let rule = match fill.rule() {
            usvg::FillRule::NonZero => FillRule::Winding,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        };
        let ink = ink(path, fill.paint(), fill.opacity())?;
        pixmap.fill_path(path.data(), &ink, rule, at, None);
    }
    if let Some(stroke) = path.stroke() {
        let ink = ink(path, stroke.paint(), stroke.opacity())?;
        pixmap.stroke_path(path.data(), &ink, &stroke.to_tiny_skia(), at, None);
    }
    Ok(())
}

fn ink(
    path: &usvg::Path,
    paint: &usvg::Paint,
    opacity: usvg::Opacity,
) -> Result<Paint<'static>, PrintError> {
    let usvg::Paint::Color(colour) = paint else {
        return Err(unsupported(path.id(), "a gradient or pattern"));
    };
    let mut ink = Paint::default();
    let mut solid = Color::from_rgba8(colour.red, colour.green, colour.blue, u8::MAX);
    solid.apply_opacity(opacity.get());
    ink.set_color(solid);
    Ok(ink)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(inside: &str) -> Result<Vec<u8>, PrintError> {
        let svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">{inside}</svg>"##
        );
        let octets = png(&svg, 10)?;
        let mut reader = png::Decoder::new(std::io::Cursor::new(&octets))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; 400];
        reader.next_frame(&mut pixels).unwrap();
        Ok(pixels)
    }

    #[test]
    fn shapes_are_painted_where_they_stand() {
        let painted = pixels(
            r##"<g transform="translate(5 0)"><rect width="5" height="10" fill="#1f5a41"/></g>
                <path d="M0 9.5H5" stroke="#b5923f"/>"##,
        )
        .unwrap();
        let at = |x: usize, y: usize| &painted[(y * 10 + x) * 4..][..4];
        assert_eq!(at(7, 2), [0x1f, 0x5a, 0x41, 255]);
        assert_eq!(at(2, 9), [0xb5, 0x92, 0x3f, 255]);
        assert_eq!(at(2, 2), [0, 0, 0, 0]);
    }

    #[test]
    fn what_would_be_drawn_otherwise_is_refused() {
        let gradient = r##"<linearGradient id="a"><stop stop-color="red"/><stop offset="1"/></linearGradient>
            <rect width="9" height="9" fill="url(#a)"/>"##;
        assert!(matches!(pixels(gradient), Err(PrintError::Design { .. })));
    }
}
