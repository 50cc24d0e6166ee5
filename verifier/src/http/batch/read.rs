//! From a batch's octets to its items, in chunks: lines of JSON, rows of a table, files of an archive.

use std::io::{self, BufReader, Read as _, Seek as _};

use cheti_shared::ids::Digest;
use cheti_shared::limits::CREDENTIAL_BYTES;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::super::problem::Problem;
use super::spool::Reader;
use crate::compare::Expected;
use crate::rows::expected::Expectations;
use crate::rows::{self, Columns, Fault, Record, Records, Subject};
use crate::scan::{self, Entry, ScanError};

/// The table among the files of an archive that says what is expected of the others.
const EXPECTED: &str = "expected.csv";

/// Most items of a chunk, and octets before it is given on.
const CHUNK_ITEMS: usize = 32;
const CHUNK_BYTES: usize = 256 << 10;
/// Most octets of one line of JSON: a credential, what is expected, an id.
const LINE_BYTES: usize = CREDENTIAL_BYTES + (64 << 10);

/// How a batch is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A JSON object a line.
    Lines,
    /// CSV with a header.
    Table,
    /// A ZIP archive of files.
    Archive,
}

/// An item as it was sent.
#[derive(Debug)]
pub(super) enum Raw {
    /// A line, not yet parsed.
    Line(Vec<u8>),
    /// A row: the text of a code and what is expected.
    Row {
        /// Its id, if it has one.
        id: Option<Value>,
        /// The text.
        qr: String,
        /// What to compare.
        expected: Expected,
    },
    /// A file of an archive, by its name, and what is expected of it.
    File(Entry, Expected),
    /// What could not be read.
    Refused {
        /// Its id, if it has one.
        id: Option<Value>,
        /// Why.
        problem: Problem,
    },
}

impl Raw {
    fn octets(&self) -> usize {
        match self {
            Self::Line(line) => line.len(),
            Self::Row { qr, .. } => qr.len(),
            Self::File(entry, _) => entry.bytes.len(),
            Self::Refused { .. } => 0,
        }
    }
}

impl Raw {
    /// SHA-256 of what was presented: a line or a file as it is, or the text of a row's code.
    pub(super) fn digest(&self) -> Digest {
        match self {
            Self::Line(line) => Digest::of(line),
            Self::Row { qr, .. } => Digest::of(qr.as_bytes()),
            Self::File(entry, _) => Digest::of(&entry.bytes),
            Self::Refused { .. } => Digest::of(&[]),
        }
    }
}

/// Items that are judged together.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The number of the first, from 1.
    pub(super) first: u64,
    /// The items.
    pub(super) items: Vec<Raw>,
}

/// What the reader tells of.
#[derive(Debug)]
pub(super) enum Told {
    /// Items to judge.
    Chunk(Chunk),
    /// There are no more: all was read, with these columns passed over, or reading ended early.
    End(Result<Vec<String>, Problem>),
}

/// Read a batch to its end. `begin` is told once whether it can be read at all.
pub(super) fn read(
    kind: Kind,
    reader: Reader,
    limit: u64,
    begin: oneshot::Sender<Result<(), Problem>>,
    told: &mpsc::Sender<Told>,
) {
    let mut teller = Teller {
        told,
        limit,
        next: 1,
        items: Vec::new(),
        octets: 0,
    };
    let done = match kind {
        Kind::Lines => {
            let _ = begin.send(Ok(()));
            lines(reader, &mut teller)
        }
        Kind::Table => table(reader, begin, &mut teller),
        Kind::Archive => archive(reader, begin, &mut teller),
    };
    let end = match done {
        Ok(passed_over) => Ok(passed_over),
        Err(Stop::Problem(problem)) => Err(problem),
        Err(Stop::NobodyListens) => return,
    };
    if teller.send().is_ok() {
        let _ = told.blocking_send(Told::End(end));
    }
}

/// Why reading ends early.
enum Stop {
    Problem(Problem),
    NobodyListens,
}

/// Gathers items into chunks.
struct Teller<'a> {
    told: &'a mpsc::Sender<Told>,
    limit: u64,
    next: u64,
    items: Vec<Raw>,
    octets: usize,
}

impl Teller<'_> {
    fn tell(&mut self, item: Raw) -> Result<(), Stop> {
        let number = self.next + self.items.len() as u64;
        if number > self.limit {
            let limit = self.limit;
            let detail = format!(
                "at most {limit} items in one batch; item {number} and all after it were not checked: send them as another"
            );
            return Err(Stop::Problem(Problem::BatchTooLarge(detail)));
        }
        self.octets += item.octets();
        self.items.push(item);
        match self.items.len() >= CHUNK_ITEMS || self.octets >= CHUNK_BYTES {
            true => self.send(),
            false => Ok(()),
        }
    }

    /// Give on what was gathered.
    fn send(&mut self) -> Result<(), Stop> {
        if self.items.is_empty() {
            return Ok(());
        }
        let chunk = Chunk {
            first: self.next,
            items: std::mem::take(&mut self.items),
        };
        self.next += chunk.items.len() as u64;
        self.octets = 0;
        let sent = self.told.blocking_send(Told::Chunk(chunk));
        sent.map_err(|_| Stop::NobodyListens)
    }
}

