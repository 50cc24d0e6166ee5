//! Request ids: unique within this machine's logs, and nothing to be guessed from.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Gives out ids.
#[derive(Debug, Default)]
pub(super) struct RequestIds {
    key: RandomState,
    count: AtomicU64,
}

impl RequestIds {
    /// The next: 16 hexadecimal digits.
    pub(super) fn next(&self) -> String {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}", self.key.hash_one(number))
    }
}
