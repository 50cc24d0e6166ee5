//! Why a bit is set: a signed companion beside each status list.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::StatusIndex;
use crate::key::PublicKey;
use crate::proof::{self, ProofError};
use crate::time::{Date, Timestamp};

/// Why one certificate no longer holds. Fuller reasons stay with the issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    /// A newer version of the certificate takes its place.
    Superseded {
        /// The newer version's number.
        version: u32,
    },
    /// The award was withdrawn.
    Withdrawn,
    /// It should never have been issued.
    IssuedInError,
}

/// A reason and its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedReason {
    /// Why.
    #[serde(flatten)]
    pub reason: Reason,
    /// Since when.
    pub date: Date,
}

/// The reasons for one status list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusReasons {
    #[serde(rename = "type")]
    kind: ReasonsType,
    /// The URL of the status list.
    pub list: String,
    /// The status key's controller.
    pub issuer: String,
    /// When it was made; the same as the list's.
    pub valid_from: Timestamp,
    /// By index.
    pub reasons: BTreeMap<StatusIndex, DatedReason>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum ReasonsType {
    ChetiStatusReasons,
}

impl StatusReasons {
    /// Reasons for `list`, none yet.
    pub fn new(list: &str, issuer: &str, valid_from: Timestamp) -> Self {
        let kind = ReasonsType::ChetiStatusReasons;
        Self {
            kind,
            list: list.to_owned(),
            issuer: issuer.to_owned(),
            valid_from,
            reasons: BTreeMap::new(),
        }
    }

    /// The unsigned document.
    pub fn document(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        }
    }

    /// Read reasons whose one proof must be by `verification_method` with `key`.
    pub fn verify(
        document: &Map<String, Value>,
        verification_method: &str,
        key: &PublicKey,
    ) -> Result<Self, ProofError> {
        proof::verify_single(document, verification_method, key)?;
        let mut members = document.clone();
        members.remove("proof");
        serde_json::from_value(Value::Object(members))
            .map_err(|_| ProofError::Malformed("not status reasons"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{SecretKey, Signer as _};
    use crate::proof::{ProofOptions, secure};

    #[test]
    fn signed_reasons_read_back() {
        let key = SecretKey::from_seed(&[1; 32]);
        let now = "2026-10-16T06:00:00Z".parse().unwrap();
        let mut reasons =
            StatusReasons::new("https://nc4.example/status/1", "did:web:nc4.example", now);
        let date = "2026-10-16".parse().unwrap();
        reasons.reasons.insert(
            StatusIndex(7),
            DatedReason {
                reason: Reason::Superseded { version: 2 },
                date,
            },
        );
        reasons.reasons.insert(
            StatusIndex(10),
            DatedReason {
                reason: Reason::Withdrawn,
                date,
            },
        );
        let method = "did:web:nc4.example#status-1";
        let options = ProofOptions {
            created: now,
            verification_method: method.to_owned(),
        };
        let signed = secure(reasons.document(), &options, &key).unwrap();
        assert_eq!(signed["reasons"]["7"]["reason"], "superseded");
        assert_eq!(
            StatusReasons::verify(&signed, method, &key.public_key()),
            Ok(reasons)
        );
        let mut edited = signed;
        edited["reasons"]["7"]["version"] = 3.into();
        assert!(StatusReasons::verify(&edited, method, &key.public_key()).is_err());
    }
}
