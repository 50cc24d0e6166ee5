//! `check`: judge files, folders, archives and standard input, one report for each certificate.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use cheti_shared::key::PublicKey;
use cheti_shared::limits::FILE_BYTES;
use cheti_shared::time::Timestamp;
use cheti_verifier_core::evidence::Evidence;
use cheti_verifier_core::plan::plan_presented;
use cheti_verifier_core::policy::{Policy, UnregisteredIssuers};
use cheti_verifier_core::presented::Presented;
use cheti_verifier_core::report::{Report, UNREGISTERED_ISSUER, Verdict};
use cheti_verifier_core::verify;
use clap::Args;
use serde::Serialize;

use super::expected::Expected;
use super::progress::Progress;
use super::report::{Row, Writing};
use super::{Exit, Failure, World, folder, root_key};
use crate::decision::Judged;
use crate::fetch::{self, PrivateAddresses};
use crate::input::{self, Read as Found};
use crate::present::{self, shown};
use crate::scan;
use crate::trust::{self, Confirm, Folder};

/// What `check` is told.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Credential JSON, text with a code, PNG, JPEG, WebP or PDF; a folder or ZIP of these; - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Trust this bundle for this run, without memory
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// The root key that the bundle must lead to: z6Mk…
    #[arg(long, value_name = "KEY", value_parser = root_key)]
    root: Option<PublicKey>,
    /// Fetch nothing, whatever is missing
    #[arg(long)]
    offline: bool,
    /// Judge as of this moment instead of now: 2026-10-16T09:00:00Z
    #[arg(long, value_name = "TIMESTAMP")]
    at: Option<Timestamp>,
    /// One JSON report a line
    #[arg(long)]
    json: bool,
    /// Write a table of all files: .csv for a spreadsheet, .json or .ndjson for programs. An interrupted run is gone on
    /// with by the same command
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    report: Option<PathBuf>,
    /// A table of what is expected of the files, to decide with: CSV with the columns file, and any of name, course, date
    #[arg(long, value_name = "FILE", requires = "report")]
    expected: Option<PathBuf>,
    /// Judge issuers that are a did:key and that nobody registered by their signatures alone: for trying out other
    /// software. Nobody vouches for such an issuer
    #[arg(long)]
    accept_any_did_key: bool,
}

/// The most bytes of an archive that are read; its files are bounded one by one.
const ARCHIVE_BYTES: u64 = 1 << 30;
/// Folders within folders that are entered.
pub(super) const FOLDER_DEPTH: usize = 16;

/// Check every file; the worst answer is the command's.
pub(super) fn check(
    args: &CheckArgs,
    state: Option<PathBuf>,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let expected = args.expected.as_deref().map(Expected::read).transpose()?;
    let report = args.report.as_deref();
    let report = report.map(|path| Writing::open(path, expected.is_some()));
    let report = report.transpose()?;
    let mut run = Run {
        seen: 0,
        report,
        expected,
        evidence: evidence(args, state.clone())?,
        refresh: match args.offline || args.bundle.is_some() {
            true => None,
            false => folder(state).ok(),
        },
        policy: policy(args),
        now: args.at.unwrap_or(world.now),
        json: args.json,
        worst: Exit::Done,
        judged: 0,
        unregistered: 0,
        progress: None,
        world,
    };
    if run.report.is_some() && run.world.interactive {
        run.progress = Some(Progress::of(&args.files));
    }
    for file in &args.files {
        if let Err(failure) = run.path(file, 0) {
            run.trouble(&failure);
        }
    }
    if run.report.is_some() {
        return run.finish();
    }
    if args.files.len() > 1 && run.judged > 1 && !args.json {
        let (judged, words) = (run.judged, run.in_words());
        writeln!(run.world.out, "{judged} checked; the worst: {words}.")?;
    }
    Ok(run.worst)
}

