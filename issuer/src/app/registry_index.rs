//! The registry's index: postings written in the commits that issue, correct, revoke and erase.
//!
//! Removes of a commit beat its writes (see the store's port), so what stays is never among what goes.

use super::desk::{Desk, Writing};
use super::error::AppError;
use super::ports::store::{Collection, Key};
use crate::domain::batch::Graduate;
use crate::domain::certificate::Certificate;
use crate::domain::search::Posting;

/// What the index looks like in this version of the program.
const FORMAT: u32 = 2;

/// Says that the index is there, and in which format.
fn marker_key() -> Key {
    Key::new(Collection::Meta, "registry-index")
}

/// An index of an empty store is there.
pub(crate) fn begin(writing: &mut Writing) -> Result<(), AppError> {
    writing.replace_octets(marker_key(), super::desk::encode(&FORMAT)?);
    Ok(())
}

/// The index is being made anew.
pub(crate) fn end(writing: &mut Writing) {
    writing.remove(marker_key());
}

/// Refuse to look things up where there is no index to be relied on.
pub(crate) fn check(desk: &Desk) -> Result<(), AppError> {
    match desk.find::<u32>(marker_key())?.map(|found| found.value) {
        Some(FORMAT) => Ok(()),
        _ => Err(AppError::NoIndex),
    }
}

/// Write the postings of a certificate.
pub(crate) fn add(writing: &mut Writing, certificate: &Certificate, graduate: &Graduate) {
    for (id, value) in Posting::all_of(certificate, graduate) {
        writing.replace_octets(Key::new(Collection::Index, id), value);
    }
}

/// Replace the postings of a certificate by those of how it stands afterwards, the graduate's name too.
pub(crate) fn replace(
    writing: &mut Writing,
    (before, old): (&Certificate, &Graduate),
    (after, new): (&Certificate, &Graduate),
) {
    let stays = Posting::all_of(after, new);
    for (id, _) in Posting::all_of(before, old) {
        if !stays.iter().any(|(stays, _)| *stays == id) {
            writing.remove(Key::new(Collection::Index, id));
        }
    }
    add(writing, after, new);
}

/// Replace the postings of a certificate whose standing changed.
pub(crate) fn restate(
    desk: &Desk,
    writing: &mut Writing,
    before: &Certificate,
    after: &Certificate,
) -> Result<(), AppError> {
    let graduate = desk.current_graduate(before)?;
    replace(writing, (before, &graduate), (after, &graduate));
    Ok(())
}

/// Remove the postings of a certificate.
pub(crate) fn remove(writing: &mut Writing, certificate: &Certificate, graduate: &Graduate) {
    for (id, _) in Posting::all_of(certificate, graduate) {
        writing.remove(Key::new(Collection::Index, id));
    }
}
