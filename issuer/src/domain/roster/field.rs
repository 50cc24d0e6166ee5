//! Fields that vary from graduate to graduate: what a course declares and what a cell gives.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::name::characters::{tidy, unseen};

/// A field that a course declares beside the name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSpec {
    /// The field's key in the course file and in `--map`.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// Whether a graduate may be without it.
    pub required: bool,
    /// The values it may have, in the spelling to be signed; empty for free text.
    pub allowed: Vec<String>,
    /// The longest value, in octets of UTF-8 after NFC.
    pub max_octets: usize,
}

impl FieldSpec {
    /// Reads a cell: `None` for an empty optional field, otherwise the value to sign. Declared values match without
    /// regard to capitals and come back in the declared spelling.
    ///
    /// # Errors
    /// What is wrong with the cell.
    pub fn read(&self, text: &str) -> Result<Option<String>, FieldError> {
        let value = tidy(text);
        if value.is_empty() {
            return if self.required {
                Err(FieldError::Missing)
            } else {
                Ok(None)
            };
        }
        if !self.allowed.is_empty() {
            return self.declared(&value).map(Some);
        }
        refuse_unfit(&value, self.max_octets)?;
        Ok(Some(value))
    }

    fn declared(&self, value: &str) -> Result<String, FieldError> {
        let folded = value.to_lowercase();
        let same = self
            .allowed
            .iter()
            .find(|a| tidy(a).to_lowercase() == folded);
        same.cloned().ok_or_else(|| FieldError::Unknown {
            nearest: nearest(&folded, &self.allowed),
            allowed: self.allowed.clone(),
        })
    }
}

/// Refuses free text that hides characters, looks like a formula or is too long.
pub(super) fn refuse_unfit(value: &str, max_octets: usize) -> Result<(), FieldError> {
    if value.starts_with(['=', '@']) {
        return Err(FieldError::Formula);
    }
    if let Some(character) = value.chars().find(|&c| unseen(c).is_some()) {
        return Err(FieldError::Unseen { character });
    }
    if value.len() > max_octets {
        return Err(FieldError::TooLong {
            octets: value.len(),
            limit: max_octets,
        });
    }
    Ok(())
}

/// The declared value that a slip of the fingers would turn into `folded`, if one is close.
fn nearest(folded: &str, allowed: &[String]) -> Option<String> {
    if folded.len() > 64 {
        return None;
    }
    allowed
        .iter()
        .map(|value| (edits(folded, &value.to_lowercase()), value))
        .filter(|(distance, value)| *distance <= (value.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, value)| value.clone())
}

/// Levenshtein's distance: letters to insert, delete or change.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&to) {
            let best = (diagonal + usize::from(a != *b))
                .min(left + 1)
                .min(*cell + 1);
            diagonal = *cell;
            *cell = best;
            left = best;
        }
        row[0] = i + 1;
    }
    row[to.len()]
}

/// What is wrong with the value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FieldError {
    /// A required field is empty.
    #[error("missing")]
    Missing,
    /// Not one of the declared values.
    #[error("unknown value")]
    Unknown {
        /// The declared values.
        allowed: Vec<String>,
        /// The declared value that is most likely meant.
        nearest: Option<String>,
    },
    /// It looks like a formula.
    #[error("looks like a formula")]
    Formula,
    /// It holds a character that nobody sees.
    #[error("invisible character")]
    Unseen {
        /// The character.
        character: char,
    },
    /// Longer than the field allows.
    #[error("too long")]
    TooLong {
        /// Its length in octets after NFC.
        octets: usize,
        /// The limit in octets.
        limit: usize,
    },
}

impl FieldError {
    /// What the person who keeps the roster should do about it.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::Missing => "Fill it in: the course needs it for every graduate.".into(),
            Self::Unknown {
                allowed,
                nearest: None,
            } => format!("Use one of: {}.", allowed.join(", ")),
            Self::Unknown {
                allowed,
                nearest: Some(value),
            } => {
                format!("Did you mean {value}? Use one of: {}.", allowed.join(", "))
            }
            Self::Formula => "Type the value itself: it may not begin with = or @.".into(),
            Self::Unseen { character } => format!(
                "It holds U+{:04X}, which nobody can see. Delete the cell and type it again.",
                u32::from(*character)
            ),
            Self::TooLong { octets, limit } => {
                format!("It takes {octets} octets, the limit is {limit}: shorten it.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn award(required: bool) -> FieldSpec {
        FieldSpec {
            key: "award".into(),
            label: "Award".into(),
            required,
            allowed: ["Distinction", "Credit", "Pass"].map(String::from).to_vec(),
            max_octets: 20,
        }
    }

    #[test]
    fn declared_values_come_back_in_the_declared_spelling() {
        for given in ["pass", "PASS", " Pass "] {
            assert_eq!(award(true).read(given), Ok(Some("Pass".into())));
        }
        assert_eq!(award(false).read(" "), Ok(None));
        assert_eq!(award(true).read(" "), Err(FieldError::Missing));
    }

    #[test]
    fn an_unknown_value_names_the_nearest_only_when_close() {
        let cases = [
            ("Distintion", Some("Distinction")),
            ("pas", Some("Pass")),
            ("Excelent", None),
            ("Fail", None),
        ];
        for (given, expected) in cases {
            let Err(FieldError::Unknown { nearest, allowed }) = award(true).read(given) else {
                panic!("{given} was taken");
            };
            assert_eq!(nearest.as_deref(), expected, "{given}");
            assert_eq!(allowed.len(), 3);
        }
    }

    #[test]
    fn free_text_is_tidied_and_bounded() {
        let free = FieldSpec {
            allowed: vec![],
            max_octets: 8,
            ..award(false)
        };
        assert_eq!(
            free.read("  two  words"),
            Err(FieldError::TooLong {
                octets: 9,
                limit: 8
            })
        );
        assert_eq!(free.read(" a  b "), Ok(Some("a b".into())));
        assert_eq!(free.read("=1+1"), Err(FieldError::Formula));
        assert_eq!(
            free.read("a\u{200b}b"),
            Err(FieldError::Unseen {
                character: '\u{200b}'
            })
        );
    }

    #[test]
    fn edits_are_counted() {
        for (from, to, distance) in [
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("pass", "pass", 0),
            ("ab", "", 2),
        ] {
            assert_eq!(edits(from, to), distance);
        }
    }
}
