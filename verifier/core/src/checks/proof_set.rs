//! What came of the proofs of one document, be it a credential or a presentation (Data Integrity 4.4, 4.5).

use cheti_shared::canon::jsonld::JsonLdError;
use cheti_shared::key::PublicKey;
use cheti_shared::limits::PROOFS;
use cheti_shared::proof::{Proof, ProofError, Suite};
use cheti_shared::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::key::{KeyOf, NamedKey, is_of};
use crate::evidence::Trust;
use crate::outcome::{Gap, Outcome, Reason};

/// What came of one proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofResult {
    /// The suite it names.
    pub suite: String,
    /// The DID URL of the key it names.
    pub verification_method: String,
    /// Whose key that is.
    pub key_of: KeyOf,
    /// When it says it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// Whether it holds.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The proofs of a document and what they are held to.
#[derive(Clone, Copy, Debug)]
pub struct ProofSet<'a> {
    /// The document, with its proofs.
    pub document: &'a Map<String, Value>,
    /// Its proofs.
    pub proofs: &'a [Proof],
    /// The issuer or holder that it names.
    pub author: &'a str,
    /// What its proofs must be for (D3).
    pub purpose: &'static str,
    /// Whose keys are known.
    pub trust: Option<&'a Trust>,
}

/// What came of all proofs.
#[derive(Clone, Debug)]
pub struct Proved<T> {
    /// The worst of the proofs of known suites.
    pub outcome: Outcome,
    /// What a proof of the author's vouches for, when all of known suites hold: of `eddsa-jcs-2022` rather than of
    /// `eddsa-rdfc-2022`, since it alone leaves out contexts that were appended (E2).
    pub vouched: Option<(Suite, T)>,
    /// Each proof, in order.
    pub proofs: Vec<ProofResult>,
}

impl ProofSet<'_> {
    /// Check each proof by `check`. One that fails outweighs all others; one of an unknown suite is listed and never
    /// suffices. What is cheap is checked first, and what is not is not checked any more once one has failed.
    pub fn prove<T>(
        &self,
        mut check: impl FnMut(&Proof, &PublicKey) -> Option<Result<T, ProofError>>,
    ) -> Proved<T> {
        let not_reached = |_: &Proof| Outcome::undecided(Gap::NotReached);
        let mut outcomes: Vec<Outcome> = self.proofs.iter().map(not_reached).collect();
        let mut vouched = None;
        let mut failed = false;
        for costly in [false, true] {
            for (proof, place) in self.proofs.iter().zip(&mut outcomes) {
                let is_costly = *proof.suite() == Suite::EddsaRdfc2022;
                if is_costly != costly || (costly && failed) {
                    continue;
                }
                let (outcome, document) = self.one(proof, &mut check);
                failed |= matches!(outcome, Outcome::Fail { .. });
                if is_of(proof.verification_method(), self.author) {
                    let suite = proof.suite().clone();
                    vouched = vouched.or(document.map(|document| (suite, document)));
                }
                *place = outcome;
            }
        }
        self.hold_chains_together(&mut outcomes);
        self.tell_appended_contexts(&mut outcomes);
        let outcome = self.worst(&outcomes);
        Proved {
            vouched: vouched.filter(|_| outcome == Outcome::Pass),
            proofs: self.results(outcomes),
            outcome,
        }
    }

    fn one<T>(
        &self,
        proof: &Proof,
        check: &mut impl FnMut(&Proof, &PublicKey) -> Option<Result<T, ProofError>>,
    ) -> (Outcome, Option<T>) {
        let unknown_suite = || {
            let suites = vec![suite_name(proof)];
            (Outcome::undecided(Gap::UnknownSuite { suites }), None)
        };
        if !proof.suite().is_known() {
            return unknown_suite();
        }
        if proof.purpose() != self.purpose {
            let found = proof.purpose().chars().take(80).collect();
            let wanted = self.purpose;
            return (Outcome::fail(Reason::WrongPurpose { found, wanted }), None);
        }
        if !proof.previous().is_empty() {
            if cfg!(not(feature = "documents")) {
                let detail = "this build reads no proofs that build on others".to_owned();
                return (Outcome::undecided(Gap::TooMuchWork { detail }), None);
            }
            if let Err(detail) = chain(proof, self.proofs) {
                return (altered(detail), None);
            }
        }
        let key = NamedKey::find(self.trust, proof.verification_method());
        let Some(key) = key.key() else {
            return (Outcome::undecided(Gap::NoKey), None);
        };
        match check(proof, key) {
            Some(Ok(document)) => (Outcome::Pass, Some(document)),
            Some(Err(error)) => (unproved(error), None),
            None => unknown_suite(),
        }
    }

    /// A proof is no better than those it builds on (D5). Chains have no loops here, so as many rounds as proofs suffice.
    fn hold_chains_together(&self, outcomes: &mut [Outcome]) {
        if cfg!(not(feature = "documents")) {
            return;
        }
        for _ in self.proofs {
            for (i, proof) in self.proofs.iter().enumerate() {
                let named = |previous: &Proof| {
                    previous
                        .id()
                        .is_some_and(|id| proof.previous().iter().any(|name| name == id))
                };
                let previous = self.proofs.iter().zip(&*outcomes);
                let worst = previous
                    .filter(|(previous, _)| named(previous))
                    .map(|(_, outcome)| outcome.clone())
                    .reduce(Outcome::worse);
                if let (Some(worst), Some(outcome)) = (worst, outcomes.get_mut(i)) {
                    *outcome = outcome.clone().worse(worst);
                }
            }
        }
    }

    /// An `eddsa-jcs-2022` proof that holds tells which contexts were signed. One that stands there and was not is an
    /// alteration, be it known here or not (E2).
    fn tell_appended_contexts(&self, outcomes: &mut [Outcome]) {
        if cfg!(not(feature = "documents")) {
            return;
        }
        let presented = self.document.get("@context");
        let holds = |(proof, outcome): (&Proof, &Outcome)| {
            *proof.suite() == Suite::EddsaJcs2022
                && *outcome == Outcome::Pass
                && proof.members().get("@context").is_some()
                && proof.members().get("@context") != presented
        };
        if !self.proofs.iter().zip(&*outcomes).any(holds) {
            return;
        }
        for outcome in outcomes {
            if let Outcome::Undecided {
                gap: Gap::ContextNotKnown { detail },
            } = outcome
            {
                *outcome = altered(format!(
                    "after it was signed, contexts were added: {detail}"
                ));
            }
        }
    }

    fn worst(&self, outcomes: &[Outcome]) -> Outcome {
        let each = self.proofs.iter().zip(outcomes);
        let known = each.filter(|(proof, _)| proof.suite().is_known());
        let worst = known
            .map(|(_, outcome)| outcome.clone())
            .reduce(Outcome::worse);
        worst.unwrap_or_else(|| {
            let suites = self.proofs.iter().map(suite_name).collect();
            Outcome::undecided(Gap::UnknownSuite { suites })
        })
    }

    fn results(&self, outcomes: Vec<Outcome>) -> Vec<ProofResult> {
        let each = self.proofs.iter().zip(outcomes);
        let result = |(proof, outcome): (&Proof, Outcome)| {
            let method = proof.verification_method();
            ProofResult {
                suite: suite_name(proof),
                verification_method: method.to_owned(),
                key_of: NamedKey::find(self.trust, method).whose(method, self.author),
                created: proof.created(),
                outcome,
            }
        };
        each.map(result).collect()
    }
}

