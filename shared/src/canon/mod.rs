//! Canonical forms: one sequence of octets for one document.

pub mod jcs;
pub mod jsonld;
pub mod rdf;
pub mod rdfc;
