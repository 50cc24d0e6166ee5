//! A credential's place in a status list (`BitstringStatusListEntry`, B1).

use serde_json::Value;

use crate::ids::StatusIndex;

/// What a set bit means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The credential is withdrawn for good.
    Revocation,
    /// The credential does not hold for now.
    Suspension,
    /// Another purpose (`refresh`, `message`, or one not known); says nothing about validity.
    Other(String),
}

impl Purpose {
    /// As `statusPurpose` names it.
    pub fn name(&self) -> &str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
            Self::Other(name) => name,
        }
    }

    /// The purpose that `name` names.
    pub fn from_name(name: &str) -> Self {
        match name {
            "revocation" => Self::Revocation,
            "suspension" => Self::Suspension,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Which place of which list to look up, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEntry {
    /// The URL of the list's credential.
    pub list: String,
    /// The place in it.
    pub index: StatusIndex,
    /// The purpose.
    pub purpose: Purpose,
}

/// Why a `credentialStatus` cannot be looked up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Another type of status than this version knows.
    #[error("the credential's status is of a type that is not known here")]
    OtherType,
    /// A member is missing or malformed.
    #[error("the credential's status has no usable {0}")]
    Member(&'static str),
}

impl StatusEntry {
    /// Read one `credentialStatus` object.
    pub fn parse(value: &Value) -> Result<Self, EntryError> {
        let text = |name| value.get(name).and_then(Value::as_str);
        if text("type") != Some("BitstringStatusListEntry") {
            return Err(EntryError::OtherType);
        }
        let one_bit = value
            .get("statusSize")
            .is_none_or(|size| size.as_u64() == Some(1));
        if !one_bit {
            return Err(EntryError::Member("statusSize (only 1 is known here)"));
        }
        let list =
            text("statusListCredential").ok_or(EntryError::Member("statusListCredential"))?;
        if text("id") == Some(list) {
            return Err(EntryError::Member("id (it must not be the list's URL)"));
        }
        let index = text("statusListIndex").and_then(canonical_number);
        Ok(Self {
            list: list.to_owned(),
            index: StatusIndex(index.ok_or(EntryError::Member("statusListIndex"))?),
            purpose: Purpose::from_name(
                text("statusPurpose").ok_or(EntryError::Member("statusPurpose"))?,
            ),
        })
    }
}

/// A base-10 string with no sign and no leading zeros.
fn canonical_number(text: &str) -> Option<u32> {
    text.parse::<u32>()
        .ok()
        .filter(|number| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_are_read_strictly() {
        let good = json!({
            "id": "https://nc4.example/status/1#7", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": "7", "statusListCredential": "https://nc4.example/status/1",
        });
        let entry = StatusEntry::parse(&good).unwrap();
        assert_eq!(
            (entry.index, entry.purpose),
            (StatusIndex(7), Purpose::Revocation)
        );
        for (name, value) in [
            ("type", json!("StatusList2021Entry")),
            ("statusListIndex", json!(7)),
            ("statusListIndex", json!("07")),
            ("statusListIndex", json!("-1")),
            ("statusListIndex", json!("4294967296")),
            ("statusListCredential", json!(null)),
            ("statusPurpose", json!(null)),
            ("statusSize", json!(2)),
            ("id", json!("https://nc4.example/status/1")),
        ] {
            let mut bad = good.clone();
            bad[name] = value;
            assert!(StatusEntry::parse(&bad).is_err(), "{name}");
        }
    }
}
