//! Does every proof of a known suite hold, and is there one? (Data Integrity 4.4, THREATS 17, 28, 30)

use cheti_shared::credential::envelope::{ProofChecked, SignedCredential};
use cheti_shared::proof::{ASSERTION_METHOD, Proof, Suite};
use cheti_shared::time::Timestamp;
use serde::Serialize;

use super::Case;
use crate::evidence::KnownIssuer;
use crate::outcome::{Gap, Outcome, Reason};

/// What came of one proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofResult {
    /// The suite it names.
    pub suite: String,
    /// The DID URL of the key it names.
    pub verification_method: String,
    /// When it says it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// Whether it holds.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What came of all proofs. The document of [`ProofChecked`] is there only when the outcome is a pass.
#[derive(Clone, Debug)]
pub struct Proved {
    /// The worst of the proofs of known suites.
    pub outcome: Outcome,
    /// What was signed.
    pub checked: Option<ProofChecked>,
    /// Each proof, in order.
    pub proofs: Vec<ProofResult>,
}

/// Check the proofs of a credential, and that none has expired.
pub fn check(case: &Case<'_>) -> Proved {
    let mut proved = prove(case.claim, case.issuer());
    let expiries = case.claim.proofs().iter().filter_map(Proof::expires);
    let expired = expiries.min().filter(|&at| at <= case.now);
    if let (Outcome::Pass, Some(at)) = (&proved.outcome, expired) {
        proved.outcome = Outcome::fail(Reason::Expired { at });
        proved.checked = None;
    }
    proved
}

/// Check the proofs with the keys of `issuer`. A failing proof of a known suite outweighs all others; one of an
/// unknown suite is listed and never suffices.
pub fn prove(claim: &SignedCredential, issuer: Option<&KnownIssuer>) -> Proved {
    let mut known: Option<Outcome> = None;
    let mut checked = None;
    let mut proofs = Vec::new();
    for proof in claim.proofs() {
        let (outcome, document) = one(claim, proof, issuer);
        if !matches!(proof.suite(), Suite::Unknown(_)) {
            known = Some(match known {
                Some(so_far) => so_far.worse(outcome.clone()),
                None => outcome.clone(),
            });
        }
        checked = checked.or(document);
        proofs.push(ProofResult {
            suite: suite_name(proof),
            verification_method: proof.verification_method().to_owned(),
            created: proof.created(),
            outcome,
        });
    }
    let outcome = known.unwrap_or_else(|| {
        let suites = claim.proofs().iter().map(suite_name).collect();
        Outcome::undecided(Gap::UnknownSuite { suites })
    });
    let checked = checked.filter(|_| outcome == Outcome::Pass);
    Proved {
        outcome,
        checked,
        proofs,
    }
}

fn one(
    claim: &SignedCredential,
    proof: &Proof,
    issuer: Option<&KnownIssuer>,
) -> (Outcome, Option<ProofChecked>) {
    if let Suite::Unknown(_) = proof.suite() {
        let suites = vec![suite_name(proof)];
        return (Outcome::undecided(Gap::UnknownSuite { suites }), None);
    }
    if proof.members().contains_key("previousProof") {
        return (Outcome::undecided(Gap::ProofChain), None);
    }
    if proof.purpose() != ASSERTION_METHOD {
        let detail = "its signature was made for another purpose".to_owned();
        return (Outcome::fail(Reason::Altered { detail }), None);
    }
    let Some((method, _)) = issuer.and_then(|issuer| issuer.key(proof.verification_method()))
    else {
        return (Outcome::undecided(Gap::NoKey), None);
    };
    match claim.check_proof(proof, &method.key) {
        Some(Ok(checked)) => (Outcome::Pass, Some(checked)),
        Some(Err(error)) => {
            let detail = error.to_string();
            (Outcome::fail(Reason::Altered { detail }), None)
        }
        None => (Outcome::undecided(Gap::NoKey), None),
    }
}

fn suite_name(proof: &Proof) -> String {
    proof.suite().name().chars().take(80).collect()
}
