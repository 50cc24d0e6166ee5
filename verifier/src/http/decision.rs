//! What a machine may do with a report: accept, reject, or let a person look.

use cheti_verifier_core::report::{Report, Verdict};
use serde::Serialize;

use crate::compare::{Compared, Comparison, Expected};

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
    pub comparison: Comparison,
    /// The report.
    #[serde(flatten)]
    pub report: Report,
}

impl Judged {
    /// Decide. A certificate is accepted only when the name was compared and is the same (THREATS 4): a genuine one may
    /// be somebody else's.
    pub fn new(mut report: Report, expected: &Expected, own_hosts: &[String]) -> Self {
        let comparison = Comparison::of(expected, report.signed.as_ref());
        let (decision, decision_reasons) = decide(&report, &comparison);
        let foreign = |host: &String| !own_hosts.is_empty() && !own_hosts.contains(host);
        if report.code_hosts.iter().any(foreign) {
            report.warnings.push("code_of_another_host");
        }
        Self {
            decision,
            decision_reasons,
            comparison,
            report,
        }
    }
}

fn decide(report: &Report, comparison: &Comparison) -> (Decision, Vec<&'static str>) {
    let mismatches = comparison.mismatches();
    match report.verdict {
        Verdict::Invalid => {
            let reasons = report.reasons.iter().copied().chain(mismatches);
            (Decision::Reject, reasons.collect())
        }
        _ if !mismatches.is_empty() => (Decision::Reject, mismatches),
        Verdict::Undecided => (Decision::Review, report.reasons.clone()),
        Verdict::Valid if comparison.name == Compared::Match => (Decision::Accept, Vec::new()),
        Verdict::Valid => (Decision::Review, vec!["name_not_compared"]),
    }
}
