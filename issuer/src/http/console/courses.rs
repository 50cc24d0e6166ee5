//! Courses: which there are, how their certificates look, and a new one from its files.

use std::collections::BTreeMap;

use askama::Template;
use axum::Extension;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};

use super::entry::Framed;
use super::gate::{manages, to};
use super::page::{Frame, Trouble, show};
use super::rosters::broken_upload;
use super::seats::Seat;
use crate::app::courses::{add_course_from, list_courses, picture_of};
use crate::app::error::AppError;
use crate::app::kits::FileWanted;
use crate::domain::course::{Course, Field, StatusChoice};
use crate::http::service::{Service, Shared};

/// How wide a course's picture is, in pixels.
const PICTURE: u32 = 1_000;

struct Shown {
    code: String,
    name: String,
    partner: String,
    fields: Vec<String>,
    retain_years: String,
    can_suspend: bool,
}

#[derive(Template)]
#[template(path = "console/courses.html")]
struct List<'a> {
    frame: &'a Frame,
    courses: Vec<Shown>,
    may_add: bool,
}

fn shown(course: Course) -> Shown {
    let field = |field: &Field| match field.allowed.is_empty() {
        true => field.label.clone(),
        false => format!("{} ({})", field.label, field.allowed.join(", ")),
    };
    Shown {
        fields: course.fields.iter().map(field).collect(),
        can_suspend: course.status == StatusChoice::Suspension,
        retain_years: course
            .retain_years
            .map_or_else(String::new, |years| years.to_string()),
        partner: course
            .partner
            .map(|partner| partner.name)
            .unwrap_or_default(),
        code: course.code,
        name: course.name,
    }
}

pub(super) async fn list(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    let gather = |service: &Service| {
        let desk = service.desk();
        Ok((list_courses(desk)?, desk.appointing()?))
    };
    let (courses, needed) = service.work(gather).await?;
    show(&List {
        may_add: frame.who.as_ref().is_some_and(|who| who.may(needed)),
        courses: courses.into_iter().map(shown).collect(),
        frame: &frame,
    })
}

/// What a certificate of the course looks like.
pub(super) async fn picture(
    State(service): State<Shared>,
    Path(code): Path<String>,
) -> Result<Response, Trouble> {
    let draw =
        move |service: &Service| picture_of(service.desk(), &*service.parts.room, &code, PICTURE);
    let png = service.work(draw).await?;
    Ok(([(CONTENT_TYPE, "image/png")], png).into_response())
}

/// A course file and those that it names: a new course, or another edition of one. Whoever manages the people manages these.
pub(super) async fn add(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Trouble> {
    manages(&service, &seat).await?;
    let mut parts = parts.map_err(|_| Trouble::form(frame.w.form_wrong))?;
    let broken = |error| broken_upload(&frame, &error);
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.file_name().unwrap_or_default().to_owned();
        let octets = part.bytes().await.map_err(broken)?;
        if !name.is_empty() && files.insert(name, octets.to_vec()).is_some() {
            return Err(Trouble::form(frame.w.course_file_twice));
        }
    }
    let is_course = |name: &&String| name.to_lowercase().ends_with(".toml");
    let names: Vec<String> = files.keys().filter(is_course).cloned().collect();
    let [name] = names.as_slice() else {
        return Err(Trouble::form(frame.w.course_file_one));
    };
    let text = files
        .remove(name)
        .and_then(|octets| String::from_utf8(octets).ok());
    let text = text.ok_or_else(|| Trouble::form(frame.w.course_file_text))?;
    let missing = frame.w.course_file_missing;
    let work = move |service: &Service| {
        let (desk, room) = (service.desk(), &*service.parts.room);
        let read = |wanted: &FileWanted<'_>| {
            let found = files.get(wanted.name);
            found.cloned().ok_or_else(|| AppError::PrintFile {
                key: wanted.key.clone(),
                file: wanted.name.to_owned(),
                what: missing.to_owned(),
            })
        };
        add_course_from(desk, room, &text, &read, seat.operator.as_str())
    };
    service.work(work).await?;
    Ok(to("/courses"))
}
