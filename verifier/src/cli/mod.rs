//! The command line: `check`, `trust`, `serve`, `key`, `page`.

mod check;
mod expected;
mod failure;
mod key;
mod page;
mod progress;
mod report;
mod serve;
mod trust;

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::PathBuf;

use cheti_shared::key::PublicKey;
use cheti_shared::time::Timestamp;
use clap::{Parser, Subcommand};

use crate::trust::{Folder, StateError};

pub use check::CheckArgs;
pub use failure::Failure;
pub use key::KeyCommand;
pub use page::PageCommand;
pub use serve::ServeArgs;
pub use trust::TrustCommand;

/// What surrounds a command: the clock and the streams.
pub struct World<'a> {
    /// What time it is.
    pub now: Timestamp,
    /// Where `-` and answers are read from.
    pub stdin: &'a mut dyn Read,
    /// Results.
    pub out: &'a mut dyn Write,
    /// Errors, hints, notes and questions.
    pub err: &'a mut dyn Write,
    /// Whether a person can be asked.
    pub interactive: bool,
}

/// How a command ended, as its exit code says it; the order is from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Valid, or done: 0.
    Done,
    /// Something could not be checked: 3.
    Undecided,
    /// Something does not hold: 1.
    Invalid,
    /// The command was not understood: 2.
    Usage,
    /// The command could not be carried out: 4.
    Trouble,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Invalid => 1,
            Self::Usage => 2,
            Self::Undecided => 3,
            Self::Trouble => 4,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Check certificates: JSON, QR text, photos and scans, PDFs, folders and ZIP archives of these.
///
/// Exit codes: 0 valid or done, 1 invalid, 2 usage, 3 undecided, 4 trouble; of several files the worst counts
/// (trouble, then invalid, then undecided).
#[derive(Parser, Debug)]
#[command(name = "cheti-verifier", version)]
struct Arguments {
    /// Folder that holds the pinned root, the trust bundle and what was seen before
    #[arg(long, global = true, env = "CHETI_VERIFIER_STATE", value_name = "DIR")]
    state: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Check certificates
    Check(CheckArgs),
    /// Show, import or update whom this machine trusts
    #[command(subcommand)]
    Trust(TrustCommand),
    /// Serve the checks over HTTP
    Serve(ServeArgs),
    /// Keys: of programs that call the service, of signed reports, and of messages to webhooks
    #[command(subcommand)]
    Key(KeyCommand),
    /// The scan page as files, for a web server of one's own
    #[command(subcommand)]
    Page(PageCommand),
}

/// Run one command line; `args` begins with the program's name.
pub fn run(args: impl IntoIterator<Item = OsString>, world: &mut World<'_>) -> Exit {
    let arguments = match Arguments::try_parse_from(args) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, world),
    };
    let done = match arguments.command {
        Command::Check(args) => check::check(&args, arguments.state, world),
        Command::Trust(command) => folder(arguments.state)
            .map_err(Failure::from)
            .and_then(|folder| trust::trust(&command, &folder, world)),
        Command::Key(command) => key::key(&command, world),
        Command::Page(command) => page::page(&command, world),
        Command::Serve(args) => serve::serve(&args, arguments.state, world),
    };
    done.unwrap_or_else(|failure| {
        failure.tell(world.err);
        failure.exit()
    })
}

fn usage(error: &clap::Error, world: &mut World<'_>) -> Exit {
    let text = error.render();
    if error.use_stderr() {
        let _ = write!(world.err, "{text}");
        Exit::Usage
    } else {
        let _ = write!(world.out, "{text}");
        Exit::Done
    }
}

fn folder(named: Option<PathBuf>) -> Result<Folder, StateError> {
    named.map_or_else(Folder::of_user, |path| Ok(Folder::at(path)))
}

/// Reads a root key argument: `z6Mk…`, with or without `did:key:` before it.
fn root_key(text: &str) -> Result<PublicKey, String> {
    let bare = text.strip_prefix("did:key:").unwrap_or(text);
    PublicKey::from_multikey(bare).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
