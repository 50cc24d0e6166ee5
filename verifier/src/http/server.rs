//! Listening: bounded connections, a deadline for slow headers, and an end that lets current work finish.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// How long a client may take to send a request's head, and to leave an idle connection open (THREATS 21).
const HEAD_SECONDS: u64 = 10;
/// How long current requests may take to finish once the end was asked for.
const FINISH_SECONDS: u64 = 35;

/// The other end of the connection that a request came by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// Serve until `end` comes, then finish what was begun.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: u16,
    end: impl Future<Output = ()>,
) -> io::Result<()> {
    let room = Arc::new(Semaphore::new(usize::from(connections)));
    let graceful = GracefulShutdown::new();
    let mut end = std::pin::pin!(end);
    loop {
        let Ok(place) = room.clone().acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut end => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (watcher, router) = (graceful.watcher(), router.clone());
                tokio::spawn(async move {
                    connection(stream, peer.ip(), router, watcher).await;
                    drop(place);
                });
            }
            // Out of file handles, or the client was gone: neither ends the service.
            Err(error) => {
                tracing::warn!(error = %error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    let finish = Duration::from_secs(FINISH_SECONDS);
    let _ = tokio::time::timeout(finish, graceful.shutdown()).await;
    Ok(())
}

async fn connection(
    stream: TcpStream,
    peer: IpAddr,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        async move {
            use tower_service::Service as _;
            Ok::<_, Infallible>(
                router
                    .call(request)
                    .await
                    .unwrap_or_else(|never| match never {}),
            )
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_SECONDS))
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(stream), service);
    // A client that breaks off is no news.
    let _ = watcher.watch(connection).await;
}
