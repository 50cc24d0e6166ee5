//! What one check finds: an outcome, and the reason or the gap behind it, each with the values that explain it.

use cheti_shared::ids::TemplateId;
use cheti_shared::status::reasons::Reason as StatusReason;
use cheti_shared::time::{Date, Timestamp};
use serde::Serialize;

/// What a check finds. "Could not check" is an answer of its own: neither yes nor no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail {
        /// Why.
        reason: Reason,
    },
    /// It could not be checked.
    Undecided {
        /// What was missing.
        gap: Gap,
    },
    /// There is nothing to check.
    NotRequired,
}

impl Outcome {
    /// It does not hold.
    pub fn fail(reason: Reason) -> Self {
        Self::Fail { reason }
    }

    /// It could not be checked.
    pub fn undecided(gap: Gap) -> Self {
        Self::Undecided { gap }
    }

    /// The worse of two outcomes; the first of two that are equally bad.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        match other.badness() > self.badness() {
            true => other,
            false => self,
        }
    }

    fn badness(&self) -> u8 {
        match self {
            Self::NotRequired => 0,
            Self::Pass => 1,
            Self::Undecided { .. } => 2,
            Self::Fail { .. } => 3,
        }
    }

    /// The stable code of the reason or gap: `revoked`, `status_unknown`, ...
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Pass | Self::NotRequired => None,
            Self::Fail { reason } => Some(reason.code()),
            Self::Undecided { gap } => Some(gap.code()),
        }
    }

    /// The reason or gap in plain words.
    pub fn message(&self) -> Option<String> {
        match self {
            Self::Pass | Self::NotRequired => None,
            Self::Fail { reason } => Some(reason.to_string()),
            Self::Undecided { gap } => Some(gap.to_string()),
        }
    }
}

/// Why a check fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(
    tag = "code",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum Reason {
    /// The signature does not fit.
    #[error("the certificate was changed after it was signed, or was never signed ({detail})")]
    Altered {
        /// What the proof says.
        detail: String,
    },
    /// The signature was made for something else than this (D3).
    #[error("its signature was made for another purpose ({found} instead of {wanted})")]
    WrongPurpose {
        /// What it was made for.
        found: String,
        /// What it should have been made for.
        wanted: &'static str,
    },
    /// Presented to somebody else (D3).
    #[error("it was presented to {}, not to {}", named(.found), .wanted.join(", "))]
    InvalidDomain {
        /// For whom the signature was made.
        found: Vec<String>,
        /// Who asked.
        wanted: Vec<String>,
    },
    /// Presented in answer to another question, or to none (D3).
    #[error("it was not presented in answer to the challenge that was given")]
    InvalidChallenge,
    /// Presented by somebody else than the holder it names.
    #[error("the presentation is not signed by the holder it names ({holder})")]
    NotTheHolder {
        /// Whom it names.
        holder: String,
    },
    /// A presentation without signature, where one was asked for.
    #[error("the presentation is not signed, so it answers no challenge")]
    NotSigned,
    /// The issuer is not in the trust list. Not "forged": nothing is known about it.
    #[error("the issuer {issuer} is not in this system, so nothing can be said about it")]
    UnknownIssuer {
        /// Whom the certificate names.
        issuer: String,
    },
    /// The issuer never had such a key.
    #[error("it is not signed with a key of the issuer it names ({key})")]
    UnknownKey {
        /// The DID URL that the proof names.
        key: String,
    },
    /// The key was not in use when the certificate says it was signed.
    #[error("it says it was signed at {created}, when the key {key} was not in use")]
    KeyNotValidThen {
        /// The key's DID URL.
        key: String,
        /// When the proof says it was made.
        created: Timestamp,
    },
    /// The key may not sign this kind of document.
    #[error("the key {key} may not sign certificates")]
    WrongKeyRole {
        /// The key's DID URL.
        key: String,
    },
    /// Withdrawn for good.
    #[error("the issuer revoked it{}", because(.why, .date))]
    Revoked {
        /// Why, when the issuer says.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<Withdrawal>,
        /// Since when, when the issuer says.
        #[serde(skip_serializing_if = "Option::is_none")]
        date: Option<Date>,
    },
    /// Not in force for now.
    #[error("the issuer suspended it for now (list of {as_of})")]
    Suspended {
        /// When the list was made.
        as_of: Timestamp,
    },
    /// A newer version takes its place.
    #[error("it was replaced by version {version} on {date}")]
    Superseded {
        /// The newer version's number.
        version: u32,
        /// Since when.
        date: Date,
    },
    /// It no longer holds.
    #[error("it expired at {at}")]
    Expired {
        /// When.
        at: Timestamp,
    },
    /// It does not hold yet.
    #[error("it does not hold before {from}")]
    NotYetValid {
        /// From when on.
        from: Timestamp,
    },
    /// Rightly signed, but not shaped as a certificate.
    #[error("it is not a well-formed certificate: {}", .findings.join("; "))]
    Malformed {
        /// Every rule it breaks.
        findings: Vec<String>,
    },
    /// The PDF carries one certificate and shows another.
    #[error("the certificate attached to the file is not the one in its printed code")]
    AttachmentAndCodeDisagree,
}

