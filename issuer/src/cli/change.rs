//! Changes that take two people: `revoke`, `suspend`, `reinstate`, `correct`, and `change` to decide later.

use std::process::ExitCode;

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::key::Signer;
use serde_json::json;

use super::Session;
use super::args::{Change as Command, Correct, OnCertificate, OnChange, Revoke, TwoPeople};
use super::failure::Failure;
use crate::app::certificates::find_certificate;
use crate::app::changes::{Tools, confirm, decline, list_changes, propose, show_change};
use crate::app::many::carry_out;
use crate::app::operators::recognise;
use crate::domain::change::{Change, ChangeState, What};
use crate::domain::name::PersonName;
use crate::domain::operator::OperatorId;

pub(crate) fn revoke(session: &Session, args: &Revoke) -> Result<ExitCode, Failure> {
    let credential = find_certificate(&session.house.desk, &args.certificate)?.id;
    two_people(
        session,
        What::Revoke {
            credential,
            reason: args.reason.into(),
        },
        &args.people,
    )
}

pub(crate) fn suspend(session: &Session, args: &OnCertificate) -> Result<ExitCode, Failure> {
    let credential = find_certificate(&session.house.desk, &args.certificate)?.id;
    two_people(session, What::Suspend { credential }, &args.people)
}

pub(crate) fn reinstate(session: &Session, args: &OnCertificate) -> Result<ExitCode, Failure> {
    let credential = find_certificate(&session.house.desk, &args.certificate)?.id;
    two_people(session, What::Reinstate { credential }, &args.people)
}

pub(crate) fn correct(session: &Session, args: &Correct) -> Result<ExitCode, Failure> {
    if args.name.is_none() && args.set.is_empty() {
        return Err(Failure::usage(
            "nothing to correct was named",
            "give --name or --set FIELD=VALUE",
        ));
    }
    let certificate = find_certificate(&session.house.desk, &args.certificate)?;
    let name = args.name.as_deref().map(PersonName::parse).transpose();
    let name = name.map_err(|error| {
        Failure::usage(
            format!("the name cannot be certified: {error}"),
            error.advice(),
        )
    })?;
    let fields = session
        .house
        .desk
        .course(&certificate.course)?
        .roster_fields();
    let mut extras = std::collections::BTreeMap::new();
    for (key, value) in &args.set {
        let unknown = || {
            Failure::usage(
                format!("the course has no field \"{key}\""),
                "`course show` lists its fields",
            )
        };
        let field = fields
            .iter()
            .find(|field| field.key == *key)
            .ok_or_else(unknown)?;
        let read = field.read(value);
        let read =
            read.map_err(|error| Failure::usage(format!("{key}: {error}"), error.advice()))?;
        extras.extend(read.map(|value| (key.clone(), value)));
    }
    two_people(
        session,
        What::Correct {
            credential: certificate.id,
            name,
            extras,
        },
        &args.people,
    )
}

/// Propose, and when the second person is here, confirm; then say so.
pub(crate) fn two_people(
    session: &Session,
    what: What,
    people: &TwoPeople,
) -> Result<ExitCode, Failure> {
    let (change, words) = arrange(session, what, people)?;
    session.say(&words, &change);
    Ok(ExitCode::SUCCESS)
}

/// Propose, and when the second person is here, confirm; the change, and what to say of it.
pub(crate) fn arrange(
    session: &Session,
    what: What,
    people: &TwoPeople,
) -> Result<(Change, String), Failure> {
    let desk = &session.house.desk;
    if people.second.as_ref() == Some(&people.operator) {
        return Err(Failure::usage(
            "one person cannot be both",
            "--second must name another person",
        ));
    }
    let key = session.operator_key(people.operator.as_str())?;
    let change = propose(desk, what, &people.note, &people.operator, &key)?;
    if let Some(second) = &people.second {
        return decide(session, &change, second);
    }
    let words = format!(
        "Proposed as {0}: {1}\nNext, another person: cheti-issuer change confirm {0} --operator ...",
        change.id, change.what
    );
    Ok((change, words))
}

fn decide(
    session: &Session,
    change: &Change,
    by: &OperatorId,
) -> Result<(Change, String), Failure> {
    let key = session.operator_key(by.as_str())?;
    let issuing = match change.what {
        What::Correct { .. } => Some(session.signing_key(KeyRole::Issuing)?),
        _ => None,
    };
    let tools = Tools {
        issuing: issuing.as_ref().map(|key| key as &dyn Signer),
        room: &*session.house.room,
    };
    let done = confirm(&session.house.desk, &change.id, by, &key, tools)?;
    let next = match done.what {
        What::Revoke { .. }
        | What::Suspend { .. }
        | What::Reinstate { .. }
        | What::Correct { .. }
        | What::Withdraw { .. }
        | What::Many { .. } => {
            "\nNext: cheti-issuer trust publish --bundle bundle.json, so that verifiers know"
        }
        _ => "",
    };
    let words = format!("Done ({}): {}{next}", done.id, done.what);
    Ok((done, words))
}

pub(crate) fn change(session: &Session, command: &Command) -> Result<ExitCode, Failure> {
    let desk = &session.house.desk;
    match command {
        Command::List { all } => {
            let mut changes = list_changes(desk)?;
            changes.retain(|change| *all || change.state == ChangeState::Proposed);
            let line =
                |change: &Change| format!("{}  {:?}  {}", change.id, change.state, change.what);
            let lines: Vec<String> = changes.iter().map(line).collect();
            session.say(&lines.join("\n"), &changes);
            Ok(ExitCode::SUCCESS)
        }
        Command::Confirm(OnChange { change, operator }) => {
            let (done, words) = decide(session, &show_change(desk, change)?, operator)?;
            session.say(&words, &done);
            Ok(ExitCode::SUCCESS)
        }
        Command::Resume(OnChange { change, operator }) => {
            let key = session.operator_key(operator.as_str())?;
            recognise(desk, operator, &key)?;
            let done = carry_out(desk, change, operator.as_str())?;
            let words = format!(
                "{} certificates changed now, {} before; {} left, since they were handed out meanwhile.",
                done.changed, done.before, done.left
            );
            session.say(&words, &done);
            Ok(ExitCode::SUCCESS)
        }
        Command::Decline(OnChange { change, operator }) => {
            let key = session.operator_key(operator.as_str())?;
            let declined = decline(desk, change, operator, &key)?;
            session.say(&format!("Declined: {}", declined.what), &json!(declined));
            Ok(ExitCode::SUCCESS)
        }
    }
}
