//! The verifier: command line and HTTP service around `cheti-verifier-core`.

pub mod scan;
