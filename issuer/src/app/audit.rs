//! The audit journal: read it, and check its chain from the first event to the head.

use cheti_shared::bundle::trust_list::JournalHead;

use super::desk::{Desk, decode};
use super::error::AppError;
use super::ports::store::{Collection, Key};
use super::publish;
use crate::domain::audit::{Chain, Event, empty_head};

/// Every event, from the first.
pub fn each_event(desk: &Desk, mut visit: impl FnMut(&Event)) -> Result<(), AppError> {
    desk.each(Collection::Audit, b"", |id, octets| {
        visit(&decode(&Key::new(Collection::Audit, id), octets)?);
        Ok(())
    })
}

/// At most `limit` events after the one numbered `after`, in order; none is the end.
pub fn events_after(desk: &Desk, after: u64, limit: usize) -> Result<Vec<Event>, AppError> {
    let after = after.to_be_bytes();
    let page = desk
        .store
        .scan(Collection::Audit, b"", Some(&after), limit)?;
    let read = |(id, octets): (Vec<u8>, Vec<u8>)| decode(&Key::new(Collection::Audit, id), &octets);
    page.into_iter().map(read).collect()
}

/// The journal's recorded head: it moves with every change of the store.
pub fn head(desk: &Desk) -> Result<JournalHead, AppError> {
    let end = desk.journal_end()?;
    Ok(end.map_or_else(empty_head, |end| end.value.head))
}

/// Check every link, that the journal ends at its head, and that it holds the head that the trust list published.
pub fn verify_journal(desk: &Desk) -> Result<JournalHead, AppError> {
    let recorded = desk
        .journal_end()?
        .map_or_else(empty_head, |end| end.value.head);
    let published = publish::trust_list(desk)?.and_then(|list| list.fields().journal);
    let mut chain = Chain::default();
    let mut seen_published = published.is_none_or(|head| head == empty_head());
    desk.each(Collection::Audit, b"", |id, octets| {
        let event: Event = decode(&Key::new(Collection::Audit, id), octets)?;
        chain.follow(&event)?;
        seen_published |= Some(chain.head()) == published;
        Ok(())
    })?;
    chain.end_at(recorded)?;
    match (seen_published, published) {
        (false, Some(head)) => Err(AppError::JournalReplaced(head.events)),
        _ => Ok(chain.head()),
    }
}
