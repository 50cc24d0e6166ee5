//! Our side of the interop suite: makes and judges documents for the other implementations, over standard input and
//! output.
//!
//! `issue key|web`, `status-list UNTIL INDEX...`, `did-document`, `present SUITE CHALLENGE DOMAIN` print a document; `judge`,
//! `judge-presentation CHALLENGE DOMAIN`, `read-status INDEX` judge the one they read, and name the stage at which it fails;
//! `canonicalize` writes JCS for each line it reads. Keys are resolved from `did:key` or the sample's own did:web.
#![allow(
    clippy::unwrap_used,
    reason = "a tool of the tests: a panic is its way to fail"
)]

mod judge;
mod present;

use std::io::{Read as _, Write as _, stdin, stdout};

use cheti_shared::canon::jcs;
use cheti_shared::credential::open_badge::CourseTerms;
use cheti_shared::did::document::{DidDocument, VerificationMethod};
use cheti_shared::ids::StatusIndex;
use cheti_shared::json;
use cheti_shared::key::{PublicKey, Signer as _};
use cheti_shared::status::entry::{Purpose, StatusEntry};
use cheti_shared::status::list::{self, StatusList};
use cheti_tests::sample;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let answer = match arguments.as_slice() {
        ["issue", "key"] => issue(&sample::course_of_did_key()),
        ["issue", "web"] => issue(&sample::course()),
        ["status-list", until, set @ ..] => status_list(until, set),
        ["did-document"] => did_document().to_json().to_string().into_bytes(),
        ["present", suite, challenge, domain] => {
            present::present(&input(), suite, challenge, domain)
        }
        ["judge"] => judge::verdict(judge::credential(&input())),
        ["judge-presentation", challenge, domain] => {
            judge::verdict(judge::presentation(&input(), challenge, domain))
        }
        ["read-status", index] => read_status(index),
        ["canonicalize"] => canonicalize(),
        other => panic!("unknown command {other:?}"),
    };
    stdout().write_all(&answer).unwrap();
}

fn issue(course: &CourseTerms) -> Vec<u8> {
    sample::signed(&sample::form(course), "Wanjikũ Ng'ang'a", 1)
}

fn status_list(until: &str, set: &[&str]) -> Vec<u8> {
    let set: Vec<u32> = set.iter().map(|index| index.parse().unwrap()).collect();
    serde_json::to_vec(&sample::status_list_until(until, &set)).unwrap()
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

fn read_status(index: &str) -> Vec<u8> {
    let checked = judge::checked(&list::parse(&input()).unwrap());
    let list = StatusList::read(&checked.unwrap()).unwrap();
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
