//! The status list credential: bits, purpose and the time they hold for, signed by a status key.

use serde_json::{Map, Value, json};

use super::bitstring::{Bitstring, BitstringError};
use super::entry::{Purpose, StatusEntry};
use crate::credential::envelope::{ProofChecked, SignedCredential};
use crate::credential::lint::CREDENTIALS_V2;
use crate::json::Bounds;
use crate::time::Timestamp;

/// What a status list says, before it is signed.
#[derive(Clone, Debug)]
pub struct StatusListDraft<'a> {
    /// The URL under which it is published; also the credential's id.
    pub url: &'a str,
    /// Who publishes it.
    pub issuer: &'a str,
    /// What a set bit means.
    pub purpose: &'a Purpose,
    /// The bits.
    pub bits: &'a Bitstring,
    /// When it was made.
    pub valid_from: Timestamp,
    /// Until when it may be relied on.
    pub valid_until: Timestamp,
}

impl StatusListDraft<'_> {
    /// The unsigned credential. Its `issuer` is a plain string, as verifiers expect of a list.
    pub fn document(&self) -> Map<String, Value> {
        let document = json!({
            "@context": [CREDENTIALS_V2],
            "id": self.url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.issuer,
            "validFrom": self.valid_from,
            "validUntil": self.valid_until,
            "credentialSubject": {
                "id": format!("{}#list", self.url),
                "type": "BitstringStatusList",
                "statusPurpose": self.purpose.name(),
                "encodedList": self.bits.encode(),
            },
        });
        match document {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }
}

/// A status list as read from a credential whose proof was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    url: String,
    purposes: Vec<Purpose>,
    bits: Bitstring,
    valid_from: Timestamp,
    valid_until: Option<Timestamp>,
}

/// Why a verified credential is no status list, or does not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusListError {
    /// Not a status list credential.
    #[error("the credential is not a status list ({0})")]
    NotAList(&'static str),
    /// Its bits cannot be read, or hold no such entry.
    #[error(transparent)]
    Bits(#[from] BitstringError),
    /// The list is for another purpose (B6, STATUS_VERIFICATION_ERROR).
    #[error("the status list is not for {0}")]
    Purpose(String),
}

/// The bounds within which a status list credential is parsed.
pub const BOUNDS: Bounds = Bounds::STATUS_LIST;

impl StatusList {
    /// Read what a verified credential says.
    pub fn read(checked: &ProofChecked) -> Result<Self, StatusListError> {
        let document = checked.document();
        let is_list = document.get("type").and_then(Value::as_array);
        if !is_list.is_some_and(|types| {
            types
                .iter()
                .any(|name| name == "BitstringStatusListCredential")
        }) {
            return Err(StatusListError::NotAList("type"));
        }
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let time = |name| text(document.get(name)).and_then(|text| text.parse::<Timestamp>().ok());
        let subject = document.get("credentialSubject").unwrap_or(&Value::Null);
        if subject.get("type").and_then(Value::as_str) != Some("BitstringStatusList") {
            return Err(StatusListError::NotAList("credentialSubject.type"));
        }
        let purposes = match subject.get("statusPurpose") {
            Some(Value::String(one)) => vec![Purpose::from_name(one)],
            Some(Value::Array(many)) => many
                .iter()
                .filter_map(Value::as_str)
                .map(Purpose::from_name)
                .collect(),
            _ => return Err(StatusListError::NotAList("statusPurpose")),
        };
        let encoded = subject.get("encodedList").and_then(Value::as_str);
        Ok(Self {
            url: text(document.get("id")).ok_or(StatusListError::NotAList("id"))?,
            purposes,
            bits: Bitstring::decode(encoded.ok_or(StatusListError::NotAList("encodedList"))?)?,
            valid_from: time("validFrom").ok_or(StatusListError::NotAList("validFrom"))?,
            valid_until: match document.contains_key("validUntil") {
                true => Some(time("validUntil").ok_or(StatusListError::NotAList("validUntil"))?),
                false => None,
            },
        })
    }

    /// The URL it is published under.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// When it was made.
    pub fn valid_from(&self) -> Timestamp {
        self.valid_from
    }

    /// Until when it may be relied on.
    pub fn valid_until(&self) -> Option<Timestamp> {
        self.valid_until
    }

    /// Whether `entry`'s bit is set. The entry must name this list and one of its purposes (B6).
    pub fn is_set(&self, entry: &StatusEntry) -> Result<bool, StatusListError> {
        if entry.list != self.url {
            return Err(StatusListError::NotAList("another URL"));
        }
        if !self.purposes.contains(&entry.purpose) {
            return Err(StatusListError::Purpose(entry.purpose.name().to_owned()));
        }
        Ok(self.bits.is_set(entry.index)?)
    }
}

/// Parse a published status list; a claim until its proof is checked.
pub fn parse(bytes: &[u8]) -> Result<SignedCredential, crate::credential::envelope::EnvelopeError> {
    SignedCredential::parse_within(bytes, BOUNDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::StatusIndex;
    use crate::key::{SecretKey, Signer as _};
    use crate::proof::{ProofOptions, secure};

    fn read(edit: impl Fn(&mut Map<String, Value>)) -> Result<StatusList, StatusListError> {
        let key = SecretKey::from_seed(&[1; 32]);
        let mut bits = Bitstring::shortest();
        bits.put(StatusIndex(7), true).unwrap();
        let draft = StatusListDraft {
            url: "https://nc4.example/status/1",
            issuer: "did:web:nc4.example",
            purpose: &Purpose::Revocation,
            bits: &bits,
            valid_from: "2026-10-16T06:00:00Z".parse().unwrap(),
            valid_until: "2026-10-23T06:00:00Z".parse().unwrap(),
        };
        let mut document = draft.document();
        edit(&mut document);
        let options = ProofOptions {
            created: draft.valid_from,
            verification_method: "did:web:nc4.example#status-1".to_owned(),
        };
        let signed =
            SignedCredential::from_document(secure(document, &options, &key).unwrap()).unwrap();
        let checked = signed
            .check_proof(&signed.proofs()[0], &key.public_key())
            .unwrap()
            .unwrap();
        StatusList::read(&checked)
    }

    #[test]
    fn a_bit_is_read_for_its_list_and_purpose_alone() {
        let list = read(|_| {}).unwrap();
        let entry = |list: &str, index, purpose| StatusEntry {
            list: list.to_owned(),
            index: StatusIndex(index),
            purpose,
        };
        let url = "https://nc4.example/status/1";
        assert_eq!(list.is_set(&entry(url, 7, Purpose::Revocation)), Ok(true));
        assert_eq!(list.is_set(&entry(url, 8, Purpose::Revocation)), Ok(false));
        assert!(list.is_set(&entry(url, 7, Purpose::Suspension)).is_err());
        assert!(
            list.is_set(&entry(
                "https://nc4.example/status/2",
                7,
                Purpose::Revocation
            ))
            .is_err()
        );
        assert!(
            list.is_set(&entry(url, 200_000, Purpose::Revocation))
                .is_err()
        );
    }

    #[test]
    fn other_credentials_are_no_lists() {
        assert!(read(|document| document["type"] = json!(["VerifiableCredential"])).is_err());
        assert!(read(|document| document["credentialSubject"]["type"] = json!("X")).is_err());
        assert!(read(|document| document["validUntil"] = json!(7)).is_err());
        assert!(
            read(|document| document["credentialSubject"]["encodedList"] = json!("uAAAA")).is_err()
        );
    }
}
