//! `check --report`: a table of all files, one row each, that an interrupted run goes on with.
//!
//! Rows are appended to `NAME.unfinished`, which becomes `NAME` when all files are done. What a run finds there it does
//! not do again; a row that was cut off in its middle is written anew.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;

use cheti_verifier_core::report::{Report, Verdict};
use serde_json::{Value, json};

use super::{Exit, Failure};
use crate::decision::{Decision, Judged};
use crate::input::{self, Read as Found};
use crate::present::shown;
use crate::table;

/// Files that are read at once by one core before their rows are written, and their octets altogether.
const GATHERED_FILES: usize = 8;
const GATHERED_BYTES: usize = 64 << 20;

/// What came of one file.
pub(super) enum Row<'a> {
    /// It was judged.
    Report(&'a Report),
    /// It was judged and compared with what was expected.
    Judged(&'a Judged),
    /// It could not be read, and why.
    NotRead(&'a str),
    /// It is of a kind that is not checked: which.
    PassedOver(&'a str),
}

/// What came of files, from best to worst: by their verdicts, or by the decisions where something was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    Good,
    PassedOver,
    Open,
    Bad,
    NotRead,
}

impl Came {
    const ALL: [Self; 5] = [
        Self::Good,
        Self::PassedOver,
        Self::Open,
        Self::Bad,
        Self::NotRead,
    ];

    fn of(row: &Row<'_>) -> Self {
        match row {
            Row::Report(report) => match report.verdict {
                Verdict::Valid => Self::Good,
                Verdict::Undecided => Self::Open,
                Verdict::Invalid => Self::Bad,
            },
            Row::Judged(judged) => match judged.decision {
                Decision::Accept => Self::Good,
                Decision::Review => Self::Open,
                Decision::Reject => Self::Bad,
            },
            Row::NotRead(_) => Self::NotRead,
            Row::PassedOver(_) => Self::PassedOver,
        }
    }

    /// What came of the row that has this decision, where something was expected, and this verdict.
    fn read(decision: Option<&str>, verdict: &str) -> Option<Self> {
        let [not_judged, judged] = [
            [Self::PassedOver, Self::NotRead].as_slice(),
            &[Self::Good, Self::Open, Self::Bad],
        ];
        let find = |among: &[Self], compared, text| {
            let has = |came: &&Self| came.words(compared) == text;
            among.iter().find(has).copied()
        };
        find(not_judged, false, verdict)
            .or_else(|| find(judged, decision.is_some(), decision.unwrap_or(verdict)))
    }

    fn words(self, compared: bool) -> &'static str {
        match (self, compared) {
            (Self::Good, false) => table::verdict(Verdict::Valid),
            (Self::Good, true) => table::decision(Decision::Accept),
            (Self::PassedOver, _) => table::PASSED_OVER,
            (Self::Open, false) => table::verdict(Verdict::Undecided),
            (Self::Open, true) => table::decision(Decision::Review),
            (Self::Bad, false) => table::verdict(Verdict::Invalid),
            (Self::Bad, true) => table::decision(Decision::Reject),
            (Self::NotRead, _) => table::NOT_READ,
        }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Good | Self::PassedOver => Exit::Done,
            Self::Open => Exit::Undecided,
            Self::Bad => Exit::Invalid,
            Self::NotRead => Exit::Trouble,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Csv,
    Json,
    Lines,
}

/// How a table is written.
#[derive(Clone, Copy, Debug)]
struct Form {
    kind: Kind,
    /// Whether rows say how what was expected compares.
    compared: bool,
}

/// A table that is being written.
pub(super) struct Writing {
    form: Form,
    path: PathBuf,
    unfinished: PathBuf,
    file: File,
    /// How many rows of each file the earlier run wrote that this one has not come upon.
    before: HashMap<String, usize>,
    counts: [usize; Came::ALL.len()],
    gathered: Vec<(String, Vec<u8>)>,
    rows: Vec<u8>,
    /// What could not be written; nothing is written after it.
    broken: Option<io::Error>,
}

/// How a table ended.
pub(super) struct Finished {
    /// What was done, for a person.
    pub(super) words: String,
    /// The worst of its rows.
    pub(super) worst: Exit,
    /// Rows of files that are not there any more.
    pub(super) gone: usize,
}

impl Writing {
    /// Begin a table, or go on with the unfinished one; whether its rows are compared with what is expected.
    pub(super) fn open(path: &Path, compared: bool) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let extension = path.extension().map(|text| text.to_ascii_lowercase());
        let kind = match extension.as_ref().and_then(|text| text.to_str()) {
            Some("csv") => Kind::Csv,
            Some("json") => Kind::Json,
            Some("ndjson") => Kind::Lines,
            _ => return Err(Failure::ReportKind { name }),
        };
        if path.exists() {
            return Err(Failure::ReportThere { name });
        }
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".unfinished");
        let unfinished = PathBuf::from(unfinished);
        let refuse = |error| Failure::read(&unfinished, error);
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&unfinished);
        let file = file.map_err(refuse)?;
        if file.try_lock().is_err() {
            return Err(Failure::ReportInUse { name });
        }
        let mut writing = Self {
            form: Form { kind, compared },
            path: path.to_owned(),
            file,
            before: HashMap::new(),
            counts: [0; Came::ALL.len()],
            gathered: Vec::new(),
            rows: Vec::new(),
            broken: None,
            unfinished: unfinished.clone(),
        };
        let known = writing.take_up().map_err(refuse)?;
        if !known {
            let name = unfinished.display().to_string();
            return Err(Failure::ReportForeign { name });
        }
        Ok(writing)
    }

    /// Read what an earlier run wrote, without a last row that is not whole. Whether it is such a table.
    fn take_up(&mut self) -> io::Result<bool> {
        let whole = whole_rows(&mut self.file)?;
        self.file.set_len(whole)?;
        let heading = heading(self.form)?;
        if whole == 0 {
            self.file.write_all(&heading)?;
            return Ok(true);
        }
        self.file.seek(SeekFrom::Start(0))?;
        let mut start = vec![0; heading.len()];
        if self.file.read_exact(&mut start).is_err() || start != heading {
            return Ok(false);
        }
        for row in rows_of(self.form, BufReader::new(&self.file)) {
            let Some((name, came)) = row? else {
                return Ok(false);
            };
            self.counts[came as usize] += 1;
            *self.before.entry(name).or_default() += 1;
        }
        Ok(true)
    }

    /// Whether `path` is this table itself.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        same_file(&self.unfinished, path)
    }

    /// Whether the earlier run wrote a row of this file: as many rows as it wrote, so many files of that name are done.
    pub(super) fn is_done(&mut self, name: &str) -> bool {
        match self.before.get_mut(&file_cell(name)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Keep a file to be read with others, unless it is done; whether it is time to read them.
    pub(super) fn gather(&mut self, name: &str, bytes: Vec<u8>) -> bool {
        if self.is_done(name) {
            return false;
        }
        self.gathered.push((name.to_owned(), bytes));
        let octets: usize = self.gathered.iter().map(|(_, bytes)| bytes.len()).sum();
        self.gathered.len() >= GATHERED_FILES * cores() || octets >= GATHERED_BYTES
    }

    /// What was gathered, read on all cores, in order.
    pub(super) fn take_gathered(&mut self) -> Vec<(String, Found)> {
        let files = std::mem::take(&mut self.gathered);
        let share = files.len().div_ceil(cores()).max(1);
        let read = |files: &[(String, Vec<u8>)]| -> Vec<(String, Found)> {
            let read = |(name, bytes): &(String, Vec<u8>)| (name.clone(), input::read(bytes));
            files.iter().map(read).collect()
        };
        thread::scope(|scope| {
            let shares: Vec<_> = files
                .chunks(share)
                .map(|files| (files, scope.spawn(move || read(files))))
                .collect();
            // A share whose thread failed is read once more, here.
            shares
                .into_iter()
                .flat_map(|(files, shared)| shared.join().unwrap_or_else(|_| read(files)))
                .collect()
        })
    }

    /// Add a row; [`Self::write`] writes it.
    pub(super) fn add(&mut self, name: &str, row: &Row<'_>) {
        self.counts[Came::of(row) as usize] += 1;
        match written(self.form, name, row) {
            Ok(octets) => self.rows.extend(octets),
            Err(error) => self.broken = Some(error),
        }
    }

    /// Write the rows that were added.
    pub(super) fn write(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if self.broken.is_none()
            && let Err(error) = self.file.write_all(&rows)
        {
            self.broken = Some(error);
        }
    }

    /// How many rows there are, and how many of them are bad, in words.
    pub(super) fn so_far(&self) -> (usize, String) {
        let bad = self.counts[Came::Bad as usize];
        let words = Came::Bad.words(self.form.compared).to_lowercase();
        (self.counts.iter().sum(), format!("{bad} {words}"))
    }

    /// Give the table its name.
    pub(super) fn finish(mut self) -> Result<Finished, Failure> {
        self.write();
        if let Some(error) = self.broken.take() {
            return Err(Failure::Write(error));
        }
        match self.form.kind {
            Kind::Json => self.write_array()?,
            Kind::Csv | Kind::Lines => {
                self.file.sync_all()?;
                fs::rename(&self.unfinished, &self.path)?;
            }
        }
        let counted = Came::ALL.into_iter().zip(self.counts);
        let counted = counted.filter(|(_, count)| *count > 0);
        let words = |came: Came| came.words(self.form.compared).to_lowercase();
        let parts: Vec<String> = counted
            .clone()
            .map(|(came, count)| format!("{count} {}", words(came)))
            .collect();
        let (rows, _) = self.so_far();
        let path = shown(&self.path.display().to_string());
        Ok(Finished {
            words: format!("{rows} files: {}. Written to {path}", parts.join(", ")),
            worst: counted
                .map(|(came, _)| came.exit())
                .max()
                .unwrap_or(Exit::Done),
            gone: self.before.values().sum(),
        })
    }

    /// The rows as one JSON array.
    fn write_array(&mut self) -> io::Result<()> {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".writing");
        let name = PathBuf::from(name);
        let mut array = io::BufWriter::new(File::create(&name)?);
        self.file.seek(SeekFrom::Start(0))?;
        let mut separator = "[\n";
        for row in BufReader::new(&self.file).lines() {
            write!(array, "{separator}{}", row?)?;
            separator = ",\n";
        }
        let end = if separator == "[\n" { "[]\n" } else { "\n]\n" };
        array.write_all(end.as_bytes())?;
        array
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()?;
        fs::rename(&name, &self.path)?;
        fs::remove_file(&self.unfinished)
    }
}

