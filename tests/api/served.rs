//! The program at work on a free port, with the demo's bundle, and what is sent to it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use cheti_shared::bundle::Bundle;
use cheti_shared::json;
use cheti_shared::qr::payload;
use cheti_tests::programs;
use serde_json::{Map, Value};

/// The demo's folder, made once.
pub(crate) fn demo() -> PathBuf {
    static DEMO: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = DEMO.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let ran = Command::new(programs::path("cheti-issuer"))
            .arg("demo")
            .current_dir(&folder)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{told}");
        folder
    });
    folder.path().join("demo")
}

/// The demo's certificate file that begins with this name.
pub(crate) fn certificate(begins: &str, ending: &str) -> PathBuf {
    let entries = fs::read_dir(demo().join("certificates")).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    let wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with(begins) && name.ends_with(ending)
    };
    paths.find(wanted).unwrap()
}

/// The text of the code on that certificate.
pub(crate) fn code(begins: &str) -> String {
    let bundle = fs::read(demo().join("bundle.json")).unwrap();
    let bundle = Bundle::parse(&bundle).unwrap();
    let credential = fs::read(certificate(begins, ".json")).unwrap();
    let Ok(Value::Object(credential)) = json::parse(&credential) else {
        unreachable!("a credential is an object");
    };
    let encode = |credential: &Map<String, Value>| {
        let templates = bundle.templates.iter();
        let mut payloads =
            templates.filter_map(|template| payload::encode(template, credential).ok());
        payloads.next().unwrap()
    };
    payload::url("https://v.nc4.example/", &encode(&credential))
}

/// The verifier's program.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: String,
    _state: tempfile::TempDir,
}

impl Served {
    /// Start it, with more in its configuration.
    pub(crate) fn start(configuration: &str) -> Self {
        let state = tempfile::tempdir().unwrap();
        let config = state.path().join("verifier.toml");
        fs::write(&config, configuration).unwrap();
        let log = fs::File::create(state.path().join("log")).unwrap();
        let mut child = Command::new(programs::path("cheti-verifier"))
            .args(["serve", "--listen", "127.0.0.1:0", "--state"])
            .arg(state.path())
            .arg("--config")
            .arg(config)
            .arg("--bundle")
            .arg(demo().join("bundle.json"))
            .env("TMPDIR", state.path())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap();
        Self {
            address: address.to_owned(),
            child,
            _state: state,
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// Send a request with a body and read the answer: its head and its body, unchunked.
    pub(crate) fn post(&self, path: &str, kind: &str, body: &[u8]) -> (String, String) {
        let mut stream = self.connect();
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        // One that is refused early closes before it has read everything.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let body = match head
            .to_ascii_lowercase()
            .contains("transfer-encoding: chunked")
        {
            true => unchunked(body),
            false => body.to_owned(),
        };
        (head.to_owned(), body)
    }

    /// How long the program has kept processors busy, in seconds (Linux counts hundredths).
    #[allow(dead_code, reason = "asked for by the benches, which share this file")]
    pub(crate) fn processor_seconds(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        let fields: Vec<&str> = fields.split(' ').collect();
        let [user, system] = [11, 12].map(|place: usize| fields[place].parse::<f64>().unwrap());
        (user + system) / 100.0
    }

    /// The most memory that the program has held, in bytes.
    pub(crate) fn peak_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.unwrap().trim().strip_suffix(" kB").unwrap();
        kibibytes.parse::<u64>().unwrap() << 10
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((length, rest)) = body.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        whole += &rest[..length];
        body = rest[length..].strip_prefix("\r\n").unwrap();
        if length == 0 {
            break;
        }
    }
    whole
}
