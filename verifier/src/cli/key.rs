//! `key new`: an API key for a program that calls the service.

use clap::{Args, Subcommand};

use super::{Exit, Failure, World};
use crate::access::{mint, named};

/// What `key` is told.
#[derive(Subcommand, Debug)]
pub enum KeyCommand {
    /// Make an API key: its token, for the program, and the lines of the configuration that let it in
    New(NewArgs),
}

/// What `key new` is told.
#[derive(Args, Debug)]
pub struct NewArgs {
    /// What logs and signed reports call the program: letters, digits, '.', '_' and '-'
    #[arg(value_name = "NAME", value_parser = named)]
    name: String,
}

pub(super) fn key(command: &KeyCommand, world: &mut World<'_>) -> Result<Exit, Failure> {
    let KeyCommand::New(args) = command;
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(Failure::Random)?;
    let (token, key) = mint(&args.name, &random);
    writeln!(
        world.err,
        "The token, for the program alone; it is shown this once:"
    )?;
    writeln!(world.out, "{token}")?;
    writeln!(
        world.err,
        "Add to the configuration of `serve`, which holds no secret then:\n\n{key}"
    )?;
    Ok(Exit::Done)
}
