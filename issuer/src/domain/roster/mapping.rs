//! Finding the header of a table and what each of its columns means.

use thiserror::Error;

use super::headings::{Sureness, compact, recognise};
use super::problem::quoted;
use super::{Columns, FieldSpec, Line, Role, Table, show_value};
use crate::domain::name::characters::tidy;

/// Filled lines among which the header is looked for; rosters carry a few lines of title above it.
const HEADER_WITHIN: usize = 50;

/// Finds the header and gives every column its role: the pairs of `--map` first, then the usual headings.
///
/// # Errors
/// When a column that is needed is not there, when two columns mean the same, or when the map does not fit.
pub fn find_columns(
    table: &Table,
    map: &[(String, String)],
    fields: &[FieldSpec],
) -> Result<Columns, MappingError> {
    let map = Map::parse(map, fields)?;
    let header = header_line(table, &map, fields).ok_or(MappingError::NoLines)?;
    let columns = assign(header, &map, fields)?;
    for field in fields.iter().filter(|field| field.required) {
        if columns.position(&Role::Extra(field.key.clone())).is_none() {
            return Err(MappingError::NoFieldColumn {
                key: field.key.clone(),
                label: field.label.clone(),
                line: columns.header_line,
                headings: columns.headings,
            });
        }
    }
    Ok(columns)
}

/// Whether the table has a line that is a header with a name column.
pub(crate) fn has_header(table: &Table, map: &[(String, String)], fields: &[FieldSpec]) -> bool {
    !matches!(
        find_columns(table, map, fields),
        Err(MappingError::NoLines
            | MappingError::NoNameColumn { .. }
            | MappingError::NoSuchHeading { .. })
    )
}

/// The pairs of `--map`, understood.
struct Map {
    pairs: Vec<(String, String, Role)>,
}

impl Map {
    fn parse(pairs: &[(String, String)], fields: &[FieldSpec]) -> Result<Self, MappingError> {
        let mut map = Self {
            pairs: Vec::with_capacity(pairs.len()),
        };
        for (heading, word) in pairs {
            let key = compact(heading);
            let role = role_of(word, fields).ok_or_else(|| MappingError::NoSuchRole {
                word: word.clone(),
                roles: role_words(fields),
            })?;
            let taken = map
                .pairs
                .iter()
                .find(|(_, k, r)| *k == key || (*r == role && role != Role::Ignored));
            if let Some((other, ..)) = taken {
                return Err(MappingError::MapTwice {
                    first: other.clone(),
                    second: heading.clone(),
                });
            }
            map.pairs.push((heading.clone(), key, role));
        }
        Ok(map)
    }

    fn role(&self, heading: &str) -> Option<&Role> {
        let key = compact(heading);
        self.pairs
            .iter()
            .find(|(_, k, _)| *k == key)
            .map(|(.., role)| role)
    }

    fn gives(&self, role: &Role) -> bool {
        self.pairs.iter().any(|(.., r)| r == role)
    }

    fn gives_a_name(&self) -> bool {
        self.pairs.iter().any(|(.., role)| is_name(role))
    }
}

fn is_name(role: &Role) -> bool {
    matches!(
        role,
        Role::Name | Role::Surname | Role::FirstName | Role::OtherNames
    )
}

fn plain_roles(fields: &[FieldSpec]) -> impl Iterator<Item = Role> {
    [
        Role::Name,
        Role::Surname,
        Role::FirstName,
        Role::OtherNames,
        Role::StaffNumber,
    ]
    .into_iter()
    .chain(fields.iter().map(|field| Role::Extra(field.key.clone())))
    .chain([Role::Ignored])
}

fn role_of(word: &str, fields: &[FieldSpec]) -> Option<Role> {
    let word = compact(word);
    plain_roles(fields).find(|role| compact(&role.to_string()) == word)
}

fn role_words(fields: &[FieldSpec]) -> Vec<String> {
    plain_roles(fields).map(|role| role.to_string()).collect()
}

/// The line with the most headings that somebody would know; the first of equals.
fn header_line<'a>(table: &'a Table, map: &Map, fields: &[FieldSpec]) -> Option<&'a Line> {
    let candidates = table
        .lines
        .iter()
        .filter(|line| !line.is_blank())
        .take(HEADER_WITHIN);
    let mut best: Option<(usize, &Line)> = None;
    for line in candidates {
        let points = points(line, map, fields);
        if best.is_none_or(|(most, _)| points > most) {
            best = Some((points, line));
        }
    }
    best.map(|(_, line)| line)
}

