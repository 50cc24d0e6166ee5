//! Is the issuer one that the root vouches for, and was the key its own, of the right role, and in use then?

use cheti_shared::bundle::trust_list::{Ending, KeyEnd, KeyRole, TrustedKey};
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::did::document::VerificationMethod;
use cheti_shared::proof::Proof;
use cheti_shared::time::Timestamp;

use super::Case;
use super::key::{NamedKey, is_of};
use crate::evidence::{KnownIssuer, Trust};
use crate::outcome::{Gap, Outcome, Reason};

/// The issuer is matched exactly with the trust list; nothing is derived from its name or any URL (THREATS 9).
pub fn check(case: &Case<'_>) -> Outcome {
    match (case.evidence.trust(), case.issuer()) {
        (Some(trust), Some(issuer)) => {
            let standing = standing(case.claim, issuer, trust, KeyRole::Issuing);
            standing.worse(trust_in_force(case, trust))
        }
        (trust, None) if case.accepts_unregistered() => {
            by_its_own_key(case.claim).worse(standing_of_others(case.claim, trust))
        }
        (Some(_), None) => {
            let issuer = shortened(case.claim.issuer());
            Outcome::fail(Reason::UnknownIssuer { issuer })
        }
        (None, _) => Outcome::undecided(Gap::TrustMissing),
    }
}

/// Whether a key of the issuer's own made one of the proofs of a known suite, and the standing of each key of a known
/// party that made one; proofs of other suites say nothing.
pub fn standing(
    claim: &SignedCredential,
    issuer: &KnownIssuer,
    trust: &Trust,
    role: KeyRole,
) -> Outcome {
    let own = known(claim).filter(|proof| is_of(proof.verification_method(), claim.issuer()));
    let each = own.map(|proof| match issuer.key(proof.verification_method()) {
        Some((method, trusted)) => key_standing(method, trusted, proof.created(), role),
        None => unknown_key(proof, trust),
    });
    let own = each.reduce(Outcome::worse);
    own.unwrap_or_else(|| none_of_its_own(claim))
        .worse(standing_of_others(claim, Some(trust)))
}

/// Of a `did:key` that nobody registered there is one key, and no more is known of it.
fn by_its_own_key(claim: &SignedCredential) -> Outcome {
    let own = |proof: &Proof| is_of(proof.verification_method(), claim.issuer());
    match known(claim).any(own) {
        true => Outcome::Pass,
        false => none_of_its_own(claim),
    }
}

/// Other parties of the trust list that signed too.
fn standing_of_others(claim: &SignedCredential, trust: Option<&Trust>) -> Outcome {
    let others = known(claim).filter(|proof| !is_of(proof.verification_method(), claim.issuer()));
    let each =
        others.filter_map(
            |proof| match NamedKey::find(trust, proof.verification_method()) {
                NamedKey::Registered(method, trusted) => Some(key_standing(
                    method,
                    trusted,
                    proof.created(),
                    KeyRole::Issuing,
                )),
                NamedKey::Itself(_) | NamedKey::Unknown => None,
            },
        );
    each.fold(Outcome::NotRequired, Outcome::worse)
}

fn none_of_its_own(claim: &SignedCredential) -> Outcome {
    match known(claim).next() {
        Some(proof) => Outcome::fail(Reason::UnknownKey {
            key: shortened(proof.verification_method()),
        }),
        None => Outcome::undecided(Gap::NoKey),
    }
}

fn known(claim: &SignedCredential) -> impl Iterator<Item = &Proof> {
    claim
        .proofs()
        .iter()
        .filter(|proof| proof.suite().is_known())
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

/// A key of the issuer's own that its entry does not have. One that is said to have signed after the trust list was made
/// may be the issuer's next key, which only a newer list can tell.
fn unknown_key(proof: &Proof, trust: &Trust) -> Outcome {
    let key = shortened(proof.verification_method());
    let may_be_new = proof
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
