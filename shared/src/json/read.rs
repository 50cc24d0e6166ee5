//! The reader itself: one pass, one value. It is ours because what is signed depends on it, and because a browser loads it:
//! numbers and positions as a library reads them took four times its octets.

use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::{Bounds, JsonError};

/// As much of a number as an error shows.
const SHOWN: usize = 40;

/// The one value in `bytes`, and nothing after it.
pub(super) fn document(bytes: &[u8], bounds: Bounds) -> Result<Value, JsonError> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Err(syntax(bytes, error.valid_up_to(), "an octet is not UTF-8")),
    };
    let mut reader = Reader {
        text,
        at: 0,
        bounds,
        members: 0,
    };
    let value = reader.value(0)?;
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.refuse("something stands after the value")),
    }
}

struct Reader<'a> {
    text: &'a str,
    /// Octets read; always between two characters.
    at: usize,
    bounds: Bounds,
    members: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn refuse(&self, what: &'static str) -> JsonError {
        syntax(self.text.as_bytes(), self.at, what)
    }

    /// The next octet that is not white space; it is not taken.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.rest().as_bytes();
        let blank = |octet: &&u8| matches!(octet, b' ' | b'\t' | b'\n' | b'\r');
        let blanks = rest.iter().take_while(blank).count();
        self.at += blanks;
        rest.get(blanks).copied()
    }

    /// Take `wanted` if it comes next.
    fn take(&mut self, wanted: u8) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        match self.peek() {
            Some(b'{') => self.object(self.inside(depth)?),
            Some(b'[') => self.array(self.inside(depth)?),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => Err(self.refuse("a value should stand here")),
            None => Err(self.refuse("it ends where a value should stand")),
        }
    }

    fn inside(&self, depth: usize) -> Result<usize, JsonError> {
        let limit = self.bounds.depth;
        if depth < limit {
            return Ok(depth + 1);
        }
        let (line, column) = position(self.text.as_bytes(), self.at);
        Err(JsonError::TooDeep {
            limit,
            line,
            column,
        })
    }

    fn count_member(&mut self) -> Result<(), JsonError> {
        self.members += 1;
        let limit = self.bounds.members;
        match self.members > limit {
            true => Err(JsonError::TooManyMembers { limit }),
            false => Ok(()),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, JsonError> {
        if !self.rest().starts_with(word) {
            return Err(self.refuse("a value should stand here"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            self.count_member()?;
            items.push(self.value(depth)?);
            if self.take(b']') {
                return Ok(Value::Array(items));
            }
            if !self.take(b',') {
                return Err(self.refuse("a comma or ] should stand here"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.at += 1;
        let mut members = Map::new();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.refuse("a member's name should stand here, in double quotes"));
            }
            let name = self.string()?;
            self.count_member()?;
            let place = match members.entry(name) {
                Entry::Vacant(place) => place,
                Entry::Occupied(there) => {
                    let (line, column) = position(self.text.as_bytes(), self.at);
                    let name = there.key().clone();
                    return Err(JsonError::Duplicate { name, line, column });
                }
            };
            if !self.take(b':') {
                return Err(self.refuse("a colon should stand here"));
            }
            place.insert(self.value(depth)?);
            if self.take(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.take(b',') {
                return Err(self.refuse("a comma or } should stand here"));
            }
        }
    }

    /// A string, whose opening quote comes next.
    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let special = |octet: u8| octet == b'"' || octet == b'\\' || octet < 0x20;
            let plain = rest.bytes().position(special);
            let Some((plain, after)) = plain.and_then(|plain| rest.split_at_checked(plain)) else {
                return Err(self.refuse("a string does not end"));
            };
            text.push_str(plain);
            self.at += plain.len();
            match after.as_bytes() {
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(text);
                }
                [b'\\', ..] => text.push(self.escape()?),
                _ => return Err(self.refuse("a control character stands in a string")),
            }
        }
    }

    /// The character of an escape, whose backslash comes next.
    fn escape(&mut self) -> Result<char, JsonError> {
        let letter = self.rest().as_bytes().get(1);
        let c = match letter {
            Some(&(c @ b'"' | c @ b'\\' | c @ b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.refuse("an escape that JSON does not have")),
        };
        self.at += 2;
        Ok(c)
    }

    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let first = self.code_unit()?;
        if let Some(c) = char::from_u32(first.into()) {
            return Ok(c);
        }
        let second = self.code_unit()?;
        match char::decode_utf16([first, second]).next() {
            Some(Ok(c)) => Ok(c),
            _ => Err(self.refuse("a lone surrogate")),
        }
    }

    fn code_unit(&mut self) -> Result<u16, JsonError> {
        let escape = self.rest().get(..6).unwrap_or_default();
        let digits = escape.strip_prefix("\\u");
        let digits = digits.filter(|digits| digits.bytes().all(|c| c.is_ascii_hexdigit()));
        match digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
            Some(unit) => {
                self.at += escape.len();
                Ok(unit)
            }
            None => Err(self.refuse("\\u without four hexadecimal digits, or a lone surrogate")),
        }
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        let negative = self.take_octet(b"-");
        let integer = self.digits()?;
        if integer.len() > 1 && integer.starts_with('0') {
            return Err(self.refuse("a number begins with 0"));
        }
        let mut fraction = "";
        let mut exponent = None;
        if self.take_octet(b".") {
            fraction = self.digits()?;
        }
        if self.take_octet(b"eE") {
            let down = self.rest().starts_with('-');
            self.take_octet(b"+-");
            // Beyond any double: what is larger is as large.
            let size = self.digits()?.parse().unwrap_or(i32::MAX / 2);
            exponent = Some(if down { -size } else { size });
        }
        let literal = self.text.get(start..self.at).unwrap_or_default();
        let out_of_range = || JsonError::NumberOutOfRange {
            literal: literal.get(..SHOWN).unwrap_or(literal).to_owned(),
        };
        let is_integer = fraction.is_empty() && exponent.is_none();
        if is_integer && literal != "-0" {
            let integer = literal.parse::<i64>().ok();
            let exact = integer.filter(|integer| integer.unsigned_abs() < 1 << 53);
            return exact.map(Value::from).ok_or_else(out_of_range);
        }
        if cfg!(not(feature = "documents")) {
            let (line, column) = position(self.text.as_bytes(), start);
            return Err(JsonError::FractionNotBuiltIn { line, column });
        }
        let (integer, fraction) = (
            integer.trim_start_matches('0'),
            fraction.trim_end_matches('0'),
        );
        let size: f64 = minimal_lexical::parse_float(
            integer.as_bytes().iter(),
            fraction.as_bytes().iter(),
            exponent.unwrap_or_default(),
        );
        let number = Number::from_f64(if negative { -size } else { size });
        number.map(Value::Number).ok_or_else(out_of_range)
    }

    /// Take the octet that comes next if it is one of these.
    fn take_octet(&mut self, wanted: &[u8]) -> bool {
        let next = self.rest().as_bytes().first();
        let there = next.is_some_and(|next| wanted.contains(next));
        self.at += usize::from(there);
        there
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<&'a str, JsonError> {
        let rest = self.rest();
        let count = rest.bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        match rest.get(..count) {
            Some("") | None => Err(self.refuse("a digit should stand here")),
            Some(digits) => Ok(digits),
        }
    }
}

fn syntax(text: &[u8], at: usize, what: &'static str) -> JsonError {
    let (line, column) = position(text, at);
    JsonError::Syntax { what, line, column }
}

/// Line and column, both from 1, of the octet at `at`.
fn position(text: &[u8], at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let mut lines = before.split(|&octet| octet == b'\n');
    let column = lines.next_back().map_or(0, <[u8]>::len) + 1;
    (lines.count() + 1, column)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Value, JsonError> {
        document(text.as_bytes(), Bounds::CREDENTIAL)
    }

    #[test]
    fn faults_are_told_with_their_place() {
        for (text, what, line, column) in [
            ("", "it ends where a value should stand", 1, 1),
            ("{\n  \"a\": tru\n}", "a value should stand here", 2, 8),
            ("[1 2]", "a comma or ] should stand here", 1, 4),
            ("{\"a\" 1}", "a colon should stand here", 1, 6),
            ("[1,\n01]", "a number begins with 0", 2, 3),
            ("\"\\ud83d\\u0041\"", "a lone surrogate", 1, 14),
            ("\"a\nb\"", "a control character stands in a string", 1, 3),
            ("{} {}", "something stands after the value", 1, 4),
        ] {
            let fault = JsonError::Syntax { what, line, column };
            assert_eq!(read(text), Err(fault), "{text:?}");
        }
    }

    fn json() -> impl Strategy<Value = String> {
        let number = prop_oneof![
            "-?(0|[1-9][0-9]{0,14})",
            "-?(0|[1-9][0-9]{0,20})\\.[0-9]{1,25}",
            "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,25})?[eE][+-]?[0-9]{1,3}",
        ];
        let string =
            "\"([a-zß😀 ]|\\\\[nrtbf/\"\\\\]|\\\\u[0-9a-f]{4}|\\\\ud83d\\\\ude0[0-9a-f]){0,6}\"";
        let leaf = prop_oneof![number, string, Just("null".to_owned()), "true|false"];
        leaf.prop_recursive(4, 40, 5, |inner| {
            let members = prop::collection::vec(("[a-e]{1,3}", inner.clone()), 0..5);
            prop_oneof![
                prop::collection::vec(inner, 0..5)
                    .prop_map(|items| format!("[{}]", items.join(" , "))),
                members.prop_map(|members| {
                    let members = members.iter().enumerate();
                    let members: Vec<_> = members
                        .map(|(i, (name, value))| format!("\"{name}{i}\":\n{value}"))
                        .collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_read_as_another_reader_does(text in json()) {
            let ours = read(&text);
            let other = serde_json::from_str::<Value>(&text);
            match (ours, other) {
                (Ok(ours), Ok(other)) => prop_assert_eq!(ours, other, "{}", text),
                (Err(_), Err(_)) | (Err(JsonError::NumberOutOfRange { .. }), Ok(_)) => {}
                (ours, other) => prop_assert!(false, "{text}: {ours:?}, {other:?}"),
            }
        }

        #[test]
        fn doubles_are_read_to_the_last_bit(bits in any::<u64>(), digits in 1..30_usize) {
            let double = f64::from_bits(bits);
            if double.is_finite() {
                for text in [format!("{double:e}"), format!("{double:.digits$e}"), format!("{double:?}")] {
                    let other: f64 = text.parse().unwrap();
                    let ours = read(&text).map(|value| value.as_f64().unwrap().to_bits());
                    prop_assert_eq!(ours.ok(), other.is_finite().then_some(other.to_bits()), "{}", text);
                }
            }
        }

        #[test]
        fn no_text_is_too_much(text in ".{0,40}") {
            let _ = read(&text);
        }
    }
}
