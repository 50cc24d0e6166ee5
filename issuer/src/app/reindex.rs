//! Make the registry's index anew from the certificates: for stores older than the index, and after a restore in doubt.

use cheti_shared::ids::CredentialId;

use super::desk::{Desk, Writing};
use super::error::AppError;
use super::ports::store::{Collection, Key, StoreError};
use super::registry_index;
use crate::domain::audit::Entry;
use crate::domain::search::POSTINGS;

/// Certificates indexed, or postings removed, in one commit.
const CHUNK: usize = 500;

/// Remove every posting, then write those of every certificate; nothing is found until the end. Told how many certificates
/// are done. Run again after an interruption, it begins anew.
pub fn reindex(desk: &Desk, actor: &str, progress: &dyn Fn(u64)) -> Result<u64, AppError> {
    let mut writing = Writing::default();
    registry_index::end(&mut writing);
    desk.record(writing, &[Entry::new(actor, "registry.reindex", "index")])?;
    clear(desk)?;
    let mut done = 0;
    let mut after: Option<Vec<u8>> = None;
    loop {
        let page = desk
            .store
            .scan(Collection::Certificate, b"", after.as_deref(), CHUNK)?;
        let Some((last, _)) = page.last() else { break };
        after = Some(last.clone());
        let ids = page
            .iter()
            .filter_map(|(id, _)| id.as_slice().try_into().ok());
        let ids: Vec<CredentialId> = ids.map(CredentialId::from_octets).collect();
        index(desk, &ids)?;
        done += u64::try_from(ids.len()).unwrap_or_default();
        progress(done);
    }
    let mut writing = Writing::default();
    registry_index::begin(&mut writing)?;
    let entry = Entry::new(actor, "registry.reindexed", "index").with("certificates", done);
    desk.record(writing, &[entry])?;
    Ok(done)
}

fn clear(desk: &Desk) -> Result<(), AppError> {
    loop {
        let page = desk.store.scan(Collection::Index, POSTINGS, None, CHUNK)?;
        if page.is_empty() {
            return Ok(());
        }
        let mut writing = Writing::default();
        for (id, _) in page {
            writing.remove(Key::new(Collection::Index, id));
        }
        desk.record(writing, &[])?;
    }
}

/// Write the postings of some certificates; once more for all of them when one changed meanwhile.
fn index(desk: &Desk, ids: &[CredentialId]) -> Result<(), AppError> {
    loop {
        let mut writing = Writing::default();
        for id in ids {
            let certificate = desk.certificate(id)?;
            if certificate.value.erased.is_none() {
                let graduate = desk.current_graduate(&certificate.value)?;
                registry_index::add(&mut writing, &certificate.value, &graduate);
            }
            writing.demand_unchanged(&certificate);
        }
        match desk.record(writing, &[]) {
            Err(AppError::Store(StoreError::Conflict { .. })) => {}
            other => return other,
        }
    }
}
