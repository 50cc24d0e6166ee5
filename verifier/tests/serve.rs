//! The built binary as a service: it starts, answers, and ends well when told to.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test program are not recognised as tests"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start() -> Self {
        Self::start_with(&[])
    }

    fn start_with(more: &[&str]) -> Self {
        let state = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_cheti-verifier"))
            .args(["serve", "--listen", "127.0.0.1:0", "--state"])
            .arg(state.path())
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap();
        let address = address.to_owned();
        Self { child, address }
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// SIGTERM; whether it ended with exit code 0, and what it logged.
    fn end(mut self) -> (bool, String) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(told.unwrap().success());
        let mut log = String::new();
        let err = self.child.stderr.take().unwrap();
        BufReader::new(err).read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().success(), log)
    }
}

/// THREATS 23, 24: log lines are one JSON object each, and what was sent is in none of them.
#[test]
fn the_service_answers_logs_nothing_personal_and_ends_well() {
    let served = Served::start();
    let answer = served.ask("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("ok\n"),
        "{answer}"
    );
    let body = "{\"qr\":\"9123\",\"expected\":{\"name\":\"Canary\\r\\n\\u001b[31m\"}}";
    let length = body.len();
    let answer = served.ask(&format!(
        "POST /v1/verify HTTP/1.1\r\nhost: canary.example\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nauthorization: Bearer canary-token\r\n\r\n{body}"
    ));
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\"decision\":\"review\""), "{answer}");
    let answer =
        served.ask("GET /canary%0d%0a?canary HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    let (ended_well, log) = served.end();
    assert!(ended_well, "{log}");
    assert!(!log.to_lowercase().contains("canary"), "{log}");
    let lines: Vec<&str> = log.lines().filter(|line| line.starts_with('{')).collect();
    assert_eq!(lines.len(), 4, "{log}");
    for line in lines {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["message"].is_string(), "{line}");
    }
}

/// An idle kept-alive connection does not hold up the end.
#[test]
fn idle_connections_do_not_hold_up_the_end() {
    let served = Served::start();
    let mut idle = TcpStream::connect(&served.address).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    assert!(served.end().0);
}

/// Taking any issuer's word is said in the log from the start.
#[test]
fn accepting_any_key_is_loud() {
    let served = Served::start_with(&["--accept-any-did-key"]);
    let (ended_well, log) = served.end();
    assert!(ended_well && log.contains("NOBODY VOUCHES"), "{log}");
}
