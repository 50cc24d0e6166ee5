//! Drafts of rosters: keep one as it was uploaded, map its columns, fix its cells, drop rows, and make a batch of it.

use super::desk::{Desk, Loaded, Writing};
use super::error::AppError;
use super::import_roster::prepare_batch;
use super::ports::press::PrintRoom;
use super::ports::rosters::{RosterFile, Rosters};
use super::ports::store::{Collection, Key};
use crate::domain::audit::Entry;
use crate::domain::batch::Batch;
use crate::domain::draft::{
    Cohort, DRAFT_CHUNK, DRAFTS_MAX, Draft, DraftError, DraftId, Review, fix_cell, show_line,
};
use crate::domain::roster::Line;

/// Headers stand under their id; lines under `id/` and the chunk's number.
fn draft_key(id: &DraftId) -> Key {
    Key::new(Collection::Draft, id.as_str())
}

fn chunk_key(id: &DraftId, number: u32) -> Key {
    let id = [id.as_str().as_bytes(), b"/", &number.to_be_bytes()].concat();
    Key::new(Collection::Draft, id)
}

fn load(desk: &Desk, id: &DraftId) -> Result<Loaded<Draft>, AppError> {
    desk.load(draft_key(id), "draft", id.as_str())
}

fn load_chunk(desk: &Desk, id: &DraftId, number: u32) -> Result<Loaded<Vec<Line>>, AppError> {
    desk.load(chunk_key(id, number), "lines of draft", id.as_str())
}

fn lines(desk: &Desk, draft: &Draft) -> Result<Vec<Line>, AppError> {
    let mut lines = Vec::new();
    for (number, _) in (0..).zip(&draft.chunks) {
        lines.extend(load_chunk(desk, &draft.id, number)?.value);
    }
    Ok(lines)
}

fn review(desk: &Desk, draft: &Draft) -> Result<Review, AppError> {
    let fields = desk.course(&draft.cohort.course)?.roster_fields();
    Ok(draft.review(lines(desk, draft)?, &fields))
}

fn entry(actor: &str, action: &'static str, draft: &Draft) -> Entry {
    Entry::new(actor, action, &draft.id).with("revision", draft.revision)
}

/// Keep a roster as it was uploaded. Nothing in it is judged yet but that it is a spreadsheet within the limits.
pub fn keep_draft(
    desk: &Desk,
    rosters: &dyn Rosters,
    file: &RosterFile<'_>,
    cohort: &Cohort,
    actor: &str,
) -> Result<Draft, AppError> {
    let fields = desk.course(&cohort.course)?.roster_fields();
    let raw = rosters.raw(file, &fields)?;
    if list_drafts(desk)?.len() >= DRAFTS_MAX {
        return Err(DraftError::TooMany.into());
    }
    let chunks: Vec<&[Line]> = raw.table.lines.chunks(DRAFT_CHUNK).collect();
    let first = |chunk: &&[Line]| chunk.first().map_or(0, |line| line.number);
    let draft = Draft {
        id: DraftId::from_random(desk.random()?),
        cohort: cohort.clone(),
        file: file.name.to_owned(),
        sheet: raw.sheet.clone(),
        other_sheets: raw.other_sheets.clone(),
        delimiter: raw.delimiter,
        row_ends: raw.table.row_ends,
        uploaded_by: actor.to_owned(),
        uploaded: desk.clock.now(),
        map: file.map.to_vec(),
        dropped: Default::default(),
        chunks: chunks.iter().map(first).collect(),
        revision: 1,
    };
    let mut writing = Writing::default();
    writing.create(draft_key(&draft.id), &draft)?;
    for (number, chunk) in (0..).zip(chunks) {
        writing.create(chunk_key(&draft.id, number), &chunk)?;
    }
    let entry = entry(actor, "draft.keep", &draft)
        .with("course", cohort.course.clone())
        .with("lines", raw.table.lines.len());
    desk.record(writing, &[entry])?;
    Ok(draft)
}

/// Every draft, by id.
pub fn list_drafts(desk: &Desk) -> Result<Vec<Draft>, AppError> {
    let mut drafts = Vec::new();
    desk.each(Collection::Draft, b"", |id, octets| {
        if !id.contains(&b'/') {
            drafts.push(super::desk::decode(
                &Key::new(Collection::Draft, id),
                octets,
            )?);
        }
        Ok(())
    })?;
    Ok(drafts)
}

/// A draft, checked as it stands.
pub fn show_draft(desk: &Desk, id: &DraftId) -> Result<(Draft, Review), AppError> {
    let draft = load(desk, id)?.value;
    let review = review(desk, &draft)?;
    Ok((draft, review))
}

/// Map columns by hand: pairs of heading and role, all of them at once.
pub fn map_draft(
    desk: &Desk,
    id: &DraftId,
    map: Vec<(String, String)>,
    actor: &str,
) -> Result<(), AppError> {
    let mut draft = load(desk, id)?;
    let fields = desk.course(&draft.value.cohort.course)?.roster_fields();
    let table = review(desk, &draft.value)?.table;
    draft.value.map(map, &table, &fields)?;
    let entry = entry(actor, "draft.map", &draft.value).with("columns", draft.value.map.len());
    let mut writing = Writing::default();
    writing.update(draft)?;
    desk.record(writing, &[entry])
}

