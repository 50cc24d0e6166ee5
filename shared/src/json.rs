//! A strict JSON reader: one meaning for one text, within bounds.
//!
//! Everything that two readers could understand differently is an error (RFC 7493): a member that stands twice, in
//! whatever spelling; an integer beyond ±(2^53-1); a lone surrogate; octets after the value. So are a document too
//! large, too deep or with too many members.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use crate::limits;

/// How much of a document is read; passing a bound is an error.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Octets of the document.
    pub bytes: usize,
    /// Nesting of arrays and objects.
    pub depth: usize,
    /// Members and elements, all levels together.
    pub members: usize,
}

impl Bounds {
    /// For a credential or a presentation: 1 MiB, 32 levels, 10,000 members.
    pub const CREDENTIAL: Self = Self {
        bytes: limits::CREDENTIAL_BYTES,
        depth: limits::JSON_DEPTH,
        members: limits::JSON_MEMBERS,
    };
    /// For a status list credential: its list is one long string.
    pub const STATUS_LIST: Self = Self {
        bytes: limits::STATUS_ENCODED_CHARS + limits::CREDENTIAL_BYTES,
        ..Self::CREDENTIAL
    };
    /// For a trust bundle.
    pub const BUNDLE: Self = Self {
        bytes: limits::BUNDLE_BYTES,
        depth: limits::JSON_DEPTH,
        members: limits::BUNDLE_MEMBERS,
    };
}

/// Why a text is no JSON that this project accepts, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// More octets than are read.
    #[error("the JSON has {bytes} bytes, at most {limit} are read")]
    TooLarge {
        /// How many it has.
        bytes: usize,
        /// The bound.
        limit: usize,
    },
    /// Not JSON at all, or not to the end.
    #[error("not JSON: {detail}")]
    Syntax {
        /// What the reader met, and where.
        detail: String,
    },
    /// A member that stands twice in one object; readers disagree about which one counts.
    #[error("the member \"{name}\" stands twice in one object (line {line}, column {column})")]
    Duplicate {
        /// The member's name, unescaped.
        name: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Arrays and objects nested too deeply.
    #[error("the JSON is nested more than {limit} levels deep (line {line}, column {column})")]
    TooDeep {
        /// The bound.
        limit: usize,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Too many members and elements.
    #[error("the JSON has more than {limit} members")]
    TooManyMembers {
        /// The bound.
        limit: usize,
    },
    /// An integer that a double does not hold exactly, or a number beyond a double's range.
    #[error("the number {literal} is outside ±(2^53-1) and would change its value when read")]
    NumberOutOfRange {
        /// As much of the number as is worth showing.
        literal: String,
    },
}

/// Read one JSON document of at most a credential's size.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    parse_within(bytes, Bounds::CREDENTIAL)
}

/// Read one JSON document within `bounds`.
pub fn parse_within(bytes: &[u8], bounds: Bounds) -> Result<Value, JsonError> {
    if bytes.len() > bounds.bytes {
        let (bytes, limit) = (bytes.len(), bounds.bytes);
        return Err(JsonError::TooLarge { bytes, limit });
    }
    let reading = Reading {
        bounds,
        members: Cell::new(0),
        large_number: Cell::new(false),
        fault: Cell::new(None),
    };
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let node = Node {
        reading: &reading,
        depth: 0,
    };
    let read = node.deserialize(&mut from);
    match read.and_then(|value| from.end().map(|()| value)) {
        Ok(value) if reading.large_number.get() => refuse_long_integers(bytes).map(|()| value),
        Ok(value) => Ok(value),
        Err(error) => Err(reading.explain(&error)),
    }
}

/// What is found wrong beyond syntax; the position comes from serde_json's error.
enum Fault {
    Duplicate(String),
    TooDeep,
    TooManyMembers,
    Number(String),
}

struct Reading {
    bounds: Bounds,
    members: Cell<usize>,
    /// Whether a double was read that may have been written as an integer.
    large_number: Cell<bool>,
    fault: Cell<Option<Fault>>,
}

impl Reading {
    fn refuse<E: serde::de::Error>(&self, fault: Fault) -> E {
        self.fault.set(Some(fault));
        E::custom("refused")
    }

    fn count_member<E: serde::de::Error>(&self) -> Result<(), E> {
        let members = self.members.get() + 1;
        self.members.set(members);
        match members > self.bounds.members {
            true => Err(self.refuse(Fault::TooManyMembers)),
            false => Ok(()),
        }
    }

    fn explain(&self, error: &serde_json::Error) -> JsonError {
        let (line, column) = (error.line(), error.column());
        let limit = self.bounds.depth;
        match self.fault.take() {
            Some(Fault::Duplicate(name)) => JsonError::Duplicate { name, line, column },
            Some(Fault::TooDeep) => JsonError::TooDeep {
                limit,
                line,
                column,
            },
            Some(Fault::TooManyMembers) => JsonError::TooManyMembers {
                limit: self.bounds.members,
            },
            Some(Fault::Number(literal)) => JsonError::NumberOutOfRange { literal },
            None => JsonError::Syntax {
                detail: error.to_string(),
            },
        }
    }
}

