//! The words issuer and verifier agree on: credential, proof, status, QR payload, DID and trust bundle.
//!
//! Pure: no input or output, no clock, no randomness, no async. Time and random bytes are arguments, so that the
//! service, the command line and the browser give the same answer from the same code.
#![warn(clippy::indexing_slicing, clippy::as_conversions, clippy::panic)]
#![cfg_attr(
    test,
    allow(clippy::indexing_slicing, clippy::as_conversions, clippy::panic)
)]

pub mod baked;
pub mod bundle;
pub mod canon;
pub mod credential;
pub mod did;
pub mod ids;
pub mod json;
pub mod key;
pub mod limits;
pub mod multibase;
pub mod proof;
pub mod qr;
pub mod sorted;
pub mod status;
mod text;
pub mod time;
mod try_all;
