//! Use-cases, one verb or noun a file, and the ports through which they reach the world.
//!
//! A use-case takes a [`desk::Desk`] and the keys it needs as signers; it knows no HTTP, no terminal and no back end.

pub mod accounts;
pub mod api_keys;
pub mod approve_batch;
pub mod audit;
pub mod certificates;
pub mod changes;
pub mod check_design;
pub mod courses;
pub mod credentials;
pub mod desk;
pub mod drafts;
pub mod erase;
pub mod error;
pub mod exports;
pub mod figures;
pub mod found;
pub mod hand_out;
pub mod handover;
pub mod identities;
pub mod import_roster;
pub mod issue_approved;
pub mod issue_batch;
pub mod issue_direct;
pub mod journal_watch;
pub mod keys;
pub mod kits;
pub mod many;
pub mod operators;
pub mod papers;
mod plan_batch;
pub mod ports;
pub mod print_batch;
pub mod print_certificate;
pub mod publish;
pub mod publish_status;
pub mod reconcile;
mod records;
mod registry_index;
pub mod reindex;
pub mod retention;
pub mod sample;
pub mod search;
pub mod specimen;
pub mod subject_file;
pub mod templates;
