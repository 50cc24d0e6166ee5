//! `operator` and `api-key`: who may do what.

use std::process::ExitCode;

use super::Session;
use super::args::{ApiKey as ApiKeyCommand, Operator as OperatorCommand};
use super::change::two_people;
use super::failure::Failure;
use super::passphrase::For;
use crate::app::api_keys::{list_api_keys, mint_api_key};
use crate::app::operators::list_operators;
use crate::app::ports::vault::KeyFile;
use crate::domain::change::What;
use crate::domain::operator::Operator;

pub(crate) fn operator(session: &Session, command: &OperatorCommand) -> Result<ExitCode, Failure> {
    match command {
        OperatorCommand::Add { id, name, people } => {
            let passphrase = session.passphrases.find(id.as_str(), For::Making)?;
            let key = session
                .house
                .vault
                .create(&KeyFile::Operator(id.to_string()), &passphrase)?;
            let what = What::AddOperator {
                id: id.clone(),
                name: name.clone(),
                key,
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
                    "{:<16} {:<30} {state}  {}",
                    operator.id,
                    operator.name,
                    operator.key.fingerprint()
                )
            };
            let lines: Vec<String> = operators.iter().map(line).collect();
            session.say(&lines.join("\n"), &operators);
            Ok(ExitCode::SUCCESS)
        }
    }
}

pub(crate) fn api_key(session: &Session, command: &ApiKeyCommand) -> Result<ExitCode, Failure> {
    match command {
        ApiKeyCommand::Add {
            name,
            scopes,
            people,
        } => {
            let (what, token) = mint_api_key(&session.house.desk, name, scopes.clone())?;
            let code = two_people(session, what, people)?;
            println!("Token, shown this once: {token}");
            Ok(code)
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
                &serde_json::json!(keys.iter().map(|key| &key.id).collect::<Vec<_>>()),
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}
