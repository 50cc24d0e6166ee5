//! Another look: a design by name or from a file, another language.

use std::path::Path;

use super::super::args::Style;
use super::super::failure::Failure;
use super::super::output::read_file;
use crate::app::kits::{FileWanted, design};
use crate::app::ports::press::PrintRoom;
use crate::domain::print_kit::Restyle;

pub(crate) fn restyle(room: &dyn PrintRoom, style: &Style) -> Result<Restyle, Failure> {
    let design = style.design.as_deref();
    Ok(Restyle {
        design: design.map(|name| design_file(room, name)).transpose()?,
        language: style.language,
    })
}

/// The SVG of a design: built in, or a file.
pub(crate) fn design_file(room: &dyn PrintRoom, name: &str) -> Result<String, Failure> {
    design(room, Some(name), &|wanted: &FileWanted<'_>| {
        read_design(room, Path::new(wanted.name), wanted.limit)
    })
}

/// Read the file of a design; where there is none, say what else the name could have been.
pub(crate) fn read_design(
    room: &dyn PrintRoom,
    path: &Path,
    limit: usize,
) -> Result<Vec<u8>, Failure> {
    if path.is_file() {
        return read_file(path, limit);
    }
    let names: Vec<&str> = room.designs().into_iter().map(|(name, _)| name).collect();
    let message = format!(
        "there is no design {}: it is neither built in ({}) nor a file",
        path.display(),
        names.join(", ")
    );
    Err(Failure::usage(
        message,
        "`cheti-issuer design list` shows the built-in ones; or name an SVG file",
    ))
}
