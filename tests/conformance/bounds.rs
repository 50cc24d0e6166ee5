//! Hostile sizes: what is refused, and in how much memory (THREATS 14, 16).

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::Command;

use cheti_shared::canon::jsonld::{self, JsonLdError};
use cheti_shared::json;
use cheti_shared::multibase;
use cheti_shared::status::bitstring::{Bitstring, BitstringError};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

/// Peak resident memory that refusing a bomb may take, of the whole process.
const PEAK_BYTES: u64 = 32 << 20;

/// 256 MiB of zeros as an `encodedList`: about 350,000 characters.
fn bomb() -> String {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..256 {
        gzip.write_all(&zeros).unwrap();
    }
    multibase::encode_base64url(&gzip.finish().unwrap())
}

/// The peak resident memory of this process, as Linux counts it.
fn peak_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib << 10
}

/// Run one of the tests below in a process of its own, whose address space is bounded as well.
fn alone(test: &str) {
    let program = std::env::current_exe().unwrap();
    let output = Command::new("prlimit")
        .arg("--as=268435456")
        .arg(program)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(ALONE, "1")
        .output()
        .unwrap_or_else(|error| panic!("this test needs the prlimit command: {error}"));
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("1 passed"), "{test} did not run: {told}");
}

/// Set in the process of its own: other tests would count towards its peak.
const ALONE: &str = "CHETI_ALONE";

fn assert_small() {
    if std::env::var_os(ALONE).is_some() {
        let peak = peak_bytes();
        assert!(peak < PEAK_BYTES, "peak {} MiB", peak >> 20);
    }
}

#[test]
fn a_bomb_is_refused() {
    let text = bomb();
    assert!(text.len() < 400_000);
    assert_eq!(Bitstring::decode(&text), Err(BitstringError::TooLong));
    assert_small();
}

#[test]
fn a_bomb_of_many_members_is_refused() {
    let mut member = GzEncoder::new(Vec::new(), Compression::best());
    member.write_all(&vec![0; 1 << 20]).unwrap();
    let text = multibase::encode_base64url(&member.finish().unwrap().repeat(256));
    assert_eq!(Bitstring::decode(&text), Err(BitstringError::Encoding));
    assert_small();
}

#[test]
fn a_document_of_brackets_is_refused() {
    for text in ["[", "{\"a\":", "[[],"] {
        let deep = text.repeat((1 << 20) / text.len());
        assert!(json::parse(deep.as_bytes()).is_err());
    }
    assert_small();
}

#[test]
fn a_document_of_ten_megabytes_is_refused_unread() {
    let large = std::io::repeat(b'7').take(10 << 20);
    let mut text = Vec::new();
    { large }.read_to_end(&mut text).unwrap();
    assert!(matches!(
        json::parse(&text),
        Err(json::JsonError::TooLarge { .. })
    ));
    assert_small();
}

/// 1 MiB of JSON whose statements would come to 8 GB: each repeats a long name.
#[test]
fn a_name_that_every_statement_repeats_is_refused() {
    let long = format!("urn:{}", "a".repeat(900_000));
    let many: Vec<String> = (0..9_000).map(|n| n.to_string()).collect();
    let examples = "https://www.w3.org/ns/credentials/examples/v2";
    let map = json!([{"@vocab": "x:", "p": {"@id": "x:p", "@container": "@id"}}]);
    for document in [
        json!({"@context": examples, "@id": long, "x": many}),
        json!({"@context": examples, "@id": long, "@nest": {"x": many}}),
        json!({"@context": examples, "@id": long, "@type": many}),
        json!({"@context": examples, long.as_str(): many}),
        json!({"@context": map, "p": {long.as_str(): {"x": many}}}),
        json!({"@context": {"x": long}, "x": many}),
        json!({"@context": {"x": format!("{long}#")}, "@type": many.iter().map(|n| format!("x:{n}")).collect::<Vec<_>>()}),
    ] {
        let refused = jsonld::to_dataset(document.as_object().unwrap());
        assert!(
            matches!(refused, Err(JsonLdError::TooMuch { .. })),
            "{refused:?}"
        );
    }
    assert_small();
}

#[test]
fn refusing_takes_little_memory() {
    for test in [
        "bounds::a_name_that_every_statement_repeats_is_refused",
        "bounds::a_bomb_is_refused",
        "bounds::a_bomb_of_many_members_is_refused",
        "bounds::a_document_of_brackets_is_refused",
    ] {
        alone(test);
    }
}