/// Whether two paths lead to one file.
pub(super) fn same_file(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// How many octets the whole rows have.
fn whole_rows(file: &mut File) -> io::Result<u64> {
    const STEP: u64 = 64 << 10;
    let mut end = file.seek(SeekFrom::End(0))?;
    while end > 0 {
        let start = end.saturating_sub(STEP);
        file.seek(SeekFrom::Start(start))?;
        let mut octets = Vec::new();
        (&mut *file).take(end - start).read_to_end(&mut octets)?;
        if let Some(last) = octets.iter().rposition(|octet| *octet == b'\n') {
            return Ok(start + last as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

fn heading(form: Form) -> io::Result<Vec<u8>> {
    let compared: &[&str] = match form.compared {
        true => &table::COMPARED_COLUMNS,
        false => &[],
    };
    match form.kind {
        Kind::Csv => {
            let row = table::row(&[&["File"][..], compared, &table::COLUMNS].concat())?;
            Ok([table::BYTE_ORDER_MARK.as_bytes(), &row].concat())
        }
        Kind::Json | Kind::Lines => Ok(Vec::new()),
    }
}

/// The file's name as it stands in a cell.
fn file_cell(name: &str) -> String {
    table::safe(name)
}

fn written(form: Form, name: &str, row: &Row<'_>) -> io::Result<Vec<u8>> {
    let file = file_cell(name);
    if form.kind == Kind::Csv {
        let (compared, cells) = match row {
            Row::Report(report) => (Vec::new(), table::cells(report, &[])),
            Row::Judged(judged) => (
                table::compared_cells(judged),
                table::cells(&judged.report, &[]),
            ),
            Row::NotRead(why) | Row::PassedOver(why) => {
                let verdict = Came::of(row).words(form.compared);
                let cells = table::cells_without_report(verdict, why);
                (undecided(form, row), cells)
            }
        };
        return table::row(&[vec![file], compared, cells].concat());
    }
    let mut line = match row {
        Row::Report(report) => serde_json::to_value(report)?,
        Row::Judged(judged) => serde_json::to_value(judged)?,
        Row::NotRead(why) => json!({"notRead": why}),
        Row::PassedOver(why) => json!({"passedOver": why}),
    };
    if form.compared && matches!(row, Row::NotRead(_)) {
        line["decision"] = json!(Decision::Review);
    }
    line["file"] = file.into();
    Ok(format!("{line}\n").into_bytes())
}

/// The cells of what was compared for a file that was not: a person must look at one that could not be read.
fn undecided(form: Form, row: &Row<'_>) -> Vec<String> {
    if !form.compared {
        return Vec::new();
    }
    match row {
        Row::NotRead(_) => table::compared_cells_not_read(),
        _ => vec![String::new(); table::COMPARED_COLUMNS.len()],
    }
}

/// Each row that was written: its file and what came of it; nothing where it is no such row.
type Written = io::Result<Option<(String, Came)>>;

fn rows_of<'a>(form: Form, file: impl io::Read + 'a) -> Box<dyn Iterator<Item = Written> + 'a> {
    if form.kind == Kind::Csv {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(file);
        return Box::new(reader.into_records().map(move |record| {
            let record = record?;
            let verdict = match form.compared {
                true => 1 + table::COMPARED_COLUMNS.len(),
                false => 1,
            };
            let decision = form.compared.then(|| record.get(1)).flatten();
            let came = record
                .get(verdict)
                .and_then(|verdict| Came::read(decision, verdict));
            Ok(record.get(0).map(str::to_owned).zip(came))
        }));
    }
    Box::new(BufReader::new(file).lines().map(move |line| {
        let line = serde_json::from_str::<Value>(&line?).unwrap_or_default();
        let of_report = match form.compared {
            true => line["decision"].as_str(),
            false if line.get("decision").is_some() => None,
            false => line["verdict"].as_str(),
        };
        let came = match of_report {
            _ if line.get("passedOver").is_some() => Some(Came::PassedOver),
            _ if line.get("notRead").is_some() => Some(Came::NotRead),
            Some("accept" | "valid") => Some(Came::Good),
            Some("review" | "undecided") => Some(Came::Open),
            Some("reject" | "invalid") => Some(Came::Bad),
            _ => None,
        };
        Ok(line["file"].as_str().map(str::to_owned).zip(came))
    }))
}
