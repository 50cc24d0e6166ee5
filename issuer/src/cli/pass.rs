//! `handover` and `sync`: the right to write goes to the venue's laptop and comes home.

use std::process::ExitCode;

use serde_json::json;

use super::Session;
use super::args::Pass;
use super::failure::Failure;
use crate::app::operators::recognise;
use crate::compose;

pub(crate) fn handover(session: &Session, args: &Pass) -> Result<ExitCode, Failure> {
    recognised(session, args)?;
    let records = compose::hand_over(&session.house, &args.folder, args.operator.as_str())?;
    let folder = args.folder.display();
    let words = format!(
        "{folder} is the one that is written from now on; this one can only be read.\n\
         Copy the keys that the venue needs into {folder}/keys, and take it there.\n\
         Afterwards, here: cheti-issuer sync {folder} --operator {}",
        args.operator
    );
    session.say(&words, &json!({"folder": args.folder, "records": records}));
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn sync(session: &Session, args: &Pass) -> Result<ExitCode, Failure> {
    recognised(session, args)?;
    let records = compose::bring_home(&session.house, &args.folder, args.operator.as_str())?;
    let folder = args.folder.display();
    let words = format!(
        "{records} records came home; {folder} can only be read from now on, and is to be destroyed.\n\
         Next: cheti-issuer trust publish --bundle bundle.json"
    );
    session.say(&words, &json!({"folder": args.folder, "records": records}));
    Ok(ExitCode::SUCCESS)
}

fn recognised(session: &Session, args: &Pass) -> Result<(), Failure> {
    let key = session.operator_key(args.operator.as_str())?;
    Ok(recognise(&session.house.desk, &args.operator, &key)?)
}
