//! Why a bit is set: a signed companion beside each status list.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::ids::StatusIndex;
use crate::json::members::{FromJson, MemberError, member, object};
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReasons {
    /// The URL of the status list.
    pub list: String,
    /// The status key's controller.
    pub issuer: String,
    /// When it was made; the same as the list's.
    pub valid_from: Timestamp,
    /// By index, as they stand in the document.
    reasons: Map<String, Value>,
}

const KIND: &str = "ChetiStatusReasons";

impl FromJson for DatedReason {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        let dated = object(value)?;
        let reason = match member::<String>(dated, "reason")?.as_str() {
            "superseded" => Reason::Superseded {
                version: member(dated, "version")?,
            },
            "withdrawn" => Reason::Withdrawn,
            "issued_in_error" => Reason::IssuedInError,
            _ => return Err(MemberError::new("a reason that is not known here")),
        };
        Ok(Self {
            reason,
            date: member(dated, "date")?,
        })
    }
}

impl StatusReasons {
    /// Reasons for `list`, none yet.
    pub fn new(list: &str, issuer: &str, valid_from: Timestamp) -> Self {
        Self {
            list: list.to_owned(),
            issuer: issuer.to_owned(),
            valid_from,
            reasons: Map::new(),
        }
    }

    /// Say why the bit at `index` is set.
    pub fn insert(&mut self, index: StatusIndex, dated: DatedReason) {
        let dated = serde_json::to_value(dated).unwrap_or_default();
        self.reasons.insert(index.to_string(), dated);
    }

    /// Why the bit at `index` is set, when that is told.
    pub fn get(&self, index: StatusIndex) -> Option<DatedReason> {
        let dated = self.reasons.get(&index.to_string())?;
        DatedReason::from_json(dated).ok()
    }

    /// The unsigned document.
    pub fn document(&self) -> Map<String, Value> {
        let document = json!({
            "type": KIND,
            "list": self.list,
            "issuer": self.issuer,
            "validFrom": self.valid_from,
            "reasons": self.reasons,
        });
        match document {
            Value::Object(members) => members,
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
        Self::read(document).map_err(|_| ProofError::Malformed("not status reasons"))
    }

    fn read(document: &Map<String, Value>) -> Result<Self, MemberError> {
        if member::<String>(document, "type")? != KIND {
            return Err(MemberError::new("its type is another"));
        }
        let reasons: Map<String, Value> = member(document, "reasons")?;
        for (index, dated) in &reasons {
            let number = index.parse::<u32>();
            number.map_err(|_| MemberError::new("no place in a list"))?;
            DatedReason::from_json(dated)?;
        }
        Ok(Self {
            list: member(document, "list")?,
            issuer: member(document, "issuer")?,
            valid_from: member(document, "validFrom")?,
            reasons,
        })
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
        reasons.insert(
            StatusIndex(7),
            DatedReason {
                reason: Reason::Superseded { version: 2 },
                date,
            },
        );
        reasons.insert(
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
        let superseded = DatedReason {
            reason: Reason::Superseded { version: 2 },
            date,
        };
        let read = StatusReasons::verify(&signed, method, &key.public_key()).unwrap();
        assert_eq!(read.get(StatusIndex(7)), Some(superseded));
        assert_eq!(read.get(StatusIndex(8)), None);
        let mut edited = signed;
        edited["reasons"]["7"]["version"] = 3.into();
        assert!(StatusReasons::verify(&edited, method, &key.public_key()).is_err());
    }
}
