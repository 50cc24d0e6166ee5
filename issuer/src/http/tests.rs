//! The listeners over real use-cases, a store in memory, a fixed clock and fixed keys.

mod guards;
pub(crate) mod house;
mod journey;
mod paper;
mod sockets;
mod status;
mod strangers;
mod vc_api;
mod vc_api_direct;
