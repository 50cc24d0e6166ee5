//! Handing certificates out at a ceremony: who got theirs, when, from whose hands, and what was taken back.

use cheti_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::batch::BatchId;
use super::certificate::{Certificate, Standing};

/// Why a hand-out is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoReason {
    /// Another person stood there.
    WrongPerson,
    /// The paper came back.
    Returned,
    /// The code of another paper was read, or read twice.
    Misread,
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The paper went into the graduate's hands.
    HandedOut,
    /// That was taken back.
    Undone(UndoReason),
}

/// A step, with who took it and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// What was done.
    pub step: Step,
    /// Which version of the certificate it was.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// The officer.
    pub by: String,
}

/// What was handed out of one certificate; steps are only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOut {
    /// The batch of the certificate.
    pub batch: BatchId,
    /// Every step, oldest first.
    pub steps: Vec<Taken>,
}

/// How a ceremony was closed: whoever did not come was awarded in absentia.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// When.
    pub at: Timestamp,
    /// The officer.
    pub by: String,
    /// How many were awarded in absentia.
    pub in_absentia: u32,
}

/// Why a certificate is not handed out, or not taken back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandOutError {
    /// It was handed out already.
    #[error(
        "certificate {number} was handed out at {at} by {by} already; undo that first if it was a mistake"
    )]
    Already {
        /// The certificate number.
        number: String,
        /// When.
        at: Timestamp,
        /// By whom.
        by: String,
    },
    /// It was not handed out.
    #[error("certificate {number} has not been handed out, so there is nothing to undo")]
    NotHandedOut {
        /// The certificate number.
        number: String,
    },
    /// It does not hold.
    #[error("certificate {number} is {standing}; do not hand it out")]
    DoesNotHold {
        /// The certificate number.
        number: String,
        /// How it stands.
        standing: &'static str,
    },
    /// The paper is of an earlier version.
    #[error(
        "this paper of certificate {number} was replaced by version {current}; hand out that one"
    )]
    OldPaper {
        /// The certificate number.
        number: String,
        /// The current version.
        current: u32,
    },
    /// It is handed out at another door.
    #[error("certificate {number} is of batch {batch}, not of this one; it was not recorded")]
    OtherBatch {
        /// The certificate number.
        number: String,
        /// Its batch.
        batch: BatchId,
    },
    /// The ceremony of the batch has not begun.
    #[error("the ceremony of batch {batch} begins at {from}; it cannot be closed before")]
    NotBegun {
        /// The batch.
        batch: BatchId,
        /// When it begins.
        from: Timestamp,
    },
    /// It was closed already.
    #[error("the ceremony of batch {batch} was closed at {at}")]
    Closed {
        /// The batch.
        batch: BatchId,
        /// When.
        at: Timestamp,
    },
    /// A certificate that is to be withdrawn is not one that nobody came for.
    #[error("certificate {number} cannot be withdrawn as not collected: it {why}")]
    NotANoShow {
        /// The certificate number, or its id.
        number: String,
        /// What it is instead.
        why: &'static str,
    },
}

impl HandOut {
    /// Nothing was handed out yet.
    pub fn none(batch: BatchId) -> Self {
        let steps = Vec::new();
        Self { batch, steps }
    }

    /// The step by which it is handed out now, if it is.
    pub fn standing(&self) -> Option<&Taken> {
        let last = self.steps.last();
        last.filter(|taken| taken.step == Step::HandedOut)
    }

    /// The paper of the current version goes into the graduate's hands.
    pub fn hand_out(
        &mut self,
        certificate: &Certificate,
        at: Timestamp,
        by: &str,
    ) -> Result<(), HandOutError> {
        let number = certificate.number.clone();
        if let Some(Taken { at, by, .. }) = self.standing().cloned() {
            return Err(HandOutError::Already { number, at, by });
        }
        let refused = |standing| HandOutError::DoesNotHold {
            number: number.clone(),
            standing,
        };
        if certificate.erased.is_some() {
            return Err(refused("erased"));
        }
        let current = certificate.current().map_err(|_| refused("damaged"))?;
        match current.standing {
            Standing::Good => {}
            Standing::Suspended => return Err(refused("suspended")),
            Standing::Ended(_) => return Err(refused("revoked")),
        }
        self.take(Step::HandedOut, current.number, at, by);
        Ok(())
    }

    /// The hand-out is taken back.
    pub fn undo(
        &mut self,
        number: &str,
        reason: UndoReason,
        at: Timestamp,
        by: &str,
    ) -> Result<(), HandOutError> {
        let version = match self.standing() {
            Some(taken) => taken.version,
            None => {
                let number = number.to_owned();
                return Err(HandOutError::NotHandedOut { number });
            }
        };
        self.take(Step::Undone(reason), version, at, by);
        Ok(())
    }

    fn take(&mut self, step: Step, version: u32, at: Timestamp, by: &str) {
        let by = by.to_owned();
        self.steps.push(Taken {
            step,
            version,
            at,
            by,
        });
    }
}

#[cfg(test)]
mod tests {
    use cheti_shared::status::reasons::Reason;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::certificate::tests::certificate;

    fn at() -> Timestamp {
        "2026-10-20T06:00:00Z".parse().unwrap()
    }

    #[test]
    fn what_does_not_hold_is_not_handed_out() {
        let mut hand_out = HandOut::none(certificate(1).batch);
        let mut ended = certificate(1);
        ended.end(Reason::Withdrawn).unwrap();
        let mut suspended = certificate(1);
        suspended.suspend(true).unwrap();
        let mut erased = certificate(1);
        erased.erased = Some(at());
        for refused in [ended, suspended, erased] {
            let result = hand_out.hand_out(&refused, at(), "jane");
            assert!(matches!(result, Err(HandOutError::DoesNotHold { .. })));
        }
        assert_eq!(hand_out.steps, []);
    }

    proptest! {
        #[test]
        fn a_paper_is_in_one_place_at_a_time(steps in prop::collection::vec(any::<bool>(), 0..20)) {
            let certificate = certificate(2);
            let mut hand_out = HandOut::none(certificate.batch.clone());
            let mut out = false;
            for step in steps {
                let result = match step {
                    true => hand_out.hand_out(&certificate, at(), "jane"),
                    false => hand_out.undo(&certificate.number, UndoReason::Misread, at(), "paul"),
                };
                prop_assert_eq!(result.is_ok(), step != out);
                out = if result.is_ok() { step } else { out };
                prop_assert_eq!(hand_out.standing().is_some(), out);
            }
            let handed = hand_out.steps.iter().filter(|taken| taken.step == Step::HandedOut).count();
            prop_assert_eq!(handed * 2 - usize::from(out), hand_out.steps.len());
        }
    }
}
