//! Our side of the interop suite: makes and judges documents for the other implementations, over standard input and
//! output.
//!
//! `issue key|web`, `status-list`, `did-document` print a document; `verify`, `read-status INDEX` judge the one they read;
//! `canonicalize` writes JCS for each line it reads. Keys are resolved from `did:key` or the sample's own did:web.
#![allow(
    clippy::unwrap_used,
    reason = "a tool of the tests: a panic is its way to fail"
)]

use std::io::{Read as _, Write as _, stdin, stdout};

use cheti_shared::canon::jcs;
use cheti_shared::credential::envelope::{ProofChecked, SignedCredential};
use cheti_shared::did::document::{DidDocument, VerificationMethod};
use cheti_shared::ids::StatusIndex;
use cheti_shared::key::{PublicKey, Signer as _};
use cheti_shared::status::entry::{Purpose, StatusEntry};
use cheti_shared::status::list::{self, StatusList};
use cheti_shared::{did, json};
use cheti_tests::sample;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let answer = match arguments.as_slice() {
        ["issue", "key"] => issue(&sample::course_of_did_key()),
        ["issue", "web"] => issue(&sample::course()),
        ["status-list"] => serde_json::to_vec(&sample::status_list(&[7, 77_123])).unwrap(),
        ["did-document"] => did_document().to_json().to_string().into_bytes(),
        ["verify"] => verify(),
        ["read-status", index] => read_status(index),
        ["canonicalize"] => canonicalize(),
        other => panic!("unknown command {other:?}"),
    };
    stdout().write_all(&answer).unwrap();
}

fn issue(course: &cheti_shared::credential::open_badge::CourseTerms) -> Vec<u8> {
    sample::signed(&sample::form(course), "Wanjikũ Ng'ang'a", 1)
}

fn did_document() -> DidDocument {
    let method = |id: &str, key: PublicKey| VerificationMethod {
        id: id.to_owned(),
        key,
        revoked: None,
        expires: None,
    };
    DidDocument {
        id: sample::ISSUER.to_owned(),
        methods: vec![
            method(sample::ISSUING_KEY, sample::issuing_key().public_key()),
            method(sample::STATUS_KEY, sample::status_key().public_key()),
        ],
        assertion_method: [sample::ISSUING_KEY, sample::STATUS_KEY]
            .map(str::to_owned)
            .to_vec(),
    }
}

fn input() -> Vec<u8> {
    let mut input = Vec::new();
    stdin().read_to_end(&mut input).unwrap();
    input
}

/// The proof of the credential, checked with the key that its own verification method names; a test has no trust list.
fn check(credential: &SignedCredential) -> Option<ProofChecked> {
    let proof = credential.proofs().first()?;
    let key = did::key::parse(proof.verification_method()).ok()?;
    credential.check_proof(proof, &key)?.ok()
}

fn verify() -> Vec<u8> {
    let checked = SignedCredential::parse(&input())
        .ok()
        .as_ref()
        .and_then(check);
    match checked {
        Some(_) => b"valid".to_vec(),
        None => b"invalid".to_vec(),
    }
}

fn read_status(index: &str) -> Vec<u8> {
    let credential = list::parse(&input()).unwrap();
    let list = StatusList::read(&check(&credential).unwrap()).unwrap();
    let entry = StatusEntry {
        list: list.url().to_owned(),
        index: StatusIndex(index.parse().unwrap()),
        purpose: Purpose::Revocation,
    };
    list.is_set(&entry).unwrap().to_string().into_bytes()
}

fn canonicalize() -> Vec<u8> {
    let lines = input();
    let lines = lines
        .split(|octet| *octet == b'\n')
        .filter(|line| !line.is_empty());
    lines
        .flat_map(|line| {
            [
                jcs::canonicalize(&json::parse(line).unwrap()),
                b"\n".to_vec(),
            ]
            .concat()
        })
        .collect()
}
