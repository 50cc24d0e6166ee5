//! `design preview`: a design with a graduate who does not exist.

use serde_json::json;

use super::super::args::DesignPreview;
use super::super::failure::Failure;
use super::super::output::{say, write_whole};
use super::laid_out;
use crate::app::error::AppError;
use crate::app::ports::press::PrintRoom;
use crate::app::specimen::USUAL_NAME;

pub(super) fn preview(
    room: &dyn PrintRoom,
    args: &DesignPreview,
    json: bool,
) -> Result<(), Failure> {
    let ending = args
        .out
        .extension()
        .map(|ending| ending.to_ascii_lowercase());
    let as_png = match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("png") => true,
        Some("pdf") => false,
        _ => {
            let message = format!("{} is neither a .png nor a .pdf", args.out.display());
            return Err(Failure::usage(
                message,
                "name a file that ends in .png or .pdf",
            ));
        }
    };
    let (kit, specimens) = laid_out(room, &args.design, &args.sample)?;
    let press = room.press(&kit).map_err(AppError::from)?;
    let specimen = specimens.of(USUAL_NAME)?;
    let drawn = match as_png {
        true => press.preview(&specimen.sheet(), args.width),
        false => press.print(&specimen.sheet()),
    };
    let octets = drawn.map_err(AppError::from)?;
    write_whole(&args.out, &octets).map_err(|error| Failure::file("written", &args.out, &error))?;
    let told = args.out.display().to_string();
    say(json, &told, &json!({"file": args.out}));
    Ok(())
}
