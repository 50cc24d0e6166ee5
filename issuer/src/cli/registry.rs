//! `registry`: search, lists, subject files, erasure, figures, index.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::Session;
use super::args::{Erase, Learners, Registry as Command, Search, SubjectFile, Which};
use super::change::two_people;
use super::failure::Failure;
use super::output::{say, write_whole};
use crate::app::certificates::find_certificate;
use crate::app::erase::erasure;
use crate::app::error::AppError;
use crate::app::exports::{StaffNumbers, learner_list, search_csv};
use crate::app::figures::figures;
use crate::app::operators::recognise;
use crate::app::reindex::reindex;
use crate::app::retention::each_due;
use crate::app::search::{Cursor, Hit, Question, search};
use crate::app::subject_file::subject_file;
use crate::compose;

pub(crate) fn registry(session: &Session, command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Search(args) => find(session, args)?,
        Command::Learners(args) => learners(session, args)?,
        Command::SubjectFile(args) => write_subject_file(session, args)?,
        Command::Erase(args) => return erase(session, args),
        Command::Due => due(session)?,
        Command::Figures => count(session)?,
        Command::Reindex => {
            let bar = super::output::bar(0, "Indexing");
            let done = reindex(&session.house.desk, "system", &|done| {
                bar.set_position(done)
            })?;
            bar.finish_and_clear();
            let words = format!("{done} certificates can be found.");
            session.say(&words, &json!({"certificates": done}));
        }
        // The store is closed for this; see `compact`.
        Command::Compact => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Write the store anew; it must not be open.
pub(crate) fn compact(data: &Path, json: bool) -> Result<ExitCode, Failure> {
    let records = compose::compact(data).map_err(|error| Failure::opening(error, data))?;
    let words = format!(
        "The store's files are written anew: {records} records.\nBackups made before still hold what was erased since: destroy them when their time is over."
    );
    say(json, &words, &json!({"records": records}));
    Ok(ExitCode::SUCCESS)
}

fn question(text: &[String], which: &Which) -> Question {
    Question {
        text: text.join(" "),
        course: which.course.clone(),
        cohort: which.cohort.clone(),
        batch: which.batch.clone(),
        state: which.state,
    }
}

fn staff_numbers(asked: bool) -> StaffNumbers {
    match asked {
        true => StaffNumbers::Included,
        false => StaffNumbers::LeftOut,
    }
}

fn find(session: &Session, args: &Search) -> Result<(), Failure> {
    let desk = &session.house.desk;
    let question = question(&args.text, &args.which);
    if let Some(file) = &args.csv {
        let numbers = staff_numbers(args.staff_numbers);
        return write_list(session, file, &|write| {
            search_csv(desk, &question, numbers, write)
        });
    }
    let from = args.from.as_deref().map(Cursor::from_word).transpose()?;
    let found = search(desk, &question, from, args.limit)?;
    let mut lines: Vec<String> = found.hits.iter().map(describe).collect();
    let next = found.next.as_ref().map(Cursor::to_word);
    match (&next, lines.is_empty()) {
        (Some(next), _) => lines.push(format!("More: the same with --from {next}")),
        (None, true) => lines.push("Nobody was found.".to_owned()),
        (None, false) => {}
    }
    session.say(
        &lines.join("\n"),
        &json!({"hits": found.hits, "next": next}),
    );
    Ok(())
}

fn describe(hit: &Hit) -> String {
    let Hit {
        number,
        name,
        course,
        cohort,
        award_date,
        state,
        ..
    } = hit;
    format!("{number}  {state:<9}  {name}  {course}, {cohort}, awarded {award_date}")
}

fn learners(session: &Session, args: &Learners) -> Result<(), Failure> {
    let (desk, question) = (&session.house.desk, question(&[], &args.which));
    let numbers = staff_numbers(args.staff_numbers);
    write_list(session, &args.file, &|write| {
        learner_list(desk, &question, numbers, write)
    })
}

type Lister<'a> = &'a dyn Fn(&mut dyn FnMut(&str) -> Result<(), AppError>) -> Result<u64, AppError>;

/// Write a list that may be long to a file that is whole or absent.
fn write_list(session: &Session, path: &Path, list: Lister<'_>) -> Result<(), Failure> {
    let part = path.with_extension("part");
    let trouble = |source| AppError::Deliver {
        path: path.display().to_string(),
        source,
    };
    let mut out = BufWriter::new(File::create(&part).map_err(trouble)?);
    let written = list(&mut |piece| out.write_all(piece.as_bytes()).map_err(trouble));
    let finished = written.and_then(|count| {
        out.flush().map_err(trouble)?;
        out.get_ref().sync_all().map_err(trouble)?;
        std::fs::rename(&part, path).map_err(trouble)?;
        Ok(count)
    });
    match finished {
        Ok(count) => {
            let words = format!("{count} certificates are in {}.", path.display());
            session.say(&words, &json!({"certificates": count, "file": path}));
            Ok(())
        }
        Err(error) => {
            let _ = std::fs::remove_file(&part);
            Err(error.into())
        }
    }
}

fn write_subject_file(session: &Session, args: &SubjectFile) -> Result<(), Failure> {
    let desk = &session.house.desk;
    let key = session.operator_key(args.operator.as_str())?;
    recognise(desk, &args.operator, &key)?;
    let file = subject_file(desk, &args.certificates, args.operator.as_str())?;
    let mut text = serde_json::to_vec_pretty(&file).unwrap_or_default();
    text.push(b'\n');
    write_whole(&args.out, &text).map_err(|error| Failure::file("written", &args.out, &error))?;
    let words = format!(
        "Everything held on this graduate is in {}. Give it to nobody else; the journal has that it was made.",
        args.out.display()
    );
    session.say(&words, &json!({"file": args.out}));
    Ok(())
}

fn erase(session: &Session, args: &Erase) -> Result<ExitCode, Failure> {
    let desk = &session.house.desk;
    let certificate = find_certificate(desk, &args.certificate)?;
    two_people(session, erasure(desk, &certificate)?, &args.people)
}

fn due(session: &Session) -> Result<(), Failure> {
    let mut all = Vec::new();
    each_due(&session.house.desk, |due| all.push(due.clone()))?;
    let line = |due: &crate::app::retention::Due| {
        let (number, awarded, years) = (&due.number, due.awarded, due.retain_years);
        format!("{number}  awarded {awarded}, kept {years} years")
    };
    let mut lines: Vec<String> = all.iter().map(line).collect();
    if lines.is_empty() {
        lines.push("Nothing is due.".to_owned());
    }
    session.say(&lines.join("\n"), &all);
    Ok(())
}

fn count(session: &Session) -> Result<(), Failure> {
    let figures = figures(&session.house.desk)?;
    let mut lines = vec![format!(
        "{:<12} {:<8} {:>8} {:>8} {:>9} {:>8}",
        "course", "month", "issued", "awarded", "corrected", "revoked"
    )];
    let mut rows = Vec::new();
    for ((course, month), counts) in &figures {
        lines.push(format!(
            "{course:<12} {month:<8} {:>8} {:>8} {:>9} {:>8}",
            counts.issued, counts.awarded, counts.corrected, counts.revoked
        ));
        rows.push(json!({"course": course, "month": month, "counts": counts}));
    }
    session.say(&lines.join("\n"), &rows);
    Ok(())
}
