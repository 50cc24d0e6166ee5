//! Submit a batch, and approve or reject it: two people, two keys, one digest.

use cheti_shared::key::Signer;

use super::desk::{Desk, Writing};
use super::error::AppError;
use super::ports::store::Collection;
use crate::domain::audit::Entry;
use crate::domain::batch::{Batch, BatchId};
use crate::domain::operator::OperatorId;
use crate::domain::statement::{Act, Statement};

/// One officer submits the batch under their own signature.
pub fn submit_batch(
    desk: &Desk,
    id: &BatchId,
    by: &OperatorId,
    key: &dyn Signer,
) -> Result<Batch, AppError> {
    let mut batch = desk.batch(id)?;
    let operator = desk.operator(by)?;
    let statement =
        Statement::new(Act::Submit, batch.value.digest, by, desk.clock.now()).sign(key)?;
    batch.value.submit(statement, &operator)?;
    keep(desk, batch, "batch.submit", by)
}

/// A different officer approves the batch under their own signature.
pub fn approve_batch(
    desk: &Desk,
    id: &BatchId,
    by: &OperatorId,
    key: &dyn Signer,
) -> Result<Batch, AppError> {
    let mut batch = desk.batch(id)?;
    let (maker, operator) = (
        desk.operator_of(batch.value.submitted.as_ref()),
        desk.operator(by)?,
    );
    let statement =
        Statement::new(Act::Approve, batch.value.digest, by, desk.clock.now()).sign(key)?;
    batch.value.approve(
        statement,
        &maker.unwrap_or_else(|_| operator.clone()),
        &operator,
    )?;
    keep(desk, batch, "batch.approve", by)
}

/// A different officer rejects the batch, with a reason.
pub fn reject_batch(
    desk: &Desk,
    id: &BatchId,
    by: &OperatorId,
    key: &dyn Signer,
    reason: &str,
) -> Result<Batch, AppError> {
    let mut batch = desk.batch(id)?;
    let (maker, operator) = (
        desk.operator_of(batch.value.submitted.as_ref()),
        desk.operator(by)?,
    );
    let statement =
        Statement::new(Act::Reject, batch.value.digest, by, desk.clock.now()).sign(key)?;
    batch.value.reject(
        statement,
        &maker.unwrap_or_else(|_| operator.clone()),
        &operator,
        reason,
    )?;
    keep(desk, batch, "batch.reject", by)
}

fn keep(
    desk: &Desk,
    batch: super::desk::Loaded<Batch>,
    action: &'static str,
    by: &OperatorId,
) -> Result<Batch, AppError> {
    let after = batch.value.clone();
    let mut writing = Writing::default();
    writing.update(batch)?;
    let entry = Entry::new(by, action, &after.id).with("digest", after.digest.to_string());
    desk.record(writing, &[entry])?;
    Ok(after)
}

/// A batch by its id.
pub fn show_batch(desk: &Desk, id: &BatchId) -> Result<Batch, AppError> {
    Ok(desk.batch(id)?.value)
}

/// Every batch, newest first.
pub fn list_batches(desk: &Desk) -> Result<Vec<Batch>, AppError> {
    let mut batches: Vec<Batch> = desk.all(Collection::Batch, b"")?;
    batches.sort_by_key(|batch| std::cmp::Reverse(batch.imported));
    Ok(batches)
}
