//! `key`: list, rotate, compromised, export-public.

use std::process::ExitCode;

use cheti_shared::bundle::trust_list::KeyRole;

use super::Session;
use super::args::{Key as Command, RoleArg};
use super::failure::Failure;
use super::passphrase::For;
use crate::app::keys::{compromised, next_key_name, rotate};
use crate::app::ports::vault::KeyFile;
use crate::app::publish::did_document;
use crate::domain::organisation::SigningKey;

const PUBLISH: &str = "Next: cheti-issuer trust publish --root-key FILE, so that verifiers know";

pub(crate) fn key(session: &Session, command: &Command) -> Result<ExitCode, Failure> {
    let desk = &session.house.desk;
    match command {
        Command::List => {
            let keys = desk.signing_keys()?;
            let line = |key: &SigningKey| {
                let state = key.ended.map_or("active".to_owned(), |end| {
                    format!("{:?} {}", end.how, end.at)
                });
                format!("{:<40} made {}  {state}  {}", key.id, key.made, key.public)
            };
            let lines: Vec<String> = keys.iter().map(line).collect();
            session.say(&lines.join("\n"), &keys);
        }
        Command::Rotate { role } => {
            let role = match role {
                RoleArg::Issuing => KeyRole::Issuing,
                RoleArg::Status => KeyRole::Status,
            };
            let name = next_key_name(desk, role)?;
            let passphrase = session.passphrases.find(&name, For::Making)?;
            let public = session
                .house
                .vault
                .create(&KeyFile::Signing(name), &passphrase)?;
            let key = rotate(desk, role, public, "system")?;
            session.say(&format!("{} is the new key.\n{PUBLISH}", key.id), &key);
        }
        Command::Compromised { key, since } => {
            let at = since.unwrap_or_else(|| desk.clock.now());
            compromised(desk, key, at, "system")?;
            session.say(
                &format!("{key} is compromised since {at}.\n{PUBLISH}"),
                &key,
            );
        }
        Command::ExportPublic => {
            let document = did_document(desk)?;
            session.say(
                &serde_json::to_string_pretty(&document).unwrap_or_default(),
                &document,
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}
