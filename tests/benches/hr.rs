//! Batches as an HR system sends them, against the program in a process of its own:
//! `cargo bench -p cheti-tests --bench hr`. Client and service share the cores; the processor's time is the service's alone.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement: a panic is its way to fail"
)]

#[path = "../api/served.rs"]
mod served;

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::time::Instant;

use serde_json::json;
use served::{Served, certificate, code};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const PATH: &str = "/v1/verify/batch";
/// Certificates of the demo that are repeated; nothing about a certificate is remembered from one item to the next.
const NAMES: [&str; 8] = [
    "Nyokabi", "Wanjik", "Amina", "Chris", "Esther", "Hassan", "Juma", "Zainab",
];
const CODES: usize = 100_000;
const PDFS: usize = 2_000;

fn main() {
    let codes: Vec<String> = NAMES.iter().map(|name| code(name)).collect();
    let mut lines = String::new();
    for number in 0..CODES {
        let qr = &codes[number % codes.len()];
        let _ = writeln!(
            lines,
            "{}",
            json!({"id": number, "qr": qr, "expected": {"name": "x"}})
        );
    }
    measure("QR texts", CODES, "application/x-ndjson", lines.as_bytes());
    measure("PDFs in a ZIP", PDFS, "application/zip", &archive());
}

fn archive() -> Vec<u8> {
    let files: Vec<Vec<u8>> = NAMES
        .iter()
        .map(|name| fs::read(certificate(name, ".pdf")).unwrap())
        .collect();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..PDFS {
        let name = format!("{number}.pdf");
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(&files[number % files.len()]).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn measure(what: &str, items: usize, kind: &str, body: &[u8]) {
    let served = Served::start("");
    let start = Instant::now();
    let (head, answers) = served.post(PATH, kind, body);
    let elapsed = start.elapsed().as_secs_f64();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(
        answers.lines().count(),
        items + 1,
        "an answer each, and the summary"
    );
    assert_eq!(answers.matches("\"verdict\":\"valid\"").count(), items);
    let (processor, peak) = (served.processor_seconds(), served.peak_bytes());
    let (count, sent, given) = (items as f64, body.len() >> 20, answers.len() >> 20);
    println!(
        "{items} {what}: {elapsed:.1} s, {:.0} a second of a core, {sent} MiB in, {given} MiB out, peak memory {} MiB",
        count / processor,
        peak >> 20
    );
}
