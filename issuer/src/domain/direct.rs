//! Direct issuance: what is kept of a credential that a program had signed without anybody's approval.
//!
//! The plan of one is saved before it is signed: its exact octets, its place in a status list, the key and the time. That
//! fixes every bit of the signature, so going on after a crash gives the same credential.

use cheti_shared::ids::{Digest, ListNumber, StatusIndex};
use cheti_shared::key::Signer;
use cheti_shared::proof::{ProofError, ProofOptions, eddsa_rdfc_2022, secure, secure_set};
use cheti_shared::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What `POST /credentials/issue` signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VcApiIssue {
    /// Certificates of batches that two people have approved.
    #[default]
    ApprovedBatch,
    /// Also whatever a program with an API key of the scope `issue_direct` asks for: four eyes are given up.
    Direct,
}

/// How a credential is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proofs {
    /// One proof by `eddsa-rdfc-2022`, an object.
    Rdfc,
    /// One proof by `eddsa-jcs-2022`, an object.
    Jcs,
    /// An array of both, in this order.
    Set,
}

impl Proofs {
    /// `document` with these proofs.
    pub fn secure(
        self,
        mut document: Map<String, Value>,
        options: &ProofOptions,
        signer: &dyn Signer,
    ) -> Result<Map<String, Value>, ProofError> {
        match self {
            Self::Set => secure_set(document, options, signer),
            Self::Jcs => secure(document, options, signer),
            Self::Rdfc => {
                let proof = eddsa_rdfc_2022::create(&document, options, signer)?;
                document.insert("proof".to_owned(), Value::Object(proof));
                Ok(document)
            }
        }
    }
}

/// One directly issued credential, under the SHA-256 of its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direct {
    /// The DID URL of the key that signs it.
    pub key: String,
    /// The proofs' `created`.
    pub created: Timestamp,
    /// How it is secured.
    pub proofs: Proofs,
    /// Its status list.
    pub list: ListNumber,
    /// Its place there.
    pub index: StatusIndex,
    /// Whether it was revoked, which is for good (THREATS 3).
    pub revoked: bool,
    /// SHA-256 of the signed octets, once there are any; stays when the content is removed (THREATS 23).
    pub signed: Option<Digest>,
    /// What it says.
    pub content: Content,
}

/// What a directly issued credential says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// To be signed: these octets, canonical, without proof.
    Planned {
        /// Of which request it is the answer.
        origin: Origin,
        /// The octets.
        document: String,
    },
    /// Signed: these octets.
    Signed {
        /// Of which request it is the answer.
        origin: Origin,
        /// The octets.
        credential: String,
    },
    /// Removed at a program's request.
    Removed,
}

/// By which a repeated request is known for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Digest of what was asked for: the credential as completed, and how it is to be secured.
    pub asked: Digest,
    /// SHA-256 of the document that is signed, for a program that sends back what it was given.
    pub document: Digest,
}

/// Why a directly issued credential cannot be had or changed so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DirectError {
    /// The id belongs to a credential that says something else, or is secured otherwise.
    #[error(
        "there is a credential with this id that says something else or is secured otherwise; choose another id"
    )]
    OtherContent,
    /// The id belongs to a credential whose content was removed.
    #[error("the credential with this id was removed; choose another id")]
    Removed,
    /// Planned with a key that has ended since.
    #[error(
        "signing began with the key {planned}, which has ended since; nothing was signed, choose another id"
    )]
    OtherKey {
        /// The key of the plan.
        planned: String,
    },
    /// A revocation is for ever.
    #[error("the credential is revoked; a revocation cannot be taken back")]
    Irreversible,
    /// Its status is of another kind.
    #[error("the status of this credential has the purpose revocation, not {0}")]
    Purpose(String),
    /// A certificate that two people approved.
    #[error("this certificate comes from a batch; what becomes of it takes two people: {command}")]
    TakesTwoPeople {
        /// The command that they run.
        command: String,
    },
}

impl Direct {
    /// Whether the request `again` asks for this very credential.
    pub fn check_same(&self, again: Origin, proofs: Proofs) -> Result<(), DirectError> {
        let (Content::Planned { origin, .. } | Content::Signed { origin, .. }) = &self.content
        else {
            return Err(DirectError::Removed);
        };
        let same = origin.asked == again.asked || origin.document == again.document;
        match same && self.proofs == proofs {
            true => Ok(()),
            false => Err(DirectError::OtherContent),
        }
    }

    /// The signed octets, if there are any.
    pub fn credential(&self) -> Option<&str> {
        match &self.content {
            Content::Signed { credential, .. } => Some(credential),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_request_gets_the_same_credential() {
        let origin = |asked: &[u8], document: &[u8]| Origin {
            asked: Digest::of(asked),
            document: Digest::of(document),
        };
        let mut direct = Direct {
            key: "did:web:nc4.example#issuing-1".to_owned(),
            created: "2026-10-16T06:00:00Z".parse().unwrap(),
            proofs: Proofs::Rdfc,
            list: ListNumber(1),
            index: StatusIndex(7),
            revoked: false,
            signed: None,
            content: Content::Planned {
                origin: origin(b"asked", b"document"),
                document: "{}".to_owned(),
            },
        };
        for (again, proofs, wanted) in [
            (origin(b"asked", b"other"), Proofs::Rdfc, Ok(())),
            (origin(b"other", b"document"), Proofs::Rdfc, Ok(())),
            (
                origin(b"other", b"other"),
                Proofs::Rdfc,
                Err(DirectError::OtherContent),
            ),
            (
                origin(b"asked", b"document"),
                Proofs::Set,
                Err(DirectError::OtherContent),
            ),
        ] {
            assert_eq!(direct.check_same(again, proofs), wanted);
        }
        direct.content = Content::Removed;
        let again = origin(b"asked", b"document");
        assert_eq!(
            direct.check_same(again, Proofs::Rdfc),
            Err(DirectError::Removed)
        );
    }
}
