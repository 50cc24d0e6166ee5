//! The words of a list that are the same for every graduate.

use crate::Language;

/// A text in both languages.
#[derive(Clone, Copy)]
pub(super) struct Words {
    english: &'static str,
    swahili: &'static str,
}

/// The title of the checklist.
pub(super) const CHECKLIST: Words = words("Handing-over checklist", "Orodha ya kukabidhi vyeti");
/// The title of the labels, which only the file's metadata show.
pub(super) const LABELS: Words = words("Envelope labels", "Lebo za bahasha");
/// The headings of the columns.
pub(super) const NUMBER: Words = words("No.", "Na.");
pub(super) const NAME: Words = words("Name", "Jina");
pub(super) const AWARD: Words = words("Award", "Tuzo");
pub(super) const CERTIFICATE: Words = words("Certificate number", "Namba ya cheti");
pub(super) const GIVEN: Words = words("Given", "Kimetolewa");
pub(super) const SIGNATURE: Words = words("Signature", "Sahihi");
/// What stands before the number of all rows.
pub(super) const CERTIFICATES: Words = words("Certificates", "Vyeti");
/// What is read aloud where something is to be filled in.
pub(super) const BOX: Words = words("box to tick", "kisanduku cha kuweka alama");
pub(super) const LINE: Words = words("line for the signature", "mstari wa sahihi");

const fn words(english: &'static str, swahili: &'static str) -> Words {
    Words { english, swahili }
}

/// The language's name as PDF wants it (BCP 47).
pub(super) const ENGLISH: &str = "en";
pub(super) const SWAHILI: &str = "sw";

impl Words {
    /// The text of the main language, and that of the other one where both are wanted.
    pub(super) fn in_language(self, language: Language) -> (&'static str, Option<&'static str>) {
        match language {
            Language::English => (self.english, None),
            Language::Swahili => (self.swahili, None),
            Language::Both => (self.english, Some(self.swahili)),
        }
    }

    /// One text: `Certificates · Vyeti`.
    pub(super) fn joined(self, language: Language) -> String {
        match self.in_language(language) {
            (one, None) => one.to_owned(),
            (one, Some(other)) => format!("{one} · {other}"),
        }
    }
}

/// The main language of a document.
pub(super) fn tag(language: Language) -> &'static str {
    match language {
        Language::English | Language::Both => ENGLISH,
        Language::Swahili => SWAHILI,
    }
}
