//! The venue port: the place of the copy that the right to write is handed over to.

use std::sync::Arc;

use super::store::{Store, StoreError};
use super::vault::{KeyFile, VaultError};

/// What is wrong with the place, or with what lies there.
#[derive(Debug, thiserror::Error)]
pub enum VenueError {
    /// The copy's store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] VaultError),
}

/// A data folder on the venue's laptop, or on what is carried to it.
pub trait Venue: Send + Sync {
    /// Where it is, as people read it.
    fn place(&self) -> String;

    /// The store of the copy, as it is there.
    fn store(&self) -> Result<Arc<dyn Store>, VenueError>;

    /// The same; an empty one is made where there is none.
    fn store_or_new(&self) -> Result<Arc<dyn Store>, VenueError>;

    /// Put a key file of this house beside the copy, still under its own passphrase; one that lies there already must be
    /// the same.
    fn give_key(&self, file: &KeyFile) -> Result<(), VenueError>;

    /// Take a key file home that is not here, or an operator's that is another one there, since its password was changed at
    /// the venue. Signing keys are never replaced: whoever had the laptop could have put anything in their place. Whether
    /// one was taken.
    fn take_key(&self, file: &KeyFile) -> Result<bool, VenueError>;
}
