//! `course`: add, list, show.

use std::process::ExitCode;

use serde_json::json;

use super::Session;
use super::args::Course;
use super::failure::Failure;
use super::output::read_file;
use crate::app::courses::{add_course, list_courses};
use cheti_shared::bundle::trust_list::KeyRole;

/// A course file is a page of text.
const COURSE_BYTES: usize = 64 << 10;

pub(crate) fn course(session: &Session, command: &Course) -> Result<ExitCode, Failure> {
    let desk = &session.house.desk;
    match command {
        Course::Add { file } => {
            let text = read_file(file, COURSE_BYTES)?;
            let not_text = |_| {
                Failure::usage(
                    format!("{} is not a text file", file.display()),
                    "write it in UTF-8",
                )
            };
            let text = String::from_utf8(text).map_err(not_text)?;
            let (course, template) = add_course(desk, &text, "system")?;
            let words = format!(
                "Course {} ({}) is ready; its template is {template}.",
                course.code, course.name
            );
            session.say(&words, &json!({"code": course.code, "template": template}));
        }
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
            let shown = json!({"course": course, "templateDigest": template.digest(), "template": template.to_json()});
            session.say(
                &serde_json::to_string_pretty(&shown).unwrap_or_default(),
                &shown,
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}
