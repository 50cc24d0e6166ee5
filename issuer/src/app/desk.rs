//! The desk: store, clock and randomness, and how use-cases read and write records.
//!
//! Every change goes through [`Desk::record`], which appends the audit events in the same commit: no state changes
//! without the journal saying so.

use std::sync::Arc;

use cheti_shared::bundle::trust_list::JournalHead;
use cheti_shared::ids::Digest;
use cheti_shared::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::AppError;
use super::handover::writer_key;
use super::ports::store::{Collection, Commit, Expect, Key, Store, StoreError};
use super::ports::{Clock, Entropy};
use crate::domain::audit::{Entry, Event, empty_head};
use crate::domain::writer::Writer;

/// What every use-case works with.
#[derive(Clone)]
pub struct Desk {
    /// The records.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random octets.
    pub entropy: Arc<dyn Entropy>,
}

/// The journal's end, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JournalEnd {
    pub(crate) head: JournalHead,
    pub(crate) last: Timestamp,
}

/// A record with the octets it was read from, so that an update can demand that nobody wrote in between.
#[derive(Clone, Debug)]
pub(crate) struct Loaded<T> {
    pub(crate) value: T,
    key: Key,
    octets: Vec<u8>,
}

impl<T> Loaded<T> {
    /// The digest of the octets it was read from.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(&self.octets)
    }
}

/// Writes being collected for one commit.
#[derive(Debug, Default)]
pub(crate) struct Writing {
    commit: Commit,
}

/// How often a commit is tried again when another writer's journal entry came first.
const TRIES: usize = 64;

impl Desk {
    /// The record at `key`, if any.
    pub(crate) fn find<T: DeserializeOwned>(
        &self,
        key: Key,
    ) -> Result<Option<Loaded<T>>, AppError> {
        let Some(octets) = self.store.fetch(&key)? else {
            return Ok(None);
        };
        let value = decode(&key, &octets)?;
        Ok(Some(Loaded { value, key, octets }))
    }

    /// The record at `key`; an error that names `what` and `id` when there is none.
    pub(crate) fn load<T: DeserializeOwned>(
        &self,
        key: Key,
        what: &'static str,
        id: &str,
    ) -> Result<Loaded<T>, AppError> {
        let missing = || AppError::NotFound {
            what,
            id: id.chars().take(80).collect(),
        };
        self.find(key)?.ok_or_else(missing)
    }

    /// Every record of `collection` whose id begins with `prefix`, in order of id, one page in memory at a time.
    pub(crate) fn each(
        &self,
        collection: Collection,
        prefix: &[u8],
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let mut after: Option<Vec<u8>> = None;
        loop {
            let page = self
                .store
                .scan(collection, prefix, after.as_deref(), 1_000)?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after = Some(last.clone());
            page.iter().try_for_each(|(id, octets)| visit(id, octets))?;
        }
    }

