//! Courses: add one or change it, list them.

use super::desk::{Desk, Writing};
use super::error::AppError;
use super::ports::store::Collection;
use super::records::course_key;
use crate::domain::audit::Entry;
use crate::domain::course::Course;

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::ids::Digest;

/// Add a course from its file, or replace it. Templates that were published stay as they are; an edit makes a new one.
pub fn add_course(desk: &Desk, file: &str, actor: &str) -> Result<(Course, Digest), AppError> {
    let course = Course::parse(file)?;
    let key = desk.active_key(KeyRole::Issuing)?;
    let template = course.template(&desk.organisation()?, &key)?;
    let mut writing = Writing::default();
    desk.keep_template(&mut writing, &template)?;
    let before = desk.find(course_key(&course.code))?;
    writing.upsert(course_key(&course.code), before, course.clone())?;
    let entry = Entry::new(actor, "course.add", &course.code)
        .with("template", template.digest().to_string());
    desk.record(writing, &[entry])?;
    Ok((course, template.digest()))
}

/// Every course, by code.
pub fn list_courses(desk: &Desk) -> Result<Vec<Course>, AppError> {
    desk.all(Collection::Course, b"")
}
