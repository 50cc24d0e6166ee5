//! The verifier's program over HTTP, as HR systems use it: large batches, clients in other languages, and load.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test program are not recognised as tests"
)]

mod batch;
mod clients;
mod load;
mod served;
