//! What the specifications require, each with the tests that show it, or why it is not met: `requirements.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The ids of each family, from 1: VC Data Model, Data Integrity, EdDSA suites, Controlled Identifiers, did:web, Bitstring
/// Status List, VC API, Open Badges.
const FAMILIES: [(&str, usize); 8] = [
    ("V", 15),
    ("D", 7),
    ("E", 6),
    ("C", 5),
    ("W", 4),
    ("B", 9),
    ("A", 6),
    ("O", 12),
];

struct Row {
    id: String,
    what: String,
    shown_by: Vec<String>,
    not_met: Option<String>,
}

impl Row {
    fn read(row: &toml::Value) -> Self {
        let row = row.as_table().unwrap();
        for name in row.keys() {
            assert!(
                ["id", "what", "shown_by", "not_met"].contains(&name.as_str()),
                "{name}"
            );
        }
        let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
        let tests = row
            .get("shown_by")
            .map(|tests| tests.as_array().unwrap().as_slice());
        Self {
            id: text(&row["id"]),
            what: text(&row["what"]),
            shown_by: tests.unwrap_or_default().iter().map(text).collect(),
            not_met: row.get("not_met").map(text),
        }
    }
}

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

fn read() -> Vec<Row> {
    let path = root().join("tests/conformance/requirements.toml");
    let table: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let rows = table["requirement"].as_array().unwrap();
    rows.iter().map(Row::read).collect()
}

/// What is wrong with a row: tests that are not there, or neither a test nor a reason.
fn faults(row: &Row) -> Vec<String> {
    let fault = |what: &str| vec![format!("{}: {what}", row.id)];
    match (row.shown_by.as_slice(), &row.not_met) {
        ([], None) => fault("neither shown by a test nor said to be unmet"),
        ([_, ..], Some(_)) => fault("shown and not met at once"),
        ([], Some(reason)) if reason.len() < 20 => fault("why it is not met is not said"),
        _ if row.what.is_empty() => fault("does not say what is required"),
        (tests, _) => {
            let gone = tests.iter().filter(|test| !exists(test));
            gone.map(|test| format!("{}: there is no test {test}", row.id))
                .collect()
        }
    }
}

/// Whether `file::name` is a test: a function after `#[test]`, or a title of Node's up to what a table puts into it.
fn exists(test: &str) -> bool {
    let Some((file, name)) = test.split_once("::") else {
        return false;
    };
    let Ok(text) = fs::read_to_string(root().join(file)) else {
        return false;
    };
    match file.ends_with(".js") {
        true => {
            let quoted = name.replace('\'', "\\'");
            text.contains(&format!("test('{quoted}'")) || text.contains(&format!("test(`{name}${{"))
        }
        false => is_test_function(&text, name),
    }
}

fn is_test_function(text: &str, name: &str) -> bool {
    let Some((before, _)) = text.split_once(&format!("fn {name}(")) else {
        return false;
    };
    let mut lines = before.rsplit('\n').map(str::trim);
    let own = lines
        .next()
        .is_some_and(|line| matches!(line, "" | "async"));
    let above: Vec<&str> = lines.take_while(|line| line.starts_with('#')).collect();
    own && above
        .iter()
        .any(|line| *line == "#[test]" || line.starts_with("#[tokio::test"))
}

#[test]
fn every_requirement_is_shown_by_a_test_or_said_to_be_unmet() {
    let rows = read();
    let wanted: Vec<String> = FAMILIES
        .iter()
        .flat_map(|(family, count)| (1..=*count).map(move |n| format!("{family}{n}")))
        .collect();
    let there: Vec<&String> = rows.iter().map(|row| &row.id).collect();
    let missing: Vec<&String> = wanted.iter().filter(|id| !there.contains(id)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
    let once: BTreeSet<&String> = there.iter().copied().collect();
    assert_eq!(
        (there.len(), once.len()),
        (wanted.len(), wanted.len()),
        "an id stands twice, or does not exist"
    );
    let faults: Vec<String> = rows.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn wrong_rows_are_found() {
    let own = "tests/conformance/requirements.rs";
    let row = |shown_by: &[&str], not_met: Option<&str>| Row {
        id: "V1".to_owned(),
        what: "w".to_owned(),
        shown_by: shown_by.iter().map(|test| (*test).to_owned()).collect(),
        not_met: not_met.map(str::to_owned),
    };
    let good = format!("{own}::wrong_rows_are_found");
    let reason = Some("there is a good reason for this");
    assert_eq!(faults(&row(&[&good], None)), [""; 0]);
    assert_eq!(faults(&row(&[], reason)), [""; 0]);
    for bad in [
        row(&[], None),
        row(&[&good], reason),
        row(&[], Some("later")),
        row(&[own], None),
        row(&["nowhere.rs::f"], None),
        row(&[&format!("{own}::faults")], None),
        row(&[&format!("{own}::nothing")], None),
    ] {
        assert_eq!(faults(&bad).len(), 1, "{:?}", bad.shown_by);
    }
}
