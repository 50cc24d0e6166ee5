//! Back up a store into one encrypted file, and restore it: NDJSON inside an age file locked with a passphrase.
//!
//! The first line names the format and the time, then comes one line a record in ascending order of its key, then a
//! line with the number of records and the SHA-256 of all lines before it. `age -d` opens it without this program.
//! Neither direction holds more than one page of records in memory (scrypt takes 256 MiB for a moment beside that).

mod error;
mod line;

use std::io::{BufRead, BufReader, BufWriter, Read, Write};

use age::secrecy::SecretString;
use age::{Decryptor, Encryptor, scrypt};
use sha2::{Digest, Sha256};

use crate::app::ports::store::{Collection, Commit, Expect, Key, Store};

pub use self::error::ArchiveError;
use self::error::{broken, locked};
pub use self::line::Fault;
use self::line::{Line, MAX_LINE_OCTETS};

/// The format of the archives that this program writes.
const FORMAT: u32 = 1;
/// The most work an archive may demand of its reader: 2^20, 1 GiB and some seconds.
const MAX_WORK: u8 = 20;
/// A restore commits after this many records or octets.
const CHUNK_RECORDS: usize = 500;
const CHUNK_OCTETS: usize = 4 << 20;

/// What locks an archive.
#[derive(Clone)]
pub struct Passphrase {
    words: SecretString,
    work: u8,
}

impl Passphrase {
    /// A passphrase with age's usual work factor of 2^18, about a second for each guess.
    pub fn new(words: String) -> Self {
        Self {
            words: words.into(),
            work: 18,
        }
    }

    /// The same with work factor 2^`log_n` for what it writes; 1 to 20, anything beyond is brought within.
    pub fn with_work_factor(self, log_n: u8) -> Self {
        Self {
            work: log_n.clamp(1, MAX_WORK),
            ..self
        }
    }
}

/// What an archive holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// When it was made, as its maker gave it.
    pub made: String,
    /// The number of records.
    pub records: u64,
    /// The SHA-256 of its lines, in hexadecimal; also the archive's last line.
    pub sha256: String,
}

/// Write every record of `store`, as of one moment, to `out`. `made` is the time to note, RFC 3339.
///
/// Commits to the store wait meanwhile. The caller makes the file durable and gives it its name afterwards.
pub fn write_archive(
    store: &dyn Store,
    passphrase: &Passphrase,
    made: &str,
    out: impl Write,
) -> Result<Contents, ArchiveError> {
    let mut recipient = scrypt::Recipient::new(passphrase.words.clone());
    recipient.set_work_factor(passphrase.work);
    let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))?;
    let encrypted = encryptor
        .wrap_output(BufWriter::new(out))
        .map_err(ArchiveError::Write)?;
    let mut writer = Writer {
        out: encrypted,
        hash: Sha256::new(),
        records: 0,
    };

    let mut written = Ok(());
    store.hold_still(&mut || {
        written = writer.everything(store, made);
        Ok(())
    })?;
    written?;
    let contents = Contents {
        made: made.to_owned(),
        records: writer.records,
        sha256: hex(&writer.hash),
    };
    writer.line(&Line::Trailer {
        records: contents.records,
        sha256: contents.sha256.clone(),
    })?;
    writer
        .out
        .finish()
        .and_then(|mut out| out.flush())
        .map_err(ArchiveError::Write)?;
    Ok(contents)
}

/// Read a whole archive and check everything in it, without a store.
pub fn check_archive(input: impl Read, passphrase: &Passphrase) -> Result<Contents, ArchiveError> {
    Reader::open(input, passphrase)?.read(|_| Ok(()))
}

/// Put every record of an archive into `into`, which must be empty.
///
/// Records are written as they are read; a fault found after that is [`ArchiveError::Partial`], and the store is then
/// to be thrown away. Whoever can read the input twice calls [`check_archive`] first and meets this only if the store
/// fails.
pub fn read_archive(
    input: impl Read,
    passphrase: &Passphrase,
    into: &dyn Store,
) -> Result<Contents, ArchiveError> {
    for collection in Collection::ALL {
        if !into.scan(collection, b"", None, 1)?.is_empty() {
            return Err(ArchiveError::NotEmpty);
        }
    }
    let mut chunk = Chunk::default();
    let mut written = 0;
    let read = Reader::open(input, passphrase)?.read(|(key, value)| {
        if chunk.is_full() {
            written += chunk.commit(into)?;
        }
        chunk.octets += key.id.len() + value.len();
        chunk.records.push((key, value));
        Ok(())
    });
    let finished = read.and_then(|contents| {
        written += chunk.commit(into)?;
        Ok(contents)
    });
    finished.map_err(|source| match written {
        0 => source,
        _ => ArchiveError::Partial {
            written,
            source: Box::new(source),
        },
    })
}

/// Records on their way into a store.
#[derive(Default)]
struct Chunk {
    records: Vec<(Key, Vec<u8>)>,
    octets: usize,
}

impl Chunk {
    fn is_full(&self) -> bool {
        self.records.len() >= CHUNK_RECORDS || self.octets >= CHUNK_OCTETS
    }

