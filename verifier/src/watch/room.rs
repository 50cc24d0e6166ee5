//! What is watched, in sled: one tree, and every step one batch that is durable before it is acknowledged.
//!
//! ```text
//! w <owner> 00 <id>        a watched certificate
//! c <owner> 00 <sequence>  the id of the certificate whose last change this is
//! o <owner> 00 <id>        a message that a webhook has not taken
//! n                        the sequence of the last change
//! ```

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cheti_shared::time::Timestamp;
use cheti_verifier_core::evidence::Evidence;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sled::{Batch, Config, Db, IVec};

use super::entry::{Noticed, Watched};
use super::webhook::Letter;
use super::{DeadLetter, WatchError};

const WATCHED: u8 = b'w';
const CHANGED: u8 = b'c';
const LETTERS: u8 = b'o';
const LAST: &[u8] = b"n";
/// sled's page cache. Its default is 1 GiB.
const CACHE_OCTETS: u64 = 32 << 20;
/// How many certificates are looked up and written at once.
const CHUNK: usize = 1_000;

/// The folder, held by this process alone.
#[derive(Debug)]
pub(super) struct Room {
    tree: Db,
    path: PathBuf,
    /// One writer at a time; how much each owner has.
    counts: Mutex<BTreeMap<String, u32>>,
}

fn key(kind: u8, owner: &str, rest: &[u8]) -> Vec<u8> {
    [&[kind], owner.as_bytes(), &[0], rest].concat()
}

