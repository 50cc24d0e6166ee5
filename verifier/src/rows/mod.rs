//! Records of bounded length, and those of a table that a batch or what is expected of files is written in: `id`, `qr`
//! (or, of files, `file`), `name`, `course`, `date`.

pub(crate) mod expected;

use std::io::{self, BufRead};

use crate::compare::Expected;

/// Most octets of one row.
pub(crate) const ROW_BYTES: usize = 64 << 10;

/// One line, or row of a table, without its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// As it was written.
    Whole(Vec<u8>),
    /// Longer than is read; it was passed over to its end.
    TooLong,
}

/// The records of a text; blank ones do not count.
#[derive(Debug)]
pub(crate) struct Records<R> {
    /// Where from.
    pub(crate) reader: R,
    limit: usize,
    /// Whether a line may end inside quotation marks without ending the record.
    quoted: bool,
}

impl<R: BufRead> Records<R> {
    /// The records of at most `limit` octets.
    pub(crate) fn new(reader: R, limit: usize, quoted: bool) -> Self {
        Self {
            reader,
            limit,
            quoted,
        }
    }

    /// The next one.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record>> {
        loop {
            match self.one()? {
                Some(Record::Whole(record)) if record.iter().all(u8::is_ascii_whitespace) => {}
                other => return Ok(other),
            }
        }
    }

    fn one(&mut self) -> io::Result<Option<Record>> {
        let (mut record, mut too_long, mut quotes) = (Vec::new(), false, Quotes::default());
        loop {
            let there = self.reader.fill_buf()?;
            if there.is_empty() {
                return Ok(match (too_long, record.is_empty()) {
                    (true, _) => Some(Record::TooLong),
                    (false, true) => None,
                    (false, false) => Some(Record::Whole(record)),
                });
            }
            let end = there.iter().position(|octet| {
                let inside = self.quoted && !too_long && quotes.inside_at(*octet);
                *octet == b'\n' && !inside
            });
            let taken = end.unwrap_or(there.len());
            if !too_long {
                record.extend(&there[..taken]);
            }
            let used = end.map_or(taken, |end| end + 1);
            self.reader.consume(used);
            if record.len() > self.limit {
                // A quotation mark that is never closed must not swallow the rest: the next line is a record again.
                too_long = true;
                record = Vec::new();
            }
            if end.is_some() {
                return Ok(Some(match too_long {
                    true => Record::TooLong,
                    false => Record::Whole(record),
                }));
            }
        }
    }
}

/// Whether a cell in quotation marks is open (RFC 4180, 2): marks within a cell that began without one are text.
#[derive(Debug, Default)]
struct Quotes {
    inside: bool,
    /// The last octet of this record, if there was one.
    last: Option<u8>,
    just_closed: bool,
}

impl Quotes {
    fn inside_at(&mut self, octet: u8) -> bool {
        let at_start = matches!(self.last, None | Some(b',' | b';'));
        let mark = octet == b'"';
        let opens = mark && !self.inside && (at_start || self.just_closed);
        self.just_closed = mark && self.inside;
        self.inside = opens || (self.inside && !mark);
        self.last = Some(octet);
        self.inside
    }
}

/// What the rows of a table are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The text of a code.
    Qr,
    /// A file of the archive that the table lies in.
    File,
}

/// A row of a table.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its id, if it has one.
    pub(crate) id: Option<String>,
    /// The code's text, or the file's name.
    pub(crate) subject: String,
    /// What to compare.
    pub(crate) expected: Expected,
}

/// Where the columns of a table are.
#[derive(Debug)]
pub(crate) struct Columns {
    subject: Subject,
    delimiter: u8,
    names: Vec<Option<Column>>,
    /// The headings of columns that are not read.
    pub(crate) passed_over: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Id,
    Subject,
    Name,
    Course,
    Date,
}

impl Column {
    fn of(heading: &str, subject: Subject) -> Option<Self> {
        Some(match heading.to_ascii_lowercase().as_str() {
            "id" => Self::Id,
            heading if heading == subject.heading() => Self::Subject,
            "name" => Self::Name,
            "course" => Self::Course,
            "date" => Self::Date,
            _ => return None,
        })
    }
}

impl Subject {
    fn heading(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::File => "file",
        }
    }

    /// What is wrong with a table without a header.
    pub(crate) fn no_header(self) -> String {
        let heading = self.heading();
        format!(
            "the first line must name the columns: {heading}, and any of id, name, course, date"
        )
    }
}

/// What is wrong with a row.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The row's id, or its file, where it has one.
    pub(crate) id: Option<String>,
    /// What is wrong, and what to do.
    pub(crate) detail: String,
}

/// What is wrong with a row that is too long.
pub(crate) fn too_long() -> String {
    format!("at most {ROW_BYTES} octets a row; is a quotation mark missing at the end of a cell?")
}

