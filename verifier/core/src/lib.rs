//! The judgement: plan what is needed, verify with the evidence, report every check.
//!
//! Pure: fetches nothing, knows no clock.
#![warn(clippy::indexing_slicing, clippy::as_conversions, clippy::panic)]
#![cfg_attr(
    test,
    allow(clippy::indexing_slicing, clippy::as_conversions, clippy::panic)
)]
