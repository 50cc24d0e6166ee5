//! Checking every line of a roster against the header and the course's fields.

use std::collections::{BTreeMap, HashMap};

use super::field::{FieldSpec, refuse_unfit};
use super::problem::{Flag, FlagKind, Problem, ProblemKind, show_value};
use super::table::{Columns, Line, Origin, Role, RowEnds, Table, Visibility};
use super::{Checked, Row};
use crate::domain::name::{NameError, PersonName, characters::tidy};

/// The longest staff number, in octets.
const MAX_STAFF_NUMBER_OCTETS: usize = 40;

/// What a totals line calls itself, in capitals or not, in English and Swahili.
const TOTALS: [&str; 12] = [
    "total",
    "totals",
    "grandtotal",
    "subtotal",
    "totalgraduates",
    "totalparticipants",
    "totaltrainees",
    "totalstudents",
    "totalnumber",
    "jumla",
    "jumlakuu",
    "jumlandogo",
];

/// Checks every line below the header and reports all that is wrong with all of them.
///
/// Blank lines are skipped. Totals lines, repeated headers and hidden lines are reported, since a person has to decide
/// that they are no graduates. A damaged line (shifted or cut short) gets that one problem, because its cells can no
/// longer be trusted to stand in their columns.
#[must_use]
pub fn check(table: &Table, columns: &Columns, fields: &[FieldSpec]) -> Checked {
    let mut checker = Checker {
        columns,
        row_ends: table.row_ends,
        fields: placed(columns, fields),
        name_columns: name_columns(columns),
        staff_column: columns.position(&Role::StaffNumber),
        staff_numbers: HashMap::new(),
        names: HashMap::new(),
        look_alikes: HashMap::new(),
        checked: Checked::default(),
    };
    let below = table
        .lines
        .iter()
        .filter(|line| line.number > columns.header_line);
    for line in below.filter(|line| !line.is_blank()) {
        checker.line(line);
    }
    checker.checked
}

struct Checker<'a> {
    columns: &'a Columns,
    row_ends: RowEnds,
    fields: Vec<(usize, &'a FieldSpec)>,
    name_columns: Vec<usize>,
    staff_column: Option<usize>,
    staff_numbers: HashMap<String, u32>,
    names: HashMap<String, Seen>,
    look_alikes: HashMap<String, (u32, String)>,
    checked: Checked,
}

/// The first line on which a name stands, and whether each line with it so far had a staff number.
struct Seen {
    line: u32,
    staff_numbers: StaffNumbers,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StaffNumbers {
    OnAll,
    NotOnAll,
}

impl Checker<'_> {
    fn line(&mut self, line: &Line) {
        if let Some(problem) = self.not_a_graduate(line).or_else(|| self.damaged(line)) {
            self.checked.problems.push(problem);
            return;
        }
        let before = self.checked.problems.len();
        let name = self.name(line);
        let staff_number = self.staff_number(line);
        if let Some(name) = name
            .as_ref()
            .filter(|_| self.checked.problems.len() == before)
        {
            self.compare(line, name, staff_number.as_deref());
        }
        let extras = self.extras(line);
        let headings = &self.columns.headings;
        self.checked.problems[before..].sort_by_key(|problem| {
            headings
                .iter()
                .position(|h| Some(h) == problem.column.as_ref())
        });
        if let Some(name) = name.filter(|_| self.checked.problems.len() == before) {
            self.checked.good.push(Row {
                line: line.number,
                name,
                staff_number,
                extras,
            });
        }
    }

    fn not_a_graduate(&self, line: &Line) -> Option<Problem> {
        if self.is_totals(line) {
            Some(whole_line(line, ProblemKind::TotalsLine))
        } else if self.columns.repeats_header(line) || self.is_second_header(line) {
            Some(whole_line(line, ProblemKind::HeaderRepeated))
        } else if line.visibility == Visibility::Hidden {
            Some(whole_line(line, ProblemKind::HiddenLine))
        } else {
            None
        }
    }