impl Columns {
    /// Those of a header. Spreadsheets of some countries write semicolons, and a mark before the first.
    pub(crate) fn of(header: &[u8], subject: Subject) -> Result<Self, String> {
        let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
        let count = |wanted| header.iter().filter(|octet| **octet == wanted).count();
        let delimiter = match count(b';') > count(b',') {
            true => b';',
            false => b',',
        };
        let cells = cells(header, delimiter).ok_or_else(|| subject.no_header())?;
        let names = cells.iter().map(|cell| Column::of(cell, subject));
        let names: Vec<Option<Column>> = names.collect();
        let times = |wanted| names.iter().filter(|name| **name == Some(wanted)).count();
        let all = [
            Column::Id,
            Column::Subject,
            Column::Name,
            Column::Course,
            Column::Date,
        ];
        if times(Column::Subject) != 1 || all.into_iter().any(|column| times(column) > 1) {
            return Err(subject.no_header());
        }
        let unread = cells.into_iter().zip(&names);
        let unread = unread.filter(|(cell, name)| name.is_none() && !cell.is_empty());
        Ok(Self {
            subject,
            delimiter,
            passed_over: unread
                .map(|(cell, _)| cell.chars().take(100).collect())
                .collect(),
            names,
        })
    }

    /// A row, or what is wrong with it.
    pub(crate) fn row(&self, row: &[u8]) -> Result<Row, Fault> {
        let refused = |id, detail: String| Err(Fault { id, detail });
        let Some(cells) = cells(row, self.delimiter) else {
            return refused(
                None,
                "the row is no UTF-8 text; save the table as \"CSV UTF-8\"".to_owned(),
            );
        };
        let (mut id, mut subject, mut expected) = (None, None, Expected::default());
        let beyond = cells
            .iter()
            .skip(self.names.len())
            .any(|cell| !cell.is_empty());
        for (cell, name) in cells.into_iter().zip(&self.names) {
            let cell = Some(cell).filter(|cell| !cell.is_empty());
            match name {
                Some(Column::Id) => id = cell,
                Some(Column::Subject) => subject = cell,
                Some(Column::Name) => expected.name = cell,
                Some(Column::Course) => expected.course = cell,
                Some(Column::Date) => expected.date = cell,
                None => {}
            }
        }
        match subject {
            _ if beyond => refused(
                id,
                "the row has more cells than the header; put a cell with a comma in quotation marks"
                    .to_owned(),
            ),
            Some(subject) => Ok(Row {
                id,
                subject,
                expected,
            }),
            None => refused(id, format!("the cell {} is empty", self.subject.heading())),
        }
    }
}

/// The cells of one record, trimmed; none when it is no text.
fn cells(record: &[u8], delimiter: u8) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .buffer_capacity(record.len().max(1))
        .from_reader(record);
    let record = reader.records().next()?.ok()?;
    Some(record.iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, limit: usize, quoted: bool, capacity: usize) -> Vec<Record> {
        let reader = io::BufReader::with_capacity(capacity, text.as_bytes());
        let mut records = Records::new(reader, limit, quoted);
        std::iter::from_fn(|| records.next().unwrap()).collect()
    }

    #[test]
    fn records_are_bounded_and_blank_ones_do_not_count() {
        let whole = |text: &str| Record::Whole(text.as_bytes().to_vec());
        for capacity in [1, 3, 1_000] {
            assert_eq!(
                records("one\r\n\n \r\ntwo\nthree", 5, false, capacity),
                [whole("one\r"), whole("two"), whole("three")]
            );
            assert_eq!(
                records("a\ntoo long\nb\n", 5, false, capacity),
                [whole("a"), Record::TooLong, whole("b")]
            );
            assert_eq!(
                records("1,\"a\nb\"\n2,\"\"\"\n\"\n", 20, true, capacity),
                [whole("1,\"a\nb\""), whole("2,\"\"\"\n\"")]
            );
        }
        assert_eq!(
            records("5\" disc\n1,a\"\"b\n", 20, true, 1),
            [whole("5\" disc"), whole("1,a\"\"b")]
        );
        // One that is never closed costs its own record and what it swallowed before the bound.
        let open = format!("1,\"a\n{}\n2,b\n", "x".repeat(30));
        assert_eq!(records(&open, 20, true, 1), [Record::TooLong, whole("2,b")]);
    }

    #[test]
    fn columns_are_found_by_their_names() {
        let columns = Columns::of(b"\xef\xbb\xbfID;Name;QR;Department\r", Subject::Qr).unwrap();
        assert_eq!(columns.passed_over, ["Department"]);
        let row = columns.row("7;\"Otieno; Jane\";HTTPS://X/#9;HR".as_bytes());
        let row = row.unwrap();
        assert_eq!(row.id, Some("7".into()));
        assert_eq!(row.subject, "HTTPS://X/#9");
        assert_eq!(row.expected.name.as_deref(), Some("Otieno; Jane"));
        let refused: [&[u8]; 4] = [b"7;a;;", b"7;a;b;c;d", b"7;\xff;9;", b"7"];
        for row in refused {
            assert!(columns.row(row).is_err(), "{row:?}");
        }
        for header in ["id,name", "qr,qr", "", "qr,name,NAME"] {
            assert!(
                Columns::of(header.as_bytes(), Subject::Qr).is_err(),
                "{header}"
            );
        }
    }
}
