//! Statements: what an operator signs with their own key, so that four eyes are cryptography and not a flag.

use cheti_shared::did;
use cheti_shared::ids::Digest;
use cheti_shared::key::{PublicKey, Signer};
use cheti_shared::proof::{self, ProofError, ProofOptions};
use cheti_shared::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::operator::{Operator, OperatorId};

/// What the operator says about the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// "This batch is as I prepared it."
    Submit,
    /// "I have checked this batch; issue it."
    Approve,
    /// "Do not issue this batch."
    Reject,
    /// "This change should be made."
    Propose,
    /// "I have checked this change; make it."
    Confirm,
    /// "Do not make this change."
    Decline,
}

/// What is said, about what, by whom, when. The subject's digest covers everything that will be signed or done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement {
    #[serde(rename = "type")]
    kind: StatementType,
    /// What is said.
    pub act: Act,
    /// Digest of the batch or change.
    pub subject: Digest,
    /// Who says it.
    pub operator: OperatorId,
    /// When.
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum StatementType {
    ChetiStatement,
}

/// A statement with its operator's proof, as it is kept; nothing is promised until [`SignedStatement::check`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SignedStatement(Map<String, Value>);

/// Why a statement does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// The signature does not hold.
    #[error("the statement of operator {operator} does not bear that operator's signature")]
    Signature {
        /// The operator it names.
        operator: OperatorId,
        /// Why.
        #[source]
        source: ProofError,
    },
    /// Not shaped as a statement.
    #[error("the statement is malformed")]
    Malformed,
    /// It says something else, or about something else.
    #[error(
        "operator {operator} signed {found:?} about {digest}, which is not what is needed here"
    )]
    Other {
        /// The operator.
        operator: OperatorId,
        /// What it says.
        found: Act,
        /// About what.
        digest: Digest,
    },
    /// The operator was not active then.
    #[error("operator {operator} was not active at {at}")]
    NotActive {
        /// The operator.
        operator: OperatorId,
        /// When the statement was made.
        at: Timestamp,
    },
    /// One person twice.
    #[error("{operator} cannot do both: a different person must check what {operator} prepared")]
    SamePerson {
        /// The operator.
        operator: OperatorId,
    },
}

impl Statement {
    /// `operator` says `act` about `subject`.
    pub fn new(act: Act, subject: Digest, operator: &OperatorId, at: Timestamp) -> Self {
        Self {
            kind: StatementType::ChetiStatement,
            act,
            subject,
            operator: operator.clone(),
            at,
        }
    }

    /// Sign with the operator's key.
    pub fn sign(&self, signer: &dyn Signer) -> Result<SignedStatement, ProofError> {
        let Ok(Value::Object(document)) = serde_json::to_value(self) else {
            return Err(ProofError::Malformed("not an object"));
        };
        let verification_method = did::key::verification_method(&signer.public_key());
        let options = ProofOptions {
            created: self.at,
            verification_method,
        };
        proof::secure(document, &options, signer).map(SignedStatement)
    }
}

impl SignedStatement {
    /// What it claims to say.
    pub fn claim(&self) -> Result<Statement, StatementError> {
        let mut members = self.0.clone();
        members.remove("proof");
        serde_json::from_value(Value::Object(members)).map_err(|_| StatementError::Malformed)
    }

    /// Check that `operator` said `act` about `subject` with their own key while they were active.
    pub fn check(
        &self,
        act: Act,
        subject: Digest,
        operator: &Operator,
    ) -> Result<Statement, StatementError> {
        let claim = self.claim()?;
        if claim.operator != operator.id || claim.act != act || claim.subject != subject {
            let Statement {
                operator,
                act: found,
                subject: digest,
                ..
            } = claim;
            return Err(StatementError::Other {
                operator,
                found,
                digest,
            });
        }
        if !operator.may_sign_at(claim.at) {
            return Err(StatementError::NotActive {
                operator: claim.operator,
                at: claim.at,
            });
        }
        check_signature(&self.0, &operator.key).map_err(|source| StatementError::Signature {
            operator: operator.id.clone(),
            source,
        })?;
        Ok(claim)
    }
}

fn check_signature(document: &Map<String, Value>, key: &PublicKey) -> Result<(), ProofError> {
    proof::verify_single(document, &did::key::verification_method(key), key).map(|_| ())
}

/// Maker and checker must be two people: two names and two keys (THREATS 1).
pub fn two_people(maker: &Operator, checker: &Operator) -> Result<(), StatementError> {
    match maker.id == checker.id || maker.key == checker.key {
        true => Err(StatementError::SamePerson {
            operator: checker.id.clone(),
        }),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cheti_shared::key::SecretKey;

    fn operator(id: &str, seed: u8) -> (Operator, SecretKey) {
        let key = SecretKey::from_seed(&[seed; 32]);
        let added = "2026-01-01T00:00:00Z".parse().unwrap();
        let id = id.parse().unwrap();
        (
            Operator {
                id,
                name: "Jane".to_owned(),
                key: key.public_key(),
                added,
                roles: Default::default(),
                disabled: None,
            },
            key,
        )
    }

    #[test]
    fn only_the_operators_own_words_count() {
        let (jane, key) = operator("jane", 1);
        let (mallory, other_key) = operator("mallory", 2);
        let digest = Digest::of(b"batch");
        let at = "2026-10-01T00:00:00Z".parse().unwrap();
        let statement = Statement::new(Act::Submit, digest, &jane.id, at);
        let signed = statement.sign(&key).unwrap();
        assert_eq!(
            signed.check(Act::Submit, digest, &jane),
            Ok(statement.clone())
        );
        assert!(signed.check(Act::Approve, digest, &jane).is_err());
        assert!(
            signed
                .check(Act::Submit, Digest::of(b"other"), &jane)
                .is_err()
        );
        assert!(signed.check(Act::Submit, digest, &mallory).is_err());
        let forged = statement.sign(&other_key).unwrap();
        assert!(matches!(
            forged.check(Act::Submit, digest, &jane),
            Err(StatementError::Signature { .. })
        ));
        let gone = Operator {
            roles: Default::default(),
            disabled: Some("2026-09-01T00:00:00Z".parse().unwrap()),
            ..jane.clone()
        };
        assert!(matches!(
            signed.check(Act::Submit, digest, &gone),
            Err(StatementError::NotActive { .. })
        ));
    }

    #[test]
    fn two_names_with_one_key_are_one_person() {
        let (jane, _) = operator("jane", 1);
        let (alias, _) = operator("janet", 1);
        let (paul, _) = operator("paul", 2);
        assert!(two_people(&jane, &alias).is_err());
        assert!(two_people(&jane, &jane).is_err());
        assert!(two_people(&jane, &paul).is_ok());
    }
}
