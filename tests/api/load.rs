//! THREATS 21: slow bodies, large bodies, very many connections and nonsense; good requests keep being answered, and
//! what is held stays bounded. How long each takes is measured in the benches.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::served::{Served, code};

const SLOW: usize = 100;
const IDLE: usize = 750;
const LARGE: usize = 40;
const BAD: usize = 100;

/// A client that sends the head and a little of the body, and waits.
fn slow(served: &Served, path: &str, kind: &str) -> TcpStream {
    let mut stream = served.connect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\ncontent-length: 60000\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// Ten million octets that are no certificate: answered, or told that there is no room now.
fn large(served: &Served) -> bool {
    let body = vec![b'x'; 10_000_000];
    let (head, _) = served.post("/v1/verify", "application/pdf", &body);
    assert!(
        head.starts_with("HTTP/1.1 415") || head.starts_with("HTTP/1.1 503") || head.is_empty(),
        "{head}"
    );
    head.starts_with("HTTP/1.1 415")
}

#[test]
fn good_requests_are_answered_whatever_others_do() {
    let served = Served::start("");
    let good = code("Nyokabi");
    let ask = || {
        let (head, body) = served.post("/v1/verify", "text/plain", good.as_bytes());
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert!(body.contains("\"verdict\":\"valid\""), "{body}");
    };
    ask();
    let before = served.peak_bytes();
    // Half-sent bodies, and connections that say nothing at all.
    let mut held: Vec<TcpStream> = Vec::new();
    for number in 0..SLOW {
        let kind = if number % 2 == 0 {
            "application/json"
        } else {
            "text/plain"
        };
        held.push(slow(&served, "/v1/verify", kind));
    }
    for _ in 0..4 {
        held.push(slow(&served, "/v1/verify/batch", "application/x-ndjson"));
    }
    held.extend((0..IDLE).map(|_| served.connect()));
    ask();
    // Large bodies and nonsense at once, while good requests go on.
    let (over, answered, asked) = (
        AtomicBool::new(false),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                ask();
                asked.fetch_add(1, Ordering::Relaxed);
            }
        });
        let large: Vec<_> = (0..LARGE)
            .map(|_| scope.spawn(|| answered.fetch_add(large(&served).into(), Ordering::Relaxed)))
            .collect();
        let refuse = |number| refused(&served, nonsense(number), number);
        let bad: Vec<_> = (0..BAD)
            .map(|number| scope.spawn(move || refuse(number)))
            .collect();
        for client in large {
            client.join().unwrap();
        }
        for client in bad {
            client.join().unwrap();
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(asked.load(Ordering::Relaxed) > 0);
    assert!(
        answered.load(Ordering::Relaxed) > 0,
        "some large bodies find room"
    );
    ask();
    // Bodies take at most the room that the configuration gives (200 MiB), whoever sends how many.
    let more = served.peak_bytes() - before;
    assert!(more < 320 << 20, "{more} bytes more than before");
    drop(held);
    ask();
}

/// What is no request, or none that is answered with a report.
fn nonsense(number: usize) -> &'static [u8] {
    match number % 5 {
        0 => b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        1 => b"POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        2 => b"POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 3\r\nconnection: close\r\n\r\n{{{",
        3 => b"POST /v1/verify HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 99999999999\r\n\r\n",
        _ => b"GET /../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    }
}

fn refused(served: &Served, text: &[u8], number: usize) {
    let mut stream = served.connect();
    stream.write_all(text).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
        "{number}: {answer}"
    );
}
