//! Presentations: a holder shows credentials to somebody who asked (VCDM 2.0 §4.13, Data Integrity 4.4, D3).
//!
//! Each embedded credential is judged as if it had been presented alone; around it, the holder's own proofs.

mod audience;
mod shape;

use cheti_shared::limits::PRESENTED_CREDENTIALS;
use cheti_shared::proof::{AUTHENTICATION, Proof, ProofError};
use cheti_shared::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::checks::issuer::key_standing;
use crate::checks::key::{NamedKey, is_of};
use crate::checks::proof::{ProofResult, Proved, in_time};
use crate::checks::proof_set::ProofSet;
use crate::evidence::Evidence;
use crate::outcome::{Gap, Outcome, Reason};
use crate::policy::Policy;
use crate::presented::{Form, Presented};
use crate::report::{Check, CheckName, Report, Verdict, judge};
use crate::verify;

pub use audience::Asked;

/// What came of judging a presentation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PresentationReport {
    /// The worst verdict of the presentation and its credentials.
    pub verdict: Verdict,
    /// Codes of what decided it, without repeats.
    pub reasons: Vec<&'static str>,
    /// Who presents, as the document says: a claim, unless the check `holder` passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The checks of the presentation itself.
    pub checks: Vec<Check>,
    /// Its proofs.
    pub proofs: Vec<ProofResult>,
    /// A report on each credential, in order.
    pub credentials: Vec<Report>,
    /// What time it was.
    pub checked_at: Timestamp,
    /// The document that was signed, without proof (V11); only when its proofs hold.
    #[serde(skip)]
    pub document: Option<Map<String, Value>>,
}

/// Judge a presentation, made for `asked`, and every credential in it.
pub fn verify_presentation(
    document: &Map<String, Value>,
    asked: &Asked,
    evidence: &Evidence,
    policy: &Policy,
    now: Timestamp,
) -> PresentationReport {
    let judging = Judging {
        document,
        holder: shape::holder(document),
        evidence,
        policy,
        now,
    };
    judging.report(asked)
}

struct Judging<'a> {
    document: &'a Map<String, Value>,
    holder: Option<&'a str>,
    evidence: &'a Evidence,
    policy: &'a Policy,
    now: Timestamp,
}

impl Judging<'_> {
    fn report(&self, asked: &Asked) -> PresentationReport {
        let proofs = match self.document.contains_key("proof") {
            true => Proof::all_of(self.document),
            false => Ok(Vec::new()),
        };
        let (proved, proofs) = match proofs {
            Ok(proofs) if proofs.is_empty() => (unsigned(), proofs),
            Ok(proofs) => (self.prove(&proofs), proofs),
            Err(error) => (unproved(&error), Vec::new()),
        };
        let credentials = shape::credentials(self.document);
        let checks = vec![
            Check::new(CheckName::Proof, proved.outcome),
            Check::new(CheckName::Holder, self.by_the_holder(&proofs)),
            Check::new(CheckName::Audience, asked.check(&proofs)),
            Check::new(CheckName::Schema, self.schema(credentials.len())),
        ];
        let reports: Vec<Report> = match credentials.len() > PRESENTED_CREDENTIALS {
            true => Vec::new(),
            false => credentials
                .iter()
                .map(|value| self.credential(value))
                .collect(),
        };
        let (mut verdict, mut reasons) = judge(&checks);
        for report in &reports {
            verdict = verdict.max(report.verdict);
        }
        for report in reports.iter().filter(|report| report.verdict == verdict) {
            reasons.extend(report.reasons.iter().copied());
        }
        let mut seen = Vec::new();
        reasons.retain(|code| {
            !seen.contains(code) && {
                seen.push(*code);
                true
            }
        });
        PresentationReport {
            verdict,
            reasons,
            holder: self.holder.map(|holder| holder.chars().take(200).collect()),
            checks,
            proofs: proved.proofs,
            credentials: reports,
            checked_at: self.now,
            document: proved.vouched.map(|(_, document)| document),
        }
    }

    /// Every proof of a known suite must hold, by a key that is known and in use.
    fn prove(&self, proofs: &[Proof]) -> Proved<Map<String, Value>> {
        let first = proofs.iter().find(|proof| proof.suite().is_known());
        let signer = first.map(|proof| {
            let (did, _) = cheti_shared::did::web::split_fragment(proof.verification_method());
            did
        });
        let trust = self.evidence.trust();
        let set = ProofSet {
            document: self.document,
            proofs,
            author: self.holder.or(signer).unwrap_or_default(),
            purpose: AUTHENTICATION,
            trust,
        };
        let mut proved = set.prove(|proof, key| proof.verify(self.document, key));
        let standing = proofs.iter().filter_map(|proof| {
            match NamedKey::find(trust, proof.verification_method()) {
                NamedKey::Registered(method, trusted) => {
                    Some(key_standing(method, trusted, proof.created(), trusted.role))
                }
                NamedKey::Itself(_) | NamedKey::Unknown => None,
            }
        });
        let more = in_time(proofs, "", self.now, self.policy);
        let more = standing.fold(more, Outcome::worse);
        if more != Outcome::Pass {
            proved.outcome = proved.outcome.worse(more);
            proved.vouched = None;
        }
        proved
    }

    /// A holder that is a DID must have signed with a key of its own; of one that is not, nothing tells which key is.
    fn by_the_holder(&self, proofs: &[Proof]) -> Outcome {
        let holder = self.holder.filter(|holder| holder.starts_with("did:"));
        let (Some(holder), false) = (holder, proofs.is_empty()) else {
            return Outcome::NotRequired;
        };
        let own =
            |proof: &Proof| proof.suite().is_known() && is_of(proof.verification_method(), holder);
        match proofs.iter().any(own) {
            true => Outcome::Pass,
            false => Outcome::fail(Reason::NotTheHolder {
                holder: holder.chars().take(200).collect(),
            }),
        }
    }

    fn schema(&self, credentials: usize) -> Outcome {
        let shape = shape::check(self.document, self.policy);
        match credentials > PRESENTED_CREDENTIALS {
            true => shape.worse(Outcome::undecided(Gap::TooMuchWork {
                detail: format!(
                    "{credentials} credentials, at most {PRESENTED_CREDENTIALS} are checked at once"
                ),
            })),
            false => shape,
        }
    }

    /// Judge one credential in the ordinary way.
    fn credential(&self, value: &Value) -> Report {
        let presented = match value {
            Value::Object(document) if shape::is_enveloped(document) => {
                unreadable("it is in an envelope (JWT or COSE), which is not read here")
            }
            Value::Object(document) => Presented::document(document.clone()),
            _ => unreadable("it is no JSON object; a JWT is not read here"),
        };
        verify(&presented, self.evidence, self.policy, self.now)
    }
}

fn unreadable(detail: &str) -> Presented {
    Presented::unreadable(Form::Json, detail.to_owned())
}

fn unsigned() -> Proved<Map<String, Value>> {
    Proved {
        outcome: Outcome::NotRequired,
        vouched: None,
        proofs: Vec::new(),
    }
}

fn unproved(error: &ProofError) -> Proved<Map<String, Value>> {
    Proved {
        outcome: Outcome::fail(Reason::Altered {
            detail: error.to_string(),
        }),
        ..unsigned()
    }
}
