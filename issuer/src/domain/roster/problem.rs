//! What is wrong with a line of a roster, in words for the person who keeps it.

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use super::field::FieldError;
use crate::domain::name::{NameError, characters::visible};

/// The longest value quoted in a message, in characters; the JSON form has all of it.
const QUOTED_CHARACTERS: usize = 60;

/// One thing wrong with one line, with what to do about it.
///
/// `Display` gives one line for people, `Serialize` an object with `line`, `column`, `value`, `problem` and `advice`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line of the spreadsheet, as the person sees it.
    pub line: u32,
    /// The heading of the column; `None` when the whole line is meant.
    pub column: Option<String>,
    /// What stands there, with unseen characters written as `[U+XXXX]` (see [`show_value`]).
    pub value: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

impl Problem {
    /// What the person should do about it, one or two sentences.
    #[must_use]
    pub fn advice(&self) -> String {
        self.kind.advice()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = &self.column {
            write!(f, ", column \"{}\"", visible(column))?;
        }
        if !self.value.is_empty() {
            write!(f, ", \"{}\"", shortened(&self.value))?;
        }
        write!(f, ": {}. {}", self.kind, self.advice())
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Problem", 5)?;
        object.serialize_field("line", &self.line)?;
        object.serialize_field("column", &self.column)?;
        object.serialize_field("value", &self.value)?;
        object.serialize_field("problem", &self.kind.to_string())?;
        object.serialize_field("advice", &self.advice())?;
        object.end()
    }
}

/// The kinds of problem; `Display` gives the short word for it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The name is not fit for a certificate.
    #[error("{0}")]
    Name(NameError),
    /// A field of the course is not as declared.
    #[error("{0}")]
    Field(FieldError),
    /// The staff number holds no digit or letter.
    #[error("not a staff number")]
    NotAStaffNumber,
    /// Another person already has this staff number.
    #[error("duplicate of line {line}")]
    SameStaffNumber {
        /// The earlier line.
        line: u32,
    },
    /// The same name stands on an earlier line, and no pair of staff numbers tells the two apart.
    #[error("duplicate of line {line}")]
    SameName {
        /// The earlier line.
        line: u32,
    },
    /// The line ends before a column that is needed.
    #[error("too few columns")]
    TooFewColumns {
        /// Columns in the line.
        found: usize,
        /// Columns in the header.
        expected: usize,
    },
    /// A value beyond the last heading or in a column without one.
    #[error("value without a heading")]
    NoHeading {
        /// The letter of the column, as spreadsheets name it.
        letter: String,
    },
    /// A totals line.
    #[error("not a graduate (totals line)")]
    TotalsLine,
    /// The header again.
    #[error("not a graduate (header repeated)")]
    HeaderRepeated,
    /// A line that the person does not see.
    #[error("hidden line")]
    HiddenLine,
    /// The cell holds a formula.
    #[error("formula instead of a value")]
    Formula,
    /// The cell shows a spreadsheet error.
    #[error("spreadsheet error")]
    SheetError,
}

impl ProblemKind {
    fn advice(&self) -> String {
        match self {
            Self::Name(error) => error.advice(),
            Self::Field(error) => error.advice(),
            Self::NotAStaffNumber => "Write the number, or leave the cell empty if there is none.".into(),
            Self::SameStaffNumber { .. } => {
                "Two people cannot share a staff number: correct one of them, or delete the line that is there twice."
                    .into()
            }
            Self::SameName { .. } => {
                "If they are two people, give each a staff number; if they are one, delete this line.".into()
            }
            Self::TooFewColumns { found, expected } => format!(
                "The line has {found} of {expected} columns: add what is missing, or delete the line."
            ),
            Self::NoHeading { letter } => format!(
                "Column {letter} has no heading: check that the line has not shifted, or give the column a heading."
            ),
            Self::TotalsLine | Self::HeaderRepeated => "Delete the line.".into(),
            Self::HiddenLine => "Show the line (clear the filter) if the person graduates, or delete it.".into(),
            Self::Formula => "Copy the column and paste it as values, then save again.".into(),
            Self::SheetError => "Repair the formula behind it, then paste the value.".into(),
        }
    }
}

