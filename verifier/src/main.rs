//! The `cheti-verifier` command.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use cheti_verifier::cli::{self, World};
use cheti_verifier::clock;

fn main() -> ExitCode {
    let mut world = World {
        now: clock::now(),
        stdin: &mut io::stdin(),
        out: &mut io::stdout(),
        err: &mut io::stderr(),
        interactive: io::stdin().is_terminal() && io::stderr().is_terminal(),
    };
    cli::run(std::env::args_os(), &mut world).into()
}
