//! Courses: add one or change it, list them; endorse somebody's.

use super::check_design::try_kit;
use super::desk::{Desk, Writing};
use super::error::AppError;
use super::kits::{FileWanted, ReadBeside, build_kit, keep_kit, kit_of_course, within};
use super::ports::press::PrintRoom;
use super::ports::store::Collection;
use super::records::course_key;
use super::specimen::{Specimens, USUAL_NAME};
use crate::domain::audit::Entry;
use crate::domain::course::{Course, CourseError};
use crate::domain::print_kit::PrintKit;

use super::ports::{Clock, Entropy};
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::credential::endorsement::{Endorsement, Standing, Statement};
use cheti_shared::ids::{CredentialId, Digest};
use cheti_shared::key::Signer;
use cheti_shared::limits::ENDORSEMENT_BYTES;

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
    let added = add_course_with(desk, file, Beside::default(), actor)?;
    Ok((added.course, added.template))
}

/// What lies beside a course file.
#[derive(Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The file of the endorsement that it names.
    pub endorsement: Option<&'a [u8]>,
    /// The kit made of its `[print]`, and the press to try it in.
    pub print: Option<(&'a PrintKit, &'a dyn PrintRoom)>,
}

/// As [`add_course`], with what the course file names beside it. A kit that cannot be printed with is refused.
pub fn add_course_with(
    desk: &Desk,
    file: &str,
    beside: Beside<'_>,
    actor: &str,
) -> Result<Added, AppError> {
    let mut course = Course::parse(file)?;
    let organisation = desk.organisation()?;
    let endorsement = course.endorse(beside.endorsement, &organisation)?;
    let key = desk.active_key(KeyRole::Issuing)?;
    let template = course.template(&organisation, &key)?;
    let mut writing = Writing::default();
    desk.keep_template(&mut writing, &template)?;
    course.kit = match (&course.print, beside.print) {
        (None, None) => None,
        (Some(_), Some((kit, room))) => {
            let specimens = Specimens::new(Some(&course), Some(&organisation))?;
            try_kit(room, kit, &specimens).map_err(|error| match error {
                AppError::Press(error) => AppError::Design(error),
                other => other,
            })?;
            Some(keep_kit(desk, &mut writing, kit)?)
        }
        _ => return Err(CourseError::PrintFiles.into()),
    };
    let before = desk.find(course_key(&course.code))?;
    writing.upsert(course_key(&course.code), before, course.clone())?;
    let mut entry = Entry::new(actor, "course.add", &course.code)
        .with("template", template.digest().to_string());
    if let Some(kit) = &course.kit {
        entry = entry.with("kit", kit.to_string());
    }
    desk.record(writing, &[entry])?;
    Ok(Added {
        course,
        template: template.digest(),
        endorsement,
    })
}

/// Add a course from its file and those that it names, whoever has them. One that is larger than its limit is refused.
pub fn add_course_from<E: From<AppError>>(
    desk: &Desk,
    room: &dyn PrintRoom,
    file: &str,
    read: ReadBeside<'_, E>,
    actor: &str,
) -> Result<Added, E> {
    let named = Course::parse(file).map_err(AppError::from)?;
    let endorsement = named.endorsement_file().map(|name| {
        let key = "endorsement".to_owned();
        let limit = ENDORSEMENT_BYTES;
        let wanted = FileWanted { key, name, limit };
        Ok::<_, E>(within(&wanted, read(&wanted)?)?)
    });
    let endorsement = endorsement.transpose()?;
    let table = named.print.as_ref();
    let kit = table.map(|table| build_kit(room, Some(table), read));
    let kit = kit.transpose()?;
    let beside = Beside {
        endorsement: endorsement.as_deref(),
        print: kit.as_ref().map(|kit| (kit, room)),
    };
    Ok(add_course_with(desk, file, beside, actor)?)
}

/// A certificate of nobody as this course's will look, as a picture of `width` pixels (PNG).
pub fn picture_of(
    desk: &Desk,
    room: &dyn PrintRoom,
    code: &str,
    width: u32,
) -> Result<Vec<u8>, AppError> {
    let (course, organisation) = (desk.course(code)?, desk.organisation()?);
    let kit = kit_of_course(desk, room, &course)?;
    let specimens = Specimens::new(Some(&course), Some(&organisation))?;
    let specimen = specimens.of(USUAL_NAME)?;
    Ok(room.press(&kit)?.preview(&specimen.sheet(), width)?)
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
