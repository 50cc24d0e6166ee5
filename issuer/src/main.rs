//! The `cheti-issuer` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    cheti_issuer::cli::run()
}
