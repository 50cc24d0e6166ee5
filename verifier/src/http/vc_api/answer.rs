//! The VC API's answers (A2): `verified`, what is wrong, and on demand the document and what came of each step.

use cheti_verifier_core::checks::proof::ProofResult;
use cheti_verifier_core::outcome::Outcome;
use cheti_verifier_core::presentation::PresentationReport;
use cheti_verifier_core::report::{Check, CheckName, Report, Verdict};
use serde_json::{Map, Value, json};

use super::problem_types::{of_checks, of_outcome, of_report};
use super::request::Options;

/// The answer about one credential; `document` is what was sent.
pub(super) fn credential(
    document: &Map<String, Value>,
    report: &Report,
    options: &Options,
) -> Value {
    let mut answer = verified(report.verdict, of_report(report), options);
    if let (true, Some(document)) = (options.credential, &report.document) {
        answer["credential"] = Value::Object(document.clone());
    }
    if options.results {
        answer["results"] = results(document, report);
    }
    answer
}

/// The answer about a presentation: its own problems first, then its credentials', each with its place.
pub(super) fn presentation(report: &PresentationReport, options: &Options) -> Value {
    let placed = report
        .credentials
        .iter()
        .enumerate()
        .flat_map(|(i, credential)| {
            let mut problems = of_report(credential);
            for problem in &mut problems {
                problem["pointer"] = format!("/verifiableCredential/{i}").into();
            }
            problems
        });
    let problems = of_checks(&report.checks)
        .into_iter()
        .chain(placed)
        .collect();
    let mut answer = verified(report.verdict, problems, options);
    if let (true, Some(document)) = (options.presentation, &report.document) {
        answer["presentation"] = Value::Object(document.clone());
    }
    answer["presentationResult"] = json!({
        "verified": report.checks.iter().all(|check| holds(&check.outcome)),
        "holder": report.holder,
    });
    let each = report.credentials.iter().map(|credential| {
        let mut result = verified(credential.verdict, of_report(credential), options);
        if let (true, Some(document)) = (options.credential, &credential.document) {
            result["credential"] = Value::Object(document.clone());
        }
        result
    });
    answer["credentialResults"] = each.collect();
    if options.results {
        answer["results"] = json!({"proof": proofs(&report.proofs)});
    }
    answer
}

fn verified(verdict: Verdict, problems: Vec<Value>, options: &Options) -> Value {
    let mut answer = json!({"verified": verdict == Verdict::Valid});
    if !options.no_problem_details {
        answer["problemDetails"] = problems.into();
    }
    answer
}

/// What came of each step.
fn results(document: &Map<String, Value>, report: &Report) -> Value {
    let validity = report.outcome(CheckName::Validity);
    let time = |names: [&str; 2]| {
        let value = names.iter().find_map(|name| document.get(*name))?;
        Some(result(validity, Some(value)))
    };
    let mut results = json!({
        "credentialSchema": schemas(document),
        "credentialStatus": statuses(document, report),
        "proof": proofs(&report.proofs),
        "checks": report.checks.iter().map(check).collect::<Vec<Value>>(),
    });
    for (name, names) in [
        ("validFrom", ["validFrom", "issuanceDate"]),
        ("validUntil", ["validUntil", "expirationDate"]),
    ] {
        if let Some(result) = time(names) {
            results[name] = result;
        }
    }
    results
}

fn check(check: &Check) -> Value {
    let mut result = result(&check.outcome, None);
    result["check"] = json!(check.check);
    result
}

/// A schema that a credential names is not fetched, since nothing is that a credential names.
fn schemas(document: &Map<String, Value>) -> Vec<Value> {
    let not_checked = json!({
        "type": "urn:cheti:problem:schema-not-fetched",
        "title": "schema_not_fetched",
        "detail": "schemas that a credential names are not fetched; the rules of the data models were checked",
    });
    let schemas = items(document.get("credentialSchema")).iter();
    schemas
        .map(|schema| json!({"value": schema, "problemDetails": [not_checked]}))
        .collect()
}

fn statuses(document: &Map<String, Value>, report: &Report) -> Vec<Value> {
    let entries = items(document.get("credentialStatus")).iter();
    let outcomes = report.status_entries.iter();
    let each = entries.zip(outcomes);
    each.map(|(entry, outcome)| result(outcome, Some(entry)))
        .collect()
}

fn proofs(proofs: &[ProofResult]) -> Vec<Value> {
    let each = proofs.iter().map(|proof| {
        let mut result = result(&proof.outcome, None);
        result["cryptosuite"] = proof.suite.as_str().into();
        result["verificationMethod"] = proof.verification_method.as_str().into();
        result["created"] = json!(proof.created);
        result
    });
    each.collect()
}

fn result(outcome: &Outcome, value: Option<&Value>) -> Value {
    let mut result = json!({"verified": holds(outcome)});
    if let Some(value) = value {
        result["value"] = value.clone();
    }
    if let Some(problem) = of_outcome(outcome) {
        result["problemDetails"] = json!([problem]);
    }
    result
}

fn holds(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Pass | Outcome::NotRequired)
}

fn items(value: Option<&Value>) -> &[Value] {
    value.map_or(&[][..], |value| match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    })
}