fn named(domains: &[String]) -> String {
    match domains {
        [] => "nobody in particular".to_owned(),
        domains => domains.join(", "),
    }
}

/// Why a certificate was withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Withdrawal {
    /// The award was withdrawn.
    Withdrawn,
    /// It should never have been issued.
    IssuedInError,
}

fn because(why: &Option<Withdrawal>, date: &Option<Date>) -> String {
    let why = match why {
        Some(Withdrawal::Withdrawn) => ": the award was withdrawn",
        Some(Withdrawal::IssuedInError) => ": it was issued in error",
        None => "",
    };
    let date = date.map(|date| format!(" (on {date})"));
    format!("{why}{}", date.unwrap_or_default())
}

impl Reason {
    /// The reason for a set bit of purpose revocation.
    pub fn revoked(why: Option<StatusReason>, date: Option<Date>) -> Self {
        let why = match (why, date) {
            (Some(StatusReason::Superseded { version }), Some(date)) => {
                return Self::Superseded { version, date };
            }
            (Some(StatusReason::Withdrawn), _) => Some(Withdrawal::Withdrawn),
            (Some(StatusReason::IssuedInError), _) => Some(Withdrawal::IssuedInError),
            _ => None,
        };
        Self::Revoked { why, date }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Altered { .. } => "altered",
            Self::WrongPurpose { .. } => "wrong_purpose",
            Self::InvalidDomain { .. } => "invalid_domain",
            Self::InvalidChallenge => "invalid_challenge",
            Self::NotTheHolder { .. } => "not_the_holder",
            Self::NotSigned => "not_signed",
            Self::UnknownIssuer { .. } => "unknown_issuer",
            Self::UnknownKey { .. } => "unknown_key",
            Self::KeyNotValidThen { .. } => "key_not_valid_then",
            Self::WrongKeyRole { .. } => "wrong_key_role",
            Self::Revoked { .. } => "revoked",
            Self::Suspended { .. } => "suspended",
            Self::Superseded { .. } => "superseded",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::Malformed { .. } => "malformed",
            Self::AttachmentAndCodeDisagree => "attachment_and_code_disagree",
        }
    }
}

