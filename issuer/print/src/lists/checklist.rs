//! The checklist of the handing-over table: one table over as many pages as it takes.

use super::paper::{
    Align, BLACK, Canvas, GOLD, GREEN, GREY, HAIRLINE, Ink, SHEET_MM, TINT, WHITE, document,
    finish, sheet,
};
use super::text::{Block, Style, set};
use super::words::{self, SWAHILI, Words};
use super::{Heading, ListError, Lists, Row};
use crate::typeface::Face;
use krilla::tagging::{ArtifactType, Identifier, TableHeaderScope, Tag, TagGroup, TagTree};
use std::num::NonZeroU16;

/// Rows of one page.
pub(super) const ROWS: usize = 22;
const ROW_MM: f32 = 10.5;
const LEFT: f32 = 15.0;
const RIGHT: f32 = SHEET_MM.0 - 15.0;
/// Where the header of the table begins, and where its rows do.
const HEADER_TOP: f32 = 40.0;
const ROWS_TOP: f32 = 48.5;
const FOOT: f32 = 288.0;

/// A column: its heading, its left edge, its width, and where texts stand in it.
struct Column {
    heading: Words,
    left: f32,
    width: f32,
    align: Align,
}

const fn column(heading: Words, left: f32, width: f32, align: Align) -> Column {
    Column {
        heading,
        left,
        width,
        align,
    }
}

/// From edge to edge, 2 mm apart.
const COLUMNS: [Column; 6] = [
    column(words::NUMBER, LEFT + 1.0, 9.0, Align::Right),
    column(words::NAME, LEFT + 13.0, 58.0, Align::Left),
    column(words::AWARD, LEFT + 73.0, 25.0, Align::Left),
    column(words::CERTIFICATE, LEFT + 100.0, 31.5, Align::Left),
    column(words::GIVEN, LEFT + 131.8, 15.2, Align::Middle),
    column(words::SIGNATURE, LEFT + 149.5, 29.5, Align::Left),
];

impl Column {
    /// Where texts of the column are aligned.
    fn anchor(&self) -> f32 {
        match self.align {
            Align::Left => self.left,
            Align::Middle => self.left + self.width / 2.0,
            Align::Right => self.left + self.width,
        }
    }
}

/// What stands on every page, set once.
struct Frame {
    issuer: Block,
    title: Block,
    other_title: Option<Block>,
    course: Block,
    when: Block,
    count: Block,
    headings: Vec<(Block, Option<Block>)>,
}

/// Prints the list.
pub(super) fn print(
    lists: &Lists,
    heading: &Heading,
    rows: &[Row],
    day: (u16, u8, u8),
) -> Result<Vec<u8>, ListError> {
    let frame = frame(lists, heading, rows.len())?;
    let pages = rows.len().div_ceil(ROWS);
    let mut document = document()?;
    let mut tags = TagTree::new();
    let mut head = TagGroup::new(Tag::THead);
    let mut body = TagGroup::new(Tag::TBody);
    for (at, rows) in rows.chunks(ROWS).enumerate() {
        let number = set(&format!("{} / {pages}", at + 1), &FOOTER, &lists.typefaces)?;
        let mut page = document.start_page_with(sheet()?);
        let mut canvas = Canvas {
            surface: page.surface(),
            typefaces: &lists.typefaces,
        };
        ground(&mut canvas, rows.len());
        if at == 0 {
            top(&mut canvas, &frame, lists, &mut tags);
            head.push(header(&mut canvas, &frame));
        } else {
            canvas.artifact(ArtifactType::Header, |canvas| frame.draw_again(canvas));
        }
        for (place, row) in rows.iter().enumerate() {
            body.push(line(&mut canvas, lists, row, at * ROWS + place + 1, place)?);
        }
        canvas.artifact(ArtifactType::Footer, |canvas| {
            canvas.text(&frame.count, (LEFT, FOOT), Align::Left, GREY);
            canvas.text(&number, (RIGHT, FOOT), Align::Right, GREY);
        });
        canvas.finish();
        page.finish();
    }
    let mut table = TagGroup::new(Tag::Table);
    table.push(head);
    table.push(body);
    tags.push(table);
    let title = words::CHECKLIST.joined(lists.language);
    finish(document, tags, lists, heading, &title, day)
}

const fn style(place: &'static str, face: Face, size: f32, width: f32, lines: usize) -> Style {
    Style {
        place,
        face,
        size,
        width,
        height: size * if lines == 1 { 1.0 } else { 2.0 },
        lines,
        tracking_em: 0.0,
    }
}

/// In the head, between title and rule.
const fn two_lines(place: &'static str, face: Face, size: f32, width: f32) -> Style {
    Style {
        height: 6.2,
        ..style(place, face, size, width, 2)
    }
}

const FOOTER: Style = style("foot of the page", Face::Regular, 3.0, 60.0, 1);

