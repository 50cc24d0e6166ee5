//! Status lists as evidence: read once, and only when a status key of their issuer vouches for them.

use std::collections::BTreeMap;

use cheti_shared::bundle::PublishedStatus;
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::credential::envelope::{EnvelopeError, SignedCredential};
use cheti_shared::ids::StatusIndex;
use cheti_shared::proof::Proof;
use cheti_shared::status::list::{StatusList, StatusListError};
use cheti_shared::status::reasons::{DatedReason, StatusReasons};
use cheti_shared::time::Timestamp;
use serde_json::{Map, Value};

use super::{KnownIssuer, Trust};
use crate::checks::{issuer, proof};
use crate::outcome::Outcome;
use crate::policy::{OPEN_ENDED_STATUS_SECONDS, Policy, StatusAge};

/// What is held under a status list's URL.
#[derive(Clone, Debug)]
pub enum Held {
    /// A list that its issuer's status key vouches for.
    Usable(HeldStatus),
    /// A list that was set aside, and why.
    Refused(ListRefused),
}

impl Held {
    /// The list, when it is usable.
    pub fn usable(&self) -> Option<&HeldStatus> {
        match self {
            Self::Usable(status) => Some(status),
            Self::Refused(_) => None,
        }
    }
}

/// Why a status list tells nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListRefused {
    /// Not a signed credential.
    #[error("the status list held is no signed credential: {0}")]
    Envelope(#[from] EnvelopeError),
    /// Its issuer is not in the trust list.
    #[error("the status list held is by {0}, who is not trusted here")]
    Issuer(String),
    /// A status key of its issuer does not vouch for it.
    #[error("the status list held is not rightly signed: {0}")]
    Signature(String),
    /// Rightly signed, but no list.
    #[error(transparent)]
    List(#[from] StatusListError),
}

/// A status list with its reasons.
#[derive(Clone, Debug)]
pub struct HeldStatus {
    issuer: String,
    list: StatusList,
    reasons: BTreeMap<StatusIndex, DatedReason>,
}

impl HeldStatus {
    /// The DID of the issuer whose status key signed it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The bits and their time.
    pub fn list(&self) -> &StatusList {
        &self.list
    }

    /// Why this place's bit is set, when the issuer says.
    pub fn reason(&self, index: StatusIndex) -> Option<DatedReason> {
        self.reasons.get(&index).copied()
    }

    /// Whether the list may still be relied on.
    pub fn is_fresh(&self, policy: &Policy, now: Timestamp) -> bool {
        let age = now.seconds_since(self.list.valid_from());
        let in_force = match self.list.valid_until() {
            Some(until) => now <= until,
            None => age <= OPEN_ENDED_STATUS_SECONDS,
        };
        match policy.status_age {
            StatusAge::AsSigned => in_force,
            StatusAge::AtMost { seconds } => in_force && age <= seconds,
        }
    }
}

/// Keep `published` under its URL: the newest usable list wins, and any usable one over a refused one.
pub(super) fn hold(lists: &mut BTreeMap<String, Held>, published: &PublishedStatus, trust: &Trust) {
    let claimed = published.list.get("id").and_then(Value::as_str);
    let url = claimed.unwrap_or_default().to_owned();
    let held = match read(published, trust) {
        Ok(status) => Held::Usable(status),
        Err(refused) => Held::Refused(refused),
    };
    let better = match (lists.get(&url), &held) {
        (Some(Held::Usable(old)), Held::Usable(new)) => {
            new.list.valid_from() > old.list.valid_from()
        }
        (Some(Held::Usable(_)), Held::Refused(_)) => false,
        _ => true,
    };
    if better {
        lists.insert(url, held);
    }
}

fn read(published: &PublishedStatus, trust: &Trust) -> Result<HeldStatus, ListRefused> {
    let claim = SignedCredential::from_document(published.list.clone())?;
    let issuer = trust
        .issuer(claim.issuer())
        .ok_or_else(|| ListRefused::Issuer(claim.issuer().to_owned()))?;
    let refuse = |outcome: Outcome| ListRefused::Signature(outcome.message().unwrap_or_default());
    let standing = issuer::standing(&claim, issuer, trust, KeyRole::Status);
    if standing != Outcome::Pass {
        return Err(refuse(standing));
    }
    let proved = proof::prove(&claim, Some(issuer));
    let checked = proved.checked.ok_or_else(|| refuse(proved.outcome))?;
    let list = StatusList::read(&checked)?;
    let reasons = published.reasons.as_ref();
    Ok(HeldStatus {
        issuer: claim.issuer().to_owned(),
        reasons: reasons
            .and_then(|reasons| read_reasons(reasons, &list, issuer))
            .unwrap_or_default(),
        list,
    })
}

/// Reasons only explain a set bit, so those that do not fit their list are left out: the bit still counts.
fn read_reasons(
    document: &Map<String, Value>,
    list: &StatusList,
    issuer: &KnownIssuer,
) -> Option<BTreeMap<StatusIndex, DatedReason>> {
    let proofs = Proof::all_of(document).ok()?;
    let proof = proofs.first()?;
    let (method, trusted) = issuer.key(proof.verification_method())?;
    let standing = issuer::key_standing(method, trusted, proof.created(), KeyRole::Status);
    let reasons = StatusReasons::verify(document, &method.id, &method.key).ok()?;
    let fits = standing == Outcome::Pass
        && reasons.list == list.url()
        && reasons.issuer == issuer.trusted().id
        && reasons.valid_from == list.valid_from();
    fits.then_some(reasons.reasons)
}
