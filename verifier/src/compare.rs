//! Whether what a person claims is what was signed (THREATS 4, 19): compared with care for how names are typed.

use cheti_shared::credential::open_badge::Facts;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

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

/// How one claim compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compared {
    /// The same.
    Match,
    /// Another.
    Mismatch,
    /// Nothing was expected, or nothing was signed.
    NotCompared,
}

/// How each claim compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The graduate's name.
    pub name: Compared,
    /// The course.
    pub course: Compared,
    /// The award's date.
    pub date: Compared,
}

impl Comparison {
    /// Compare with what was signed, if anything was.
    pub fn of(expected: &Expected, signed: Option<&Facts>) -> Self {
        let compare = |expected: &Option<String>, signed: Option<&Option<String>>| match (
            expected.as_deref().map(folded),
            signed,
        ) {
            (Some(expected), Some(signed)) if !expected.is_empty() => {
                match signed.as_deref().map(folded) == Some(expected) {
                    true => Compared::Match,
                    false => Compared::Mismatch,
                }
            }
            _ => Compared::NotCompared,
        };
        Self {
            name: compare(&expected.name, signed.map(|facts| &facts.name)),
            course: compare(&expected.course, signed.map(|facts| &facts.course)),
            date: compare(&expected.date, signed.map(|facts| &facts.awarded)),
        }
    }

    /// The codes of what does not match.
    pub fn mismatches(&self) -> Vec<&'static str> {
        let each = [
            (self.name, "name_mismatch"),
            (self.course, "course_mismatch"),
            (self.date, "date_mismatch"),
        ];
        let differs = |(compared, code)| (compared == Compared::Mismatch).then_some(code);
        each.into_iter().filter_map(differs).collect()
    }
}

/// One spelling for the ways one text is typed: NFC, lower case, single spaces, one apostrophe.
fn folded(text: &str) -> String {
    let lower: String = text.nfc().flat_map(char::to_lowercase).collect();
    let apostrophes = |c| match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{02bc}' | '\u{02b9}' | '\u{02bb}'
        | '\u{00b4}' | '`' | '\u{ff07}' => '\'',
        other => other,
    };
    let words: String = lower.nfc().map(apostrophes).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(expected: &str, signed: &str) -> Compared {
        let expected = Expected {
            name: Some(expected.to_owned()),
            ..Expected::default()
        };
        let signed = Facts {
            name: Some(signed.to_owned()),
            ..Facts::default()
        };
        Comparison::of(&expected, Some(&signed)).name
    }

    #[test]
    fn typing_differences_are_no_differences() {
        for (expected, signed, answer) in [
            ("Wanjikũ Ng'ang'a", "Wanjikũ Ng'ang'a", Compared::Match),
            ("WANJIKŨ NG’ANG’A", "Wanjikũ Ng'ang'a", Compared::Match),
            (
                "Wanjiku\u{303} Ngʼangʼa",
                "Wanjikũ Ng'ang'a",
                Compared::Match,
            ),
            (
                "  wanjikũ\u{a0} ng`ang`a ",
                "Wanjikũ Ng'ang'a",
                Compared::Match,
            ),
            ("O'Brien", "O'Brian", Compared::Mismatch),
            ("Wanjikũ", "Wanjikũ Ng'ang'a", Compared::Mismatch),
            ("Аchieng", "Achieng", Compared::Mismatch),
            ("", "Achieng", Compared::NotCompared),
            (" ", "Achieng", Compared::NotCompared),
        ] {
            assert_eq!(compared(expected, signed), answer, "{expected}");
        }
    }

    #[test]
    fn what_was_not_signed_is_not_compared() {
        let expected = Expected {
            name: Some("Achieng".to_owned()),
            course: Some("Course".to_owned()),
            date: None,
        };
        let nothing = Comparison::of(&expected, None);
        assert_eq!(nothing.name, Compared::NotCompared);
        let empty = Comparison::of(&expected, Some(&Facts::default()));
        assert_eq!(empty.mismatches(), ["name_mismatch", "course_mismatch"]);
    }
}
