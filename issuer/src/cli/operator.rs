//! `operator` and `api-key`: who may do what.

use std::process::ExitCode;

use cheti_shared::key::{PublicKey, Signer as _};
use serde_json::json;

use super::Session;
use super::args::{ApiKey as ApiKeyCommand, Operator as OperatorCommand};
use super::change::{arrange, two_people};
use super::failure::Failure;
use super::passphrase::For;
use crate::app::api_keys::{list_api_keys, mint_api_key};
use crate::app::error::AppError;
use crate::app::keys::make_key;
use crate::app::operators::list_operators;
use crate::app::ports::vault::KeyFile;
use crate::domain::change::What;
use crate::domain::operator::{Operator, OperatorId};
use crate::domain::role::{Role, Roles};

pub(crate) fn operator(session: &Session, command: &OperatorCommand) -> Result<ExitCode, Failure> {
    match command {
        OperatorCommand::Add {
            id,
            name,
            roles,
            people,
        } => {
            let roles = wanted(roles)?;
            let key = new_key(session, id)?;
            let what = What::AddOperator {
                id: id.clone(),
                name: name.clone(),
                key,
                roles,
            };
            two_people(session, what, people)
        }
        OperatorCommand::Roles { id, roles, people } => {
            let what = What::SetRoles {
                id: id.clone(),
                roles: wanted(roles)?,
            };
            two_people(session, what, people)
        }
        OperatorCommand::Disable { id, people } => {
            two_people(session, What::DisableOperator { id: id.clone() }, people)
        }
        OperatorCommand::List => {
            let operators = list_operators(&session.house.desk)?;
            let line = |operator: &Operator| {
                let state = operator
                    .disabled
                    .map_or("active".to_owned(), |at| format!("disabled {at}"));
                format!(
                    "{:<16} {:<30} {:<22} {state}  {}",
                    operator.id,
                    operator.name,
                    operator.roles.to_string(),
                    operator.key.fingerprint()
                )
            };
            let lines: Vec<String> = operators.iter().map(line).collect();
            session.say(&lines.join("\n"), &operators);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The roles named, or those of every officer.
fn wanted(roles: &[Role]) -> Result<Roles, Failure> {
    match roles {
        [] => Ok(Roles::default()),
        roles => Ok(Roles::new(roles.iter().copied()).map_err(AppError::from)?),
    }
}

/// A new operator's key.
fn new_key(session: &Session, id: &OperatorId) -> Result<PublicKey, Failure> {
    let (vault, file) = (&*session.house.vault, KeyFile::Operator(id.to_string()));
    let passphrase = session.passphrases.find(id.as_str(), For::Making)?;
    Ok(make_key(vault, &file, id.as_str(), &passphrase)?.public_key())
}

pub(crate) fn api_key(session: &Session, command: &ApiKeyCommand) -> Result<ExitCode, Failure> {
    match command {
        ApiKeyCommand::Add {
            name,
            scopes,
            people,
        } => {
            let (what, token) = mint_api_key(&session.house.desk, name, scopes.clone())?;
            let (change, words) = arrange(session, what, people)?;
            let words = format!("{words}\nToken, shown this once: {token}");
            session.say(&words, &json!({"change": change, "token": token}));
            Ok(ExitCode::SUCCESS)
        }
        ApiKeyCommand::Remove { id, people } => {
            two_people(session, What::RemoveApiKey { id: id.clone() }, people)
        }
        ApiKeyCommand::List => {
            let keys = list_api_keys(&session.house.desk)?;
            let lines: Vec<String> = keys
                .iter()
                .map(|key| format!("{}  {}  {:?}", key.id, key.name, key.scopes))
                .collect();
            session.say(
                &lines.join("\n"),
                &json!(keys.iter().map(|key| &key.id).collect::<Vec<_>>()),
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}