/// A heading from the map counts more than any number of usual ones.
fn points(line: &Line, map: &Map, fields: &[FieldSpec]) -> usize {
    let point = |text: &str| match (map.role(text), recognise(text, fields)) {
        (Some(_), _) => 1000,
        (None, Some(_)) => 1,
        (None, None) => 0,
    };
    line.cells
        .iter()
        .filter(|cell| !cell.text.trim().is_empty())
        .map(|cell| point(&cell.text))
        .sum()
}

fn assign(line: &Line, map: &Map, fields: &[FieldSpec]) -> Result<Columns, MappingError> {
    let mut headings: Vec<String> = line.cells.iter().map(|cell| tidy(&cell.text)).collect();
    headings.truncate(
        headings
            .iter()
            .rposition(|h| !h.is_empty())
            .map_or(0, |last| last + 1),
    );
    refuse_absent_headings(line.number, &headings, map)?;
    let found: Vec<Option<(Role, Sureness)>> = headings
        .iter()
        .map(|heading| meaning(heading, map, fields))
        .collect();
    let has_parts = [Role::Surname, Role::FirstName, Role::OtherNames]
        .iter()
        .any(|part| found.iter().flatten().any(|(role, _)| role == part));
    let mut columns = Columns {
        header_line: line.number,
        roles: vec![Role::Ignored; headings.len()],
        headings,
    };
    for role in plain_roles(fields).filter(|role| *role != Role::Ignored) {
        if let Some(column) = only_column(&role, &found, &columns, map)? {
            columns.roles[column] = role;
        }
    }
    settle_name(&mut columns, &found, has_parts, map)?;
    Ok(columns)
}

fn refuse_absent_headings(line: u32, headings: &[String], map: &Map) -> Result<(), MappingError> {
    for (heading, key, _) in &map.pairs {
        match headings.iter().filter(|h| compact(h) == *key).count() {
            1 => {}
            0 => {
                return Err(MappingError::NoSuchHeading {
                    heading: heading.clone(),
                    line,
                    headings: headings.to_vec(),
                });
            }
            columns => {
                return Err(MappingError::SameHeading {
                    heading: heading.clone(),
                    columns,
                    line,
                });
            }
        }
    }
    Ok(())
}

/// What a column means. Where the map names a role, no other column gets it by its heading.
fn meaning(heading: &str, map: &Map, fields: &[FieldSpec]) -> Option<(Role, Sureness)> {
    if let Some(role) = map.role(heading) {
        return Some((role.clone(), Sureness::Sure));
    }
    let (role, sureness) = recognise(heading, fields)?;
    let whole_or_parts =
        (role == Role::Name && map.gives_a_name()) || (is_name(&role) && map.gives(&Role::Name));
    let settled = map.gives(&role) || whole_or_parts;
    if settled {
        None
    } else {
        Some((role, sureness))
    }
}

/// The column for a role: the only sure one, or else the only vague one.
fn only_column(
    role: &Role,
    found: &[Option<(Role, Sureness)>],
    columns: &Columns,
    map: &Map,
) -> Result<Option<usize>, MappingError> {
    for sureness in [Sureness::Sure, Sureness::Vague] {
        let is = |entry: &Option<(Role, Sureness)>| {
            entry
                .as_ref()
                .is_some_and(|(r, s)| r == role && *s == sureness)
        };
        let candidates: Vec<usize> = (0..found.len())
            .filter(|&column| is(&found[column]))
            .collect();
        match candidates[..] {
            [] => {}
            [column] => return Ok(Some(column)),
            _ if map.gives(role) => return Ok(candidates.first().copied()),
            _ => return Err(ambiguous(role, &candidates, columns)),
        }
    }
    Ok(None)
}

