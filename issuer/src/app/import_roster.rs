//! Import a roster: checked graduates become a batch that nobody has vouched for yet.

use std::collections::BTreeMap;

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::credential::draft::Form;
use cheti_shared::ids::{CredentialId, Digest, ListNumber, StatusIndex};
use cheti_shared::qr::codec::Codec;

use super::desk::{Desk, Writing};
use super::error::AppError;
use super::kits::{keep_kit, kit_of_course};
use super::ports::press::{Press, PrintRoom};
use super::ports::store::Collection;
use super::records::{batch_key, numbered};
use crate::domain::audit::Entry;
use crate::domain::batch::{Batch, BatchId, BatchState, Graduate};
use crate::domain::course::Course;
pub use crate::domain::draft::Cohort;
use crate::domain::plan::{Inputs, valid_until};
use crate::domain::roster::Checked;

/// Save the good rows of a checked roster as a batch. Whether rows with problems may be left out is for the caller to
/// have decided; every graduate's certificate is tried here, so that nothing fails at the ceremony.
pub fn import_roster(
    desk: &Desk,
    room: &dyn PrintRoom,
    cohort: &Cohort,
    checked: &Checked,
    actor: &str,
) -> Result<Batch, AppError> {
    let (batch, writing, entry) = prepare_batch(desk, room, cohort, checked, actor)?;
    desk.record(writing, &[entry])?;
    Ok(batch)
}

/// The batch of a checked roster, what is to be written for it and what the journal will say; nothing is written yet.
pub(crate) fn prepare_batch(
    desk: &Desk,
    room: &dyn PrintRoom,
    cohort: &Cohort,
    checked: &Checked,
    actor: &str,
) -> Result<(Batch, Writing, Entry), AppError> {
    let course = desk.course(&cohort.course)?;
    let organisation = desk.organisation()?;
    check_cohort_name(&cohort.name)?;
    let template = course.template(&organisation, &desk.active_key(KeyRole::Issuing)?)?;
    let valid_from = cohort
        .valid_from
        .unwrap_or_else(|| cohort.award_date.start_at(organisation.utc_offset));
    let graduates: Vec<Graduate> = checked.good.iter().map(graduate).collect();
    if graduates.is_empty() {
        let wanted = "one or more people who can be certified".to_owned();
        return Err(AppError::Value {
            what: "the graduates",
            wanted,
        });
    }
    let mut writing = Writing::default();
    let kit = kit_of_course(desk, room, &course)?;
    let press = room.press(&kit)?;
    let mut batch = Batch {
        id: BatchId::from_random(desk.random()?),
        course: course.code.clone(),
        template: template.digest(),
        design: keep_kit(desk, &mut writing, &kit)?.to_string(),
        cohort: cohort.name.clone(),
        award_date: cohort.award_date,
        valid_from,
        graduates: u32::try_from(graduates.len()).unwrap_or(u32::MAX),
        digest: Digest::of(b""),
        imported: desk.clock.now(),
        flags: checked.flags.clone(),
        state: BatchState::Imported,
        submitted: None,
        decided: None,
        rejection: None,
    };
    batch.digest = batch.digest_of(&graduates);
    try_certificates(
        &Form::new(template.clone())?,
        &*press,
        &course,
        &batch,
        &graduates,
    )?;

    desk.keep_template(&mut writing, &template)?;
    writing.create(batch_key(&batch.id), &batch)?;
    for (number, graduate) in (0..).zip(&graduates) {
        writing.create(numbered(Collection::Row, &batch.id, number), graduate)?;
    }
    let entry = Entry::new(actor, "batch.import", &batch.id)
        .with("course", batch.course.clone())
        .with("graduates", batch.graduates)
        .with("kit", batch.design.clone())
        .with("digest", batch.digest.to_string());
    Ok((batch, writing, entry))
}

fn graduate(row: &crate::domain::roster::Row) -> Graduate {
    Graduate {
        line: row.line,
        name: row.name.clone(),
        staff_number: row.staff_number.clone(),
        extras: row.extras.clone().into_iter().collect::<BTreeMap<_, _>>(),
    }
}

fn check_cohort_name(name: &str) -> Result<(), AppError> {
    let fits = Codec::Text.encode(name, &mut Vec::new()).is_ok() && !name.trim().is_empty();
    match fits {
        true => Ok(()),
        false => {
            let wanted = "a text of at most 120 bytes without control characters".to_owned();
            Err(AppError::Value {
                what: "the cohort",
                wanted,
            })
        }
    }
}

/// Fill and lint every certificate with stand-in numbers, and ask the press whether it has every letter.
fn try_certificates(
    form: &Form,
    press: &dyn Press,
    course: &Course,
    batch: &Batch,
    graduates: &[Graduate],
) -> Result<(), AppError> {
    let mut problems = Vec::new();
    for graduate in graduates {
        let inputs = Inputs {
            course,
            template: form.template(),
            graduate,
            cohort: &batch.cohort,
            id: CredentialId::from_random([0; 16]),
            number: (batch.award_date.year(), 1),
            awarded: batch.award_date,
            from: batch.valid_from,
            until: valid_until(course, batch.valid_from),
            created: batch.imported,
            status: (ListNumber(1), StatusIndex(0)),
        };
        let line = graduate.line;
        if let Err(error) = form
            .draft(inputs.values())
            .and_then(|draft| draft.lint().map(|_| ()))
        {
            problems.push(format!("line {line}: {error}"));
        }
        if let Err(error) = press.can_print(graduate.name.as_str()) {
            problems.push(format!("line {line}: {error}"));
        }
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(AppError::Rows(problems)),
    }
}