fn policy(args: &CheckArgs) -> Policy {
    let unregistered = match args.accept_any_did_key {
        true => UnregisteredIssuers::AcceptDidKey,
        false => UnregisteredIssuers::Unknown,
    };
    Policy {
        unregistered,
        ..Policy::default()
    }
}

fn evidence(args: &CheckArgs, state: Option<PathBuf>) -> Result<Evidence, Failure> {
    let Some(path) = &args.bundle else {
        return Ok(trust::held(&folder(state)?, args.root)?);
    };
    let bytes = trust::read_file(path)?;
    // Without a home there is no state, hence no pinned root; a damaged state is an error all the same.
    let pinned = match folder(state) {
        Ok(folder) => folder.load()?.root,
        Err(_) => None,
    };
    Ok(trust::for_this_run(&bytes, args.root, pinned)?)
}

struct Run<'a, 'w> {
    evidence: Evidence,
    /// Where to update from, once, when something is missing.
    refresh: Option<Folder>,
    policy: Policy,
    now: Timestamp,
    json: bool,
    worst: Exit,
    judged: usize,
    /// How many files were come upon, judged now or before.
    seen: usize,
    /// The table that is written, if one is.
    report: Option<Writing>,
    /// What is expected of the files that the table is about.
    expected: Option<Expected>,
    progress: Option<Progress>,
    /// How many were by issuers that nobody registered.
    unregistered: usize,
    world: &'a mut World<'w>,
}

/// One line of `--json`.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(flatten)]
    report: &'a Report,
}

