//! Serve the listeners until told to stop, then finish what is under way.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::publisher::keep_fresh;
use super::service::Service;
use super::{admin, console, public};

/// How many connections a listener serves at once; further ones wait to be accepted.
const CONNECTIONS: usize = 1_024;
/// How long a client may take to send a request's head, and stay silent between two requests.
const HEAD_SECONDS: u64 = 15;
/// How long clients may take to fetch their answers once the server is told to stop.
const PARTING_SECONDS: u64 = 30;

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// The three listening sockets.
pub struct Listeners {
    public: TcpListener,
    admin: TcpListener,
    console: TcpListener,
    console_tls: Option<TlsAcceptor>,
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listeners")
    }
}

impl Listeners {
    /// Listen on these addresses; port 0 takes a free one.
    pub async fn bind(
        public: SocketAddr,
        admin: SocketAddr,
        console: SocketAddr,
    ) -> io::Result<Self> {
        Ok(Self {
            public: TcpListener::bind(public).await?,
            admin: TcpListener::bind(admin).await?,
            console: TcpListener::bind(console).await?,
            console_tls: None,
        })
    }

    /// The console through TLS.
    pub fn with_console_tls(self, config: Arc<ServerConfig>) -> Self {
        let console_tls = Some(TlsAcceptor::from(config));
        Self {
            console_tls,
            ..self
        }
    }

    /// Where the public listener is reached.
    pub fn public_address(&self) -> io::Result<SocketAddr> {
        self.public.local_addr()
    }

    /// Where the console is reached.
    pub fn console_address(&self) -> io::Result<SocketAddr> {
        self.console.local_addr()
    }

    /// Where the admin listener is reached.
    pub fn admin_address(&self) -> io::Result<SocketAddr> {
        self.admin.local_addr()
    }
}

/// Serve until `shutdown` is done; then accept nothing more, answer what has been asked, and return.
///
/// What was acknowledged is in the store already. Fails only when a listening socket does.
pub async fn serve(
    listeners: Listeners,
    service: Arc<Service>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let (stop, stopped) = watch::channel(());
    let publisher = tokio::spawn(keep_fresh(Arc::clone(&service), stopped.clone()));
    let public = public::router(Arc::clone(&service));
    let admin = admin::router(Arc::clone(&service));
    let console = console::router(service);
    let public = tokio::spawn(listen(listeners.public, None, public, stopped.clone()));
    let admin = tokio::spawn(listen(listeners.admin, None, admin, stopped.clone()));
    let console = tokio::spawn(listen(
        listeners.console,
        listeners.console_tls,
        console,
        stopped,
    ));
    let ends = [&public, &admin, &console].map(tokio::task::JoinHandle::abort_handle);
    let all = async { tokio::try_join!(flatten(public), flatten(admin), flatten(console)) };
    tokio::pin!(all);
    let early = tokio::select! {
        ended = &mut all => Some(ended),
        () = shutdown => None,
    };
    drop(stop);
    let ended = match early {
        Some(ended) => ended,
        None => all.await,
    };
    ends.iter().for_each(tokio::task::AbortHandle::abort);
    let _ = publisher.await;
    ended.map(|_| ())
}

async fn flatten(task: tokio::task::JoinHandle<io::Result<()>>) -> io::Result<()> {
    task.await
        .unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// Accept connections until told to stop, then see the open ones to their end.
async fn listen(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    mut stop: watch::Receiver<()>,
) -> io::Result<()> {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    loop {
        let (stream, peer, place) = tokio::select! {
            accepted = accept(&listener, &room) => accepted?,
            _ = stop.changed() => break,
        };
        let router = router.clone().layer(Extension(peer));
        let (watcher, tls) = (graceful.watcher(), tls.clone());
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            match tls {
                None => converse(stream, router, watcher).await,
                // Whoever does not shake hands in time, or not at all, is a scanner or speaks another protocol.
                Some(tls) => {
                    let limit = Duration::from_secs(HEAD_SECONDS);
                    if let Ok(Ok(stream)) = tokio::time::timeout(limit, tls.accept(stream)).await {
                        converse(stream, router, watcher).await;
                    }
                }
            }
            drop(place);
        });
    }
    drop(listener);
    let parting = Duration::from_secs(PARTING_SECONDS);
    if tokio::time::timeout(parting, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some clients did not fetch their answers in time");
    }
    Ok(())
}

/// The next connection, once there is room for one.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, Peer, OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await;
    let place = place.map_err(io::Error::other)?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return Ok((stream, Peer(peer.ip()), place)),
            Err(error) if is_the_clients(&error) => {}
            Err(error) if is_lack_of_descriptors(&error) => {
                tracing::warn!("no file descriptors left for a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    let kinds = [
        ConnectionAborted,
        ConnectionRefused,
        ConnectionReset,
        Interrupted,
    ];
    kinds.contains(&error.kind())
}

fn is_lack_of_descriptors(error: &io::Error) -> bool {
    // ENFILE and EMFILE have the same numbers on every Unix that Rust runs on.
    matches!(error.raw_os_error(), Some(23 | 24))
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_SECONDS))
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // What ends a connection early concerns its client alone, and the client sees it end.
    let _ = watcher.watch(connection).await;
}
