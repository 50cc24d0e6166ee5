//! `batch issue`: sign, then print.

use std::process::ExitCode;

use cheti_shared::bundle::trust_list::KeyRole;

use super::super::Session;
use super::super::args::{Issue, Style};
use super::super::failure::Failure;
use super::super::output::bar;
use super::super::printing::Job;
use crate::app::approve_batch::show_batch;
use crate::app::error::AppError;
use crate::app::issue_batch::issue_batch;
use crate::domain::batch::{Batch, BatchState};

pub(super) fn issue(session: &Session, args: &Issue) -> Result<ExitCode, Failure> {
    // What cannot be printed as asked is better told before anything is signed.
    let job = Job::new(session, &args.output, &Style::default())?;
    let before = show_batch(&session.house.desk, &args.batch)?;
    if before.state != BatchState::Issued {
        sign(session, &before)?;
    }
    let next = "Next: cheti-issuer trust publish --bundle bundle.json, so that verifiers know their status";
    job.carry_out(&args.batch, Some(next))
}

fn sign(session: &Session, before: &Batch) -> Result<(), Failure> {
    // Asking for a passphrase is pointless when the rules refuse anyway.
    before.check_may_issue().map_err(AppError::from)?;
    let issuing = session.signing_key(KeyRole::Issuing)?;
    let signing = bar(before.graduates.into(), "signing");
    let progress = |done: u32, _| signing.set_position(done.into());
    issue_batch(
        &session.house.desk,
        &before.id,
        &issuing,
        "system",
        &progress,
    )?;
    signing.finish_and_clear();
    Ok(())
}
