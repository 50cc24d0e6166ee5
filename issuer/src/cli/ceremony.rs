//! `ceremony`: hand out, close, reconcile, withdraw what nobody came for.

use std::io::BufRead as _;
use std::process::ExitCode;

use serde_json::json;

use super::Session;
use super::args::{Ceremony as Command, TwoPeople, WithdrawPeople};
use super::change::two_people;
use super::failure::Failure;
use crate::app::certificates::find_certificate;
use crate::app::hand_out::{CheckIn, check_in_list, close_ceremony, hand_out, undo_hand_out};
use crate::app::operators::recognise;
use crate::app::reconcile::{no_shows, reconcile};
use crate::domain::batch::BatchId;
use crate::domain::change::What;
use crate::domain::operator::OperatorId;
use crate::domain::reconciliation::Reconciliation;

pub(crate) fn ceremony(session: &Session, command: &Command) -> Result<ExitCode, Failure> {
    let desk = &session.house.desk;
    match command {
        Command::List { batch } => {
            let list = check_in_list(desk, batch)?;
            let lines: Vec<String> = list.iter().map(describe).collect();
            session.say(&lines.join("\n"), &list);
        }
        Command::HandOut { codes, operator } => return hand_out_all(session, codes, operator),
        Command::Undo {
            code,
            reason,
            operator,
        } => {
            recognised(session, operator)?;
            let line = undo_hand_out(desk, code, (*reason).into(), operator.as_str())?;
            session.say(&describe(&line), &line);
        }
        Command::Close { batch, operator } => {
            recognised(session, operator)?;
            let closing = close_ceremony(desk, batch, operator.as_str())?;
            let words = format!(
                "The ceremony is closed; {} were awarded in absentia.",
                closing.in_absentia
            );
            session.say(&words, &closing);
        }
        Command::Reconcile { batch } => return account(session, batch),
        Command::Withdraw {
            batch,
            preview,
            people,
        } => return withdraw(session, batch, *preview, people),
    }
    Ok(ExitCode::SUCCESS)
}

fn recognised(session: &Session, operator: &OperatorId) -> Result<(), Failure> {
    let key = session.operator_key(operator.as_str())?;
    Ok(recognise(&session.house.desk, operator, &key)?)
}

fn describe(line: &CheckIn) -> String {
    let CheckIn {
        number,
        name,
        state,
        handed_out,
        ..
    } = line;
    let handed = match handed_out {
        Some(taken) => format!("handed out {} by {}", taken.at, taken.by),
        None => "not handed out".to_owned(),
    };
    format!("{number}  {state:<9}  {name}: {handed}")
}

/// Hand out each; one that is refused is told, and the others go on.
fn hand_out_all(
    session: &Session,
    codes: &[String],
    operator: &OperatorId,
) -> Result<ExitCode, Failure> {
    recognised(session, operator)?;
    let mut refused = Vec::new();
    let mut one = |code: &str| match hand_out(&session.house.desk, code, operator.as_str()) {
        Ok(line) => session.say(&describe(&line), &line),
        Err(error) => refused.push(error.to_string()),
    };
    for code in codes {
        match code.as_str() {
            "-" => std::io::stdin()
                .lock()
                .lines()
                .map_while(Result::ok)
                .filter(|line| !line.trim().is_empty())
                .for_each(|line| one(&line)),
            code => one(code),
        }
    }
    match refused.len() {
        0 => Ok(ExitCode::SUCCESS),
        count => Err(Failure::refused(
            format!("{count} were not handed out"),
            refused,
            "`ceremony list` shows how each stands",
        )),
    }
}

fn account(session: &Session, batch: &BatchId) -> Result<ExitCode, Failure> {
    let sums = reconcile(&session.house.desk, batch)?;
    let Reconciliation {
        prepared,
        not_issued,
        handed_out,
        not_handed_out,
        withdrawn,
        withdrawn_after_hand_out,
        corrected,
        suspended,
        erased,
        ..
    } = &sums;
    let mut lines = vec![
        format!("{prepared:>6} prepared, of which"),
        format!("{not_issued:>6} not issued"),
        format!("{handed_out:>6} handed out"),
        format!("{not_handed_out:>6} not handed out"),
        format!("{withdrawn:>6} withdrawn ({withdrawn_after_hand_out} after they were handed out)"),
        format!("Among them {corrected} corrected, {suspended} suspended, {erased} erased."),
    ];
    lines.push(match &sums.closing {
        Some(closing) => format!(
            "The ceremony was closed at {} by {}; {} were awarded in absentia.",
            closing.at, closing.by, closing.in_absentia
        ),
        None => "The ceremony is not closed.".to_owned(),
    });
    session.say(&lines.join("\n"), &sums);
    match sums.discrepancies.is_empty() {
        true => Ok(ExitCode::SUCCESS),
        false => Err(Failure::refused(
            "the certificates of this batch do not add up",
            sums.discrepancies,
            "somebody changed the store from outside: keep it as it is, and compare it with a backup",
        )),
    }
}

fn withdraw(
    session: &Session,
    batch: &BatchId,
    preview: bool,
    people: &WithdrawPeople,
) -> Result<ExitCode, Failure> {
    let desk = &session.house.desk;
    let certificates = no_shows(desk, batch)?;
    if preview {
        let mut numbers = Vec::new();
        for id in &certificates {
            numbers.push(find_certificate(desk, &id.to_string())?.number);
        }
        session.say(&numbers.join("\n"), &json!({"certificates": numbers}));
        return Ok(ExitCode::SUCCESS);
    }
    let missing = || Failure::usage("nobody proposes it", "give --operator");
    let people = TwoPeople {
        operator: people.operator.clone().ok_or_else(missing)?,
        second: people.second.clone(),
        note: people.note.clone(),
    };
    let batch = batch.clone();
    let what = What::Withdraw {
        batch,
        certificates,
    };
    two_people(session, what, &people)
}
