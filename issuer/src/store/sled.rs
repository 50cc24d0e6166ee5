//! The store over sled: one tree, one process, durable before it is acknowledged.
//!
//! Writers apply their commits one after the other and then share the wait for the disk: whoever flushes, flushes
//! everything applied so far, and the others find their commit durable already. A write or flush that fails leaves it
//! unknown what is on disk, so the store then stops ([`StoreError::Halted`]) until it is reopened.

mod folder;
mod guard;
mod layout;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use ::sled::{Batch, Config, Db, Error as SledError, IVec};

use crate::app::ports::store::{
    Collection, Commit, Expect, Key, PAGE_OCTETS, Page, Store, StoreError,
};

use self::folder::Folder;
use self::guard::{Refusal, guarded};
use self::layout::{CHUNK_OCTETS, FORMAT_KEY, Head, chunk_key, record_key};

/// The format of the tree that this program writes.
const FORMAT: u32 = 1;
/// sled's page cache. Its default is 1 GiB, far more than an issuer needs; what less of it costs stands in
/// tests/benches/README.md.
const CACHE_OCTETS: u64 = 16 << 20;

/// A store in a folder, held by this process alone.
///
/// The folder has mode 0700 and the files 0600. Dropping the value frees the folder.
#[derive(Debug)]
pub struct SledStore {
    // Fields drop in this order: the lock in `folder` is the last to go.
    tree: Db,
    /// Writers, one at a time: checking the demands and applying. A backup holds it to keep the store still.
    writer: Mutex<()>,
    /// Readers see a commit whole or not at all.
    visible: RwLock<()>,
    /// How many commits have been applied.
    applied: AtomicU64,
    /// How many commits are durable; held while flushing.
    durable: Mutex<u64>,
    /// Why the store stopped, if it did.
    halted: OnceLock<String>,
    recovery: Recovery,
    folder: Folder,
}

/// How a store was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// In the usual way.
    Usual,
    /// Its snapshot was damaged and is set aside (`aside.snap.*`); the records were read from the log itself.
    WithoutSnapshot,
}

impl SledStore {
    /// Make a store in folder `dir`, which is made too if it does not exist.
    ///
    /// [`StoreError::Exists`] if there is one already, [`StoreError::Occupied`] if the folder holds anything else.
    pub fn create(dir: &Path) -> Result<Self, StoreError> {
        let store = Self::start(Folder::create(dir)?)?;
        if !store.tree.is_empty() {
            return Err(StoreError::Exists {
                path: store.folder.shown(),
            });
        }
        store
            .tree
            .insert(FORMAT_KEY, &FORMAT.to_be_bytes())
            .map_err(|error| store.explain("written", error))?;
        store.flush().map_err(|source| StoreError::Io {
            action: "written",
            source,
        })?;
        Ok(store)
    }

