//! Erase what is held on one graduate's certificate: two people decide, personal data goes, digest and standing stay
//! (THREATS 23). The paper goes on being verified by whoever holds it.
//!
//! The roster that two people approved cannot be digested any more once a row of it is gone. So those who erase sign for
//! what remains of it, and printing the rest of the batch relies on that from then on.

use cheti_shared::ids::{CredentialId, Digest};

use super::desk::{Desk, Loaded, Writing};
use super::drafts::blank_in_drafts;
use super::error::AppError;
use super::ports::store::{Collection, Key};
use super::records::{batch_key, credential_key, graduate_key, numbered};
use super::registry_index;
use crate::domain::audit::Entry;
use crate::domain::batch::{Batch, BatchId, Graduate};
use crate::domain::certificate::Certificate;
use crate::domain::change::{Change, What};
use crate::domain::plan::{CHUNK, Chunk};
use crate::domain::roster::Flag;

/// Which change erased a row of the batch last.
fn remains_key(batch: &BatchId) -> Key {
    Key::new(Collection::Index, format!("remains/{batch}"))
}

/// What two people sign to erase a certificate as things stand now.
pub fn erasure(desk: &Desk, certificate: &Certificate) -> Result<What, AppError> {
    let (_, remains) = remains_after(desk, certificate)?;
    Ok(What::Erase {
        credential: certificate.id,
        remains,
    })
}

/// The certificate can be erased, and `remains` is what would be left of its batch.
pub(crate) fn check_erasable(
    desk: &Desk,
    credential: &CredentialId,
    remains: &Digest,
) -> Result<(), AppError> {
    let certificate = desk.certificate(credential)?.value;
    refuse_erased(&certificate)?;
    let (batch, found) = remains_after(desk, &certificate)?;
    batch.check_issued()?;
    check_unaltered(desk, &batch)?;
    match found == *remains {
        true => Ok(()),
        false => Err(AppError::Value {
            what: "the batch",
            wanted:
                "as it was when the erasure was proposed; decline this change and propose it again"
                    .to_owned(),
        }),
    }
}

/// An error that says so, for a certificate that was erased.
pub(crate) fn refuse_erased(certificate: &Certificate) -> Result<(), AppError> {
    match certificate.erased {
        None => Ok(()),
        Some(at) => Err(AppError::Erased {
            number: certificate.number.clone(),
            at,
        }),
    }
}

fn remains_after(desk: &Desk, certificate: &Certificate) -> Result<(Batch, Digest), AppError> {
    let batch = desk.batch(&certificate.batch)?.value;
    let mut graduates = desk.graduates(&batch.id)?;
    let row = usize::try_from(certificate.row).ok();
    let graduate = row.and_then(|row| graduates.get_mut(row));
    let graduate = graduate.ok_or(AppError::SelfCheck)?;
    *graduate = graduate.erased();
    let digest = batch.digest_of(&graduates);
    Ok((batch, digest))
}

/// The graduates of a batch are those that two people approved, but for rows that two people erased. The statements of
/// maker and checker are checked in either case.
pub(crate) fn check_unaltered(desk: &Desk, batch: &Batch) -> Result<(), AppError> {
    let maker = desk.operator_of(batch.submitted.as_ref())?;
    let checker = desk.operator_of(batch.decided.as_ref())?;
    let graduates = desk.graduates(&batch.id)?;
    let erased: Option<Loaded<String>> = desk.find(remains_key(&batch.id))?;
    let Some(erased) = erased else {
        return Ok(batch.check_approval(&graduates, &maker, &checker)?);
    };
    batch.check_statements(&maker, &checker)?;
    let change = super::changes::show_change(desk, &erased.value)?;
    let maker = desk.operator_of(Some(&change.proposed))?;
    let checker = desk.operator_of(change.decided.as_ref())?;
    change.check_confirmed(&maker, &checker)?;
    let found = batch.digest_of(&graduates);
    match &change.what {
        What::Erase { remains, .. } if *remains == found => Ok(()),
        _ => Err(AppError::Altered(batch.id.to_string())),
    }
}

