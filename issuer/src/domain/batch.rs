//! Batches: a cohort's graduates on their way from a roster to signed certificates.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use cheti_shared::canon::jcs;
use cheti_shared::ids::Digest;
use cheti_shared::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::name::PersonName;
use super::operator::Operator;
use super::roster::Flag;
use super::statement::{Act, SignedStatement, StatementError, two_people};

/// A batch's id: `b` and eight lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchId(String);

impl BatchId {
    /// The id made of four random octets.
    pub fn from_random(octets: [u8; 4]) -> Self {
        Self(format!("b{:08x}", u32::from_be_bytes(octets)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is no batch id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no batch id: one looks like b1a2b3c4d; `batch list` shows them")]
pub struct NotABatchId(String);

impl FromStr for BatchId {
    type Err = NotABatchId;

    fn from_str(text: &str) -> Result<Self, NotABatchId> {
        let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        let digits = text
            .strip_prefix('b')
            .filter(|rest| rest.len() == 8 && rest.bytes().all(hex));
        digits
            .map(|_| Self(text.to_owned()))
            .ok_or_else(|| NotABatchId(text.chars().take(40).collect()))
    }
}

/// One graduate of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graduate {
    /// The line of the roster.
    pub line: u32,
    /// The name to be signed.
    pub name: PersonName,
    /// The staff number, kept with the issuer; not in the credential.
    pub staff_number: Option<String>,
    /// The course's further fields by key.
    pub extras: BTreeMap<String, String>,
}

impl Graduate {
    /// What stays of a graduate who was erased: the line of the roster.
    pub fn erased(&self) -> Self {
        Self {
            line: self.line,
            name: PersonName::erased(),
            staff_number: None,
            extras: BTreeMap::new(),
        }
    }
}

/// Where a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// Imported; nobody has vouched for it.
    Imported,
    /// One officer has submitted it.
    Submitted,
    /// A second officer has approved it.
    Approved,
    /// A second officer has rejected it; import a corrected roster.
    Rejected,
    /// Planned: ids, numbers and times are fixed; signing may be under way.
    Issuing,
    /// Every certificate is signed and kept.
    Issued,
}

impl fmt::Display for BatchState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Imported => "imported",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Issuing => "issuing",
            Self::Issued => "issued",
        })
    }
}

/// A batch, without its graduates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// The course's code.
    pub course: String,
    /// The template that will be filled.
    pub template: Digest,
    /// What it is printed with: the digest of a print kit, or, in batches older than kits, the name `formal`.
    pub design: String,
    /// The cohort, as printed.
    pub cohort: String,
    /// The award's date.
    pub award_date: Date,
    /// From when on the certificates hold.
    pub valid_from: Timestamp,
    /// How many graduates.
    pub graduates: u32,
    /// Digest over everything that will be signed or printed.
    pub digest: Digest,
    /// When it was imported.
    pub imported: Timestamp,
    /// Hints for the checker.
    pub flags: Vec<Flag>,
    /// Where it stands.
    pub state: BatchState,
    /// Who submitted it.
    pub submitted: Option<SignedStatement>,
    /// Who approved or rejected it.
    pub decided: Option<SignedStatement>,
    /// Why it was rejected.
    pub rejection: Option<String>,
}

/// Why a batch cannot take a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// It stands elsewhere.
    #[error("batch {batch} is {state}; it must be {wanted} for this")]
    State {
        /// The batch.
        batch: BatchId,
        /// Where it stands.
        state: BatchState,
        /// Where it would have to stand.
        wanted: &'static str,
    },
    /// A statement does not count.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The stored graduates are not those that were approved.
    #[error("batch {batch} no longer is what was submitted: its digest is {found}, not {wanted}")]
    Digest {
        /// The batch.
        batch: BatchId,
        /// The digest of what is stored.
        found: Digest,
        /// The digest that was signed.
        wanted: Digest,
    },
}

impl Batch {
    /// SHA-256, with a domain tag, over the JCS of everything that will be signed or printed.
    pub fn digest_of(&self, graduates: &[Graduate]) -> Digest {
        let rows: Vec<_> = graduates
            .iter()
            .map(|graduate| json!([graduate.name, graduate.staff_number, graduate.extras]))
            .collect();
        let everything = json!({
            "template": self.template,
            "design": self.design,
            "course": self.course,
            "cohort": self.cohort,
            "awardDate": self.award_date,
            "validFrom": self.valid_from,
            "rows": rows,
        });
        Digest::tagged("cheti/batch/1", &jcs::canonicalize(&everything))
    }

