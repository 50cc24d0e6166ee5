//! Do the proofs of a credential hold? Every one of a known suite must, and those of other suites never suffice
//! (Data Integrity 4.4, 4.5, THREATS 17, 28, 30).

use cheti_shared::credential::envelope::{ProofChecked, SignedCredential};
use cheti_shared::proof::{ASSERTION_METHOD, Proof, Suite};
use cheti_shared::time::Timestamp;
use serde_json::{Map, Value};

use super::Case;
use super::key::is_of;
use super::proof_set::ProofSet;
use crate::evidence::Trust;
use crate::evidence::templates::Templates;
use crate::outcome::{Gap, Outcome, Reason};
use crate::policy::Policy;

pub use super::proof_set::{ProofResult, Proved};

/// Check the proofs of a credential, that none has expired, and that its members mean what their names say.
pub fn check(case: &Case<'_>) -> Proved<ProofChecked> {
    let mut proved = prove(case.claim, case.evidence.trust(), case.evidence.shelf());
    let by_rdfc =
        cfg!(feature = "documents") && matches!(proved.vouched, Some((Suite::EddsaRdfc2022, _)));
    let of_time = in_time(
        case.claim.proofs(),
        case.claim.issuer(),
        case.now,
        case.policy,
    );
    let more = match by_rdfc && case.issuer().is_some() {
        true => of_time.worse(named_by_known_contexts(case.claim.document())),
        false => of_time,
    };
    if proved.outcome == Outcome::Pass && more != Outcome::Pass {
        proved.outcome = more;
        proved.vouched = None;
    }
    proved
}

/// Check the proofs of a credential with the keys that `trust` knows and those that are their own identifier.
pub fn prove(
    claim: &SignedCredential,
    trust: Option<&Trust>,
    templates: &Templates,
) -> Proved<ProofChecked> {
    let set = ProofSet {
        document: claim.document(),
        proofs: claim.proofs(),
        author: claim.issuer(),
        purpose: ASSERTION_METHOD,
        trust,
    };
    set.prove(|proof, key| {
        let quick = match proof.suite() {
            Suite::EddsaRdfc2022 if cfg!(feature = "documents") => {
                templates.check_proof(claim, proof, key)
            }
            _ => None,
        };
        quick.or_else(|| claim.check_proof(proof, key))
    })
}

/// No proof has expired, and none of another party was made in the future (D4). The time of the author's own is judged
/// with the document's ([`super::validity`]).
pub(crate) fn in_time(proofs: &[Proof], author: &str, now: Timestamp, policy: &Policy) -> Outcome {
    let expiries = proofs.iter().filter_map(Proof::expires);
    if let Some(at) = expiries.min().filter(|&at| at <= now) {
        return Outcome::fail(Reason::Expired { at });
    }
    let others = proofs
        .iter()
        .filter(|proof| proof.suite().is_known() && !is_of(proof.verification_method(), author));
    let latest = others.filter_map(Proof::created).max();
    match latest.filter(|&signed| policy.latest(now) < signed) {
        Some(signed) => Outcome::undecided(Gap::Clock { now, signed }),
        None => Outcome::Pass,
    }
}

/// `eddsa-rdfc-2022` signs what members mean, not their names. A context that stands in the document may give any meaning
/// to any name, so what a person would read need not be what was signed (Data Integrity 4.6, D6).
fn named_by_known_contexts(document: &Map<String, Value>) -> Outcome {
    match has_inline_context(document) {
        true => Outcome::undecided(Gap::ContextNotKnown {
            detail: "a context stands in the document itself".to_owned(),
        }),
        false => Outcome::Pass,
    }
}

fn has_inline_context(members: &Map<String, Value>) -> bool {
    members.iter().any(|(name, value)| match name.as_str() {
        "@context" => match value {
            Value::Array(contexts) => contexts.iter().any(|context| !context.is_string()),
            one => !one.is_string(),
        },
        "proof" => false,
        _ => holds_inline_context(value),
    })
}

fn holds_inline_context(value: &Value) -> bool {
    match value {
        Value::Object(members) => has_inline_context(members),
        Value::Array(items) => items.iter().any(holds_inline_context),
        _ => false,
    }
}
