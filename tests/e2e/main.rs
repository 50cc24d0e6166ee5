//! End to end: the demo's certificates, as an employer would hold them, before the verifier's program.

mod altered;
mod demo;
mod paper;
