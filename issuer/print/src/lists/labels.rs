//! Labels for envelopes, 3 × 8 on a sheet.

use super::paper::{Align, BLACK, Canvas, GOLD, GREEN, GREY, SHEET_MM, document, finish, sheet};
use super::text::{Block, Style, set};
use super::{Heading, ListError, Lists, Row, words};
use crate::typeface::Face;
use krilla::tagging::{ArtifactType, ListNumbering, Tag, TagGroup, TagTree};

const ACROSS: usize = 3;
const DOWN: usize = 8;
/// The labels of one sheet.
pub(super) const LABELS: usize = ACROSS * DOWN;
/// One label.
const LABEL_MM: (f32, f32) = (70.0, 37.0);
/// What is left free on every side of a label: sheets are fed a little askew, and printers reach no edge.
const MARGIN: f32 = 5.0;
/// Eight labels are 1 mm lower than the sheet.
const TOP: f32 = (SHEET_MM.1 - DOWN as f32 * LABEL_MM.1) / 2.0;
const WIDTH: f32 = LABEL_MM.0 - 2.0 * MARGIN;

const NAME: Style = Style {
    place: "name on a label",
    face: Face::SemiBold,
    size: 5.4,
    width: WIDTH,
    height: 9.2,
    lines: 3,
    tracking_em: 0.0,
};
const COURSE: Style = Style {
    place: "course on a label",
    face: Face::Regular,
    size: 3.7,
    width: WIDTH,
    height: 7.4,
    lines: 2,
    tracking_em: 0.0,
};
const COHORT: Style = Style {
    place: "cohort on a label",
    face: Face::Italic,
    size: 3.3,
    width: WIDTH * 0.44,
    height: 2.2,
    lines: 1,
    tracking_em: 0.0,
};
const NUMBER: Style = Style {
    place: "certificate number on a label",
    face: Face::Regular,
    size: 2.8,
    width: WIDTH * 0.52,
    height: 2.0,
    lines: 1,
    tracking_em: 0.02,
};

/// Prints the labels.
pub(super) fn print(
    lists: &Lists,
    heading: &Heading,
    rows: &[Row],
    day: (u16, u8, u8),
) -> Result<Vec<u8>, ListError> {
    let course = set(&heading.course, &COURSE, &lists.typefaces)?;
    let cohort = set(&heading.cohort, &COHORT, &lists.typefaces)?;
    let mut document = document()?;
    let mut list = TagGroup::new(Tag::L(ListNumbering::None));
    for rows in rows.chunks(LABELS) {
        let mut page = document.start_page_with(sheet()?);
        let mut canvas = Canvas {
            surface: page.surface(),
            typefaces: &lists.typefaces,
        };
        for (place, row) in rows.iter().enumerate() {
            let label = Label {
                name: set(&row.name, &NAME, &lists.typefaces)?,
                course: &course,
                cohort: &cohort,
                number: set(&row.number, &NUMBER, &lists.typefaces)?,
            };
            list.push(label.draw(&mut canvas, corner(place)));
        }
        canvas.finish();
        page.finish();
    }
    let mut tags = TagTree::new();
    tags.push(list);
    let title = words::LABELS.joined(lists.language);
    finish(document, tags, lists, heading, &title, day)
}

/// The corner inside the margins of a label, counted along the rows.
fn corner(place: usize) -> (f32, f32) {
    let (column, row) = (place % ACROSS, place / ACROSS);
    (
        column as f32 * LABEL_MM.0 + MARGIN,
        TOP + row as f32 * LABEL_MM.1 + MARGIN,
    )
}

struct Label<'a> {
    name: Block,
    course: &'a Block,
    cohort: &'a Block,
    number: Block,
}

impl Label<'_> {
    fn draw(&self, canvas: &mut Canvas<'_, '_>, (left, top): (f32, f32)) -> TagGroup {
        let (right, foot) = (left + WIDTH, top + LABEL_MM.1 - 2.0 * MARGIN);
        canvas.artifact(ArtifactType::Layout, |canvas| {
            canvas.area([left, top + 12.7, 16.0, 0.5], GOLD);
        });
        let mut body = TagGroup::new(Tag::LBody);
        body.push(canvas.content(None, |canvas| {
            canvas.text_about(&self.name, (left, top + 5.3), Align::Left, BLACK);
        }));
        body.push(canvas.content(None, |canvas| {
            canvas.text_below(self.course, (left, top + 15.6), Align::Left, GREEN);
        }));
        body.push(canvas.content(None, |canvas| {
            canvas.text(self.cohort, (left, foot), Align::Left, BLACK);
        }));
        body.push(canvas.content(None, |canvas| {
            canvas.text(&self.number, (right, foot), Align::Right, GREY);
        }));
        let mut item = TagGroup::new(Tag::LI);
        item.push(body);
        item
    }
}
