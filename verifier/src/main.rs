//! The `cheti-verifier` command.
fn main() {}
