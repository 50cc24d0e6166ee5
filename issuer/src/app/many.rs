//! Changes to many certificates: one proposal over all of them, one confirmation by another person, then commits of a
//! bounded size. Stopped half-way, such a change goes on where it was.

use std::collections::BTreeSet;

use cheti_shared::ids::CredentialId;
use cheti_shared::status::reasons::DatedReason;

use super::changes::{check_suspendable, load_change};
use super::desk::{Desk, Loaded, Writing};
use super::error::AppError;
use super::hand_out::hand_out_key;
use super::records::status_key;
use super::registry_index;
use crate::domain::audit::Entry;
use crate::domain::batch::BatchId;
use crate::domain::certificate::Standing;
use crate::domain::change::{Change, ChangeError, ChangeState, Each, RevocationReason, What};
use crate::domain::hand_out::{HandOut, HandOutError};
use crate::domain::plan::CHUNK;
use crate::domain::status_book::StatusBook;

/// The most certificates of one proposal: somebody is to look at them all.
pub const MANY: usize = 5_000;

/// How far a change to many certificates went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Went {
    /// Changed in this run.
    pub changed: u32,
    /// As the change wants them already.
    pub before: u32,
    /// Left as they are: handed out meanwhile, where what nobody came for is withdrawn.
    pub left: u32,
}

/// Each can be changed so; none is named twice, and there are not too many.
pub(crate) fn check_many(
    desk: &Desk,
    each: Each,
    certificates: &[CredentialId],
) -> Result<(), AppError> {
    let wanted = |wanted: String| AppError::Value {
        what: "the certificates to change",
        wanted,
    };
    if certificates.is_empty() || certificates.len() > MANY {
        return Err(wanted(format!("between 1 and {MANY}")));
    }
    let mut seen = BTreeSet::new();
    for id in certificates {
        let mut certificate = desk.certificate(id)?.value;
        if !seen.insert(*id.octets()) {
            let number = certificate.number;
            return Err(wanted(format!("each named once; {number} is named twice")));
        }
        if !matches!(each, Each::Revoke { .. }) {
            check_suspendable(desk, &certificate)?;
        }
        each.apply(&mut certificate)?;
    }
    Ok(())
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

/// Carry out a change to many certificates that two people decided, or go on with it. What was handed out after they
/// decided to withdraw what nobody came for stays.
pub fn carry_out(desk: &Desk, change: &str, by: &str) -> Result<Went, AppError> {
    let change = load_change(desk, change)?.value;
    let certificates = change.what.together();
    let (each, action) = match &change.what {
        What::Withdraw { .. } => {
            let reason = RevocationReason::Withdrawn;
            (Each::Revoke { reason }, change.what.action())
        }
        What::Many { each, .. } => (*each, each.action()),
        _ => {
            let wanted = "one of many certificates".to_owned();
            let what = "the change";
            return Err(AppError::Value { what, wanted });
        }
    };
    if change.state != ChangeState::Done {
        return Err(ChangeError::NotConfirmed(change.id).into());
    }
    let maker = desk.operator_of(Some(&change.proposed))?;
    let checker = desk.operator_of(change.decided.as_ref())?;
    change.check_confirmed(&maker, &checker)?;
    // Those passed before are not looked at again: what other people decided of them since stays.
    let passed = change.passed.min(certificates.len());
    let mut total = Went {
        before: u32::try_from(passed).unwrap_or(u32::MAX),
        ..Went::default()
    };
    for some in certificates[passed..].chunks(CHUNK) {
        let (went, mut writing) = change_some(desk, &change, each, some)?;
        total.changed += went.changed;
        total.before += went.before;
        total.left += went.left;
        let mut on_the_way = load_change(desk, &change.id)?;
        on_the_way.value.passed += some.len();
        writing.update(on_the_way)?;
        let mut entry = Entry::new(by, action, &change.id)
            .with("certificates", went.changed)
            .with("left", went.left);
        if let What::Withdraw { batch, .. } = &change.what {
            entry = entry.with("batch", batch.as_str());
        }
        desk.record(writing, &[entry])?;
    }
    Ok(total)
}

/// Whether a certificate stands already as the change wants it, or cannot come to stand so any more.
fn is_past(each: Each, standing: Standing) -> bool {
    match each {
        Each::Revoke { .. } => matches!(standing, Standing::Ended(_)),
        Each::Suspend => standing != Standing::Good,
        Each::Reinstate => standing != Standing::Suspended,
    }
}

fn change_some(
    desk: &Desk,
    change: &Change,
    each: Each,
    certificates: &[CredentialId],
) -> Result<(Went, Writing), AppError> {
    let date = desk.clock.now().date_at(desk.organisation()?.utc_offset);
    let no_shows = matches!(change.what, What::Withdraw { .. });
    let mut went = Went::default();
    let mut writing = Writing::default();
    let mut books: Vec<Loaded<StatusBook>> = Vec::new();
    for id in certificates {
        let mut certificate = desk.certificate(id)?;
        if is_past(each, certificate.value.current()?.standing) {
            went.before += 1;
            continue;
        }
        if no_shows {
            match desk.find::<HandOut>(hand_out_key(id))? {
                Some(record) if record.value.standing().is_some() => {
                    went.left += 1;
                    continue;
                }
                Some(record) => writing.demand_unchanged(&record),
                None => writing.demand_absent(hand_out_key(id)),
            }
        }
        let before = certificate.value.clone();
        let (list, index) = each.apply(&mut certificate.value)?;
        if books.iter().all(|book| book.value.number != list) {
            books.push(desk.load(status_key(list), "status list", &list.to_string())?);
        }
        let book = books.iter_mut().find(|book| book.value.number == list);
        let book = &mut book.ok_or(AppError::SelfCheck)?.value;
        match each {
            Each::Revoke { reason } => {
                let reason = reason.into();
                book.end(index, DatedReason { reason, date })?;
            }
            Each::Suspend => book.suspend(index, true)?,
            Each::Reinstate => book.suspend(index, false)?,
        }
        registry_index::restate(desk, &mut writing, &before, &certificate.value)?;
        writing.update(certificate)?;
        went.changed += 1;
    }
    for book in books {
        writing.update(book)?;
    }
    Ok((went, writing))
}
