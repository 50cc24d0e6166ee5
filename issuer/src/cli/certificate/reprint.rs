//! `certificate reprint`: for paper that was lost.

use serde_json::json;

use super::super::Session;
use super::super::args::Reprint;
use super::super::failure::Failure;
use super::super::output::write_whole;
use super::super::printing::restyle;
use crate::app::operators::recognise;
use crate::app::print_certificate::reprint as print_again;

pub(super) fn reprint(session: &Session, args: &Reprint) -> Result<(), Failure> {
    let (desk, room) = (&session.house.desk, &*session.house.room);
    let style = restyle(room, &args.style)?;
    let key = session.operator_key(args.operator.as_str())?;
    recognise(desk, &args.operator, &key)?;
    let (certificate, marked) = (&args.certificate, !args.no_mark);
    let actor = args.operator.as_str();
    let (_, pdf) = print_again(desk, room, certificate, style, marked, actor)?;
    write_whole(&args.out, &pdf).map_err(|error| Failure::file("written", &args.out, &error))?;
    let mark = match marked {
        true => "It says that it is a duplicate.",
        false => "It does not say that it is a duplicate.",
    };
    let told = format!(
        "{} is ready. {mark} The journal has it.",
        args.out.display()
    );
    session.say(&told, &json!({"file": args.out, "marked": marked}));
    Ok(())
}
