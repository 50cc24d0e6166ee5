//! Does the certificate hold now, by its own dates? (V7, THREATS 7)

use cheti_shared::time::NotATime;

use super::Case;
use crate::outcome::{Outcome, Reason};

/// A clock that is certainly behind decides nothing but expiry, which a later time would not undo.
pub fn check(case: &Case<'_>) -> Outcome {
    let malformed = |error: NotATime| {
        Outcome::fail(Reason::Malformed {
            findings: vec![error.to_string()],
        })
    };
    let (from, until) = match (case.claim.valid_from(), case.claim.valid_until()) {
        (Ok(from), Ok(until)) => (from, until),
        (Err(error), _) | (_, Err(error)) => return malformed(error),
    };
    if let Some(at) = until.filter(|&until| case.now > until) {
        return Outcome::fail(Reason::Expired { at });
    }
    if let Some(gap) = case.clock_behind() {
        return Outcome::undecided(gap);
    }
    match from.filter(|&from| case.latest_now() < from) {
        Some(from) => Outcome::fail(Reason::NotYetValid { from }),
        None => Outcome::Pass,
    }
}
