//! The verifier's judgement for a browser: a shell around `cheti-verifier-core`, without logic of its own.
//!
//! [`judge`] says what goes in and comes out. The page calls it through four numbered pieces of memory: it asks for room
//! in the first three, writes the question, the trust bundle and a file there, calls `judge` and reads the fourth. So the
//! module needs no generated glue, and nothing here follows an address that came from outside.

pub mod judge;
mod memory;
