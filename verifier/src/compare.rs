//! Whether what a person claims is what was signed (THREATS 4, 19): compared with care for how names are typed, and
//! saying how the two differ.

mod words;

use cheti_shared::credential::open_badge::Facts;
use cheti_shared::time::Date;
use serde::{Deserialize, Serialize};

use words::Words;

/// Most characters of one expected text.
pub const EXPECTED_CHARACTERS: usize = 500;

/// What the paper, the curriculum vitae or the form says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The graduate's name.
    pub name: Option<String>,
    /// The course.
    pub course: Option<String>,
    /// The award's date, `2026-10-16`.
    pub date: Option<String>,
}

/// Why something expected cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    /// A text longer than is compared.
    #[error(
        "expected {field}: {characters} characters; at most {EXPECTED_CHARACTERS} are compared"
    )]
    TooLong {
        /// Which.
        field: &'static str,
        /// How long it is.
        characters: usize,
    },
    /// A date that is none.
    #[error("expected date: write year-month-day, as 2026-10-16")]
    NotADate,
}

impl Expected {
    /// Refuse what cannot be compared, rather than call it a mismatch.
    pub fn check(&self) -> Result<(), NotComparable> {
        let texts = [
            ("name", &self.name),
            ("course", &self.course),
            ("date", &self.date),
        ];
        for (field, text) in texts {
            let characters = text.as_ref().map_or(0, |text| text.chars().count());
            if characters > EXPECTED_CHARACTERS {
                return Err(NotComparable::TooLong { field, characters });
            }
        }
        match given(&self.date).map(str::parse::<Date>) {
            Some(Err(_)) => Err(NotComparable::NotADate),
            _ => Ok(()),
        }
    }
}

/// What was expected, unless it is blank.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// Whether two texts say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compared {
    /// The same.
    Match,
    /// Another.
    Mismatch,
    /// Nothing was expected, or nothing was signed.
    #[default]
    NotCompared,
}

/// A difference in typing that makes nobody another person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tolerated {
    /// Capital and small letters.
    LetterCase,
    /// Spaces: more, fewer, of another kind.
    Spacing,
    /// `'`, `’`, `ʼ` and their like, or none.
    Apostrophes,
    /// Marks on letters: ũ for u.
    Diacritics,
    /// A hyphen for a space.
    Hyphens,
    /// The same words in another order.
    WordOrder,
}

/// How one claim compares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Matched {
    /// Whether it is the same.
    pub result: Compared,
    /// Of a match: the differences that were passed over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tolerated: Vec<Tolerated>,
    /// Of a mismatch: the words that were expected and not signed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only_expected: Vec<String>,
    /// Of a mismatch: the words that were signed and not expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only_signed: Vec<String>,
    /// Of a mismatch: one of the two is all of the other but for words left out, and two words or more agree. A name
    /// without its middle name is that; whether it is the same person's, a person must judge.
    #[serde(skip_serializing_if = "is_false")]
    pub incomplete: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// How each claim compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The graduate's name.
    pub name: Matched,
    /// The course.
    pub course: Matched,
    /// The award's date.
    pub date: Matched,
}

/// In a name the order of words is no difference: identity cards put the surname first or last.
const OF_A_NAME: &[Tolerated] = &[
    Tolerated::LetterCase,
    Tolerated::Spacing,
    Tolerated::Apostrophes,
    Tolerated::Diacritics,
    Tolerated::Hyphens,
    Tolerated::WordOrder,
];
const OF_A_TITLE: &[Tolerated] = &[
    Tolerated::LetterCase,
    Tolerated::Spacing,
    Tolerated::Apostrophes,
    Tolerated::Diacritics,
    Tolerated::Hyphens,
];

impl Comparison {
    /// Compare with what was signed, if anything was.
    pub fn of(expected: &Expected, signed: Option<&Facts>) -> Self {
        let compare = |expected, signed: Option<&Option<String>>, tolerated: &[_]| match (
            given(expected),
            signed,
        ) {
            (Some(expected), Some(signed)) => {
                compared(expected, signed.as_deref().unwrap_or_default(), tolerated)
            }
            _ => Matched::default(),
        };
        let (name, course) = (
            signed.map(|facts| &facts.name),
            signed.map(|facts| &facts.course),
        );
        Self {
            name: compare(&expected.name, name, OF_A_NAME),
            course: compare(&expected.course, course, OF_A_TITLE),
            date: compare(&expected.date, signed.map(|facts| &facts.awarded), &[]),
        }
    }

    /// The codes of what does not match.
    pub fn mismatches(&self) -> Vec<&'static str> {
        let name = match self.name.incomplete {
            true => NAME_INCOMPLETE,
            false => "name_mismatch",
        };
        let each = [
            (&self.name, name),
            (&self.course, "course_mismatch"),
            (&self.date, "date_mismatch"),
        ];
        let differs =
            |(matched, code): (&Matched, _)| (matched.result == Compared::Mismatch).then_some(code);
        each.into_iter().filter_map(differs).collect()
    }
}

/// The code of a name that lacks words, or has more.
pub const NAME_INCOMPLETE: &str = "name_incomplete";

fn compared(expected: &str, signed: &str, tolerated: &[Tolerated]) -> Matched {
    let (ours, theirs) = (Words::of(expected, tolerated), Words::of(signed, tolerated));
    // What is nothing but marks is no text, and never the same as nothing.
    if ours.is_blank() || theirs.is_blank() || !ours.same(&theirs, tolerated) {
        let (only_expected, only_signed) = (ours.not_in(&theirs), theirs.not_in(&ours));
        let shared = ours.len().saturating_sub(only_expected.len());
        let one_holds_the_other = only_expected.is_empty() || only_signed.is_empty();
        return Matched {
            result: Compared::Mismatch,
            tolerated: Vec::new(),
            incomplete: one_holds_the_other
                && shared >= 2
                && tolerated.contains(&Tolerated::WordOrder),
            only_expected,
            only_signed,
        };
    }
    // A difference was passed over where the two are not the same without doing so.
    let needed = |candidate: &Tolerated| {
        let others: Vec<Tolerated> = tolerated
            .iter()
            .copied()
            .filter(|other| other != candidate)
            .collect();
        !Words::of(expected, &others).same(&Words::of(signed, &others), &others)
    };
    Matched {
        result: Compared::Match,
        tolerated: tolerated.iter().copied().filter(needed).collect(),
        ..Matched::default()
    }
}

#[cfg(test)]
mod tests;
