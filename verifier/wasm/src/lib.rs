//! The verifier's judgement for a browser: a shell around `cheti-verifier-core`, and one around `cheti-reader`, without logic
//! of their own.
//!
//! [`judge`] and [`read`] say what goes in and comes out. The page calls them through four numbered pieces of memory: it
//! asks for room in the first three, writes its octets there, calls, and reads the fourth. So the modules need no generated
//! glue, and nothing here follows an address that came from outside.

#[cfg_attr(
    not(target_family = "wasm"),
    allow(dead_code, reason = "only a module is called by the functions' names")
)]
mod allocator;
#[cfg(feature = "judge")]
pub mod judge;
#[cfg_attr(
    not(target_family = "wasm"),
    allow(dead_code, reason = "only a module is called by the functions' names")
)]
mod memory;
#[cfg(feature = "reader")]
pub mod read;
