//! End to end: the demo's certificates, as an employer would hold them, before the verifier's program.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test program are not recognised as tests"
)]

mod altered;
mod badges;
mod demo;
mod paper;
mod printed_later;
