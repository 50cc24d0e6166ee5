//! Decentralized identifiers: `did:key`, `did:web` and their documents.

pub mod document;
pub mod key;
pub mod web;

/// Why a text or document is no identifier or document of ours (Controlled Identifiers 3.3, C3).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DidError {
    /// Not a DID of the method asked for.
    #[error("\"{did}\" is not {wanted}")]
    Did {
        /// The text.
        did: String,
        /// What it should have been.
        wanted: &'static str,
    },
    /// The document is not shaped as one.
    #[error("the DID document of {id} is malformed: {what}")]
    Document {
        /// The DID it should describe.
        id: String,
        /// What is wrong.
        what: &'static str,
    },
}
