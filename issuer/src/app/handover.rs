//! Hand the right to write over to a copy of the store, and bring it home.

use std::sync::Arc;

use super::audit::verify_journal;
use super::desk::{Desk, JournalEnd, Loaded, Writing, encode};
use super::error::AppError;
use super::operators::list_operators;
use super::ports::store::{Collection, Commit, Key, Store};
use super::ports::vault::KeyFile;
use super::ports::venue::Venue;
use crate::domain::audit::{Entry, Event};
use crate::domain::writer::{Standing, Writer, WriterError};

/// Records of one commit while a copy is made or taken over.
const CHUNK: usize = 500;
/// A commit of copied records ends after the record that brings it to this many octets.
const CHUNK_OCTETS: usize = 4 << 20;

pub(crate) fn writer_key() -> Key {
    Key::new(Collection::Meta, "writer")
}

fn journal_key() -> Key {
    Key::new(Collection::Meta, "journal")
}

/// Which copy this is, and whether it may be written.
pub fn writer(desk: &Desk) -> Result<Writer, AppError> {
    let found: Option<Loaded<Writer>> = desk.find(writer_key())?;
    Ok(found.map(|found| found.value).unwrap_or_default())
}

/// The key files of these names: a signing key's (`issuing-1`) or an operator's.
fn key_files(desk: &Desk, names: &[String]) -> Result<Vec<KeyFile>, AppError> {
    let known = all_key_files(desk)?;
    let find = |name: &String| {
        let mut known = known.iter();
        let is_its = |file: &&KeyFile| match file {
            KeyFile::Signing(of) | KeyFile::Operator(of) => of == name,
            KeyFile::Root(_) => false,
        };
        let found = known.find(is_its).cloned();
        found.ok_or_else(|| AppError::NotFound {
            what: "key",
            id: name.clone(),
        })
    };
    names.iter().map(find).collect()
}

fn all_key_files(desk: &Desk) -> Result<Vec<KeyFile>, AppError> {
    let signing = desk.signing_keys()?;
    let signing = signing
        .iter()
        .map(|key| KeyFile::Signing(key.file_name().to_owned()));
    let operators = list_operators(desk)?;
    let operators = operators
        .iter()
        .map(|operator| KeyFile::Operator(operator.id.to_string()));
    Ok(signing.chain(operators).collect())
}

/// Hand the right to write over to the copy at `venue`, as [`hand_over`] does, once the key files of these names lie beside
/// it.
pub fn send_out(
    desk: &Desk,
    venue: &dyn Venue,
    keys: &[String],
    by: &str,
) -> Result<u64, AppError> {
    let files = key_files(desk, keys)?;
    let copy = venue.store_or_new()?;
    for file in &files {
        venue.give_key(file)?;
    }
    hand_over(desk, copy, by)
}

/// Bring home what was done at `venue`, as [`bring_home`] does, with the key files that became others there.
pub fn take_in(desk: &Desk, venue: &dyn Venue, by: &str) -> Result<u64, AppError> {
    let copy = venue.store()?;
    let there = Desk {
        store: Arc::clone(&copy),
        ..desk.clone()
    };
    // Nothing is taken from a copy that will be refused.
    check_copy(desk, &there)?;
    for file in all_key_files(&there)? {
        venue.take_key(&file)?;
    }
    bring_home(desk, copy, by)
}

/// Hand the right to write over to `copy`, an empty store, or finish a handover to it that stopped half-way. Afterwards
/// this store can only be read, until [`bring_home`]. Tells how many records the copy holds.
pub fn hand_over(desk: &Desk, copy: Arc<dyn Store>, by: &str) -> Result<u64, AppError> {
    let there = Desk {
        store: copy,
        ..desk.clone()
    };
    let mut records = 0;
    if writer(desk)?.standing == Standing::Home {
        records = make_copy(desk, &there)?;
        let waiting = writer(&there)?;
        let lent = writer(desk)?.lend_to(&waiting)?;
        // Nothing may have been written here since the copy was made.
        let end = desk.journal_end()?.ok_or(AppError::SelfCheck)?;
        if there.journal_end()?.map(|end| end.value) != Some(end.value) {
            return Err(WriterError::WrittenMeanwhile.into());
        }
        let entry = Entry::new(by, "store.handover", "venue").with("epoch", lent.epoch);
        let mut writing = Writing::default();
        writing.demand_unchanged(&end);
        pass(desk, writing, &lent, entry)?;
    }
    let waiting = writer(&there)?;
    let lent = writer(desk)?;
    if lent.is_lent_to(&waiting) {
        return Ok(records);
    }
    let started = waiting.start(&lent)?;
    // The copy knows of the handover too: its journal goes on from there.
    repeat_last_event(desk, &there)?;
    let entry = Entry::new(by, "store.start", "venue").with("epoch", started.epoch);
    pass(&there, Writing::default(), &started, entry)?;
    Ok(records)
}

/// Copy every record into an empty store, which then waits for its loan; or bring a copy that waits up to date.
fn make_copy(desk: &Desk, there: &Desk) -> Result<u64, AppError> {
    match writer(there)?.standing {
        Standing::Home if is_empty(&*there.store)? => close_for_loan(desk, there)?,
        Standing::Waiting { .. } => {}
        _ => return Err(WriterError::NotThisLoan.into()),
    }
    let mut records = 0;
    let mut copied = Ok(());
    desk.store.hold_still(&mut || {
        let (from, into) = (&*desk.store, &*there.store);
        copied = copy_missing(from, into, &mut records).and_then(|()| remove_others(into, from));
        Ok(())
    })?;
    copied.map(|()| records)
}

