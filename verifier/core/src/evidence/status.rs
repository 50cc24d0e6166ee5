//! Status lists as evidence: read once, and only when a status key of their issuer vouches for them.

use cheti_shared::bundle::PublishedStatus;
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::credential::envelope::{EnvelopeError, SignedCredential};
use cheti_shared::did;
use cheti_shared::ids::StatusIndex;
use cheti_shared::proof::{Proof, eddsa_jcs_2022};
use cheti_shared::sorted::Sorted;
use cheti_shared::status::list::{StatusList, StatusListError};
use cheti_shared::status::reasons::{DatedReason, StatusReasons};
use cheti_shared::time::Timestamp;
use serde_json::{Map, Value};

use super::templates::Templates;
use super::{KnownIssuer, Trust};
use crate::checks::{issuer, proof};
use crate::outcome::Outcome;
use crate::policy::{OPEN_ENDED_STATUS_SECONDS, Policy, StatusAge};

/// What is held under a status list's URL.
#[derive(Clone, Debug)]
pub enum Held {
    /// A list that its issuer's status key vouches for.
    Usable(HeldStatus),
    /// A list by a `did:key` that nobody registered: it tells of what that key issues, and of nothing else.
    Unregistered(HeldStatus),
    /// A list that was set aside, and why.
    Refused(ListRefused),
}

impl Held {
    /// The list, when its issuer is known.
    pub fn usable(&self) -> Option<&HeldStatus> {
        match self {
            Self::Usable(status) => Some(status),
            Self::Unregistered(_) | Self::Refused(_) => None,
        }
    }

