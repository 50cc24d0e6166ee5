//! `certificate save`: a certificate's files again.

use super::super::Session;
use super::super::args::Save;
use super::super::failure::Failure;
use super::super::output::make_folder;
use super::super::printing::{restyle, save as save_files};
use crate::app::certificates::find_certificate;
use crate::app::print_certificate::print_version;

pub(super) fn save(session: &Session, args: &Save) -> Result<(), Failure> {
    let (desk, room) = (&session.house.desk, &*session.house.room);
    let style = restyle(room, &args.style)?;
    let certificate = find_certificate(desk, &args.certificate)?;
    make_folder(&args.out)?;
    let skipped = match args.all_versions {
        true => 0,
        false => certificate.versions.len().saturating_sub(1),
    };
    let mut saved = Vec::new();
    for version in certificate.versions.iter().skip(skipped) {
        let (one, pdf) = print_version(desk, room, &certificate, version, style.clone())?;
        save_files(&args.out, &one, &pdf)?;
        saved.push(args.out.join(format!("{}.pdf", one.stem)));
    }
    let lines: Vec<String> = saved
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    session.say(&lines.join("\n"), &saved);
    Ok(())
}
