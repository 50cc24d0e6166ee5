//! The state of one certificate through its versions.

use cheti_shared::ids::{CredentialId, Digest, ListNumber, StatusIndex};
use cheti_shared::status::reasons::Reason;
use cheti_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::batch::BatchId;

/// Whether a version holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It holds.
    Good,
    /// It does not hold for now.
    Suspended,
    /// It does not hold any more, for this reason.
    Ended(Reason),
}

/// One signed version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// 1, 2, 3, ...
    pub number: u32,
    /// Its template.
    pub template: Digest,
    /// Digest of what was signed.
    pub digest: Digest,
    /// Its status list.
    pub list: ListNumber,
    /// Its place there.
    pub index: StatusIndex,
    /// From when on it holds.
    pub valid_from: Timestamp,
    /// When it was signed.
    pub created: Timestamp,
    /// Whether it holds.
    pub standing: Standing,
}

/// A certificate: one id, one number, one or more versions of which the last is current.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The credential's id, shared by all versions.
    pub id: CredentialId,
    /// The certificate number, as printed.
    pub number: String,
    /// Year and serial of the number.
    pub year_and_serial: (i32, u32),
    /// The batch it came from.
    pub batch: BatchId,
    /// Its row there, from 0.
    pub row: u32,
    /// The course.
    pub course: String,
    /// The versions, oldest first; never empty.
    pub versions: Vec<Version>,
    /// When what it says was erased at the graduate's request; its digests and standing stay (THREATS 23).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Timestamp>,
}

/// Why a certificate's standing cannot change so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StandingError {
    /// It has ended; that is for good (THREATS 3).
    #[error("certificate {number} has ended ({reason:?}); that cannot be taken back")]
    Ended {
        /// The certificate number.
        number: String,
        /// Why it ended.
        reason: Reason,
    },
    /// It is suspended already, or not suspended.
    #[error("certificate {number} is {standing}")]
    Already {
        /// The certificate number.
        number: String,
        /// How it stands.
        standing: &'static str,
    },
    /// The course's certificates can be revoked, not suspended.
    #[error(
        "certificates of course {course} can be revoked, not suspended: the course file chose status = \"revocation\""
    )]
    NotSuspendable {
        /// The course.
        course: String,
    },
    /// There is no version at all; the record is damaged.
    #[error("the record of certificate {number} holds no version")]
    NoVersion {
        /// The certificate number.
        number: String,
    },
}

impl Certificate {
    /// The current version.
    pub fn current(&self) -> Result<&Version, StandingError> {
        self.versions
            .last()
            .ok_or_else(|| StandingError::NoVersion {
                number: self.number.clone(),
            })
    }

    fn current_mut(&mut self) -> Result<&mut Version, StandingError> {
        let number = self.number.clone();
        let version = self
            .versions
            .last_mut()
            .ok_or_else(|| StandingError::NoVersion {
                number: number.clone(),
            })?;
        match version.standing {
            Standing::Ended(reason) => Err(StandingError::Ended { number, reason }),
            _ => Ok(version),
        }
    }

    /// The current version ends; its place in the status list is to be set.
    pub fn end(&mut self, reason: Reason) -> Result<(ListNumber, StatusIndex), StandingError> {
        let version = self.current_mut()?;
        version.standing = Standing::Ended(reason);
        Ok((version.list, version.index))
    }

    /// Suspend the current version, or reinstate it.
    pub fn suspend(&mut self, suspended: bool) -> Result<(ListNumber, StatusIndex), StandingError> {
        let number = self.number.clone();
        let version = self.current_mut()?;
        let (from, to, standing) = match suspended {
            true => (Standing::Good, Standing::Suspended, "suspended already"),
            false => (Standing::Suspended, Standing::Good, "not suspended"),
        };
        if version.standing != from {
            return Err(StandingError::Already { number, standing });
        }
        version.standing = to;
        Ok((version.list, version.index))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A certificate with so many versions, of which the last one holds.
    pub(crate) fn certificate(versions: u32) -> Certificate {
        let at: Timestamp = "2026-10-20T06:00:00Z".parse().unwrap();
        let version = |number| Version {
            number,
            template: Digest::of(b"template"),
            digest: Digest::of(b"document"),
            list: ListNumber(1),
            index: StatusIndex(number),
            valid_from: at,
            created: at,
            standing: match number < versions {
                true => Standing::Ended(Reason::Superseded {
                    version: number + 1,
                }),
                false => Standing::Good,
            },
        };
        Certificate {
            id: CredentialId::from_random([7; 16]),
            number: "NC4-ACT-2026-000001".to_owned(),
            year_and_serial: (2026, 1),
            batch: BatchId::from_random([1, 2, 3, 4]),
            row: 3,
            course: "ACT".to_owned(),
            versions: (1..=versions).map(version).collect(),
            erased: None,
        }
    }
}
