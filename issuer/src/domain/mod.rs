//! Pure rules of issuing: course, roster, graduate, batch, approval, status change, audit event.
//!
//! No input or output, no clock, no HTTP shapes, no store. Every record here is what the store keeps, as JSON.

pub mod account;
pub mod api_key;
pub mod audit;
pub mod batch;
pub mod ceremony;
pub mod certificate;
pub mod change;
pub mod course;
pub mod csv;
pub mod direct;
pub mod draft;
pub mod figures;
pub mod hand_out;
pub mod merkle;
pub mod name;
pub mod operator;
pub mod organisation;
pub mod plan;
pub mod posted;
pub mod print_kit;
pub mod reconciliation;
pub mod role;
pub mod roster;
pub mod sample;
pub mod search;
pub mod statement;
pub mod status_book;
pub mod writer;
