//! A badge: a design whose places become outlines, so that the drawing needs no font.

use crate::PrintError;
use crate::art;
use crate::design::{Place, Position};
use crate::facts::Values;
use crate::fit;
use crate::kit::Language;
use crate::press::{baseline, left};
use crate::typeface::Typefaces;
use skrifa::outline::OutlinePen;
use std::fmt::Write as _;
use usvg::roxmltree::{Document, Node};

/// Draws a badge: the design with each text as a path, and without groups whose fact the credential lacks.
///
/// # Errors
/// A design that is none; a text that does not fit or has a character without a glyph.
pub(crate) fn draw(
    design: &str,
    typefaces: &Typefaces,
    values: &Values<'_>,
) -> Result<String, PrintError> {
    let document = Document::parse(design).map_err(PrintError::Xml)?;
    let root = document.root_element();
    let mut drawn = String::with_capacity(64 << 10);
    let mut done = 0;
    // The title is what a screen reader says, and what browsers show of the picture.
    if let Some(first) = root.first_child() {
        done = first.range().start;
        drawn.push_str(&design[..done]);
        let title = format!("{}: {}", values.facts.name(), values.facts.course());
        let _ = write!(drawn, "<title>{}</title>", escaped(&title));
    }
    for node in root.descendants() {
        let replacement = match replaced(node, typefaces, values)? {
            Some(replacement) if node.range().start >= done => replacement,
            _ => continue,
        };
        drawn.push_str(&design[done..node.range().start]);
        drawn.push_str(&replacement);
        done = node.range().end;
    }
    drawn.push_str(&design[done..]);
    Ok(drawn)
}

/// What stands for a node, where it is not itself.
fn replaced(
    node: Node<'_, '_>,
    typefaces: &Typefaces,
    values: &Values<'_>,
) -> Result<Option<String>, PrintError> {
    if node.is_comment() {
        return Ok(Some(String::new()));
    }
    if node.has_tag_name("text") {
        let place = Place::parse(node, Position::new(1.0, 0.0, 0.0))?;
        return outlined(&place, typefaces, values).map(Some);
    }
    let hangs_on = node.attribute("id").map(art::condition).transpose()?;
    let fails = |condition| !values.meet(&[condition]);
    Ok(hangs_on.flatten().is_some_and(fails).then(String::new))
}