fn frame(lists: &Lists, heading: &Heading, rows: usize) -> Result<Frame, ListError> {
    let set = |text: &str, style: &Style| set(text, style, &lists.typefaces);
    let (title, other_title) = words::CHECKLIST.in_language(lists.language);
    let tracked = Style {
        tracking_em: 0.07,
        ..style("issuer's line", Face::SemiBold, 3.1, 180.0, 1)
    };
    let other = style("title", Face::Italic, 5.0, 86.0, 1);
    let headings = COLUMNS.iter().map(|column| {
        let (one, other) = column.heading.in_language(lists.language);
        let bold = style("heading of a column", Face::SemiBold, 3.2, column.width, 1);
        let italic = style("heading of a column", Face::Italic, 2.7, column.width, 1);
        let other = other.map(|other| set(other, &italic)).transpose()?;
        Ok((set(one, &bold)?, other))
    });
    let when = format!("{} · {}", heading.cohort, heading.date);
    let count = format!("{}: {rows}", words::CERTIFICATES.joined(lists.language));
    Ok(Frame {
        issuer: set(&heading.issuer.to_uppercase(), &tracked)?,
        title: set(title, &style("title", Face::Medium, 7.4, 90.0, 1))?,
        other_title: other_title.map(|text| set(text, &other)).transpose()?,
        course: set(
            &heading.course,
            &two_lines("course", Face::Italic, 4.4, 112.0),
        )?,
        when: set(
            &when,
            &two_lines("cohort and date", Face::Regular, 3.6, 64.0),
        )?,
        count: set(&count, &FOOTER)?,
        headings: headings.collect::<Result<_, ListError>>()?,
    })
}

/// Where each part of the head stands, the middle of it where it may have two lines.
const ISSUER: (f32, f32) = (LEFT, 16.0);
const TITLE: (f32, f32) = (LEFT, 24.9);
const OTHER_TITLE: (f32, f32) = (RIGHT, 24.9);
const COURSE: (f32, f32) = (LEFT, 31.2);
const WHEN: (f32, f32) = (RIGHT, 31.2);

impl Frame {
    /// The same head on a further page, which is not read again.
    fn draw_again(&self, canvas: &mut Canvas<'_, '_>) {
        canvas.text(&self.issuer, ISSUER, Align::Left, GREEN);
        canvas.text(&self.title, TITLE, Align::Left, BLACK);
        if let Some(other) = &self.other_title {
            canvas.text(other, OTHER_TITLE, Align::Right, GREEN);
        }
        canvas.text_about(&self.course, COURSE, Align::Left, BLACK);
        canvas.text_about(&self.when, WHEN, Align::Right, BLACK);
        for (column, (heading, other)) in COLUMNS.iter().zip(&self.headings) {
            let (upper, lower) = heading_baselines(other.is_some());
            canvas.text(heading, (column.anchor(), upper), column.align, WHITE);
            if let Some(other) = other {
                canvas.text(other, (column.anchor(), lower), column.align, WHITE);
            }
        }
    }
}

/// The baselines of a column's heading in one and in the other language.
fn heading_baselines(both: bool) -> (f32, f32) {
    let middle = (HEADER_TOP + ROWS_TOP) / 2.0;
    if both {
        (middle - 0.7, middle + 2.8)
    } else {
        (middle + 1.1, middle)
    }
}

/// Rules and tints.
fn ground(canvas: &mut Canvas<'_, '_>, rows: usize) {
    canvas.artifact(ArtifactType::Layout, |canvas| {
        let width = RIGHT - LEFT;
        canvas.area([LEFT, 36.2, width, 0.5], GOLD);
        canvas.area([LEFT, 37.1, width, 0.15], GREEN);
        canvas.area([LEFT, HEADER_TOP, width, ROWS_TOP - HEADER_TOP], GREEN);
        for place in 0..rows {
            let top = row_top(place);
            if place % 2 == 1 {
                canvas.area([LEFT, top, width, ROW_MM], TINT);
            }
            canvas.area([LEFT, top + ROW_MM - 0.1, width, 0.1], HAIRLINE);
        }
        canvas.area([LEFT, row_top(rows), width, 0.4], GOLD);
    });
}

fn row_top(place: usize) -> f32 {
    ROWS_TOP + place as f32 * ROW_MM
}

/// The head of the first page, which is read.
fn top(canvas: &mut Canvas<'_, '_>, frame: &Frame, lists: &Lists, tags: &mut TagTree) {
    let paragraph = |identifier| {
        let mut group = TagGroup::new(Tag::P);
        group.push(identifier);
        group
    };
    let issuer = canvas.content(None, |canvas| {
        canvas.text(&frame.issuer, ISSUER, Align::Left, GREEN);
    });
    tags.push(paragraph(issuer));
    let words = words::CHECKLIST.joined(lists.language);
    let mut title = TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(words)));
    title.push(canvas.content(None, |canvas| {
        canvas.text(&frame.title, TITLE, Align::Left, BLACK);
    }));
    if let Some(other) = &frame.other_title {
        title.push(canvas.content(Some(SWAHILI), |canvas| {
            canvas.text(other, OTHER_TITLE, Align::Right, GREEN);
        }));
    }
    tags.push(title);
    for (block, at, align) in [
        (&frame.course, COURSE, Align::Left),
        (&frame.when, WHEN, Align::Right),
    ] {
        let identifier = canvas.content(None, |canvas| canvas.text_about(block, at, align, BLACK));
        tags.push(paragraph(identifier));
    }
}

