//! What we think of others' documents, at the level of proofs: a test has no trust list. Every proof of a set must hold.

use cheti_shared::canon::{jsonld, rdfc};
use cheti_shared::credential::envelope::{EnvelopeError, ProofChecked, SignedCredential};
use cheti_shared::key::{PublicKey, Signer as _};
use cheti_shared::proof::{ASSERTION_METHOD, AUTHENTICATION, Proof, ProofError};
use cheti_shared::{did, json};
use cheti_tests::sample;
use serde_json::{Map, Value};

/// The stage at which a document is refused, and why.
pub(crate) type Refused = (&'static str, String);

/// `valid`, or `invalid <stage>: <why>`.
pub(crate) fn verdict<T>(judged: Result<T, Refused>) -> Vec<u8> {
    match judged {
        Ok(_) => b"valid".to_vec(),
        Err((stage, why)) => format!("invalid {stage}: {why}").into_bytes(),
    }
}

/// A credential as JSON.
pub(crate) fn credential(octets: &[u8]) -> Result<ProofChecked, Refused> {
    checked(&SignedCredential::parse(octets).map_err(by_envelope)?)
}

/// The document that all proofs of the credential agree on, each made by a key of its issuer.
pub(crate) fn checked(credential: &SignedCredential) -> Result<ProofChecked, Refused> {
    means_something(credential.document())?;
    let mut checked = None;
    for proof in credential.proofs() {
        let key = key_of(proof, ASSERTION_METHOD, credential.issuer())?;
        match credential.check_proof(proof, &key) {
            Some(result) => checked = Some(result.map_err(by_proof)?),
            None => continue,
        }
    }
    checked.ok_or_else(|| ("suite", "no proof by a suite that is known".to_owned()))
}

/// A presentation as JSON: made for this challenge and domain by its holder, and every credential in it.
pub(crate) fn presentation(octets: &[u8], challenge: &str, domain: &str) -> Result<(), Refused> {
    let Value::Object(document) =
        json::parse(octets).map_err(|error| ("json", error.to_string()))?
    else {
        return Err(("envelope", "no object".to_owned()));
    };
    means_something(&document)?;
    let text = |name| {
        document
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    for proof in Proof::all_of(&document).map_err(by_proof)? {
        let key = key_of(&proof, AUTHENTICATION, text("holder"))?;
        for (name, wanted) in [("challenge", challenge), ("domain", domain)] {
            if proof.members().get(name).and_then(Value::as_str) != Some(wanted) {
                return Err((name, format!("made for another {name}")));
            }
        }
        let Some(result) = proof.verify(&document, &key) else {
            return Err(("suite", proof.suite().name().to_owned()));
        };
        result.map_err(by_proof)?;
    }
    let credentials = document
        .get("verifiableCredential")
        .and_then(Value::as_array);
    for credential in credentials.into_iter().flatten() {
        let members = credential.as_object().cloned().unwrap_or_default();
        checked(&SignedCredential::from_document(members).map_err(by_envelope)?)?;
    }
    Ok(())
}

/// Whatever suite signed it, the document is JSON-LD of which nothing is left out.
fn means_something(document: &Map<String, Value>) -> Result<(), Refused> {
    let mut unsecured = document.clone();
    unsecured.remove("proof");
    let dataset = jsonld::to_dataset(&unsecured).map_err(|error| ("json-ld", error.to_string()))?;
    rdfc::canonicalize(&dataset).map_err(|error| ("transformation", error.to_string()))?;
    Ok(())
}

/// The key that the proof names, which must be `controller`'s.
fn key_of(proof: &Proof, purpose: &'static str, controller: &str) -> Result<PublicKey, Refused> {
    if proof.purpose() != purpose {
        return Err((
            "purpose",
            format!("{} instead of {purpose}", proof.purpose()),
        ));
    }
    let method = proof.verification_method();
    let key = match method {
        sample::ISSUING_KEY => sample::issuing_key().public_key(),
        sample::STATUS_KEY => sample::status_key().public_key(),
        method => did::key::parse(method).map_err(|error| ("key", error.to_string()))?,
    };
    match method.split_once('#') {
        Some((did, _)) if did == controller => Ok(key),
        _ => Err(("key", format!("{method} is not {controller}'s"))),
    }
}

fn by_envelope(error: EnvelopeError) -> Refused {
    match error {
        EnvelopeError::Json(error) => ("json", error.to_string()),
        EnvelopeError::Proof(error) => by_proof(error),
        other => ("envelope", other.to_string()),
    }
}

fn by_proof(error: ProofError) -> Refused {
    let stage = match error {
        ProofError::JsonLd(_) => "json-ld",
        ProofError::TooMuchWork(_) => "transformation",
        ProofError::Context => "context",
        ProofError::NoPreviousProof(_) => "chain",
        ProofError::Signature(_) => "signature",
        ProofError::Malformed(_)
        | ProofError::OtherSuite(_)
        | ProofError::Time(_)
        | ProofError::Value => "proof",
    };
    (stage, error.to_string())
}
