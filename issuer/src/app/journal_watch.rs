//! Watch the journal: how much of what has happened, and whether the published status lists are behind it.

use std::collections::BTreeMap;

use cheti_shared::time::Timestamp;

use super::audit::events_after;
use super::desk::Desk;
use super::error::AppError;
use super::publish::Lifetimes;
use crate::domain::audit::Event;

/// Follows the journal from its first event; each look reads only what is new.
#[derive(Clone, Debug, Default)]
pub struct JournalWatch {
    seen: u64,
    actions: BTreeMap<String, u64>,
    signed: u64,
    lists: Lists,
}

/// How the published status lists stand to the records.
#[derive(Clone, Copy, Debug, Default)]
enum Lists {
    /// There is nothing to publish.
    #[default]
    None,
    /// Something changed that was not published.
    Behind,
    /// Everything was published, then.
    Published(Timestamp),
}

const PAGE: usize = 1_000;

impl JournalWatch {
    /// Read the events that came since the last look.
    pub fn follow(&mut self, desk: &Desk) -> Result<(), AppError> {
        loop {
            let events = events_after(desk, self.seen, PAGE)?;
            if events.is_empty() {
                return Ok(());
            }
            events.iter().for_each(|event| self.note(event));
        }
    }

    fn note(&mut self, event: &Event) {
        self.seen = event.seq;
        *self.actions.entry(event.action.clone()).or_default() += 1;
        match event.action.as_str() {
            "batch.sign" => {
                let count = event.detail.get("certificates");
                self.signed += count.and_then(serde_json::Value::as_u64).unwrap_or(0);
            }
            "status.publish" if !matches!(self.lists, Lists::None) => {
                self.lists = Lists::Published(event.at);
            }
            // A plan gives out places: a list older than the certificates does not speak for them.
            "batch.plan" | "direct.issue" | "direct.revoke" => self.lists = Lists::Behind,
            action if action.starts_with("certificate.") => self.lists = Lists::Behind,
            _ => {}
        }
    }

    /// Whether the status lists should be signed anew: they are behind the records, or half way to their end.
    pub fn is_publishing_due(&self, now: Timestamp, lifetimes: Lifetimes) -> bool {
        let half = i64::from(lifetimes.status_days) * 86_400 / 2;
        match self.lists {
            Lists::None => false,
            Lists::Behind => true,
            Lists::Published(at) => now.seconds_since(at) >= half,
        }
    }

    /// How many events of each action there are.
    pub fn actions(&self) -> &BTreeMap<String, u64> {
        &self.actions
    }

    /// How many certificates batches brought, first versions only.
    pub fn certificates_signed(&self) -> u64 {
        self.signed
    }
}

#[cfg(test)]
mod tests {
    use cheti_shared::ids::Digest;
    use serde_json::Map;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_790_000_000 + seconds).unwrap()
    }

    fn after(actions: &[&str]) -> JournalWatch {
        let mut watch = JournalWatch::default();
        for (seq, action) in (1..).zip(actions) {
            let mut detail = Map::new();
            detail.insert("certificates".to_owned(), 500.into());
            watch.note(&Event {
                seq,
                at: at(0),
                actor: "jane".to_owned(),
                action: (*action).to_owned(),
                about: "b1a2b3c4".to_owned(),
                detail,
                previous: Digest::of(b""),
            });
        }
        watch
    }

    #[test]
    fn lists_are_due_after_each_change_and_half_way_to_their_end() {
        let lifetimes = Lifetimes::default();
        let half = i64::from(lifetimes.status_days) * 43_200;
        for (actions, soon, later) in [
            (vec![], false, false),
            (vec!["batch.import", "batch.approve"], false, false),
            (vec!["batch.plan"], true, true),
            (vec!["batch.plan", "status.publish"], false, true),
            (
                vec!["batch.plan", "status.publish", "batch.sign"],
                false,
                true,
            ),
            (
                vec!["batch.plan", "status.publish", "certificate.revoke"],
                true,
                true,
            ),
            (vec!["status.publish"], false, false),
            (vec!["direct.issue"], true, true),
            (
                vec!["direct.issue", "status.publish", "direct.remove"],
                false,
                true,
            ),
            (
                vec!["direct.issue", "status.publish", "direct.revoke"],
                true,
                true,
            ),
        ] {
            let watch = after(&actions);
            let due = |seconds| watch.is_publishing_due(at(seconds), lifetimes);
            assert_eq!((due(half - 1), due(half)), (soon, later), "{actions:?}");
        }
    }

    #[test]
    fn certificates_are_counted_from_the_chunks() {
        let watch = after(&["batch.plan", "batch.sign", "batch.sign", "batch.issued"]);
        assert_eq!(watch.certificates_signed(), 1_000);
        assert_eq!(watch.actions()["batch.sign"], 2);
    }
}
