//! Operators: list them, recognise one. Adding and disabling take two people; see [`super::changes`].

use cheti_shared::key::Signer;

use super::desk::Desk;
use super::error::AppError;
use super::ports::store::Collection;
use crate::domain::operator::{Operator, OperatorId};

/// Every operator, by short name.
pub fn list_operators(desk: &Desk) -> Result<Vec<Operator>, AppError> {
    desk.all(Collection::Operator, b"")
}

/// Whether `key` is that of the operator `by`, who may sign now. What they do alone stands in the journal under their name.
pub fn recognise(desk: &Desk, by: &OperatorId, key: &dyn Signer) -> Result<(), AppError> {
    let operator = desk.operator(by)?;
    match operator.key == key.public_key() && operator.may_sign_at(desk.clock.now()) {
        true => Ok(()),
        false => Err(AppError::NotTheOperator(by.clone())),
    }
}
