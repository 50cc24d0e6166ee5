//! What a judgement rests on: a verified trust list, the status lists it vouches for, templates, and what was seen
//! before.

pub mod memory;
pub mod status;
pub mod templates;

use cheti_shared::bundle::Bundle;
use cheti_shared::bundle::trust_list::{
    TrustError, TrustList, TrustedIssuer, TrustedKey, signing_root,
};
use cheti_shared::did::document::{DidDocument, VerificationMethod};
use cheti_shared::ids::TemplateId;
use cheti_shared::key::PublicKey;
use cheti_shared::qr::template::Template;
use cheti_shared::sorted::Sorted;
use cheti_shared::time::Timestamp;
use serde::Serialize;

use memory::{Memory, OlderList, Rollback};
use status::{Held, HeldStatus};
use templates::Templates;

use crate::plan::Need;
use crate::policy::Policy;

/// The root key that the trust list must lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// The one pinned on this machine, confirmed by its fingerprint.
    Pinned(PublicKey),
    /// The one named for this run.
    Given(PublicKey),
    /// The one that the bundle bears itself: trusted for this run alone, confirmed by nobody.
    OfTheBundle,
}

/// Where trust came from, as a report says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The root is pinned on this machine.
    Pinned,
    /// The root was named for this run.
    Given,
    /// The bundle's own root; confirmed by nobody.
    Unconfirmed,
}

/// Why evidence cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// The trust list is not to be trusted.
    #[error("the trust list cannot be trusted")]
    Trust(#[from] TrustError),
    /// It is older than one that was used before (THREATS 6).
    #[error(transparent)]
    Rollback(#[from] Rollback),
}

/// An issuer that the root vouches for, with its keys read.
#[derive(Clone, Debug)]
pub struct KnownIssuer {
    trusted: TrustedIssuer,
    document: DidDocument,
}

impl KnownIssuer {
    /// Name, contact, keys' roles and windows.
    pub fn trusted(&self) -> &TrustedIssuer {
        &self.trusted
    }

    /// The key with exactly this DID URL, when it may assert *and* has a role in the trust list (D2, THREATS 30).
    pub fn key(&self, method: &str) -> Option<(&VerificationMethod, &TrustedKey)> {
        let key = self.document.assertion_key(method)?;
        Some((key, self.trusted.key(method)?))
    }
}

/// A trust list whose signature led to the root.
#[derive(Clone, Debug)]
pub struct Trust {
    anchor: Anchor,
    root: PublicKey,
    version: u64,
    made: Timestamp,
    expires: Timestamp,
    issuers: Sorted<String, KnownIssuer>,
}

impl Trust {
    /// Where trust came from.
    pub fn anchor(&self) -> Anchor {
        self.anchor
    }

    /// The root that signed the list.
    pub fn root(&self) -> &PublicKey {
        &self.root
    }

    /// The list's version.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// When it was made.
    pub fn made(&self) -> Timestamp {
        self.made
    }

    /// Until when it may be relied on.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The issuer with exactly this DID; nothing is derived from it (THREATS 9).
    pub fn issuer(&self, did: &str) -> Option<&KnownIssuer> {
        self.issuers.get(did)
    }

    /// The issuer whose status lists are issued by exactly this DID (B5); the list's root says so.
    pub fn issuer_of_lists_by(&self, did: &str) -> Option<&KnownIssuer> {
        self.issuers()
            .find(|issuer| issuer.trusted.issuer_of_lists() == did)
    }

    /// Every issuer.
    pub fn issuers(&self) -> impl Iterator<Item = &KnownIssuer> {
        self.issuers.iter().map(|(_, issuer)| issuer)
    }
}

/// What a judgement rests on.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    trust: Option<Trust>,
    lists: Sorted<String, Held>,
    templates: Templates,
    memory: Memory,
}

impl Evidence {
    /// Nobody is trusted: every judgement is Undecided and says why.
    pub fn none() -> Self {
        Self::default()
    }

    /// Verify a bundle under `root`. What was seen before is in `memory`; an older trust list is refused.
    ///
    /// A status list that its issuer's status key does not vouch for is set aside with the reason, so that one bad list
    /// does not take the others with it.
    pub fn from_bundle(bundle: &Bundle, root: Root, memory: Memory) -> Result<Self, EvidenceError> {
        let (anchor, pinned) = match root {
            Root::Pinned(key) => (Anchor::Pinned, key),
            Root::Given(key) => (Anchor::Given, key),
            Root::OfTheBundle => (Anchor::Unconfirmed, signing_root(&bundle.trust_list)?),
        };
        let list = TrustList::verify(&bundle.trust_list, &bundle.handovers, &pinned)?;
        memory.allow_trust_list(list.fields().version)?;
        let trust = read_trust(list, anchor)?;
        let mut lists = Sorted::default();
        for published in &bundle.status_lists {
            status::hold(&mut lists, published, &trust);
        }
        Ok(Self {
            trust: Some(trust),
            lists,
            templates: Templates::new(&bundle.templates),
            memory,
        })
    }

