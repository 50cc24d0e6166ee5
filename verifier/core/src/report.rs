//! The report: every check, the verdict, and what was relied on. The same input gives the same octets.

use cheti_shared::credential::open_badge::Facts;
use cheti_shared::ids::Digest;
use cheti_shared::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::checks::endorsements::Endorsement;
use crate::checks::proof::ProofResult;
use crate::checks::status::ListUsed;
use crate::evidence::{Anchor, KnownIssuer, Trust};
use crate::outcome::{Gap, Outcome};
use crate::presented::Form;

/// The verdict: any failure makes it Invalid, else any gap Undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every check passed.
    Valid,
    /// Something could not be checked.
    Undecided,
    /// Something does not hold.
    Invalid,
}

/// The checks, in the order in which they are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// Was one certificate shown, and the same in every form?
    Presentation,
    /// Do the signatures hold?
    Proof,
    /// Is the issuer known, and was the key its own?
    Issuer,
    /// Does it hold now by its own dates?
    Validity,
    /// Was it revoked, suspended or replaced?
    Status,
    /// Is it shaped as a certificate?
    Schema,
    /// Of a presentation: is it signed by the holder it names?
    Holder,
    /// Of a presentation: was it made for whoever asked, in answer to their challenge?
    Audience,
}

/// One check and what it found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Which.
    pub check: CheckName,
    /// What it found.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The reason or gap in plain English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Check {
    /// A check and what it found.
    pub fn new(check: CheckName, outcome: Outcome) -> Self {
        let message = outcome.message();
        Self {
            check,
            outcome,
            message,
        }
    }

    /// A check that does not count, with what it would have said.
    pub(crate) fn told(check: CheckName, would_be: &Outcome) -> Self {
        Self {
            check,
            outcome: Outcome::NotRequired,
            message: would_be.message(),
        }
    }
}

/// What the credential calls itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialNamed {
    /// Its id; all versions of one certificate share it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The issuer that it names.
    pub issuer: String,
    /// SHA-256(JCS(document without proof)): the same for JSON, PDF and code.
    pub digest: Digest,
    /// From when on it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// Until when it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
}

/// The issuer as the trust list knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IssuerKnown {
    /// Its DID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whom to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

impl IssuerKnown {
    pub(crate) fn of(issuer: &KnownIssuer) -> Self {
        let trusted = issuer.trusted();
        Self {
            id: trusted.id.clone(),
            name: trusted.name.clone(),
            contact: trusted.contact.clone(),
        }
    }
}

/// The trust list that was relied on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustUsed {
    /// Where trust came from.
    pub anchor: Anchor,
    /// The root's fingerprint, for people to compare.
    pub root_fingerprint: String,
    /// The list's version.
    pub version: u64,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it may be relied on.
    pub expires: Timestamp,
    /// Its age.
    pub age_seconds: i64,
}

impl TrustUsed {
    pub(crate) fn of(trust: &Trust, now: Timestamp) -> Self {
        Self {
            anchor: trust.anchor(),
            root_fingerprint: trust.root().fingerprint(),
            version: trust.version(),
            made: trust.made(),
            expires: trust.expires(),
            age_seconds: now.seconds_since(trust.made()),
        }
    }
}

/// The warning of a report on a credential whose issuer nobody registered, judged by its proofs alone
/// ([`crate::policy::UnregisteredIssuers::AcceptDidKey`]).
pub const UNREGISTERED_ISSUER: &str = "unregistered_issuer";
/// The warning that an unregistered issuer's status list is not held.
pub const STATUS_UNKNOWN: &str = "status_unknown";

