//! The trust list: whom the root vouches for. Signed by the root key, which each verifier pins.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::did::document::DidDocument;
use crate::did::{self, DidError};
use crate::ids::Digest;
use crate::json::members::{self, FromJson, MemberError, member, object, optional};
use crate::key::{PublicKey, Signer};
use crate::proof::{self, ProofError, ProofOptions};
use crate::time::Timestamp;

/// What a key may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRole {
    /// Credentials of approved batches.
    Issuing,
    /// Status lists and their reasons.
    Status,
}

/// How a key ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Another key took over; what this one signed before stays valid.
    Rotated,
    /// Somebody else may have it. Nothing it signed can be relied on until it is proved when that was signed.
    Compromised,
}

/// A key's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEnd {
    /// How it ended.
    pub how: Ending,
    /// When.
    pub at: Timestamp,
}

/// One key of an issuer: which one it is stands in the DID document, what it may do and when stands here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustedKey {
    /// The key's DID URL.
    pub id: String,
    /// What it may sign.
    pub role: KeyRole,
    /// From when on.
    pub valid_from: Timestamp,
    /// Its end, if it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<KeyEnd>,
}

/// One issuer that the root vouches for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustedIssuer {
    /// Its DID.
    pub id: String,
    /// Its name, as a result shows it.
    pub name: String,
    /// Whom to ask: a telephone number, an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Its DID document.
    did_document: Value,
    /// Roles, windows and endings of its keys.
    pub keys: Vec<TrustedKey>,
    /// The DID that issues its status lists, where that is another than its own (B5): an issuer whose DID is one key, a
    /// `did:key`, has none for its status key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_issuer: Option<String>,
}

/// The head of the issuer's audit journal when the list was made: a later journal must contain it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalHead {
    /// How many events there were.
    pub events: u64,
    /// The hash of the last.
    pub hash: Digest,
}

/// A trust list. Only [`TrustList::verify`] makes one from outside, so holding one means its signature held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustList {
    fields: Fields,
    root: PublicKey,
}

/// The list's members; see [`TrustList`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fields {
    #[serde(rename = "type")]
    kind: ListType,
    /// 1, 2, 3, ...: a smaller one than was seen before is refused (THREATS 6).
    pub version: u64,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it may be relied on.
    pub expires: Timestamp,
    /// The issuers.
    pub issuers: Vec<TrustedIssuer>,
    /// The audit journal's head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<JournalHead>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum ListType {
    ChetiTrustList,
}

/// Why a trust list is not to be trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Not signed by the root that this verifier pins, nor by one it handed over to.
    #[error("the trust list is signed by the root {found}, not by the one pinned here")]
    OtherRoot {
        /// Fingerprint of the root that signed, as far as it could be told.
        found: String,
    },
    /// The signature does not hold.
    #[error("the trust list's signature does not hold")]
    Proof(#[from] ProofError),
    /// Signed, but not shaped as a trust list.
    #[error("the trust list is malformed: {0}")]
    Malformed(#[from] MemberError),
    /// A DID document in it is none.
    #[error("the trust list is malformed")]
    Did(#[from] DidError),
}

impl FromJson for KeyRole {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        match members::text(value)? {
            "issuing" => Ok(Self::Issuing),
            "status" => Ok(Self::Status),
            _ => Err(MemberError::new("neither issuing nor status")),
        }
    }
}

impl FromJson for Ending {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        match members::text(value)? {
            "rotated" => Ok(Self::Rotated),
            "compromised" => Ok(Self::Compromised),
            _ => Err(MemberError::new("neither rotated nor compromised")),
        }
    }
}

impl FromJson for KeyEnd {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        let end = object(value)?;
        Ok(Self {
            how: member(end, "how")?,
            at: member(end, "at")?,
        })
    }
}

impl FromJson for TrustedKey {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        let key = object(value)?;
        Ok(Self {
            id: member(key, "id")?,
            role: member(key, "role")?,
            valid_from: member(key, "validFrom")?,
            ended: optional(key, "ended")?,
        })
    }
}

impl FromJson for TrustedIssuer {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        let issuer = object(value)?;
        Ok(Self {
            id: member(issuer, "id")?,
            name: member(issuer, "name")?,
            contact: optional(issuer, "contact")?,
            did_document: member(issuer, "didDocument")?,
            keys: member(issuer, "keys")?,
            status_issuer: optional(issuer, "statusIssuer")?,
        })
    }
}

impl FromJson for JournalHead {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        let head = object(value)?;
        Ok(Self {
            events: member(head, "events")?,
            hash: member(head, "hash")?,
        })
    }
}

