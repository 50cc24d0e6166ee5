//! What no file says: tests that cannot fail or that wait, unfinished work, and what names one machine.

use crate::source;
use crate::tree::{self, Finding};

/// The rules' names.
pub(crate) const RULES: [&str; 4] = ["unfinished", "sleep", "machine", "registry"];

/// Words of code, taken apart so that this file does not break its own rule.
const UNFINISHED: [&str; 4] = [
    concat!("#[ig", "nore"),
    concat!("should_", "panic"),
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
];

/// Places of one machine.
const MACHINE: [&str; 5] = [
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("C:\\", "Users"),
];

/// Hosts of package registries. Cargo's own lock file is the one place that must name its registry.
const REGISTRY: [&str; 6] = [
    concat!("registry.npm", "js"),
    concat!("registry.yarn", "pkg"),
    concat!("crates", ".io"),
    concat!("py", "pi.org"),
    concat!("deb.deb", "ian.org"),
    concat!("files.python", "hosted"),
];

fn unfinished(path: &str, text: &str) -> Vec<Finding> {
    let code = source::code(text);
    let found = UNFINISHED.iter().filter(|word| code.contains(*word));
    found.map(|word| Finding::new(path, *word)).collect()
}

/// Tests wait for what they wait for, not for a time. Elsewhere a thread never sleeps without a reason given.
fn sleeps(path: &str, text: &str, is_test: bool) -> Vec<Finding> {
    let code = source::code(text);
    let production = source::without_tests(&code);
    let tests_only = &code[production.len()..];
    let blocks = code.contains(concat!("thread::", "sleep"));
    let waits = |code: &str| code.contains(concat!("sl", "eep("));
    match blocks || waits(tests_only) || (is_test && waits(&code)) {
        true => vec![Finding::new(path, "sleeps; wait for the event itself")],
        false => Vec::new(),
    }
}

fn machine(path: &str, text: &str) -> Vec<Finding> {
    let begins = |at: usize| {
        !text[..at]
            .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '}' | '*'))
    };
    let found = MACHINE
        .iter()
        .filter(|place| text.match_indices(*place).any(|(at, _)| begins(at)));
    found
        .map(|place| Finding::new(path, format!("names {place}, a place of one machine")))
        .collect()
}

fn registry(path: &str, text: &str) -> Vec<Finding> {
    if path == "Cargo.lock" {
        return Vec::new();
    }
    let found = REGISTRY.iter().filter(|host| text.contains(*host));
    found
        .map(|host| Finding::new(path, format!("names the registry host {host}")))
        .collect()
}

fn all(files: &[tree::File], rule: fn(&str, &str) -> Vec<Finding>) -> Vec<Finding> {
    files
        .iter()
        .flat_map(|file| rule(&file.path, &file.text))
        .collect()
}

#[test]
fn nothing_is_unfinished_or_switched_off() {
    crate::report("unfinished", all(&tree::sources(), unfinished));
    for word in UNFINISHED {
        let text = format!("#[test]\nfn f() {{ }}\n{word}");
        assert_eq!(unfinished("a.rs", &text).len(), 1, "{word}");
        assert_eq!(unfinished("a.rs", &format!("// {word}")), []);
    }
}

#[test]
fn nothing_sleeps() {
    let files = tree::sources();
    let found = files
        .iter()
        .flat_map(|file| sleeps(&file.path, &file.text, file.is_test));
    crate::report("sleep", found.collect());
    let wait = concat!("sl", "eep(ms(1)).await;");
    for (text, is_test, found) in [
        (format!("fn f() {{ tokio::time::{wait} }}"), false, 0),
        (format!("fn f() {{ std::thread::{wait} }}"), false, 1),
        (
            format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{ {wait} }}"),
            false,
            1,
        ),
        (format!("tokio::time::{wait}"), true, 1),
    ] {
        assert_eq!(sleeps("a.rs", &text, is_test).len(), found, "{text}");
    }
}

#[test]
fn no_file_names_this_machine_or_a_registry() {
    let files = tree::files();
    crate::report("machine", all(&files, machine));
    crate::report("registry", all(&files, registry));
    for place in MACHINE {
        assert_eq!(machine("a.md", &format!("see {place}x")).len(), 1);
        assert_eq!(machine("a.md", &format!("https://nc4.example{place}x")), []);
    }
    for host in REGISTRY {
        assert_eq!(
            registry("a.lock", &format!("\"https://{host}/x\"")).len(),
            1
        );
    }
}
