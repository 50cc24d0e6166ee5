//! Rules for a person's name on a certificate.

pub(crate) mod characters;
mod error;

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};
use unicode_security::GeneralSecurityProfile;

use characters::{Unseen, tidy, unseen};
pub use error::NameError;

/// The longest name a certificate carries, in octets of UTF-8 after NFC (DESIGN §2).
pub const MAX_NAME_OCTETS: usize = 120;

/// Accents one letter may carry after NFC.
const MAX_MARKS_ON_A_LETTER: usize = 2;

/// A name fit to be signed and printed: NFC, Latin letters, no character that hides or reorders text, at most
/// [`MAX_NAME_OCTETS`].
///
/// It is kept as the person writes it: capitals, apostrophes and the order of its parts are not touched. What it does
/// not promise is that the name is *true*; that is the checker's work.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name from a cell or a form: trims it, makes every run of white space one space, composes it (NFC) and
    /// then refuses what no certificate should carry (THREATS 8, 19).
    ///
    /// # Errors
    /// The first thing that is wrong, as a [`NameError`].
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = tidy(text);
        refuse_empty_or_formula(&name)?;
        refuse_unseen(&name)?;
        refuse_garbled(&name)?;
        refuse_scripts(&name)?;
        refuse_marks(&name)?;
        refuse_characters(&name)?;
        if name.len() > MAX_NAME_OCTETS {
            return Err(NameError::TooLong { octets: name.len() });
        }
        Ok(Self(name))
    }

    /// What stands in the place of a name that was erased.
    #[must_use]
    pub fn erased() -> Self {
        Self("Erased".to_owned())
    }

    /// The name as it will be signed and printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Equal for two spellings of the same name that differ only in capitals or in the kind of apostrophe.
    #[must_use]
    pub fn same_name_key(&self) -> String {
        self.0
            .chars()
            .map(|c| if is_apostrophe(c) { '\'' } else { c })
            .flat_map(char::to_lowercase)
            .collect()
    }

    /// Equal for names that a reader may take for one another: the skeleton of UTS #39 §4 over the letters without
    /// accents, apostrophes and capitals. For a hint to the checker, never for a decision.
    #[must_use]
    pub fn look_alike_key(&self) -> String {
        let plain: String = self
            .0
            .nfd()
            .filter(|&c| !is_combining_mark(c) && !is_apostrophe(c))
            .collect();
        unicode_security::skeleton(&plain)
            .flat_map(char::to_lowercase)
            .collect()
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PersonName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        Self::parse(&text)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

fn refuse_empty_or_formula(name: &str) -> Result<(), NameError> {
    match name.chars().next() {
        None => Err(NameError::Missing),
        Some('=' | '+' | '-' | '@') => Err(NameError::Formula),
        Some(_) => Ok(()),
    }
}

fn refuse_unseen(name: &str) -> Result<(), NameError> {
    for character in name.chars() {
        match unseen(character) {
            None => {}
            Some(Unseen::Bidi) => return Err(NameError::Bidi { character }),
            Some(Unseen::ZeroWidth) => return Err(NameError::ZeroWidth { character }),
            Some(Unseen::Unprintable) => return Err(NameError::Unprintable { character }),
        }
    }
    Ok(())
}

/// UTF-8 read as Windows-1252 gives `WanjikÅ©`; turned back into octets it is UTF-8 again, which real names are not.
fn refuse_garbled(name: &str) -> Result<(), NameError> {
    if name.is_ascii() {
        return Ok(());
    }
    let (octets, _, unmappable) = encoding_rs::WINDOWS_1252.encode(name);
    match std::str::from_utf8(&octets) {
        Ok(meant) if !unmappable => Err(NameError::Garbled {
            meant: meant.to_owned(),
        }),
        _ => Ok(()),
    }
}

fn refuse_scripts(name: &str) -> Result<(), NameError> {
    let foreign = |c: &char| {
        c.is_alphabetic()
            && !matches!(
                c.script(),
                Script::Latin | Script::Common | Script::Inherited
            )
    };
    let Some(character) = name.chars().find(foreign) else {
        return Ok(());
    };
    let script = character.script();
    if name.chars().any(|c| c.script() == Script::Latin) {
        Err(NameError::MixedScripts { script, character })
    } else {
        Err(NameError::OtherScript { script })
    }
}

fn refuse_marks(name: &str) -> Result<(), NameError> {
    let mut room = 0;
    for character in name.chars() {
        if !is_combining_mark(character) {
            room = if character.is_alphabetic() {
                MAX_MARKS_ON_A_LETTER
            } else {
                0
            };
        } else if room == 0 {
            return Err(NameError::StrayMarks { character });
        } else {
            room -= 1;
        }
    }
    Ok(())
}

fn refuse_characters(name: &str) -> Result<(), NameError> {
    if !name
        .chars()
        .any(|c| c.is_alphabetic() && c.script() == Script::Latin)
    {
        return Err(NameError::NoLetter);
    }
    match name.chars().find(|&c| !belongs_in_a_name(c)) {
        None => Ok(()),
        Some(character) if character.is_numeric() => Err(NameError::Digit { character }),
        Some(character) => Err(NameError::Character { character }),
    }
}

/// Letters and marks that UTS #39 recommends, and the signs that rosters put between them. Leaves out look-alikes such
/// as full-width, mathematical and click letters.
fn belongs_in_a_name(c: char) -> bool {
    let letter = c.is_alphabetic() && c.script() == Script::Latin;
    let sign = matches!(c, ' ' | '-' | '‐' | '‑' | '.' | ',' | ';' | '(' | ')');
    sign || is_apostrophe(c) || ((letter || is_combining_mark(c)) && c.identifier_allowed())
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | 'ʻ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_the_names_people_have() {
        let cases = [
            ("Ng'ang'a Peter", "Ng'ang'a Peter"),
            ("Ng’ang’a", "Ng’ang’a"),
            ("Ngʼangʼa", "Ngʼangʼa"),
            ("  Wanjikũ \u{a0} Kamau\t", "Wanjikũ Kamau"),
            ("Ca\u{301}roline", "Cároline"),
            ("O'BRIEN", "O'BRIEN"),
            ("De Souza", "De Souza"),
            ("Abdi", "Abdi"),
            ("Odhiambo; Mary", "Odhiambo; Mary"),
            ("Anne-Marie Otieno, Jr.", "Anne-Marie Otieno, Jr."),
            ("José Núñez Ümit Đặng", "José Núñez Ümit Đặng"),
            ("m\u{303}bere", "m\u{303}bere"),
            ("Amina\r\nHassan", "Amina Hassan"),
        ];
        for (given, kept) in cases {
            assert_eq!(PersonName::parse(given).unwrap().as_str(), kept);
        }
        let longest = "a".repeat(MAX_NAME_OCTETS);
        assert_eq!(PersonName::parse(&longest).unwrap().as_str(), longest);
    }

    #[test]
    fn refuses_what_is_not_a_name_with_its_reason() {
        let cases = [
            (" \u{a0}\t", "missing"),
            ("=A1&B1", "not a name (looks like a formula)"),
            ("@sum", "not a name (looks like a formula)"),
            ("-", "not a name (looks like a formula)"),
            ("Grace\u{2067} Otieno", "bidi control character"),
            ("\u{feff}Grace Otieno", "zero-width character"),
            ("Grace\u{ad}Otieno", "zero-width character"),
            ("Grace\u{7}", "character that cannot be printed"),
            ("Grace\u{e000}", "character that cannot be printed"),
            ("Grace\u{378}", "character that cannot be printed"),
            ("WanjikÅ© Kamau", "garbled letters"),
            ("RenÃªe", "garbled letters"),
            (
                "Dаvid Mutua",
                "mixed scripts (Cyrillic letter in a Latin name)",
            ),
            ("Αbdi", "mixed scripts (Greek letter in a Latin name)"),
            ("Иван", "not in Latin letters (Cyrillic)"),
            ("a\u{301}\u{302}\u{303}\u{304}", "stray accents"),
            ("Juma \u{301}", "stray accents"),
            ("2041", "not a name (no letter in it)"),
            ("...", "not a name (no letter in it)"),
            ("Juma 2", "digit in a name"),
            ("Ng`ang`a", "character not used in names"),
            ("Ｊuma", "character not used in names"),
            ("Juma <b>", "character not used in names"),
        ];
        for (given, reason) in cases {
            let error = PersonName::parse(given).unwrap_err();
            assert_eq!(error.to_string(), reason, "{given:?}");
            assert!(error.advice().ends_with('.'), "{given:?}");
        }
        let long = "ũ".repeat(61);
        assert_eq!(
            PersonName::parse(&long),
            Err(NameError::TooLong { octets: 122 })
        );
    }

    #[test]
    fn the_limit_counts_octets_after_composing() {
        let decomposed = "u\u{303}".repeat(60);
        assert_eq!(PersonName::parse(&decomposed).unwrap().as_str().len(), 120);
    }

    #[test]
    fn keys_bring_alike_names_together() {
        let key = |text: &str| PersonName::parse(text).unwrap().same_name_key();
        let alike = |text: &str| PersonName::parse(text).unwrap().look_alike_key();
        assert_eq!(key("NG'ANG'A Peter"), key("Ng’ang’a PETER"));
        assert_ne!(key("Wanjiku"), key("Wanjikũ"));
        assert_eq!(alike("Wanjiku"), alike("Wanjikũ"));
        assert_eq!(alike("Ali Noor"), alike("AIi Noor"));
        assert_ne!(alike("Peter"), alike("Pita"));
    }

    #[test]
    fn serde_parses_again() {
        assert_eq!(
            serde_json::from_str::<PersonName>(r#""Abdi""#)
                .unwrap()
                .as_str(),
            "Abdi"
        );
        assert!(serde_json::from_str::<PersonName>(r#""=Abdi""#).is_err());
    }

    fn name_like() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            8 => "[A-Za-z' ]{1,6}".prop_map(|s| s),
            2 => "[ũĩéáñ\u{301}\u{303}\u{325}’ʼ.;-]{1,3}".prop_map(|s| s),
            1 => any::<char>().prop_map(|c| c.to_string()),
            1 => "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2069}\u{feff}]".prop_map(|s| s),
        ];
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn an_accepted_name_is_clean_and_stable(text in name_like()) {
            if let Ok(name) = PersonName::parse(&text) {
                let kept = name.as_str();
                prop_assert!(kept.nfc().eq(kept.chars()));
                prop_assert!(kept.chars().all(|c| unseen(c).is_none()));
                prop_assert!(!kept.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']));
                prop_assert!(kept.len() <= MAX_NAME_OCTETS);
                prop_assert_eq!(PersonName::parse(kept).unwrap(), name);
            }
        }
    }
}
