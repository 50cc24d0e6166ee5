//! The store port: few coarse operations that every back end offers and one conformance suite exercises.
//!
//! A store holds records: bytes under a [`Key`], which is a [`Collection`] and an id. Ids sort bytewise, so numbers go
//! in big-endian. One [`Commit`] is atomic and **durable when it returns**: nothing is acknowledged that a power cut
//! could take back. What it deliberately lacks: queries, joins, knowledge of what the records mean.

use std::fmt;

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
}

/// Where a record stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Key {
    /// The kind of record.
    pub collection: Collection,
    /// The id within the kind; 1 to 512 octets.
    pub id: Vec<u8>,
}

impl Key {
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
    /// Records to remove; removing what is absent is no error.
    pub removes: Vec<Key>,
}

/// One page of a scan: ids and values in ascending order of id.
pub type Page = Vec<(Vec<u8>, Vec<u8>)>;

/// A place that keeps records. Implementations are safe to share between threads.
pub trait Store: Send + Sync {
    /// The record at `key`, if any. Sees every commit that has returned.
    fn fetch(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError>;

    /// At most `limit` records of `collection` whose id starts with `prefix` and is greater than `after`, ascending.
    /// The next page starts after the last id of this one; an empty page is the end.
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
    /// A key or value breaks a limit of the port.
    #[error("a record id must have 1 to 512 octets, this has {octets}")]
    BadKey {
        /// How many it has.
        octets: usize,
    },
}
