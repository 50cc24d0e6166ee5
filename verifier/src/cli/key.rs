//! `key new`, `key report` and `key webhook`: an API key for a program that calls the service, the key that signs reports,
//! and the secret that messages to a webhook are signed with.

use std::path::PathBuf;

use cheti_shared::did;
use clap::{Args, Subcommand};

use super::{Exit, Failure, World};
use crate::access::{mint, named};
use crate::reports;
use crate::secret_file;
use crate::watch::Secret;

/// What `key` is told.
#[derive(Subcommand, Debug)]
pub enum KeyCommand {
    /// Make an API key: its token, for the program, and the lines of the configuration that let it in
    New(NewArgs),
    /// Make the key that signs reports, in a file that is encrypted and new
    Report(ReportArgs),
    /// Make the secret that messages to a webhook are signed with, in a new file
    Webhook(WebhookArgs),
}

/// What `key new` is told.
#[derive(Args, Debug)]
pub struct NewArgs {
    /// What logs and signed reports call the program: letters, digits, '.', '_' and '-'
    #[arg(value_name = "NAME", value_parser = named)]
    name: String,
}

/// What `key report` is told.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// The file, which must not be there yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The file of the passphrase under which it is encrypted; its owner alone may read it
    #[arg(long, value_name = "FILE")]
    passphrase_file: PathBuf,
}

/// What `key webhook` is told.
#[derive(Args, Debug)]
pub struct WebhookArgs {
    /// The file, which must not be there yet; whoever receives the messages needs the same secret
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn key(command: &KeyCommand, world: &mut World<'_>) -> Result<Exit, Failure> {
    match command {
        KeyCommand::New(args) => {
            let (token, key) = mint(&args.name, &random()?);
            writeln!(
                world.err,
                "The token, for the program alone; it is shown this once:"
            )?;
            writeln!(world.out, "{token}")?;
            writeln!(
                world.err,
                "Add to the configuration of `serve`, which holds no secret then:\n\n{key}"
            )?;
        }
        KeyCommand::Report(args) => {
            let key = reports::make(&args.file, &args.passphrase_file, &random()?)?;
            writeln!(world.out, "{}", did::key::did(&key))?;
            writeln!(
                world.err,
                "This is the DID of its reports. Add to the configuration of `serve`:\n\n[reports.key]\nfile = \"{}\"\npassphrase_file = \"{}\"",
                args.file.display(),
                args.passphrase_file.display()
            )?;
        }
        KeyCommand::Webhook(args) => {
            let text = Secret::new(&random()?).text() + "\n";
            secret_file::make(&args.file, &text)?;
            let file = args.file.display();
            writeln!(
                world.err,
                "Give the text of {file} to whoever receives the messages. Add to the configuration of `serve`:\n\n[[watch.webhook]]\nkey = \"NAME\"\nurl = \"https://...\"\nsecret_file = \"{file}\""
            )?;
        }
    }
    Ok(Exit::Done)
}

fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets).map_err(Failure::Random)?;
    Ok(octets)
}
