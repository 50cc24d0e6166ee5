//! What a verifier decides for itself. Each choice is an enum with names, so that no call reads as a row of booleans.

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

/// What a verifier decides for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Seconds by which clocks may differ before a time in the future counts as one.
    pub clock_skew_seconds: i64,
    /// How old a status list may be.
    pub status_age: StatusAge,
    /// What a certificate is that names no status list.
    pub without_status: WithoutStatus,
}

/// How old a status list without `validUntil` may be, in seconds.
pub const OPEN_ENDED_STATUS_SECONDS: i64 = 7 * 86_400;

impl Default for Policy {
    /// Five minutes of skew; status lists as their issuers allow; certificates without status accepted.
    fn default() -> Self {
        Self {
            clock_skew_seconds: 300,
            status_age: StatusAge::AsSigned,
            without_status: WithoutStatus::Accepted,
        }
    }
}