    /// The list, when it is `issuer`'s.
    pub fn by(&self, issuer: &str) -> Option<&HeldStatus> {
        match self {
            Self::Usable(status) | Self::Unregistered(status) => {
                Some(status).filter(|status| status.issuer == issuer)
            }
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
    reasons: Option<StatusReasons>,
}

impl HeldStatus {
    /// The DID of the issuer for whose credentials it speaks, and whose status key signed it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The bits and their time.
    pub fn list(&self) -> &StatusList {
        &self.list
    }

    /// Why this place's bit is set, when the issuer says.
    pub fn reason(&self, index: StatusIndex) -> Option<DatedReason> {
        self.reasons.as_ref()?.get(index)
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

/// Keep `published` under its URL: the newest usable list wins, and any usable one over all others.
pub(super) fn hold(lists: &mut Sorted<String, Held>, published: &PublishedStatus, trust: &Trust) {
    let claimed = published.list.get("id").and_then(Value::as_str);
    let url = claimed.unwrap_or_default().to_owned();
    let held = read(published, trust).unwrap_or_else(Held::Refused);
    let better = match (lists.get(&url), &held) {
        (Some(Held::Usable(old)), Held::Usable(new))
        | (Some(Held::Unregistered(old)), Held::Unregistered(new)) => {
            new.list.valid_from() > old.list.valid_from()
        }
        (Some(Held::Usable(_)), _) | (Some(Held::Unregistered(_)), Held::Refused(_)) => false,
        _ => true,
    };
    if better {
        lists.insert(url, held);
    }
}

fn read(published: &PublishedStatus, trust: &Trust) -> Result<Held, ListRefused> {
    let claim = SignedCredential::from_document(by_jcs(&published.list))?;
    let refuse = |outcome: Outcome| ListRefused::Signature(outcome.message().unwrap_or_default());
    let issuer = trust.issuer_of_lists_by(claim.issuer());
    match issuer {
        Some(issuer) => match issuer::standing(&claim, issuer, trust, KeyRole::Status) {
            Outcome::Pass => {}
            other => return Err(refuse(other)),
        },
        None if did::key::parse(claim.issuer()).is_ok() => {}
        None => return Err(ListRefused::Issuer(claim.issuer().to_owned())),
    }
    let proved = proof::prove(&claim, Some(trust), &Templates::default());
    let (_, checked) = proved.vouched.ok_or_else(|| refuse(proved.outcome))?;
    let list = StatusList::read(&checked)?;
    let reasons = published.reasons.as_ref().zip(issuer);
    let speaks_for = issuer.map_or(claim.issuer(), |issuer| &issuer.trusted().id);
    let status = HeldStatus {
        issuer: speaks_for.to_owned(),
        reasons: reasons.and_then(|(reasons, issuer)| read_reasons(reasons, &list, issuer)),
        list,
    };
    Ok(match issuer {
        Some(_) => Held::Usable(status),
        None => Held::Unregistered(status),
    })
}

/// A list whose `eddsa-jcs-2022` proof holds needs no other: the rest of its proof set is for those who cannot check that
/// one, and would cost the start of every run the expanding of every list.
fn by_jcs(list: &Map<String, Value>) -> Map<String, Value> {
    let mut list = list.clone();
    let is_jcs = |proof: &Value| {
        proof.get("cryptosuite").and_then(Value::as_str) == Some(eddsa_jcs_2022::NAME)
    };
    if let Some(Value::Array(proofs)) = list.get_mut("proof")
        && proofs.iter().any(is_jcs)
    {
        proofs.retain(is_jcs);
    }
    list
}

/// Reasons only explain a set bit, so those that do not fit their list are left out: the bit still counts.
fn read_reasons(
    document: &Map<String, Value>,
    list: &StatusList,
    issuer: &KnownIssuer,
) -> Option<StatusReasons> {
    let proofs = Proof::all_of(document).ok()?;
    let proof = proofs.first()?;
    let (method, trusted) = issuer.key(proof.verification_method())?;
    let standing = issuer::key_standing(method, trusted, proof.created(), KeyRole::Status);
    let reasons = StatusReasons::verify(document, &method.id, &method.key).ok()?;
    let fits = standing == Outcome::Pass
        && reasons.list == list.url()
        && reasons.issuer == issuer.trusted().issuer_of_lists()
        && reasons.valid_from == list.valid_from();
    fits.then_some(reasons)
}

#[cfg(test)]
mod tests {
    use cheti_shared::bundle::Bundle;
    use cheti_shared::bundle::trust_list::{Fields, TrustedIssuer, TrustedKey};
    use cheti_shared::did::document::{DidDocument, VerificationMethod};
    use cheti_shared::did::key as did_key;
    use cheti_shared::key::Signer as _;
    use cheti_shared::proof::{ProofOptions, secure};
    use cheti_shared::status::bitstring::Bitstring;
    use cheti_shared::status::entry::Purpose;
    use cheti_shared::status::list::StatusListDraft;

    use super::*;
    use crate::evidence::memory::Memory;
    use crate::evidence::{Evidence, Root};
    use crate::samples::{LIST, at, key};

    /// An organisation that is its issuing key, key 2; its lists are issued by key 3, where the root says so.
    fn bundle(status_issuer: Option<u8>, list_issuer: u8) -> Bundle {
        let did = |n: u8| did_key::did(&key(n).public_key());
        let method = |n: u8| did_key::verification_method(&key(n).public_key());
        let now = at("2026-10-20T06:00:00Z");
        let document = DidDocument {
            id: did(2),
            methods: [2, 3]
                .map(|n| VerificationMethod {
                    id: method(n),
                    key: key(n).public_key(),
                    revoked: None,
                    expires: None,
                })
                .to_vec(),
            assertion_method: vec![method(2), method(3)],
        };
        let keys = [(2, KeyRole::Issuing), (3, KeyRole::Status)].map(|(n, role)| TrustedKey {
            id: method(n),
            role,
            valid_from: now,
            ended: None,
        });
        let mut issuer = TrustedIssuer::new("NC4".to_owned(), None, &document, keys.to_vec());
        issuer.status_issuer = status_issuer.map(did);
        let draft = StatusListDraft {
            url: LIST,
            issuer: &did(list_issuer),
            purpose: &Purpose::Revocation,
            bits: &Bitstring::shortest(),
            valid_from: now,
            valid_until: now.plus_seconds(86_400),
        };
        let options = ProofOptions {
            created: now,
            verification_method: method(3),
        };
        let list = secure(draft.document(), &options, &key(3)).unwrap();
        let fields = Fields::new(1, now, now.plus_seconds(86_400), vec![issuer]);
        Bundle {
            trust_list: fields.sign(&key(1)).unwrap(),
            handovers: Vec::new(),
            status_lists: vec![PublishedStatus {
                list,
                reasons: None,
            }],
            templates: Vec::new(),
        }
    }

    #[test]
    fn lists_count_by_exactly_the_issuer_that_the_root_names() {
        for (status_issuer, list_issuer, usable) in [
            (Some(3), 3, true),
            (Some(3), 2, false),
            (Some(4), 3, false),
            (None, 3, false),
            // Signed by key 3, which is none of the did:key that is key 2.
            (None, 2, false),
        ] {
            let bundle = bundle(status_issuer, list_issuer);
            let evidence =
                Evidence::from_bundle(&bundle, Root::OfTheBundle, Memory::default()).unwrap();
            let held = evidence.status(LIST).and_then(Held::usable);
            let row = format!("{status_issuer:?} {list_issuer}");
            assert_eq!(held.is_some(), usable, "{row}");
            let of = did_key::did(&key(2).public_key());
            assert!(held.is_none_or(|status| status.issuer() == of), "{row}");
        }
    }
}
