//! The suite `eddsa-jcs-2022` (Data Integrity EdDSA Cryptosuites 1.0 §3.3), each step of the specification its own
//! function.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{Proof, ProofError, ProofOptions, Unsecured, options_of};
use crate::canon::jcs;
use crate::key::{PublicKey, Signature, Signer};

/// The suite's name.
pub const NAME: &str = "eddsa-jcs-2022";

/// §3.3.1 Create Proof: the proof of `document`, whatever proofs stand in it already. Its `@context` is the document's
/// (step 2, E1).
pub fn create(
    document: &Map<String, Value>,
    options: &ProofOptions,
    signer: &dyn Signer,
) -> Result<Map<String, Value>, ProofError> {
    let unsecured = Unsecured::of(document);
    let mut proof = options_of(NAME, options);
    if let Some(context) = unsecured.context() {
        proof.insert("@context".to_owned(), context.clone());
    }
    let hash_data = hash(&transform(&unsecured, &proof)?, &configure(&proof)?);
    proof.insert(
        "proofValue".to_owned(),
        serialize(&hash_data, signer).to_multibase().into(),
    );
    Ok(proof)
}

/// §3.3.2 Verify Proof: the document that was signed, without proof and with exactly the `@context` that was signed.
///
/// A holder may append contexts without breaking the signature; what they append is not returned (E2).
pub fn verify(
    document: &Map<String, Value>,
    proof: &Proof,
    key: &PublicKey,
) -> Result<Map<String, Value>, ProofError> {
    let signature = proof.signature()?;
    let unsecured = with_signed_context(Unsecured::before(document, proof)?, proof.members())?;
    let hash_data = hash(
        &transform(&unsecured, proof.members())?,
        &configure(proof.members())?,
    );
    verify_signature(&hash_data, &signature, key)?;
    Ok(unsecured.verified())
}

/// §3.3.2 steps 4 and 5: the document's `@context` must begin with the proof's, which then takes its place.
fn with_signed_context<'a>(
    unsecured: Unsecured<'a>,
    proof: &'a Map<String, Value>,
) -> Result<Unsecured<'a>, ProofError> {
    let Some(signed) = proof.get("@context") else {
        return Ok(unsecured);
    };
    let presented = unsecured.context().ok_or(ProofError::Context)?;
    match as_list(presented).starts_with(as_list(signed)) {
        true => Ok(unsecured.with_context(signed)),
        false => Err(ProofError::Context),
    }
}

