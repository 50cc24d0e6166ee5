//! The three listeners: what anybody may read, what programs with an API key may do, and the console at which people work.
//!
//! A handler extracts, makes one call of a use-case, and shows the result. Programs cannot submit, approve or confirm: these
//! take an officer's own key, which its owner opens at the console alone.

pub mod admin;
pub mod console;
mod content;
mod endpoint;
mod input;
mod metrics;
mod observe;
mod openapi;
mod problem;
pub mod public;
mod publisher;
mod serve;
mod service;
mod view;

pub use endpoint::{Access, Endpoint, Parameter};
pub use problem::Problem;
pub use serve::{Listeners, serve};
pub use service::{LocalAuthority, Parts, Service, Signers};

#[cfg(test)]
mod tests;
