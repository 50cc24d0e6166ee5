//! The issuer: roster → four eyes → sign → store → print.
//!
//! Arrows: `cli | http → app → domain`; `app` reaches the world only through the traits in [`app::ports`], which
//! `store`, `keys`, `import`, `openid` and `cheti-print` serve. [`compose`] wires them together and is the one place that knows
//! them all. `domain` is pure. `zipped` is how a certificate stands in a ZIP file, for both doors.

pub mod app;
pub mod cli;
pub mod compose;
pub mod config;
pub mod domain;
pub mod http;
pub mod import;
pub mod keys;
#[cfg(feature = "openid")]
pub mod openid;
pub mod store;
mod zipped;

#[cfg(test)]
mod tests;
