//! The two listeners: what anybody may read, and what programs with an API key may do.
//!
//! A handler extracts, makes one call of a use-case, and shows the result. No route submits, approves or confirms: these
//! take an officer's own key, which never comes here.

pub mod admin;
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
pub use service::{Parts, Service};

#[cfg(test)]
mod tests;
