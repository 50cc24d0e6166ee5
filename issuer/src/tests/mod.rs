//! Use-cases at work on a store in memory: what an officer does, from the upload of a roster on.

mod ceremony;
mod drafts;
mod handover;
mod office;
mod privacy;
mod reports;
mod search;
