//! The audit journal: append-only, each event bound to the one before it by its hash (THREATS 10).
//!
//! It holds reason codes and digests, never a graduate's name (THREATS 23).

use cheti_shared::bundle::trust_list::JournalHead;
use cheti_shared::canon::jcs;
use cheti_shared::ids::Digest;
use cheti_shared::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One event, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its number, from 1.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it: an operator's short name, `api:` and a key's id, or `system`.
    pub actor: String,
    /// What was done, such as `batch.approve`.
    pub action: String,
    /// To what: a batch, change, credential or key id.
    pub about: String,
    /// Codes, counts and digests.
    pub detail: Map<String, Value>,
    /// Hash of the event before; of nothing for the first.
    pub previous: Digest,
}

/// What a use-case wants written; number, time and hash are added when it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Who.
    pub actor: String,
    /// What.
    pub action: &'static str,
    /// To what.
    pub about: String,
    /// Codes, counts and digests.
    pub detail: Map<String, Value>,
}

impl Entry {
    /// An entry without details.
    pub fn new(actor: impl ToString, action: &'static str, about: impl ToString) -> Self {
        Self {
            actor: actor.to_string(),
            action,
            about: about.to_string(),
            detail: Map::new(),
        }
    }

    /// The entry with one more detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }
}

/// What breaks the chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// An event is missing, or out of order.
    #[error("the journal has a gap: event {wanted} is missing, {found} stands in its place")]
    Gap {
        /// The number that belongs here.
        wanted: u64,
        /// The number found.
        found: u64,
    },
    /// An event was altered, or the one before it was.
    #[error("the journal was altered at or before event {seq}: its hashes do not fit")]
    Altered {
        /// The first event whose hash does not fit.
        seq: u64,
    },
    /// An event is earlier than the one before it.
    #[error("event {seq} is dated before the event that precedes it")]
    Backdated {
        /// The event.
        seq: u64,
    },
    /// The journal ends elsewhere than its recorded head.
    #[error(
        "the journal ends at event {found}, but its head says {wanted}: events were removed or altered"
    )]
    Head {
        /// Events according to the head.
        wanted: u64,
        /// Events found.
        found: u64,
    },
}

impl Event {
    /// The event's hash: the link of the chain.
    pub fn hash(&self) -> Digest {
        let value = serde_json::to_value(self).unwrap_or_default();
        Digest::tagged("cheti/audit-event/1", &jcs::canonicalize(&value))
    }
}

/// The head of an empty journal.
pub fn empty_head() -> JournalHead {
    JournalHead {
        events: 0,
        hash: Digest::of(b""),
    }
}

/// Walks a journal from its first event and compares every link.
#[derive(Clone, Copy, Debug)]
pub struct Chain {
    head: JournalHead,
    last: Option<Timestamp>,
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            head: empty_head(),
            last: None,
        }
    }
}

impl Chain {
    /// Take the next event.
    pub fn follow(&mut self, event: &Event) -> Result<(), ChainError> {
        let wanted = self.head.events + 1;
        if event.seq != wanted {
            return Err(ChainError::Gap {
                wanted,
                found: event.seq,
            });
        }
        if event.previous != self.head.hash {
            return Err(ChainError::Altered { seq: event.seq });
        }
        if self.last.is_some_and(|last| event.at < last) {
            return Err(ChainError::Backdated { seq: event.seq });
        }
        self.head = JournalHead {
            events: event.seq,
            hash: event.hash(),
        };
        self.last = Some(event.at);
        Ok(())
    }

    /// Where the walk stands.
    pub fn head(&self) -> JournalHead {
        self.head
    }

    /// Whether the walk ended exactly at the recorded head.
    pub fn end_at(&self, recorded: JournalHead) -> Result<(), ChainError> {
        if self.head.events != recorded.events {
            return Err(ChainError::Head {
                wanted: recorded.events,
                found: self.head.events,
            });
        }
        match self.head.hash == recorded.hash {
            true => Ok(()),
            false => Err(ChainError::Altered {
                seq: recorded.events,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(length: u64) -> Vec<Event> {
        let mut previous = empty_head().hash;
        let mut events = Vec::new();
        for seq in 1..=length {
            let event = Event {
                seq,
                at: Timestamp::from_unix(1_790_000_000 + i64::try_from(seq).unwrap()).unwrap(),
                actor: "jane".to_owned(),
                action: "batch.submit".to_owned(),
                about: format!("batch-{seq}"),
                detail: Map::new(),
                previous,
            };
            previous = event.hash();
            events.push(event);
        }
        events
    }

    fn walk(events: &[Event], head: JournalHead) -> Result<(), ChainError> {
        let mut chain = Chain::default();
        events.iter().try_for_each(|event| chain.follow(event))?;
        chain.end_at(head)
    }

    #[test]
    fn every_tampering_breaks_the_chain() {
        let events = journal(6);
        let head = JournalHead {
            events: 6,
            hash: events[5].hash(),
        };
        assert_eq!(walk(&events, head), Ok(()));
        for i in 0..events.len() {
            let mut edited = events.clone();
            edited[i].actor = "mallory".to_owned();
            assert!(walk(&edited, head).is_err(), "edit {i}");
            let mut removed = events.clone();
            removed.remove(i);
            assert!(walk(&removed, head).is_err(), "remove {i}");
            if i > 0 {
                let mut swapped = events.clone();
                swapped.swap(i, i - 1);
                assert!(walk(&swapped, head).is_err(), "swap {i}");
            }
        }
        let mut longer = events.clone();
        longer.push(journal(7).pop().unwrap());
        assert!(walk(&longer, head).is_err());
    }
}