/// What came of judging what was presented.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The verdict.
    pub verdict: Verdict,
    /// Codes of what decided it: failures, or else gaps; none when valid.
    pub reasons: Vec<&'static str>,
    /// What was signed: only when the proof holds and the issuer vouches for the key. Compare it with the paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<Facts>,
    /// What is claimed and not verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed: Option<Facts>,
    /// The issuer as the trust list knows it; only beside `signed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<IssuerKnown>,
    /// What the credential calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<CredentialNamed>,
    /// Every check.
    pub checks: Vec<Check>,
    /// Every proof.
    pub proofs: Vec<ProofResult>,
    /// Who endorses the achievement or the credential; decides nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub endorsements: Vec<Endorsement>,
    /// Warnings that decide nothing, by code.
    pub warnings: Vec<&'static str>,
    /// The status lists that were looked into.
    pub status_lists: Vec<ListUsed>,
    /// The trust list that was relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<TrustUsed>,
    /// How it was presented.
    pub form: Form,
    /// The hosts that its codes were printed for; none was visited.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub code_hosts: Vec<String>,
    /// What time it was.
    pub checked_at: Timestamp,
    /// What the list of each entry of `credentialStatus` says.
    #[serde(skip)]
    pub status_entries: Vec<Outcome>,
    /// The document that was signed, without proof (V11); only beside `signed`, or when an unregistered issuer is judged
    /// by its proofs alone.
    #[serde(skip)]
    pub document: Option<Map<String, Value>>,
}

impl Report {
    /// What one check found.
    pub fn outcome(&self, name: CheckName) -> &Outcome {
        let found = self.checks.iter().find(|check| check.check == name);
        found.map_or(&Outcome::NotRequired, |check| &check.outcome)
    }

    /// Whether something was not looked at because it takes more work than is allowed, or a build with more features.
    pub fn is_unfinished(&self) -> bool {
        let unfinished = |outcome: &Outcome| {
            matches!(
                outcome,
                Outcome::Undecided {
                    gap: Gap::TooMuchWork { .. }
                }
            )
        };
        self.checks.iter().any(|check| unfinished(&check.outcome))
            || self.endorsements.iter().any(|of| unfinished(&of.outcome))
    }
}

/// The verdict of these checks and the codes of what decided it.
pub(crate) fn judge(checks: &[Check]) -> (Verdict, Vec<&'static str>) {
    let failed = |outcome: &Outcome| matches!(outcome, Outcome::Fail { .. });
    let open = |outcome: &Outcome| matches!(outcome, Outcome::Undecided { .. });
    let codes = |wanted: &dyn Fn(&Outcome) -> bool| {
        let outcomes = checks.iter().map(|check| &check.outcome);
        let mut codes: Vec<&'static str> = outcomes
            .filter(|outcome| wanted(outcome))
            .filter_map(Outcome::code)
            .filter(|code| *code != "not_reached")
            .collect();
        let mut seen = Vec::new();
        codes.retain(|code| {
            !seen.contains(code) && {
                seen.push(*code);
                true
            }
        });
        codes
    };
    if checks.iter().any(|check| failed(&check.outcome)) {
        (Verdict::Invalid, codes(&failed))
    } else if checks.iter().any(|check| open(&check.outcome)) {
        (Verdict::Undecided, codes(&open))
    } else {
        (Verdict::Valid, Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Reason;

    #[test]
    fn a_failure_outweighs_a_gap_and_a_gap_a_pass() {
        let check = |outcome| Check::new(CheckName::Proof, outcome);
        let fail = || check(Outcome::fail(Reason::AttachmentAndCodeDisagree));
        let gap = || check(Outcome::undecided(Gap::NoKey));
        let pass = || check(Outcome::Pass);
        let none = || check(Outcome::NotRequired);
        let cases = [
            (vec![pass(), none()], Verdict::Valid, vec![]),
            (
                vec![pass(), gap(), gap()],
                Verdict::Undecided,
                vec!["no_key"],
            ),
            (
                vec![gap(), fail(), pass()],
                Verdict::Invalid,
                vec!["attachment_and_code_disagree"],
            ),
        ];
        for (checks, verdict, codes) in cases {
            assert_eq!(judge(&checks), (verdict, codes));
        }
    }
}
