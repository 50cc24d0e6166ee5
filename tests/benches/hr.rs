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
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
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
/// Good requests of which percentiles are taken, and the clients that trouble them.
const GOOD: usize = 1_000;
const SLOW: usize = 100;
const IDLE: usize = 750;
const LARGE: usize = 8;

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
    latencies(&codes[0]);
}

/// How long a good request takes while nobody else asks, while slow clients hold connections, and while large bodies come
/// (THREATS 21).
fn latencies(code: &str) {
    let served = Served::start("");
    let alone = percentiles(&served, code);
    let mut held: Vec<TcpStream> = (0..SLOW).map(|_| half_sent(&served)).collect();
    held.extend((0..IDLE).map(|_| served.connect()));
    let crowded = percentiles(&served, code);
    let over = AtomicBool::new(false);
    let flooded = thread::scope(|scope| {
        for _ in 0..LARGE {
            scope.spawn(|| {
                let body = vec![b'x'; 10_000_000];
                while !over.load(Ordering::Relaxed) {
                    served.post("/v1/verify", "application/pdf", &body);
                }
            });
        }
        let flooded = percentiles(&served, code);
        over.store(true, Ordering::Relaxed);
        flooded
    });
    for (what, [median, worst]) in [
        ("nobody else asks", alone),
        ("slow and idle clients hold 850 connections", crowded),
        ("8 clients send 10 MB each, again and again, too", flooded),
    ] {
        println!(
            "/v1/verify while {what}: median {:.2} ms, p99 {:.2} ms ({:.1} x)",
            1e3 * median,
            1e3 * worst,
            worst / alone[1]
        );
    }
}

/// The median and the 99th percentile of many good requests, one after the other, in seconds.
fn percentiles(served: &Served, code: &str) -> [f64; 2] {
    let mut times: Vec<f64> = (0..GOOD)
        .map(|_| {
            let start = Instant::now();
            let (head, _) = served.post("/v1/verify", "text/plain", code.as_bytes());
            assert!(head.starts_with("HTTP/1.1 200"), "{head}");
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    [times[GOOD / 2], times[GOOD * 99 / 100]]
}

/// A client that sends the head of a request and a little of its body, and waits.
fn half_sent(served: &Served) -> TcpStream {
    let mut stream = served.connect();
    let head = "POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 60000\r\n\r\n9";
    stream.write_all(head.as_bytes()).unwrap();
    stream
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
