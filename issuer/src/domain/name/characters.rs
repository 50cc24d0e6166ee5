//! Characters in text from outside: tidying, finding the ones nobody sees, and showing them.

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Kinds of character that have no place in a name or a field (THREATS 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unseen {
    /// Changes the direction of the text around it.
    Bidi,
    /// Takes no width: joiners, soft hyphens, fillers, variation selectors, tags.
    ZeroWidth,
    /// Any other control, format, private-use or unassigned character.
    Unprintable,
}

/// Says whether, and how, a character hides from the reader.
pub(crate) fn unseen(c: char) -> Option<Unseen> {
    match c {
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some(Unseen::Bidi)
        }
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{e0000}'..='\u{e0fff}' => Some(Unseen::ZeroWidth),
        _ => match c.general_category() {
            GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::Surrogate
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator => Some(Unseen::Unprintable),
            _ => None,
        },
    }
}

/// Trims, makes every run of white space one space, and composes (NFC).
pub(crate) fn tidy(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    if spaced.is_ascii() {
        spaced
    } else {
        spaced.nfc().collect()
    }
}

/// The text with every unseen character written as `[U+XXXX]`, so that a message about it cannot be reordered by it.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if unseen(c).is_some() {
            // Writing to a String cannot fail.
            let _ = write!(shown, "[U+{:04X}]", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unseen_characters_are_shown_by_number() {
        assert_eq!(visible("Faith\u{202e}evil"), "Faith[U+202E]evil");
        assert_eq!(
            visible("a\u{200b}\nb\u{2028}"),
            "a[U+200B][U+000A]b[U+2028]"
        );
        assert_eq!(visible("Ng'ang'a Wanjikũ"), "Ng'ang'a Wanjikũ");
    }

    #[test]
    fn tidying_is_stable() {
        assert_eq!(tidy("  A \u{a0}\t b\u{301}\n"), "A b\u{301}");
        assert_eq!(tidy("e\u{301}"), "é");
        assert_eq!(tidy(&tidy(" e\u{301}  x ")), "é x");
    }
}
