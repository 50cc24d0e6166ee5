//! Keys: open one, rotate one, declare one compromised. Verifiers learn of it from the next trust list.

use cheti_shared::bundle::trust_list::{Ending, KeyEnd, KeyRole};
use cheti_shared::key::pkcs8::KeyFileError;
use cheti_shared::key::{PublicKey, SecretKey};
use cheti_shared::time::Timestamp;

use super::desk::{Desk, Writing};
use super::error::AppError;
use super::ports::store::{Collection, Key};
use super::ports::vault::{KeyFile, Passphrase, Vault, VaultError};
use super::records::role_name;
use crate::domain::audit::Entry;
use crate::domain::organisation::{Organisation, OrganisationError, SigningKey};

pub(crate) fn signing_key_key(id: &str) -> Key {
    Key::new(Collection::SigningKey, id)
}

pub(crate) fn key_record(
    organisation: &Organisation,
    role: KeyRole,
    number: usize,
    public: PublicKey,
    made: Timestamp,
) -> SigningKey {
    let name = format!("{}-{number}", role_name(role));
    organisation.key(name, role, public, made)
}

/// Open the organisation's active key of a role.
pub fn open_active(
    desk: &Desk,
    vault: &dyn Vault,
    role: KeyRole,
    passphrase: &Passphrase,
) -> Result<SecretKey, AppError> {
    let name = desk.active_key(role)?.file_name().to_owned();
    open(vault, &KeyFile::Signing(name.clone()), &name, passphrase)
}

fn open(
    vault: &dyn Vault,
    file: &KeyFile,
    name: &str,
    passphrase: &Passphrase,
) -> Result<SecretKey, AppError> {
    vault.open(file, passphrase).map_err(|error| match error {
        VaultError::Key {
            source: KeyFileError::WrongPassphrase,
            ..
        } => AppError::Passphrase(name.to_owned()),
        other => other.into(),
    })
}

/// Make a key. One that an earlier attempt made, which came to nothing, serves again: it opens with the same passphrase,
/// and nobody has recorded it.
pub fn make_key(
    vault: &dyn Vault,
    file: &KeyFile,
    name: &str,
    passphrase: &Passphrase,
) -> Result<SecretKey, AppError> {
    match vault.create(file, passphrase) {
        Ok(_) | Err(VaultError::Exists(_)) => open(vault, file, name, passphrase),
        Err(other) => Err(other.into()),
    }
}

/// Refuse to rotate a key that is the organisation's identifier.
fn check_may_rotate(organisation: &Organisation, role: KeyRole) -> Result<(), OrganisationError> {
    match organisation.is_did_key() && role == KeyRole::Issuing {
        true => Err(OrganisationError::KeyIsIdentifier),
        false => Ok(()),
    }
}

/// The file name of the key that [`rotate`] would add: `issuing-2`.
pub fn next_key_name(desk: &Desk, role: KeyRole) -> Result<String, AppError> {
    check_may_rotate(&desk.organisation()?, role)?;
    let of_role = desk
        .signing_keys()?
        .iter()
        .filter(|key| key.role == role)
        .count();
    Ok(format!("{}-{}", role_name(role), of_role + 1))
}

/// Add a key and end the active one of its role as rotated: what that signed before stays valid.
pub fn rotate(
    desk: &Desk,
    role: KeyRole,
    public: PublicKey,
    actor: &str,
) -> Result<SigningKey, AppError> {
    let organisation = desk.organisation()?;
    check_may_rotate(&organisation, role)?;
    let of_role = desk
        .signing_keys()?
        .iter()
        .filter(|key| key.role == role)
        .count();
    let now = desk.clock.now();
    let new = key_record(&organisation, role, of_role + 1, public, now);
    let mut writing = Writing::default();
    let mut entries = vec![Entry::new(actor, "key.add", &new.id).with("key", public.to_multikey())];
    if let Ok(active) = desk.active_key(role) {
        end(
            desk,
            &mut writing,
            &active.id,
            KeyEnd {
                how: Ending::Rotated,
                at: now,
            },
        )?;
        entries.push(Entry::new(actor, "key.rotate", &active.id));
    }
    writing.create(signing_key_key(&new.id), &new)?;
    desk.record(writing, &entries)?;
    Ok(new)
}

/// Declare a key compromised since `at`, or since earlier, where that was declared before. Everything it signed becomes
/// undecided for verifiers.
pub fn compromised(desk: &Desk, id: &str, at: Timestamp, actor: &str) -> Result<(), AppError> {
    let known = desk.load::<SigningKey>(signing_key_key(id), "signing key", id)?;
    let declared = known.value.ended_by(Ending::Compromised);
    let at = declared.map_or(at, |declared| declared.min(at));
    let how = Ending::Compromised;
    let mut writing = Writing::default();
    end(desk, &mut writing, id, KeyEnd { how, at })?;
    let entry = Entry::new(actor, "key.compromised", id).with("at", at.to_string());
    desk.record(writing, &[entry])
}

fn end(desk: &Desk, writing: &mut Writing, id: &str, end: KeyEnd) -> Result<(), AppError> {
    let mut key = desk.load::<SigningKey>(signing_key_key(id), "signing key", id)?;
    key.value.ended = Some(end);
    writing.update(key)
}
