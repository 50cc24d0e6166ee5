//! Data Integrity proofs: what a proof says, and the suites that make and check one.

pub mod eddsa_jcs_2022;
pub mod eddsa_rdfc_2022;
mod unsecured;

use serde_json::{Map, Value};

use crate::canon::jsonld::JsonLdError;
use crate::canon::rdfc::TooMuchWork;
use crate::key::{BadSignature, PublicKey, Signature, Signer};
use crate::time::Timestamp;
use crate::try_all::try_all;

pub use unsecured::Unsecured;

/// The purpose of a credential's proofs: the issuer asserts the document (Data Integrity 2.1, D1).
pub const ASSERTION_METHOD: &str = "assertionMethod";
/// The purpose of a presentation's proofs: the holder shows that they are who they say (D3).
pub const AUTHENTICATION: &str = "authentication";

/// A cryptographic suite, as `cryptosuite` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suite {
    /// `eddsa-rdfc-2022`: JSON-LD, RDFC-1.0, SHA-256, Ed25519.
    EddsaRdfc2022,
    /// `eddsa-jcs-2022`: JCS, SHA-256, Ed25519.
    EddsaJcs2022,
    /// One that this version cannot check; listed, never sufficient (THREATS 28).
    Unknown(String),
}

impl Suite {
    /// Its name, as `cryptosuite` (or, for proofs older than Data Integrity, `type`) has it.
    pub fn name(&self) -> &str {
        match self {
            Self::EddsaRdfc2022 => eddsa_rdfc_2022::NAME,
            Self::EddsaJcs2022 => eddsa_jcs_2022::NAME,
            Self::Unknown(name) => name,
        }
    }

    /// Whether this version can check it.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
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
    previous: Vec<String>,
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
    /// A proof that this one builds on is not there (D5).
    #[error("the proof {0}, on which this one builds, is not there")]
    NoPreviousProof(String),
    /// The document has no canonical statements to check the signature over.
    #[error("the signature cannot be checked: {0}")]
    JsonLd(#[from] JsonLdError),
    /// ... or none within the bound of work.
    #[error(transparent)]
    TooMuchWork(#[from] TooMuchWork),
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
            Self::JsonLd(_) | Self::TooMuchWork(_) => {
                "https://w3id.org/security#PROOF_TRANSFORMATION_ERROR"
            }
            _ => "https://w3id.org/security#PROOF_VERIFICATION_ERROR",
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

/// The members of a proof by the suite of this name, before it is signed.
fn options_of(suite: &str, options: &ProofOptions) -> Map<String, Value> {
    let members = [
        ("type", "DataIntegrityProof".to_owned()),
        ("cryptosuite", suite.to_owned()),
        ("created", options.created.to_string()),
        ("verificationMethod", options.verification_method.clone()),
        ("proofPurpose", ASSERTION_METHOD.to_owned()),
    ];
    let named = members.into_iter();
    named
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
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
            ("DataIntegrityProof", Some(eddsa_rdfc_2022::NAME)) => Suite::EddsaRdfc2022,
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
            previous: previous_of(members)?,
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
            Some(Value::Array(proofs)) => try_all(proofs, Self::parse),
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

    /// Its own id, by which others build on it (D5).
    pub fn id(&self) -> Option<&str> {
        self.members.get("id").and_then(Value::as_str)
    }

    /// The ids of the proofs on which it builds (`previousProof`, D5).
    pub fn previous(&self) -> &[String] {
        &self.previous
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
            Suite::EddsaRdfc2022 if cfg!(not(feature = "documents")) => {
                Some(Err(JsonLdError::NotBuiltIn.into()))
            }
            Suite::EddsaRdfc2022 => Some(eddsa_rdfc_2022::verify(document, self, key)),
            Suite::EddsaJcs2022 => Some(eddsa_jcs_2022::verify(document, self, key)),
            Suite::Unknown(_) => None,
        }
    }
}

/// `previousProof`: none, one id, or a list of them.
fn previous_of(members: &Map<String, Value>) -> Result<Vec<String>, ProofError> {
    const MALFORMED: ProofError =
        ProofError::Malformed("previousProof is neither an id nor a list of ids");
    match members.get("previousProof") {
        None => Ok(Vec::new()),
        Some(Value::String(one)) => Ok(vec![one.clone()]),
        Some(Value::Array(ids)) if !ids.is_empty() => {
            try_all(ids, |id| id.as_str().map(str::to_owned).ok_or(MALFORMED))
        }
        Some(_) => Err(MALFORMED),
    }
}

/// `document` with one proof by `eddsa-jcs-2022`, as an object: how trust lists, statements and status reasons are signed.
pub fn secure(
    mut document: Map<String, Value>,
    options: &ProofOptions,
    signer: &dyn Signer,
) -> Result<Map<String, Value>, ProofError> {
    let proof = eddsa_jcs_2022::create(&document, options, signer)?;
    document.insert("proof".to_owned(), Value::Object(proof));
    Ok(document)
}

/// `document` with the proof set of what others verify too: `eddsa-rdfc-2022`, then `eddsa-jcs-2022`, each made over the
/// document without proof.
pub fn secure_set(
    mut document: Map<String, Value>,
    options: &ProofOptions,
    signer: &dyn Signer,
) -> Result<Map<String, Value>, ProofError> {
    let rdfc = eddsa_rdfc_2022::create(&document, options, signer)?;
    let jcs = eddsa_jcs_2022::create(&document, options, signer)?;
    document.insert(
        "proof".to_owned(),
        Value::Array(vec![rdfc.into(), jcs.into()]),
    );
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
