//! `eddsa-rdfc-2022` as a whole: the specification's worked example from secret key to signature and back, and the chain of
//! its repository.

use cheti_shared::canon::{jsonld, rdfc};
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::key::{PublicKey, SecretKey, Signer as _};
use cheti_shared::multibase;
use cheti_shared::proof::{Proof, ProofError, ProofOptions, secure_set};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::{hex, vectors};

/// The document with this in the place of its proof.
fn secured(document: &Value, proof: Value) -> SignedCredential {
    let mut secured = document.clone();
    secured["proof"] = proof;
    SignedCredential::parse(&serde_json::to_vec_pretty(&secured).unwrap()).unwrap()
}

fn members(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

#[test]
fn the_specifications_key_makes_the_specifications_signature() {
    let vector = vectors("eddsa-rdfc-2022.json");
    let (document, worked) = (&vector["document"], &vector["worked"]);
    let dataset = jsonld::to_dataset(members(document)).unwrap();
    let hash = Sha256::digest(rdfc::canonicalize(&dataset).unwrap());
    assert_eq!(
        hash.as_slice(),
        hex(worked["documentHash"].as_str().unwrap())
    );
    let text = |name: &str| worked[name].as_str().unwrap();
    let [_, _, seed @ ..] = multibase::decode_base58::<34>(text("secretKeyMultibase")).unwrap();
    let key = SecretKey::from_seed(&seed);
    assert_eq!(key.public_key().to_multikey(), text("publicKeyMultibase"));
    let proofs = worked["proofs"].as_array().unwrap();
    assert_eq!(proofs.len(), 2);
    for made in proofs {
        let options = ProofOptions {
            created: text("created").parse().unwrap(),
            verification_method: made["verificationMethod"].as_str().unwrap().to_owned(),
        };
        let signed = secure_set(members(document).clone(), &options, &key).unwrap();
        assert_eq!(signed["proof"][0]["proofValue"], made["proofValue"]);
        let credential = secured(document, signed["proof"][0].clone());
        let checked = credential.check_proof(&credential.proofs()[0], &key.public_key());
        assert_eq!(checked.unwrap().unwrap().document(), members(document));
    }
}

/// Each proof of the chain with its key, verified in the chain as `change` leaves it.
fn verify_chain(change: impl Fn(&mut Vec<Value>)) -> Vec<Result<(), ProofError>> {
    let vector = vectors("eddsa-rdfc-2022.json");
    let mut proofs = vector["chain"]["proofs"].as_array().unwrap().clone();
    let keys = vector["chain"]["keys"].as_array().unwrap();
    let of =
        |proof: &Value| proof["created"].to_string() + &proof["verificationMethod"].to_string();
    let key_of: Vec<(String, &Value)> = proofs.iter().map(of).zip(keys).collect();
    change(&mut proofs);
    let credential = secured(&vector["document"], Value::Array(proofs.clone()));
    let verify = |(proof, parsed): (&Value, &Proof)| {
        let (_, key) = key_of.iter().find(|(name, _)| *name == of(proof)).unwrap();
        let key = PublicKey::from_multikey(key.as_str().unwrap()).unwrap();
        credential.check_proof(parsed, &key).unwrap().map(|_| ())
    };
    proofs.iter().zip(credential.proofs()).map(verify).collect()
}

#[test]
fn the_specifications_chain_holds_in_any_order() {
    assert_eq!(verify_chain(|_| ()), [const { Ok(()) }; 4]);
    assert_eq!(
        verify_chain(|proofs| proofs.reverse()),
        [const { Ok(()) }; 4]
    );
    assert_eq!(
        verify_chain(|proofs| proofs[3]["previousProof"] = json!([proofs[3]["previousProof"]])),
        [const { Ok(()) }; 4]
    );
}

#[test]
fn a_broken_link_of_the_chain_is_noticed_where_it_is() {
    let gone = verify_chain(|proofs| drop(proofs.remove(0)));
    assert!(
        matches!(
            gone.as_slice(),
            [Ok(()), Err(ProofError::NoPreviousProof(_)), Ok(())]
        ),
        "{gone:?}"
    );
    let altered = verify_chain(|proofs| proofs[1]["proofValue"] = proofs[0]["proofValue"].clone());
    let signature =
        |result: &Result<(), ProofError>| matches!(result, Err(ProofError::Signature(_)));
    assert!(altered[0].is_ok() && altered[3].is_ok(), "{altered:?}");
    assert!(
        signature(&altered[1]) && signature(&altered[2]),
        "{altered:?}"
    );
    let renamed = verify_chain(|proofs| proofs[2]["previousProof"] = proofs[0]["id"].clone());
    assert!(
        renamed[0].is_ok() && signature(&renamed[2]) && signature(&renamed[3]),
        "{renamed:?}"
    );
}
