//! `batch print`: an issued batch again, in any design.

use std::process::ExitCode;

use super::super::Session;
use super::super::args::Print;
use super::super::failure::Failure;
use super::super::printing::Job;

pub(super) fn print(session: &Session, args: &Print) -> Result<ExitCode, Failure> {
    Job::new(session, &args.output, &args.style)?.carry_out(&args.batch, None)
}