    /// Open the store in folder `dir`; never makes one ([`StoreError::Missing`]).
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let store = Self::start(Folder::open(dir)?)?;
        let format = match guarded(|| store.tree.get(FORMAT_KEY)) {
            Err(Refusal::Damage(detail)) => return Err(store.folder.mark_damaged(&detail)),
            Err(Refusal::Io(source)) => {
                return Err(StoreError::Io {
                    action: "opened",
                    source,
                });
            }
            Ok(format) => format,
        };
        let path = store.folder.shown();
        match format.as_deref().map(<[u8; 4]>::try_from) {
            Some(Ok(octets)) => match u32::from_be_bytes(octets) {
                FORMAT => Ok(store),
                found => Err(StoreError::Newer {
                    path,
                    found,
                    known: FORMAT,
                }),
            },
            None if store.tree.is_empty() && store.recovery == Recovery::Usual => {
                Err(StoreError::Missing { path })
            }
            _ => Err(store
                .folder
                .mark_damaged("its format number cannot be read")),
        }
    }

    /// How it was opened; after [`Recovery::WithoutSnapshot`] the caller does well to check the audit journal.
    pub fn recovery(&self) -> Recovery {
        self.recovery
    }

    /// The folder it is in.
    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    fn start(folder: Folder) -> Result<Self, StoreError> {
        let (tree, recovery) = match open_tree(folder.path()) {
            Err(Refusal::Damage(detail)) => {
                folder
                    .set_snapshots_aside()
                    .map_err(|source| StoreError::Io {
                        action: "opened",
                        source,
                    })?;
                (
                    open_tree(folder.path()).map_err(|_| folder.mark_damaged(&detail))?,
                    Recovery::WithoutSnapshot,
                )
            }
            Err(Refusal::Io(source)) => {
                return Err(StoreError::Io {
                    action: "opened",
                    source,
                });
            }
            Ok(tree) => (tree, Recovery::Usual),
        };
        folder.settle().map_err(|source| StoreError::Io {
            action: "opened",
            source,
        })?;
        Ok(Self {
            tree,
            writer: Mutex::new(()),
            visible: RwLock::new(()),
            applied: AtomicU64::new(0),
            durable: Mutex::new(0),
            halted: OnceLock::new(),
            recovery,
            folder,
        })
    }

    /// Check the demands and apply the writes; the number of commits applied by then.
    fn apply(&self, commit: Commit) -> Result<u64, StoreError> {
        let _writer = self.writing();
        self.check_running()?;
        for expect in &commit.expects {
            self.check_demand(expect)?;
        }
        let batch = self.batch(commit.into_writes())?;
        let _invisible = self.visible.write().unwrap_or_else(PoisonError::into_inner);
        match guarded(|| self.tree.apply_batch(batch)) {
            Ok(()) => Ok(self.applied.fetch_add(1, Ordering::SeqCst) + 1),
            Err(refusal) => Err(self.halt(refusal.into())),
        }
    }

    /// Wait until the commits up to `ticket` are durable, flushing for everybody if nobody has.
    fn make_durable(&self, ticket: u64) -> Result<(), StoreError> {
        let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        if *durable >= ticket {
            return Ok(());
        }
        self.check_running()?;
        let upto = self.applied.load(Ordering::SeqCst);
        self.flush().map_err(|error| self.halt(error))?;
        *durable = upto;
        Ok(())
    }

    /// sled's own flush hands everything to the kernel; the folder's sync waits for the device.
    fn flush(&self) -> io::Result<()> {
        guarded(|| self.tree.flush())?;
        self.folder.sync()
    }

    fn check_demand(&self, expect: &Expect) -> Result<(), StoreError> {
        let (key, holds) = match expect {
            Expect::Absent(key) => (key, self.head(key)?.is_none()),
            Expect::Equals(key, value) => (key, self.read(key)?.as_ref() == Some(value)),
        };
        if holds {
            Ok(())
        } else {
            Err(StoreError::Conflict { key: key.clone() })
        }
    }

    /// The writes as sled's batch, with the chunks of long values, and without those the old values had.
    fn batch(&self, writes: BTreeMap<Key, Option<Vec<u8>>>) -> Result<Batch, StoreError> {
        let mut batch = Batch::default();
        for (key, value) in writes {
            let old_chunks = match self.head(&key)? {
                Some(octets) => self.decode(&key, &octets)?.chunks(),
                None => 0,
            };
            let head = value.as_deref().map(Head::of);
            match &head {
                Some(head) => batch.insert(record_key(key.collection, &key.id), head.encode()),
                None => batch.remove(record_key(key.collection, &key.id)),
            }
            let chunks = head.map_or(0, |head| head.chunks());
            if chunks > 0 {
                for (number, chunk) in (0..).zip(value.unwrap_or_default().chunks(CHUNK_OCTETS)) {
                    batch.insert(chunk_key(&key, number), chunk);
                }
            }
            for number in chunks..old_chunks {
                batch.remove(chunk_key(&key, number));
            }
        }
        Ok(batch)
    }

    fn head(&self, key: &Key) -> Result<Option<IVec>, StoreError> {
        guarded(|| self.tree.get(record_key(key.collection, &key.id)))
            .map_err(|refusal| self.refuse("read", refusal))
    }

    fn read(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        match self.head(key)? {
            Some(octets) => self.value(key, &octets).map(Some),
            None => Ok(None),
        }
    }

    /// The value whose head is `octets`.
    fn value(&self, key: &Key, octets: &[u8]) -> Result<Vec<u8>, StoreError> {
        let head = self.decode(key, octets)?;
        let length = match head {
            Head::Whole(value) => return Ok(value.to_vec()),
            Head::Chunked(length) => length as usize,
        };
        let mut value = Vec::new();
        for number in 0..head.chunks() {
            match guarded(|| self.tree.get(chunk_key(key, number)))
                .map_err(|refusal| self.refuse("read", refusal))?
            {
                Some(chunk) => value.extend_from_slice(&chunk),
                None => return Err(self.damaged(format!("chunk {number} of {key:?} is missing"))),
            }
        }
        if value.len() == length {
            Ok(value)
        } else {
            Err(self.damaged(format!("{key:?} has the wrong length")))
        }
    }

    fn decode<'a>(&self, key: &Key, octets: &'a [u8]) -> Result<Head<'a>, StoreError> {
        Head::decode(octets).ok_or_else(|| self.damaged(format!("{key:?} cannot be read")))
    }

    fn damaged(&self, detail: String) -> StoreError {
        StoreError::Damaged {
            path: self.folder.shown(),
            detail,
        }
    }

    fn writing(&self) -> MutexGuard<'_, ()> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_running(&self) -> Result<(), StoreError> {
        match self.halted.get() {
            Some(cause) => Err(StoreError::Halted {
                path: self.folder.shown(),
                cause: cause.clone(),
            }),
            None => Ok(()),
        }
    }

    /// Stop for good; the error for the commit that met the failure.
    fn halt(&self, source: io::Error) -> StoreError {
        // Whoever was first named the cause.
        let _ = self.halted.set(source.to_string());
        StoreError::Io {
            action: "written",
            source,
        }
    }

    fn refuse(&self, action: &'static str, refusal: Refusal) -> StoreError {
        match refusal {
            Refusal::Io(source) => StoreError::Io { action, source },
            Refusal::Damage(detail) => self.damaged(detail),
        }
    }

    fn explain(&self, action: &'static str, error: SledError) -> StoreError {
        self.refuse(action, error.into())
    }
}