fn as_list(context: &Value) -> &[Value] {
    match context {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// §3.3.3 Transformation: the canonical octets of the document without its proofs.
pub fn transform(
    unsecured: &Unsecured<'_>,
    options: &Map<String, Value>,
) -> Result<Vec<u8>, ProofError> {
    check_suite(options)?;
    Ok(jcs::canonicalize_members(unsecured.members()))
}

/// §3.3.4 Hashing: SHA-256 of the proof configuration, then SHA-256 of the document (E3).
pub fn hash(canonical_document: &[u8], canonical_proof_config: &[u8]) -> [u8; 64] {
    join(
        Sha256::digest(canonical_proof_config).into(),
        canonical_document,
    )
}

/// [`hash`] where the configuration's digest is known already: it is the same for a whole batch.
pub fn hash_with_config_digest(
    canonical_document: &[u8],
    proof_config_digest: [u8; 32],
) -> [u8; 64] {
    join(proof_config_digest, canonical_document)
}

fn join(proof_config_digest: [u8; 32], canonical_document: &[u8]) -> [u8; 64] {
    let mut hash_data = [0; 64];
    let (config, document) = hash_data.split_at_mut(32);
    config.copy_from_slice(&proof_config_digest);
    document.copy_from_slice(&Sha256::digest(canonical_document));
    hash_data
}

/// §3.3.5 Proof Configuration: the canonical octets of the proof without its value (E5: type *or* cryptosuite wrong
/// is an error, and so is a `created` that is no date and time).
pub fn configure(options: &Map<String, Value>) -> Result<Vec<u8>, ProofError> {
    check_suite(options)?;
    Ok(jcs::canonicalize_without(options, "proofValue"))
}

/// §3.3.6 Proof Serialization: sign the 64 octets.
pub fn serialize(hash_data: &[u8; 64], signer: &dyn Signer) -> Signature {
    signer.sign(hash_data)
}

/// §3.3.7 Proof Verification, strictly (E4, E6).
pub fn verify_signature(
    hash_data: &[u8; 64],
    signature: &Signature,
    key: &PublicKey,
) -> Result<(), ProofError> {
    Ok(key.verify(hash_data, signature)?)
}

fn check_suite(options: &Map<String, Value>) -> Result<(), ProofError> {
    let is = |name, wanted| options.get(name).and_then(Value::as_str) == Some(wanted);
    match is("type", "DataIntegrityProof") && is("cryptosuite", NAME) {
        true => Ok(()),
        false => Err(ProofError::OtherSuite(NAME)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::key::SecretKey;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    /// The worked example of the specification (Appendix B.2, "Representation: eddsa-jcs-2022"): the alumni credential.
    fn example() -> (Map<String, Value>, Map<String, Value>) {
        let document = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": ["VerifiableCredential", "AlumniCredential"],
            "name": "Alumni Credential",
            "description": "A minimum viable example of an Alumni Credential.",
            "issuer": "https://vc.example/issuers/5678",
            "validFrom": "2023-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
        });
        let options = json!({
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": "2023-02-24T23:36:38Z",
            "verificationMethod": concat!(
                "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
                "#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
            ),
            "proofPurpose": "assertionMethod",
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        });
        (map(document), map(options))
    }

    #[test]
    fn the_specifications_worked_example_step_by_step() {
        let (document, options) = example();
        let key =
            PublicKey::from_multikey("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2").unwrap();
        let canonical_document = transform(&Unsecured::of(&document), &options).unwrap();
        let canonical_config = configure(&options).unwrap();
        let document_hash = "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19";
        let config_hash = "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db";
        let hash_data = hash(&canonical_document, &canonical_config);
        assert_eq!(hex(&hash_data), format!("{config_hash}{document_hash}"));
        let value = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX";
        let signature = Signature::from_multibase(value).unwrap();
        verify_signature(&hash_data, &signature, &key).unwrap();
        let mut proof = options;
        proof.insert("proofValue".to_owned(), value.into());
        let proof = Proof::parse(&Value::Object(proof)).unwrap();
        assert_eq!(verify(&document, &proof, &key).unwrap(), document);
    }

    fn signed() -> (Map<String, Value>, SecretKey) {
        let key = SecretKey::from_seed(&[3; 32]);
        let (document, _) = example();
        let options = ProofOptions {
            created: "2026-10-16T06:00:00Z".parse().unwrap(),
            verification_method: "did:web:nc4.example#key-1".to_owned(),
        };
        (super::super::secure(document, &options, &key).unwrap(), key)
    }

    fn check(
        document: &Map<String, Value>,
        key: &SecretKey,
    ) -> Result<Map<String, Value>, ProofError> {
        let proofs = Proof::all_of(document)?;
        proofs[0].verify(document, &key.public_key()).unwrap()
    }

    #[test]
    fn any_edit_of_document_or_proof_is_noticed() {
        let (document, key) = signed();
        check(&document, &key).unwrap();
        for (pointer, value) in [
            (
                "/credentialSubject/alumniOf",
                json!("The School of Forgery"),
            ),
            ("/@context/1", json!("https://other.example")),
            ("/@context", json!("https://www.w3.org/ns/credentials/v2")),
            ("/proof/created", json!("2026-10-16T06:00:01Z")),
            (
                "/proof/verificationMethod",
                json!("did:web:nc4.example#key-2"),
            ),
            ("/proof/proofPurpose", json!("authentication")),
            ("/proof/proofValue", json!("z111")),
            ("/proof/cryptosuite", json!("eddsa-rdfc-2022")),
            ("/proof/type", json!("Ed25519Signature2020")),
            (
                "/proof/@context",
                json!(["https://www.w3.org/ns/credentials/v2"]),
            ),
            ("/proof", json!([])),
            ("/proof", json!("x")),
        ] {
            let mut edited = Value::Object(document.clone());
            *edited.pointer_mut(pointer).unwrap() = value;
            let edited = map(edited);
            let verified =
                Proof::all_of(&edited).map(|proofs| proofs[0].verify(&edited, &key.public_key()));
            assert!(!matches!(verified, Ok(Some(Ok(_)))), "{pointer}");
        }
        let other = SecretKey::from_seed(&[4; 32]);
        assert!(matches!(
            check(&document, &other),
            Err(ProofError::Signature(_))
        ));
    }

    #[test]
    fn appended_contexts_verify_and_are_not_returned() {
        let (mut document, key) = signed();
        document["@context"]
            .as_array_mut()
            .unwrap()
            .push(json!("https://holder.example/more"));
        let verified = check(&document, &key).unwrap();
        assert_eq!(verified["@context"].as_array().unwrap().len(), 2);
        document["@context"].as_array_mut().unwrap().reverse();
        assert_eq!(check(&document, &key), Err(ProofError::Context));
    }

    #[test]
    fn a_flood_of_proofs_is_refused() {
        let (mut document, _) = signed();
        let one = document["proof"].clone();
        document["proof"] = Value::Array(vec![one; 10_000]);
        assert!(matches!(
            Proof::all_of(&document),
            Err(ProofError::Malformed(_))
        ));
    }
}
