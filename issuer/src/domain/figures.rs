//! Figures: how many certificates were issued, awarded, corrected and ended, by course and month. Read off the journal, so
//! they are what was done, whatever became of the records since.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::audit::Event;

/// The counts of a course in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// First versions signed.
    pub issued: u64,
    /// Certificates whose award took effect.
    pub awarded: u64,
    /// Further versions signed.
    pub corrected: u64,
    /// Ended for good.
    pub revoked: u64,
}

/// The counts by course and month, such as `2026-10`.
pub type Figures = BTreeMap<(String, String), Counts>;

/// What an event is about, for figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A batch's certificates, so many.
    Batch(&'a str, u64),
    /// One certificate.
    Certificate(&'a str),
}

/// Which count an event adds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// First versions were signed.
    Issued,
    /// A further version was signed.
    Corrected,
    /// Certificates ended for good.
    Revoked,
}

/// What an event adds to the figures; none for most.
pub fn counted(event: &Event) -> Option<(Counted, Subject<'_>)> {
    let number = || event.detail.get("certificates").and_then(Value::as_u64);
    let batch = || event.detail.get("batch").and_then(Value::as_str);
    match event.action.as_str() {
        "batch.sign" => Some((Counted::Issued, Subject::Batch(&event.about, number()?))),
        "certificate.withdraw" => Some((Counted::Revoked, Subject::Batch(batch()?, number()?))),
        "certificate.correct" => Some((Counted::Corrected, Subject::Certificate(&event.about))),
        "certificate.revoke" => Some((Counted::Revoked, Subject::Certificate(&event.about))),
        _ => None,
    }
}

impl Counts {
    /// Add to one of the counts.
    pub fn add(&mut self, counted: Counted, number: u64) {
        *match counted {
            Counted::Issued => &mut self.issued,
            Counted::Corrected => &mut self.corrected,
            Counted::Revoked => &mut self.revoked,
        } += number;
    }
}
