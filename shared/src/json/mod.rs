//! A strict JSON reader: one meaning for one text, within bounds.
//!
//! Everything that two readers could understand differently is an error (RFC 7493): a member that stands twice, in
//! whatever spelling; an integer beyond ±(2^53-1); a lone surrogate; octets after the value. So are a document too
//! large, too deep or with too many members.

pub mod members;
mod read;

use serde_json::Value;

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
    #[error("not JSON: {what} (line {line}, column {column})")]
    Syntax {
        /// What the reader met.
        what: &'static str,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
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
    /// A fraction, an exponent or -0, without the feature `documents`: what codes carry has none.
    #[error("this build reads no numbers but integers (line {line}, column {column})")]
    FractionNotBuiltIn {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
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
    read::document(bytes, bounds)
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
