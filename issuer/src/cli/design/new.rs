//! `design new`: a built-in design to begin with.

use std::path::PathBuf;

use serde_json::json;

use super::super::args::DesignNew;
use super::super::failure::Failure;
use super::super::output::say;
use crate::app::ports::press::PrintRoom;

pub(super) fn new(room: &dyn PrintRoom, args: &DesignNew, json: bool) -> Result<(), Failure> {
    let designs = room.designs();
    let Some((_, svg)) = designs.iter().find(|(name, _)| *name == args.from) else {
        let names: Vec<&str> = designs.iter().map(|(name, _)| *name).collect();
        return Err(Failure::usage(
            format!("there is no built-in design {}", args.from),
            format!("the built-in designs are {}", names.join(", ")),
        ));
    };
    let beside = || PathBuf::from(format!("{}.svg", args.name));
    let out = args.out.clone().unwrap_or_else(beside);
    let refused = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::usage(
            format!("{} exists already", out.display()),
            "no design is ever replaced; choose another name",
        ),
        _ => Failure::file("written", &out, &error),
    };
    write_new(&out, svg.as_bytes()).map_err(refused)?;
    let path = out.display();
    let told = format!(
        "{path} is a copy of {from}. Change it, then: cheti-issuer design check {path}",
        from = args.from
    );
    say(json, &told, &json!({"file": out, "from": args.from}));
    Ok(())
}

fn write_new(path: &std::path::Path, octets: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = std::fs::File::create_new(path)?;
    file.write_all(octets)?;
    file.sync_all()
}
