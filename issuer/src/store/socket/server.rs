//! The serving side of the socket: one thread a connection, few connections, an end that loses nothing under way.

use std::fs::{self, Permissions};
use std::io;
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::app::ports::store::{Store, StoreError};

use super::wire::{Refusal, Reply, Request, receive, send};

/// How many connections are served at once; one more is refused with a message.
pub const MAX_CONNECTIONS: usize = 16;
/// How long a client may leave a reply unread, and stay silent while it holds the store still, before it is cut off.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server; stops when dropped, after the requests under way are answered.
#[derive(Debug)]
pub struct SocketServer {
    path: PathBuf,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    stopping: AtomicBool,
    connections: Mutex<Vec<Connection>>,
}

#[derive(Debug)]
struct Connection {
    stream: UnixStream,
    thread: JoinHandle<()>,
}

impl SocketServer {
    /// Serve `store`, which stands in folder `dir`, on the folder's socket.
    ///
    /// Call it only while this process holds the store: the socket of a server that was killed is replaced.
    pub fn start(dir: &Path, store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let path = super::socket_path(dir);
        let listener = bind(&path).map_err(|source| StoreError::Io {
            action: "served",
            source,
        })?;
        let shared = Arc::new(Shared::default());
        let for_thread = Arc::clone(&shared);
        let accepting = thread::Builder::new().name("store-socket".to_owned());
        let accepting = accepting.spawn(move || accept(&listener, &store, &for_thread));
        let accepting = accepting.map_err(|source| StoreError::Io {
            action: "served",
            source,
        })?;
        Ok(Self {
            path,
            shared,
            accepting: Some(accepting),
        })
    }
}

impl Drop for SocketServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // A connection of our own wakes the thread that accepts; without one it would wait for the next client.
        let woken = UnixStream::connect(&self.path).is_ok();
        let _ = fs::remove_file(&self.path);
        if let Some(accepting) = self.accepting.take().filter(|_| woken) {
            let _ = accepting.join();
        }
        let connections = std::mem::take(&mut *self.shared.connections());
        for connection in &connections {
            // Reading ends, so the thread answers what it is at and finds no further request.
            let _ = connection.stream.shutdown(Shutdown::Read);
        }
        for connection in connections {
            let _ = connection.thread.join();
        }
    }
}

impl Shared {
    /// The connections that are still open.
    fn connections(&self) -> MutexGuard<'_, Vec<Connection>> {
        let mut connections = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        connections.retain(|connection| !connection.thread.is_finished());
        connections
    }
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(listener)
}

fn accept(listener: &UnixListener, store: &Arc<dyn Store>, shared: &Shared) {
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        // A client that is gone already, or a lack of descriptors for now: the next one may fare better.
        let Ok(stream) = stream else { continue };
        let mut connections = shared.connections();
        if connections.len() >= MAX_CONNECTIONS {
            refuse(stream);
        } else if let Ok(connection) = Connection::start(stream, Arc::clone(store)) {
            connections.push(connection);
        }
    }
}

fn refuse(mut stream: UnixStream) {
    let detail =
        format!("{MAX_CONNECTIONS} other commands use it already; try again when one has ended");
    let _ = send(&mut stream, &Reply::Refused(Refusal::Protocol { detail }));
}

impl Connection {
    fn start(stream: UnixStream, store: Arc<dyn Store>) -> io::Result<Self> {
        let mut peer = stream.try_clone()?;
        peer.set_write_timeout(Some(PATIENCE))?;
        let thread = thread::Builder::new().name("store-client".to_owned());
        let thread = thread.spawn(move || {
            // What ends a connection early concerns its client alone, and the client sees it end.
            let _ = converse(&mut peer, store.as_ref());
            let _ = peer.shutdown(Shutdown::Both);
        })?;
        Ok(Self { stream, thread })
    }
}

/// Answer requests until the client closes the connection.
fn converse(peer: &mut UnixStream, store: &dyn Store) -> Result<(), StoreError> {
    while let Some(request) = hear(peer)? {
        match request {
            Request::Hold => hold(peer, store)?,
            request => send(peer, &answer(store, request))?,
        }
    }
    Ok(())
}

/// Answer requests while the store stands still, until the client releases it.
fn hold(peer: &mut UnixStream, store: &dyn Store) -> Result<(), StoreError> {
    let held = store.hold_still(&mut || {
        peer.set_read_timeout(Some(PATIENCE))
            .map_err(super::reaching)?;
        send(peer, &Reply::Done)?;
        while let Some(request) = hear(peer)? {
            match request {
                Request::Release => break,
                Request::Hold | Request::Commit(_) => {
                    let detail = "a commit while this client holds the store still".to_owned();
                    send(peer, &Reply::Refused(Refusal::Protocol { detail }))?;
                }
                request => send(peer, &answer(store, request))?,
            }
        }
        peer.set_read_timeout(None).map_err(super::reaching)
    });
    match held {
        Ok(()) => send(peer, &Reply::Done),
        Err(error) => {
            // The client may be in the middle of its work: this tells it, and the connection ends.
            let detail = error.to_string();
            send(peer, &Reply::Refused(error.into()))?;
            Err(StoreError::Protocol { detail })
        }
    }
}

/// The next request. A message that cannot be read is refused, and ends the connection.
fn hear(peer: &mut UnixStream) -> Result<Option<Request>, StoreError> {
    receive(peer).inspect_err(|error| {
        if let StoreError::Protocol { detail } = error {
            let _ = send(
                peer,
                &Reply::Refused(Refusal::Protocol {
                    detail: detail.clone(),
                }),
            );
        }
    })
}

fn answer(store: &dyn Store, request: Request) -> Reply {
    let result = match request {
        Request::Fetch(key) => store.fetch(&key).map(Reply::Value),
        Request::Scan {
            collection,
            prefix,
            after,
            limit,
        } => {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            store
                .scan(collection, &prefix, after.as_deref(), limit)
                .map(Reply::Page)
        }
        Request::Commit(commit) => store.commit(commit).map(|()| Reply::Done),
        Request::Hold | Request::Release => Err(StoreError::Protocol {
            detail: "a release of a store that was not held still".to_owned(),
        }),
    };
    result.unwrap_or_else(|error| Reply::Refused(error.into()))
}