    /// Every record of `collection` whose id begins with `prefix`, decoded.
    pub(crate) fn all<T: DeserializeOwned>(
        &self,
        collection: Collection,
        prefix: &[u8],
    ) -> Result<Vec<T>, AppError> {
        let mut found = Vec::new();
        self.each(collection, prefix, |id, octets| {
            found.push(decode(&Key::new(collection, id), octets)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Random octets.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], AppError> {
        let mut octets = [0; N];
        self.entropy.fill(&mut octets)?;
        Ok(octets)
    }

    /// The journal's end; `None` when nothing was ever recorded.
    pub(crate) fn journal_end(&self) -> Result<Option<Loaded<JournalEnd>>, AppError> {
        self.find(Key::new(Collection::Meta, "journal"))
    }

    /// Commit `writing` together with journal entries. Tried again when only the journal's end had moved. Refused where
    /// another copy of the store is the one that is written.
    pub(crate) fn record(&self, mut writing: Writing, entries: &[Entry]) -> Result<(), AppError> {
        let writer: Option<Loaded<Writer>> = self.find(writer_key())?;
        match &writer {
            Some(writer) => {
                writer.value.check()?;
                writing.demand_unchanged(writer);
            }
            None => writing.demand_absent(writer_key()),
        }
        self.record_passing(writing, entries)
    }

    /// As [`Desk::record`], whoever may write: for the steps that pass that right on.
    pub(crate) fn record_passing(
        &self,
        writing: Writing,
        entries: &[Entry],
    ) -> Result<(), AppError> {
        for _ in 0..TRIES {
            let commit = self.with_journal(writing.commit.clone(), entries)?;
            match self.store.commit(commit) {
                Err(StoreError::Conflict { key })
                    if key == Key::new(Collection::Meta, "journal") => {}
                other => return Ok(other?),
            }
        }
        let key = Key::new(Collection::Meta, "journal");
        Err(StoreError::Conflict { key }.into())
    }

    fn with_journal(&self, mut commit: Commit, entries: &[Entry]) -> Result<Commit, AppError> {
        let now = self.clock.now();
        let end = self.journal_end()?;
        let mut head = end.as_ref().map_or_else(empty_head, |end| end.value.head);
        if let Some(last) = end
            .as_ref()
            .map(|end| end.value.last)
            .filter(|last| now < *last)
        {
            return Err(AppError::ClockWentBack { now, last });
        }
        for entry in entries {
            let event = Event {
                seq: head.events + 1,
                at: now,
                actor: entry.actor.clone(),
                action: entry.action.to_owned(),
                about: entry.about.clone(),
                detail: entry.detail.clone(),
                previous: head.hash,
            };
            head = JournalHead {
                events: event.seq,
                hash: event.hash(),
            };
            let key = Key::new(Collection::Audit, event.seq.to_be_bytes());
            commit.puts.push((key, encode(&event)?));
        }
        let key = Key::new(Collection::Meta, "journal");
        commit.expects.push(match end {
            Some(end) => Expect::Equals(key.clone(), end.octets),
            None => Expect::Absent(key.clone()),
        });
        commit
            .puts
            .push((key, encode(&JournalEnd { head, last: now })?));
        Ok(commit)
    }
}

impl Writing {
    /// Write a record that must not exist yet.
    pub(crate) fn create<T: Serialize>(&mut self, key: Key, value: &T) -> Result<(), AppError> {
        self.create_octets(key, encode(value)?);
        Ok(())
    }

    /// Write octets where no record must exist yet.
    pub(crate) fn create_octets(&mut self, key: Key, octets: Vec<u8>) {
        self.commit.expects.push(Expect::Absent(key.clone()));
        self.commit.puts.push((key, octets));
    }

    /// Replace a record that must still be as it was read.
    pub(crate) fn update<T: Serialize>(&mut self, read: Loaded<T>) -> Result<(), AppError> {
        let octets = encode(&read.value)?;
        self.commit
            .expects
            .push(Expect::Equals(read.key.clone(), read.octets));
        self.commit.puts.push((read.key, octets));
        Ok(())
    }

    /// Update what was read, or create what was not there.
    pub(crate) fn upsert<T: Serialize>(
        &mut self,
        key: Key,
        read: Option<Loaded<T>>,
        value: T,
    ) -> Result<(), AppError> {
        match read {
            Some(read) => self.update(Loaded { value, ..read }),
            None => self.create(key, &value),
        }
    }

    /// Write octets whatever stands there: published artefacts, which are made anew as a whole.
    pub(crate) fn replace_octets(&mut self, key: Key, octets: Vec<u8>) {
        self.commit.puts.push((key, octets));
    }

    /// Demand that a record which was read, and on which the writes rest, is still as it was.
    pub(crate) fn demand_unchanged<T>(&mut self, read: &Loaded<T>) {
        let expect = Expect::Equals(read.key.clone(), read.octets.clone());
        self.commit.expects.push(expect);
    }

    /// Demand that there still is no such record.
    pub(crate) fn demand_absent(&mut self, key: Key) {
        self.commit.expects.push(Expect::Absent(key));
    }

    /// Remove a record.
    pub(crate) fn remove(&mut self, key: Key) {
        self.commit.removes.push(key);
    }
}

pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, AppError> {
    serde_json::to_vec(value).map_err(|source| AppError::Record {
        what: "being written".to_owned(),
        source,
    })
}

pub(crate) fn decode<T: DeserializeOwned>(key: &Key, octets: &[u8]) -> Result<T, AppError> {
    serde_json::from_slice(octets).map_err(|source| AppError::Record {
        what: format!("{key:?}"),
        source,
    })
}