/// Whether each proof that `proof` builds on, and so on, is there once and none of them is `proof` itself (D5).
fn chain(proof: &Proof, proofs: &[Proof]) -> Result<(), String> {
    let mut open: Vec<&Proof> = vec![proof];
    // Each proof is entered at most once; a chain that needs more goes in circles.
    for _ in 0..=proofs.len() {
        let mut next: Vec<&Proof> = Vec::new();
        if open.iter().any(|proof| proof.previous().len() > PROOFS) {
            return Err(format!("it builds on more than {PROOFS} proofs"));
        }
        for name in open.iter().flat_map(|proof| proof.previous()) {
            let mut named = proofs.iter().filter(|proof| proof.id() == Some(name));
            let shown: String = name.chars().take(120).collect();
            match (named.next(), named.next()) {
                (Some(one), None) if !next.iter().any(|known| std::ptr::eq(*known, one)) => {
                    next.push(one);
                }
                (Some(_), None) => {}
                (Some(_), Some(_)) => return Err(format!("two of its proofs have the id {shown}")),
                (None, _) => {
                    let missing = ProofError::NoPreviousProof(shown);
                    return Err(missing.to_string());
                }
            }
        }
        if next.is_empty() {
            return Ok(());
        }
        open = next;
    }
    Err("its proofs build on one another in a circle".to_owned())
}

/// A signature that does not fit is an alteration; one that cannot be looked at, since a context is not known or it
/// would take too much work, is not.
fn unproved(error: ProofError) -> Outcome {
    let detail = error.to_string();
    match error {
        ProofError::JsonLd(JsonLdError::UnknownContext(_)) => {
            Outcome::undecided(Gap::ContextNotKnown { detail })
        }
        ProofError::JsonLd(JsonLdError::TooMuch { .. } | JsonLdError::NotBuiltIn)
        | ProofError::TooMuchWork(_) => Outcome::undecided(Gap::TooMuchWork { detail }),
        _ => altered(detail),
    }
}

fn altered(detail: String) -> Outcome {
    Outcome::fail(Reason::Altered { detail })
}

pub(super) fn suite_name(proof: &Proof) -> String {
    proof.suite().name().chars().take(80).collect()
}
