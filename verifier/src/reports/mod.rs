//! Verification reports that can be shown later: an answer of `/v1`, signed with the verifier's own key.
//!
//! A report is no credential and cannot pass for one: it has a type of its own and no `@context`, and its DID is a
//! `did:key` that stands in no trust list. It says what the answer said, when, by which policy and by which trust and
//! status lists (they are in the answer), and the digest of what was presented.

mod key;

use cheti_shared::did;
use cheti_shared::ids::Digest;
use cheti_shared::key::{PublicKey, SecretKey, Signer as _};
use cheti_shared::proof::{self, ProofError, ProofOptions};
use cheti_shared::time::Timestamp;
use cheti_verifier_core::policy::{Policy, StatusAge, WithoutStatus};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::decision::Judged;

pub use key::{ReportKeyError, make, open};

/// What a report calls itself.
pub const TYPE: &str = "ChetiVerificationReport";

/// Signs reports.
pub struct ReportSigner {
    key: SecretKey,
    did: String,
    policy: Value,
}

/// What a report is about beside the answer.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// SHA-256 of what was presented, as it was sent.
    pub presented: Digest,
    /// The name of the API key with which was asked.
    pub asked_by: &'a str,
    /// When.
    pub at: Timestamp,
}

/// What came of checking a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// Whether a verifier that is trusted here signed it, and nobody altered it.
    pub verified: bool,
    /// Why not: `not_a_report`, `altered` or `unknown_verifier`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The DID that signed it; only when the signature holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verifier: Option<String>,
    /// When it was made; only when the signature holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made: Option<Value>,
    /// The decision it reports; only when `verified`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Value>,
}

impl ReportSigner {
    /// A signer with this key, for a verifier with this policy.
    pub fn new(key: SecretKey, policy: &Policy) -> Self {
        Self {
            did: did::key::did(&key.public_key()),
            policy: told(policy),
            key,
        }
    }

    /// The verifier's DID.
    pub fn did(&self) -> &str {
        &self.did
    }

    /// The signed report of an answer.
    pub fn sign(
        &self,
        judged: &Judged,
        occasion: Occasion<'_>,
    ) -> Result<Map<String, Value>, ProofError> {
        let members = [
            ("type", TYPE.into()),
            ("verifier", self.did.clone().into()),
            ("made", occasion.at.to_string().into()),
            ("askedBy", occasion.asked_by.into()),
            ("presentedSha256", occasion.presented.to_string().into()),
            ("policy", self.policy.clone()),
            ("answer", json!(judged)),
        ];
        let named = members.into_iter();
        let document = named
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let options = ProofOptions {
            created: occasion.at,
            verification_method: did::key::verification_method(&self.key.public_key()),
        };
        proof::secure(document, &options, &self.key)
    }
}

/// Check a report by its signature, and its signer against those trusted here.
pub fn check(report: &Map<String, Value>, trusted: &[String]) -> Checked {
    let refused = |reason| Checked {
        verified: false,
        reason: Some(reason),
        verifier: None,
        made: None,
        decision: None,
    };
    if report.get("type").and_then(Value::as_str) != Some(TYPE) {
        return refused("not_a_report");
    }
    let Some((verifier, key)) = signer_of(report) else {
        return refused("not_a_report");
    };
    let method = did::key::verification_method(&key);
    if proof::verify_single(report, &method, &key).is_err() {
        return refused("altered");
    }
    let known = trusted.iter().any(|did| did == verifier);
    let decision = report
        .get("answer")
        .and_then(|answer| answer.get("decision"));
    Checked {
        verified: known,
        reason: (!known).then_some("unknown_verifier"),
        verifier: Some(verifier.to_owned()),
        made: report.get("made").cloned(),
        decision: decision.filter(|_| known).cloned(),
    }
}

fn signer_of(report: &Map<String, Value>) -> Option<(&str, PublicKey)> {
    let verifier = report.get("verifier").and_then(Value::as_str)?;
    Some((verifier, did::key::parse(verifier).ok()?))
}

