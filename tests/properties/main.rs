//! Properties across the shared core, on real signed certificates.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test program are not recognised as tests"
)]

mod altered;
mod code_size;
mod same_bytes;
