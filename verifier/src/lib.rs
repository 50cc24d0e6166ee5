//! The verifier: command line and HTTP service around `cheti-verifier-core`.
//!
//! `input` turns files into what the core judges, `trust` keeps the bundle and the pinned root, `fetch` brings newer
//! bundles, `watch` tells of certificates that change, `outbound` bounds what either may connect to, `rows` reads tables, `table`
//! writes them, `present` puts reports into words, `web` holds the scan page; `cli` and `http` are the two doors.

pub mod access;
pub mod cli;
pub mod clock;
pub mod compare;
pub mod config;
pub mod decision;
pub mod fetch;
pub mod http;
pub mod input;
mod outbound;
pub mod present;
pub mod reports;
mod rows;
#[cfg(test)]
#[path = "../core/src/samples.rs"]
mod samples;
pub mod scan;
pub mod secret_file;
pub mod table;
pub mod trust;
pub mod watch;
pub mod web;
