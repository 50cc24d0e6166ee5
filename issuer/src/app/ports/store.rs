//! The store port: few coarse operations that every back end offers and one conformance suite exercises.
//!
//! A store holds records: bytes under a [`Key`], which is a [`Collection`] and an id. Ids sort bytewise, so numbers go
//! in big-endian. One [`Commit`] is atomic and **durable when it returns**: nothing is acknowledged that a power cut
//! could take back. What it deliberately lacks: queries, joins, knowledge of what the records mean.

use std::collections::BTreeMap;
use std::fmt;

/// The longest id, in octets.
pub const ID_OCTETS: usize = 512;
/// The most a commit may hold, in octets of ids and values together; 500 certificates take about 1 MB.
pub const COMMIT_OCTETS: usize = 32 << 20;
/// A page of a scan ends after the record that brings it to this many octets of ids and values.
pub const PAGE_OCTETS: usize = 8 << 20;

/// The kind of a record; the discriminant is its first byte on disk and never changes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Collection {
    /// Single records about the store itself: organisation, counters, heads.
    Meta = 1,
    /// Courses by code.
    Course = 2,
    /// Published templates by template id and digest; immutable.
    Template = 3,
    /// Operators by id.
    Operator = 4,
    /// Signing keys' public halves and endings by key id.
    SigningKey = 5,
    /// Batches by batch id: state, statements, totals.
    Batch = 6,
    /// Rows of a batch by batch id and row number.
    Row = 7,
    /// Saved plans by batch id and chunk number.
    Plan = 8,
    /// Signed credentials, the exact bytes, by credential id and version; first write wins.
    Credential = 9,
    /// State of a certificate by credential id: latest version, status, history.
    Certificate = 10,
    /// Status list working state (allocation and bits) by list number.
    StatusList = 11,
    /// Published artefacts, the exact bytes, by path: status list credentials, reasons, trust list.
    Published = 12,
    /// Two-person changes by change id: revoke, suspend, reinstate, correct, operators, API keys.
    Change = 13,
    /// API keys by id, hashed.
    ApiKey = 14,
    /// The audit journal by sequence number.
    Audit = 15,
    /// Look-up records: certificate number → credential id and the like.
    Index = 16,
    /// Directly issued credentials by SHA-256 of the credential's id: plan, then the exact bytes; first write wins.
    Direct = 17,
    /// Print kits by digest: design, pictures and words of certificates; immutable.
    Kit = 18,
    /// Accounts of the console by operator.
    Account = 19,
    /// Draft rosters by draft id, and their lines by draft id and chunk number; removed when imported.
    Draft = 20,
    /// What was handed out at ceremonies, by credential id; how they were closed, by batch id.
    HandOut = 21,
}

/// Where a record stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Key {
    /// The kind of record.
    pub collection: Collection,
    /// The id within the kind; 1 to 512 octets.
    pub id: Vec<u8>,
}

impl Collection {
    /// Every collection, in the order of the discriminants.
    pub const ALL: [Self; 21] = [
        Self::Meta,
        Self::Course,
        Self::Template,
        Self::Operator,
        Self::SigningKey,
        Self::Batch,
        Self::Row,
        Self::Plan,
        Self::Credential,
        Self::Certificate,
        Self::StatusList,
        Self::Published,
        Self::Change,
        Self::ApiKey,
        Self::Audit,
        Self::Index,
        Self::Direct,
        Self::Kit,
        Self::Account,
        Self::Draft,
        Self::HandOut,
    ];
}

impl Key {
    /// Refuse an id that breaks the limit of [`ID_OCTETS`].
    pub fn check(&self) -> Result<(), StoreError> {
        match self.id.len() {
            1..=ID_OCTETS => Ok(()),
            octets => Err(StoreError::BadKey { octets }),
        }
    }

    /// The key of record `id` in `collection`.
    pub fn new(collection: Collection, id: impl Into<Vec<u8>>) -> Self {
        Self {
            collection,
            id: id.into(),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}/{}", self.collection, self.id.escape_ascii())
    }
}

/// What a commit demands of the store before anything is written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Expect {
    /// No record stands there (first write wins).
    Absent(Key),
    /// The record's value is exactly this.
    Equals(Key, Vec<u8>),
}

/// A set of writes that happens whole or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Commit {
    /// Demands, checked under the same lock as the writes.
    pub expects: Vec<Expect>,
    /// Records to write, replacing what stands there.
    pub puts: Vec<(Key, Vec<u8>)>,
    /// Records to remove, after the writes; removing what is absent is no error.
    pub removes: Vec<Key>,
}

