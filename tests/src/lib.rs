//! Shared harness of the cross-boundary tests.

pub mod programs;
pub mod random;
pub mod sample;

#[path = "../fuzz/targets.rs"]
pub mod fuzz;
