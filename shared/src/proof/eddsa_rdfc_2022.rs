//! The suite `eddsa-rdfc-2022` (Data Integrity EdDSA Cryptosuites 1.0 §3.2), each step of the specification its own
//! function.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{Proof, ProofError, ProofOptions, Unsecured, options_of};
use crate::canon::{jsonld, rdfc};
use crate::key::{PublicKey, Signer};

/// The suite's name.
pub const NAME: &str = "eddsa-rdfc-2022";

/// §3.2.1 Create Proof: the proof of `document`, whatever proofs stand in it already.
pub fn create(
    document: &Map<String, Value>,
    options: &ProofOptions,
    signer: &dyn Signer,
) -> Result<Map<String, Value>, ProofError> {
    let unsecured = Unsecured::of(document);
    let mut proof = options_of(NAME, options);
    let signature = signer.sign(&hash_data(&unsecured, &proof)?);
    proof.insert("proofValue".to_owned(), signature.to_multibase().into());
    Ok(proof)
}

/// §3.2.2 Verify Proof: the document that was signed, without proof.
pub fn verify(
    document: &Map<String, Value>,
    proof: &Proof,
    key: &PublicKey,
) -> Result<Map<String, Value>, ProofError> {
    let signature = proof.signature()?;
    let unsecured = Unsecured::before(document, proof)?;
    key.verify(&hash_data(&unsecured, proof.members())?, &signature)?;
    Ok(unsecured.verified())
}

/// §3.2.3 to §3.2.5: the 64 octets that are signed.
fn hash_data(
    unsecured: &Unsecured<'_>,
    proof: &Map<String, Value>,
) -> Result<[u8; 64], ProofError> {
    Ok(hash(
        &transform(&unsecured.to_document())?,
        &configure(unsecured, proof)?,
    ))
}

/// §3.2.3 Transformation: the canonical N-Quads of the document.
pub fn transform(document: &Map<String, Value>) -> Result<Vec<u8>, ProofError> {
    Ok(rdfc::canonicalize(&jsonld::to_dataset(document)?)?)
}

/// §3.2.4 Hashing: the proof configuration's digest, then the document's.
pub fn hash(canonical_document: &[u8], canonical_config: &[u8]) -> [u8; 64] {
    let mut hash_data = [0; 64];
    let (config, document) = hash_data.split_at_mut(32);
    config.copy_from_slice(&Sha256::digest(canonical_config));
    document.copy_from_slice(&Sha256::digest(canonical_document));
    hash_data
}

/// §3.2.5 Proof Configuration: the canonical N-Quads of the proof without its value, under the document's `@context`.
pub fn configure(
    unsecured: &Unsecured<'_>,
    proof: &Map<String, Value>,
) -> Result<Vec<u8>, ProofError> {
    transform(&configuration(unsecured.context(), proof)?)
}

/// The proof configuration as a document.
pub(crate) fn configuration(
    context: Option<&Value>,
    proof: &Map<String, Value>,
) -> Result<Map<String, Value>, ProofError> {
    let is = |name, wanted| proof.get(name).and_then(Value::as_str) == Some(wanted);
    if !(is("type", "DataIntegrityProof") && is("cryptosuite", NAME)) {
        return Err(ProofError::OtherSuite(NAME));
    }
    let mut config = proof.clone();
    config.remove("proofValue");
    match context {
        Some(context) => config.insert("@context".to_owned(), context.clone()),
        None => config.remove("@context"),
    };
    Ok(config)
}

#[cfg(test)]
mod tests;
