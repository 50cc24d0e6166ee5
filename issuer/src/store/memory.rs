//! A store in memory: the port's rules without a disk, for tests and dry runs. Nothing survives the process.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use crate::app::ports::store::{
    Collection, Commit, Expect, Key, PAGE_OCTETS, Page, Store, StoreError,
};

/// Records in a map.
#[derive(Debug, Default)]
pub struct MemoryStore {
    writer: Mutex<()>,
    records: RwLock<BTreeMap<Key, Vec<u8>>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn writing(&self) -> MutexGuard<'_, ()> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn fetch(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        key.check()?;
        Ok(self
            .records
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned())
    }

    fn scan(
        &self,
        collection: Collection,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let start = match after {
            Some(after) if after >= prefix => Bound::Excluded(Key::new(collection, after)),
            _ => Bound::Included(Key::new(collection, prefix)),
        };
        let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
        let mut page = Page::new();
        let mut octets = 0;
        for (key, value) in records.range((start, Bound::Unbounded)) {
            let beyond = key.collection != collection || !key.id.starts_with(prefix);
            if beyond || page.len() == limit || octets >= PAGE_OCTETS {
                break;
            }
            octets += key.id.len() + value.len();
            page.push((key.id.clone(), value.clone()));
        }
        Ok(page)
    }

    fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        commit.check()?;
        let _writer = self.writing();
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        for expect in &commit.expects {
            let (key, holds) = match expect {
                Expect::Absent(key) => (key, !records.contains_key(key)),
                Expect::Equals(key, value) => (key, records.get(key) == Some(value)),
            };
            if !holds {
                return Err(StoreError::Conflict { key: key.clone() });
            }
        }
        for (key, value) in commit.into_writes() {
            match value {
                Some(value) => records.insert(key, value),
                None => records.remove(&key),
            };
        }
        Ok(())
    }

    fn hold_still(
        &self,
        work: &mut dyn FnMut() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let _writer = self.writing();
        work()
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryStore;
    use crate::store::conformance;

    #[test]
    fn keeps_every_rule_of_the_port() {
        conformance::run(|| Box::new(MemoryStore::new()));
    }
}
