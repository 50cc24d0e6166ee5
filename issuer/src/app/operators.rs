//! Operators: list them, recognise one. Adding and disabling take two people; see [`super::changes`].

use cheti_shared::key::Signer;

use super::desk::Desk;
use super::error::AppError;
use super::ports::store::Collection;
use crate::domain::operator::{Operator, OperatorId};
use crate::domain::role::{Permission, Role};

impl Desk {
    /// The operator `by`, whose roles include this. Whether they may sign now is for their statement to be checked for.
    pub(crate) fn permitted(
        &self,
        by: &OperatorId,
        permission: Permission,
    ) -> Result<Operator, AppError> {
        let operator = self.operator(by)?;
        match permission.is_of(&operator.roles) {
            true => Ok(operator),
            false => Err(AppError::NotPermitted {
                operator: by.clone(),
                needed: permission,
            }),
        }
    }

    /// The permission that proposing a change to operators takes: an administrator's, where there is one.
    pub(crate) fn appointing(&self) -> Result<Permission, AppError> {
        let now = self.clock.now();
        let mut operators = list_operators(self)?.into_iter();
        let is_administrator = |operator: &Operator| {
            operator.roles.has(Role::Administrator) && operator.may_sign_at(now)
        };
        Ok(
            match operators.any(|operator| is_administrator(&operator)) {
                true => Permission::Appoint,
                false => Permission::Propose,
            },
        )
    }
}

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
