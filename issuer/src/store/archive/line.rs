//! The lines of an archive: JSON objects of one member, `header`, `record` or `trailer`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde::{Deserialize, Serialize};

use crate::app::ports::store::{COMMIT_OCTETS, Collection, Key};

/// The longest line with its end: twice the largest value, since JSON escapes double a text at most (see
/// [`Value::of`]) and base64url adds a third, and room for the id.
pub(super) const MAX_LINE_OCTETS: u64 = 2 * COMMIT_OCTETS as u64 + 4096;

/// One line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    /// The first line.
    Header {
        /// The archive's format.
        format: u32,
        /// When it was made, RFC 3339.
        made: String,
    },
    /// A record.
    Record {
        /// Its kind.
        collection: Collection,
        /// Its id, base64url.
        id: String,
        /// Its value.
        value: Value,
    },
    /// The last line.
    Trailer {
        /// The number of records.
        records: u64,
        /// The SHA-256 of all lines before, with their ends, in hexadecimal.
        sha256: String,
    },
}

/// A record's value.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Value {
    /// The value is this text in UTF-8.
    Text(String),
    /// The value is these octets, base64url.
    Octets(String),
}

impl Value {
    /// Readable text as it is; anything else, and text with control characters, in base64url.
    fn of(octets: Vec<u8>) -> Self {
        let readable = |text: &str| {
            text.chars()
                .all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
        };
        match String::from_utf8(octets) {
            Ok(text) if readable(&text) => Self::Text(text),
            Ok(text) => Self::Octets(BASE64URL.encode(text)),
            Err(error) => Self::Octets(BASE64URL.encode(error.as_bytes())),
        }
    }
}

impl Line {
    /// The line of a record.
    pub(super) fn record(key: &Key, value: Vec<u8>) -> Self {
        Self::Record {
            collection: key.collection,
            id: BASE64URL.encode(&key.id),
            value: Value::of(value),
        }
    }

    /// Its octets, with the end of the line.
    pub(super) fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut text = serde_json::to_vec(self)?;
        text.push(b'\n');
        Ok(text)
    }

    /// Read a line.
    pub(super) fn decode(text: &[u8]) -> Result<Self, Fault> {
        serde_json::from_slice(text).map_err(|_| Fault::Form)
    }
}

/// The record of a line.
pub(super) fn decoded(
    collection: Collection,
    id: &str,
    value: Value,
) -> Result<(Key, Vec<u8>), Fault> {
    let key = Key::new(collection, BASE64URL.decode(id).map_err(|_| Fault::Form)?);
    key.check().map_err(|_| Fault::Form)?;
    let value = match value {
        Value::Text(text) => text.into_bytes(),
        Value::Octets(text) => BASE64URL.decode(text).map_err(|_| Fault::Form)?,
    };
    Ok((key, value))
}

/// The format that a header names, whatever else a newer version put beside it.
pub(super) fn format(text: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    struct First {
        header: Header,
    }
    #[derive(Deserialize)]
    struct Header {
        format: u32,
    }
    serde_json::from_slice::<First>(text)
        .ok()
        .map(|first| first.header.format)
}

/// What can be wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The first line is no header.
    Header,
    /// It is not JSON of the right form.
    Form,
    /// It is longer than any record.
    Length,
    /// It is not after the line before, or there twice.
    Order,
    /// The number of records or the checksum does not agree with the lines before.
    Sum,
    /// The archive ends before its last line.
    End,
    /// Something follows the last line.
    Trailing,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "does not say that this is an archive of a store",
            Self::Form => "cannot be read",
            Self::Length => "is longer than any record",
            Self::Order => "is out of order",
            Self::Sum => "counts or sums up other records than those before it",
            Self::End => "is missing: the archive is cut short",
            Self::Trailing => "comes after the end",
        })
    }
}
