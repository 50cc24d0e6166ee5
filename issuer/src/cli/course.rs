//! `course`: add, list, show; `endorse`.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::Session;
use super::args::{Course, Endorse};
use super::failure::Failure;
use super::output::{read_file, say, write_whole};
use super::passphrase::{For, Passphrases};
use super::printing::read_design;
use crate::app::courses::{add_course_from, endorse as sign_endorsement, list_courses};
use crate::app::error::AppError;
use crate::app::kits::{FileWanted, build_kit};
use crate::app::ports::press::PrintRoom;
use crate::compose::{SystemClock, SystemEntropy, open_key};
use crate::domain::course::Course as CourseFile;
use crate::domain::print_kit::PrintKit;
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::credential::endorsement::{Endorsement, Standing};

/// A course file is a page of text.
const COURSE_BYTES: usize = 64 << 10;

pub(crate) fn course(session: &Session, command: &Course) -> Result<ExitCode, Failure> {
    let desk = &session.house.desk;
    match command {
        Course::Add { file } => add(session, file)?,
        Course::List => {
            let courses = list_courses(desk)?;
            let lines: Vec<String> = courses
                .iter()
                .map(|course| format!("{:<12} {}", course.code, course.name))
                .collect();
            session.say(&lines.join("\n"), &courses);
        }
        Course::Show { code } => {
            let course = desk.course(code)?;
            let template = course
                .template(&desk.organisation()?, &desk.active_key(KeyRole::Issuing)?)
                .map_err(crate::app::error::AppError::from)?;
            let achievement = course.achievement_id(&desk.organisation()?);
            let shown = json!({"course": course, "achievement": achievement, "templateDigest": template.digest(), "template": template.to_json()});
            session.say(
                &serde_json::to_string_pretty(&shown).unwrap_or_default(),
                &shown,
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn add(session: &Session, file: &Path) -> Result<(), Failure> {
    let (text, _) = read_course(file)?;
    let (desk, room) = (&session.house.desk, &*session.house.room);
    let read = |wanted: &FileWanted<'_>| read_beside(room, file, wanted);
    let added = add_course_from(desk, room, &text, &read, "system")?;
    let (course, template) = (added.course, added.template);
    let mut words = format!(
        "Course {} ({}) is ready; its template is {template}.",
        course.code, course.name
    );
    match added.endorsement {
        None => {}
        Some(Standing::Verified) => words.push_str(" Its endorsement was checked."),
        Some(Standing::NotChecked) => words.push_str(
            " Its endorsement's signature was NOT checked, since its key has to be fetched: check it with its maker.",
        ),
    }
    let endorsement = added.endorsement.map(|it| it == Standing::Verified);
    session.say(
        &words,
        &json!({"code": course.code, "template": template, "kit": course.kit, "endorsementChecked": endorsement}),
    );
    Ok(())
}

/// Read a course file: its text, and what it says.
pub(crate) fn read_course(file: &Path) -> Result<(String, CourseFile), Failure> {
    let not_text = |_| {
        Failure::usage(
            format!("{} is not a text file", file.display()),
            "write it in UTF-8",
        )
    };
    let text = String::from_utf8(read_file(file, COURSE_BYTES)?).map_err(not_text)?;
    let named = CourseFile::parse(&text).map_err(AppError::from)?;
    Ok((text, named))
}

/// The kit of a course file's `[print]`, its files read from beside it; none where the course has no such table.
pub(crate) fn kit_beside(
    room: &dyn PrintRoom,
    file: &Path,
    course: &CourseFile,
) -> Result<Option<PrintKit>, Failure> {
    let Some(table) = &course.print else {
        return Ok(None);
    };
    let read = |wanted: &FileWanted<'_>| read_beside(room, file, wanted);
    build_kit(room, Some(table), &read).map(Some)
}

fn read_beside(
    room: &dyn PrintRoom,
    file: &Path,
    wanted: &FileWanted<'_>,
) -> Result<Vec<u8>, Failure> {
    let path = file.with_file_name(wanted.name);
    let octets = match wanted.key.as_str() {
        "print.design" => read_design(room, &path, wanted.limit),
        _ => read_file(&path, wanted.limit),
    };
    octets.map_err(|failure| failure.of(&wanted.key))
}

pub(crate) fn endorse(
    passphrases: &Passphrases,
    args: &Endorse,
    json: bool,
) -> Result<ExitCode, Failure> {
    let key = open_key(&args.key, &passphrases.find("partner", For::Opening)?)?;
    let words = (
        args.name.as_str(),
        args.achievement.as_str(),
        args.comment.as_str(),
    );
    let endorsement = sign_endorsement(&SystemClock, &SystemEntropy, &key, words)?;
    let octets = serde_json::to_vec_pretty(endorsement.document()).unwrap_or_default();
    // What the issuer would refuse is better said here.
    Endorsement::parse(&octets).map_err(|error| {
        Failure::usage(
            error.to_string(),
            "nothing was written; shorten the comment",
        )
    })?;
    write_whole(&args.out, &octets).map_err(|error| Failure::file("written", &args.out, &error))?;
    let told = format!(
        "{} endorses {}. Give {} to the issuer, who puts it beside the course file.",
        endorsement.issuer(),
        args.achievement,
        args.out.display()
    );
    say(json, &told, endorsement.document());
    Ok(ExitCode::SUCCESS)
}