    /// The trust list.
    pub fn trust(&self) -> Option<&Trust> {
        self.trust.as_ref()
    }

    /// What is held under a status list's URL.
    pub fn status(&self, url: &str) -> Option<&Held> {
        self.lists.get(url)
    }

    /// Every status list held, by URL.
    pub fn status_lists(&self) -> impl Iterator<Item = (&str, &Held)> {
        self.lists.iter().map(|(url, held)| (url.as_str(), held))
    }

    /// Every template with this id; only the signature tells which is right (QR.md, Verify).
    pub fn templates(&self, id: TemplateId) -> impl Iterator<Item = &Template> {
        self.templates.with_id(id)
    }

    /// How many templates are held.
    pub fn template_count(&self) -> usize {
        self.templates.count()
    }

    /// The templates, as what makes checking certificates cheap.
    pub fn shelf(&self) -> &Templates {
        &self.templates
    }

    /// What was seen before, and what is to be remembered now: the newest of each.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// What is to be remembered from now on: the newest of what was seen before and what is held.
    pub fn remember(&self) -> Memory {
        let mut memory = self.memory.clone();
        if let Some(trust) = &self.trust {
            memory.saw_trust_list(trust.version);
        }
        for (url, held) in self.lists.iter() {
            if let Held::Usable(status) = held {
                memory.saw_status_list(url, status.list().valid_from());
            }
        }
        memory
    }

    /// A status list that is older than one seen before: whoever takes this bundle over refuses it (THREATS 6).
    pub fn older_list(&self) -> Option<OlderList> {
        self.lists.iter().find_map(|(url, held)| {
            let held = held.usable()?.list().valid_from();
            let remembered = self.memory.status_list(url)?;
            (held < remembered).then(|| OlderList {
                url: url.clone(),
                held,
                remembered,
            })
        })
    }

    /// The latest time that signatures held here show to have come: a clock that says less is wrong (THREATS 7).
    pub fn time_has_reached(&self) -> Option<Timestamp> {
        let lists = self.lists.iter().filter_map(|(_, held)| held.usable());
        let made = self.trust.as_ref().map(|trust| trust.made);
        lists
            .map(|status: &HeldStatus| status.list().valid_from())
            .max()
            .max(made)
    }

    /// Whether `need` is met well enough that fetching would not help.
    pub fn meets(&self, need: &Need, policy: &Policy, now: Timestamp) -> bool {
        match need {
            Need::TrustList { issuer } => self
                .trust
                .as_ref()
                .is_some_and(|trust| trust.issuer(issuer).is_some() && now <= trust.expires),
            Need::StatusList { url } => self
                .status(url)
                .and_then(Held::usable)
                .is_some_and(|status| status.is_fresh(policy, now)),
            Need::Template { id } => self.templates(*id).next().is_some(),
        }
    }
}

fn read_trust(list: TrustList, anchor: Anchor) -> Result<Trust, EvidenceError> {
    let root = *list.root();
    let fields = list.into_fields();
    let mut issuers = Vec::new();
    for trusted in fields.issuers {
        let document = trusted.did_document().map_err(TrustError::from)?;
        issuers.push((trusted.id.clone(), KnownIssuer { trusted, document }));
    }
    Ok(Trust {
        anchor,
        root,
        version: fields.version,
        made: fields.made,
        expires: fields.expires,
        // Two entries for one DID would leave open which one counts; the first does, as everywhere in the list.
        issuers: issuers.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use cheti_shared::key::Signer as _;

    use super::*;
    use crate::samples::{self, World, at, key};

    #[test]
    fn an_older_trust_list_than_remembered_is_refused() {
        let mut memory = Memory::default();
        memory.saw_trust_list(samples::VERSION + 1);
        let refused = Evidence::from_bundle(&World::default().bundle(), Root::OfTheBundle, memory);
        assert!(matches!(
            refused,
            Err(EvidenceError::Rollback(Rollback {
                held: 3,
                remembered: 4
            }))
        ));
    }

    #[test]
    fn another_root_than_the_pinned_is_refused() {
        let root = key(99).public_key();
        for root in [Root::Pinned(root), Root::Given(root)] {
            let refused =
                Evidence::from_bundle(&World::default().bundle(), root, Memory::default());
            assert!(matches!(refused, Err(EvidenceError::Trust(_))));
        }
    }

    #[test]
    fn what_was_held_is_remembered() {
        let bundle = World::default().bundle();
        let evidence =
            Evidence::from_bundle(&bundle, Root::OfTheBundle, Memory::default()).unwrap();
        let memory = evidence.remember();
        assert_eq!(memory.trust_list_version(), Some(samples::VERSION));
        assert_eq!(
            memory.status_list(samples::LIST),
            Some(at(samples::LIST_MADE))
        );
        assert_eq!(evidence.time_has_reached(), Some(at(samples::LIST_MADE)));
    }
}
