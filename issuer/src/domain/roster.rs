//! A roster: a raw table becomes graduates, or a list of every problem in it.

mod check;
mod field;
mod headings;
mod mapping;
mod problem;
mod table;
mod unreadable;

use std::collections::BTreeMap;

use serde::Serialize;

pub use check::check;
pub use field::{FieldError, FieldSpec};
pub(crate) use mapping::has_header;
pub use mapping::{MappingError, find_columns};
pub(crate) use problem::quoted;
pub use problem::{Flag, FlagKind, Problem, ProblemKind, show_value};
pub use table::{Cell, Columns, Line, Origin, Role, RowEnds, Table, Visibility};
pub use unreadable::{Limit, ReadError, RosterError, Stranger};

use super::name::PersonName;

/// What became of every line below the header: graduates, problems, and hints for the checker.
///
/// A line is in `good` exactly when it has no problem; blank lines are in neither.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Checked {
    /// The graduates, in the order of the file.
    pub good: Vec<Row>,
    /// Every problem of every line, in the order of the file. A line may have several.
    pub problems: Vec<Problem>,
    /// What is allowed but deserves the second officer's eye.
    pub flags: Vec<Flag>,
}

/// One graduate, as the roster gives them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The line of the spreadsheet, as the person sees it (the first line is 1).
    pub line: u32,
    /// The name to sign and print.
    pub name: PersonName,
    /// The staff number, if the roster has one for this person; text, since some hold letters.
    pub staff_number: Option<String>,
    /// The course's own fields by [`FieldSpec::key`], in the declared spelling; an empty optional field is absent.
    pub extras: BTreeMap<String, String>,
}
