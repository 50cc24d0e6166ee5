//! The envelope: what every verifiable credential has, read from a document that may be hostile.

use serde_json::{Map, Value};

use super::statements::Statements;
use crate::canon::jcs;
use crate::ids::Digest;
use crate::json::{self, Bounds, JsonError};
use crate::key::PublicKey;
use crate::proof::{Proof, ProofError, Unsecured};
use crate::qr::payload;
use crate::qr::template::{Template, Values};
use crate::status::entry::{EntryError, StatusEntry};
use crate::time::{NotATime, Timestamp};
use crate::try_all::try_all;

/// A secured credential as somebody presented it: a claim, nothing more.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedCredential {
    document: Map<String, Value>,
    proofs: Vec<Proof>,
    issuer: String,
}

/// A credential of which one proof has been verified with one key. Made by [`SignedCredential::check_proof`] and
/// [`SignedCredential::check_proof_by`] alone.
#[derive(Clone, Debug, PartialEq)]
pub struct ProofChecked {
    document: Map<String, Value>,
}

impl ProofChecked {
    /// The document that was signed, without proof and with exactly the `@context` that was signed (V11, E2).
    pub fn document(&self) -> &Map<String, Value> {
        &self.document
    }
}

/// Why a document is no credential to be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not JSON that is accepted here.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// JSON, but no object.
    #[error("a credential is a JSON object")]
    NotAnObject,
    /// An object, but no verifiable credential (V4).
    #[error("this JSON is not a verifiable credential (its type does not say so)")]
    NotACredential,
    /// No issuer that can be named (V6).
    #[error("the credential does not name its issuer")]
    NoIssuer,
    /// No proof, or one that is malformed.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl SignedCredential {
    /// Read a credential from JSON, within a credential's bounds.
    pub fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        Self::parse_within(bytes, Bounds::CREDENTIAL)
    }

    /// Read a credential from JSON, within other bounds (a status list is larger).
    pub fn parse_within(bytes: &[u8], bounds: Bounds) -> Result<Self, EnvelopeError> {
        match json::parse_within(bytes, bounds)? {
            Value::Object(document) => Self::from_document(document),
            _ => Err(EnvelopeError::NotAnObject),
        }
    }

    /// Read a credential from members that were parsed already.
    pub fn from_document(document: Map<String, Value>) -> Result<Self, EnvelopeError> {
        if !has_type(&document, "VerifiableCredential") {
            return Err(EnvelopeError::NotACredential);
        }
        let issuer = match document.get("issuer") {
            Some(Value::String(id)) => Some(id.as_str()),
            Some(Value::Object(profile)) => profile.get("id").and_then(Value::as_str),
            _ => None,
        };
        let issuer = issuer.ok_or(EnvelopeError::NoIssuer)?.to_owned();
        let proofs = Proof::all_of(&document)?;
        Ok(Self {
            document,
            proofs,
            issuer,
        })
    }

    /// Every member, as presented.
    pub fn document(&self) -> &Map<String, Value> {
        &self.document
    }

    /// The proofs, in order.
    pub fn proofs(&self) -> &[Proof] {
        &self.proofs
    }

    /// The issuer's identifier (V6).
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The credential's own id, if it has one (V3).
    pub fn id(&self) -> Option<&str> {
        self.document.get("id").and_then(Value::as_str)
    }

    /// Whether `type` includes `name`.
    pub fn has_type(&self, name: &str) -> bool {
        has_type(&self.document, name)
    }

    /// From when on it holds (V7); `issuanceDate` in VCDM 1.1.
    pub fn valid_from(&self) -> Result<Option<Timestamp>, NotATime> {
        self.time(&["validFrom", "issuanceDate"])
    }

    /// Until when it holds (V7); `expirationDate` in VCDM 1.1.
    pub fn valid_until(&self) -> Result<Option<Timestamp>, NotATime> {
        self.time(&["validUntil", "expirationDate"])
    }

    fn time(&self, names: &[&str]) -> Result<Option<Timestamp>, NotATime> {
        match names.iter().find_map(|name| self.document.get(*name)) {
            None => Ok(None),
            Some(Value::String(text)) => text.parse().map(Some),
            Some(other) => String::from_utf8(jcs::canonicalize(other))
                .unwrap_or_default()
                .parse()
                .map(Some),
        }
    }

    /// Its places in status lists: none, one object or an array of them (B1).
    pub fn status(&self) -> Result<Vec<StatusEntry>, EntryError> {
        match self.document.get("credentialStatus") {
            None => Ok(Vec::new()),
            Some(Value::Array(entries)) => try_all(entries, StatusEntry::parse),
            Some(one) => Ok(vec![StatusEntry::parse(one)?]),
        }
    }

    /// SHA-256(JCS(document without proof)): the same for the JSON, the PDF's attachment and the printed code.
    pub fn digest(&self) -> Digest {
        Digest::of(&jcs::canonicalize_without(&self.document, "proof"))
    }

    /// Verify `proof`, which is one of [`SignedCredential::proofs`], with `key`. `None` when its suite is not known.
    pub fn check_proof(
        &self,
        proof: &Proof,
        key: &PublicKey,
    ) -> Option<Result<ProofChecked, ProofError>> {
        let verified = proof.verify(&self.document, key)?;
        Some(verified.map(|document| ProofChecked { document }))
    }

    /// As [`SignedCredential::check_proof`], for the `eddsa-rdfc-2022` proof of a credential that was made from a template
    /// whose statements are known: fifty times as quick. `None` when the credential or the proof is not what the template
    /// makes, which says nothing about the proof.
    pub fn check_proof_by(
        &self,
        template: &Template,
        statements: &Statements,
        proof: &Proof,
        key: &PublicKey,
    ) -> Option<Result<ProofChecked, ProofError>> {
        let values = self.values_in(template, statements, proof)?;
        let checked = || {
            let signature = proof.signature()?;
            key.verify(&statements.hash_data(&values)?, &signature)?;
            let document = Unsecured::of(&self.document).to_document();
            Ok(ProofChecked { document })
        };
        Some(checked())
    }

    /// The values with which `template` makes this credential and `proof`, which is by `eddsa-rdfc-2022`; `None` when it
    /// does not. Nothing is said about the signature.
    pub fn values_in(
        &self,
        template: &Template,
        statements: &Statements,
        proof: &Proof,
    ) -> Option<Values> {
        let values = template.extract(&payload::carried(&self.document)).ok()?;
        let mut made = template.fill_part(statements.proof(), &values).ok()?;
        made.extend(
            proof
                .members()
                .get_key_value("proofValue")
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        (&made == proof.members()).then_some(values)
    }
}

fn has_type(document: &Map<String, Value>, name: &str) -> bool {
    match document.get("type") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(types)) => types.iter().any(|one| one == name),
        _ => false,
    }
}
