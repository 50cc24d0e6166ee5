//! `certificate export`: the current version as one file.

use cheti_shared::limits::FILE_BYTES;
use serde_json::json;

use super::super::Session;
use super::super::args::{Export, ExportFormat};
use super::super::failure::Failure;
use super::super::output::{read_file, write_whole};
use crate::app::certificates::{BadgeError, baked_badge, find_certificate};
use crate::app::error::AppError;
use crate::app::papers::deliverable;
use crate::app::ports::press::Picture;
use crate::app::print_certificate::print_version;
use crate::domain::print_kit::Restyle;

pub(super) fn export(session: &Session, args: &Export) -> Result<(), Failure> {
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
        (None, ExportFormat::Pdf) => {
            let (desk, room) = (&house.desk, &*house.room);
            print_version(desk, room, &certificate, version, Restyle::default())?.1
        }
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