impl Store for SledStore {
    fn fetch(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        key.check()?;
        let _visible = self.visible.read().unwrap_or_else(PoisonError::into_inner);
        self.check_running()?;
        self.read(key)
    }

    fn scan(
        &self,
        collection: Collection,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let _visible = self.visible.read().unwrap_or_else(PoisonError::into_inner);
        self.check_running()?;
        let start = record_key(collection, after.map_or(prefix, |after| after.max(prefix)));
        let prefix = record_key(collection, prefix);
        let mut page = Page::new();
        let mut octets = 0;
        for entry in self.tree.range(start..) {
            let (key, head) = entry.map_err(|error| self.explain("read", error))?;
            if page.len() == limit || octets >= PAGE_OCTETS || !key.starts_with(&prefix) {
                break;
            }
            let id = &key[1..];
            if after.is_some_and(|after| id <= after) {
                continue;
            }
            let value = self.value(&Key::new(collection, id), &head)?;
            octets += id.len() + value.len();
            page.push((id.to_vec(), value));
        }
        Ok(page)
    }

    fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        commit.check()?;
        let ticket = self.apply(commit)?;
        self.make_durable(ticket)
    }

    fn hold_still(
        &self,
        work: &mut dyn FnMut() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let _writer = self.writing();
        self.check_running()?;
        work()
    }
}

/// Open sled's own files. The background flush is off: every commit flushes before it is acknowledged.
fn open_tree(path: &Path) -> Result<Db, Refusal> {
    guarded(|| {
        Config::new()
            .path(path)
            .cache_capacity(CACHE_OCTETS)
            .flush_every_ms(None)
            .open()
    })
}

#[cfg(test)]
mod tests;
