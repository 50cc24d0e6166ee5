//! What can be wrong with a name, and what to do about it.

use thiserror::Error;
use unicode_script::Script;

use super::MAX_NAME_OCTETS;
use super::characters::visible;

/// Why a text is not a name for a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing, or only white space.
    #[error("missing")]
    Missing,
    /// It begins with `=`, `+`, `-` or `@`, which a spreadsheet takes for a formula (THREATS 12).
    #[error("not a name (looks like a formula)")]
    Formula,
    /// A character that changes the direction of the text around it.
    #[error("bidi control character")]
    Bidi {
        /// The character.
        character: char,
    },
    /// A character without width, which nobody sees.
    #[error("zero-width character")]
    ZeroWidth {
        /// The character.
        character: char,
    },
    /// A control, private-use, format or unassigned character.
    #[error("character that cannot be printed")]
    Unprintable {
        /// The character.
        character: char,
    },
    /// UTF-8 that was once read as Windows-1252.
    #[error("garbled letters")]
    Garbled {
        /// What it most likely was.
        meant: String,
    },
    /// A letter of another alphabet among Latin ones (UTS #39 §5.1).
    #[error("mixed scripts ({} letter in a Latin name)", script.full_name())]
    MixedScripts {
        /// The script of the strange letter.
        script: Script,
        /// The strange letter.
        character: char,
    },
    /// The whole name is in an alphabet that the certificate cannot print.
    #[error("not in Latin letters ({})", script.full_name())]
    OtherScript {
        /// The script.
        script: Script,
    },
    /// More accents on one letter than any language writes, or an accent on no letter.
    #[error("stray accents")]
    StrayMarks {
        /// The accent that is one too many.
        character: char,
    },
    /// No letter at all.
    #[error("not a name (no letter in it)")]
    NoLetter,
    /// A digit.
    #[error("digit in a name")]
    Digit {
        /// The digit.
        character: char,
    },
    /// A sign that names do not have.
    #[error("character not used in names")]
    Character {
        /// The sign.
        character: char,
    },
    /// Longer than [`MAX_NAME_OCTETS`].
    #[error("too long")]
    TooLong {
        /// Its length in octets after NFC.
        octets: usize,
    },
}

impl NameError {
    /// What the person who keeps the roster should do about it, one or two sentences.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::Missing => "Write the graduate's name, or delete the row.".into(),
            Self::Formula => "Type the name itself: no name begins with = + - or @.".into(),
            Self::Bidi { character }
            | Self::ZeroWidth { character }
            | Self::Unprintable { character } => format!(
                "The name holds U+{:04X}, which nobody can see. Delete the cell and type the name again.",
                u32::from(*character)
            ),
            Self::Garbled { meant } => format!(
                "It was probably \"{meant}\". Save the roster again as \"CSV UTF-8\" or as a workbook (.xlsx), or type the name again."
            ),
            Self::MixedScripts { character, .. } => format!(
                "U+{:04X} only looks like a Latin letter. Type the name again on an ordinary keyboard.",
                u32::from(*character)
            ),
            Self::OtherScript { .. } => {
                "Write the name in Latin letters, as on the graduate's identity card.".into()
            }
            Self::StrayMarks { .. } => "Type the name again with the usual accents only.".into(),
            Self::NoLetter => {
                "Write the graduate's name here; check that the columns have not shifted.".into()
            }
            Self::Digit { .. } => {
                "Take the digits out of the name; numbers have their own column.".into()
            }
            Self::Character {
                character: '`' | '´' | '"' | '“' | '”',
            } => "For an apostrophe type ' and nothing else.".into(),
            Self::Character { character } => {
                format!("Take out {}.", visible(&character.to_string()))
            }
            Self::TooLong { octets } => {
                format!(
                    "It takes {octets} octets, the limit is {MAX_NAME_OCTETS}: shorten it with initials."
                )
            }
        }
    }
}
