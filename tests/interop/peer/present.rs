//! Presentations as a holder makes them, which is no part of the product: by the suites' own steps.

use cheti_shared::did;
use cheti_shared::key::Signer as _;
use cheti_shared::proof::{AUTHENTICATION, Unsecured, eddsa_jcs_2022, eddsa_rdfc_2022};
use cheti_tests::sample;
use serde_json::{Map, Value, json};

/// The credential, presented by the sample's holder for this challenge and domain.
pub(crate) fn present(credential: &[u8], suite: &str, challenge: &str, domain: &str) -> Vec<u8> {
    let credential: Value = serde_json::from_slice(credential).unwrap();
    let key = sample::holder_key();
    let context = json!(["https://www.w3.org/ns/credentials/v2"]);
    let mut presentation = json!({
        "@context": context,
        "type": ["VerifiablePresentation"],
        "holder": did::key::did(&key.public_key()),
        "verifiableCredential": [credential],
    });
    let mut proof = members(json!({
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": "2026-10-16T08:00:00Z",
        "verificationMethod": did::key::verification_method(&key.public_key()),
        "proofPurpose": AUTHENTICATION,
        "challenge": challenge,
        "domain": domain,
    }));
    let document = members(presentation.clone());
    let hash_data = match suite {
        eddsa_jcs_2022::NAME => {
            proof.insert("@context".to_owned(), context);
            eddsa_jcs_2022::hash(
                &eddsa_jcs_2022::transform(&Unsecured::of(&document), &proof).unwrap(),
                &eddsa_jcs_2022::configure(&proof).unwrap(),
            )
        }
        _ => eddsa_rdfc_2022::hash(
            &eddsa_rdfc_2022::transform(&document).unwrap(),
            &eddsa_rdfc_2022::configure(&Unsecured::of(&document), &proof).unwrap(),
        ),
    };
    proof.insert(
        "proofValue".to_owned(),
        key.sign(&hash_data).to_multibase().into(),
    );
    presentation["proof"] = proof.into();
    serde_json::to_vec(&presentation).unwrap()
}

fn members(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}
