//! The scan room: from the bytes of an untrusted file to what they carry (QR texts, attached credential JSON). It judges nothing.
//!
//! Every entry point is bounded in bytes, pixels, memory and work (see [`limits`]); passing a bound is an error that
//! says so, never a silent cut. Decoders run isolated, so that a panic of one is a [`ScanError::Damaged`].

mod archive;
mod badge;
mod error;
mod image;
mod isolated;
mod kind;
pub mod limits;
mod pdf;
mod text;

#[cfg(test)]
mod fixtures;

use cheti_reader::{Luma, TooManyCodes};

pub use archive::{Archive, Entry, archive};
pub use badge::baked;
pub use error::{FileKind, ScanError};
pub use image::image;
pub use kind::{Kind, recognise};
pub use pdf::{Attachment, PdfContent, pdf};
pub use text::text;

/// What one QR code says, or one address of that form found in a text: not yet understood, not yet trusted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QrText(String);

impl QrText {
    /// The text as it was read.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as it was read, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// The codes of a picture that came from a file of this kind.
fn codes(luma: &Luma, kind: FileKind) -> Result<Vec<QrText>, ScanError> {
    let found = cheti_reader::codes(luma);
    let found = found.map_err(|TooManyCodes { limit }| ScanError::TooManyCodes { kind, limit })?;
    Ok(found.into_iter().map(QrText::new).collect())
}
