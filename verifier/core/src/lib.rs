//! The judgement: plan what is needed, verify with the evidence, report every check.
//!
//! Pure: fetches nothing, knows no clock. Evidence and the time are arguments, so that the command line, the service
//! and the browser give the same verdict from the same code. What comes in goes through [`presented::Presented`]; what
//! it takes to judge it is told by [`plan::plan`] and brought as [`evidence::Evidence`]; [`verify`] gives the
//! [`report::Report`].
#![warn(clippy::indexing_slicing, clippy::as_conversions, clippy::panic)]
#![cfg_attr(
    test,
    allow(clippy::indexing_slicing, clippy::as_conversions, clippy::panic)
)]

pub mod checks;
pub mod evidence;
pub mod outcome;
pub mod plan;
pub mod policy;
pub mod presentation;
pub mod presented;
pub mod report;
#[cfg(test)]
pub(crate) mod samples;
mod verify;
#[cfg(test)]
mod verify_tests;

pub use presentation::verify_presentation;
pub use verify::{is_quick, verify, verify_credential};
