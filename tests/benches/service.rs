//! `/v1/verify` over HTTP against a handler that does nothing, in one run: `cargo bench -p cheti-tests --bench service`.
//!
//! Clients and services share the cores, so compare the two figures, not either with another machine's.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement: a panic is its way to fail"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use cheti_shared::key::Signer as _;
use cheti_tests::{programs, sample};
use cheti_verifier::access::{Access, AccessConfig};
use cheti_verifier::http::{Service, ServiceOptions, router, server};
use tokio::net::TcpListener;

const CLIENTS: usize = 4;
const SECONDS: u64 = 3;
const ROUNDS: usize = 3;

fn main() {
    let demo = tempfile::tempdir().unwrap();
    let made = Command::new(programs::path("cheti-issuer"))
        .arg("demo")
        .current_dir(&demo)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let folder = demo.path().join("demo");
    let certificate = std::fs::read_dir(folder.join("certificates"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let certificate = certificate
        .filter(|path| path.to_string_lossy().ends_with("-v1.json"))
        .min()
        .unwrap();
    let body = std::fs::read(certificate).unwrap();
    let bundle = std::fs::read(folder.join("bundle.json")).unwrap();

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let nothing = Router::new().route(
        "/v1/verify",
        post(|body: Bytes| async move { body.len().to_string() }),
    );
    let nothing = start(&runtime, nothing);
    let verify = start(&runtime, verifier(&bundle));
    let mut best = [0.0_f64; 2];
    for _ in 0..ROUNDS {
        for (address, best) in [nothing, verify].into_iter().zip(&mut best) {
            *best = best.max(requests_per_second(address, &body));
        }
    }
    let [idle, judged] = best;
    let bare = bare_verify_seconds();
    let cores = thread::available_parallelism().map_or(1, usize::from) as f64;
    let allowed = 1.0 / (1.0 / idle + bare / cores);
    println!("no-op handler:                {idle:>8.0} requests a second");
    println!("no-op + bare verify would be: {allowed:>8.0}");
    println!(
        "/v1/verify, credential JSON:  {judged:>8.0} ({:.0} % of that)",
        100.0 * judged / allowed
    );
}

fn verifier(bundle: &[u8]) -> Router {
    let options = ServiceOptions {
        policy: Default::default(),
        limits: Default::default(),
        access: Access::new(AccessConfig::default()),
        report_signer: None,
        watch: None,
        trusted_verifiers: Vec::new(),
        code_hosts: Vec::new(),
        clock: Arc::new(cheti_verifier::clock::now),
    };
    let evidence = cheti_verifier::trust::for_this_run(bundle, None, None).unwrap();
    router(Arc::new(Service::new(options, evidence, None)))
}

fn start(runtime: &tokio::runtime::Runtime, router: Router) -> SocketAddr {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(server::serve(
        listener,
        router,
        64,
        std::future::pending::<()>(),
    ));
    address
}

/// Every client asks again as soon as it is answered, on one connection.
fn requests_per_second(address: SocketAddr, body: &[u8]) -> f64 {
    let head = format!(
        "POST /v1/verify HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let request = [head.as_bytes(), body].concat();
    let end = Instant::now() + Duration::from_secs(SECONDS);
    let client = || {
        let mut stream = TcpStream::connect(address).unwrap();
        let mut answer = vec![0; 64 << 10];
        let mut count = 0_u32;
        while Instant::now() < end {
            stream.write_all(&request).unwrap();
            read_answer(&mut stream, &mut answer);
            count += 1;
        }
        count
    };
    let total: u32 = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .sum()
    });
    f64::from(total) / SECONDS as f64
}

/// Read one answer to its end, as its content-length tells.
fn read_answer(stream: &mut TcpStream, answer: &mut [u8]) {
    let mut held = 0;
    loop {
        held += stream.read(&mut answer[held..]).unwrap();
        let text = String::from_utf8_lossy(&answer[..held]);
        let Some((head, _)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let length = head.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length: ")
                .map(str::to_owned)
        });
        let length: usize = length.unwrap().trim().parse().unwrap();
        if held >= head.len() + 4 + length {
            return;
        }
    }
}

fn bare_verify_seconds() -> f64 {
    let key = sample::issuing_key();
    let (message, public) = ([7; 64], key.public_key());
    let signature = key.sign(&message);
    let start = Instant::now();
    for _ in 0..5_000 {
        public.verify(&message, &signature).unwrap();
    }
    start.elapsed().as_secs_f64() / 5_000.0
}
