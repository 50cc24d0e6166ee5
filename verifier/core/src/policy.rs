//! What a verifier decides for itself. Each choice is an enum with names, so that no call reads as a row of booleans.

use cheti_shared::time::Timestamp;

/// How old a status list may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusAge {
    /// As old as its issuer allows by `validUntil`; seven days when it does not say.
    AsSigned,
    /// As its issuer allows, and at most this old.
    AtMost {
        /// Seconds since the list's `validFrom`.
        seconds: i64,
    },
}

/// What a certificate is that names no status list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutStatus {
    /// As its issuer wanted it: nothing to look up.
    Accepted,
    /// Undecided: it cannot have been revoked in a way that could be noticed.
    Undecided,
}

/// What an issuer is that the trust list does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnregisteredIssuers {
    /// Not in this system: nothing can be said about what it issues.
    Unknown,
    /// One that is a `did:key` is judged by its proofs alone, and nobody vouches for it: for trying out other software.
    AcceptDidKey,
}

/// When a credential is read as JSON-LD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonLdChecking {
    /// When one of its proofs depends on it.
    WhereSigned,
    /// Always, so that one whose members no context defines is malformed however it was signed.
    Always,
}

/// What a verifier decides for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Seconds by which clocks may differ before a time in the future counts as one.
    pub clock_skew_seconds: i64,
    /// How old a status list may be.
    pub status_age: StatusAge,
    /// What a certificate is that names no status list.
    pub without_status: WithoutStatus,
    /// What an issuer is that the trust list does not know.
    pub unregistered: UnregisteredIssuers,
    /// When a credential is read as JSON-LD.
    pub json_ld: JsonLdChecking,
}

impl Policy {
    /// The latest that it may be when the clock says `now`.
    pub fn latest(&self, now: Timestamp) -> Timestamp {
        now.plus_seconds(self.clock_skew_seconds)
    }
}

/// How old a status list without `validUntil` may be, in seconds.
pub const OPEN_ENDED_STATUS_SECONDS: i64 = 7 * 86_400;

impl Default for Policy {
    /// Five minutes of skew; status lists as their issuers allow; certificates without status accepted; nothing said
    /// about unregistered issuers; JSON-LD where it is signed.
    fn default() -> Self {
        Self {
            clock_skew_seconds: 300,
            status_age: StatusAge::AsSigned,
            without_status: WithoutStatus::Accepted,
            unregistered: UnregisteredIssuers::Unknown,
            json_ld: JsonLdChecking::WhereSigned,
        }
    }
}