/// A policy as a report tells it.
fn told(policy: &Policy) -> Value {
    json!({
        "clockSkewSeconds": policy.clock_skew_seconds,
        "statusAgeSeconds": match policy.status_age {
            StatusAge::AsSigned => None,
            StatusAge::AtMost { seconds } => Some(seconds),
        },
        "withoutStatus": match policy.without_status {
            WithoutStatus::Accepted => "accepted",
            WithoutStatus::Undecided => "undecided",
        },
    })
}

#[cfg(test)]
mod tests {
    use cheti_verifier_core::evidence::memory::Memory;
    use cheti_verifier_core::evidence::{Evidence, Root};
    use cheti_verifier_core::presented::Presented;
    use cheti_verifier_core::report::Verdict;
    use cheti_verifier_core::verify;

    use super::*;
    use crate::compare::Expected;
    use crate::decision::Decision;
    use crate::samples::{NAME, NOW, World, at};

    fn evidence(world: &World) -> Evidence {
        Evidence::from_bundle(&world.bundle(), Root::OfTheBundle, Memory::default()).unwrap()
    }

    fn signer(seed: u8) -> ReportSigner {
        ReportSigner::new(SecretKey::from_seed(&[seed; 32]), &Policy::default())
    }

    fn report(signer: &ReportSigner) -> Map<String, Value> {
        let world = World::default();
        let code = world.code(NAME);
        let presented = Presented::code(&code);
        let verdict = verify(&presented, &evidence(&world), &Policy::default(), at(NOW));
        let expected = Expected {
            name: Some(NAME.to_owned()),
            ..Expected::default()
        };
        let occasion = Occasion {
            presented: Digest::of(code.as_bytes()),
            asked_by: "hr",
            at: at(NOW),
        };
        let judged = Judged::new(verdict, &expected, &[]);
        signer.sign(&judged, occasion).unwrap()
    }

    #[test]
    fn a_report_says_what_was_decided_by_whom_and_by_what() {
        let signer = signer(5);
        let report = report(&signer);
        let checked = check(&report, &[signer.did().to_owned()]);
        assert!(checked.verified, "{checked:?}");
        assert_eq!(checked.decision, Some("accept".into()));
        assert_eq!(report["answer"]["signed"]["name"], NAME);
        for told in [
            &report["answer"]["trust"]["rootFingerprint"],
            &report["answer"]["trust"]["version"],
            &report["answer"]["statusLists"][0],
            &report["policy"]["clockSkewSeconds"],
            &report["presentedSha256"],
        ] {
            assert!(!told.is_null(), "{report:?}");
        }
    }

    #[test]
    fn altered_foreign_and_other_documents_are_told_apart() {
        let signer = signer(5);
        let trusted = [signer.did().to_owned()];
        let whole = report(&signer);
        let reason = |report: &Map<String, Value>| check(report, &trusted).reason;
        let mut altered = whole.clone();
        altered["answer"]["decision"] = "reject".into();
        assert_eq!(reason(&altered), Some("altered"));
        // Signed by another key that claims to be this verifier.
        let mut claimed = report(&self::signer(6));
        claimed["verifier"] = signer.did().into();
        assert_eq!(reason(&claimed), Some("altered"));
        assert_eq!(reason(&report(&self::signer(6))), Some("unknown_verifier"));
        for (member, value) in [("type", json!([TYPE])), ("verifier", json!("did:web:a"))] {
            let mut other = whole.clone();
            other[member] = value;
            assert_eq!(reason(&other), Some("not_a_report"), "{member}");
        }
    }

    /// A report is never taken for a certificate, whoever signed it (THREATS 30).
    #[test]
    fn a_report_is_no_certificate() {
        let octets = serde_json::to_vec(&report(&signer(5))).unwrap();
        let world = World::default();
        let presented = Presented::json(&octets);
        let verdict = verify(&presented, &evidence(&world), &Policy::default(), at(NOW));
        let judged = Judged::new(verdict, &Expected::default(), &[]);
        assert_ne!(judged.report.verdict, Verdict::Valid);
        assert_ne!(judged.decision, Decision::Accept);
        assert!(judged.report.signed.is_none());
    }
}
