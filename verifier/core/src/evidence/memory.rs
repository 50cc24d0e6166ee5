//! What a verifier saw before, so that older lists cannot be put in the place of newer ones (THREATS 6).

use cheti_shared::json::members::{FromJson, MemberError, object, only, optional};
use cheti_shared::sorted::Sorted;
use cheti_shared::time::Timestamp;
use serde_json::{Map, Value};

/// The newest version and dates seen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    trust_list_version: Option<u64>,
    status_lists: Sorted<String, Timestamp>,
}

impl Memory {
    /// As it is kept: `trustListVersion`, and `statusLists` by URL; what is empty is left out.
    pub fn to_json(&self) -> Value {
        let mut kept = Map::new();
        if let Some(version) = self.trust_list_version {
            kept.insert("trustListVersion".to_owned(), version.into());
        }
        let lists = self.status_lists.iter();
        let mut by_url = Map::new();
        by_url.extend(lists.map(|(url, made)| (url.clone(), made.to_string().into())));
        if !by_url.is_empty() {
            kept.insert("statusLists".to_owned(), by_url.into());
        }
        kept.into()
    }
}

impl FromJson for Memory {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        let kept = object(value)?;
        only(kept, &["trustListVersion", "statusLists"])?;
        let lists: Option<Map<String, Value>> = optional(kept, "statusLists")?;
        let mut status_lists = Vec::new();
        for (url, made) in lists.unwrap_or_default() {
            status_lists.push((url, Timestamp::from_json(&made)?));
        }
        Ok(Self {
            trust_list_version: optional(kept, "trustListVersion")?,
            status_lists: status_lists.into_iter().collect(),
        })
    }
}

/// An older trust list than one that was used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this trust list has version {held}, but version {remembered} was used here before: an old list was put in its place"
)]
pub struct Rollback {
    /// The version at hand.
    pub held: u64,
    /// The newest version seen before.
    pub remembered: u64,
}

/// An older status list than one that was used before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "its status list {url} is of {held}, but one of {remembered} was used here before: an old list was put in its place"
)]
pub struct OlderList {
    /// The list's URL.
    pub url: String,
    /// When the list at hand was made.
    pub held: Timestamp,
    /// When the newest seen before was made.
    pub remembered: Timestamp,
}

impl Memory {
    /// The newest trust list's version.
    pub fn trust_list_version(&self) -> Option<u64> {
        self.trust_list_version
    }

    /// When the newest status list under this URL was made.
    pub fn status_list(&self, url: &str) -> Option<Timestamp> {
        self.status_lists.get(url).copied()
    }

    /// Refuse a trust list that is older than one seen before.
    pub fn allow_trust_list(&self, held: u64) -> Result<(), Rollback> {
        match self.trust_list_version {
            Some(remembered) if held < remembered => Err(Rollback { held, remembered }),
            _ => Ok(()),
        }
    }

    /// A trust list of this version was used.
    pub fn saw_trust_list(&mut self, version: u64) {
        self.trust_list_version = self.trust_list_version.max(Some(version));
    }

    /// A status list of this date was used.
    pub fn saw_status_list(&mut self, url: &str, made: Timestamp) {
        if self.status_list(url).is_none_or(|newest| newest < made) {
            self.status_lists.insert(url.to_owned(), made);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_never_forgets_the_newest() {
        let (early, late): (Timestamp, Timestamp) = (
            "2026-01-01T00:00:00Z".parse().unwrap(),
            "2026-02-01T00:00:00Z".parse().unwrap(),
        );
        let mut memory = Memory::default();
        assert_eq!(memory.allow_trust_list(0), Ok(()));
        for (version, made) in [(2, late), (1, early)] {
            memory.saw_trust_list(version);
            memory.saw_status_list("https://nc4.example/status/1", made);
        }
        assert_eq!(memory.allow_trust_list(2), Ok(()));
        assert!(memory.allow_trust_list(1).is_err());
        assert_eq!(
            memory.status_list("https://nc4.example/status/1"),
            Some(late)
        );
        assert_eq!(Memory::from_json(&memory.to_json()), Ok(memory));
    }
}