fn is_empty(store: &dyn Store) -> Result<bool, AppError> {
    for collection in Collection::ALL {
        if !store.scan(collection, b"", None, 1)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Close an empty store before there is anything in it: it will be the copy of a loan of its own.
fn close_for_loan(desk: &Desk, there: &Desk) -> Result<(), AppError> {
    let token: [u8; 16] = desk.random()?;
    let token: String = token.iter().map(|octet| format!("{octet:02x}")).collect();
    let waiting = writer(desk)?.copy_for(&token)?;
    // The copy is closed before there is anything in it.
    let closed = Commit {
        puts: vec![(writer_key(), encode(&waiting)?)],
        ..Commit::default()
    };
    Ok(there.store.commit(closed)?)
}

/// Put every record of `from` into the empty store `into`; how many there are.
pub(crate) fn copy_all(from: &dyn Store, into: &dyn Store) -> Result<u64, AppError> {
    let mut records = 0;
    if let Some(writer) = from.fetch(&writer_key())? {
        into.commit(Commit {
            puts: vec![(writer_key(), writer)],
            ..Commit::default()
        })?;
        records += 1;
    }
    copy_missing(from, into, &mut records)?;
    Ok(records)
}

/// Put every record of `from` that `into` has not, or has otherwise; who may write stays as it is.
fn copy_missing(from: &dyn Store, into: &dyn Store, records: &mut u64) -> Result<(), AppError> {
    each_page(from, &mut |collection, page| {
        let mut commit = Commit::default();
        let mut octets = 0;
        for (id, value) in page {
            let key = Key::new(collection, id);
            if key == writer_key() || into.fetch(&key)?.as_ref() == Some(&value) {
                continue;
            }
            octets += value.len();
            commit.puts.push((key, value));
            *records += 1;
            if octets > CHUNK_OCTETS {
                into.commit(std::mem::take(&mut commit))?;
                octets = 0;
            }
        }
        Ok(into.commit(commit)?)
    })
}

/// Remove every record that `like` has not.
fn remove_others(from: &dyn Store, like: &dyn Store) -> Result<(), AppError> {
    each_page(from, &mut |collection, page| {
        let mut commit = Commit::default();
        for (id, _) in page {
            let key = Key::new(collection, id);
            if key != writer_key() && like.fetch(&key)?.is_none() {
                commit.removes.push(key);
            }
        }
        Ok(from.commit(commit)?)
    })
}

type Visit<'a> = &'a mut dyn FnMut(Collection, Vec<(Vec<u8>, Vec<u8>)>) -> Result<(), AppError>;

fn each_page(store: &dyn Store, visit: Visit<'_>) -> Result<(), AppError> {
    for collection in Collection::ALL {
        let mut after: Option<Vec<u8>> = None;
        loop {
            let page = store.scan(collection, b"", after.as_deref(), CHUNK)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            visit(collection, page)?;
        }
    }
    Ok(())
}

/// Write how a copy stands, whether it may be written or not, with the journal entry that says so.
fn pass(
    desk: &Desk,
    mut writing: Writing,
    standing: &Writer,
    entry: Entry,
) -> Result<(), AppError> {
    writing.replace_octets(writer_key(), encode(standing)?);
    desk.record_passing(writing, &[entry])
}

/// Give the copy the event by which this store stopped, and the journal's end after it.
fn repeat_last_event(desk: &Desk, there: &Desk) -> Result<(), AppError> {
    let end: JournalEnd = desk.journal_end()?.ok_or(AppError::SelfCheck)?.value;
    let event = Key::new(Collection::Audit, end.head.events.to_be_bytes());
    let octets = desk.store.fetch(&event)?.ok_or(AppError::SelfCheck)?;
    let puts = vec![(event, octets), (journal_key(), encode(&end)?)];
    Ok(there.store.commit(Commit {
        puts,
        ..Commit::default()
    })?)
}

/// Bring a copy home that this store was handed over to: it stops, everything it holds comes here, and this store may be
/// written again. Run again after an interruption, it goes on. Tells how many records came.
pub fn bring_home(desk: &Desk, copy: Arc<dyn Store>, by: &str) -> Result<u64, AppError> {
    let there = Desk {
        store: copy,
        ..desk.clone()
    };
    let (returned, home) = check_copy(desk, &there)?;
    if writer(&there)? != returned {
        let entry = Entry::new(by, "store.return", "venue").with("epoch", returned.epoch);
        pass(&there, Writing::default(), &returned, entry)?;
    }
    let mut records = 0;
    copy_missing(&*there.store, &*desk.store, &mut records)?;
    remove_others(&*desk.store, &*there.store)?;
    let entry = Entry::new(by, "store.sync", "headquarters").with("epoch", home.epoch);
    pass(desk, Writing::default(), &home, entry)?;
    Ok(records)
}

/// How the copy and this store will stand once the copy is home. Refuses a copy that is none of this store's, or whose
/// journal was replaced.
fn check_copy(desk: &Desk, there: &Desk) -> Result<(Writer, Writer), AppError> {
    let (here, on_loan) = (writer(desk)?, writer(there)?);
    let returned = on_loan.give_back(&here)?;
    let home = here.take_back(&returned)?;
    verify_journal(there)?;
    check_continues(desk, there)?;
    Ok((returned, home))
}

/// The copy's journal holds the event at which this store stopped. While a copy is being taken over, its own end stands here.
fn check_continues(desk: &Desk, there: &Desk) -> Result<(), AppError> {
    let end: JournalEnd = desk.journal_end()?.ok_or(AppError::SelfCheck)?.value;
    let key = Key::new(Collection::Audit, end.head.events.to_be_bytes());
    let event: Option<Loaded<Event>> = there.find(key)?;
    match event.is_some_and(|event| event.value.hash() == end.head.hash) {
        true => Ok(()),
        false => Err(WriterError::OtherJournal.into()),
    }
}
