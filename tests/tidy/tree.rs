//! The repository's files.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::source;

/// What breaks a rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The file, from the repository's root.
    pub(crate) path: String,
    /// What is wrong there.
    pub(crate) what: String,
}

impl Finding {
    pub(crate) fn new(path: &str, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            what: what.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// A text file of the repository.
pub(crate) struct File {
    /// Its path from the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// Whether it is built for tests alone.
    pub(crate) is_test: bool,
}

/// What tools made. In a second work tree `.git` is a file.
const MADE: [&str; 4] = ["target", "demo", "node_modules", ".git"];

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Every text file, in order. Files that are not UTF-8 are passed over.
pub(crate) fn files() -> Vec<File> {
    let mut files = Vec::new();
    walk(&root(), "", &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 20, "the walk did not find the repository");
    files
}

/// Every Rust source file.
pub(crate) fn sources() -> Vec<File> {
    let mut files = files();
    files.retain(|file| file.path.ends_with(".rs"));
    let declared: Vec<String> = files
        .iter()
        .flat_map(|file| source::test_files(&file.path, &file.text))
        .collect();
    for file in &mut files {
        // What stands in a folder of the same name belongs to it.
        let inside = |declared: &String| file.path.starts_with(&declared.replace(".rs", "/"));
        file.is_test = file.path.starts_with("tests/")
            || declared.contains(&file.path)
            || declared.iter().any(inside);
    }
    files
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().unwrap();
        if MADE.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), &format!("{path}/"), files);
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            files.push(File {
                path,
                text,
                is_test: false,
            });
        }
    }
}
