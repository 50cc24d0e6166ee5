//! `certificate`: show one, save it again, export it.

use std::process::ExitCode;

use cheti_shared::limits::FILE_BYTES;
use serde_json::json;

use super::Session;
use super::args::{Certificate as Command, Export, ExportFormat};
use super::batch::save;
use super::failure::Failure;
use super::output::{make_folder, read_file, write_whole};
use crate::app::certificates::{BadgeError, baked_badge, deliverable, find_certificate};
use crate::app::error::AppError;
use crate::app::ports::press::Picture;
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
        Command::Export(args) => export(session, args)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn export(session: &Session, args: &Export) -> Result<(), Failure> {
    let house = &session.house;
    let certificate = find_certificate(&house.desk, &args.certificate)?;
    let version = certificate.current().map_err(AppError::from)?;
    let one = deliverable(&house.desk, &certificate, version)?;
    let kind = match args.format {
        ExportFormat::Png => Some(Picture::Png),
        ExportFormat::Svg => Some(Picture::Svg),
        ExportFormat::Json | ExportFormat::Pdf => None,
    };
    let image = match (&args.image, kind) {
        (Some(path), Some(_)) => Some(read_file(path, FILE_BYTES)?),
        (None, _) => None,
        (Some(_), None) => {
            return Err(Failure::usage(
                "--image belongs to --format png or svg",
                "leave it out, or export a badge",
            ));
        }
    };
    let octets = match (kind, args.format) {
        (Some(kind), _) => baked_badge(&one, kind, image.as_deref(), &*house.badges)
            .map_err(|error| not_baked(&error))?,
        (None, ExportFormat::Pdf) => house
            .press
            .print(&one.json, &one.code)
            .map_err(AppError::from)?,
        (None, _) => one.json,
    };
    write_whole(&args.out, &octets).map_err(|error| Failure::file("written", &args.out, &error))?;
    let told = format!("{} (version {})", args.out.display(), version.number);
    session.say(&told, &json!({"file": args.out, "version": version.number}));
    Ok(())
}

fn not_baked(error: &BadgeError) -> Failure {
    let hint = match error {
        BadgeError::Draw(_) => "give a picture of your own with --image",
        BadgeError::Bake(_) => "give a whole picture of the kind that --format names",
    };
    Failure::refused(error.to_string(), Vec::new(), hint)
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
