//! The programs under test, and other people's that some tests need.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// The program called `name`, which lies beside the folder of the running test, in the same profile.
///
/// Cargo builds no programs of other packages for a test, so one that is missing is built here. `tests/run` has built
/// them before, and tests by a bare `cargo test` work too.
///
/// # Panics
///
/// When it cannot be built.
pub fn path(name: &str) -> PathBuf {
    static BUILDING: Mutex<()> = Mutex::new(());
    let test = std::env::current_exe().expect("a test knows its own path");
    let folders: Vec<&Path> = test.ancestors().skip(1).take(2).collect();
    let find = || {
        folders
            .iter()
            .map(|folder| folder.join(name))
            .find(|path| path.is_file())
    };
    if let Some(program) = find() {
        return program;
    }
    let _alone = BUILDING.lock();
    build(name, &folders);
    find().unwrap_or_else(|| {
        panic!("{name} is not built; run `cargo build --release --workspace --bins` first")
    })
}

/// Build the program of the package called `name` into the target folder of the running test.
fn build(name: &str, folders: &[&Path]) {
    let profile = folders
        .last()
        .expect("a test lies in a folder of its profile");
    let target = profile
        .parent()
        .expect("a profile lies in the target folder");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--quiet", "--package", name, "--target-dir"])
        .arg(target);
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let built = cargo.status();
    assert!(
        built.is_ok_and(|status| status.success()),
        "{name} could not be built"
    );
}

/// Whether every one of these commands is on this machine; without one, a test has nothing to do and says so.
///
/// # Panics
///
/// When one is missing where everything must run: `tests/run` installs them and sets `CHETI_TESTS=all`.
pub fn has_tools(names: &[&str]) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let here =
        |name: &&&str| std::env::split_paths(&folders).any(|folder| folder.join(name).is_file());
    let missing: Vec<&&str> = names.iter().filter(|name| !here(name)).collect();
    if missing.is_empty() {
        return true;
    }
    let everything = std::env::var("CHETI_TESTS").is_ok_and(|wanted| wanted == "all");
    assert!(!everything, "{missing:?} must be installed for this test");
    eprintln!("left out: this test needs {missing:?}");
    false
}
