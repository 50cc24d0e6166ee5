//! The `cheti-issuer` command.
fn main() {}
