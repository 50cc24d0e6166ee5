//! Bitstring Status List 1.0: whether a credential was revoked or suspended, told for a whole list at a time.

pub mod bitstring;
pub mod entry;
mod gzip;
mod inflate;
pub mod list;
pub mod reasons;
