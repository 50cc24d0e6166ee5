//! Count what was issued, awarded, corrected and revoked, by course and month.

use std::collections::BTreeMap;

use cheti_shared::ids::CredentialId;

use super::approve_batch::list_batches;
use super::audit::each_event;
use super::desk::Desk;
use super::error::AppError;
use crate::domain::audit::Event;
use crate::domain::batch::Batch;
use crate::domain::figures::{Counted, Figures, Subject, counted};

/// The figures of everything in the journal, months in the organisation's time.
pub fn figures(desk: &Desk) -> Result<Figures, AppError> {
    let offset = desk.organisation()?.utc_offset;
    let now = desk.clock.now();
    let month = |at: cheti_shared::time::Timestamp| month_of(&at.date_at(offset).to_string());
    let batches = list_batches(desk)?.into_iter();
    let batches: BTreeMap<String, Batch> =
        batches.map(|batch| (batch.id.to_string(), batch)).collect();
    let mut figures = Figures::new();
    let mut single: Vec<(Counted, String, Event)> = Vec::new();
    each_event(desk, |event| match counted(event) {
        Some((what, Subject::Batch(id, number))) => {
            let Some(batch) = batches.get(id) else { return };
            let place = (batch.course.clone(), month(event.at));
            figures.entry(place).or_default().add(what, number);
            if what == Counted::Issued && batch.valid_from <= now {
                let place = (batch.course.clone(), month(batch.valid_from));
                figures.entry(place).or_default().awarded += number;
            }
        }
        Some((what, Subject::Certificate(id))) => {
            single.push((what, id.to_owned(), event.clone()));
        }
        None => {}
    })?;
    for (what, id, event) in single {
        let Ok(id) = id.parse::<CredentialId>() else {
            continue;
        };
        let course = desk.certificate(&id)?.value.course;
        figures
            .entry((course, month(event.at)))
            .or_default()
            .add(what, 1);
    }
    Ok(figures)
}

/// The month of a date, such as `2026-10`.
pub(crate) fn month_of(date: &str) -> String {
    date.get(..7).unwrap_or_default().to_owned()
}
