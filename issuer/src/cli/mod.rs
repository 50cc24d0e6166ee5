//! The command line: arguments in, use-cases called, words out. One file a subject.

mod args;
mod batch;
mod ceremony;
mod certificate;
mod change;
mod course;
mod demo;
mod design;
mod failure;
mod init;
mod key;
mod operator;
mod output;
mod pass;
mod passphrase;
mod printing;
mod registry;
mod serve;
mod store;
mod trust;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command, Registry};
use failure::Failure;
use passphrase::Passphrases;

use crate::compose::{self, House};

/// What a command works with.
pub(crate) struct Session {
    house: House,
    passphrases: Passphrases,
    json: bool,
}

/// Parse the arguments, run the command, say what went wrong. Exit codes: 0 done, 1 refused, 2 usage, 4 trouble.
pub fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // clap prints help and version to stdout with code 0, mistakes to stderr with code 2.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(args) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn dispatch(args: Args) -> Result<ExitCode, Failure> {
    let passphrases = Passphrases::new(args.passphrases.clone());
    match args.command {
        Command::Demo(demo) => return demo::demo(&demo),
        Command::Init(init) => return init::init(&args.data, &passphrases, &init, args.json),
        Command::LocalTls(tls) => return init::local_tls(&args.data, &tls, args.json),
        Command::Restore(restore) => {
            return store::restore(&args.data, &passphrases, &restore, args.json);
        }
        Command::Serve(serve) => return serve::serve(&args.data, &passphrases, &serve),
        Command::Design(command) => return design::design(&command, args.json),
        Command::Endorse(endorse) => return course::endorse(&passphrases, &endorse, args.json),
        Command::Registry(Registry::Compact) => return registry::compact(&args.data, args.json),
        _ => {}
    }
    let house = compose::open(&args.data).map_err(|error| Failure::opening(error, &args.data))?;
    let session = Session {
        house,
        passphrases,
        json: args.json,
    };
    match args.command {
        Command::Demo(_)
        | Command::Init(_)
        | Command::LocalTls(_)
        | Command::Restore(_)
        | Command::Serve(_)
        | Command::Design(_)
        | Command::Endorse(_) => Ok(ExitCode::SUCCESS),
        Command::Course(command) => course::course(&session, &command),
        Command::Operator(command) => operator::operator(&session, &command),
        Command::ApiKey(command) => operator::api_key(&session, &command),
        Command::Key(command) => key::key(&session, &command),
        Command::Batch(command) => batch::batch(&session, &command),
        Command::Certificate(command) => certificate::certificate(&session, &command),
        Command::Revoke(command) => change::revoke(&session, &command),
        Command::Suspend(command) => change::suspend(&session, &command),
        Command::Reinstate(command) => change::reinstate(&session, &command),
        Command::Correct(command) => change::correct(&session, &command),
        Command::Registry(command) => registry::registry(&session, &command),
        Command::Ceremony(command) => ceremony::ceremony(&session, &command),
        Command::Handover(pass) => pass::handover(&session, &pass),
        Command::Sync(pass) => pass::sync(&session, &pass),
        Command::Change(command) => change::change(&session, &command),
        Command::Trust(command) => trust::trust(&session, &command),
        Command::Audit(command) => store::audit(&session, &command),
        Command::Backup(command) => store::backup(&session, &command),
    }
}
