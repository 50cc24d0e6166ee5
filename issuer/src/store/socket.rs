//! The store through the process that holds it: a Unix socket in the store's folder.
//!
//! sled serves one process. While `serve` holds the store, the other commands use it through this socket, which only
//! the same user can open (mode 0600 in a folder of 0700). One request at a time travels a connection.

mod server;
mod wire;

use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::app::ports::store::{Collection, Commit, Key, Page, Store, StoreError};

pub use self::server::{MAX_CONNECTIONS, SocketServer};
use self::wire::{Reply, Request};

/// The socket of the store in folder `dir`.
pub fn socket_path(dir: &Path) -> PathBuf {
    dir.join("socket")
}

/// A store that another process holds and serves.
///
/// After an error of the connection it is of no more use: whether a commit under way was done is then not known.
#[derive(Debug)]
pub struct SocketStore {
    stream: Mutex<Option<UnixStream>>,
}

impl SocketStore {
    /// Connect to the server of the store in folder `dir`; `None` if there is no server.
    pub fn connect(dir: &Path) -> Result<Option<Self>, StoreError> {
        match UnixStream::connect(socket_path(dir)) {
            Ok(stream) => Ok(Some(Self {
                stream: Mutex::new(Some(stream)),
            })),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
                ) =>
            {
                Ok(None)
            }
            Err(source) => Err(StoreError::Io {
                action: "reached",
                source,
            }),
        }
    }

    /// Send a request and wait for its reply.
    fn ask(&self, request: &Request) -> Result<Reply, StoreError> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = stream.as_mut() else {
            return Err(reaching(io::ErrorKind::NotConnected.into()));
        };
        let sent = match wire::send(open, request) {
            Err(too_long @ StoreError::Protocol { .. }) => return Err(too_long),
            sent => sent,
        };
        // A server that ends the connection says why first, so its words come before our failure to send.
        let reply = wire::receive::<Reply>(open).and_then(|reply| match reply {
            None => sent.map(|()| None),
            said => Ok(said),
        });
        match reply {
            Ok(Some(Reply::Refused(refusal))) => Err(refusal.into()),
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => {
                *stream = None;
                Err(reaching(io::ErrorKind::UnexpectedEof.into()))
            }
            Err(error) => {
                *stream = None;
                Err(error)
            }
        }
    }

    fn ask_done(&self, request: &Request) -> Result<(), StoreError> {
        match self.ask(request)? {
            Reply::Done => Ok(()),
            other => Err(unexpected(&other)),
        }
    }
}

impl Store for SocketStore {
    fn fetch(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        key.check()?;
        match self.ask(&Request::Fetch(key.clone()))? {
            Reply::Value(value) => Ok(value),
            other => Err(unexpected(&other)),
        }
    }

    fn scan(
        &self,
        collection: Collection,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let after = after.map(<[u8]>::to_vec);
        let request = Request::Scan {
            collection,
            prefix: prefix.to_vec(),
            after,
            limit: limit as u64,
        };
        match self.ask(&request)? {
            Reply::Page(page) => Ok(page),
            other => Err(unexpected(&other)),
        }
    }

    fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        commit.check()?;
        self.ask_done(&Request::Commit(commit))
    }

    fn hold_still(
        &self,
        work: &mut dyn FnMut() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.ask_done(&Request::Hold)?;
        let result = work();
        // If the connection is gone the server has let go by itself, but perhaps during the work: that is an error.
        self.ask_done(&Request::Release)?;
        result
    }
}

fn unexpected(reply: &Reply) -> StoreError {
    StoreError::Protocol {
        detail: format!("{} where another reply was due", reply.name()),
    }
}

fn reaching(source: io::Error) -> StoreError {
    StoreError::Io {
        action: "reached",
        source,
    }
}

#[cfg(test)]
mod tests;
