//! Withdraw the certificates of a batch that nobody came for: one proposal over all of them, one confirmation by another
//! person, then commits of a bounded size. Stopped half-way, it goes on where it was.

use std::collections::BTreeSet;

use cheti_shared::ids::CredentialId;
use cheti_shared::status::reasons::{DatedReason, Reason};

use super::changes::show_change;
use super::desk::{Desk, Loaded, Writing};
use super::error::AppError;
use super::hand_out::hand_out_key;
use super::records::status_key;
use super::registry_index;
use crate::domain::audit::Entry;
use crate::domain::batch::BatchId;
use crate::domain::certificate::Standing;
use crate::domain::change::{Change, ChangeError, ChangeState, What};
use crate::domain::hand_out::{HandOut, HandOutError};
use crate::domain::plan::CHUNK;
use crate::domain::status_book::StatusBook;

/// How far a withdrawal went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Withdrawn {
    /// Withdrawn in this run.
    pub withdrawn: u32,
    /// Withdrawn or ended before.
    pub before: u32,
    /// Left as they are, since they were handed out meanwhile.
    pub left: u32,
}

/// Each is of the batch, holds, and was not handed out; none is named twice.
pub(crate) fn check_no_shows(
    desk: &Desk,
    batch: &BatchId,
    certificates: &[CredentialId],
) -> Result<(), AppError> {
    desk.batch(batch)?.value.check_issued()?;
    if certificates.is_empty() {
        let wanted = "one or more that nobody came for".to_owned();
        let what = "the certificates to withdraw";
        return Err(AppError::Value { what, wanted });
    }
    let mut seen = BTreeSet::new();
    for id in certificates {
        let certificate = desk.certificate(id)?.value;
        let handed_out = super::hand_out::standing(desk, id)?.is_some();
        let why = match certificate.current()?.standing {
            _ if certificate.batch != *batch => "is of another batch",
            _ if !seen.insert(*id.octets()) => "is named twice",
            _ if certificate.erased.is_some() => "was erased",
            _ if handed_out => "was handed out",
            Standing::Ended(_) => "has ended already",
            Standing::Good | Standing::Suspended => continue,
        };
        let number = certificate.number;
        return Err(HandOutError::NotANoShow { number, why }.into());
    }
    Ok(())
}

/// Carry out a withdrawal that two people decided, or go on with it. What was handed out after they decided stays.
pub fn carry_out(desk: &Desk, change: &str, by: &str) -> Result<Withdrawn, AppError> {
    let change = show_change(desk, change)?;
    let What::Withdraw {
        batch,
        certificates,
    } = &change.what
    else {
        let wanted = "the withdrawal of what nobody came for".to_owned();
        let what = "the change";
        return Err(AppError::Value { what, wanted });
    };
    if change.state != ChangeState::Done {
        return Err(ChangeError::NotConfirmed(change.id).into());
    }
    let maker = desk.operator_of(Some(&change.proposed))?;
    let checker = desk.operator_of(change.decided.as_ref())?;
    change.check_confirmed(&maker, &checker)?;
    let mut total = Withdrawn::default();
    for some in certificates.chunks(CHUNK) {
        let done = withdraw(desk, &change, batch, some, by)?;
        total.withdrawn += done.withdrawn;
        total.before += done.before;
        total.left += done.left;
    }
    Ok(total)
}

fn withdraw(
    desk: &Desk,
    change: &Change,
    batch: &BatchId,
    certificates: &[CredentialId],
    by: &str,
) -> Result<Withdrawn, AppError> {
    let reason = Reason::Withdrawn;
    let date = desk.clock.now().date_at(desk.organisation()?.utc_offset);
    let mut done = Withdrawn::default();
    let mut writing = Writing::default();
    let mut books: Vec<Loaded<StatusBook>> = Vec::new();
    for id in certificates {
        let mut certificate = desk.certificate(id)?;
        if matches!(certificate.value.current()?.standing, Standing::Ended(_)) {
            done.before += 1;
            continue;
        }
        match desk.find::<HandOut>(hand_out_key(id))? {
            Some(record) if record.value.standing().is_some() => {
                done.left += 1;
                continue;
            }
            Some(record) => writing.demand_unchanged(&record),
            None => writing.demand_absent(hand_out_key(id)),
        }
        let before = certificate.value.clone();
        let (list, index) = certificate.value.end(reason)?;
        if books.iter().all(|book| book.value.number != list) {
            books.push(desk.load(status_key(list), "status list", &list.to_string())?);
        }
        let book = books.iter_mut().find(|book| book.value.number == list);
        let book = book.ok_or(AppError::SelfCheck)?;
        book.value.end(index, DatedReason { reason, date })?;
        registry_index::restate(desk, &mut writing, &before, &certificate.value)?;
        writing.update(certificate)?;
        done.withdrawn += 1;
    }
    if done.withdrawn == 0 {
        return Ok(done);
    }
    for book in books {
        writing.update(book)?;
    }
    let entry = Entry::new(by, "certificate.withdraw", &change.id)
        .with("batch", batch.as_str())
        .with("certificates", done.withdrawn)
        .with("left", done.left);
    desk.record(writing, &[entry])?;
    Ok(done)
}
