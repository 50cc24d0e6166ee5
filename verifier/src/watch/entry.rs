//! What is kept of a watched certificate, and what status lists say of it.

use cheti_shared::ids::{Digest, StatusIndex};
use cheti_shared::status::entry::{Purpose, StatusEntry};
use cheti_shared::status::reasons::DatedReason;
use cheti_shared::time::Timestamp;
use cheti_verifier_core::evidence::Evidence;
use serde::{Deserialize, Serialize};

/// How a certificate stands by its status lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Neither revoked nor suspended.
    InForce,
    /// It does not hold for now.
    Suspended,
    /// Withdrawn for good.
    Revoked,
    /// Its lists are not held.
    Unknown,
}

/// How a certificate stands, since when, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// How.
    pub standing: State,
    /// When the list was made that said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// Why it is revoked, when the issuer says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<DatedReason>,
}

/// A place in a status list, and what was last found there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    list: String,
    index: u32,
    purpose: String,
    /// Whether the bit was set, in a list of what time.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<(bool, Timestamp)>,
}

/// A change that was noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Noticed {
    pub(super) sequence: u64,
    pub(super) noticed: Timestamp,
}

/// A watched certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Watched {
    /// Of what was signed.
    pub(super) digest: Digest,
    /// Whose lists count.
    issuer: String,
    places: Vec<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<DatedReason>,
    /// The last change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) change: Option<Noticed>,
}

impl Watched {
    /// A certificate whose lists were not looked into yet.
    pub(super) fn new(digest: Digest, issuer: &str, entries: &[StatusEntry]) -> Self {
        let counts = |entry: &&StatusEntry| !matches!(entry.purpose, Purpose::Other(_));
        let place = |entry: &StatusEntry| Place {
            list: entry.list.clone(),
            index: entry.index.0,
            purpose: entry.purpose.name().to_owned(),
            found: None,
        };
        Self {
            digest,
            issuer: issuer.to_owned(),
            places: entries.iter().filter(counts).map(place).collect(),
            why: None,
            change: None,
        }
    }

    /// Whether it has no place in any list that tells of revocation or suspension.
    pub(super) fn tells_nothing(&self) -> bool {
        self.places.is_empty()
    }

    /// How it stands by what was last found.
    pub(super) fn standing(&self) -> Standing {
        let set = |purpose: &Purpose| {
            let mut places = self.places.iter();
            let place = places.find(|place| {
                place.purpose == purpose.name() && matches!(place.found, Some((true, _)))
            });
            place.and_then(|place| Some(place.found?.1))
        };
        let (standing, as_of) = match (set(&Purpose::Revocation), set(&Purpose::Suspension)) {
            (Some(revoked), _) => (State::Revoked, Some(revoked)),
            (None, Some(suspended)) => (State::Suspended, Some(suspended)),
            (None, None) => {
                let found = self.places.iter().map(|place| place.found);
                let times: Option<Vec<Timestamp>> = found.map(|found| Some(found?.1)).collect();
                match times.and_then(|times| times.into_iter().min()) {
                    Some(oldest) => (State::InForce, Some(oldest)),
                    None => (State::Unknown, None),
                }
            }
        };
        Standing {
            standing,
            as_of,
            why: self.why.filter(|_| standing == State::Revoked),
        }
    }

    /// Look into the lists. Whether it stands otherwise than before; what was not known and is in force is no change.
    ///
    /// A list older than the one last found to say something new says nothing (THREATS 6), and what is revoked stays so.
    pub(super) fn look(&mut self, evidence: &Evidence) -> bool {
        let before = self.standing();
        for place in &mut self.places {
            let entry = StatusEntry {
                list: place.list.clone(),
                index: StatusIndex(place.index),
                purpose: Purpose::from_name(&place.purpose),
            };
            let held = evidence.status(&place.list);
            let Some(status) = held.and_then(|held| held.by(&self.issuer)) else {
                continue;
            };
            let made = status.list().valid_from();
            let Ok(set) = status.list().is_set(&entry) else {
                continue;
            };
            if entry.purpose == Purpose::Revocation && set {
                self.why = status.reason(entry.index);
            }
            place.found = match place.found {
                Some((_, last)) if made < last => continue,
                Some((true, last)) if entry.purpose == Purpose::Revocation => Some((true, last)),
                Some((was, last)) if was == set => Some((set, last)),
                _ => Some((set, made)),
            };
        }
        let now = self.standing();
        let same = (now.standing, now.why) == (before.standing, before.why);
        let first_good_news = before.standing == State::Unknown && now.standing == State::InForce;
        !same && !first_good_news
    }
}
