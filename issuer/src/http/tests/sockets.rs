//! The listeners on real sockets: served, and stopped without losing what is under way.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::house::{House, Loaded, import_path};
use crate::app::approve_batch::list_batches;
use crate::domain::api_key::Scope;
use crate::http::{Listeners, serve};

async fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if text.contains(wanted) {
            return text;
        }
        assert!(
            stream.read_buf(&mut read).await.unwrap() > 0,
            "the connection ended after {text}"
        );
    }
}

async fn whole(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_request_under_way_is_finished_before_the_end() {
    let house = House::new(Loaded::Both);
    let token = house.token(&[Scope::Import]);
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let listeners = Listeners::bind(any, any).await.unwrap();
    let (public, admin) = (
        listeners.public_address().unwrap(),
        listeners.admin_address().unwrap(),
    );
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    let serving = tokio::spawn(serve(listeners, Arc::clone(&house.service), shutdown));

    let health = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    for address in [public, admin] {
        let answer = whole(address, health).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
    let answer = whole(public, &health.replace("/healthz", "/v1/batches")).await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");

    let roster = "Name,Award\nAmina Hassan,Pass\n";
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        import_path(""),
        roster.len()
    );
    let mut upload = TcpStream::connect(admin).await.unwrap();
    upload.write_all(head.as_bytes()).await.unwrap();
    // The server says so when it begins to read the body: from here on the request is under way.
    read_until(&mut upload, "100 Continue").await;
    stop.send(()).unwrap();
    while TcpStream::connect(public).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(list_batches(&house.desk).unwrap().is_empty());
    upload.write_all(roster.as_bytes()).await.unwrap();
    let answer = read_until(&mut upload, "Cohort 7").await;
    assert!(answer.contains("201 Created"), "{answer}");
    serving.await.unwrap().unwrap();
    assert_eq!(list_batches(&house.desk).unwrap().len(), 1);
    assert!(TcpStream::connect(admin).await.is_err());
}

#[tokio::test]
async fn an_overlong_head_is_refused() {
    let house = House::new(Loaded::Neither);
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let listeners = Listeners::bind(any, any).await.unwrap();
    let public = listeners.public_address().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    let serving = tokio::spawn(serve(listeners, Arc::clone(&house.service), shutdown));
    let path = "x".repeat(65_000);
    let mut stream = TcpStream::connect(public).await.unwrap();
    stream
        .write_all(format!("GET /{path}").as_bytes())
        .await
        .unwrap();
    stream
        .write_all("x".repeat(1_000).as_bytes())
        .await
        .unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    drop(stop);
    serving.await.unwrap().unwrap();
}
