//! Operators: the people who submit and approve, each with a signing key of their own.

use std::fmt;
use std::str::FromStr;

use cheti_shared::key::PublicKey;
use cheti_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::role::Roles;

/// An operator's short name: 2 to 32 lower-case letters, digits, `.` or `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OperatorId(String);

/// The text is no operator's short name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no operator name: use 2 to 32 lower-case letters, digits, '.' or '-', beginning with a letter"
)]
pub struct NotAnOperatorId(String);

impl OperatorId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OperatorId {
    type Err = NotAnOperatorId;

    fn from_str(text: &str) -> Result<Self, NotAnOperatorId> {
        let inside =
            |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'.' | b'-');
        let starts = text.bytes().next().is_some_and(|c| c.is_ascii_lowercase());
        match (2..=32).contains(&text.len()) && starts && text.bytes().all(inside) {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAnOperatorId(text.chars().take(60).collect())),
        }
    }
}

impl TryFrom<String> for OperatorId {
    type Error = NotAnOperatorId;

    fn try_from(text: String) -> Result<Self, NotAnOperatorId> {
        text.parse()
    }
}

impl From<OperatorId> for String {
    fn from(id: OperatorId) -> Self {
        id.0
    }
}

impl fmt::Display for OperatorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person who may sign statements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The short name.
    pub id: OperatorId,
    /// The person's name.
    pub name: String,
    /// The public half of the key with which they sign.
    pub key: PublicKey,
    /// What they may do.
    #[serde(default, skip_serializing_if = "Roles::is_usual")]
    pub roles: Roles,
    /// When they were added.
    pub added: Timestamp,
    /// When they were disabled, if they were; what they signed before stays valid.
    pub disabled: Option<Timestamp>,
}

impl Operator {
    /// Whether the operator may sign at `time`.
    pub fn may_sign_at(&self, time: Timestamp) -> bool {
        self.added <= time && self.disabled.is_none_or(|end| time < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names() {
        for good in ["jw", "jane.wambui", "o-2"] {
            assert!(good.parse::<OperatorId>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "j",
            "Jane",
            "2jane",
            "jane wambui",
            "../jane",
            &"a".repeat(33),
        ] {
            assert!(bad.parse::<OperatorId>().is_err(), "{bad}");
        }
    }
}
