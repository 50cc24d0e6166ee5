//! What the specifications say, as data: other people's vectors, and edge cases made for the purpose.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test program are not recognised as tests"
)]

mod bounds;
mod clauses;
mod ed25519;
mod ed25519_edges;
mod json_texts;
mod jsonld;
mod key_files;
mod nquads;
mod open_badge;
mod peers;
mod proof;
mod proof_rdfc;
mod rdfc;
mod requirements;

use std::fs;
use std::path::Path;

/// A file of `tests/vectors`.
fn vectors(name: &str) -> serde_json::Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

/// The octets that hexadecimal digits write.
fn hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "{digits}");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}
