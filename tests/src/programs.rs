//! The programs under test, as `cargo build --release` made them.

use std::path::PathBuf;

/// The program called `name`: it lies beside the folder of the running test, in the same profile.
///
/// Cargo builds no programs of other packages for a test, so build them first; `tests/run` does.
///
/// # Panics
///
/// When it is not there.
pub fn path(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let program = test
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    program.unwrap_or_else(|| {
        panic!("{name} is not built; run `cargo build --release --workspace --bins` first")
    })
}