/// The text of a place as one path; nothing where the credential lacks its fact.
fn outlined(
    place: &Place,
    typefaces: &Typefaces,
    values: &Values<'_>,
) -> Result<String, PrintError> {
    let Some(said) = place.words.said(values, Language::English) else {
        return Ok(String::new());
    };
    let face = typefaces.face(place.face);
    let setting = fit::set(&said.text, place, face)?;
    let mut pen = Pen::default();
    for (at, line) in setting.lines.iter().enumerate() {
        pen.x = left(place, &setting, line);
        let y = baseline(place, &setting, at);
        for glyph in &line.glyphs {
            let start = pen.x;
            pen.x = start + glyph.x_offset * setting.size;
            pen.y = y - glyph.y_offset * setting.size;
            face.draw(glyph.glyph_id, setting.size, &mut pen)?;
            pen.x = start + glyph.x_advance * setting.size;
        }
    }
    let [red, green, blue] = [
        place.colour.red(),
        place.colour.green(),
        place.colour.blue(),
    ];
    Ok(format!(
        "<path id=\"{}\" fill=\"#{red:02x}{green:02x}{blue:02x}\" transform=\"scale(.01)\" d=\"{}\"/>",
        place.id, pen.path
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Writes outlines as SVG path data, at a place: in hundredths of a unit, which are finer than any screen, and each point
/// relative to the last, which makes short numbers.
#[derive(Default)]
struct Pen {
    x: f32,
    y: f32,
    path: String,
    /// The last point.
    last: (i32, i32),
    /// The first point of the outline, to which closing it returns.
    first: (i32, i32),
}

impl Pen {
    fn hundredths(&self, (x, y): (f32, f32)) -> (i32, i32) {
        #[expect(clippy::cast_possible_truncation, reason = "a badge is 120 units wide")]
        let whole = |length: f32| (length * 100.0).round() as i32;
        (whole(self.x + x), whole(self.y - y))
    }

    fn write(&mut self, command: char, points: &[(f32, f32)]) {
        self.path.push(command);
        let from = self.last;
        for (i, &point) in points.iter().enumerate() {
            let (x, y) = self.hundredths(point);
            let space = if i == 0 { "" } else { " " };
            let _ = write!(self.path, "{space}{} {}", x - from.0, y - from.1);
            self.last = (x, y);
        }
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.write('m', &[(x, y)]);
        self.first = self.last;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.write('l', &[(x, y)]);
    }

    fn quad_to(&mut self, ax: f32, ay: f32, x: f32, y: f32) {
        self.write('q', &[(ax, ay), (x, y)]);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.write('c', &[(ax, ay), (bx, by), (x, y)]);
    }

    fn close(&mut self) {
        self.path.push('z');
        self.last = self.first;
    }
}

#[cfg(test)]
mod tests {
    use crate::{BADGE_PIXELS, Kit, PrintError, Printer, sample};
    use serde_json::json;

    #[test]
    fn a_badge_is_outlines_and_the_same_each_time() {
        let printer = Printer::new(&Kit::default()).unwrap();
        let credential = sample::credential("Wanjikũ Ng'ang'a & <Sons>").to_string();
        let svg = printer.badge_svg(credential.as_bytes()).unwrap();
        let document = usvg::roxmltree::Document::parse(&svg).unwrap();
        let title = document
            .descendants()
            .find(|node| node.has_tag_name("title"));
        let title = title.and_then(|node| node.text());
        assert_eq!(
            title,
            Some("Wanjikũ Ng'ang'a & <Sons>: Cybersecurity Incident Response")
        );
        assert!(!svg.contains("<text") && !svg.contains("<!--") && !svg.contains("{"));
        assert!(svg.len() < 96 << 10, "{} octets", svg.len());
        let again = Printer::new(&Kit::default())
            .unwrap()
            .badge_svg(credential.as_bytes());
        assert_eq!(again.unwrap(), svg);
    }

    #[test]
    fn facts_that_are_missing_leave_no_mark() {
        let printer = Printer::new(&Kit::default()).unwrap();
        let mut credential = sample::credential("Amina Ali");
        let has = |credential: &serde_json::Value, id: &str| {
            let svg = printer
                .badge_svg(credential.to_string().as_bytes())
                .unwrap();
            svg.contains(&format!("id=\"{id}\""))
        };
        assert!(has(&credential, "award") && has(&credential, "partner"));
        assert!(!has(&credential, "specimen"));
        credential["credentialSubject"]["result"] = json!([]);
        assert!(!has(&credential, "award"));
        credential["issuer"]["name"] = json!("SPECIMEN");
        assert!(has(&credential, "specimen"));
        credential["credentialSubject"]["name"] = json!("王");
        let refused = printer.badge_png(credential.to_string().as_bytes());
        assert!(matches!(refused, Err(PrintError::MissingGlyph { .. })));
    }

    #[test]
    fn the_longest_texts_fit_and_the_picture_is_a_small_png() {
        let printer = Printer::new(&Kit::default()).unwrap();
        let mut credential = sample::credential(&"Mwangi ".repeat(17));
        let course = "Advanced Cybersecurity ".repeat(7);
        credential["credentialSubject"]["achievement"]["name"] = json!(course.trim());
        let issuer = "National Committee ".repeat(10);
        credential["issuer"]["name"] = json!(issuer.trim());
        let octets = printer
            .badge_png(credential.to_string().as_bytes())
            .unwrap();
        assert!(octets.len() < 512 << 10, "{} octets", octets.len());
        let reader = png::Decoder::new(std::io::Cursor::new(&octets))
            .read_info()
            .unwrap();
        assert_eq!(reader.info().size(), (BADGE_PIXELS, BADGE_PIXELS));
    }
}
