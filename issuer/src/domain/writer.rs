//! One writer: of all copies of a store, at most one may be written.
//!
//! Headquarters lends the right to write to a copy on the venue's laptop and takes it back afterwards. The steps are in
//! such an order that after each of them, and so after a crash between any two, no more than one copy may write: the copy
//! waits until headquarters has stopped, and headquarters waits until the copy has.

use serde::{Deserialize, Serialize};

/// Whether a copy may be written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "standing")]
pub enum Standing {
    /// It may: it is the only one.
    #[default]
    Home,
    /// It may not: the copy with this token may, or will.
    Lent {
        /// Names the loan.
        token: String,
    },
    /// It may not yet: it was made for a loan that has not begun.
    Waiting {
        /// Names the loan.
        token: String,
    },
    /// It may, on loan.
    OnLoan {
        /// Names the loan.
        token: String,
    },
    /// It may not any more: it was brought home.
    Returned {
        /// Names the loan.
        token: String,
    },
}

/// Which copy this is of its store, and in which epoch; each passing of the right to write begins another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// Counts the times that the right to write was passed on.
    pub epoch: u64,
    /// Whether this copy may be written.
    pub standing: Standing,
}

/// Why the right to write is not passed on, or a copy is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriterError {
    /// This copy may not be written.
    #[error("this copy is read-only: {why}")]
    ReadOnly {
        /// Why.
        why: &'static str,
    },
    /// It cannot be lent.
    #[error("this copy cannot be handed over: {why}")]
    CannotLend {
        /// Why.
        why: &'static str,
    },
    /// The two copies do not belong together.
    #[error("these two copies do not belong to one handover: nothing was taken from either")]
    NotThisLoan,
    /// Something was written while the copy was made.
    #[error("something was written while the copy was made; hand over again")]
    WrittenMeanwhile,
    /// The journal of one does not continue that of the other.
    #[error("the journal of the copy does not continue the one here: nothing was taken from it")]
    OtherJournal,
}

impl Writer {
    /// Why the copy may not be written, if it may not.
    pub fn check(&self) -> Result<(), WriterError> {
        let why = match self.standing {
            Standing::Home | Standing::OnLoan { .. } => return Ok(()),
            Standing::Lent { .. } => {
                "another copy writes; `cheti-issuer sync FOLDER` brings it home"
            }
            Standing::Waiting { .. } => {
                "its handover was not finished; run `cheti-issuer handover` for it again"
            }
            Standing::Returned { .. } => "it was brought home",
        };
        Err(WriterError::ReadOnly { why })
    }

    /// How a copy made for the loan `token` stands until the loan begins.
    pub fn copy_for(&self, token: &str) -> Result<Self, WriterError> {
        match self.standing {
            Standing::Home => Ok(self.standing_as(Standing::Waiting {
                token: token.to_owned(),
            })),
            Standing::OnLoan { .. } => Err(WriterError::CannotLend {
                why: "it is on loan itself; bring it home first",
            }),
            _ => Err(WriterError::CannotLend {
                why: "it may not be written itself",
            }),
        }
    }

    /// The loan begins: this copy stops, the waiting one may start.
    pub fn lend_to(&self, waiting: &Self) -> Result<Self, WriterError> {
        match (&self.standing, &waiting.standing) {
            (Standing::Home, Standing::Waiting { token }) if waiting.epoch == self.epoch => {
                Ok(self
                    .standing_as(Standing::Lent {
                        token: token.clone(),
                    })
                    .next())
            }
            _ => Err(WriterError::NotThisLoan),
        }
    }

    /// A copy that waits starts, once `lender` has stopped for it.
    pub fn start(&self, lender: &Self) -> Result<Self, WriterError> {
        match (&self.standing, &lender.standing) {
            (Standing::Waiting { token }, Standing::Lent { token: lent }) if token == lent => {
                Ok(self
                    .standing_as(Standing::OnLoan {
                        token: token.clone(),
                    })
                    .next())
            }
            _ => Err(WriterError::NotThisLoan),
        }
    }

    /// Whether the right to write was lent to this copy, and it has started.
    pub fn is_lent_to(&self, copy: &Self) -> bool {
        match (&self.standing, &copy.standing) {
            (Standing::Lent { token: lent }, Standing::OnLoan { token }) => lent == token,
            _ => false,
        }
    }

    /// A copy on loan to `lender` stops for good; one that has stopped stays so.
    pub fn give_back(&self, lender: &Self) -> Result<Self, WriterError> {
        match (&self.standing, &lender.standing) {
            (
                Standing::OnLoan { token } | Standing::Returned { token },
                Standing::Lent { token: lent },
            ) if token == lent => Ok(self.standing_as(Standing::Returned {
                token: token.clone(),
            })),
            _ => Err(WriterError::NotThisLoan),
        }
    }

    /// The lender may be written again, once the copy that it lent to has stopped.
    pub fn take_back(&self, returned: &Self) -> Result<Self, WriterError> {
        match (&self.standing, &returned.standing) {
            (Standing::Lent { token: lent }, Standing::Returned { token }) if token == lent => {
                Ok(self.standing_as(Standing::Home).next())
            }
            _ => Err(WriterError::NotThisLoan),
        }
    }

    fn standing_as(&self, standing: Standing) -> Self {
        let epoch = self.epoch;
        Self { epoch, standing }
    }

    fn next(mut self) -> Self {
        self.epoch += 1;
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// In no order of steps, taken between whatever copies, crashed after whichever, do two copies write.
        #[test]
        fn two_copies_never_write(steps in prop::collection::vec((0..5_u8, 0..6_usize, 0..6_usize), 0..60)) {
            let mut copies = vec![Writer::default()];
            let mut loans = 0;
            for (step, one, other) in steps {
                let (one, other) = (one % copies.len(), other % copies.len());
                let (here, there) = (copies[one].clone(), copies[other].clone());
                let _ = match step {
                    0 => here.copy_for(&format!("loan-{loans}")).map(|copy| {
                        loans += 1;
                        copies.push(copy);
                    }),
                    1 => here.lend_to(&there).map(|lent| copies[one] = lent),
                    2 => here.start(&there).map(|started| copies[one] = started),
                    3 => here.give_back(&there).map(|returned| copies[one] = returned),
                    _ => here.take_back(&there).map(|home| copies[one] = home),
                };
                let writers = copies.iter().filter(|copy| copy.check().is_ok()).count();
                prop_assert!(writers <= 1, "{copies:?}");
            }
        }
    }

    #[test]
    fn a_loan_goes_out_and_comes_home() {
        let home = Writer::default();
        let waiting = home.copy_for("a").unwrap();
        assert!(waiting.check().is_err() && home.check().is_ok());
        assert!(waiting.start(&home).is_err(), "headquarters still writes");
        let lent = home.lend_to(&waiting).unwrap();
        let venue = waiting.start(&lent).unwrap();
        assert!(lent.check().is_err() && venue.check().is_ok());
        assert!(venue.copy_for("b").is_err() && lent.copy_for("b").is_err());
        assert!(lent.take_back(&venue).is_err(), "the venue still writes");
        let returned = venue.give_back(&lent).unwrap();
        assert_eq!(returned.give_back(&lent).as_ref(), Ok(&returned));
        let again = lent.take_back(&returned).unwrap();
        assert_eq!((again.check(), again.epoch), (Ok(()), 2));
        assert!(
            again.take_back(&returned).is_err(),
            "what came home once does not come again"
        );
    }
}
