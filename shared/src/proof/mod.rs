//! Data Integrity proofs: what a proof says, and the suites that make and check one.

pub mod eddsa_jcs_2022;

use serde_json::{Map, Value};

use crate::key::{BadSignature, PublicKey, Signature, Signer};
use crate::time::Timestamp;

/// The purpose of every proof here: the issuer asserts the document (Data Integrity 2.1, D1).
pub const ASSERTION_METHOD: &str = "assertionMethod";

/// A cryptographic suite, as `cryptosuite` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suite {
    /// `eddsa-jcs-2022`: JCS, SHA-256, Ed25519.
    EddsaJcs2022,
    /// One that this version cannot check; listed, never sufficient (THREATS 28).
    Unknown(String),
}

/// A proof as a document presents it: a claim until its suite has verified it.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    members: Map<String, Value>,
    suite: Suite,
    verification_method: String,
    purpose: String,
    created: Option<Timestamp>,
    expires: Option<Timestamp>,
}

/// Why a proof does not hold. Each names its type in the vocabulary of Data Integrity 4.7 (D7) by [`ProofError::kind`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The document or the proof is not shaped as one (D3).
    #[error("the proof is malformed: {0}")]
    Malformed(&'static str),
    /// `type` and `cryptosuite` are not both those of the suite (E5).
    #[error("the proof is not of the suite {0}")]
    OtherSuite(&'static str),
    /// The document's `@context` does not begin with the proof's (E2, THREATS 28).
    #[error("the document's @context does not begin with the one that was signed")]
    Context,
    /// `created` or `expires` is no date and time.
    #[error("the proof's {0} is not a date and time")]
    Time(&'static str),
    /// `proofValue` is no multibase signature of 64 octets (E4).
    #[error("the proofValue is not a signature")]
    Value,
    /// The signature does not fit: the document was altered, or signed with another key.
    #[error(transparent)]
    Signature(#[from] BadSignature),
}

impl ProofError {
    /// The error's type URL (Data Integrity 4.7, D7).
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Malformed(_) | Self::OtherSuite(_) | Self::Time(_) | Self::Value => {
                "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
            }
            Self::Context | Self::Signature(_) => {
                "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
            }
        }
    }
}

/// What the maker of a proof decides (Data Integrity 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofOptions {
    /// When it is made.
    pub created: Timestamp,
    /// The DID URL of the key.
    pub verification_method: String,
}

impl Proof {
    /// Read a proof's members; what verifying needs must be there (D1, D3).
    pub fn parse(value: &Value) -> Result<Self, ProofError> {
        let members = value
            .as_object()
            .ok_or(ProofError::Malformed("not an object"))?;
        let text = |name| members.get(name).and_then(Value::as_str);
        let wanted = |name, message| text(name).ok_or(ProofError::Malformed(message));
        let kind = wanted("type", "no type")?;
        let suite = match (kind, text("cryptosuite")) {
            ("DataIntegrityProof", Some(eddsa_jcs_2022::NAME)) => Suite::EddsaJcs2022,
            ("DataIntegrityProof", Some(other)) => Suite::Unknown(other.to_owned()),
            ("DataIntegrityProof", None) => return Err(ProofError::Malformed("no cryptosuite")),
            (other, _) => Suite::Unknown(other.to_owned()),
        };
        let time = |name| match members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => text.parse().map(Some).map_err(|_| ProofError::Time(name)),
            Some(_) => Err(ProofError::Time(name)),
        };
        Ok(Self {
            suite,
            verification_method: wanted("verificationMethod", "no verificationMethod")?.to_owned(),
            purpose: wanted("proofPurpose", "no proofPurpose")?.to_owned(),
            created: time("created")?,
            expires: time("expires")?,
            members: members.clone(),
        })
    }

    /// The proofs of a secured document: one object, or an array of 1 to 16 (D5).
    pub fn all_of(document: &Map<String, Value>) -> Result<Vec<Self>, ProofError> {
        match document.get("proof") {
            None => Err(ProofError::Malformed("the document has no proof")),
            Some(Value::Array(proofs)) if proofs.is_empty() => {
                Err(ProofError::Malformed("the document has no proof"))
            }
            Some(Value::Array(proofs)) if proofs.len() > crate::limits::PROOFS => Err(
                ProofError::Malformed("the document has more than 16 proofs"),
            ),
            Some(Value::Array(proofs)) => proofs.iter().map(Self::parse).collect(),
            Some(one) => Ok(vec![Self::parse(one)?]),
        }
    }

    /// The suite it claims.
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    /// The DID URL of the key that is said to have made it.
    pub fn verification_method(&self) -> &str {
        &self.verification_method
    }

    /// What it is for: `assertionMethod` in a credential.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// When it is said to have been made.
    pub fn created(&self) -> Option<Timestamp> {
        self.created
    }

    /// From when on it does not count (D4).
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Every member, as presented.
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// The signature in `proofValue` (E4).
    pub fn signature(&self) -> Result<Signature, ProofError> {
        let text = self.members.get("proofValue").and_then(Value::as_str);
        Signature::from_multibase(text.ok_or(ProofError::Value)?).map_err(|_| ProofError::Value)
    }

    /// Check this proof of `document` with `key`, by its suite; the document that was signed.
    ///
    /// `None` for a suite that this version does not know. What the key may be used for is not looked at here.
    pub fn verify(
        &self,
        document: &Map<String, Value>,
        key: &PublicKey,
    ) -> Option<Result<Map<String, Value>, ProofError>> {
        match self.suite {
            Suite::EddsaJcs2022 => Some(eddsa_jcs_2022::verify(document, self, key)),
            Suite::Unknown(_) => None,
        }
    }
}

/// `document` with one proof, as an object: how trust lists, statements and status reasons are signed.
pub fn secure(
    mut document: Map<String, Value>,
    options: &ProofOptions,
    signer: &dyn Signer,
) -> Result<Map<String, Value>, ProofError> {
    let proof = eddsa_jcs_2022::create(&document, options, signer)?;
    document.insert("proof".to_owned(), Value::Object(proof));
    Ok(document)
}

/// Check a document that [`secure`] made: exactly one proof, an assertion by `verification_method` with `key`.
pub fn verify_single(
    document: &Map<String, Value>,
    verification_method: &str,
    key: &PublicKey,
) -> Result<Proof, ProofError> {
    let proofs = Proof::all_of(document)?;
    let [proof] = proofs.as_slice() else {
        return Err(ProofError::Malformed("exactly one proof belongs here"));
    };
    if proof.verification_method != verification_method || proof.purpose != ASSERTION_METHOD {
        return Err(ProofError::Malformed(
            "made with another key or for another purpose",
        ));
    }
    match proof.verify(document, key) {
        Some(verified) => verified.map(|_| proof.clone()),
        None => Err(ProofError::OtherSuite(eddsa_jcs_2022::NAME)),
    }
}