impl Fields {
    /// Every member that a list has, beside its proof.
    const NAMES: [&str; 7] = [
        "type", "version", "made", "expires", "issuers", "journal", "proof",
    ];

    fn read(list: &Map<String, Value>) -> Result<Self, MemberError> {
        members::only(list, &Self::NAMES)?;
        if list.get("type").and_then(Value::as_str) != Some("ChetiTrustList") {
            return Err(MemberError::new("its type is not ChetiTrustList"));
        }
        Ok(Self {
            kind: ListType::ChetiTrustList,
            version: member(list, "version")?,
            made: member(list, "made")?,
            expires: member(list, "expires")?,
            issuers: member(list, "issuers")?,
            journal: optional(list, "journal")?,
        })
    }

    /// A list's members.
    pub fn new(
        version: u64,
        made: Timestamp,
        expires: Timestamp,
        issuers: Vec<TrustedIssuer>,
    ) -> Self {
        Self {
            kind: ListType::ChetiTrustList,
            version,
            made,
            expires,
            issuers,
            journal: None,
        }
    }

    /// Sign the list with the root key.
    pub fn sign(&self, root: &dyn Signer) -> Result<Map<String, Value>, ProofError> {
        let Ok(Value::Object(document)) = serde_json::to_value(self) else {
            return Err(ProofError::Malformed("not an object"));
        };
        let verification_method = did::key::verification_method(&root.public_key());
        let options = ProofOptions {
            created: self.made,
            verification_method,
        };
        proof::secure(document, &options, root)
    }
}

impl TrustedIssuer {
    /// An issuer with this DID document.
    pub fn new(
        name: String,
        contact: Option<String>,
        document: &DidDocument,
        keys: Vec<TrustedKey>,
    ) -> Self {
        Self {
            id: document.id.clone(),
            name,
            contact,
            did_document: document.to_json(),
            keys,
            status_issuer: None,
        }
    }

    /// The DID by which its status lists are issued: a list by any other says nothing about its credentials (B5).
    pub fn issuer_of_lists(&self) -> &str {
        self.status_issuer.as_deref().unwrap_or(&self.id)
    }

    /// Its DID document.
    pub fn did_document(&self) -> Result<DidDocument, DidError> {
        DidDocument::from_json(&self.did_document, &self.id)
    }

