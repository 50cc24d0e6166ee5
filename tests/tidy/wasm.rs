//! The committed WebAssembly modules: each is what its digest says, and what they were built from has not moved on.

use std::fmt::Write as _;
use std::fs;

use sha2::{Digest as _, Sha256};

use crate::tree;

/// Where `crates.txt` and `digests.txt` lie.
const BUILT: &str = "verifier/wasm/built";
/// What is compiled into them, or says how.
const SOURCES: [&str; 9] = [
    "shared/src/",
    "shared/contexts/",
    "shared/Cargo.toml",
    "shared/reader/",
    "verifier/core/src/",
    "verifier/core/Cargo.toml",
    "verifier/wasm/src/",
    "verifier/wasm/Cargo.toml",
    "verifier/wasm/build",
];
const MODULES: [&str; 3] = [
    "shared/web/reader.wasm",
    "verifier/wasm/built/verifier-full.wasm",
    "verifier/wasm/built/verifier.wasm",
];
const ADVICE: &str = "run verifier/wasm/build and commit what it makes";

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}

/// The code of a file: without comments on lines of their own, empty lines and the module of unit tests at its end.
fn compiled(text: &str) -> String {
    let mut lines = text.lines().map(str::trim_end).peekable();
    let mut code = String::new();
    while let Some(line) = lines.next() {
        let tests_follow = |next: &&str| next.starts_with("mod ") && next.ends_with('{');
        if line == "#[cfg(test)]" && lines.peek().is_some_and(tests_follow) {
            break;
        }
        let start = line.trim_start();
        if !start.is_empty() && !start.starts_with("//") {
            code += line;
            code.push('\n');
        }
    }
    code
}

/// The digest of all that is compiled into the modules.
fn sources() -> String {
    let mut files = tree::sources();
    files.retain(|file| !file.is_test);
    for file in &mut files {
        file.text = compiled(&file.text);
    }
    let others = tree::files().into_iter();
    files.extend(others.filter(|file| !file.path.ends_with(".rs") && !file.path.ends_with(".md")));
    files.retain(|file| SOURCES.iter().any(|source| file.path.starts_with(source)));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 50, "the sources were not found");
    let mut digest = Sha256::new();
    for file in files {
        digest.update(format!("{}\n{}\n", file.path, file.text.len()));
        digest.update(file.text);
    }
    hex(&digest.finalize())
}

fn current() -> String {
    let mut text = format!("{}  sources\n", sources());
    for module in MODULES {
        let octets = fs::read(tree::root().join(module)).unwrap();
        let _ = writeln!(text, "{}  {module}", hex(&Sha256::digest(octets)));
    }
    text
}

#[test]
fn wasm_modules_are_built_from_these_sources() {
    let path = tree::root().join(BUILT).join("digests.txt");
    let current = current();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &current).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, current, "{ADVICE}");
}

/// A crate that went into a module is still of that version in `Cargo.lock`.
#[test]
fn wasm_modules_are_built_from_the_locked_crates() {
    let read = |path: &str| fs::read_to_string(tree::root().join(path)).unwrap();
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    let locked: Vec<String> = packages
        .iter()
        .map(|package| {
            let field = |name: &str| package[name].as_str().unwrap();
            format!("{} v{}", field("name"), field("version"))
        })
        .collect();
    let listed = read(&format!("{BUILT}/crates.txt"));
    let crates: Vec<&str> = listed
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert!(crates.len() > 30, "{crates:?}");
    for name in crates {
        assert!(locked.iter().any(|one| one == name), "{name}: {ADVICE}");
    }
}

#[test]
fn comments_and_tests_are_not_compiled() {
    let text = "//! What is here.\n\nfn a() { // why\n    1\n}\n\n#[cfg(test)]\nmod tests {\n}\n";
    assert_eq!(compiled(text), "fn a() { // why\n    1\n}\n");
    assert_ne!(compiled("fn a() { 1 }"), compiled("fn a() { 2 }"));
    let kept = "#[cfg(test)]\nuse x::y;\nfn b() {}\n";
    assert_eq!(compiled(kept), kept);
}
