//! A worksheet's XML, streamed into lines.

use quick_xml::events::{BytesStart, Event};

use super::package::{Part, attribute, text_of};
use super::strings::{RichText, SharedStrings, unescape};
use super::styles::Styles;
use crate::domain::roster::{Cell, Limit, Line, Origin, ReadError, Visibility};
use crate::import::sheet::{Budget, MAX_CELL_CHARACTERS, check_place, over, place};

/// Reads the filled cells. The sheet's declared dimension is not believed; a filled cell beyond the limits is an error,
/// an empty one that only has a format is nothing.
pub(super) fn read(
    part: &mut Part<'_>,
    strings: &SharedStrings,
    styles: &Styles,
    budget: &mut Budget,
) -> Result<Vec<Line>, ReadError> {
    let mut sheet = Worksheet {
        strings,
        styles,
        budget,
        lines: Vec::new(),
        row: 0,
        next_column: 0,
        hidden: false,
    };
    let mut cell: Option<OpenCell> = None;
    loop {
        match part.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "row" => sheet
                    .begin_row(&element)
                    .map_err(|bad| bad.into_error(&part.path))?,
                "c" => {
                    cell = Some(
                        sheet
                            .begin_cell(&element)
                            .map_err(|bad| bad.into_error(&part.path))?,
                    )
                }
                name => {
                    if let Some(cell) = &mut cell {
                        cell.enter(name);
                        cell.rich.take(&Event::Start(element))?;
                    }
                }
            },
            Event::End(element) => match element.local_name().as_ref() {
                "row" => sheet.row += 1,
                "c" => {
                    if let Some(cell) = cell.take() {
                        sheet
                            .end_cell(cell)
                            .map_err(|bad| bad.into_error(&part.path))?;
                    }
                }
                "sheetData" => return Ok(sheet.lines),
                _ => {
                    if let Some(cell) = &mut cell {
                        cell.inside = Inside::Other;
                        cell.rich.take(&Event::End(element))?;
                    }
                }
            },
            Event::Eof => return Err(part.damaged("a sheet cut short")),
            event => {
                if let Some(cell) = &mut cell {
                    cell.text(&event)?;
                }
            }
        }
    }
}

struct Worksheet<'a> {
    strings: &'a SharedStrings,
    styles: &'a Styles,
    budget: &'a mut Budget,
    lines: Vec<Line>,
    /// The row being read, from 0.
    row: u64,
    /// The column of the next cell that does not name its place, from 0.
    next_column: u64,
    hidden: bool,
}

/// A cell whose element is open.
struct OpenCell {
    column: u64,
    kind: String,
    style: usize,
    formula: Option<String>,
    inside: Inside,
    value: String,
    rich: RichText,
}

/// The element of a cell that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Value,
    Formula,
    Other,
}

/// Either a limit or something that does not fit the format.
enum Bad {
    Limit(ReadError),
    Format(String),
}

impl Bad {
    fn into_error(self, part: &str) -> ReadError {
        match self {
            Self::Limit(error) => error,
            Self::Format(detail) => ReadError::Damaged {
                part: part.to_owned(),
                detail,
            },
        }
    }
}

impl From<ReadError> for Bad {
    fn from(error: ReadError) -> Self {
        Self::Limit(error)
    }
}

impl OpenCell {
    fn enter(&mut self, name: &str) {
        match name {
            "f" => {
                self.formula = Some(String::new());
                self.inside = Inside::Formula;
            }
            "v" => self.inside = Inside::Value,
            _ => {}
        }
    }

    fn text(&mut self, event: &Event<'_>) -> Result<(), ReadError> {
        let into = match (self.inside, &mut self.formula) {
            (Inside::Value, _) => &mut self.value,
            (Inside::Formula, Some(formula)) => formula,
            _ => return self.rich.take(event),
        };
        if let Some(text) = text_of(event) {
            into.push_str(&text);
        }
        if into.len() > MAX_CELL_CHARACTERS * 7 {
            return Err(over(Limit::CellCharacters, MAX_CELL_CHARACTERS));
        }
        Ok(())
    }
}

