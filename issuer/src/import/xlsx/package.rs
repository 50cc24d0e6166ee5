//! The ZIP package of a workbook: finding its parts and streaming their XML under limits.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use thiserror::Error;
use zip::ZipArchive;

use crate::domain::roster::{Limit, ReadError};
use crate::import::sheet::{MAX_UNZIPPED_OCTETS, over};

/// The most files that a package may list.
const MAX_PARTS: usize = 2_000;
/// The most octets between two marks of the XML: longer than any cell that we keep.
const MAX_XML_PIECE: usize = 256 * 1024;

/// A package whose directory was walked, with what may still be unpacked from it.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    left: Cell<u64>,
}

/// A link from one part to another.
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of the relation's type, e.g. `worksheet`.
    pub(super) kind: String,
    /// The path in the package.
    pub(super) target: String,
}

impl<'a> Package<'a> {
    /// Walks the directory: refuses a package that has, or admits to, too much. What it does not admit to is counted
    /// while unpacking.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        // Before the library keeps an entry for each: every file in the directory begins with this signature.
        if memchr::memmem::find_iter(bytes, b"PK\x01\x02")
            .take(MAX_PARTS + 1)
            .count()
            > MAX_PARTS
        {
            return Err(over(Limit::Parts, MAX_PARTS));
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| damaged("the ZIP directory", &error))?;
        let mut declared = 0_u64;
        for index in 0..archive.len() {
            let file = archive
                .by_index_raw(index)
                .map_err(|error| damaged("the ZIP directory", &error))?;
            declared = declared.saturating_add(file.size());
        }
        if declared > MAX_UNZIPPED_OCTETS {
            return Err(unzipped());
        }
        Ok(Self {
            archive,
            left: Cell::new(MAX_UNZIPPED_OCTETS),
        })
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.index(path).is_some()
    }

    /// The names of parts do not distinguish capitals (ECMA-376 part 2), and some writers use backslashes.
    fn index(&self, path: &str) -> Option<usize> {
        let same = |name: &str| {
            name.replace('\\', "/")
                .trim_start_matches('/')
                .eq_ignore_ascii_case(path)
        };
        (0..self.archive.len()).find(|&index| {
            self.archive
                .name_for_index(index)
                .is_some_and(|name| name.is_ok_and(|name| same(&name)))
        })
    }

    /// Opens a part as a stream of XML.
    pub(super) fn part(&mut self, path: &str) -> Result<Part<'_>, ReadError> {
        let index = self.index(path).ok_or_else(|| missing(path))?;
        let file = self
            .archive
            .by_index(index)
            .map_err(|error| damaged(path, &error))?;
        let counted = Counted {
            file: Box::new(file),
            left: &self.left,
        };
        let mut xml = Reader::from_reader(Pieces {
            inner: BufReader::new(counted),
            taken: 0,
        });
        let config = xml.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Ok(Part {
            path: path.to_owned(),
            xml,
            buffer: Vec::with_capacity(4096),
        })
    }

    /// The path of the main part.
    pub(super) fn workbook_path(&mut self) -> Result<String, ReadError> {
        let relations = self.relations("")?;
        let main = relations
            .into_iter()
            .find(|relation| relation.kind == "officeDocument");
        main.map(|relation| relation.target)
            .ok_or_else(|| missing("xl/workbook.xml"))
    }

    /// The relations of a part (of the package itself for the empty path).
    pub(super) fn relations(&mut self, path: &str) -> Result<Vec<Relation>, ReadError> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut part = self.part(&resolve(folder, &format!("_rels/{name}.rels")))?;
        let mut relations = Vec::new();
        loop {
            let element = match part.next()? {
                Event::Start(element) => element,
                Event::Eof => return Ok(relations),
                _ => continue,
            };
            if element.local_name().as_ref() != "Relationship" {
                continue;
            }
            if relations.len() == MAX_PARTS {
                return Err(over(Limit::Parts, MAX_PARTS));
            }
            let kind = attribute(&element, "Type").unwrap_or_default();
            relations.push(Relation {
                id: attribute(&element, "Id").unwrap_or_default(),
                kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                target: resolve(folder, &attribute(&element, "Target").unwrap_or_default()),
            });
        }
    }
}