/// The owner and the rest of a key.
fn parts(key: &[u8]) -> Option<(&str, &[u8])> {
    let (_, key) = key.split_first()?;
    let at = key.iter().position(|octet| *octet == 0)?;
    let (owner, rest) = key.split_at(at);
    Some((std::str::from_utf8(owner).ok()?, rest.get(1..)?))
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

impl Room {
    /// Open the folder, or make it, for its owner alone.
    pub(super) fn open(path: &Path) -> Result<Self, WatchError> {
        let unusable = |detail: String| WatchError::Folder {
            path: path.to_owned(),
            detail,
        };
        let mut folder = DirBuilder::new();
        folder.recursive(true).mode(0o700);
        folder
            .create(path)
            .map_err(|error| unusable(error.to_string()))?;
        let config = Config::default().path(path).cache_capacity(CACHE_OCTETS);
        let tree = config.open().map_err(|error| match error {
            sled::Error::Io(error) if error.kind() == io::ErrorKind::WouldBlock => {
                unusable("another process has it open".to_owned())
            }
            error => unusable(error.to_string()),
        })?;
        let room = Self {
            tree,
            path: path.to_owned(),
            counts: Mutex::default(),
        };
        let mut counts = BTreeMap::new();
        for entry in room.tree.scan_prefix([WATCHED]) {
            let (key, _) = entry.map_err(|error| room.broken(error))?;
            let (owner, _) = parts(&key).ok_or_else(|| room.damaged("a key"))?;
            *counts.entry(owner.to_owned()).or_insert(0) += 1;
        }
        *room.writer() = counts;
        Ok(room)
    }

    fn writer(&self) -> MutexGuard<'_, BTreeMap<String, u32>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn broken(&self, error: sled::Error) -> WatchError {
        WatchError::Folder {
            path: self.path.clone(),
            detail: error.to_string(),
        }
    }

    fn damaged(&self, what: &str) -> WatchError {
        WatchError::Damaged {
            path: self.path.clone(),
            detail: format!("{what} cannot be read"),
        }
    }

    fn read<T: DeserializeOwned>(&self, value: &IVec) -> Result<T, WatchError> {
        serde_json::from_slice(value).map_err(|_| self.damaged("a record"))
    }

    fn written(&self, value: &impl Serialize) -> Result<Vec<u8>, WatchError> {
        serde_json::to_vec(value).map_err(|_| self.damaged("a record to be written"))
    }

    /// Apply, and wait until it is on the disk.
    fn commit(&self, batch: Batch) -> Result<(), WatchError> {
        let done = self.tree.apply_batch(batch).and_then(|()| {
            self.tree.flush()?;
            // sled's flush leaves the last step to the system.
            Ok(File::open(self.path.join("db"))?.sync_all()?)
        });
        done.map_err(|error| self.broken(error))
    }

    /// Watch a certificate, unless it is watched already: then as it is known.
    pub(super) fn add(
        &self,
        owner: &str,
        id: &str,
        mut watched: Watched,
        limit: u32,
        evidence: impl FnOnce() -> Arc<Evidence>,
    ) -> Result<Watched, WatchError> {
        let mut counts = self.writer();
        // Asked for while nobody looks through the lists: what is newer than this is looked through with it in here.
        watched.look(&evidence());
        if let Some(known) = self.get(owner, id)? {
            return Ok(known);
        }
        let count = counts.entry(owner.to_owned()).or_insert(0);
        if *count >= limit {
            return Err(WatchError::Full { limit });
        }
        let mut batch = Batch::default();
        batch.insert(key(WATCHED, owner, id.as_bytes()), self.written(&watched)?);
        self.commit(batch)?;
        *count += 1;
        Ok(watched)
    }

    /// A watched certificate.
    pub(super) fn get(&self, owner: &str, id: &str) -> Result<Option<Watched>, WatchError> {
        let value = self.tree.get(key(WATCHED, owner, id.as_bytes()));
        let value = value.map_err(|error| self.broken(error))?;
        value.map(|value| self.read(&value)).transpose()
    }

    /// Watch it no longer, and tell nobody what was to be told.
    pub(super) fn remove(&self, owner: &str, id: &str) -> Result<bool, WatchError> {
        let mut counts = self.writer();
        let Some(watched) = self.get(owner, id)? else {
            return Ok(false);
        };
        let mut batch = Batch::default();
        batch.remove(key(WATCHED, owner, id.as_bytes()));
        batch.remove(key(LETTERS, owner, id.as_bytes()));
        if let Some(change) = watched.change {
            batch.remove(key(CHANGED, owner, &change.sequence.to_be_bytes()));
        }
        self.commit(batch)?;
        if let Some(count) = counts.get_mut(owner) {
            *count = count.saturating_sub(1);
        }
        Ok(true)
    }

    /// The first `most` certificates whose last change came after `since`, in the order of these changes.
    pub(super) fn changes(
        &self,
        owner: &str,
        since: u64,
        most: usize,
    ) -> Result<Vec<(String, Watched)>, WatchError> {
        let Some(first) = since.checked_add(1) else {
            return Ok(Vec::new());
        };
        let range = key(CHANGED, owner, &first.to_be_bytes())
            ..=key(CHANGED, owner, &u64::MAX.to_be_bytes());
        let mut found = Vec::new();
        for entry in self.tree.range(range).take(most) {
            let (_, id) = entry.map_err(|error| self.broken(error))?;
            let id = text(&id);
            // One that was taken off in this moment is not told.
            if let Some(watched) = self.get(owner, &id)? {
                found.push((id, watched));
            }
        }
        Ok(found)
    }

    /// Look into the lists for everything; how many stand otherwise than before.
    pub(super) fn look(
        &self,
        evidence: &Evidence,
        now: Timestamp,
        has_webhook: impl Fn(&str) -> bool,
    ) -> Result<usize, WatchError> {
        let mut after = vec![WATCHED];
        let mut changed = 0;
        loop {
            // Between two chunks others may write.
            let _writer = self.writer();
            let mut batch = Batch::default();
            let mut last = self.last()?;
            let (before, mut seen) = (last, 0);
            let mut learnt = false;
            for entry in self
                .tree
                .range(after.clone()..vec![WATCHED + 1])
                .take(CHUNK)
            {
                let (at, value) = entry.map_err(|error| self.broken(error))?;
                seen += 1;
                after = [&at, &[0_u8][..]].concat();
                let (owner, id) = parts(&at).ok_or_else(|| self.damaged("a key"))?;
                let mut watched: Watched = self.read(&value)?;
                let known = watched.clone();
                if watched.look(evidence) {
                    last += 1;
                    if let Some(old) = watched.change {
                        batch.remove(key(CHANGED, owner, &old.sequence.to_be_bytes()));
                    }
                    watched.change = Some(Noticed {
                        sequence: last,
                        noticed: now,
                    });
                    batch.insert(key(CHANGED, owner, &last.to_be_bytes()), id);
                    if has_webhook(owner) {
                        let letter = self.written(&Letter::new(last))?;
                        batch.insert(key(LETTERS, owner, id), letter);
                    }
                }
                if watched != known {
                    learnt = true;
                    batch.insert(&at, self.written(&watched)?);
                }
            }
            if last > before {
                batch.insert(LAST, &last.to_be_bytes());
                changed += usize::try_from(last - before).unwrap_or(usize::MAX);
            }
            if learnt {
                self.commit(batch)?;
            }
            if seen < CHUNK {
                return Ok(changed);
            }
        }
    }

    /// The sequence of the last change.
    fn last(&self) -> Result<u64, WatchError> {
        let value = self.tree.get(LAST).map_err(|error| self.broken(error))?;
        let octets = value.as_deref().map(<[u8; 8]>::try_from).transpose();
        let octets = octets.map_err(|_| self.damaged("the last change's number"))?;
        Ok(octets.map_or(0, u64::from_be_bytes))
    }

    fn letters(
        &self,
        owner: &str,
    ) -> impl Iterator<Item = Result<(String, Letter), WatchError>> + '_ {
        let letters = self.tree.scan_prefix(key(LETTERS, owner, &[]));
        letters.map(|entry| {
            let (at, value) = entry.map_err(|error| self.broken(error))?;
            let (_, id) = parts(&at).ok_or_else(|| self.damaged("a key"))?;
            Ok((text(id), self.read(&value)?))
        })
    }

    /// The first `most` messages that are due, of an owner's webhook.
    pub(super) fn due(
        &self,
        owner: &str,
        now: i64,
        most: usize,
    ) -> Result<Vec<(String, Letter)>, WatchError> {
        let due = |letter: &Letter| letter.next_try.is_some_and(|at| at <= now);
        let letters = self.letters(owner);
        letters
            .filter(|letter| !matches!(letter, Ok((_, letter)) if !due(letter)))
            .take(most)
            .collect()
    }

    /// The first `most` messages that are not tried again.
    pub(super) fn dead_letters(
        &self,
        owner: &str,
        most: usize,
    ) -> Result<Vec<DeadLetter>, WatchError> {
        let letters = self.letters(owner);
        letters
            .filter(|letter| !matches!(letter, Ok((_, letter)) if letter.next_try.is_some()))
            .take(most)
            .map(|letter| {
                let (id, letter) = letter?;
                Ok(DeadLetter {
                    id,
                    sequence: letter.sequence,
                    attempts: letter.attempts,
                    problem: letter.problem.unwrap_or_default(),
                })
            })
            .collect()
    }

    /// What becomes of the message about change `sequence`: none, it was taken. A message about a later change, which
    /// came in the meantime, stays as it is.
    pub(super) fn settle(
        &self,
        owner: &str,
        id: &str,
        sequence: u64,
        after: Option<Letter>,
    ) -> Result<(), WatchError> {
        let _writer = self.writer();
        let at = key(LETTERS, owner, id.as_bytes());
        let value = self.tree.get(&at).map_err(|error| self.broken(error))?;
        let Some(value) = value else { return Ok(()) };
        if self.read::<Letter>(&value)?.sequence > sequence {
            return Ok(());
        }
        let mut batch = Batch::default();
        match after {
            None => batch.remove(at),
            Some(letter) => batch.insert(at, self.written(&letter)?),
        }
        self.commit(batch)
    }
}