    /// A totals line says so in a cell of its own, and has no name beside it.
    fn is_totals(&self, line: &Line) -> bool {
        let says_total = line
            .cells
            .iter()
            .any(|cell| TOTALS.contains(&letters(&cell.text).as_str()));
        let named = self.name_columns.iter().any(|&column| {
            let text = letters(line.text(column));
            !text.is_empty() && !TOTALS.contains(&text.as_str())
        });
        says_total && !named
    }

    /// A second line of the header repeats its words in other columns (`Surname | First Name` below `Name`).
    fn is_second_header(&self, line: &Line) -> bool {
        let words = [
            "surname",
            "firstname",
            "othernames",
            "middlename",
            "fullname",
            "name",
            "jina",
        ];
        let mut filled = line
            .cells
            .iter()
            .map(|cell| letters(&cell.text))
            .filter(|text| !text.is_empty())
            .peekable();
        filled.peek().is_some() && filled.all(|text| words.contains(&text.as_str()))
    }

    fn damaged(&self, line: &Line) -> Option<Problem> {
        let (found, expected) = (line.cells.len(), self.columns.headings.len());
        let used = |column: usize| self.columns.roles[column] != Role::Ignored;
        if self.row_ends == RowEnds::Counted && (found..expected).any(used) {
            return Some(whole_line(
                line,
                ProblemKind::TooFewColumns { found, expected },
            ));
        }
        let stray = (0..found).find(|&column| self.is_stray(line, column))?;
        let mut problem = whole_line(
            line,
            ProblemKind::NoHeading {
                letter: column_letter(stray),
            },
        );
        problem.value = show_value(line.text(stray));
        Some(problem)
    }

    /// A value under no heading; a bare number inside the table is a serial number that somebody left unnamed.
    fn is_stray(&self, line: &Line, column: usize) -> bool {
        let text = line.text(column).trim();
        match self.columns.headings.get(column) {
            Some(heading) if !heading.is_empty() => false,
            Some(_) => !text.chars().all(|c| c.is_ascii_digit() || c == '.'),
            None => !text.is_empty(),
        }
    }

    fn name(&mut self, line: &Line) -> Option<PersonName> {
        let filled: Vec<usize> = self
            .name_columns
            .iter()
            .copied()
            .filter(|&c| !line.text(c).trim().is_empty())
            .collect();
        let Some(&first) = filled.first() else {
            let column = *self.name_columns.first()?;
            self.report(line, column, ProblemKind::Name(NameError::Missing));
            return None;
        };
        if !filled.iter().all(|&column| self.is_plain(line, column)) {
            return None;
        }
        let joined: Vec<&str> = filled.iter().map(|&column| line.text(column)).collect();
        match PersonName::parse(&joined.join(" ")) {
            Ok(name) => {
                if self.name_columns.len() > 1 && filled.len() == 1 {
                    self.flag(line, &name, FlagKind::OneNameOnly);
                }
                Some(name)
            }
            Err(error) => {
                let alone =
                    |&c: &usize| PersonName::parse(line.text(c)).err().as_ref() == Some(&error);
                let column = filled.iter().copied().find(alone).unwrap_or(first);
                self.report(line, column, ProblemKind::Name(error));
                None
            }
        }
    }

    fn staff_number(&mut self, line: &Line) -> Option<String> {
        let column = self.staff_column?;
        let number = tidy(line.text(column));
        if number.is_empty() || !self.is_plain(line, column) {
            return None;
        }
        if let Err(error) = refuse_unfit(&number, MAX_STAFF_NUMBER_OCTETS) {
            self.report(line, column, ProblemKind::Field(error));
            return None;
        }
        let key: String = number.to_lowercase().split(' ').collect();
        if !key.chars().any(char::is_alphanumeric) {
            self.report(line, column, ProblemKind::NotAStaffNumber);
            return None;
        }
        let earlier = *self.staff_numbers.entry(key).or_insert(line.number);
        if earlier != line.number {
            self.report(line, column, ProblemKind::SameStaffNumber { line: earlier });
        }
        Some(number)
    }