/// Resolves a relation's target against the folder of its source.
fn resolve(folder: &str, target: &str) -> String {
    let (base, rest) = match target.strip_prefix('/') {
        Some(absolute) => ("", absolute),
        None => (folder, target),
    };
    let mut path: Vec<&str> = Vec::new();
    for step in base.split('/').chain(rest.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            _ => path.push(step),
        }
    }
    path.join("/")
}

/// A part of the package, event by event.
pub(super) struct Part<'a> {
    pub(super) path: String,
    xml: Reader<Pieces<BufReader<Counted<'a>>>>,
    buffer: Vec<u8>,
}

impl Part<'_> {
    /// The next event; `Event::Eof` at the end of the part.
    pub(super) fn next(&mut self) -> Result<Event<'_>, ReadError> {
        self.buffer.clear();
        self.xml.get_mut().taken = 0;
        self.xml
            .read_event_into(&mut self.buffer)
            .map_err(|error| xml_error(&self.path, &error))
    }

    pub(super) fn damaged(&self, detail: &str) -> ReadError {
        ReadError::Damaged {
            part: self.path.clone(),
            detail: detail.to_owned(),
        }
    }
}

/// The text of an event: characters, or a reference to one.
pub(super) fn text_of<'e>(event: &'e Event<'_>) -> Option<Cow<'e, str>> {
    match event {
        Event::Text(text) => Some(text.xml10_content()),
        Event::CData(text) => Some(text.xml10_content()),
        Event::GeneralRef(reference) => Some(match &*reference.xml10_content() {
            "amp" => "&".into(),
            "lt" => "<".into(),
            "gt" => ">".into(),
            "quot" => "\"".into(),
            "apos" => "'".into(),
            // A document type could define others; workbooks have none, so it stays visible.
            other => match reference.resolve_char_ref() {
                Ok(Some(character)) => character.to_string().into(),
                _ => format!("&{other};").into(),
            },
        }),
        _ => None,
    }
}

/// An attribute's value, by its name without prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.local_name().as_ref() == name)?;
    found
        .normalized_value(XmlVersion::Implicit1_0)
        .ok()
        .map(Cow::into_owned)
}

/// A file of the package, counted against what may still be unpacked.
struct Counted<'a> {
    file: Box<dyn Read + 'a>,
    left: &'a Cell<u64>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        let octets = u64::try_from(count).unwrap_or(u64::MAX);
        let left = self
            .left
            .get()
            .checked_sub(octets)
            .ok_or_else(|| io::Error::other(Stop::Unzipped))?;
        self.left.set(left);
        Ok(count)
    }
}

/// Bounds what the XML reader takes for one event, since it keeps an event whole.
struct Pieces<R> {
    inner: R,
    taken: usize,
}

impl<R: BufRead> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl<R: BufRead> BufRead for Pieces<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > MAX_XML_PIECE {
            return Err(io::Error::other(Stop::Piece));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount;
        self.inner.consume(amount);
    }
}

/// Why a stream was stopped, carried through the XML reader's errors.
#[derive(Clone, Copy, Debug, Error)]
enum Stop {
    #[error("too much unpacked")]
    Unzipped,
    #[error("a piece of XML too long")]
    Piece,
}

fn xml_error(path: &str, error: &quick_xml::Error) -> ReadError {
    if let quick_xml::Error::Io(io) = error {
        match io.get_ref().and_then(|inner| inner.downcast_ref::<Stop>()) {
            Some(Stop::Unzipped) => return unzipped(),
            Some(Stop::Piece) => return over(Limit::XmlOctets, MAX_XML_PIECE),
            None => {}
        }
    }
    damaged(path, error)
}

fn unzipped() -> ReadError {
    ReadError::OverLimit {
        limit: Limit::UnzippedOctets,
        max: MAX_UNZIPPED_OCTETS,
    }
}

fn damaged(path: &str, error: &dyn std::error::Error) -> ReadError {
    ReadError::Damaged {
        part: path.to_owned(),
        detail: error.to_string(),
    }
}

fn missing(path: &str) -> ReadError {
    ReadError::Damaged {
        part: path.to_owned(),
        detail: "a missing part".into(),
    }
}
