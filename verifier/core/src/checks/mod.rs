//! The checks, one a file, each a pure function from the claim and the evidence to an outcome.

pub mod endorsements;
pub mod issuer;
pub mod key;
pub mod proof;
pub mod proof_set;
pub mod schema;
pub mod status;
pub mod validity;

use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::did;
use cheti_shared::proof::Proof;
use cheti_shared::time::Timestamp;

use crate::evidence::{Evidence, KnownIssuer};
use crate::outcome::Gap;
use crate::policy::{Policy, UnregisteredIssuers};

/// What every check of one credential reads.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The credential, as presented.
    pub claim: &'a SignedCredential,
    /// What the judgement rests on.
    pub evidence: &'a Evidence,
    /// What the verifier decided for itself.
    pub policy: &'a Policy,
    /// What time it is.
    pub now: Timestamp,
}

impl<'a> Case<'a> {
    /// The issuer that the credential names, when the trust list has exactly it.
    pub fn issuer(&self) -> Option<&'a KnownIssuer> {
        self.evidence.trust()?.issuer(self.claim.issuer())
    }

    /// Whether the issuer is nobody's that is known here, and is to be judged by its proofs alone. Never without the feature
    /// `documents`: no policy for printed codes has it.
    pub fn accepts_unregistered(&self) -> bool {
        let issuer = self.claim.issuer();
        cfg!(feature = "documents")
            && self.policy.unregistered == UnregisteredIssuers::AcceptDidKey
            && self.issuer().is_none()
            && did::key::parse(issuer).is_ok_and(|key| did::key::did(&key) == issuer)
    }

    /// The latest time at which a proof by a key of the issuer's, of a known suite, says that it was made.
    pub fn signed_at(&self) -> Option<Timestamp> {
        let own = |proof: &&Proof| {
            let method = proof.verification_method();
            proof.suite().is_known() && key::is_of(method, self.claim.issuer())
        };
        let proofs = self.claim.proofs().iter().filter(own);
        proofs.filter_map(Proof::created).max()
    }

    /// The present moment plus what clocks may differ by.
    pub fn latest_now(&self) -> Timestamp {
        self.policy.latest(self.now)
    }

    /// The clock is behind a time that signatures held here show to have come (THREATS 7).
    pub fn clock_behind_evidence(&self) -> Option<Gap> {
        let signed = self.evidence.time_has_reached()?;
        let now = self.now;
        (self.latest_now() < signed).then_some(Gap::Clock { now, signed })
    }

    /// The clock is behind what the evidence or the credential's own proof shows.
    pub fn clock_behind(&self) -> Option<Gap> {
        let now = self.now;
        self.clock_behind_evidence().or_else(|| {
            let signed = self.signed_at()?;
            (self.latest_now() < signed).then_some(Gap::Clock { now, signed })
        })
    }
}
