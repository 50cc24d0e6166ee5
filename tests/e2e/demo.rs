//! One demo for the whole room, and what the verifier says of files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use cheti_tests::programs;
use serde_json::Value;

/// What a demo leaves, in a folder that lives as long as the tests.
pub(crate) struct Demo {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) words: String,
}

/// The demo, made once.
pub(crate) fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let ran = Command::new(programs::path("cheti-issuer"))
            .arg("demo")
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        Demo {
            folder,
            words: String::from_utf8(ran.stdout).unwrap(),
        }
    })
}

impl Demo {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("demo").join(name)
    }

    /// The certificate files with this ending, in order of name.
    pub(crate) fn files(&self, ending: &str) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.path("certificates"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|found| found == ending))
            .collect();
        files.sort();
        files
    }

    /// The certificate file of the graduate whose file name begins so.
    pub(crate) fn file(&self, begins: &str, ending: &str) -> PathBuf {
        let named = |path: &PathBuf| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with(begins)
        };
        self.files(ending).into_iter().find(named).unwrap()
    }

    /// A place for a file of a test's own.
    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join("scratch");
        fs::create_dir_all(&folder).unwrap();
        folder.join(name)
    }

    /// The text of the code that carries a certificate, read from its PDF by the verifier's own eyes.
    pub(crate) fn code(&self, pdf: &Path) -> String {
        let content = cheti_verifier::scan::pdf(&fs::read(pdf).unwrap()).unwrap();
        content.codes.first().unwrap().as_str().to_owned()
    }
}

/// What the verifier answered.
pub(crate) struct Answer {
    pub(crate) exit: i32,
    pub(crate) reports: Vec<Value>,
    pub(crate) errors: String,
}

impl Answer {
    pub(crate) fn verdict(&self) -> &str {
        self.reports
            .first()
            .and_then(|report| report["verdict"].as_str())
            .unwrap_or("none")
    }

    pub(crate) fn reason(&self) -> &str {
        self.reports
            .first()
            .and_then(|report| report["reasons"][0].as_str())
            .unwrap_or("none")
    }
}

/// `cheti-verifier check FILE --bundle BUNDLE --offline --json`, with a state folder of its own.
pub(crate) fn check_with(bundle: &Path, file: &Path, more: &[&str]) -> Answer {
    let state = tempfile::tempdir().unwrap();
    let ran = Command::new(programs::path("cheti-verifier"))
        .args(["check", "--offline", "--json", "--bundle"])
        .args([bundle, file])
        .args(more)
        .env("CHETI_VERIFIER_STATE", state.path())
        .output()
        .unwrap();
    let lines = String::from_utf8(ran.stdout).unwrap();
    Answer {
        exit: ran.status.code().unwrap(),
        reports: lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
        errors: String::from_utf8_lossy(&ran.stderr).into_owned(),
    }
}

/// As [`check_with`], with the demo's bundle.
pub(crate) fn check(file: &Path) -> Answer {
    check_with(&demo().path("bundle.json"), file, &[])
}

#[test]
fn the_demo_verifies_but_for_what_was_revoked_and_corrected() {
    let demo = demo();
    assert_eq!(
        (demo.files("json").len(), demo.files("pdf").len()),
        (25, 25)
    );
    assert!(
        demo.words
            .contains("cargo run --release -p cheti-verifier -- check demo/certificates"),
        "{}",
        demo.words
    );
    let answer = check(&demo.path("certificates"));
    assert_eq!(answer.exit, 1);
    let mut verdicts = std::collections::BTreeMap::new();
    for report in &answer.reports {
        let reason = report["reasons"][0].as_str().unwrap_or("");
        *verdicts
            .entry(format!("{} {reason}", report["verdict"].as_str().unwrap()))
            .or_insert(0) += 1;
        let name = report["signed"]["name"].as_str().unwrap();
        assert!(
            !name.is_empty()
                && report["signed"]["course"].is_string()
                && report["signed"]["awarded"].is_string()
        );
    }
    let wanted = [
        ("invalid revoked", 2),
        ("invalid superseded", 2),
        ("valid ", 46),
    ];
    assert_eq!(
        verdicts,
        wanted
            .map(|(words, count)| (words.to_owned(), count))
            .into()
    );
}

#[test]
fn a_folder_that_the_demo_did_not_make_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("demo")).unwrap();
    fs::write(folder.path().join("demo/thesis.txt"), "mine").unwrap();
    let run = |url: &str| {
        let mut command = Command::new(programs::path("cheti-issuer"));
        command
            .args(["demo", "--verify-url", url])
            .current_dir(&folder)
            .output()
            .unwrap()
    };
    let refused = run("https://v.nc4.example/");
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(
        fs::read_to_string(folder.path().join("demo/thesis.txt")).unwrap(),
        "mine"
    );
    fs::remove_dir_all(folder.path().join("demo")).unwrap();
    let http = run("http://v.nc4.example/");
    assert_ne!(
        http.status.code(),
        Some(0),
        "plain http is for private addresses"
    );
    assert!(run("http://127.0.0.1:8080/").status.success());
    assert!(
        run("http://127.0.0.1:8080/").status.success(),
        "it replaces what it made itself"
    );
}