/// Collect the writes that erase; they happen in the commit that records the confirmation.
pub(crate) fn erase(
    desk: &Desk,
    writing: &mut Writing,
    credential: &CredentialId,
    change: &Change,
    by: &str,
) -> Result<Entry, AppError> {
    let mut certificate = desk.certificate(credential)?;
    let names = names(desk, &certificate.value)?;
    let current = desk.current_graduate(&certificate.value)?;
    registry_index::remove(writing, &certificate.value, &current);
    let signed = erase_versions(desk, writing, &mut certificate.value)?;
    erase_row(desk, writing, &certificate.value, signed)?;
    let staff_number = current.staff_number.as_deref();
    let lines = blank_in_drafts(desk, writing, &names, staff_number)?;
    let changes = erase_changes(desk, writing, credential, &change.id)?;
    forget_flags(desk, writing, &certificate.value.batch, &names)?;
    let key = remains_key(&certificate.value.batch);
    writing.replace_octets(key, super::desk::encode(&change.id)?);
    certificate.value.erased = Some(desk.clock.now());
    writing.update(certificate)?;
    Ok(Entry::new(by, "registry.erase", credential)
        .with("change", change.id.clone())
        .with("changes", changes)
        .with("draft_lines", lines))
}

/// Every name that the certificate ever said.
fn names(desk: &Desk, certificate: &Certificate) -> Result<Vec<String>, AppError> {
    let mut graduates = vec![row(desk, certificate)?.value];
    for version in &certificate.versions {
        let key = graduate_key(&certificate.id, version.number);
        graduates.extend(desk.find::<Graduate>(key)?.map(|found| found.value));
    }
    let mut names: Vec<String> = graduates.into_iter().map(|one| one.name.into()).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn row(desk: &Desk, certificate: &Certificate) -> Result<Loaded<Graduate>, AppError> {
    let key = numbered(Collection::Row, &certificate.batch, certificate.row);
    desk.load(key, "graduate of certificate", &certificate.number)
}

/// Remove what was signed. Its digest is replaced by one that holds the signature too, so that nobody can find the name
/// by trying; that of the first version is returned.
fn erase_versions(
    desk: &Desk,
    writing: &mut Writing,
    certificate: &mut Certificate,
) -> Result<Digest, AppError> {
    let id = certificate.id;
    for version in &mut certificate.versions {
        let key = credential_key(&id, version.number);
        if let Some(octets) = desk.store.fetch(&key)? {
            version.digest = Digest::of(&octets);
        }
        writing.remove(key);
        writing.remove(graduate_key(&id, version.number));
    }
    let first = certificate.versions.first().map(|first| first.digest);
    first.ok_or(AppError::SelfCheck)
}

/// The roster's row, and the plan's values that were made of it.
fn erase_row(
    desk: &Desk,
    writing: &mut Writing,
    certificate: &Certificate,
    signed: Digest,
) -> Result<(), AppError> {
    let mut row = row(desk, certificate)?;
    row.value = row.value.erased();
    writing.update(row)?;
    let number = u32::try_from(CHUNK).map_or(0, |chunk| certificate.row / chunk);
    let key = numbered(Collection::Plan, &certificate.batch, number);
    let mut chunk: Loaded<Chunk> = desk.load(key, "plan of batch", certificate.batch.as_str())?;
    let planned = chunk.value.planned.iter_mut();
    for planned in planned.filter(|planned| planned.id == certificate.id) {
        planned.values.clear();
        planned.digest = signed;
    }
    writing.update(chunk)
}

/// Remove the other changes of the certificate: they hold names, and notes that may. How many.
fn erase_changes(
    desk: &Desk,
    writing: &mut Writing,
    credential: &CredentialId,
    but: &str,
) -> Result<usize, AppError> {
    let about = credential.to_string();
    let mut removed = 0;
    for change in super::changes::list_changes(desk)? {
        if change.what.about() == about && change.id != but {
            writing.remove(Key::new(Collection::Change, change.id.as_str()));
            removed += 1;
        }
    }
    Ok(removed)
}

/// Remove the hints for the checker that quote a name.
fn forget_flags(
    desk: &Desk,
    writing: &mut Writing,
    id: &BatchId,
    names: &[String],
) -> Result<(), AppError> {
    let mut batch: Loaded<Batch> = desk.load(batch_key(id), "batch", id.as_str())?;
    let before = batch.value.flags.len();
    let quotes = |flag: &Flag| names.iter().any(|name| flag.quotes(name));
    batch.value.flags.retain(|flag| !quotes(flag));
    match batch.value.flags.len() == before {
        true => writing.demand_unchanged(&batch),
        false => writing.update(batch)?,
    }
    Ok(())
}
