//! Courses: add one or change it, list them; endorse somebody's.

use super::desk::{Desk, Writing};
use super::error::AppError;
use super::ports::store::Collection;
use super::records::course_key;
use crate::domain::audit::Entry;
use crate::domain::course::{Course, CourseError};

use super::ports::{Clock, Entropy};
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::credential::endorsement::{Endorsement, Standing, Statement};
use cheti_shared::ids::{CredentialId, Digest};
use cheti_shared::key::Signer;

/// A course that was added.
#[derive(Clone, Debug)]
pub struct Added {
    /// The course.
    pub course: Course,
    /// The digest of its template.
    pub template: Digest,
    /// What is known of its endorsement's proofs, where it has one.
    pub endorsement: Option<Standing>,
}

/// Add a course from its file, or replace it. Templates that were published stay as they are; an edit makes a new one.
pub fn add_course(desk: &Desk, file: &str, actor: &str) -> Result<(Course, Digest), AppError> {
    let added = add_endorsed_course(desk, file, None, actor)?;
    Ok((added.course, added.template))
}

/// As [`add_course`], with the file of the endorsement that the course file names.
pub fn add_endorsed_course(
    desk: &Desk,
    file: &str,
    endorsement: Option<&[u8]>,
    actor: &str,
) -> Result<Added, AppError> {
    let mut course = Course::parse(file)?;
    let organisation = desk.organisation()?;
    let endorsement = course.endorse(endorsement, &organisation)?;
    let key = desk.active_key(KeyRole::Issuing)?;
    let template = course.template(&organisation, &key)?;
    let mut writing = Writing::default();
    desk.keep_template(&mut writing, &template)?;
    let before = desk.find(course_key(&course.code))?;
    writing.upsert(course_key(&course.code), before, course.clone())?;
    let entry = Entry::new(actor, "course.add", &course.code)
        .with("template", template.digest().to_string());
    desk.record(writing, &[entry])?;
    Ok(Added {
        course,
        template: template.digest(),
        endorsement,
    })
}

/// Endorse an achievement with one's own key, as a training partner does: needs no store.
pub fn endorse(
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    key: &dyn Signer,
    (endorser, achievement, comment): (&str, &str, &str),
) -> Result<Endorsement, AppError> {
    let mut octets = [0; 16];
    entropy.fill(&mut octets)?;
    let statement = Statement {
        id: CredentialId::from_random(octets),
        endorser: endorser.to_owned(),
        achievement: achievement.to_owned(),
        comment: comment.to_owned(),
    };
    let signed = Endorsement::sign(&statement, clock.now(), key);
    Ok(signed.map_err(CourseError::from)?)
}

/// Every course, by code.
pub fn list_courses(desk: &Desk) -> Result<Vec<Course>, AppError> {
    desk.all(Collection::Course, b"")
}