    fn extras(&mut self, line: &Line) -> BTreeMap<String, String> {
        let mut extras = BTreeMap::new();
        for (column, field) in self.fields.clone() {
            if !self.is_plain(line, column) {
                continue;
            }
            match field.read(line.text(column)) {
                Ok(Some(value)) => drop(extras.insert(field.key.clone(), value)),
                Ok(None) => {}
                Err(error) => self.report(line, column, ProblemKind::Field(error)),
            }
        }
        extras
    }

    /// Looks for the same name, or one easily taken for it, on an earlier line.
    fn compare(&mut self, line: &Line, name: &PersonName, staff_number: Option<&str>) {
        let this = if staff_number.is_some() {
            StaffNumbers::OnAll
        } else {
            StaffNumbers::NotOnAll
        };
        let key = name.same_name_key();
        if let Some(seen) = self.names.get_mut(&key) {
            let earlier = seen.line;
            if this == StaffNumbers::OnAll && seen.staff_numbers == StaffNumbers::OnAll {
                self.flag(line, name, FlagKind::SameName { line: earlier });
            } else {
                seen.staff_numbers = StaffNumbers::NotOnAll;
                let column = self.name_columns[0];
                self.report(line, column, ProblemKind::SameName { line: earlier });
            }
            return;
        }
        let alike = name.look_alike_key();
        if let Some((earlier, other)) = self.look_alikes.get(&alike) {
            let kind = FlagKind::LookAlike {
                line: *earlier,
                name: other.clone(),
            };
            self.flag(line, name, kind);
        } else {
            self.look_alikes
                .insert(alike, (line.number, name.to_string()));
        }
        self.names.insert(
            key,
            Seen {
                line: line.number,
                staff_numbers: this,
            },
        );
    }

    /// Reports a formula or a spreadsheet error; true when the cell has its own value.
    fn is_plain(&mut self, line: &Line, column: usize) -> bool {
        let kind = match line.cells.get(column).map(|cell| cell.origin) {
            None | Some(Origin::Typed) => return true,
            Some(Origin::Formula) => ProblemKind::Formula,
            Some(Origin::Error) => ProblemKind::SheetError,
        };
        self.report(line, column, kind);
        false
    }

    fn report(&mut self, line: &Line, column: usize, kind: ProblemKind) {
        self.checked.problems.push(Problem {
            line: line.number,
            column: Some(self.columns.headings[column].clone()),
            value: show_value(line.text(column)),
            kind,
        });
    }

    fn flag(&mut self, line: &Line, name: &PersonName, kind: FlagKind) {
        self.checked.flags.push(Flag {
            line: line.number,
            name: name.to_string(),
            kind,
        });
    }
}

fn placed<'a>(columns: &Columns, fields: &'a [FieldSpec]) -> Vec<(usize, &'a FieldSpec)> {
    let place =
        |field: &'a FieldSpec| Some((columns.position(&Role::Extra(field.key.clone()))?, field));
    fields.iter().filter_map(place).collect()
}

/// The columns that make up the name, in the order in which a certificate prints them.
fn name_columns(columns: &Columns) -> Vec<usize> {
    [Role::Name, Role::FirstName, Role::OtherNames, Role::Surname]
        .iter()
        .filter_map(|role| columns.position(role))
        .collect()
}

fn whole_line(line: &Line, kind: ProblemKind) -> Problem {
    let filled: Vec<String> = line
        .cells
        .iter()
        .filter(|cell| !cell.text.trim().is_empty())
        .map(|cell| show_value(&cell.text))
        .collect();
    Problem {
        line: line.number,
        column: None,
        value: filled.join(" | "),
        kind,
    }
}

/// The letters of a cell in lower case, so that `TOTAL:` and `Grand  total (14)` are one word.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .take(40)
        .collect()
}

/// A column's letter as spreadsheets show it: 0 is A, 26 is AA.
fn column_letter(column: usize) -> String {
    let mut name = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        name.insert(0, char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    name
}

#[cfg(test)]
mod tests;
