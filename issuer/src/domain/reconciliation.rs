//! Reconciliation: every certificate of a batch accounted for, exactly once (THREATS 1).

use cheti_shared::ids::CredentialId;
use serde::Serialize;

use super::hand_out::Closing;
use super::search::State;

/// Where a prepared certificate ended up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// It was prepared and not issued.
    NotIssued,
    /// It holds, and its paper is in the graduate's hands.
    HandedOut,
    /// It holds, and nobody came for its paper.
    NotHandedOut,
    /// It was withdrawn or was issued in error.
    Withdrawn,
}

/// What is known of one prepared certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The row in the batch, from 0.
    pub row: u32,
    /// The credential's id, once it is planned.
    pub id: Option<CredentialId>,
    /// The certificate number, once it is issued.
    pub number: Option<String>,
    /// How it stands, once it is issued.
    pub state: Option<State>,
    /// How many versions were issued.
    pub versions: u32,
    /// Whether its paper is in somebody's hands.
    pub handed_out: bool,
}

impl Line {
    /// Where it ended up.
    pub fn account(&self) -> Account {
        match (self.state, self.handed_out) {
            (None, _) => Account::NotIssued,
            (Some(State::Revoked), _) => Account::Withdrawn,
            (Some(_), true) => Account::HandedOut,
            (Some(_), false) => Account::NotHandedOut,
        }
    }
}

/// The sums of a batch. The first is that of the next four.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// Graduates in the approved batch.
    pub prepared: u32,
    /// Not issued.
    pub not_issued: u32,
    /// Handed out.
    pub handed_out: u32,
    /// Not handed out.
    pub not_handed_out: u32,
    /// Withdrawn.
    pub withdrawn: u32,
    /// Of those withdrawn, the ones whose paper is still in somebody's hands.
    pub withdrawn_after_hand_out: u32,
    /// Of all, those issued in more than one version.
    pub corrected: u32,
    /// Of all, those suspended.
    pub suspended: u32,
    /// Of all, those erased.
    pub erased: u32,
    /// How the ceremony was closed.
    pub closing: Option<Closing>,
    /// What does not add up, in words; nothing in a store that nobody altered.
    pub discrepancies: Vec<String>,
    /// Every prepared certificate, in the roster's order.
    pub lines: Vec<Line>,
}

impl Reconciliation {
    /// Add up. `prepared` is what two people approved.
    pub fn of(prepared: u32, lines: Vec<Line>, closing: Option<Closing>) -> Self {
        let mut sums = Self {
            prepared,
            closing,
            ..Self::default()
        };
        for (row, line) in (0_u32..).zip(&lines) {
            *match line.account() {
                Account::NotIssued => &mut sums.not_issued,
                Account::HandedOut => &mut sums.handed_out,
                Account::NotHandedOut => &mut sums.not_handed_out,
                Account::Withdrawn => &mut sums.withdrawn,
            } += 1;
            let after = line.account() == Account::Withdrawn && line.handed_out;
            sums.withdrawn_after_hand_out += u32::from(after);
            sums.corrected += u32::from(line.versions > 1);
            sums.suspended += u32::from(line.state == Some(State::Suspended));
            sums.erased += u32::from(line.state == Some(State::Erased));
            if line.row != row {
                let words = format!("row {} stands where row {row} belongs", line.row);
                sums.discrepancies.push(words);
            }
            if line.handed_out && line.state.is_none() {
                let words = format!("row {row} was handed out and never issued");
                sums.discrepancies.push(words);
            }
        }
        if lines.len() != usize::try_from(prepared).unwrap_or(usize::MAX) {
            let words = format!("{prepared} were approved, {} are here", lines.len());
            sums.discrepancies.push(words);
        }
        sums.lines = lines;
        sums
    }

    /// The lines of one account.
    pub fn of_account(&self, account: Account) -> impl Iterator<Item = &Line> {
        let is = move |line: &&Line| line.account() == account;
        self.lines.iter().filter(is)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn line() -> impl Strategy<Value = Line> {
        let states = [
            None,
            Some(State::Good),
            Some(State::Suspended),
            Some(State::Revoked),
            Some(State::Corrected),
            Some(State::Erased),
        ];
        let parts = (
            prop::sample::select(states.to_vec()),
            1..4_u32,
            any::<bool>(),
        );
        parts.prop_map(|(state, versions, handed_out)| Line {
            row: 0,
            id: None,
            number: None,
            state,
            versions,
            handed_out: handed_out && state.is_some(),
        })
    }

    proptest! {
        /// THREATS 1: whatever happened to it, a certificate is in exactly one account.
        #[test]
        fn every_certificate_is_accounted_for_once(mut lines in prop::collection::vec(line(), 0..40)) {
            for (row, line) in (0..).zip(&mut lines) {
                line.row = row;
            }
            let prepared = u32::try_from(lines.len()).unwrap();
            let sums = Reconciliation::of(prepared, lines, None);
            prop_assert_eq!(&sums.discrepancies, &Vec::<String>::new());
            let total = sums.not_issued + sums.handed_out + sums.not_handed_out + sums.withdrawn;
            prop_assert_eq!(total, prepared);
            let accounts = [Account::NotIssued, Account::HandedOut, Account::NotHandedOut, Account::Withdrawn];
            let mut seen = BTreeSet::new();
            for account in accounts {
                for line in sums.of_account(account) {
                    prop_assert!(seen.insert(line.row));
                }
            }
            prop_assert_eq!(seen.len(), sums.lines.len());
        }
    }

    #[test]
    fn a_certificate_too_few_or_too_many_is_told() {
        let one = Line {
            row: 0,
            id: None,
            number: None,
            state: None,
            versions: 0,
            handed_out: false,
        };
        let twice = vec![one.clone(), one.clone()];
        assert_eq!(Reconciliation::of(2, twice, None).discrepancies.len(), 1);
        let none = Reconciliation::of(1, Vec::new(), None);
        assert_eq!(none.discrepancies, ["1 were approved, 0 are here"]);
        let ghost = Line {
            handed_out: true,
            ..one
        };
        assert_eq!(
            Reconciliation::of(1, vec![ghost], None).discrepancies.len(),
            1
        );
    }
}
