//! Rosters: upload a spreadsheet, say what its columns are, mend what is wrong, and make a batch of it.

mod upload;

pub(super) use upload::*;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Form};
use cheti_shared::time::UtcOffset;
use serde::Deserialize;

use super::entry::Framed;
use super::gate::to;
use super::page::{Frame, Trouble, download, local, show};
use super::seats::Seat;
use super::swahili;
use super::words::Language;
use crate::app::courses::list_courses;
use crate::app::drafts::{
    delete_draft, drop_row, fix_draft, import_draft, list_drafts, map_draft, restore_row,
    show_draft, show_row,
};
use crate::domain::draft::{Draft, DraftId, Review};
use crate::domain::roster::{FieldSpec, Problem, Visibility};
use crate::http::service::{Service, Shared};

/// Lines below the header that are shown beside the columns.
const FIRST_LINES: usize = 5;
/// Problems on one page.
const PROBLEMS: usize = 100;

struct Waiting {
    id: String,
    file: String,
    cohort: String,
    course: String,
    uploaded: String,
    by: String,
}

struct CourseOption {
    code: String,
    name: String,
}

#[derive(Template)]
#[template(path = "console/rosters.html")]
struct List<'a> {
    frame: &'a Frame,
    drafts: Vec<Waiting>,
    courses: Vec<CourseOption>,
}

struct Column {
    number: usize,
    heading: String,
    role: String,
    samples: Vec<String>,
}

struct RoleOption {
    word: String,
    label: String,
}

/// A problem with a field to mend it in.
struct Wrong {
    line: u32,
    column: String,
    /// The cell to be mended, counted from 1; 0 where the whole line is meant.
    cell: usize,
    value: String,
    problem: String,
    advice: String,
    hidden: bool,
}

#[derive(Template)]
#[template(path = "console/roster.html")]
struct One<'a> {
    frame: &'a Frame,
    id: String,
    file: String,
    sheet: String,
    other_sheets: Vec<String>,
    cohort: String,
    course: String,
    award_date: String,
    mapping_trouble: String,
    columns: Vec<Column>,
    roles: Vec<RoleOption>,
    good: usize,
    problems: Vec<Wrong>,
    problem_count: usize,
    flags: Vec<String>,
    dropped: Vec<u32>,
    column_filter: String,
    column_names: Vec<String>,
    can_import: bool,
}

pub(super) async fn list(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    let gather = |service: &Service| {
        let desk = service.desk();
        let offset = desk.organisation()?.utc_offset;
        Ok((list_drafts(desk)?, list_courses(desk)?, offset))
    };
    let (drafts, courses, offset) = service.work(gather).await?;
    show(&List {
        frame: &frame,
        drafts: drafts.iter().map(|draft| waiting(draft, offset)).collect(),
        courses: courses
            .into_iter()
            .map(|course| CourseOption {
                code: course.code,
                name: course.name,
            })
            .collect(),
    })
}

fn waiting(draft: &Draft, offset: UtcOffset) -> Waiting {
    Waiting {
        id: draft.id.to_string(),
        file: draft.file.clone(),
        cohort: draft.cohort.name.clone(),
        course: draft.cohort.course.clone(),
        uploaded: local(draft.uploaded, offset),
        by: draft.uploaded_by.clone(),
    }
}

fn draft_id(frame: &Frame, text: &str) -> Result<DraftId, Trouble> {
    text.parse().map_err(|_| Trouble::not_found(frame))
}

#[derive(Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    column: String,
}

pub(super) async fn show_one(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path(draft): Path<String>,
    axum::extract::Query(filter): axum::extract::Query<Filter>,
) -> Result<Response, Trouble> {
    let id = draft_id(&frame, &draft)?;
    let gather = move |service: &Service| {
        let desk = service.desk();
        let (draft, review) = show_draft(desk, &id)?;
        let fields = desk.course(&draft.cohort.course)?.roster_fields();
        Ok((draft, review, fields))
    };
    let (draft, review, fields) = service.work(gather).await?;
    show(&one(&frame, &draft, &review, &fields, filter.column))
}