    fn expect(&self, states: &[BatchState], wanted: &'static str) -> Result<(), BatchError> {
        match states.contains(&self.state) {
            true => Ok(()),
            false => Err(BatchError::State {
                batch: self.id.clone(),
                state: self.state,
                wanted,
            }),
        }
    }

    /// One officer submits.
    pub fn submit(&mut self, statement: SignedStatement, by: &Operator) -> Result<(), BatchError> {
        self.expect(&[BatchState::Imported], "imported")?;
        statement.check(Act::Submit, self.digest, by)?;
        self.submitted = Some(statement);
        self.state = BatchState::Submitted;
        Ok(())
    }

    /// A different officer approves.
    pub fn approve(
        &mut self,
        statement: SignedStatement,
        maker: &Operator,
        by: &Operator,
    ) -> Result<(), BatchError> {
        self.expect(&[BatchState::Submitted], "submitted")?;
        two_people(maker, by)?;
        statement.check(Act::Approve, self.digest, by)?;
        self.decided = Some(statement);
        self.state = BatchState::Approved;
        Ok(())
    }

    /// A different officer rejects, with a reason.
    pub fn reject(
        &mut self,
        statement: SignedStatement,
        maker: &Operator,
        by: &Operator,
        reason: &str,
    ) -> Result<(), BatchError> {
        self.expect(&[BatchState::Submitted], "submitted")?;
        two_people(maker, by)?;
        statement.check(Act::Reject, self.digest, by)?;
        self.decided = Some(statement);
        self.rejection = Some(reason.to_owned());
        self.state = BatchState::Rejected;
        Ok(())
    }

    /// The digest of the kit that it is printed with; none for a batch older than kits.
    pub fn kit(&self) -> Option<Digest> {
        self.design.parse().ok()
    }

    /// Whether there is something to print.
    pub fn check_issued(&self) -> Result<(), BatchError> {
        self.expect(&[BatchState::Issued], "issued")
    }

    /// Whether issuing may begin or go on.
    pub fn check_may_issue(&self) -> Result<(), BatchError> {
        self.expect(&[BatchState::Approved, BatchState::Issuing], "approved")
    }

    /// Check everything again before a signature is made or a page is printed: the stored graduates and the kit are the ones
    /// that two different people signed for with their own keys.
    pub fn check_approval(
        &self,
        graduates: &[Graduate],
        maker: &Operator,
        checker: &Operator,
    ) -> Result<(), BatchError> {
        self.expect(
            &[
                BatchState::Approved,
                BatchState::Issuing,
                BatchState::Issued,
            ],
            "approved",
        )?;
        let found = self.digest_of(graduates);
        if found != self.digest {
            return Err(BatchError::Digest {
                batch: self.id.clone(),
                found,
                wanted: self.digest,
            });
        }
        self.check_statements(maker, checker)
    }

