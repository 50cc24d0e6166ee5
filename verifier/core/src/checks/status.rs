//! Was the certificate revoked, suspended or replaced? (Bitstring Status List 3.2, THREATS 3, 6, 7)
//!
//! A set bit of purpose revocation counts whatever the list's age, since revoking is for good. A clear bit counts only
//! in a list made after the certificate was signed, still in force, and not older than one seen before.

use cheti_shared::status::entry::{EntryError, Purpose, StatusEntry};
use cheti_shared::time::Timestamp;
use serde::Serialize;

use super::Case;
use crate::evidence::status::{Held, HeldStatus};
use crate::outcome::{Gap, Outcome, Reason};
use crate::policy::WithoutStatus;

/// A status list that was looked into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListUsed {
    /// Its URL.
    pub url: String,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it may be relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// Its age.
    pub age_seconds: i64,
}

/// What each entry's list says, in the order of the entries.
pub fn answers(case: &Case<'_>) -> Vec<Outcome> {
    match case.claim.status() {
        Ok(entries) => entries.iter().map(|entry| look_up(case, entry)).collect(),
        Err(error) => vec![unknown(error.to_string())],
    }
}

/// The worst of the answers.
pub fn check(case: &Case<'_>, answers: &[Outcome]) -> Outcome {
    let answer = answers.iter().cloned().reduce(Outcome::worse);
    match (answer, case.policy.without_status) {
        (None | Some(Outcome::NotRequired), WithoutStatus::Undecided) => {
            unknown("it names no list that would tell".to_owned())
        }
        (answer, _) => answer.unwrap_or(Outcome::NotRequired),
    }
}

/// Whether `outcome` says no more than that no list is held, which cannot be otherwise for an issuer that nobody
/// registered.
pub fn is_merely_not_held(case: &Case<'_>, outcome: &Outcome) -> bool {
    let unknown = matches!(
        outcome,
        Outcome::Undecided {
            gap: Gap::StatusUnknown { .. }
        }
    );
    let entries = match case.claim.status() {
        Ok(entries) => entries,
        Err(EntryError::OtherType) => Vec::new(),
        Err(EntryError::Member(_)) => return false,
    };
    let held = |entry: &StatusEntry| {
        let held = case.evidence.status(&entry.list);
        held.is_some_and(|held| held.by(case.claim.issuer()).is_some())
    };
    unknown && !entries.iter().any(held)
}

/// The lists that [`check`] looks into, for the report.
pub fn lists_used(case: &Case<'_>) -> Vec<ListUsed> {
    let entries = case.claim.status().unwrap_or_default();
    let used = entries.iter().filter_map(|entry| {
        let list = case.evidence.status(&entry.list)?;
        let list = list.by(case.claim.issuer())?.list();
        Some(ListUsed {
            url: entry.list.clone(),
            made: list.valid_from(),
            valid_until: list.valid_until(),
            age_seconds: case.now.seconds_since(list.valid_from()),
        })
    });
    used.collect()
}

fn look_up(case: &Case<'_>, entry: &StatusEntry) -> Outcome {
    if let Purpose::Other(_) = entry.purpose {
        return Outcome::NotRequired;
    }
    let status = match case.evidence.status(&entry.list) {
        Some(Held::Refused(refused)) => return unknown(refused.to_string()),
        Some(held) => match held.by(case.claim.issuer()) {
            Some(status) => status,
            None => return unknown("the status list held is another issuer's".to_owned()),
        },
        None => return unknown("its status list is not held".to_owned()),
    };
    match status.list().is_set(entry) {
        Err(error) => unknown(error.to_string()),
        Ok(true) if entry.purpose == Purpose::Revocation => revoked(status, entry),
        Ok(set) => match may_rely(case, status) {
            Outcome::Pass if set => Outcome::fail(Reason::Suspended {
                as_of: status.list().valid_from(),
            }),
            answer => answer,
        },
    }
}

fn revoked(status: &HeldStatus, entry: &StatusEntry) -> Outcome {
    let dated = status.reason(entry.index);
    Outcome::fail(Reason::revoked(
        dated.map(|dated| dated.reason),
        dated.map(|dated| dated.date),
    ))
}

/// Whether a clear bit, or a suspension, is news that still holds.
fn may_rely(case: &Case<'_>, status: &HeldStatus) -> Outcome {
    let list = status.list();
    let held = list.valid_from();
    let remembered = case.evidence.memory().status_list(list.url());
    if let Some(remembered) = remembered.filter(|&remembered| held < remembered) {
        return Outcome::undecided(Gap::StatusRolledBack { held, remembered });
    }
    match case.signed_at() {
        None => return Outcome::undecided(Gap::CreatedMissing),
        Some(signed) if held < signed => {
            return unknown(format!(
                "the status list held was made at {held}, before the certificate was signed"
            ));
        }
        Some(_) => {}
    }
    if let Some(gap) = case.clock_behind() {
        return Outcome::undecided(gap);
    }
    match status.is_fresh(case.policy, case.now) {
        true => Outcome::Pass,
        false => Outcome::undecided(Gap::StatusStale {
            as_of: held,
            age_seconds: case.now.seconds_since(held),
        }),
    }
}

fn unknown(detail: String) -> Outcome {
    Outcome::undecided(Gap::StatusUnknown { detail })
}