impl Run<'_, '_> {
    fn in_words(&self) -> &'static str {
        match self.worst {
            Exit::Done if self.unregistered > 0 => {
                "valid signatures, some by unregistered keys; nobody here knows whose they are"
            }
            Exit::Done => "all are genuine and in force",
            Exit::Undecided => "not decided",
            Exit::Invalid => "not to be relied on",
            Exit::Usage | Exit::Trouble => "could not be read",
        }
    }

    fn path(&mut self, path: &Path, depth: usize) -> Result<(), Failure> {
        if path == Path::new("-") {
            let bytes = bounded(&mut *self.world.stdin, "standard input")?;
            return self.given("standard input", bytes);
        }
        if path.is_dir() {
            return self.folder(path, depth);
        }
        let name = path.display().to_string();
        let mut file = File::open(path).map_err(|error| Failure::read(path, error))?;
        let mut start = [0; 4];
        let read = file
            .read(&mut start)
            .map_err(|error| Failure::read(path, error))?;
        if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
            return self.archive(&name, path);
        }
        let start = start.get(..read).unwrap_or_default();
        let bytes = bounded(&mut start.chain(file), &name)?;
        self.given(&name, bytes)
    }

    /// A file that was named: another kind of file is something to judge, and its report says what it is.
    fn given(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        if self.report.is_some() {
            return self.gather(name, bytes);
        }
        self.seen += 1;
        match input::read(&bytes) {
            Found::Presented(presented) => self.judge(name, &presented),
            Found::Archive => self.entries(name, io::Cursor::new(bytes)),
            Found::Other(words) => {
                let detail = format!("this is {words}");
                let form = cheti_verifier_core::presented::Form::Json;
                self.judge(name, &Presented::unreadable(form, detail))
            }
        }
    }

    /// The files of a folder in the order of their names.
    fn folder(&mut self, path: &Path, depth: usize) -> Result<(), Failure> {
        let refuse = |error| Failure::read(path, error);
        if depth > FOLDER_DEPTH {
            return Err(refuse(io::Error::other("folders are nested too deeply")));
        }
        let entries = fs::read_dir(path).map_err(refuse)?;
        let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
        let mut paths = paths.map_err(refuse)?;
        paths.sort();
        let before = self.seen;
        for path in paths {
            if let Err(failure) = self.member(&path, depth + 1) {
                self.trouble(&failure);
            }
        }
        match self.seen > before || self.worst == Exit::Trouble || depth > 0 {
            true => Ok(()),
            false => Err(Failure::Empty {
                name: path.display().to_string(),
            }),
        }
    }

    /// A file found in a folder: other kinds of files are passed over with a note.
    fn member(&mut self, path: &Path, depth: usize) -> Result<(), Failure> {
        if path.is_dir() && !path.is_symlink() {
            return self.folder(path, depth);
        }
        let is_report = self.report.as_ref().is_some_and(|table| table.is_at(path));

        let is_expected = self
            .expected
            .as_ref()
            .is_some_and(|table| table.is_at(path));
        if is_report || is_expected {
            return Ok(());
        }
        let name = path.display().to_string();
        let mut file = File::open(path).map_err(|error| Failure::read(path, error))?;
        let bytes = bounded(&mut file, &name)?;
        self.found(&name, bytes)
    }

    fn found(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        if self.report.is_some() {
            return self.gather(name, bytes);
        }
        match input::read(&bytes) {
            Found::Presented(presented) => {
                self.seen += 1;
                self.judge(name, &presented)
            }
            Found::Archive => self.entries(name, io::Cursor::new(bytes)),
            Found::Other(words) => {
                let name = shown(name);
                Ok(writeln!(
                    self.world.err,
                    "note: passed over {name}: {words}"
                )?)
            }
        }
    }

    fn archive(&mut self, name: &str, path: &Path) -> Result<(), Failure> {
        let refuse = |error| Failure::read(path, error);
        let file = File::open(path).map_err(refuse)?;
        if file.metadata().map_err(refuse)?.len() > ARCHIVE_BYTES {
            return Err(Failure::TooLarge {
                name: name.to_owned(),
                mebibytes: 1024,
            });
        }
        self.entries(name, io::BufReader::new(file))
    }

    fn entries(&mut self, name: &str, reader: impl Read + io::Seek) -> Result<(), Failure> {
        let refuse = |source| Failure::Archive {
            name: name.to_owned(),
            source,
        };
        let before = self.seen;
        let mut archive = scan::archive(reader).map_err(refuse)?;
        for entry in archive.entries().map_err(refuse)? {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.trouble(&refuse(error));
                    continue;
                }
            };
            let inside = format!("{name}:{}", entry.name);
            if let Err(failure) = self.found(&inside, entry.bytes) {
                self.trouble(&failure);
            }
        }
        match self.seen > before || self.worst == Exit::Trouble {
            true => Ok(()),
            false => Err(Failure::Empty {
                name: name.to_owned(),
            }),
        }
    }

    fn judge(&mut self, name: &str, presented: &Presented) -> Result<(), Failure> {
        self.update_if_it_helps(presented);
        let report = verify(presented, &self.evidence, &self.policy, self.now);
        self.judged += 1;
        self.unregistered += usize::from(report.warnings.contains(&UNREGISTERED_ISSUER));
        if let (Some(table), Some(expected)) = (&mut self.report, &mut self.expected) {
            let judged = Judged::new(report, &expected.of(name), &[]);
            table.add(name, &Row::Judged(&judged));
            return Ok(());
        }
        self.worst = self.worst.max(match report.verdict {
            Verdict::Valid => Exit::Done,
            Verdict::Undecided => Exit::Undecided,
            Verdict::Invalid => Exit::Invalid,
        });
        if let Some(table) = &mut self.report {
            table.add(name, &Row::Report(&report));
            return Ok(());
        }
        if self.json {
            let line = Line {
                file: name,
                report: &report,
            };
            let line = serde_json::to_string(&line).map_err(io::Error::other)?;
            return Ok(writeln!(self.world.out, "{line}")?);
        }
        let words = present::words(&report, &[]);
        let (name, text) = (shown(name), present::text(&words));
        Ok(writeln!(self.world.out, "{name}\n{text}")?)
    }

    /// Fetch a newer bundle from the configured address, once, when what is held does not answer.
    fn update_if_it_helps(&mut self, presented: &Presented) {
        let needs = plan_presented(presented, &self.policy);
        let met = |need| self.evidence.meets(need, &self.policy, self.now);
        if needs.iter().all(met) {
            return;
        }
        let Some(folder) = self.refresh.take() else {
            return;
        };
        let Ok(Some(origin)) = folder.load().map(|state| state.origin) else {
            return;
        };
        let updated = fetch::bundle(&origin, PrivateAddresses::Refuse)
            .map_err(Failure::from)
            .and_then(|bytes| {
                Ok(trust::import(
                    &folder,
                    &bytes,
                    Confirm::Ask(&mut |_| false),
                )?)
            });
        match updated {
            Ok(evidence) => self.evidence = evidence,
            Err(failure) => {
                let _ = writeln!(self.world.err, "note: no update; judged with what is held");
                failure.tell(self.world.err);
            }
        }
    }

    fn trouble(&mut self, failure: &Failure) {
        failure.tell(self.world.err);
        self.worst = Exit::Trouble;
        self.flush();
        if let Some(table) = &mut self.report
            && !table.is_done(failure.name())
        {
            table.add(failure.name(), &Row::NotRead(&failure.line()));
        }
    }

    /// A file for the table: files are read several at once, and judged in order.
    fn gather(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        if bytes.starts_with(b"PK") && matches!(input::read(&bytes), Found::Archive) {
            self.flush();
            return self.entries(name, io::Cursor::new(bytes));
        }
        self.seen += 1;
        if let Some(expected) = &mut self.expected {
            expected.of(name);
        }
        let full = self
            .report
            .as_mut()
            .is_some_and(|table| table.gather(name, bytes));
        if full {
            self.flush();
        }
        Ok(())
    }

    /// Judge what was gathered, and write its rows.
    fn flush(&mut self) {
        let gathered = self.report.as_mut().map(Writing::take_gathered);
        for (name, found) in gathered.unwrap_or_default() {
            match found {
                // A table takes every row; what cannot be written is told at the end.
                Found::Presented(presented) => {
                    let _ = self.judge(&name, &presented);
                }
                Found::Archive | Found::Other(_) => {
                    let words = match found {
                        Found::Other(words) => words,
                        _ => "an archive",
                    };
                    if let Some(table) = &mut self.report {
                        table.add(&name, &Row::PassedOver(&format!("this is {words}")));
                    }
                }
            }
        }
        if let Some(table) = &mut self.report {
            table.write();
        }
        if let (Some(progress), Some(table)) = (&mut self.progress, &self.report) {
            progress.show(table, self.world.err);
        }
    }

    fn finish(mut self) -> Result<Exit, Failure> {
        self.flush();
        if self.progress.is_some() {
            writeln!(self.world.err)?;
        }
        let Some(table) = self.report.take() else {
            return Ok(self.worst);
        };
        let done = table.finish()?;
        writeln!(self.world.out, "{}", done.words)?;
        if done.gone > 0 {
            let gone = done.gone;
            writeln!(
                self.world.err,
                "note: {gone} rows of the earlier run are of files that are not there any more"
            )?;
        }
        if let Some(expected) = self.expected.take() {
            expected.tell_the_rest(self.world.err)?;
        }
        Ok(self.worst.max(done.worst))
    }
}

/// Everything there is to read, at most 20 MiB; more is an error.
pub(super) fn bounded(from: &mut dyn Read, name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let one_more = u64::try_from(FILE_BYTES + 1).unwrap_or(u64::MAX);
    let read = from.take(one_more).read_to_end(&mut bytes);
    read.map_err(|source| Failure::Read {
        name: name.to_owned(),
        source,
    })?;
    match bytes.len() > FILE_BYTES {
        true => Err(Failure::TooLarge {
            name: name.to_owned(),
            mebibytes: FILE_BYTES >> 20,
        }),
        false => Ok(bytes),
    }
}
