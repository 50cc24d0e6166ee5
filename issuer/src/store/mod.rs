//! Back ends of the store port: sled for the process that holds the store, memory for tests and dry runs.

pub mod conformance;
pub mod memory;
pub mod sled;
