//! Pure rules of issuing: course, roster, graduate, batch, approval, status change, audit event.

pub mod name;
pub mod roster;