    /// Check that two different people signed for the batch's digest, without looking at what it is the digest of.
    pub fn check_statements(&self, maker: &Operator, checker: &Operator) -> Result<(), BatchError> {
        two_people(maker, checker)?;
        let missing = StatementError::Malformed;
        let submitted = self.submitted.as_ref().ok_or_else(|| missing.clone())?;
        let decided = self.decided.as_ref().ok_or(missing)?;
        submitted.check(Act::Submit, self.digest, maker)?;
        decided.check(Act::Approve, self.digest, checker)?;
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use cheti_shared::key::SecretKey;
    use proptest::prelude::*;

    use super::super::statement::Statement;
    use super::*;

    pub(crate) fn operator(id: &str, seed: u8) -> (Operator, SecretKey) {
        use cheti_shared::key::Signer as _;
        let key = SecretKey::from_seed(&[seed; 32]);
        let added = "2026-01-01T00:00:00Z".parse().unwrap();
        let operator = Operator {
            id: id.parse().unwrap(),
            name: id.to_owned(),
            key: key.public_key(),
            added,
            roles: Default::default(),
            disabled: None,
        };
        (operator, key)
    }

    fn graduates() -> Vec<Graduate> {
        ["Wanjikũ Kamau", "Amina Hassan"]
            .map(|name| Graduate {
                line: 2,
                name: PersonName::parse(name).unwrap(),
                staff_number: None,
                extras: BTreeMap::new(),
            })
            .to_vec()
    }

    fn batch() -> Batch {
        let mut batch = Batch {
            id: BatchId::from_random([1, 2, 3, 4]),
            course: "ACT".to_owned(),
            template: Digest::of(b"template"),
            design: "formal".to_owned(),
            cohort: "Cohort 7".to_owned(),
            award_date: "2026-10-16".parse().unwrap(),
            valid_from: "2026-10-15T21:00:00Z".parse().unwrap(),
            graduates: 2,
            digest: Digest::of(b""),
            imported: "2026-10-01T00:00:00Z".parse().unwrap(),
            flags: Vec::new(),
            state: BatchState::Imported,
            submitted: None,
            decided: None,
            rejection: None,
        };
        batch.digest = batch.digest_of(&graduates());
        batch
    }

    fn sign(act: Act, batch: &Batch, by: &(Operator, SecretKey)) -> SignedStatement {
        let at = "2026-10-02T00:00:00Z".parse().unwrap();
        Statement::new(act, batch.digest, &by.0.id, at)
            .sign(&by.1)
            .unwrap()
    }

    #[test]
    fn everything_signed_or_printed_is_in_the_digest() {
        let original = batch();
        let edits: [fn(&mut Batch); 6] = [
            |b| b.template = Digest::of(b"other"),
            |b| b.design = "modern".to_owned(),
            |b| b.course = "BCT".to_owned(),
            |b| b.cohort = "Cohort 8".to_owned(),
            |b| b.award_date = "2026-10-17".parse().unwrap(),
            |b| b.valid_from = "2026-10-16T21:00:00Z".parse().unwrap(),
        ];
        for (i, edit) in edits.iter().enumerate() {
            let mut edited = original.clone();
            edit(&mut edited);
            assert_ne!(edited.digest_of(&graduates()), original.digest, "edit {i}");
        }
        let mut rows = graduates();
        rows.swap(0, 1);
        assert_ne!(original.digest_of(&rows), original.digest);
        assert_ne!(original.digest_of(&rows[..1]), original.digest);
    }

    #[test]
    fn a_row_changed_after_approval_is_not_issued() {
        let (jane, paul) = (operator("jane", 1), operator("paul", 2));
        let mut batch = batch();
        batch
            .submit(sign(Act::Submit, &batch, &jane), &jane.0)
            .unwrap();
        batch
            .approve(sign(Act::Approve, &batch, &paul), &jane.0, &paul.0)
            .unwrap();
        assert_eq!(batch.check_approval(&graduates(), &jane.0, &paul.0), Ok(()));
        let mut rows = graduates();
        rows[1].name = PersonName::parse("A Friend").unwrap();
        let refused = batch.check_approval(&rows, &jane.0, &paul.0);
        assert!(matches!(refused, Err(BatchError::Digest { .. })));
        batch.digest = batch.digest_of(&rows);
        assert!(matches!(
            batch.check_approval(&rows, &jane.0, &paul.0),
            Err(BatchError::Statement(_))
        ));
    }

    proptest! {
        /// THREATS 1: in no order of calls, with no mix of statements, does one person take a batch to approved.
        #[test]
        fn maker_is_never_checker(calls in prop::collection::vec((0..3_usize, 0..3_usize, 0..3_usize, 0..3_usize), 0..12)) {
            let people = [operator("jane", 1), operator("paul", 2), operator("jane-alias", 1)];
            let mut batch = batch();
            let mut maker = 0;
            for (call, signer, claimed, act) in calls {
                let act = [Act::Submit, Act::Approve, Act::Reject][act];
                let statement = sign(act, &batch, &people[signer]);
                match call {
                    0 => {
                        if batch.submit(statement, &people[claimed].0).is_ok() {
                            maker = claimed;
                        }
                    }
                    1 => { let _ = batch.approve(statement, &people[maker].0, &people[claimed].0); }
                    _ => { let _ = batch.reject(statement, &people[maker].0, &people[claimed].0, "why"); }
                }
            }
            if batch.state == BatchState::Approved {
                let maker = batch.submitted.clone().unwrap().claim().unwrap().operator;
                let checker = batch.decided.clone().unwrap().claim().unwrap().operator;
                let key = |id| people.iter().find(|p| p.0.id == id).unwrap().0.key;
                prop_assert_ne!(key(maker), key(checker));
            }
        }
    }
}
