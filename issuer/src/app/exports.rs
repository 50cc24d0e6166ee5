//! Lists of certificates as CSV files that no spreadsheet takes for formulas (THREATS 12).

use super::desk::Desk;
use super::error::AppError;
use super::search::{HITS_MAX, Hit, Question, search};
use crate::domain::course::Course;
use crate::domain::csv::{BYTE_ORDER_MARK, write_line};
use crate::domain::search::State;

/// Whether a list names staff numbers: they are the only identifiers held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffNumbers {
    /// They are left out.
    LeftOut,
    /// The officer asked for them.
    Included,
}

const COLUMNS: [&str; 9] = [
    "Certificate number",
    "Name",
    "Course",
    "Cohort",
    "Award date",
    "State",
    "Version",
    "Batch",
    "Credential id",
];

/// The columns of the learner list, each with what it answers. The Kenya National Qualifications Framework Act (No. 22 of
/// 2014) has awarding institutions send KNQA the list of those they gave qualifications to; its draft regulations of 2023
/// name learner, qualification, level and institution, "in a prescribed format" that is not published. So headings are in
/// plain words, to be renamed where KNQA asks for others.
pub const LEARNER_COLUMNS: [(&str, &str); 8] = [
    ("Learner name", "the learner"),
    (
        "Certificate number",
        "the learner's record, as the institution numbers it",
    ),
    ("Qualification", "the qualification: the course's name"),
    (
        "Qualification code",
        "the qualification as the institution codes it",
    ),
    ("KNQF level", "the level, where the course file has one"),
    (
        "Awarding institution",
        "the institution: the organisation's name",
    ),
    (
        "Training partner",
        "who trained, where the course file has one",
    ),
    ("Date of award", "when the qualification was given"),
];

/// Every certificate that answers the question, as a CSV, told piece by piece so that a long one is never whole in memory.
pub fn search_csv(
    desk: &Desk,
    question: &Question,
    staff_numbers: StaffNumbers,
    write: &mut dyn FnMut(&str) -> Result<(), AppError>,
) -> Result<u64, AppError> {
    let staff = (staff_numbers == StaffNumbers::Included).then_some("Staff number");
    let mut head = String::from(BYTE_ORDER_MARK);
    write_line(&mut head, ',', COLUMNS.into_iter().chain(staff));
    write(&head)?;
    each_hit(desk, question, &mut |hit| {
        let version = hit.version.to_string();
        let (date, id) = (hit.award_date.to_string(), hit.id.to_string());
        let cells = [
            hit.number.as_str(),
            &hit.name,
            &hit.course,
            &hit.cohort,
            &date,
            hit.state.word(),
            &version,
            hit.batch.as_str(),
            &id,
        ];
        let number = hit.staff_number.as_deref().unwrap_or_default();
        let mut line = String::new();
        write_line(
            &mut line,
            ',',
            cells.into_iter().chain(staff.map(|_| number)),
        );
        write(&line)
    })
}

/// Those whose award holds, as KNQA asks for them; see [`LEARNER_COLUMNS`]. No number of a person is in it unless the officer
/// asks for staff numbers.
pub fn learner_list(
    desk: &Desk,
    question: &Question,
    staff_numbers: StaffNumbers,
    write: &mut dyn FnMut(&str) -> Result<(), AppError>,
) -> Result<u64, AppError> {
    let institution = desk.organisation()?.name;
    let staff = (staff_numbers == StaffNumbers::Included).then_some("Staff number");
    let mut head = String::from(BYTE_ORDER_MARK);
    let headings = LEARNER_COLUMNS.iter().map(|(heading, _)| *heading);
    write_line(&mut head, ',', headings.chain(staff));
    write(&head)?;
    let (mut count, mut course) = (0, None::<Course>);
    let now = desk.clock.now();
    each_hit(desk, question, &mut |hit| {
        let holds = matches!(hit.state, State::Good | State::Corrected);
        if !holds || hit.valid_from > now {
            return Ok(());
        }
        let of_hit = course.take().filter(|course| course.code == hit.course);
        let course = course.insert(match of_hit {
            Some(course) => course,
            None => desk.course(&hit.course)?,
        });
        let partner = course.partner.as_ref().map(|partner| partner.name.as_str());
        let date = hit.award_date.to_string();
        let cells = [
            hit.name.as_str(),
            &hit.number,
            &course.name,
            &course.code,
            course.level.as_deref().unwrap_or_default(),
            &institution,
            partner.unwrap_or_default(),
            &date,
        ];
        let number = hit.staff_number.as_deref().unwrap_or_default();
        let mut line = String::new();
        write_line(
            &mut line,
            ',',
            cells.into_iter().chain(staff.map(|_| number)),
        );
        count += 1;
        write(&line)
    })?;
    Ok(count)
}

fn each_hit(
    desk: &Desk,
    question: &Question,
    visit: &mut dyn FnMut(&Hit) -> Result<(), AppError>,
) -> Result<u64, AppError> {
    let (mut from, mut count) = (None, 0);
    loop {
        let found = search(desk, question, from, HITS_MAX)?;
        for hit in &found.hits {
            visit(hit)?;
            count += 1;
        }
        match found.next {
            Some(next) => from = Some(next),
            None => return Ok(count),
        }
    }
}
