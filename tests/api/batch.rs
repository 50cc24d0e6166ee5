//! Batches over a real connection: in bounded memory, in order, as they come, and with clients of every manner.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};

use serde_json::{Value, json};

use super::served::{Served, code};

const PATH: &str = "/v1/verify/batch";
const LINES: &str = "application/x-ndjson";

/// 100,000 texts, sent whole before an answer is read, as simple clients do: each is answered in its place, and the
/// service never holds them, nor their 100 MB of answers.
#[test]
fn a_hundred_thousand_texts_in_bounded_memory() {
    let served = Served::start("");
    let good = code("Nyokabi");
    let (first, _) = served.post("/v1/verify", "text/plain", good.as_bytes());
    assert!(first.starts_with("HTTP/1.1 200"));
    let before = served.peak_bytes();
    let mut body = String::new();
    for number in 0..100_000 {
        let text = match number % 50 {
            0 => good.as_str(),
            1 => "https://v.nc4.example/#9123456789",
            _ => "no code",
        };
        let _ = writeln!(body, "{}", json!({"id": number, "qr": text}));
    }
    let (head, answers) = served.post(PATH, LINES, body.as_bytes());
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let mut lines = answers.lines();
    for number in 0..100_000 {
        let line: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!(line["id"], number);
        assert_eq!(line["verdict"] == "valid", number % 50 == 0, "{line}");
    }
    let summary: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(summary["summary"]["items"], 100_000);
    assert_eq!(summary["summary"]["valid"], 2_000);
    assert_eq!(summary["summary"]["complete"], true);
    assert!(lines.next().is_none());
    let held = served.peak_bytes() - before;
    assert!(held < 32 << 20, "{held} bytes more than before");
    assert!(
        answers.len() > 64 << 20,
        "{} bytes of answers",
        answers.len()
    );
}

/// An answer is there while the client still has items to send.
#[test]
fn answers_come_as_they_are_made() {
    let served = Served::start("");
    let mut stream = served.connect();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: {LINES}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    for number in 1..4 {
        let item = format!("{}\n", json!({"id": number, "qr": "9"}));
        let chunk = format!("{:x}\r\n{item}\r\n", item.len());
        stream.write_all(chunk.as_bytes()).unwrap();
        let mut line = String::new();
        while !line.starts_with('{') {
            line.clear();
            assert!(
                answers.read_line(&mut line).unwrap() > 0,
                "the answer ended"
            );
        }
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], number);
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let mut rest = String::new();
    while !rest.contains("summary") {
        assert!(
            answers.read_line(&mut rest).unwrap() > 0,
            "the answer ended"
        );
    }
}

/// A client that breaks off gives its place back.
#[test]
fn a_client_that_breaks_off_frees_its_place() {
    let served = Served::start("[limits]\nbatches = 1\n");
    let item = format!("{}\n", json!({"qr": "9"}));
    {
        let mut stream = served.connect();
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: {LINES}\r\ncontent-length: 1000000\r\n\r\n{item}"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).unwrap();
        assert_eq!(&start, b"HTTP/1.1 200");
        let (busy, _) = served.post(PATH, LINES, item.as_bytes());
        assert!(busy.starts_with("HTTP/1.1 503"), "{busy}");
        assert!(busy.to_ascii_lowercase().contains("retry-after"), "{busy}");
    }
    let mut tries = 0;
    loop {
        let (head, _) = served.post(PATH, LINES, item.as_bytes());
        if head.starts_with("HTTP/1.1 200") {
            break;
        }
        tries += 1;
        assert!(tries < 10_000, "the place is never free: {head}");
    }
}
