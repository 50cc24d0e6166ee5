//! Credentials by their own id, whether they come from a batch or were issued directly: show, revoke, remove.

use cheti_shared::ids::CredentialId;
use cheti_shared::status::entry::Purpose;
use cheti_shared::status::reasons::{DatedReason, Reason};

use super::certificates::credential;
use super::desk::{Desk, Loaded, Writing};
use super::error::AppError;
use super::plan_batch::list_numbers;
use super::publish::published;
use super::records::{direct_key, status_key};
use crate::domain::audit::Entry;
use crate::domain::certificate::Certificate;
use crate::domain::direct::{Content, Direct, DirectError};
use crate::domain::status_book::StatusBook;

/// The signed credential with this id (`urn:uuid:...` or any other URL), the exact octets; of a certificate the current
/// version.
pub fn credential_by_id(desk: &Desk, id: &str) -> Result<Vec<u8>, AppError> {
    if let Some(certificate) = certificate(desk, id)? {
        return credential(desk, &certificate.id, certificate.current()?.number);
    }
    let direct = direct(desk, id)?.value;
    let octets = direct.credential().map(|octets| octets.as_bytes().to_vec());
    octets.ok_or_else(|| missing(id))
}

/// Set or clear the status of a directly issued credential. Revoking is for good: it can be repeated, not taken back.
pub fn set_status(
    desk: &Desk,
    id: &str,
    purpose: &Purpose,
    status: bool,
    actor: &str,
) -> Result<(), AppError> {
    refuse_certificate(desk, id, "revoke NUMBER --reason withdrawn")?;
    let mut direct = direct(desk, id)?;
    if *purpose != Purpose::Revocation {
        return Err(DirectError::Purpose(purpose.name().chars().take(40).collect()).into());
    }
    match (direct.value.revoked, status) {
        (true, false) => return Err(DirectError::Irreversible.into()),
        (true, true) | (false, false) => return Ok(()),
        (false, true) => direct.value.revoked = true,
    }
    let list = direct.value.list;
    let mut book: Loaded<StatusBook> =
        desk.load(status_key(list), "status list", &list.to_string())?;
    let date = desk.clock.now().date_at(desk.organisation()?.utc_offset);
    let reason = Reason::Withdrawn;
    book.value
        .end(direct.value.index, DatedReason { reason, date })?;
    let entry = Entry::new(actor, "direct.revoke", about(&direct.value));
    let mut writing = Writing::default();
    writing.update(book)?;
    writing.update(direct)?;
    desk.record(writing, &[entry])
}

/// Remove what a directly issued credential says. The digest of its octets and its status stay (THREATS 23); so does the
/// credential itself with whoever holds it.
pub fn remove(desk: &Desk, id: &str, actor: &str) -> Result<(), AppError> {
    refuse_certificate(desk, id, "revoke NUMBER --reason issued-in-error")?;
    let mut direct = direct(desk, id)?;
    if direct.value.content == Content::Removed {
        return Ok(());
    }
    direct.value.content = Content::Removed;
    let entry = Entry::new(actor, "direct.remove", about(&direct.value));
    let mut writing = Writing::default();
    writing.update(direct)?;
    desk.record(writing, &[entry])
}

/// Whether there is a status list that was never published.
pub fn has_unpublished_list(desk: &Desk) -> Result<bool, AppError> {
    for number in list_numbers(desk)? {
        if published(desk, &format!("status/{number}"))?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// As the journal names it: by the digest of its octets, which hold a signature and so cannot be guessed.
fn about(direct: &Direct) -> String {
    direct
        .signed
        .map_or_else(|| "planned".to_owned(), |digest| digest.to_string())
}

fn direct(desk: &Desk, id: &str) -> Result<Loaded<Direct>, AppError> {
    desk.find(direct_key(id))?.ok_or_else(|| missing(id))
}

fn missing(id: &str) -> AppError {
    AppError::NotFound {
        what: "credential",
        id: id.chars().take(80).collect(),
    }
}

fn certificate(desk: &Desk, id: &str) -> Result<Option<Certificate>, AppError> {
    let parsed = id
        .strip_prefix("urn:uuid:")
        .and_then(|id| id.parse::<CredentialId>().ok());
    match parsed.map(|id| desk.certificate(&id)).transpose() {
        Ok(found) => Ok(found.map(|found| found.value)),
        Err(AppError::NotFound { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Certificates of batches are changed by two people, whatever key a program has.
fn refuse_certificate(desk: &Desk, id: &str, command: &str) -> Result<(), AppError> {
    let Some(certificate) = certificate(desk, id)? else {
        return Ok(());
    };
    let command = command.replace("NUMBER", &certificate.number);
    let command = format!("cheti-issuer {command} --operator ONE --second ANOTHER");
    Err(DirectError::TakesTwoPeople { command }.into())
}
