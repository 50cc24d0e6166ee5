//! The press port: a signed credential becomes a printed certificate, or the picture of a badge.

/// Prints certificates. Facts come from the credential alone.
pub trait Press: Send + Sync {
    /// The PDF of the certificate whose signed JSON is `credential` and whose code opens `url`.
    fn print(&self, credential: &[u8], url: &str) -> Result<Vec<u8>, PressError>;

    /// Whether every character of `text` can be printed.
    fn can_print(&self, text: &str) -> Result<(), PressError>;
}

/// A kind of picture that can carry a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Pixels.
    Png,
    /// A drawing.
    Svg,
}

/// Draws badges. Facts come from the credential alone.
pub trait Badges: Send + Sync {
    /// The badge of the certificate whose signed JSON is `credential`, nothing baked into it yet.
    fn draw(&self, credential: &[u8], kind: Picture) -> Result<Vec<u8>, PressError>;
}

/// Why a certificate cannot be printed.
#[derive(Debug, thiserror::Error)]
#[error("the certificate cannot be printed: {detail}")]
pub struct PressError {
    /// What is wrong and where, for the officer.
    pub detail: String,
}