/// What was missing, so that a check could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(
    tag = "code",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum Gap {
    /// Nobody is trusted yet.
    #[error("no trust list is held; import one")]
    TrustMissing,
    /// The trust list is too old to rely on.
    #[error("the trust list expired at {expires} (it is {} old); update it", days(*age_seconds))]
    TrustListExpired {
        /// Until when it could be relied on.
        expires: Timestamp,
        /// Its age.
        age_seconds: i64,
    },
    /// Signed after the trust list was made, with a key that the list does not know: perhaps a new key.
    #[error(
        "it names the key {key}, which the trust list of {made} does not know yet; update the trust list"
    )]
    KeyNotKnownYet {
        /// The DID URL that the proof names.
        key: String,
        /// When the trust list was made.
        made: Timestamp,
    },
    /// Somebody else may have had the key.
    #[error(
        "the key {key} was reported stolen at {since}; until it is proved when this was signed, nobody can tell"
    )]
    KeyCompromised {
        /// The key's DID URL.
        key: String,
        /// Since when that is known.
        since: Timestamp,
    },
    /// There is no key to check the signature with.
    #[error("the signature was not checked: no key is known to check it with")]
    NoKey,
    /// No proof of a suite that is known here.
    #[error("it bears no signature of a kind known here (found: {})", .suites.join(", "))]
    UnknownSuite {
        /// The suites it bears.
        suites: Vec<String>,
    },
    /// What its members mean is said by a context that is not known here.
    #[error("what its members mean cannot be told for certain: {detail}")]
    ContextNotKnown {
        /// Which, or where.
        detail: String,
    },
    /// Reading it takes more work than is done for one document.
    #[error("it was not checked, since that would take more work than is allowed: {detail}")]
    TooMuchWork {
        /// What there is too much of.
        detail: String,
    },
    /// The proof does not say when it was made.
    #[error("its signature does not say when it was made")]
    CreatedMissing,
    /// This device's clock is behind what signed documents show.
    #[error(
        "this device's clock says {now}, but there are signatures of {signed}: the clock is wrong; set it"
    )]
    Clock {
        /// What the clock says.
        now: Timestamp,
        /// A time that has certainly come.
        signed: Timestamp,
    },
    /// The code's template is not held.
    #[error("the template {id} of this code is not held; update the trust bundle")]
    TemplateMissing {
        /// The template's id.
        id: TemplateId,
    },
    /// No certificate could be read.
    #[error("no certificate could be read: {detail}")]
    Unreadable {
        /// What stood in the way.
        detail: String,
    },
    /// Made by a newer version.
    #[error("it was made by a newer format (generation {generation}); update the verifier")]
    MadeByNewerFormat {
        /// The generation it names.
        generation: u8,
    },
    /// More than one certificate at once.
    #[error("{count} different certificates are shown; check each on its own")]
    TwoCodes {
        /// How many.
        count: usize,
    },
    /// No list tells whether it was revoked.
    #[error("it is not known whether it was revoked: {detail}")]
    StatusUnknown {
        /// What stood in the way.
        detail: String,
    },
    /// The list is too old.
    #[error(
        "the status list of {as_of} is too old to rely on ({}); update it", days(*age_seconds)
    )]
    StatusStale {
        /// When the list was made.
        as_of: Timestamp,
        /// Its age.
        age_seconds: i64,
    },
    /// The list is older than one that was seen before.
    #[error(
        "the status list of {held} is older than the one of {remembered} seen before: an old list was put in its place"
    )]
    StatusRolledBack {
        /// When the list was made.
        held: Timestamp,
        /// When the newest list seen before was made.
        remembered: Timestamp,
    },
    /// An earlier check left nothing to check here.
    #[error("not reached")]
    NotReached,
}

impl Gap {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TrustMissing => "trust_missing",
            Self::TrustListExpired { .. } => "trust_list_expired",
            Self::KeyNotKnownYet { .. } => "key_not_known_yet",
            Self::KeyCompromised { .. } => "key_compromised",
            Self::NoKey => "no_key",
            Self::UnknownSuite { .. } => "unknown_suite",
            Self::ContextNotKnown { .. } => "context_not_known",
            Self::TooMuchWork { .. } => "too_much_work",
            Self::CreatedMissing => "created_missing",
            Self::Clock { .. } => "clock",
            Self::TemplateMissing { .. } => "template_missing",
            Self::Unreadable { .. } => "unreadable",
            Self::MadeByNewerFormat { .. } => "made_by_newer_format",
            Self::TwoCodes { .. } => "two_codes",
            Self::StatusUnknown { .. } => "status_unknown",
            Self::StatusStale { .. } => "status_stale",
            Self::StatusRolledBack { .. } => "status_rolled_back",
            Self::NotReached => "not_reached",
        }
    }
}

/// An age in the largest unit that says enough.
pub fn days(seconds: i64) -> String {
    let (number, unit) = match seconds {
        ..=5_399 => (seconds / 60, "minute"),
        5_400..=172_799 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    match number {
        1 => format!("1 {unit}"),
        _ => format!("{number} {unit}s"),
    }
}
