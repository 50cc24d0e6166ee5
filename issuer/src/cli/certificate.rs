//! `certificate`: show one; save, reprint and export in files of their own.

mod export;
mod reprint;
mod save;

use std::process::ExitCode;

use super::Session;
use super::args::Certificate as Command;
use super::failure::Failure;
use crate::app::certificates::find_certificate;
use crate::domain::certificate::Certificate;

pub(crate) fn certificate(session: &Session, command: &Command) -> Result<ExitCode, Failure> {
    let house = &session.house;
    match command {
        Command::Show { certificate } => {
            let certificate = find_certificate(&house.desk, certificate)?;
            session.say(&describe(&certificate), &certificate);
        }
        Command::Save(args) => save::save(session, args)?,
        Command::Reprint(args) => reprint::reprint(session, args)?,
        Command::Export(args) => export::export(session, args)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(certificate: &Certificate) -> String {
    let Certificate {
        id,
        number,
        batch,
        course,
        ..
    } = certificate;
    let mut lines = vec![format!("{number}  {course}  batch {batch}  {}", id.urn())];
    lines.extend(certificate.versions.iter().map(|version| {
        let (number, from, standing) = (version.number, version.valid_from, version.standing);
        format!("  version {number}, valid from {from}: {standing:?}")
    }));
    lines.join("\n")
}
