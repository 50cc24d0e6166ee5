//! `batch`: import, submit, approve, reject, show, list; issue and print in files of their own.

mod issue;
mod print;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::limits::ROSTER_BYTES;
use serde_json::json;

use super::Session;
use super::args::{Batch as Command, Import, OnBatch};
use super::failure::Failure;
use super::output::{read_file, write_whole};
use super::passphrase::For;
use crate::app::approve_batch::{
    approve_batch, list_batches, reject_batch, show_batch, submit_batch,
};
use crate::app::error::AppError;
use crate::app::import_roster::{Cohort, import_roster};
use crate::app::ports::rosters::{ReadRoster, RosterFile};
use crate::app::ports::vault::KeyFile;
use crate::domain::batch::Batch;
use cheti_shared::key::SecretKey;

/// Problems shown on the screen; the rest is counted. `--json` gives all.
const SHOWN: usize = 100;

pub(crate) fn batch(session: &Session, command: &Command) -> Result<ExitCode, Failure> {
    let desk = &session.house.desk;
    match command {
        Command::Import(args) => return import(session, args),
        Command::Issue(args) => return issue::issue(session, args),
        Command::Print(args) => return print::print(session, args),
        Command::Submit(on) => {
            let key = session.operator_key(on.operator.as_str())?;
            let batch = submit_batch(desk, &on.batch, &on.operator, &key)?;
            let next = format!(
                "Next, another person: cheti-issuer batch approve {} --operator ...",
                batch.id
            );
            session.say(&format!("{}\n{next}", describe(&batch)), &batch);
        }
        Command::Approve(on) => approve(session, on)?,
        Command::Reject { on, reason } => {
            let key = session.operator_key(on.operator.as_str())?;
            let batch = reject_batch(desk, &on.batch, &on.operator, &key, reason)?;
            session.say(&describe(&batch), &batch);
        }
        Command::Show { batch, graduates } => show(session, &show_batch(desk, batch)?, *graduates)?,
        Command::List => {
            let batches = list_batches(desk)?;
            let lines: Vec<String> = batches.iter().map(describe).collect();
            session.say(&lines.join("\n"), &batches);
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Session {
    /// An operator's own key, opened with their passphrase.
    pub(crate) fn operator_key(&self, id: &str) -> Result<SecretKey, Failure> {
        let passphrase = self.passphrases.find(id, For::Opening)?;
        Ok(self
            .house
            .vault
            .open(&KeyFile::Operator(id.to_owned()), &passphrase)?)
    }

    /// The active signing key of a role.
    pub(crate) fn signing_key(&self, role: KeyRole) -> Result<SecretKey, Failure> {
        let name = self.house.desk.active_key(role)?.file_name().to_owned();
        let passphrase = self.passphrases.find(&name, For::Opening)?;
        Ok(self
            .house
            .vault
            .open(&KeyFile::Signing(name), &passphrase)?)
    }
}

pub(crate) fn describe(batch: &Batch) -> String {
    let Batch {
        id,
        course,
        cohort,
        award_date,
        graduates,
        state,
        ..
    } = batch;
    format!("{id}  {state:<9}  {graduates} graduates of {course}, {cohort}, awarded {award_date}")
}

fn approve(session: &Session, on: &OnBatch) -> Result<(), Failure> {
    let key = session.operator_key(on.operator.as_str())?;
    let batch = approve_batch(&session.house.desk, &on.batch, &on.operator, &key)?;
    let next = format!("Next: cheti-issuer batch issue {} --out FOLDER", batch.id);
    session.say(&format!("{}\n{next}", describe(&batch)), &batch);
    Ok(())
}

fn show(session: &Session, batch: &Batch, graduates: bool) -> Result<(), Failure> {
    let rows = match graduates {
        true => session.house.desk.graduates(&batch.id)?,
        false => Vec::new(),
    };
    let mut lines = vec![describe(batch), format!("digest {}", batch.digest)];
    for (label, statement) in [("submitted", &batch.submitted), ("decided", &batch.decided)] {
        if let Some(claim) = statement
            .as_ref()
            .and_then(|statement| statement.claim().ok())
        {
            lines.push(format!("{label} by {} at {}", claim.operator, claim.at));
        }
    }
    lines.extend(
        batch
            .rejection
            .iter()
            .map(|reason| format!("rejected: {reason}")),
    );
    lines.extend(batch.flags.iter().map(|flag| format!("look at {flag}")));
    lines.extend(rows.iter().map(|row| {
        let extras: Vec<&str> = row.extras.values().map(String::as_str).collect();
        format!("{:>5}  {}  {}", row.line, row.name, extras.join(", "))
    }));
    session.say(
        &lines.join("\n"),
        &json!({"batch": batch, "graduates": rows}),
    );
    Ok(())
}

fn import(session: &Session, args: &Import) -> Result<ExitCode, Failure> {
    let house = &session.house;
    let fields = house.desk.course(&args.course)?.roster_fields();
    let bytes = read_file(&args.file, ROSTER_BYTES)?;
    let name = args
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let file = RosterFile {
        bytes: &bytes,
        name: &name,
        sheet: args.sheet.as_deref(),
        map: &args.map,
    };
    let read = house.rosters.read(&file, &fields).map_err(AppError::from)?;
    if !read.checked.problems.is_empty() && !args.accept_good_rows {
        return Err(refuse_rows(session, &name, &read));
    }
    let cohort = Cohort {
        course: args.course.clone(),
        name: args.cohort.clone(),
        award_date: args.award_date,
        valid_from: args.valid_from,
    };
    let rejected = match read.checked.problems.is_empty() {
        true => None,
        false => Some(write_rejected(&args.file, &read)?),
    };
    let batch = import_roster(&house.desk, &*house.room, &cohort, &read.checked, "system")?;
    let mut lines = vec![describe(&batch)];
    lines.extend(
        read.other_sheets
            .iter()
            .map(|sheet| format!("not read: sheet \"{sheet}\"")),
    );
    lines.extend(rejected.iter().map(|path| {
        let lines = read
            .checked
            .problems
            .iter()
            .map(|problem| problem.line)
            .collect::<std::collections::BTreeSet<_>>();
        format!(
            "{} lines were left out; correct them in {}",
            lines.len(),
            path.display()
        )
    }));
    lines.extend(
        batch
            .flags
            .iter()
            .map(|flag| format!("for the checker: {flag}")),
    );
    lines.push(format!(
        "Next: cheti-issuer batch submit {} --operator ...",
        batch.id
    ));
    let answer = json!({"batch": batch, "rejected": rejected, "problems": read.checked.problems});
    session.say(&lines.join("\n"), &answer);
    Ok(ExitCode::SUCCESS)
}

fn refuse_rows(session: &Session, name: &str, read: &ReadRoster) -> Failure {
    let problems = &read.checked.problems;
    if session.json {
        session.say(
            "",
            &json!({"problems": problems, "good": read.checked.good.len()}),
        );
    }
    let mut lines: Vec<String> = problems
        .iter()
        .take(SHOWN)
        .map(ToString::to_string)
        .collect();
    if problems.len() > SHOWN {
        lines.push(format!(
            "... and {} more; --json lists them all",
            problems.len() - SHOWN
        ));
    }
    let message = format!(
        "{name}: problems: {}; nothing was saved (good rows: {})",
        problems.len(),
        read.checked.good.len()
    );
    Failure::refused(
        message,
        lines,
        "correct the roster, or save the good rows with --accept-good-rows",
    )
}

fn write_rejected(roster: &Path, read: &ReadRoster) -> Result<PathBuf, Failure> {
    let stem = roster.file_stem().unwrap_or_default().to_string_lossy();
    let path = roster.with_file_name(format!("{stem}-rejected.csv"));
    write_whole(&path, &read.rejected_csv)
        .map_err(|error| Failure::file("written", &path, &error))?;
    Ok(path)
}
