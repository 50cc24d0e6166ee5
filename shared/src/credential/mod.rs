//! Verifiable credentials: the envelope every credential has, Open Badges 3.0 on top of it, and the rules both keep.
//!
//! The types carry the state: [`draft::CredentialDraft`] → [`draft::UnsignedCredential`] (linted, canonical octets
//! frozen) → [`envelope::SignedCredential`] (a claim, as parsed) → [`envelope::ProofChecked`].

pub mod draft;
pub mod endorsement;
pub mod envelope;
pub mod lint;
pub mod open_badge;
pub mod statements;
