//! `certificate`: show one, save it again.

use std::process::ExitCode;

use super::Session;
use super::args::Certificate as Command;
use super::batch::save;
use super::failure::Failure;
use super::output::make_folder;
use crate::app::certificates::{deliverable, find_certificate};
use crate::app::error::AppError;
use crate::domain::certificate::Certificate;

pub(crate) fn certificate(session: &Session, command: &Command) -> Result<ExitCode, Failure> {
    let house = &session.house;
    match command {
        Command::Show { certificate } => {
            let certificate = find_certificate(&house.desk, certificate)?;
            session.say(&describe(&certificate), &certificate);
        }
        Command::Save {
            certificate,
            out,
            all_versions,
        } => {
            let certificate = find_certificate(&house.desk, certificate)?;
            make_folder(out)?;
            let skipped = if *all_versions {
                0
            } else {
                certificate.versions.len().saturating_sub(1)
            };
            let mut saved = Vec::new();
            for version in certificate.versions.iter().skip(skipped) {
                let one = deliverable(&house.desk, &certificate, version)?;
                let pdf = house
                    .press
                    .print(&one.json, &one.code)
                    .map_err(AppError::from)?;
                save(out, &one, &pdf)?;
                saved.push(out.join(format!("{}.pdf", one.stem)));
            }
            let lines: Vec<String> = saved
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            session.say(&lines.join("\n"), &saved);
        }
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
