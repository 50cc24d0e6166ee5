//! Operators: list them. Adding and disabling take two people; see [`super::changes`].

use super::desk::Desk;
use super::error::AppError;
use super::ports::store::Collection;
use crate::domain::operator::Operator;

/// Every operator, by short name.
pub fn list_operators(desk: &Desk) -> Result<Vec<Operator>, AppError> {
    desk.all(Collection::Operator, b"")
}
