//! `design`: list, new, preview, check. Needs no data folder.

mod check;
mod new;
mod preview;

use std::process::ExitCode;

use serde_json::json;

use super::args::{Design, Sample};
use super::course::{kit_beside, read_course};
use super::failure::Failure;
use super::output::say;
use super::printing::design_file;
use crate::app::kits::usual_kit;
use crate::app::ports::press::PrintRoom;
use crate::app::specimen::Specimens;
use crate::compose::print_room;
use crate::domain::print_kit::{PrintKit, Restyle};

pub(crate) fn design(command: &Design, json: bool) -> Result<ExitCode, Failure> {
    let room = print_room()?;
    match command {
        Design::List => list(&*room, json),
        Design::New(args) => new::new(&*room, args, json)?,
        Design::Preview(args) => preview::preview(&*room, args, json)?,
        Design::Check(args) => return check::check(&*room, args, json),
    }
    Ok(ExitCode::SUCCESS)
}

fn list(room: &dyn PrintRoom, json: bool) {
    let names: Vec<&str> = room.designs().into_iter().map(|(name, _)| name).collect();
    say(json, &names.join("\n"), &json!({"designs": names}));
}

/// The design in the kit of the sample's course, or by itself, and the specimens to draw on it.
fn laid_out(
    room: &dyn PrintRoom,
    design: &str,
    sample: &Sample,
) -> Result<(PrintKit, Specimens), Failure> {
    let (mut kit, mut course) = (usual_kit(room), None);
    if let Some(file) = &sample.course {
        let (_, read) = read_course(file)?;
        kit = kit_beside(room, file, &read)?.unwrap_or(kit);
        course = Some(read);
    }
    let style = Restyle {
        design: Some(design_file(room, design)?),
        language: sample.language,
    };
    Ok((kit.restyled(style), Specimens::new(course.as_ref(), None)?))
}
