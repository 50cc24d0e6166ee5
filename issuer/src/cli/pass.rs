//! `handover` and `sync`: the right to write goes to the venue's laptop and comes home.

use std::process::ExitCode;
use std::sync::Arc;

use cheti_shared::bundle::trust_list::KeyRole;
use serde_json::json;

use super::Session;
use super::args::{Handover, Pass, Sync};
use super::failure::Failure;
use super::trust::publish;
use crate::app::handover::{send_out, take_in};
use crate::app::operators::recognise;
use crate::app::ports::venue::Venue;
use crate::app::publish::Lifetimes;
use crate::compose;

pub(crate) fn handover(session: &Session, args: &Handover) -> Result<ExitCode, Failure> {
    let Handover { pass, keys } = args;
    recognised(session, pass)?;
    let (desk, venue) = (&session.house.desk, venue(session, pass));
    let records = send_out(desk, &*venue, keys, pass.operator.as_str())?;
    let folder = pass.folder.display();
    let words = format!(
        "{folder} is the one that is written from now on; this one can only be read.\n\
         Keys that went with it: {}. Further ones may be copied into {folder}/keys. Take it to the venue.\n\
         Afterwards, here: cheti-issuer sync {folder} --operator {}",
        match keys.as_slice() {
            [] => "none".to_owned(),
            keys => keys.join(", "),
        },
        pass.operator
    );
    let told = json!({"folder": pass.folder, "records": records, "keys": keys});
    session.say(&words, &told);
    Ok(ExitCode::SUCCESS)
}

/// Verifiers are to know at once what was handed out, withdrawn and corrected: the key for it is opened before anything moves.
pub(crate) fn sync(session: &Session, args: &Sync) -> Result<ExitCode, Failure> {
    let Pass { folder, operator } = &args.pass;
    let venue = venue(session, &args.pass);
    recognised(session, &args.pass)?;
    let status = session.signing_key(KeyRole::Status)?;
    let records = take_in(&session.house.desk, &*venue, operator.as_str())?;
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

fn venue(session: &Session, args: &Pass) -> Arc<dyn Venue> {
    compose::venue(&session.house.data, &args.folder)
}

fn recognised(session: &Session, args: &Pass) -> Result<(), Failure> {
    let key = session.operator_key(args.operator.as_str())?;
    Ok(recognise(&session.house.desk, &args.operator, &key)?)
}