fn one<'a>(
    frame: &'a Frame,
    draft: &Draft,
    review: &Review,
    fields: &[FieldSpec],
    column_filter: String,
) -> One<'a> {
    let wrong = |problem: &Problem| wrong(problem, review, frame.language);
    let wanted = |problem: &&Problem| {
        column_filter.is_empty() || problem.column.as_deref() == Some(column_filter.as_str())
    };
    let problems = review.checked.problems.iter().filter(wanted);
    let mut column_names: Vec<String> = review
        .checked
        .problems
        .iter()
        .filter_map(|problem| problem.column.clone())
        .collect();
    column_names.sort();
    column_names.dedup();
    One {
        frame,
        id: draft.id.to_string(),
        file: draft.file.clone(),
        sheet: draft.sheet.clone(),
        other_sheets: draft.other_sheets.clone(),
        cohort: draft.cohort.name.clone(),
        course: draft.cohort.course.clone(),
        award_date: draft.cohort.award_date.to_string(),
        mapping_trouble: match &review.columns {
            Ok(_) => String::new(),
            Err(error) => frame.told(error, swahili::mapping),
        },
        columns: columns(review),
        roles: roles(frame, fields),
        good: review.checked.good.len(),
        problem_count: review.checked.problems.len(),
        problems: problems.take(PROBLEMS).map(wrong).collect(),
        flags: review
            .checked
            .flags
            .iter()
            .map(|flag| frame.told(flag, swahili::flag))
            .collect(),
        dropped: draft.dropped.iter().copied().collect(),
        column_filter,
        column_names,
        can_import: review.columns.is_ok()
            && review.checked.problems.is_empty()
            && !review.checked.good.is_empty(),
    }
}

/// Every column with its first cells. Where no header is known, the first line stands for it.
fn columns(review: &Review) -> Vec<Column> {
    let (headings, roles, header) = match &review.columns {
        Ok(columns) => {
            let roles: Vec<String> = columns.roles.iter().map(ToString::to_string).collect();
            (columns.headings.clone(), roles, columns.header_line)
        }
        Err(_) => {
            let first = review.table.lines.iter().find(|line| !line.is_blank());
            let cells = first.map(|line| line.cells.iter().map(|cell| cell.text.to_string()));
            let headings = cells.map(Iterator::collect).unwrap_or_default();
            (headings, Vec::new(), first.map_or(0, |line| line.number))
        }
    };
    let below = review
        .table
        .lines
        .iter()
        .filter(|line| line.number > header && !line.is_blank());
    let below: Vec<_> = below.take(FIRST_LINES).collect();
    let column = |(number, heading): (usize, String)| Column {
        number: number + 1,
        role: roles.get(number).cloned().unwrap_or_default(),
        samples: below
            .iter()
            .map(|line| line.text(number).to_owned())
            .collect(),
        heading,
    };
    headings.into_iter().enumerate().map(column).collect()
}

fn roles(frame: &Frame, fields: &[FieldSpec]) -> Vec<RoleOption> {
    let w = frame.w;
    let usual = [
        ("name", w.role_name),
        ("surname", w.role_surname),
        ("first_name", w.role_first_name),
        ("other_names", w.role_other_names),
        ("staff_number", w.role_staff_number),
        ("ignore", w.role_ignore),
    ];
    let usual = usual.map(|(word, label)| RoleOption {
        word: word.to_owned(),
        label: label.to_owned(),
    });
    let of_course = fields.iter().map(|field| RoleOption {
        word: field.key.clone(),
        label: field.label.clone(),
    });
    usual.into_iter().chain(of_course).collect()
}

fn wrong(problem: &Problem, review: &Review, language: Language) -> Wrong {
    let headings = review.columns.as_ref().map(|columns| &columns.headings);
    let at = |heading: &String| headings.ok()?.iter().position(|other| other == heading);
    let cell = problem.column.as_ref().and_then(at);
    let line = review
        .table
        .lines
        .iter()
        .find(|line| line.number == problem.line);
    let text = |cell: usize| line.map(|line| line.text(cell).to_owned());
    let (what, advice) = match language {
        Language::English => (problem.kind.to_string(), problem.advice()),
        Language::Swahili => swahili::problem(&problem.kind),
    };
    Wrong {
        line: problem.line,
        column: problem.column.clone().unwrap_or_default(),
        value: cell.and_then(text).unwrap_or_else(|| problem.value.clone()),
        cell: cell.map_or(0, |cell| cell + 1),
        problem: what,
        advice,
        hidden: line.is_some_and(|line| line.visibility != Visibility::Shown),
    }
}

