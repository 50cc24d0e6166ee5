//! The listeners on real sockets: served, and stopped without losing what is under way.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::house::{House, Loaded, import_path};
use crate::app::approve_batch::list_batches;
use crate::compose;
use crate::domain::api_key::Scope;
use crate::http::{Listeners, serve};

fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if text.contains(wanted) {
            return text;
        }
        let mut more = [0; 4_096];
        let count = stream.read(&mut more).unwrap();
        assert!(count > 0, "the connection ended after {text}");
        read.extend_from_slice(&more[..count]);
    }
}

/// Connect with a deadline for reading, so that a server that hangs fails the test.
fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    let deadline = Some(Duration::from_secs(60));
    stream.set_read_timeout(deadline).unwrap();
    stream
}

fn whole(address: SocketAddr, request: &str) -> String {
    let mut stream = connect(address);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_is_finished_before_the_end() {
    let house = House::new(Loaded::Both);
    let token = house.token(&[Scope::Import]);
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let listeners = Listeners::bind(any, any, any).await.unwrap();
    let (public, admin) = (
        listeners.public_address().unwrap(),
        listeners.admin_address().unwrap(),
    );
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    let serving = tokio::spawn(serve(listeners, Arc::clone(&house.service), shutdown));

    let health = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    for address in [public, admin] {
        let answer = whole(address, health);
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
    let answer = whole(public, &health.replace("/healthz", "/v1/batches"));
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");

    let roster = "Name,Award\nAmina Hassan,Pass\n";
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        import_path(""),
        roster.len()
    );
    let mut upload = connect(admin);
    upload.write_all(head.as_bytes()).unwrap();
    // The server says so when it begins to read the body: from here on the request is under way.
    read_until(&mut upload, "100 Continue");
    stop.send(()).unwrap();
    while TcpStream::connect(public).is_ok() {
        std::thread::yield_now();
    }
    assert!(list_batches(&house.desk).unwrap().is_empty());
    upload.write_all(roster.as_bytes()).unwrap();
    let answer = read_until(&mut upload, "Cohort 7");
    assert!(answer.contains("201 Created"), "{answer}");
    serving.await.unwrap().unwrap();
    assert_eq!(list_batches(&house.desk).unwrap().len(), 1);
    assert!(TcpStream::connect(admin).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overlong_head_is_refused() {
    let house = House::new(Loaded::Neither);
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let listeners = Listeners::bind(any, any, any).await.unwrap();
    let public = listeners.public_address().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    let serving = tokio::spawn(serve(listeners, Arc::clone(&house.service), shutdown));
    let path = "x".repeat(65_000);
    let mut stream = connect(public);
    stream.write_all(format!("GET /{path}").as_bytes()).unwrap();
    stream.write_all("x".repeat(1_000).as_bytes()).unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    drop(stop);
    serving.await.unwrap().unwrap();
}

/// A desk without the internet: who trusts its authority is served, who does not is not, and neither is plain HTTP.
#[tokio::test(flavor = "multi_thread")]
async fn the_console_is_served_through_tls_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let hosts = ["desk.local".to_owned(), "127.0.0.1".to_owned()];
    compose::make_local_tls(dir.path(), &hosts).unwrap();
    let tls = compose::local_tls(dir.path()).unwrap().unwrap();
    let house = House::new(Loaded::Neither);
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let listeners = Listeners::bind(any, any, any).await.unwrap();
    let listeners = listeners.with_console_tls(tls.config);
    let console = listeners.console_address().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    let serving = tokio::spawn(serve(listeners, Arc::clone(&house.service), shutdown));
    let ask = |name: &'static str, roots: RootCertStore| async move {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = tokio::net::TcpStream::connect(console).await.unwrap();
        let name = ServerName::try_from(name).unwrap();
        let connector = TlsConnector::from(Arc::new(config));
        let mut stream = connector.connect(name, stream).await?;
        let request = "GET /sign-in HTTP/1.1\r\nhost: desk.local\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
    };
    let mut trusted = RootCertStore::empty();
    trusted.add(tls.authority.into()).unwrap();
    for name in ["desk.local", "127.0.0.1"] {
        let answer = ask(name, trusted.clone()).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
    assert!(ask("other.local", trusted).await.is_err());
    assert!(ask("desk.local", RootCertStore::empty()).await.is_err());
    let mut plain = connect(console);
    plain
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/"), "plain HTTP is not answered");
    drop(stop);
    serving.await.unwrap().unwrap();
}