    /// The role and window of the key with this DID URL.
    pub fn key(&self, id: &str) -> Option<&TrustedKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl TrustList {
    /// Check the list's proof against the pinned root, following handovers from it, and read it.
    pub fn verify(
        document: &Map<String, Value>,
        handovers: &[Map<String, Value>],
        pinned: &PublicKey,
    ) -> Result<Self, TrustError> {
        let signer = signing_root(document)?;
        let root = follow(handovers, pinned, &signer).ok_or_else(|| TrustError::OtherRoot {
            found: signer.fingerprint(),
        })?;
        proof::verify_single(document, &did::key::verification_method(&root), &root)?;
        let fields = Fields::read(document)?;
        for issuer in &fields.issuers {
            issuer.did_document()?;
        }
        Ok(Self { fields, root })
    }

    /// The list's members.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The list's members, to keep.
    pub fn into_fields(self) -> Fields {
        self.fields
    }

    /// The root that signed it: the pinned one, or one it handed over to.
    pub fn root(&self) -> &PublicKey {
        &self.root
    }

    /// The issuer with exactly this DID (THREATS 9).
    pub fn issuer(&self, id: &str) -> Option<&TrustedIssuer> {
        self.fields.issuers.iter().find(|issuer| issuer.id == id)
    }
}

/// The root key by which a list says it was signed; what to show when somebody pins a root for the first time.
pub fn signing_root(document: &Map<String, Value>) -> Result<PublicKey, TrustError> {
    let proofs = proof::Proof::all_of(document)?;
    let method = proofs
        .first()
        .map(proof::Proof::verification_method)
        .unwrap_or_default();
    Ok(did::key::parse(method)?)
}

/// A statement by which the root `from` hands over to the root `to`, signed by `from`.
pub fn hand_over(
    from: &dyn Signer,
    to: &PublicKey,
    at: Timestamp,
) -> Result<Map<String, Value>, ProofError> {
    let members = [
        ("type", Value::from("ChetiRootHandover")),
        ("from", did::key::did(&from.public_key()).into()),
        ("to", did::key::did(to).into()),
        ("at", at.to_string().into()),
    ];
    let document = Map::from_iter(members.map(|(name, value)| (name.to_owned(), value)));
    let verification_method = did::key::verification_method(&from.public_key());
    proof::secure(
        document,
        &ProofOptions {
            created: at,
            verification_method,
        },
        from,
    )
}

/// From `pinned` along the handovers to `wanted`, when they lead there.
fn follow(
    handovers: &[Map<String, Value>],
    pinned: &PublicKey,
    wanted: &PublicKey,
) -> Option<PublicKey> {
    let mut root = *pinned;
    // Each handover is followed at most once, so a loop of them ends.
    for _ in 0..=handovers.len() {
        if root == *wanted {
            return Some(root);
        }
        root = handovers
            .iter()
            .find_map(|handover| next_root(handover, &root))?;
    }
    None
}

fn next_root(handover: &Map<String, Value>, from: &PublicKey) -> Option<PublicKey> {
    let text = |name| handover.get(name).and_then(Value::as_str);
    let right = text("type") == Some("ChetiRootHandover")
        && text("from") == Some(did::key::did(from).as_str());
    let method = did::key::verification_method(from);
    let held = right && proof::verify_single(handover, &method, from).is_ok();
    held.then(|| did::key::parse(text("to")?).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::did::document::VerificationMethod;
    use crate::key::SecretKey;

    fn key(n: u8) -> SecretKey {
        SecretKey::from_seed(&[n; 32])
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn fields() -> Fields {
        let method = VerificationMethod {
            id: "did:web:nc4.example#key-1".to_owned(),
            key: key(2).public_key(),
            revoked: None,
            expires: None,
        };
        let document = DidDocument {
            id: "did:web:nc4.example".to_owned(),
            assertion_method: vec![method.id.clone()],
            methods: vec![method],
        };
        let trusted = TrustedKey {
            id: "did:web:nc4.example#key-1".to_owned(),
            role: KeyRole::Issuing,
            valid_from: at("2026-01-01T00:00:00Z"),
            ended: Some(KeyEnd {
                how: Ending::Rotated,
                at: at("2026-06-01T00:00:00Z"),
            }),
        };
        let issuer = TrustedIssuer::new("NC4".to_owned(), None, &document, vec![trusted]);
        Fields::new(
            3,
            at("2026-01-01T00:00:00Z"),
            at("2027-01-01T00:00:00Z"),
            vec![issuer],
        )
    }

    #[test]
    fn a_list_signed_by_the_pinned_root_is_trusted() {
        let signed = fields().sign(&key(1)).unwrap();
        let list = TrustList::verify(&signed, &[], &key(1).public_key()).unwrap();
        assert_eq!(list.fields(), &fields());
        assert!(list.issuer("did:web:nc4.example").is_some());
        for other in [
            "did:web:nc4.example.evil",
            "did:web:NC4.example",
            "did:web:nc4.example#key-1",
            "",
        ] {
            assert!(list.issuer(other).is_none());
        }
        assert_eq!(signing_root(&signed), Ok(key(1).public_key()));
    }

    #[test]
    fn other_roots_and_edits_are_refused() {
        let signed = fields().sign(&key(1)).unwrap();
        let other = TrustList::verify(&signed, &[], &key(9).public_key());
        assert!(matches!(other, Err(TrustError::OtherRoot { .. })));
        for (pointer, value) in [
            ("/version", json!(4)),
            ("/expires", json!("2037-01-01T00:00:00Z")),
            ("/issuers/0/name", json!("NC5")),
            (
                "/issuers/0/didDocument/verificationMethod/0/publicKeyMultibase",
                json!(key(8).public_key().to_multikey()),
            ),
        ] {
            let mut edited = Value::Object(signed.clone());
            *edited.pointer_mut(pointer).unwrap() = value;
            let edited = edited.as_object().unwrap();
            let read = TrustList::verify(edited, &[], &key(1).public_key());
            assert!(read.is_err(), "{pointer}");
        }
    }

    #[test]
    fn a_root_hands_over_to_the_next() {
        let now = at("2026-06-01T00:00:00Z");
        let signed = fields().sign(&key(3)).unwrap();
        let chain = [
            hand_over(&key(2), &key(3).public_key(), now).unwrap(),
            hand_over(&key(1), &key(2).public_key(), now).unwrap(),
        ];
        let list = TrustList::verify(&signed, &chain, &key(1).public_key()).unwrap();
        assert_eq!(list.root(), &key(3).public_key());
        assert!(TrustList::verify(&signed, &chain[..1], &key(1).public_key()).is_err());
        let mut forged = chain.clone();
        forged[1]["to"] = did::key::did(&key(3).public_key()).into();
        assert!(TrustList::verify(&signed, &forged[1..], &key(1).public_key()).is_err());
        let ring = [
            hand_over(&key(1), &key(2).public_key(), now).unwrap(),
            hand_over(&key(2), &key(1).public_key(), now).unwrap(),
        ];
        assert!(TrustList::verify(&signed, &ring, &key(1).public_key()).is_err());
    }
}
