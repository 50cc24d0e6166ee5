//! A batch on its way to paper: where it goes, in which order, in which look.

mod book;
mod folder;
mod lists;
mod progress;
mod style;
mod zip;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cheti_shared::limits::ROSTER_BYTES;
use indicatif::ProgressBar;
use serde_json::json;

use super::Session;
use super::args::{Format, Output, Style};
use super::failure::Failure;
use super::output::{bar, make_folder, read_file, write_whole};
use crate::app::error::AppError;
use crate::app::print_batch::PrintRun;
use crate::domain::batch::BatchId;
use crate::domain::ceremony::Order;
use crate::domain::print_kit::Restyle;

pub(crate) use folder::save;
pub(crate) use style::{design_file, read_design, restyle};

/// What is to be printed how; checked as far as it can be before there is a batch.
pub(crate) struct Job<'a> {
    session: &'a Session,
    output: &'a Output,
    order: Order,
    style: Restyle,
}

impl<'a> Job<'a> {
    pub(crate) fn new(
        session: &'a Session,
        output: &'a Output,
        style: &Style,
    ) -> Result<Self, Failure> {
        if output.marks && output.format != Format::Book {
            return Err(Failure::usage(
                "--marks belongs to --format book",
                "leave it out, or write a book",
            ));
        }
        let style = restyle(&*session.house.room, style)?;
        let order = order(&output.order)?;
        make_place(output)?;
        Ok(Self {
            session,
            output,
            order,
            style,
        })
    }

    /// Print the batch; `next` is what the officer does afterwards.
    pub(crate) fn carry_out(
        &self,
        batch: &BatchId,
        next: Option<&str>,
    ) -> Result<ExitCode, Failure> {
        let house = &self.session.house;
        let run = PrintRun::prepare(
            &house.desk,
            &*house.room,
            batch,
            &self.order,
            self.style.clone(),
        )?;
        let how = self.how();
        run.record("system", how)?;
        let printing = bar(run.papers.len() as u64, "printing");
        let written = self.write(&run, how, &printing)?;
        printing.finish_and_clear();
        let lists = match self.output.lists {
            true => lists::write(&run, &self.output.out, self.output.format)?,
            false => Vec::new(),
        };
        self.tell(&run, &written, &lists, next);
        Ok(ExitCode::SUCCESS)
    }

    /// As the journal says it.
    fn how(&self) -> &'static str {
        match (self.output.format, self.output.marks) {
            (Format::Folder, _) => "folder",
            (Format::Zip, _) => "zip",
            (Format::Book, false) => "book",
            (Format::Book, true) => "book with marks",
        }
    }

    fn write(
        &self,
        run: &PrintRun<'_>,
        how: &str,
        printing: &ProgressBar,
    ) -> Result<Vec<PathBuf>, Failure> {
        let out = &self.output.out;
        Ok(match self.output.format {
            Format::Folder => folder::write(run, how, out, printing)?,
            Format::Zip => zip::write(run, out, printing)?,
            Format::Book => book::write(run, how, out, self.output.marks, printing)?,
        })
    }

    fn tell(&self, run: &PrintRun<'_>, written: &[PathBuf], lists: &[PathBuf], next: Option<&str>) {
        let (count, places) = (run.papers.len(), named(written));
        let what = match self.output.format {
            Format::Folder | Format::Zip => {
                format!("{count} certificates are in {places}, each as PDF and JSON.")
            }
            Format::Book => format!("{count} certificates are in {places}, a page each."),
        };
        let mut lines = vec![super::batch::describe(&run.batch), what];
        if !run.left_out.is_empty() {
            lines.push(format!(
                "Left out, since they do not hold any more: {}.",
                run.left_out.join(", ")
            ));
        }
        if !lists.is_empty() {
            lines.push(format!("Lists: {}.", named(lists)));
        }
        lines.extend(next.map(str::to_owned));
        let answer = json!({
            "batch": run.batch,
            "certificates": count,
            "leftOut": run.left_out,
            "written": written,
            "lists": lists,
        });
        self.session.say(&lines.join("\n"), &answer);
    }
}

fn order(text: &str) -> Result<Order, Failure> {
    match text {
        "roster" => Ok(Order::Roster),
        "name" => Ok(Order::Name),
        file => {
            let path = Path::new(file);
            let octets = read_file(path, ROSTER_BYTES)?;
            let refused = |what: &str| {
                let message = format!("{file}, which --order names, {what}");
                Failure::usage(
                    message,
                    "write a certificate number or a name a line, in UTF-8",
                )
            };
            if octets.len() > ROSTER_BYTES {
                return Err(refused("is larger than 20 MiB"));
            }
            let text = String::from_utf8(octets).map_err(|_| refused("is not a text in UTF-8"))?;
            Ok(Order::File(text))
        }
    }
}

/// The folder that files go to must be there, and must be a folder.
fn make_place(output: &Output) -> Result<(), Failure> {
    let out = &output.out;
    if output.format == Format::Folder {
        return make_folder(out);
    }
    if out.is_dir() || out.file_name().is_none() {
        let message = format!("{} is a folder, and a file is to be written", out.display());
        return Err(Failure::usage(message, "name a file with --out"));
    }
    match out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => make_folder(folder),
        None => Ok(()),
    }
}

fn named(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    names.join(", ")
}

/// `path` with more at the end of its name.
fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(more);
    path.with_file_name(name)
}

/// A file could not be written.
fn not_written(path: &Path) -> impl Fn(std::io::Error) -> AppError {
    let path = path.display().to_string();
    move |source| AppError::Deliver {
        path: path.clone(),
        source,
    }
}

fn write_file(path: &Path, octets: &[u8]) -> Result<(), AppError> {
    write_whole(path, octets).map_err(not_written(path))
}