/// Something that is allowed but deserves the checker's eye.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// The line of the spreadsheet, as the person sees it.
    pub line: u32,
    /// The name on that line.
    pub name: String,
    /// What to look at.
    pub kind: FlagKind,
}

/// What the checker should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagKind {
    /// The same name with another staff number stands on an earlier line.
    SameName {
        /// The earlier line.
        line: u32,
    },
    /// A name that is easily taken for this one (UTS #39) stands on an earlier line.
    LookAlike {
        /// The earlier line.
        line: u32,
        /// The name there.
        name: String,
    },
    /// The roster keeps first and family names apart, and this person has only one of them.
    OneNameOnly,
}

impl Flag {
    /// Whether it quotes this name.
    pub fn quotes(&self, name: &str) -> bool {
        let alike = match &self.kind {
            FlagKind::LookAlike { name, .. } => name.as_str(),
            FlagKind::SameName { .. } | FlagKind::OneNameOnly => "",
        };
        self.name.contains(name) || alike.contains(name)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, \"{}\": ", self.line, self.name)?;
        match &self.kind {
            FlagKind::SameName { line } => {
                write!(
                    f,
                    "the same name as line {line}, with another staff number. Check that they are two people."
                )
            }
            FlagKind::LookAlike { line, name } => {
                write!(
                    f,
                    "looks like \"{name}\" on line {line}. Check that they are two people."
                )
            }
            FlagKind::OneNameOnly => write!(
                f,
                "only one of first name and surname is filled in. Check the name."
            ),
        }
    }
}

/// A cell's text for a message: unseen characters by number.
#[must_use]
pub fn show_value(text: &str) -> String {
    visible(text.trim())
}

/// Names from a file in a message, with unseen characters by number.
pub(crate) fn quoted(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .filter(|name| !name.is_empty())
        .map(|name| format!("\"{}\"", show_value(name)))
        .collect();
    shown.join(", ")
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(QUOTED_CHARACTERS) {
        None => value.to_owned(),
        Some((end, _)) => format!("{}…", &value[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(column: Option<&str>, value: &str, kind: ProblemKind) -> Problem {
        Problem {
            line: 8,
            column: column.map(String::from),
            value: show_value(value),
            kind,
        }
    }

    #[test]
    fn a_problem_is_one_readable_line() {
        let cases = [
            (
                problem(
                    Some("P/No"),
                    "20000011",
                    ProblemKind::SameStaffNumber { line: 4 },
                ),
                "line 8, column \"P/No\", \"20000011\": duplicate of line 4. Two people cannot share a staff number: \
                 correct one of them, or delete the line that is there twice.",
            ),
            (
                problem(Some("Full Name"), "", ProblemKind::Name(NameError::Missing)),
                "line 8, column \"Full Name\": missing. Write the graduate's name, or delete the row.",
            ),
            (
                problem(None, "TOTAL", ProblemKind::TotalsLine),
                "line 8, \"TOTAL\": not a graduate (totals line). Delete the line.",
            ),
            (
                problem(Some("Name"), "A\u{202e}\nB", ProblemKind::Formula),
                "line 8, column \"Name\", \"A[U+202E][U+000A]B\": formula instead of a value. Copy the column and \
                 paste it as values, then save again.",
            ),
        ];
        for (problem, message) in cases {
            assert_eq!(problem.to_string(), message);
        }
    }

    #[test]
    fn messages_quote_the_beginning_of_long_values_and_json_all_of_it() {
        let long = problem(Some("Name"), &"ũ".repeat(200), ProblemKind::TotalsLine);
        assert!(
            long.to_string()
                .contains(&format!("\"{}…\"", "ũ".repeat(60)))
        );
        let json = serde_json::to_value(&long).unwrap();
        assert_eq!(json["value"].as_str().unwrap().chars().count(), 200);
        assert_eq!(json["problem"], "not a graduate (totals line)");
        assert_eq!(json["line"], 8);
        assert_eq!(json["advice"], "Delete the line.");
    }
}