    /// Write and forget them; how many there were.
    fn commit(&mut self, into: &dyn Store) -> Result<u64, ArchiveError> {
        let puts = std::mem::take(self).records;
        let count = puts.len() as u64;
        let expects = puts
            .iter()
            .map(|(key, _)| Expect::Absent(key.clone()))
            .collect();
        into.commit(Commit {
            expects,
            puts,
            removes: Vec::new(),
        })?;
        Ok(count)
    }
}

struct Writer<W: Write> {
    out: age::stream::StreamWriter<W>,
    hash: Sha256,
    records: u64,
}

impl<W: Write> Writer<W> {
    fn everything(&mut self, store: &dyn Store, made: &str) -> Result<(), ArchiveError> {
        self.line(&Line::Header {
            format: FORMAT,
            made: made.to_owned(),
        })?;
        for collection in Collection::ALL {
            let mut after: Option<Vec<u8>> = None;
            loop {
                let page = store.scan(collection, b"", after.as_deref(), CHUNK_RECORDS)?;
                let Some((last, _)) = page.last() else { break };
                after = Some(last.clone());
                for (id, value) in page {
                    self.line(&Line::record(&Key::new(collection, id), value))?;
                    self.records += 1;
                }
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &Line) -> Result<(), ArchiveError> {
        let text = line
            .encode()
            .map_err(|error| ArchiveError::Write(error.into()))?;
        self.hash.update(&text);
        self.out.write_all(&text).map_err(ArchiveError::Write)
    }
}

struct Reader<R: Read> {
    input: BufReader<age::stream::StreamReader<BufReader<R>>>,
    hash: Sha256,
    line: u64,
}

impl<R: Read> Reader<R> {
    fn open(input: R, passphrase: &Passphrase) -> Result<Self, ArchiveError> {
        let decryptor = Decryptor::new_buffered(BufReader::new(input)).map_err(locked)?;
        if !decryptor.is_scrypt() {
            return Err(ArchiveError::NotAnArchive);
        }
        let mut identity = scrypt::Identity::new(passphrase.words.clone());
        identity.set_max_work_factor(MAX_WORK);
        let plain = decryptor
            .decrypt(std::iter::once(&identity as &dyn age::Identity))
            .map_err(locked)?;
        Ok(Self {
            input: BufReader::new(plain),
            hash: Sha256::new(),
            line: 0,
        })
    }

    /// Give every record to `take` and check the archive's order, count and hash.
    fn read(
        mut self,
        mut take: impl FnMut((Key, Vec<u8>)) -> Result<(), ArchiveError>,
    ) -> Result<Contents, ArchiveError> {
        let made = self.header()?;
        let mut records = 0;
        let mut previous: Option<Key> = None;
        loop {
            let before = self.hash.clone();
            match self.next()? {
                Line::Record {
                    collection,
                    id,
                    value,
                } => {
                    let (key, value) = line::decoded(collection, &id, value)
                        .map_err(|fault| self.malformed(fault))?;
                    if previous.is_some_and(|previous| previous >= key) {
                        return Err(self.malformed(Fault::Order));
                    }
                    previous = Some(key.clone());
                    records += 1;
                    take((key, value))?;
                }
                Line::Trailer {
                    records: counted,
                    sha256,
                } if counted == records && sha256 == hex(&before) => {
                    self.end()?;
                    return Ok(Contents {
                        made,
                        records,
                        sha256,
                    });
                }
                Line::Trailer { .. } => return Err(self.malformed(Fault::Sum)),
                Line::Header { .. } => return Err(self.malformed(Fault::Order)),
            }
        }
    }

    fn header(&mut self) -> Result<String, ArchiveError> {
        let text = self.text()?;
        let format = line::format(&text).ok_or_else(|| self.malformed(Fault::Header))?;
        if format != FORMAT {
            return Err(ArchiveError::Newer {
                found: format,
                known: FORMAT,
            });
        }
        match Line::decode(&text) {
            Ok(Line::Header { made, .. }) => Ok(made),
            _ => Err(self.malformed(Fault::Header)),
        }
    }

    fn next(&mut self) -> Result<Line, ArchiveError> {
        let text = self.text()?;
        Line::decode(&text).map_err(|fault| self.malformed(fault))
    }

    /// The next line's text.
    fn text(&mut self) -> Result<Vec<u8>, ArchiveError> {
        self.line += 1;
        let mut text = Vec::new();
        let limited = (&mut self.input).take(MAX_LINE_OCTETS);
        let octets = { limited }.read_until(b'\n', &mut text).map_err(broken)?;
        match text.last() {
            Some(b'\n') => {}
            _ if octets as u64 == MAX_LINE_OCTETS => {
                return Err(self.malformed(Fault::Length));
            }
            _ => return Err(self.malformed(Fault::End)),
        }
        self.hash.update(&text);
        Ok(text)
    }

    fn end(&mut self) -> Result<(), ArchiveError> {
        match self.input.fill_buf().map_err(broken)? {
            [] => Ok(()),
            _ => {
                self.line += 1;
                Err(self.malformed(Fault::Trailing))
            }
        }
    }

    fn malformed(&self, fault: Fault) -> ArchiveError {
        ArchiveError::Malformed {
            line: self.line,
            fault,
        }
    }
}

fn hex(hash: &Sha256) -> String {
    hash.clone()
        .finalize()
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect()
}

#[cfg(test)]
mod tests;
