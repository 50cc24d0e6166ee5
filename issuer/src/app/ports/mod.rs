//! The traits through which the use-cases reach the world; adapters implement them.

pub mod store;
