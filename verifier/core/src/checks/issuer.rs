//! Is the issuer one that the root vouches for, and was the key its own, of the right role, and in use then?

use cheti_shared::bundle::trust_list::{Ending, KeyEnd, KeyRole, TrustedKey};
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::did::document::VerificationMethod;
use cheti_shared::did::web::split_fragment;
use cheti_shared::proof::{Proof, Suite};
use cheti_shared::time::Timestamp;

use super::Case;
use crate::evidence::{KnownIssuer, Trust};
use crate::outcome::{Gap, Outcome, Reason};

/// The issuer is matched exactly with the trust list; nothing is derived from its name or any URL (THREATS 9).
pub fn check(case: &Case<'_>) -> Outcome {
    let Some(trust) = case.evidence.trust() else {
        return Outcome::undecided(Gap::TrustMissing);
    };
    let Some(issuer) = case.issuer() else {
        let issuer = shortened(case.claim.issuer());
        return Outcome::fail(Reason::UnknownIssuer { issuer });
    };
    standing(case.claim, issuer, trust, KeyRole::Issuing).worse(trust_in_force(case, trust))
}

/// The standing of the keys of every proof of a known suite; proofs of other suites say nothing.
pub fn standing(
    claim: &SignedCredential,
    issuer: &KnownIssuer,
    trust: &Trust,
    role: KeyRole,
) -> Outcome {
    let known = |proof: &&Proof| !matches!(proof.suite(), Suite::Unknown(_));
    let each = claim.proofs().iter().filter(known).map(|proof| {
        match issuer.key(proof.verification_method()) {
            Some((method, trusted)) => key_standing(method, trusted, proof.created(), role),
            None => unknown_key(proof, issuer, trust),
        }
    });
    each.reduce(Outcome::worse)
        .unwrap_or(Outcome::undecided(Gap::NoKey))
}

/// Whether this key may have signed something of `role` at `created` (D4, C2).
pub fn key_standing(
    method: &VerificationMethod,
    trusted: &TrustedKey,
    created: Option<Timestamp>,
    role: KeyRole,
) -> Outcome {
    let key = trusted.id.clone();
    if trusted.role != role {
        return Outcome::fail(Reason::WrongKeyRole { key });
    }
    if let Some(KeyEnd {
        how: Ending::Compromised,
        at: since,
    }) = trusted.ended
    {
        return Outcome::undecided(Gap::KeyCompromised { key, since });
    }
    let Some(created) = created else {
        return Outcome::undecided(Gap::CreatedMissing);
    };
    let ends = [
        trusted.ended.map(|end| end.at),
        method.revoked,
        method.expires,
    ];
    let in_use =
        trusted.valid_from <= created && ends.into_iter().flatten().all(|end| created < end);
    match in_use {
        true => Outcome::Pass,
        false => Outcome::fail(Reason::KeyNotValidThen { key, created }),
    }
}

/// A key that the issuer's entry does not have. One that is said to have signed after the trust list was made may be
/// the issuer's next key, which only a newer list can tell; no other DID's key ever is the issuer's (D2).
fn unknown_key(proof: &Proof, issuer: &KnownIssuer, trust: &Trust) -> Outcome {
    let key = shortened(proof.verification_method());
    let (did, _) = split_fragment(proof.verification_method());
    let may_be_new = did == issuer.trusted().id
        && proof
            .created()
            .is_some_and(|created| created > trust.made());
    match may_be_new {
        true => Outcome::undecided(Gap::KeyNotKnownYet {
            key,
            made: trust.made(),
        }),
        false => Outcome::fail(Reason::UnknownKey { key }),
    }
}

fn trust_in_force(case: &Case<'_>, trust: &Trust) -> Outcome {
    if let Some(gap) = case.clock_behind_evidence() {
        return Outcome::undecided(gap);
    }
    match case.now <= trust.expires() {
        true => Outcome::Pass,
        false => Outcome::undecided(Gap::TrustListExpired {
            expires: trust.expires(),
            age_seconds: case.now.seconds_since(trust.made()),
        }),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}
