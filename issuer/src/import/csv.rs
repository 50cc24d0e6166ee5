//! Text with delimiters (RFC 4180 and its dialects) to a table and back.
//!
//! Our own reader: a person knows a line by the number that a spreadsheet program shows, so blank lines count and line
//! breaks inside a cell do not, and a quotation mark that never closes must not swallow the rest of the file.

use super::sheet::{Budget, MAX_COLUMNS, check_place, over};
use crate::domain::csv::unguarded;
use crate::domain::roster::{Cell, Limit, Line, ReadError, RowEnds, Table, Visibility};

const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// Lines looked at to find the delimiter.
const SAMPLE_LINES: usize = 200;

/// Reads a text file, and finds out what its delimiter is.
pub(super) fn parse(text: &str) -> Result<(Table, char), ReadError> {
    let (declared, body) = declared_delimiter(text);
    let delimiter = declared.unwrap_or_else(|| likely_delimiter(body));
    let mut budget = Budget::default();
    let mut table = Table {
        lines: Vec::new(),
        row_ends: RowEnds::Counted,
    };
    let mut records = Records {
        rest: body,
        delimiter,
        line: 0,
    };
    while let Some(record) = records.next() {
        let fields = record?;
        check_place(u64::from(records.line) - 1, 0)?;
        budget.cells(fields.len())?;
        let mut cells = Vec::with_capacity(fields.len());
        for field in &fields {
            let text = unguarded(field);
            budget.text(text)?;
            cells.push(Cell::typed(text));
        }
        table.lines.push(Line {
            number: records.line,
            cells,
            visibility: Visibility::Shown,
        });
    }
    Ok((table, delimiter))
}

/// Excel's own first line `sep=;`, which it does not show.
fn declared_delimiter(text: &str) -> (Option<char>, &str) {
    let Some(rest) = text.strip_prefix("sep=") else {
        return (None, text);
    };
    let mut chars = rest.chars();
    match chars.next() {
        Some(c) if DELIMITERS.contains(&c) => {
            let after = chars.as_str();
            match after
                .strip_prefix("\r\n")
                .or_else(|| after.strip_prefix(['\r', '\n']))
            {
                Some(body) => (Some(c), body),
                None => (None, text),
            }
        }
        _ => (None, text),
    }
}

/// The delimiter that cuts the most lines into the same number of cells.
fn likely_delimiter(text: &str) -> char {
    let score = |delimiter: char| {
        let mut counts = [0_usize; MAX_COLUMNS + 1];
        let records = Records {
            rest: text,
            delimiter,
            line: 0,
        };
        for fields in records.take(SAMPLE_LINES).flatten() {
            if let Some(count) = counts.get_mut(fields.len()) {
                *count += 1;
            }
        }
        (2..counts.len())
            .map(|cells| (cells - 1) * counts[cells])
            .max()
            .unwrap_or(0)
    };
    let mut best = (DELIMITERS[0], 0);
    for delimiter in DELIMITERS {
        let points = score(delimiter);
        if points > best.1 {
            best = (delimiter, points);
        }
    }
    best.0
}

/// The records of a text, one after another; `line` is the number of the last one.
struct Records<'a> {
    rest: &'a str,
    delimiter: char,
    line: u32,
}