/// Chooses between a column with the whole name and columns with its parts.
fn settle_name(
    columns: &mut Columns,
    found: &[Option<(Role, Sureness)>],
    has_parts: bool,
    map: &Map,
) -> Result<(), MappingError> {
    let whole = columns.position(&Role::Name);
    match whole {
        Some(_) if !has_parts => Ok(()),
        Some(column)
            if map.gives(&Role::Name)
                || found[column]
                    .as_ref()
                    .is_some_and(|f| f.1 == Sureness::Sure) =>
        {
            ignore_name_parts(columns);
            Ok(())
        }
        Some(_) => {
            let alike: Vec<usize> = (0..found.len())
                .filter(|&c| is_name(&columns.roles[c]))
                .collect();
            Err(ambiguous(&Role::Name, &alike, columns))
        }
        None if columns.position(&Role::Surname).is_some() || map.gives_a_name() => Ok(()),
        None => Err(MappingError::NoNameColumn {
            line: columns.header_line,
            headings: columns.headings.clone(),
        }),
    }
}

fn ignore_name_parts(columns: &mut Columns) {
    for role in &mut columns.roles {
        if is_name(role) && *role != Role::Name {
            *role = Role::Ignored;
        }
    }
}

fn ambiguous(role: &Role, candidates: &[usize], columns: &Columns) -> MappingError {
    MappingError::Ambiguous {
        role: role.clone(),
        line: columns.header_line,
        headings: candidates
            .iter()
            .map(|&column| columns.headings[column].clone())
            .collect(),
    }
}

/// Why the columns of a table cannot be told apart.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MappingError {
    /// Nothing in the sheet.
    #[error("the sheet is empty")]
    NoLines,
    /// No heading means a name.
    #[error(
        "no column for the name was found; line {line} has {}. Say which column it is",
        quoted(headings)
    )]
    NoNameColumn {
        /// The line that looks most like a header.
        line: u32,
        /// Its cells.
        headings: Vec<String>,
    },
    /// A required field has no column.
    #[error(
        "the course needs \"{label}\", and the header on line {line} has no such column, only {}. \
         Say which column it is",
        quoted(headings)
    )]
    NoFieldColumn {
        /// The field's key.
        key: String,
        /// The field's label.
        label: String,
        /// The line of the header.
        line: u32,
        /// The headings there are.
        headings: Vec<String>,
    },
    /// Several columns mean the same.
    #[error(
        "line {line} has several columns for {role}: {}. Say which one to take",
        quoted(headings)
    )]
    Ambiguous {
        /// What they mean.
        role: Role,
        /// The line of the header.
        line: u32,
        /// Their headings.
        headings: Vec<String>,
    },
    /// The map names a heading that is not there.
    #[error(
        "\"{heading}\" is mapped, but the header on line {line} has no such column. Its columns: {}",
        quoted(headings)
    )]
    NoSuchHeading {
        /// The heading in the map.
        heading: String,
        /// The line of the header.
        line: u32,
        /// The headings there are.
        headings: Vec<String>,
    },
    /// The map names a heading that stands over several columns.
    #[error(
        "\"{heading}\" is mapped, but the header on line {line} has {columns} such columns. Give each a heading of its own"
    )]
    SameHeading {
        /// The heading in the map.
        heading: String,
        /// How many columns have it.
        columns: usize,
        /// The line of the header.
        line: u32,
    },
    /// The map gives a column a meaning that does not exist.
    #[error("nothing is mapped to \"{word}\": a column can be {}", quoted(roles))]
    NoSuchRole {
        /// The word in the map.
        word: String,
        /// The words that may stand there.
        roles: Vec<String>,
    },
    /// The map names one column or one meaning twice.
    #[error("\"{first}\" and \"{second}\" are mapped to the same: leave one out")]
    MapTwice {
        /// The first pair's heading.
        first: String,
        /// The second pair's heading.
        second: String,
    },
}

impl MappingError {
    /// The pair, heading and role, by which somebody would tell the columns apart.
    pub fn missing_pair(&self) -> Option<(String, String)> {
        const ANY: &str = "HEADING";
        match self {
            Self::NoNameColumn { .. } => Some((ANY.to_owned(), Role::Name.to_string())),
            Self::NoFieldColumn { key, .. } => Some((ANY.to_owned(), key.clone())),
            Self::Ambiguous { role, headings, .. } => {
                let heading = headings.first().map(|heading| show_value(heading));
                Some((heading.unwrap_or_default(), role.to_string()))
            }
            _ => None,
        }
    }
}