/// `role-N` for every column N, and `heading-N`.
pub(super) async fn map(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(draft): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, Trouble> {
    let id = draft_id(&frame, &draft)?;
    let pair = |(name, role): (&String, &String)| {
        let heading = form.get(&format!("heading-{}", name.strip_prefix("role-")?))?;
        let counts = !role.is_empty() && !heading.trim().is_empty();
        counts.then(|| (heading.clone(), role.clone()))
    };
    let pairs: Vec<(String, String)> = form.iter().filter_map(pair).collect();
    let work =
        move |service: &Service| map_draft(service.desk(), &id, pairs, seat.operator.as_str());
    service.work(work).await?;
    Ok(to(&format!("/rosters/{draft}")))
}

#[derive(Deserialize)]
pub(super) struct Mended {
    line: u32,
    cell: usize,
    text: String,
}

#[derive(Deserialize)]
pub(super) struct OfLine {
    line: u32,
}

pub(super) async fn fix(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(draft): Path<String>,
    Form(mended): Form<Mended>,
) -> Result<Response, Trouble> {
    let id = draft_id(&frame, &draft)?;
    let Mended { line, cell, text } = mended;
    let missing = || Trouble::not_found(&frame);
    let column = cell.checked_sub(1).ok_or_else(missing)?;
    let work = move |service: &Service| {
        fix_draft(
            service.desk(),
            &id,
            line,
            column,
            text.trim(),
            seat.operator.as_str(),
        )
    };
    service.work(work).await?;
    Ok(to(&format!("/rosters/{draft}#problems")))
}

/// A step that is taken with one line.
type LineStep =
    fn(&crate::app::desk::Desk, &DraftId, u32, &str) -> Result<(), crate::app::error::AppError>;

async fn with_line(
    service: Shared,
    frame: &Frame,
    seat: Seat,
    draft: String,
    line: u32,
    step: LineStep,
) -> Result<Response, Trouble> {
    let id = draft_id(frame, &draft)?;
    let work = move |service: &Service| step(service.desk(), &id, line, seat.operator.as_str());
    service.work(work).await?;
    Ok(to(&format!("/rosters/{draft}#problems")))
}

pub(super) async fn drop_line(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(draft): Path<String>,
    Form(OfLine { line }): Form<OfLine>,
) -> Result<Response, Trouble> {
    with_line(service, &frame, seat, draft, line, drop_row).await
}

pub(super) async fn restore_line(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(draft): Path<String>,
    Form(OfLine { line }): Form<OfLine>,
) -> Result<Response, Trouble> {
    with_line(service, &frame, seat, draft, line, restore_row).await
}

pub(super) async fn unhide_line(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(draft): Path<String>,
    Form(OfLine { line }): Form<OfLine>,
) -> Result<Response, Trouble> {
    with_line(service, &frame, seat, draft, line, show_row).await
}

pub(super) async fn import(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(draft): Path<String>,
) -> Result<Response, Trouble> {
    let id = draft_id(&frame, &draft)?;
    let work = move |service: &Service| {
        let room = &*service.parts.room;
        import_draft(service.desk(), room, &id, seat.operator.as_str())
    };
    let batch = service.work(work).await?;
    Ok(to(&format!("/batches/{}", batch.id)))
}

pub(super) async fn delete(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(draft): Path<String>,
) -> Result<Response, Trouble> {
    let id = draft_id(&frame, &draft)?;
    let work = move |service: &Service| delete_draft(service.desk(), &id, seat.operator.as_str());
    service.work(work).await?;
    Ok(to("/rosters"))
}

/// Every problem, for whoever sent the spreadsheet.
pub(super) async fn problems_csv(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path(draft): Path<String>,
) -> Result<Response, Trouble> {
    let id = draft_id(&frame, &draft)?;
    let read = move |service: &Service| Ok(show_draft(service.desk(), &id)?.1.problems_csv());
    let csv = service.work(read).await?;
    Ok(as_csv(&format!("{draft}-problems"), csv))
}

/// A table for a spreadsheet program.
pub(super) fn as_csv(name: &str, csv: String) -> Response {
    download("text/csv; charset=utf-8", &format!("{name}.csv"), csv)
}

#[cfg(test)]
mod tests {
    use super::super::words::Language;
    use super::*;

    #[test]
    fn the_opening_is_a_time_of_the_day() {
        let frame = Frame::new(Language::English, None, &"/".parse().unwrap());
        for (text, seconds) in [("", None), ("00:00", Some(0)), ("09:30", Some(34_200))] {
            assert_eq!(opening(&frame, text).unwrap(), seconds);
        }
        for wrong in ["9", "24:00", "09:60", "-1:00", "nine"] {
            assert!(opening(&frame, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_moment_is_told_by_the_organisations_clock() {
        let at: cheti_shared::time::Timestamp = "2026-10-16T22:05:00Z".parse().unwrap();
        assert_eq!(local(at, "+03:00".parse().unwrap()), "2026-10-17 01:05");
    }
}
