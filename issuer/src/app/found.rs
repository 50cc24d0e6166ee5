//! Found an organisation: its record, its first two operators, its first keys.

use std::collections::BTreeSet;

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::did;
use cheti_shared::key::PublicKey;

use super::desk::{Desk, Writing};
use super::error::AppError;
use super::keys::{key_record, signing_key_key};
use super::ports::store::StoreError;
use super::records::{operator_key, organisation_key};
use super::registry_index;
use crate::domain::audit::Entry;
use crate::domain::operator::{Operator, OperatorId};
use crate::domain::organisation::{Organisation, OrganisationError};
use crate::domain::role::Roles;

/// An operator to begin with.
#[derive(Clone, Debug)]
pub struct FirstOperator {
    /// The short name.
    pub id: OperatorId,
    /// The person's name.
    pub name: String,
    /// The public half of their key.
    pub key: PublicKey,
    /// What they may do.
    pub roles: Roles,
}

/// Write the organisation, two or more operators, and the first issuing and status keys into an empty store.
pub fn found(
    desk: &Desk,
    organisation: Organisation,
    operators: &[FirstOperator],
    issuing: PublicKey,
    status: PublicKey,
) -> Result<Organisation, AppError> {
    let organisation = organisation.check()?;
    if organisation.is_did_key() && organisation.did != did::key::did(&issuing) {
        return Err(OrganisationError::Did(organisation.did).into());
    }
    let now = desk.clock.now();
    let keys: BTreeSet<&[u8; 32]> = operators
        .iter()
        .map(|operator| operator.key.octets())
        .collect();
    if operators.len() < 2 || keys.len() != operators.len() {
        let wanted = "two or more different people, each with a key of their own".to_owned();
        return Err(AppError::Value {
            what: "the operators",
            wanted,
        });
    }
    let mut writing = Writing::default();
    writing.create(organisation_key(), &organisation)?;
    registry_index::begin(&mut writing)?;
    let mut entries = vec![Entry::new(
        "system",
        "organisation.found",
        &organisation.did,
    )];
    for first in operators {
        let FirstOperator {
            id,
            name,
            key,
            roles,
        } = first.clone();
        let operator = Operator {
            id,
            name,
            key,
            roles,
            added: now,
            disabled: None,
        };
        writing.create(operator_key(&operator.id), &operator)?;
        let entry = Entry::new("system", "operator.add", &operator.id);
        entries.push(entry.with("key", operator.key.to_multikey()));
    }
    for (role, public) in [(KeyRole::Issuing, issuing), (KeyRole::Status, status)] {
        let key = key_record(&organisation, role, 1, public, now);
        writing.create(signing_key_key(&key.id), &key)?;
        entries.push(Entry::new("system", "key.add", &key.id).with("key", public.to_multikey()));
    }
    match desk.record(writing, &entries) {
        Err(AppError::Store(StoreError::Conflict { .. })) => Err(AppError::Exists {
            what: "organisation",
            id: organisation.did,
        }),
        other => other.map(|()| organisation),
    }
}
