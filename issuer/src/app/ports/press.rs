//! The press port: a signed credential becomes a printed certificate.

/// Prints certificates. Facts come from the credential alone.
pub trait Press: Send + Sync {
    /// The PDF of the certificate whose signed JSON is `credential` and whose code opens `url`.
    fn print(&self, credential: &[u8], url: &str) -> Result<Vec<u8>, PressError>;

    /// Whether every character of `text` can be printed.
    fn can_print(&self, text: &str) -> Result<(), PressError>;
}

/// Why a certificate cannot be printed.
#[derive(Debug, thiserror::Error)]
#[error("the certificate cannot be printed: {detail}")]
pub struct PressError {
    /// What is wrong and where, for the officer.
    pub detail: String,
}
