//! What the rules let pass, and why: `exceptions.toml`.

use std::collections::BTreeSet;

use crate::tree::{Finding, root};

const FILE: &str = "tests/tidy/exceptions.toml";

/// The findings that no exception covers, and the exceptions of this rule that cover no finding.
pub(crate) fn excuse(rule: &str, findings: Vec<Finding>) -> Vec<Finding> {
    let text = std::fs::read_to_string(root().join(FILE)).unwrap();
    excuse_by(&text, rule, findings)
}

/// The rules that have exceptions.
pub(crate) fn rules() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join(FILE)).unwrap();
    read(&text).into_iter().map(|(rule, ..)| rule).collect()
}

fn excuse_by(text: &str, rule: &str, mut findings: Vec<Finding>) -> Vec<Finding> {
    for (_, path, reason) in read(text).into_iter().filter(|(name, ..)| name == rule) {
        assert!(reason.len() > 20, "{path}: an exception needs a reason");
        let before = findings.len();
        findings.retain(|finding| finding.path != path);
        if findings.len() == before {
            let what = format!("its exception from \"{rule}\" is no longer needed, remove it");
            findings.push(Finding::new(&path, what));
        }
    }
    findings
}

/// Rule, path and reason of each exception.
fn read(text: &str) -> Vec<(String, String, String)> {
    let table: toml::Table = text.parse().unwrap();
    let entries = table.get("exception").and_then(toml::Value::as_array);
    let field = |entry: &toml::Value, name: &str| entry[name].as_str().unwrap().to_owned();
    entries
        .into_iter()
        .flatten()
        .map(|entry| {
            (
                field(entry, "rule"),
                field(entry, "path"),
                field(entry, "reason"),
            )
        })
        .collect()
}

#[test]
fn an_exception_covers_its_file_and_must_be_needed() {
    let text = r#"
        [[exception]]
        rule = "length"
        path = "a.rs"
        reason = "a table that belongs together"
    "#;
    let finding = |path| Finding::new(path, "too long");
    assert_eq!(
        excuse_by(text, "length", vec![finding("a.rs"), finding("b.rs")]),
        [finding("b.rs")]
    );
    assert_eq!(excuse_by(text, "length", Vec::new()).len(), 1);
    assert_eq!(excuse_by(text, "other", vec![finding("a.rs")]).len(), 1);
}

#[test]
fn exceptions_name_rules_that_exist() {
    let known = crate::layout::RULES
        .iter()
        .chain(&crate::words::RULES)
        .chain(&crate::arrows::RULES);
    let known: BTreeSet<String> = known.map(|rule| (*rule).to_owned()).collect();
    let unknown: Vec<_> = rules().difference(&known).cloned().collect();
    assert!(unknown.is_empty(), "{FILE}: no such rule: {unknown:?}");
}