impl Iterator for Records<'_> {
    type Item = Result<Vec<String>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        self.line = self.line.saturating_add(1);
        let mut fields = Vec::new();
        loop {
            if fields.len() == MAX_COLUMNS {
                self.rest = "";
                return Some(Err(over(Limit::Columns, MAX_COLUMNS)));
            }
            let Some((field, end)) = self.field() else {
                self.rest = "";
                return Some(Err(ReadError::OpenQuote { line: self.line }));
            };
            fields.push(field);
            if end == End::Line {
                return Some(Ok(fields));
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum End {
    Field,
    Line,
}

impl Records<'_> {
    /// Reads one field and what ends it; `None` when its quotation mark never closes.
    fn field(&mut self) -> Option<(String, End)> {
        let mut field = String::new();
        if let Some(quoted) = self.rest.strip_prefix('"') {
            self.rest = quoted;
            self.quoted(&mut field)?;
        }
        let stop = self
            .rest
            .find([self.delimiter, '\r', '\n'])
            .unwrap_or(self.rest.len());
        field.push_str(&self.rest[..stop]);
        let after = &self.rest[stop..];
        if let Some(rest) = after.strip_prefix(self.delimiter) {
            self.rest = rest;
            return Some((field, End::Field));
        }
        let rest = after
            .strip_prefix("\r\n")
            .or_else(|| after.strip_prefix(['\r', '\n']));
        self.rest = rest.unwrap_or("");
        Some((field, End::Line))
    }

    /// Reads up to the closing quotation mark; a doubled one stands for itself.
    fn quoted(&mut self, field: &mut String) -> Option<()> {
        loop {
            let stop = self.rest.find('"')?;
            field.push_str(&self.rest[..stop]);
            self.rest = &self.rest[stop + 1..];
            match self.rest.strip_prefix('"') {
                Some(rest) => {
                    field.push('"');
                    self.rest = rest;
                }
                None => return Some(()),
            }
        }
    }
}

/// Every cell of a text as another program would take it, apostrophes and all.
#[cfg(test)]
pub(super) fn raw_cells(text: &str, delimiter: char) -> Vec<String> {
    let records = Records {
        rest: text,
        delimiter,
        line: 0,
    };
    records.flat_map(Result::unwrap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::csv::{DANGEROUS, write_line};
    use crate::import::sheet::{MAX_CELL_CHARACTERS, MAX_LINES};
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<(u32, Vec<String>)> {
        let (table, _) = parse(text).unwrap();
        let line = |line: Line| {
            (
                line.number,
                line.cells
                    .iter()
                    .map(|cell| cell.text.to_string())
                    .collect(),
            )
        };
        table.lines.into_iter().map(line).collect()
    }

    #[test]
    fn lines_are_numbered_as_a_spreadsheet_shows_them() {
        let text = "a,b\r\n\r\n\"one\ntwo\",\"x \"\"y\"\"\"\n,\nlast,1";
        let expected = [
            (1, vec!["a", "b"]),
            (2, vec![""]),
            (3, vec!["one\ntwo", "x \"y\""]),
            (4, vec!["", ""]),
            (5, vec!["last", "1"]),
        ];
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(n, row)| (n, row.into_iter().map(String::from).collect::<Vec<_>>()))
            .collect();
        assert_eq!(cells(text), expected);
        assert_eq!(cells("a,b\rc,d\r").len(), 2);
    }

    #[test]
    fn the_delimiter_is_found() {
        let cases = [
            ("Title;;\nName;P/No;Award\n\"Kamau; Peter\";1;Pass\n", ';'),
            ("Name,Station\n\"A\",\"X; Y\"\n", ','),
            ("Name\tStation\nA, B\tX; Y\nC\tZ\n", '\t'),
            ("Name\nA\n", ','),
            ("sep=;\nName,x;b\n", ';'),
            ("Name;Station\nKamau, Peter;X\nOuma, Jane;Y\n", ','),
        ];
        for (text, delimiter) in &cases[..5] {
            assert_eq!(parse(text).unwrap().1, *delimiter, "{text}");
        }
        // As many commas as semicolons in the rows: the header decides.
        assert_eq!(parse(cases[5].0).unwrap().1, ';');
        assert_eq!(cells("sep=;\nName;b\n")[0].0, 1);
    }

    #[test]
    fn an_open_quote_is_found() {
        assert_eq!(
            parse("a,b\n\n\"c,d\ne,f\n"),
            Err(ReadError::OpenQuote { line: 3 })
        );
    }

    #[test]
    fn limits_are_errors() {
        let limit = |text: &str| match parse(text) {
            Err(ReadError::OverLimit { limit, .. }) => limit,
            other => panic!("{other:?}"),
        };
        assert_eq!(limit(&"a\n".repeat(MAX_LINES as usize + 1)), Limit::Lines);
        assert_eq!(
            limit(&format!("{}x", ",".repeat(MAX_COLUMNS))),
            Limit::Columns
        );
        assert_eq!(
            limit(&"é".repeat(MAX_CELL_CHARACTERS + 1)),
            Limit::CellCharacters
        );
        assert_eq!(
            limit(&format!("{}\n", ",".repeat(99)).repeat(10_001)),
            Limit::Cells
        );
        assert!(parse(&"é".repeat(MAX_CELL_CHARACTERS)).is_ok());
        assert!(parse(&"a\n".repeat(MAX_LINES as usize)).is_ok());
    }

    proptest! {
        #[test]
        fn written_cells_are_harmless_and_read_back(
            rows in proptest::collection::vec(proptest::collection::vec("[=+@'\"a,;\t\r\n -]{0,5}|\\PC{0,6}", 3), 1..6),
            delimiter in proptest::sample::select(DELIMITERS.to_vec()),
        ) {
            let mut text = format!("sep={delimiter}\r\n");
            for row in &rows {
                write_line(&mut text, delimiter, row.iter().map(String::as_str));
            }
            let body = declared_delimiter(&text).1;
            for cell in raw_cells(body, delimiter) {
                prop_assert!(!cell.starts_with(DANGEROUS), "{:?}", cell);
            }
            let read: Vec<Vec<String>> = cells(&text).into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(read, rows);
        }
    }
}