/// Put another text into a cell; `column` counts from 0. The journal has the place, not the text.
pub fn fix_draft(
    desk: &Desk,
    id: &DraftId,
    line: u32,
    column: usize,
    text: &str,
    actor: &str,
) -> Result<(), AppError> {
    let draft = load(desk, id)?;
    let width = review(desk, &draft.value)?.width();
    let fix = |lines: &mut [Line]| fix_cell(lines, line, column, width, text);
    edit(desk, draft, line, "draft.fix", actor, fix)
}

/// Show a row that was hidden in the file: the person on it graduates.
pub fn show_row(desk: &Desk, id: &DraftId, line: u32, actor: &str) -> Result<(), AppError> {
    let show = |lines: &mut [Line]| show_line(lines, line);
    edit(desk, load(desk, id)?, line, "draft.show", actor, show)
}

fn edit(
    desk: &Desk,
    mut draft: Loaded<Draft>,
    line: u32,
    action: &'static str,
    actor: &str,
    change: impl FnOnce(&mut [Line]) -> Result<(), DraftError>,
) -> Result<(), AppError> {
    let chunk = draft.value.chunk_of(line);
    let chunk = chunk.ok_or(DraftError::NoLine { line })?;
    let mut lines = load_chunk(desk, &draft.value.id, chunk)?;
    change(&mut lines.value)?;
    draft.value.revision += 1;
    let entry = entry(actor, action, &draft.value).with("line", line);
    let mut writing = Writing::default();
    writing.update(lines)?;
    writing.update(draft)?;
    desk.record(writing, &[entry])
}

/// Drop a row: it will be no graduate. It stays listed, and can be restored.
pub fn drop_row(desk: &Desk, id: &DraftId, line: u32, actor: &str) -> Result<(), AppError> {
    let mut draft = load(desk, id)?;
    let review = review(desk, &draft.value)?;
    if review.header_line() == Some(line) {
        return Err(DraftError::Header { line }.into());
    }
    if !review.table.lines.iter().any(|found| found.number == line) {
        return Err(DraftError::NoLine { line }.into());
    }
    draft.value.dropped.insert(line);
    keep_dropped(desk, draft, line, "draft.drop", actor)
}

/// Take a dropped row back.
pub fn restore_row(desk: &Desk, id: &DraftId, line: u32, actor: &str) -> Result<(), AppError> {
    let mut draft = load(desk, id)?;
    match draft.value.dropped.remove(&line) {
        true => keep_dropped(desk, draft, line, "draft.restore", actor),
        false => Err(DraftError::NoLine { line }.into()),
    }
}

fn keep_dropped(
    desk: &Desk,
    mut draft: Loaded<Draft>,
    line: u32,
    action: &'static str,
    actor: &str,
) -> Result<(), AppError> {
    draft.value.revision += 1;
    let entry = entry(actor, action, &draft.value).with("line", line);
    let mut writing = Writing::default();
    writing.update(draft)?;
    desk.record(writing, &[entry])
}

/// Delete a draft with all of its lines.
pub fn delete_draft(desk: &Desk, id: &DraftId, actor: &str) -> Result<(), AppError> {
    let draft = load(desk, id)?;
    let mut writing = Writing::default();
    remove(&mut writing, &draft);
    desk.record(writing, &[entry(actor, "draft.delete", &draft.value)])
}

fn remove(writing: &mut Writing, draft: &Loaded<Draft>) {
    let id = &draft.value.id;
    writing.demand_unchanged(draft);
    writing.remove(draft_key(id));
    for (number, _) in (0..).zip(&draft.value.chunks) {
        writing.remove(chunk_key(id, number));
    }
}

/// Make a batch of a draft without problems, the way of every roster, and remove the draft in the same commit.
pub fn import_draft(
    desk: &Desk,
    room: &dyn PrintRoom,
    id: &DraftId,
    actor: &str,
) -> Result<Batch, AppError> {
    let draft = load(desk, id)?;
    let checked = review(desk, &draft.value)?.into_checked()?;
    let (batch, mut writing, imported) =
        prepare_batch(desk, room, &draft.value.cohort, &checked, actor)?;
    remove(&mut writing, &draft);
    let imported = imported
        .with("draft", draft.value.id.as_str())
        .with("uploaded_by", draft.value.uploaded_by.clone())
        .with("dropped", draft.value.dropped.len());
    desk.record(writing, &[imported])?;
    Ok(batch)
}

/// Empty the lines of every draft that hold one of the names or the staff number, in `writing`; how many lines those are.
pub(crate) fn blank_in_drafts(
    desk: &Desk,
    writing: &mut Writing,
    names: &[String],
    staff_number: Option<&str>,
) -> Result<usize, AppError> {
    let mut blanked = 0;
    for draft in list_drafts(desk)? {
        for (number, _) in (0..).zip(&draft.chunks) {
            let mut lines = load_chunk(desk, &draft.id, number)?;
            let here = crate::domain::draft::blank_lines(&mut lines.value, names, staff_number);
            if here > 0 {
                writing.update(lines)?;
                blanked += here;
            }
        }
    }
    Ok(blanked)
}
