//! Reads a printed code from a picture: grey pixels in, the texts of the QR codes on them out.
//!
//! Pure: no input or output, no clock, no threads, so that the service, the command line, the browser and the print-read
//! score read alike. What a text means is for others to say. The decoder is another crate's and may panic on a picture
//! made to break it: who reads untrusted pictures isolates the call.

mod luma;
mod search;

pub use luma::Luma;
pub use search::{MAX_CODES, MAX_TEXT_BYTES, TooManyCodes, codes, glance};

#[cfg(test)]
mod tests;
