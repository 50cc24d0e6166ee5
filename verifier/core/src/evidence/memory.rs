//! What a verifier saw before, so that older lists cannot be put in the place of newer ones (THREATS 6).

use std::collections::BTreeMap;

use cheti_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The newest version and dates seen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Memory {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trust_list_version: Option<u64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    status_lists: BTreeMap<String, Timestamp>,
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
        let newest = self.status_lists.entry(url.to_owned()).or_insert(made);
        *newest = made.max(*newest);
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
        let text = serde_json::to_string(&memory).unwrap();
        assert_eq!(serde_json::from_str::<Memory>(&text).unwrap(), memory);
    }
}
