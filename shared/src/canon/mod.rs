//! Canonical forms: one sequence of octets for one document.

pub mod jcs;
