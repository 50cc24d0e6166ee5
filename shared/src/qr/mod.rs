//! The printed code: a whole signed credential in decimal digits (QR.md, generation 1).
//!
//! `digits` writes octets as decimal digits, `codec` one field as octets, `template` holds what is constant for a
//! course, `payload` puts them together.

pub mod codec;
pub mod digits;
pub mod payload;
pub mod template;
