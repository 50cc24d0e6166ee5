//! The identity port: who somebody is, by the word of an identity provider outside this house.

use cheti_shared::time::Timestamp;

use super::vault::VaultError;
use crate::domain::account::Identity;

/// What is remembered while somebody is at the identity provider: three random texts, of which the first comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Says that the answer belongs to this question (RFC 6749, 10.12).
    pub state: String,
    /// Stands in the token, so that none of another sign-in counts (OpenID Connect Core 1.0, 3.1.2.1).
    pub nonce: String,
    /// Proves to the provider that whoever brings the code also asked for it (RFC 7636, 4.1).
    pub verifier: String,
}

/// Asks an identity provider who somebody is.
pub trait IdentityProvider: Send + Sync {
    /// Its name, as officers read it.
    fn name(&self) -> &str;

    /// Where the browser goes to sign in.
    fn address(&self, begun: &Begun, now: Timestamp) -> Result<String, IdentityError>;

    /// Who came back with this code.
    fn who(&self, begun: &Begun, code: &str, now: Timestamp) -> Result<Identity, IdentityError>;
}

/// Why an identity provider gave no answer that counts. The texts are for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// It cannot be reached, or says what no provider says.
    #[error("the identity provider cannot be asked: {0}")]
    Unreachable(String),
    /// It did not sign them in, or its word does not hold.
    #[error("the identity provider signed nobody in: {0}")]
    Refused(String),
}

/// Why a provider cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum BadProvider {
    /// A setting cannot be right.
    #[error("[openid] {key} {wanted}")]
    Setting {
        /// Its key.
        key: &'static str,
        /// What it must be.
        wanted: String,
    },
    /// The secret cannot be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The program was built without it.
    #[error(
        "the configuration names an identity provider, and this program was built without OpenID Connect"
    )]
    NotBuiltIn,
}
