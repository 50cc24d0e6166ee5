//! `eddsa-jcs-2022` as a whole, from the specification's key pair and document to its signature and back.

use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::key::{PublicKey, SecretKey, Signer as _};
use cheti_shared::multibase;
use cheti_shared::proof::{ProofOptions, secure};

use crate::vectors;

/// The multicodec prefix of an Ed25519 secret key (Data Integrity EdDSA 2.1.1).
const SECRET_KEY_PREFIX: [u8; 2] = [0x80, 0x26];

#[test]
fn the_specifications_key_makes_the_specifications_signature() {
    let vector = vectors("eddsa-jcs-2022.json");
    let text = |name: &str| vector[name].as_str().unwrap();
    let [a, b, seed @ ..] = multibase::decode_base58::<34>(text("secretKeyMultibase")).unwrap();
    assert_eq!([a, b], SECRET_KEY_PREFIX);
    let key = SecretKey::from_seed(&seed);
    assert_eq!(key.public_key().to_multikey(), text("publicKeyMultibase"));
    let document = vector["document"].as_object().unwrap().clone();
    let options = ProofOptions {
        created: text("created").parse().unwrap(),
        verification_method: text("verificationMethod").to_owned(),
    };
    let signed = secure(document.clone(), &options, &key).unwrap();
    assert_eq!(signed["proof"]["proofValue"], text("proofValue"));
    let file = serde_json::to_vec_pretty(&signed).unwrap();
    let credential = SignedCredential::parse(&file).unwrap();
    let public = PublicKey::from_multikey(text("publicKeyMultibase")).unwrap();
    let checked = credential.check_proof(&credential.proofs()[0], &public);
    assert_eq!(checked.unwrap().unwrap().document(), &document);
}
