//! The traits through which the use-cases reach the world; adapters implement them.

pub mod identity;
pub mod press;
pub mod rosters;
pub mod store;
pub mod vault;
pub mod venue;

use cheti_shared::time::Timestamp;

/// What time it is.
pub trait Clock: Send + Sync {
    /// Now, in whole seconds.
    fn now(&self) -> Timestamp;
}

/// Where random octets come from.
pub trait Entropy: Send + Sync {
    /// Fill `octets` with random ones fit for keys.
    fn fill(&self, octets: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The system gave no random octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random numbers")]
pub struct NoEntropy;
