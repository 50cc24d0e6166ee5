//! Submit a batch, and approve or reject it: two people, two keys, one digest.

use cheti_shared::key::Signer;

use super::desk::{Desk, Writing};
use super::error::AppError;
use super::ports::store::Collection;
use crate::domain::audit::Entry;
use crate::domain::batch::{Batch, BatchError, BatchId};
use crate::domain::operator::{Operator, OperatorId};
use crate::domain::role::Permission;
use crate::domain::statement::{Act, SignedStatement, Statement};

/// One officer submits the batch under their own signature.
pub fn submit_batch(
    desk: &Desk,
    id: &BatchId,
    by: &OperatorId,
    key: &dyn Signer,
) -> Result<Batch, AppError> {
    let mut batch = desk.batch(id)?;
    let operator = desk.permitted(by, Permission::Prepare)?;
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
    decide(
        desk,
        id,
        by,
        key,
        Act::Approve,
        |batch, statement, maker, checker| batch.approve(statement, maker, checker),
    )
}

/// A different officer rejects the batch, with a reason.
pub fn reject_batch(
    desk: &Desk,
    id: &BatchId,
    by: &OperatorId,
    key: &dyn Signer,
    reason: &str,
) -> Result<Batch, AppError> {
    decide(
        desk,
        id,
        by,
        key,
        Act::Reject,
        |batch, statement, maker, checker| batch.reject(statement, maker, checker, reason),
    )
}

/// The checker's word about what the maker submitted. Without a maker there is nothing to decide, which the batch says.
fn decide(
    desk: &Desk,
    id: &BatchId,
    by: &OperatorId,
    key: &dyn Signer,
    act: Act,
    step: impl FnOnce(&mut Batch, SignedStatement, &Operator, &Operator) -> Result<(), BatchError>,
) -> Result<Batch, AppError> {
    let mut batch = desk.batch(id)?;
    let checker = desk.permitted(by, Permission::Approve)?;
    let maker = desk
        .operator_of(batch.value.submitted.as_ref())
        .unwrap_or_else(|_| checker.clone());
    let statement = Statement::new(act, batch.value.digest, by, desk.clock.now()).sign(key)?;
    step(&mut batch.value, statement, &maker, &checker)?;
    let action = if act == Act::Approve {
        "batch.approve"
    } else {
        "batch.reject"
    };
    keep(desk, batch, action, by)
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
