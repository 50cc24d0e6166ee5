//! Accounts and an identity provider: whose account an identity is tied to. Only its owner ties one, signed in with password
//! and code; the provider's word is never enough.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::accounts::account_key;
use super::desk::{Desk, Loaded, Writing};
use super::error::AppError;
use super::ports::identity::Begun;
use super::ports::store::Collection;
use crate::domain::account::{Account, Identity};
use crate::domain::audit::Entry;
use crate::domain::operator::OperatorId;

/// A name for what begins now, which its browser keeps, and what the identity provider is asked with.
pub fn begin_identity(desk: &Desk) -> Result<(String, Begun), AppError> {
    let text = || -> Result<String, AppError> {
        let octets: [u8; 32] = desk.random()?;
        Ok(URL_SAFE_NO_PAD.encode(octets))
    };
    let begun = Begun {
        state: text()?,
        nonce: text()?,
        verifier: text()?,
    };
    Ok((text()?, begun))
}

/// Whose account an identity is tied to, if its owner may sign now.
pub fn operator_of_identity(
    desk: &Desk,
    identity: &Identity,
) -> Result<Option<OperatorId>, AppError> {
    let Some(account) = owner(desk, identity)? else {
        return Ok(None);
    };
    let operator = desk.operator(&account.operator)?;
    let may = operator.may_sign_at(desk.clock.now());
    Ok(may.then_some(operator.id))
}

fn owner(desk: &Desk, identity: &Identity) -> Result<Option<Account>, AppError> {
    let mut accounts = desk.all::<Account>(Collection::Account, b"")?.into_iter();
    Ok(accounts.find(|account| account.identity.as_ref() == Some(identity)))
}

/// Tie an account to an identity. One that is tied to another account already stays there.
pub fn tie_identity(desk: &Desk, id: &OperatorId, identity: Identity) -> Result<(), AppError> {
    match owner(desk, &identity)? {
        Some(account) if account.operator == *id => return Ok(()),
        Some(account) => {
            return Err(AppError::Tied {
                operator: account.operator,
            });
        }
        None => {}
    }
    set(desk, id, Some(identity), "account.tie")
}

/// Tie an account to no identity any more.
pub fn untie_identity(desk: &Desk, id: &OperatorId) -> Result<(), AppError> {
    set(desk, id, None, "account.untie")
}

fn set(
    desk: &Desk,
    id: &OperatorId,
    identity: Option<Identity>,
    action: &'static str,
) -> Result<(), AppError> {
    let mut account: Loaded<Account> = desk.load(account_key(id), "account", id.as_str())?;
    if account.value.identity == identity {
        return Ok(());
    }
    account.value.identity = identity;
    let mut writing = Writing::default();
    writing.update(account)?;
    desk.record(writing, &[Entry::new(id, action, id)])
}
