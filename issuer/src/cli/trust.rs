//! `trust`: publish what verifiers need.

use std::path::Path;
use std::process::ExitCode;

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::key::SecretKey;
use serde_json::{Value, json};

use super::Session;
use super::args::Trust as Command;
use super::failure::Failure;
use super::output::write_whole;
use super::passphrase::For;
use crate::app::ports::vault::KeyFile;
use crate::app::publish::{Lifetimes, bundle, hand_over_root, publish_trust_list};
use crate::app::publish_status::publish_status;

pub(crate) fn trust(session: &Session, command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Publish {
            root_key,
            bundle,
            status_days,
        } => {
            let lifetimes = Lifetimes {
                status_days: *status_days,
                ..Lifetimes::default()
            };
            let status = session.signing_key(KeyRole::Status)?;
            let (root, bundle) = (root_key.as_deref(), bundle.as_deref());
            let (lines, told) = publish(session, &status, root, bundle, lifetimes)?;
            session.say(&lines.join("\n"), &told);
            Ok(ExitCode::SUCCESS)
        }
        Command::NewRoot {
            root_key,
            new_root_key,
        } => {
            let old = open_root(session, root_key, "root")?;
            let new_file = KeyFile::Root(new_root_key.clone());
            session.house.vault.create(
                &new_file,
                &session.passphrases.find("new-root", For::Making)?,
            )?;
            let new = open_root(session, new_root_key, "new-root")?;
            hand_over_root(&session.house.desk, &old, &new, "system")?;
            let words = "The root was handed over.\nNext: cheti-issuer trust publish --root-key with the new root key";
            session.say(words, &json!({"newRoot": new_root_key}));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn open_root(session: &Session, path: &Path, name: &str) -> Result<SecretKey, Failure> {
    let passphrase = session.passphrases.find(name, For::Opening)?;
    Ok(session
        .house
        .vault
        .open(&KeyFile::Root(path.to_owned()), &passphrase)?)
}

/// Status lists always, the trust list when the root key is here, the bundle when a file is named: what is said of it, for
/// people and for machines.
pub(crate) fn publish(
    session: &Session,
    status: &SecretKey,
    root_key: Option<&Path>,
    file: Option<&Path>,
    lifetimes: Lifetimes,
) -> Result<(Vec<String>, Value), Failure> {
    let desk = &session.house.desk;
    let lists = publish_status(desk, status, lifetimes, "system")?;
    let mut lines = vec![format!("{lists} status lists are signed as of now.")];
    if let Some(path) = root_key {
        let version = publish_trust_list(
            desk,
            &open_root(session, path, "root")?,
            lifetimes,
            "system",
        )?;
        lines.push(format!("The trust list is signed as version {version}."));
    }
    if let Some(path) = file {
        let octets = serde_json::to_vec(&bundle(desk)?.to_json()).unwrap_or_default();
        write_whole(path, &octets).map_err(|error| Failure::file("written", path, &error))?;
        lines.push(format!(
            "The trust bundle for verifiers is {}.",
            path.display()
        ));
    }
    Ok((lines, json!({"statusLists": lists, "bundle": file})))
}
