//! Back ends of the store port: sled for the process that holds the store, a socket for the others, memory for tests.

pub mod archive;
pub mod conformance;
pub mod memory;
pub mod sled;
pub mod socket;

use std::path::Path;
use std::sync::Arc;

use crate::app::ports::store::{Store, StoreError};

use self::sled::SledStore;
use self::socket::SocketStore;

/// The store in folder `dir`: the store itself, or, when a server holds it, that server's socket.
///
/// [`StoreError::Locked`] when another process holds it that does not serve.
pub fn open(dir: &Path) -> Result<Arc<dyn Store>, StoreError> {
    match SledStore::open(dir) {
        Ok(store) => Ok(Arc::new(store)),
        Err(locked @ StoreError::Locked { .. }) => match SocketStore::connect(dir)? {
            Some(store) => Ok(Arc::new(store)),
            None => Err(locked),
        },
        Err(error) => Err(error),
    }
}