fn lines(reader: Reader, teller: &mut Teller<'_>) -> Result<Vec<String>, Stop> {
    let mut records = Records::new(
        BufReader::with_capacity(64 << 10, reader),
        LINE_BYTES,
        false,
    );
    while let Some(record) = next(&mut records, teller)? {
        teller.tell(match record {
            Record::Whole(line) => Raw::Line(line),
            Record::TooLong => Raw::Refused {
                id: None,
                problem: Problem::ItemTooLarge(format!("at most {LINE_BYTES} octets a line")),
            },
        })?;
    }
    Ok(Vec::new())
}

fn table(
    reader: Reader,
    begin: oneshot::Sender<Result<(), Problem>>,
    teller: &mut Teller<'_>,
) -> Result<Vec<String>, Stop> {
    let buffered = BufReader::with_capacity(64 << 10, reader);
    let mut records = Records::new(buffered, rows::ROW_BYTES, true);
    let header = match next(&mut records, teller)? {
        Some(Record::Whole(header)) => Columns::of(&header, Subject::Qr),
        Some(Record::TooLong) | None => Err(Subject::Qr.no_header()),
    };
    let columns = match header {
        Ok(columns) => columns,
        Err(detail) => {
            let _ = begin.send(Err(Problem::BadRequest(detail)));
            return Err(Stop::NobodyListens);
        }
    };
    let _ = begin.send(Ok(()));
    while let Some(record) = next(&mut records, teller)? {
        teller.tell(match record {
            Record::Whole(row) => code(columns.row(&row)),
            Record::TooLong => Raw::Refused {
                id: None,
                problem: Problem::ItemTooLarge(rows::too_long()),
            },
        })?;
    }
    Ok(columns.passed_over)
}

/// The item of a row of codes.
fn code(row: Result<rows::Row, Fault>) -> Raw {
    match row {
        Ok(row) => Raw::Row {
            id: row.id.map(Value::from),
            qr: row.subject,
            expected: row.expected,
        },
        Err(fault) => refused(fault.id, fault.detail),
    }
}

fn refused(id: Option<String>, detail: String) -> Raw {
    Raw::Refused {
        id: id.map(Value::from),
        problem: Problem::BadRequest(detail),
    }
}

/// The next record. What was gathered is given on before waiting for more to come.
fn next(
    records: &mut Records<BufReader<Reader>>,
    teller: &mut Teller<'_>,
) -> Result<Option<Record>, Stop> {
    if !records.reader.buffer().contains(&b'\n') {
        teller.send()?;
    }
    records
        .next()
        .map_err(|error| stop(&error, records.reader.get_ref()))
}

fn stop(error: &io::Error, reader: &Reader) -> Stop {
    Stop::Problem(reader.problem().unwrap_or_else(|| {
        tracing::error!(error = %error, "a batch could not be read from the temporary folder");
        Problem::Internal
    }))
}

fn archive(
    mut reader: Reader,
    begin: oneshot::Sender<Result<(), Problem>>,
    teller: &mut Teller<'_>,
) -> Result<Vec<String>, Stop> {
    let mut start = [0; 4];
    let read = reader.read_exact(&mut start).and_then(|()| reader.rewind());
    if read.is_err() || !(start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06")) {
        let detail = "this is no ZIP archive".to_owned();
        let _ = begin.send(Err(Problem::BadRequest(detail)));
        return Err(Stop::NobodyListens);
    }
    let _ = begin.send(Ok(()));
    reader.wait_for_all().map_err(Stop::Problem)?;
    let damaged = |error: ScanError| Stop::Problem(Problem::BadRequest(error.to_string()));
    let mut archive = scan::archive(BufReader::new(reader)).map_err(damaged)?;
    let table = archive.file(EXPECTED).map_err(damaged)?;
    let in_table = |detail: String| format!("{EXPECTED}: {detail}");
    let (mut expectations, wrong, passed_over) = match table {
        Some(table) => Expectations::read(&table.bytes)
            .map_err(|detail| Stop::Problem(Problem::BadRequest(in_table(detail))))?,
        None => Default::default(),
    };
    for fault in wrong {
        teller.tell(refused(fault.id, in_table(fault.detail)))?;
    }
    for entry in archive.entries().map_err(damaged)? {
        match entry {
            Ok(entry) if entry.name == EXPECTED => {}
            Ok(entry) => {
                let expected = expectations.of([entry.name.as_str()]);
                teller.tell(Raw::File(entry, expected))?;
            }
            Err(error) => match of_one_file(&error) {
                Some(raw) => teller.tell(raw)?,
                None => return Err(damaged(error)),
            },
        }
    }
    for file in expectations.not_there() {
        let detail = in_table("the file is not in the archive, as its row writes it".to_owned());
        teller.tell(refused(Some(file.to_owned()), detail))?;
    }
    Ok(passed_over)
}

/// What is wrong with one file of an archive leaves the others to be judged.
fn of_one_file(error: &ScanError) -> Option<Raw> {
    let (name, too_large) = match error {
        ScanError::EntryTooLarge { name, .. } => (name, true),
        ScanError::EncryptedEntry { name }
        | ScanError::DamagedEntry { name }
        | ScanError::NestedArchive { name } => (name, false),
        _ => return None,
    };
    let detail = error.to_string();
    Some(Raw::Refused {
        id: Some(name.as_str().into()),
        problem: match too_large {
            true => Problem::ItemTooLarge(detail),
            false => Problem::Unsupported(detail),
        },
    })
}
