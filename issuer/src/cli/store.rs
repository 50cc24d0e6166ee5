//! `audit`, `backup`, `restore`.

use std::fs::File;
use std::io::{Read, Write as _};
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::Session;
use super::args::{Audit, Backup, Restore};
use super::failure::Failure;
use super::output::say;
use super::passphrase::{For, Passphrases};
use crate::app::audit::{each_event, verify_journal};
use crate::app::sample::sample;
use crate::compose::{self, ArchivePassphrase};
use crate::domain::audit::Event;

pub(crate) fn audit(session: &Session, command: &Audit) -> Result<ExitCode, Failure> {
    let desk = &session.house.desk;
    match command {
        Audit::List => each_event(desk, |event: &Event| {
            let Event {
                seq,
                at,
                actor,
                action,
                about,
                detail,
                ..
            } = event;
            let detail = serde_json::to_string(detail).unwrap_or_default();
            session.say(
                &format!("{seq:>6}  {at}  {actor:<12} {action:<22} {about}  {detail}"),
                event,
            );
        })?,
        Audit::Sample { month } => {
            let sample = sample(desk, month)?;
            let mut lines = vec![format!(
                "{} of the {} certificates signed in {month}, drawn by event hash {}:",
                sample.drawn.len(),
                sample.population,
                sample.seed
            )];
            lines.extend(sample.drawn.iter().cloned());
            session.say(&lines.join("\n"), &sample);
        }
        Audit::Verify => {
            let head = verify_journal(desk)?;
            let words = format!(
                "The journal is whole: {} events, head {}.",
                head.events, head.hash
            );
            session.say(
                &words,
                &json!({"whole": true, "events": head.events, "head": head.hash}),
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn backup(session: &Session, args: &Backup) -> Result<ExitCode, Failure> {
    let passphrase = archive_passphrase(&session.passphrases, For::Making)?;
    let part = args.file.with_extension("part");
    let trouble = |error: std::io::Error| Failure::file("written", &args.file, &error);
    if args.file.exists() {
        let hint = "choose another name; a backup is never replaced";
        return Err(Failure::usage(
            format!("{} exists already", args.file.display()),
            hint,
        ));
    }
    let mut out = File::create(&part).map_err(trouble)?;
    let contents = compose::backup(&session.house, &passphrase, &mut out)?;
    out.flush()
        .and_then(|()| out.sync_all())
        .and_then(|()| std::fs::rename(&part, &args.file))
        .map_err(trouble)?;
    let words = format!(
        "{} records are in {}. The key files are not: keep copies of them, and of their passphrases, apart.",
        contents.records,
        args.file.display()
    );
    session.say(
        &words,
        &json!({"records": contents.records, "file": args.file}),
    );
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn restore(
    data: &Path,
    passphrases: &Passphrases,
    args: &Restore,
    json: bool,
) -> Result<ExitCode, Failure> {
    let passphrase = archive_passphrase(passphrases, For::Opening)?;
    let open = || File::open(&args.file).map(|file| Box::new(file) as Box<dyn Read>);
    open().map_err(|error| Failure::file("read", &args.file, &error))?;
    let contents = compose::restore(data, &passphrase, open).map_err(|error| {
        Failure::trouble(format!("{error:#}"), "check the file and the passphrase")
    })?;
    let words = format!(
        "{} records of {} are in {}.\nCopy the key files to {}, then run: cheti-issuer audit verify",
        contents.records,
        contents.made,
        data.display(),
        data.join("keys").display()
    );
    let value = json!({"records": contents.records, "made": contents.made, "data": data});
    say(json, &words, &value);
    Ok(ExitCode::SUCCESS)
}

fn archive_passphrase(
    passphrases: &Passphrases,
    purpose: For,
) -> Result<ArchivePassphrase, Failure> {
    Ok(ArchivePassphrase::new(
        passphrases.find("backup", purpose)?.to_string(),
    ))
}