#[derive(Clone, Copy)]
struct Node<'a> {
    reading: &'a Reading,
    depth: usize,
}

impl Node<'_> {
    fn inside<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        match depth > self.reading.bounds.depth {
            true => Err(self.reading.refuse(Fault::TooDeep)),
            false => Ok(Self { depth, ..self }),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        match value < 1 << 53 {
            true => Ok(Value::from(value)),
            false => Err(self.reading.refuse(Fault::Number(value.to_string()))),
        }
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        match value.unsigned_abs() < 1 << 53 {
            true => Ok(Value::from(value)),
            false => Err(self.reading.refuse(Fault::Number(value.to_string()))),
        }
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        // serde_json reads an integer as a double only when it fits neither u64 nor i64.
        const BEYOND_I64: f64 = 9_223_372_036_854_775_808.0;
        if value.abs() >= BEYOND_I64 {
            self.reading.large_number.set(true);
        }
        match Number::from_f64(value) {
            Some(number) => Ok(Value::Number(number)),
            None => Err(E::custom("number out of range")),
        }
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(inside)? {
            self.reading.count_member()?;
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut members = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            self.reading.count_member()?;
            match members.entry(name) {
                Entry::Vacant(place) => place.insert(from.next_value_seed(inside)?),
                Entry::Occupied(there) => {
                    let name = there.key().clone();
                    return Err(self.reading.refuse(Fault::Duplicate(name)));
                }
            };
        }
        Ok(Value::Object(members))
    }
}

/// Refuse integers of more digits than 2^53-1 has, which serde_json would silently round to a double.
fn refuse_long_integers(bytes: &[u8]) -> Result<(), JsonError> {
    const DIGITS: usize = 16;
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b'"' => after_string(after),
            b'0'..=b'9' => {
                let is_number =
                    |c: &u8| matches!(c, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
                let length = rest.iter().take_while(|c| is_number(c)).count();
                let (literal, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                if length > DIGITS && literal.iter().all(u8::is_ascii_digit) {
                    let shown = literal.get(..40).unwrap_or(literal);
                    let literal = String::from_utf8_lossy(shown).into_owned();
                    return Err(JsonError::NumberOutOfRange { literal });
                }
                after
            }
            _ => after,
        };
    }
    Ok(())
}

/// What follows the string whose opening quote was just read.
fn after_string(mut rest: &[u8]) -> &[u8] {
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b'"' => return after,
            b'\\' => after.get(1..).unwrap_or_default(),
            _ => after,
        };
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicate_members_are_refused_in_every_spelling_and_at_every_depth() {
        for text in [
            r#"{"name":1,"name":2}"#,
            r#"{"name":1,"n\u0061me":2}"#,
            r#"{"a":{"b":[{"name":1,"\u006eame":1}]}}"#,
            r#"[[[{"":0,"":0}]]]"#,
            r#"{"\ud83d\ude00":1,"😀":2}"#,
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(
                matches!(error, JsonError::Duplicate { .. }),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn numbers_that_would_change_are_refused() {
        for text in [
            "9007199254740992",
            "-9007199254740992",
            "9007199254740993",
            "18446744073709551615",
            "18446744073709551616",
            "[1,36893488147419103233]",
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(
                matches!(error, JsonError::NumberOutOfRange { .. }),
                "{text}: {error}"
            );
        }
        assert!(parse(b"1e400").is_err());
        for text in [
            "9007199254740991",
            "-9007199254740991",
            "1E30",
            "0.1",
            "-0",
            "1234567890.12345678901",
        ] {
            assert!(parse(text.as_bytes()).is_ok(), "{text}");
        }
        assert!(parse(br#"{"serial \" 36893488147419103233":"36893488147419103233"}"#).is_ok());
    }

    #[test]
    fn bounds_are_errors() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(deep(32).as_bytes()).is_ok());
        assert!(matches!(
            parse(deep(33).as_bytes()),
            Err(JsonError::TooDeep { .. })
        ));
        assert!(parse(deep(400_000).as_bytes()).is_err());
        let wide = |items: usize| format!("[{}0]", "0,".repeat(items - 1));
        assert!(parse(wide(10_000).as_bytes()).is_ok());
        assert!(matches!(
            parse(wide(10_001).as_bytes()),
            Err(JsonError::TooManyMembers { .. })
        ));
        let large = format!("\"{}\"", "x".repeat(limits::CREDENTIAL_BYTES));
        assert!(matches!(
            parse(large.as_bytes()),
            Err(JsonError::TooLarge { .. })
        ));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            " ",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{'a':1}",
            "[1] x",
            "01",
            "+1",
            ".5",
            "1.",
            "NaN",
            "Infinity",
            "tru",
            "\"\\x\"",
            "\"\u{1}\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "{\"a\"}",
            "{1:2}",
            "\u{feff}{}",
            "[1 2]",
            "//x\n1",
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text:?}");
        }
        for bytes in [
            &b"\"\xff\""[..],
            b"\"\xed\xa0\x80\"",
            b"\"\xc0\xaf\"",
            b"\xff\xfe1\0",
        ] {
            assert!(parse(bytes).is_err(), "{bytes:?}");
        }
    }
}