/// The headings of the columns on the first page.
fn header(canvas: &mut Canvas<'_, '_>, frame: &Frame) -> TagGroup {
    let mut row = TagGroup::new(Tag::TR);
    for (column, (heading, other)) in COLUMNS.iter().zip(&frame.headings) {
        let (upper, lower) = heading_baselines(other.is_some());
        let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Column));
        cell.push(canvas.content(None, |canvas| {
            canvas.text(heading, (column.anchor(), upper), column.align, WHITE);
        }));
        if let Some(other) = other {
            cell.push(canvas.content(Some(SWAHILI), |canvas| {
                canvas.text(other, (column.anchor(), lower), column.align, WHITE);
            }));
        }
        row.push(cell);
    }
    row
}

/// One graduate: `running` counts through the list, `place` down the page.
fn line(
    canvas: &mut Canvas<'_, '_>,
    lists: &Lists,
    row: &Row,
    running: usize,
    place: usize,
) -> Result<TagGroup, ListError> {
    let set = |text: &str, style: &Style| set(text, style, &lists.typefaces);
    let middle = row_top(place) + ROW_MM / 2.0;
    let [number, name, award, certificate, given, signature] = &COLUMNS;
    let mut group = TagGroup::new(Tag::TR);

    let count = set(
        &running.to_string(),
        &style("running number", Face::Regular, 3.4, number.width, 1),
    )?;
    group.push(cell(canvas, number, &count, middle, GREY));
    let style_of_name = Style {
        height: ROW_MM - 2.6,
        ..style("name", Face::Medium, 4.7, name.width, 3)
    };
    let text = set(&row.name, &style_of_name)?;
    let mut of_row = TagGroup::new(Tag::TH(TableHeaderScope::Row));
    of_row.push(content_about(canvas, name, &text, middle, BLACK));
    group.push(of_row);
    let none = "–";
    let text = row.award.as_deref().unwrap_or(none);
    let text = set(text, &style("award", Face::Regular, 3.5, award.width, 2))?;
    group.push(cell(canvas, award, &text, middle, BLACK));
    group.push(number_cell(canvas, lists, row, certificate, middle)?);

    let mut tick = TagGroup::new(Tag::TD);
    let side = 4.6;
    let corner = (given.anchor() - side / 2.0, middle - side / 2.0);
    tick.push(
        canvas.described(&words::BOX.joined(lists.language), |canvas| {
            canvas.square(corner, side, GREEN);
        }),
    );
    group.push(tick);
    let mut sign = TagGroup::new(Tag::TD);
    let rule = [signature.left, middle + 3.2, signature.width, 0.15];
    sign.push(
        canvas.described(&words::LINE.joined(lists.language), |canvas| {
            canvas.area(rule, GREY);
        }),
    );
    group.push(sign);
    Ok(group)
}

fn cell(
    canvas: &mut Canvas<'_, '_>,
    column: &Column,
    block: &Block,
    middle: f32,
    ink: Ink,
) -> TagGroup {
    let mut group = TagGroup::new(Tag::TD);
    group.push(content_about(canvas, column, block, middle, ink));
    group
}

fn content_about(
    canvas: &mut Canvas<'_, '_>,
    column: &Column,
    block: &Block,
    middle: f32,
    ink: Ink,
) -> Identifier {
    canvas.content(None, |canvas| {
        canvas.text_about(block, (column.anchor(), middle), column.align, ink);
    })
}

/// The certificate's number, and the note below it.
fn number_cell(
    canvas: &mut Canvas<'_, '_>,
    lists: &Lists,
    row: &Row,
    column: &Column,
    middle: f32,
) -> Result<TagGroup, ListError> {
    let number = style("certificate number", Face::Regular, 3.3, column.width, 2);
    let number = set(&row.number, &number, &lists.typefaces)?;
    let note = row
        .note
        .as_deref()
        .map(str::trim)
        .filter(|note| !note.is_empty());
    let Some(note) = note else {
        return Ok(cell(canvas, column, &number, middle, BLACK));
    };
    let note = set(
        note,
        &style("note", Face::Italic, 2.8, column.width, 2),
        &lists.typefaces,
    )?;
    let between = 2.0;
    let top = middle - (number.height() + between + note.height()) / 2.0;
    let below = top + number.height() + between;
    let mut group = TagGroup::new(Tag::TD);
    for (block, top, ink) in [(&number, top, BLACK), (&note, below, GREY)] {
        group.push(canvas.content(None, |canvas| {
            canvas.text_below(block, (column.left, top), Align::Left, ink);
        }));
    }
    Ok(group)
}