impl Commit {
    /// Refuse a commit that breaks a limit of the port, before any back end sees it.
    pub fn check(&self) -> Result<(), StoreError> {
        let demands = self.expects.iter().map(|expect| match expect {
            Expect::Absent(key) => (key, 0),
            Expect::Equals(key, value) => (key, value.len()),
        });
        let puts = self.puts.iter().map(|(key, value)| (key, value.len()));
        let removes = self.removes.iter().map(|key| (key, 0));
        let mut octets = 0_usize;
        for (key, value_octets) in demands.chain(puts).chain(removes) {
            key.check()?;
            octets = octets
                .saturating_add(key.id.len())
                .saturating_add(value_octets);
        }
        if octets > COMMIT_OCTETS {
            return Err(StoreError::TooLarge {
                octets,
                limit: COMMIT_OCTETS,
            });
        }
        Ok(())
    }

    /// What is to stand under each key afterwards (`None`: nothing): the last write of a key wins, a remove beats it.
    pub fn into_writes(self) -> BTreeMap<Key, Option<Vec<u8>>> {
        let puts = self.puts.into_iter().map(|(key, value)| (key, Some(value)));
        let removes = self.removes.into_iter().map(|key| (key, None));
        puts.chain(removes).collect()
    }
}

/// One page of a scan: ids and values in ascending order of id.
pub type Page = Vec<(Vec<u8>, Vec<u8>)>;

/// A place that keeps records. Implementations are safe to share between threads.
pub trait Store: Send + Sync {
    /// The record at `key`, if any. Sees every commit that has returned, and each commit whole or not at all.
    ///
    /// It may also see a commit that has not returned yet: whoever publishes what it read without having written it
    /// waits for its own commit first.
    fn fetch(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError>;

    /// At most `limit` records of `collection` whose id starts with `prefix` and is greater than `after`, ascending.
    /// The next page starts after the last id of this one; an empty page is the end. A page that reaches
    /// [`PAGE_OCTETS`] ends early, so a short page is not the end. One page is one moment; two pages are two.
    fn scan(
        &self,
        collection: Collection,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Page, StoreError>;

    /// Check every demand, then write everything, then make it durable, then return.
    ///
    /// [`StoreError::Conflict`] names the first demand that did not hold; nothing was written then.
    fn commit(&self, commit: Commit) -> Result<(), StoreError>;

    /// Run `work` while no commit happens, so that many pages are one moment (a backup). Reads go on, commits wait.
    ///
    /// `work` must not commit to the same store: it would wait for itself.
    fn hold_still(
        &self,
        work: &mut dyn FnMut() -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;
}

/// What can go wrong with a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A demand of a commit did not hold; nothing was written.
    #[error("record {key:?} is not as expected, somebody else wrote first; nothing was changed")]
    Conflict {
        /// The record whose demand failed.
        key: Key,
    },
    /// Another process holds the store.
    #[error("the store in {path} is in use by another process")]
    Locked {
        /// The store's folder.
        path: String,
    },
    /// There is no store there (and opening never makes one by accident).
    #[error("no store in {path}")]
    Missing {
        /// The folder that was looked in.
        path: String,
    },
    /// There is a store already where one was to be made.
    #[error("{path} holds a store already; it was left as it is")]
    Exists {
        /// The folder.
        path: String,
    },
    /// The disk has no room, or the store could not be read or written; nothing was acknowledged.
    #[error("the store could not be {action}")]
    Io {
        /// What was being done: "opened", "read", "written".
        action: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The store's own files are damaged.
    #[error("the store in {path} is damaged: {detail}")]
    Damaged {
        /// The store's folder.
        path: String,
        /// What was found.
        detail: String,
    },
    /// An earlier write failed, so what is on disk is not known; nothing is read or written until the store is reopened.
    #[error(
        "the store in {path} stopped because a write failed ({cause}); restart to reopen it with what was acknowledged"
    )]
    Halted {
        /// The store's folder.
        path: String,
        /// What failed.
        cause: String,
    },
    /// The store was written by a newer version of this program.
    #[error(
        "the store in {path} has format {found}, this program knows format {known}; use the newer program"
    )]
    Newer {
        /// The store's folder.
        path: String,
        /// The format found there.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// A folder where a store was to be made holds something else.
    #[error("{path} holds {found}, which is no part of a store; choose an empty folder")]
    Occupied {
        /// The folder.
        path: String,
        /// One of the files in it.
        found: String,
    },
    /// A commit is larger than the port allows.
    #[error("a commit holds {octets} octets, the limit is {limit}; write in smaller commits")]
    TooLarge {
        /// How many it has.
        octets: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The process that holds the store could not be understood, or did not understand.
    #[error("the server that holds the store did not answer as expected: {detail}")]
    Protocol {
        /// What was wrong.
        detail: String,
    },
    /// An id breaks a limit of the port.
    #[error("a record id must have 1 to 512 octets, this has {octets}")]
    BadKey {
        /// How many it has.
        octets: usize,
    },
}
