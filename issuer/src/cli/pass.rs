//! `handover` and `sync`: the right to write goes to the venue's laptop and comes home.

use std::process::ExitCode;

use cheti_shared::bundle::trust_list::KeyRole;
use serde_json::json;

use super::Session;
use super::args::{Pass, Sync};
use super::failure::Failure;
use super::trust::publish;
use crate::app::operators::recognise;
use crate::app::publish::Lifetimes;
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

/// Verifiers are to know at once what was handed out, withdrawn and corrected: the key for it is opened before anything moves.
pub(crate) fn sync(session: &Session, args: &Sync) -> Result<ExitCode, Failure> {
    let Pass { folder, operator } = &args.pass;
    recognised(session, &args.pass)?;
    let status = session.signing_key(KeyRole::Status)?;
    let records = compose::bring_home(&session.house, folder, operator.as_str())?;
    let bundle = args.bundle.as_deref();
    let (lines, told) = publish(session, &status, None, bundle, Lifetimes::default())?;
    let words = format!(
        "{records} records came home; {} can only be read from now on, and is to be destroyed.\n{}",
        folder.display(),
        lines.join("\n"),
    );
    let told = json!({"folder": folder, "records": records, "published": told});
    session.say(&words, &told);
    Ok(ExitCode::SUCCESS)
}

fn recognised(session: &Session, args: &Pass) -> Result<(), Failure> {
    let key = session.operator_key(args.operator.as_str())?;
    Ok(recognise(&session.house.desk, &args.operator, &key)?)
}