impl Worksheet<'_> {
    fn begin_row(&mut self, element: &BytesStart<'_>) -> Result<(), Bad> {
        if let Some(number) = attribute(element, "r") {
            let number: u64 = number
                .parse()
                .map_err(|_| Bad::Format(format!("row number {number:?}")))?;
            self.row = number
                .checked_sub(1)
                .ok_or_else(|| Bad::Format("row number 0".into()))?;
        }
        self.next_column = 0;
        self.hidden = matches!(attribute(element, "hidden").as_deref(), Some("1" | "true"));
        Ok(())
    }

    fn begin_cell(&mut self, element: &BytesStart<'_>) -> Result<OpenCell, Bad> {
        let column = match attribute(element, "r") {
            Some(place) => {
                column_of(&place).ok_or_else(|| Bad::Format(format!("cell {place:?}")))?
            }
            None => self.next_column,
        };
        self.next_column = column + 1;
        Ok(OpenCell {
            column,
            kind: attribute(element, "t").unwrap_or_default(),
            style: attribute(element, "s")
                .and_then(|style| style.parse().ok())
                .unwrap_or(0),
            formula: None,
            inside: Inside::Other,
            value: String::new(),
            rich: RichText::default(),
        })
    }

    fn end_cell(&mut self, open: OpenCell) -> Result<(), Bad> {
        let text = self.shown(&open)?;
        if text.is_empty() {
            return Ok(());
        }
        check_place(self.row, open.column)?;
        self.budget.text(&text)?;
        let origin = match (open.kind.as_str(), &open.formula) {
            ("e", _) => Origin::Error,
            (_, Some(_)) => Origin::Formula,
            _ => Origin::Typed,
        };
        let column = usize::try_from(open.column).map_err(|_| Bad::Format("column".into()))?;
        let line = self.current_line()?;
        let before = line.cells.len();
        place(
            line,
            column,
            Cell {
                text: text.into(),
                origin,
            },
        );
        let grown = line.cells.len() - before;
        self.budget.cells(grown)?;
        Ok(())
    }

    /// What the person sees in the cell.
    fn shown(&self, open: &OpenCell) -> Result<String, Bad> {
        Ok(match open.kind.as_str() {
            "inlineStr" => open.rich.finish(),
            "s" if open.value.is_empty() => String::new(),
            "s" => {
                let index = open.value.trim().parse().ok();
                let entry = index.and_then(|index| self.strings.entry(index));
                entry
                    .ok_or_else(|| Bad::Format(format!("shared string {:?}", open.value)))?
                    .to_owned()
            }
            "b" => match open.value.trim() {
                "1" | "true" => "TRUE".into(),
                "0" | "false" => "FALSE".into(),
                _ => open.value.clone(),
            },
            "str" | "e" | "d" => unescape(&open.value),
            // Never computed: the person sees a result that the file does not have.
            _ if open.value.is_empty() => open
                .formula
                .as_ref()
                .map_or(String::new(), |formula| format!("={formula}")),
            _ => {
                let format = self.styles.format(open.style);
                format
                    .show(&open.value, self.styles.dates)
                    .unwrap_or_else(|| open.value.clone())
            }
        })
    }

    /// The line of the current row; rows must come in order, as the format has them.
    fn current_line(&mut self) -> Result<&mut Line, Bad> {
        let number = u32::try_from(self.row + 1).map_err(|_| Bad::Format("row number".into()))?;
        let last = self.lines.last().map_or(0, |line| line.number);
        if number < last {
            return Err(Bad::Format(format!("row {number} after row {last}")));
        }
        if number > last {
            let visibility = if self.hidden {
                Visibility::Hidden
            } else {
                Visibility::Shown
            };
            self.lines.push(Line {
                number,
                cells: Vec::new(),
                visibility,
            });
        }
        self.lines
            .last_mut()
            .ok_or_else(|| Bad::Format("no row".into()))
    }
}

/// The column of a reference such as `B12`, from 0.
fn column_of(reference: &str) -> Option<u64> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.fold(0_u64, |column, letter| {
        column
            .saturating_mul(26)
            .saturating_add(u64::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_from_references() {
        let cases = [
            ("A1", Some(0)),
            ("Z9", Some(25)),
            ("AA1", Some(26)),
            ("XFD1048576", Some(16_383)),
            ("12", None),
        ];
        for (reference, column) in cases {
            assert_eq!(column_of(reference), column);
        }
        assert_eq!(column_of(&"Z".repeat(40)), Some(u64::MAX - 1));
    }
}
