//! Use-cases at work on a store in memory: what an officer does, from the upload of a roster on.

mod drafts;
mod office;
mod search;
