//! The string table of a workbook, kept as one text.

use quick_xml::events::Event;

use super::package::{Part, text_of};
use crate::domain::roster::{Limit, ReadError};
use crate::import::sheet::{MAX_CELL_CHARACTERS, MAX_CELLS, MAX_TEXT_OCTETS, over};

/// All strings one after another, with where each ends.
#[derive(Default)]
pub(super) struct SharedStrings {
    text: String,
    ends: Vec<usize>,
}

impl SharedStrings {
    /// Reads the table; its own count of its entries is not believed.
    pub(super) fn read(part: &mut Part<'_>) -> Result<Self, ReadError> {
        let mut strings = Self::default();
        let mut rich = RichText::default();
        loop {
            match part.next()? {
                Event::Start(element) if element.local_name().as_ref() == "si" => {
                    rich = RichText::default()
                }
                Event::End(element) if element.local_name().as_ref() == "si" => {
                    strings.push(&rich.finish())?
                }
                Event::Eof => return Ok(strings),
                event => rich.take(&event)?,
            }
        }
    }

    fn push(&mut self, text: &str) -> Result<(), ReadError> {
        if self.ends.len() == MAX_CELLS {
            return Err(over(Limit::Strings, MAX_CELLS));
        }
        if self.text.len() + text.len() > MAX_TEXT_OCTETS {
            return Err(over(Limit::TextOctets, MAX_TEXT_OCTETS));
        }
        self.text.push_str(text);
        self.ends.push(self.text.len());
        Ok(())
    }

    /// The string with this index.
    pub(super) fn entry(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..end)
    }
}

/// The text of a string item: its `t` elements, without the pronunciation hints (`rPh`) of East Asian text.
#[derive(Default)]
pub(super) struct RichText {
    text: String,
    in_text: bool,
    in_hint: bool,
}

impl RichText {
    /// Takes one event inside the item.
    pub(super) fn take(&mut self, event: &Event<'_>) -> Result<(), ReadError> {
        match event {
            Event::Start(element) => self.enter(element.local_name().as_ref(), true),
            Event::End(element) => self.enter(element.local_name().as_ref(), false),
            _ if self.in_text && !self.in_hint => {
                if let Some(text) = text_of(event) {
                    self.text.push_str(&text);
                }
            }
            _ => {}
        }
        // Octets, so a little more than the characters that are checked at the end.
        if self.text.len() > MAX_CELL_CHARACTERS * 7 {
            return Err(over(Limit::CellCharacters, MAX_CELL_CHARACTERS));
        }
        Ok(())
    }

    fn enter(&mut self, name: &str, inside: bool) {
        match name {
            "t" => self.in_text = inside,
            "rPh" => self.in_hint = inside,
            _ => {}
        }
    }

    /// The text, with the escapes of the format resolved.
    pub(super) fn finish(&self) -> String {
        unescape(&self.text)
    }
}

/// Resolves `_x000D_`, the format's way to write characters that XML cannot hold (ECMA-376 part 1, 22.9.2.19).
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let escaped = rest
            .get(2..6)
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()) && rest[6..].starts_with('_'));
        match escaped
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32)
        {
            Some(character) => {
                out.push(character);
                rest = &rest[7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved() {
        let cases = [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x00", "_x00"),
            ("_xñññ_", "_xñññ_"),
            ("max_x", "max_x"),
        ];
        for (given, text) in cases {
            assert_eq!(unescape(given), text);
        }
    }
}
