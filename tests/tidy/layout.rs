//! The shape of the repository: what lies at the top, how files open, how long they are, that samples parse.

use std::collections::BTreeSet;
use std::fs;

use crate::source;
use crate::tree::{self, Finding};

/// The rules' names.
pub(crate) const RULES: [&str; 5] = ["top", "opening", "length", "samples", "rooms"];

/// Lines of a source file, its tests included.
const LINES: usize = 500;

/// What lies at the top beside dotfiles and what tools make.
const TOP: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    "LICENSE",
    "README.md",
    "issuer",
    "shared",
    "tests",
    "verifier",
];
/// What tools and the demo make, which is never committed.
const MADE: [&str; 2] = ["target", "demo"];

fn top(names: &[String]) -> Vec<Finding> {
    let allowed = |name: &str| name.starts_with('.') || TOP.contains(&name) || MADE.contains(&name);
    names
        .iter()
        .filter(|name| !allowed(name))
        .map(|name| Finding::new(name, "does not belong at the top"))
        .collect()
}

fn opening(path: &str, text: &str) -> Option<Finding> {
    let opens = text
        .lines()
        .next()
        .is_some_and(|line| line.starts_with("//! ") && line.len() > 12);
    (!opens).then(|| {
        Finding::new(
            path,
            "does not open with a `//!` line that says what is here",
        )
    })
}

fn length(path: &str, text: &str) -> Option<Finding> {
    let lines = text.lines().count();
    (lines > LINES).then(|| Finding::new(path, format!("has {lines} lines, more than {LINES}")))
}

fn sample(path: &str, text: &str) -> Option<Finding> {
    let error = text.parse::<toml::Table>().err()?;
    Some(Finding::new(
        path,
        format!("is no TOML: {}", error.message()),
    ))
}

/// Each room of the tests is declared, or cargo would not run it.
fn rooms(manifest: &str, folders: &[String]) -> Vec<Finding> {
    let table: toml::Table = manifest.parse().unwrap();
    let declared = |kind: &str| -> BTreeSet<String> {
        let targets = table.get(kind).and_then(toml::Value::as_array);
        let paths = targets
            .into_iter()
            .flatten()
            .map(|target| target["path"].as_str());
        paths.flatten().map(str::to_owned).collect()
    };
    let declared: BTreeSet<String> = declared("test")
        .into_iter()
        .chain(declared("bench"))
        .chain(declared("bin"))
        .collect();
    folders
        .iter()
        .map(|folder| format!("{folder}/main.rs"))
        .filter(|path| !declared.contains(path))
        .map(|path| Finding::new("tests/Cargo.toml", format!("does not declare {path}")))
        .collect()
}

#[test]
fn the_top_holds_the_rooms_and_nothing_else() {
    let entries = fs::read_dir(tree::root()).unwrap();
    let names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    crate::report("top", top(&names));
    let name = |name: &str| name.to_owned();
    assert_eq!(
        top(&[name("docs"), name("Cargo.toml"), name(".ci")]).len(),
        1
    );
}

#[test]
fn every_module_says_what_is_in_it() {
    let files = tree::sources();
    let findings = files
        .iter()
        .filter_map(|file| opening(&file.path, &file.text));
    crate::report("opening", findings.collect());
    for text in [
        "",
        "use std::fmt;",
        "//!",
        "//! Things",
        "/// A function that does a thing.\nfn f() {}",
    ] {
        assert!(opening("a.rs", text).is_some(), "{text}");
    }
    assert!(opening("a.rs", "//! The shape of the repository.").is_none());
}

#[test]
fn files_can_be_read_in_one_sitting() {
    let files = tree::sources();
    let findings = files
        .iter()
        .filter_map(|file| length(&file.path, &file.text));
    crate::report("length", findings.collect());
    assert!(length("a.rs", &"\n".repeat(LINES)).is_none());
    assert!(length("a.rs", &"\n".repeat(LINES + 1)).is_some());
}

#[test]
fn configuration_files_parse() {
    let files = tree::files();
    let tables = files.iter().filter(|file| file.path.ends_with(".toml"));
    let findings: Vec<Finding> = tables
        .filter_map(|file| sample(&file.path, &file.text))
        .collect();
    crate::report("samples", findings);
    assert!(sample("a.toml", "a = 1\na = 2").is_some());
    assert!(sample("a.toml", "a = 1").is_none());
}

#[test]
fn every_room_of_the_tests_is_run() {
    let files = tree::sources();
    let rooms_there: Vec<String> = files
        .iter()
        .filter_map(|file| file.path.strip_prefix("tests/")?.strip_suffix("/main.rs"))
        .map(str::to_owned)
        .collect();
    assert!(rooms_there.contains(&"tidy".to_owned()));
    let manifest = fs::read_to_string(tree::root().join("tests/Cargo.toml")).unwrap();
    crate::report("rooms", rooms(&manifest, &rooms_there));
    assert_eq!(rooms(&manifest, &["nowhere".to_owned()]).len(), 1);
}

#[test]
fn unit_tests_stand_last() {
    // The arrows leave out what follows `#[cfg(test)] mod …`, so nothing else may.
    for file in tree::sources() {
        let code = source::code(&file.text);
        let production = source::without_tests(&code);
        let after = code[production.len()..].trim();
        let closed = after.is_empty() || after.ends_with(';') || ends_with_one_block(after);
        assert!(
            closed,
            "{}: code follows the module of unit tests",
            file.path
        );
    }
    assert!(!ends_with_one_block(
        "#[cfg(test)] mod tests { fn f() {} } fn g() {}"
    ));
    assert!(ends_with_one_block("#[cfg(test)] mod tests { fn f() {} }"));
}

/// Whether the text is one item whose braces close at its very end.
fn ends_with_one_block(text: &str) -> bool {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return at + 1 == text.len();
        }
    }
    false
}
