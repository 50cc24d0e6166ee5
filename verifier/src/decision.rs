//! What a machine may do with a report: accept, reject, or let a person look. Anything but a valid verdict and a matching
//! name is never accepted (THREATS 4, 29).

use cheti_verifier_core::report::{Report, Verdict};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::compare::{Compared, Comparison, Expected, NAME_INCOMPLETE};

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Genuine, in force, and the person's.
    Accept,
    /// Not to be relied on, or another person's.
    Reject,
    /// A person must look.
    Review,
}

/// A report with a decision: the answer of `/v1/verify`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    /// What to do.
    pub decision: Decision,
    /// Codes of why: empty when accepted.
    pub decision_reasons: Vec<&'static str>,
    /// How what was expected compares with what was signed.
    pub matches: Comparison,
    /// The report.
    #[serde(flatten)]
    pub report: Report,
    /// The same, signed by the verifier, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_report: Option<Map<String, Value>>,
}

impl Judged {
    /// Decide. A certificate is accepted only when the name was compared and is the same (THREATS 4): a genuine one may
    /// be somebody else's.
    pub fn new(mut report: Report, expected: &Expected, own_hosts: &[String]) -> Self {
        let matches = Comparison::of(expected, report.signed.as_ref());
        let (decision, decision_reasons) = decide(&report, &matches);
        let foreign = |host: &String| !own_hosts.is_empty() && !own_hosts.contains(host);
        if report.code_hosts.iter().any(foreign) {
            report.warnings.push("code_of_another_host");
        }
        Self {
            decision,
            decision_reasons,
            matches,
            report,
            signed_report: None,
        }
    }
}

/// A name that lacks words decides nothing by itself: a person must look.
fn decide(report: &Report, matches: &Comparison) -> (Decision, Vec<&'static str>) {
    let mismatches = matches.mismatches();
    let another = mismatches.iter().any(|code| *code != NAME_INCOMPLETE);
    let name = matches.name.result;
    let mut reasons = report.reasons.clone();
    reasons.extend(mismatches);
    let decision = match report.verdict {
        Verdict::Invalid => Decision::Reject,
        Verdict::Valid | Verdict::Undecided if another => Decision::Reject,
        Verdict::Valid if name == Compared::Match => Decision::Accept,
        Verdict::Valid | Verdict::Undecided => Decision::Review,
    };
    if report.verdict == Verdict::Valid
        && decision == Decision::Review
        && name == Compared::NotCompared
    {
        reasons.push("name_not_compared");
    }
    (decision, reasons)
}
