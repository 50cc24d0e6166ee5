//! Changes that take two people: to a certificate, to the operators, to the API keys.

use std::collections::BTreeMap;
use std::fmt;

use cheti_shared::canon::jcs;
use cheti_shared::ids::{CredentialId, Digest, ListNumber, StatusIndex};
use cheti_shared::key::PublicKey;
use cheti_shared::status::reasons::Reason;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::api_key::Scope;
use super::batch::BatchId;
use super::certificate::{Certificate, StandingError};
use super::name::PersonName;
use super::operator::{Operator, OperatorId};
use super::role::Roles;
use super::statement::{Act, SignedStatement, StatementError, two_people};

/// Why a certificate ends, as an officer says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// The award was withdrawn.
    Withdrawn,
    /// It should never have been issued.
    IssuedInError,
}

impl From<RevocationReason> for Reason {
    fn from(reason: RevocationReason) -> Self {
        match reason {
            RevocationReason::Withdrawn => Self::Withdrawn,
            RevocationReason::IssuedInError => Self::IssuedInError,
        }
    }
}

/// What is done to each of many certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum Each {
    /// It ends for good.
    Revoke {
        /// Why.
        reason: RevocationReason,
    },
    /// It is suspended.
    Suspend,
    /// It is reinstated.
    Reinstate,
}

impl Each {
    /// Do it to a certificate; its place in the status list is to be set.
    pub fn apply(
        self,
        certificate: &mut Certificate,
    ) -> Result<(ListNumber, StatusIndex), StandingError> {
        match self {
            Self::Revoke { reason } => certificate.end(reason.into()),
            Self::Suspend => certificate.suspend(true),
            Self::Reinstate => certificate.suspend(false),
        }
    }

    /// The verb, as the journal has it.
    pub fn action(self) -> &'static str {
        match self {
            Self::Revoke { .. } => "certificate.revoke",
            Self::Suspend => "certificate.suspend",
            Self::Reinstate => "certificate.reinstate",
        }
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum What {
    /// End a certificate for good.
    Revoke {
        /// The certificate.
        credential: CredentialId,
        /// Why.
        reason: RevocationReason,
    },
    /// Suspend a certificate.
    Suspend {
        /// The certificate.
        credential: CredentialId,
    },
    /// Reinstate a suspended certificate.
    Reinstate {
        /// The certificate.
        credential: CredentialId,
    },
    /// Issue a certificate anew with other facts; the old version is superseded.
    Correct {
        /// The certificate.
        credential: CredentialId,
        /// The right name, when the name was wrong.
        name: Option<PersonName>,
        /// The right values of further fields.
        extras: BTreeMap<String, String>,
    },
    /// Add an operator.
    AddOperator {
        /// The short name.
        id: OperatorId,
        /// The person's name.
        name: String,
        /// The public half of their key.
        key: PublicKey,
        /// What they may do.
        #[serde(default, skip_serializing_if = "Roles::is_usual")]
        roles: Roles,
    },
    /// Give an operator other roles.
    SetRoles {
        /// The short name.
        id: OperatorId,
        /// What they may do from now on.
        roles: Roles,
    },
    /// Let an operator enrol another telephone at the console.
    ResetAccount {
        /// The short name.
        id: OperatorId,
    },
    /// Disable an operator.
    DisableOperator {
        /// The short name.
        id: OperatorId,
    },
    /// Add an API key.
    AddApiKey {
        /// Its id.
        id: String,
        /// What it is for.
        name: String,
        /// What it may do.
        scopes: Vec<Scope>,
        /// Digest of its secret.
        secret: Digest,
    },
    /// Remove an API key.
    RemoveApiKey {
        /// Its id.
        id: String,
    },
    /// End the certificates of a batch that nobody came for.
    Withdraw {
        /// The batch.
        batch: BatchId,
        /// The certificates.
        certificates: Vec<CredentialId>,
    },
    /// Revoke, suspend or reinstate many certificates.
    Many {
        /// What is done to each.
        each: Each,
        /// The certificates.
        certificates: Vec<CredentialId>,
    },
    /// Erase what a certificate says; its digests and standing stay.
    Erase {
        /// The certificate.
        credential: CredentialId,
        /// The digest of the batch without its graduate: what remains of what two people approved.
        remains: Digest,
    },
}

impl What {
    /// The verb, as the journal has it.
    pub fn action(&self) -> &'static str {
        match self {
            Self::Revoke { .. } => "certificate.revoke",
            Self::Suspend { .. } => "certificate.suspend",
            Self::Reinstate { .. } => "certificate.reinstate",
            Self::Correct { .. } => "certificate.correct",
            Self::AddOperator { .. } => "operator.add",
            Self::SetRoles { .. } => "operator.roles",
            Self::ResetAccount { .. } => "account.reset",
            Self::DisableOperator { .. } => "operator.disable",
            Self::AddApiKey { .. } => "api_key.add",
            Self::RemoveApiKey { .. } => "api_key.remove",
            Self::Withdraw { .. } => "certificate.withdraw",
            Self::Many { .. } => "certificate.many",
            Self::Erase { .. } => "registry.erase",
        }
    }

    /// Whether it is about who may do what, and not about a certificate.
    pub fn is_appointment(&self) -> bool {
        match self {
            Self::AddOperator { .. }
            | Self::SetRoles { .. }
            | Self::ResetAccount { .. }
            | Self::DisableOperator { .. }
            | Self::AddApiKey { .. }
            | Self::RemoveApiKey { .. } => true,
            Self::Revoke { .. }
            | Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::Correct { .. }
            | Self::Withdraw { .. }
            | Self::Many { .. }
            | Self::Erase { .. } => false,
        }
    }

    /// What it is done to: an id, never a name.
    pub fn about(&self) -> String {
        match self {
            Self::Revoke { credential, .. }
            | Self::Suspend { credential }
            | Self::Reinstate { credential }
            | Self::Correct { credential, .. }
            | Self::Erase { credential, .. } => credential.to_string(),
            Self::AddOperator { id, .. }
            | Self::SetRoles { id, .. }
            | Self::ResetAccount { id }
            | Self::DisableOperator { id } => id.to_string(),
            Self::AddApiKey { id, .. } | Self::RemoveApiKey { id } => id.clone(),
            Self::Withdraw { batch, .. } => batch.to_string(),
            Self::Many { certificates, .. } => format!("{} certificates", certificates.len()),
        }
    }

    /// The certificates that one proposal is about together; empty when it is about one, or about none.
    pub fn together(&self) -> &[CredentialId] {
        match self {
            Self::Withdraw { certificates, .. } | Self::Many { certificates, .. } => certificates,
            _ => &[],
        }
    }

    /// Whether it is about this certificate, alone or among others.
    pub fn concerns(&self, certificate: &CredentialId) -> bool {
        self.together().contains(certificate) || self.about() == certificate.to_string()
    }
}

/// Where a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// One officer proposes it.
    Proposed,
    /// A second officer confirmed it; it is done.
    Done,
    /// A second officer declined it.
    Declined,
}

/// A change with the statements of those who make it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its id: `c` and eight lower-case hexadecimal digits.
    pub id: String,
    /// What is to be done.
    pub what: What,
    /// The officer's note: why. Stays with the issuer; the journal holds a salted digest of it.
    pub note: String,
    /// The salt of the note's digest.
    pub salt: String,
    /// Where it stands.
    pub state: ChangeState,
    /// Who proposes it.
    pub proposed: SignedStatement,
    /// Who confirmed or declined it.
    pub decided: Option<SignedStatement>,
    /// How many of the certificates that it is about together it has passed: none is changed by it twice.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub passed: usize,
}

fn is_zero(passed: &usize) -> bool {
    *passed == 0
}

/// Why a change cannot take a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// It has been decided.
    #[error("change {0} has been decided already")]
    Decided(String),
    /// It has not been confirmed.
    #[error("change {0} has not been confirmed by a second person")]
    NotConfirmed(String),
    /// A statement does not count.
    #[error(transparent)]
    Statement(#[from] StatementError),
}

/// The digest that both people sign: id, what and note.
pub fn digest(id: &str, what: &What, note: &str) -> Digest {
    let everything = json!({"id": id, "what": what, "note": note});
    Digest::tagged("cheti/change/1", &jcs::canonicalize(&everything))
}

impl Change {
    /// The digest that both people sign.
    pub fn digest(&self) -> Digest {
        digest(&self.id, &self.what, &self.note)
    }

    /// A digest of the note for the journal; the salt keeps a short note from being guessed.
    pub fn note_digest(&self) -> Digest {
        Digest::tagged(
            "cheti/note/1",
            format!("{}\0{}", self.salt, self.note).as_bytes(),
        )
    }

    /// One officer proposes.
    pub fn check_proposal(&self, by: &Operator) -> Result<(), ChangeError> {
        self.proposed.check(Act::Propose, self.digest(), by)?;
        Ok(())
    }

    /// Check once more that two different people signed for a change that is done.
    pub fn check_confirmed(&self, maker: &Operator, checker: &Operator) -> Result<(), ChangeError> {
        let confirmed = self.decided.as_ref();
        let confirmed = confirmed.filter(|_| self.state == ChangeState::Done);
        let confirmed = confirmed.ok_or_else(|| ChangeError::NotConfirmed(self.id.clone()))?;
        two_people(maker, checker)?;
        self.check_proposal(maker)?;
        confirmed.check(Act::Confirm, self.digest(), checker)?;
        Ok(())
    }

    /// A different officer confirms or declines.
    pub fn decide(
        &mut self,
        statement: SignedStatement,
        maker: &Operator,
        by: &Operator,
    ) -> Result<(), ChangeError> {
        if self.state != ChangeState::Proposed {
            return Err(ChangeError::Decided(self.id.clone()));
        }
        two_people(maker, by)?;
        self.check_proposal(maker)?;
        let act = statement.claim()?.act;
        self.state = match act {
            Act::Confirm => ChangeState::Done,
            _ => ChangeState::Declined,
        };
        let wanted = if self.state == ChangeState::Done {
            Act::Confirm
        } else {
            Act::Decline
        };
        statement.check(wanted, self.digest(), by)?;
        self.decided = Some(statement);
        Ok(())
    }
}

impl fmt::Display for What {
    /// For the second officer to read before confirming.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revoke { credential, reason } => {
                write!(f, "revoke certificate {credential} for good ({reason:?})")
            }
            Self::Suspend { credential } => write!(f, "suspend certificate {credential}"),
            Self::Reinstate { credential } => write!(f, "reinstate certificate {credential}"),
            Self::Correct {
                credential,
                name,
                extras,
            } => {
                write!(f, "correct certificate {credential}:")?;
                if let Some(name) = name {
                    write!(f, " name to \"{name}\"")?;
                }
                extras
                    .iter()
                    .try_for_each(|(key, value)| write!(f, " {key} to \"{value}\""))
            }
            Self::AddOperator {
                id,
                name,
                key,
                roles,
            } => write!(
                f,
                "add operator {id} ({name}) as {roles}, key fingerprint {}",
                key.fingerprint()
            ),
            Self::SetRoles { id, roles } => write!(f, "make operator {id} {roles}"),
            Self::ResetAccount { id } => {
                write!(
                    f,
                    "let operator {id} enrol another telephone at the console"
                )
            }
            Self::DisableOperator { id } => write!(f, "disable operator {id}"),
            Self::AddApiKey {
                id, name, scopes, ..
            } => write!(f, "add API key {id} ({name}) with scopes {scopes:?}"),
            Self::RemoveApiKey { id } => write!(f, "remove API key {id}"),
            Self::Withdraw {
                batch,
                certificates,
            } => write!(
                f,
                "withdraw {} certificates of batch {batch} that nobody came for",
                certificates.len()
            ),
            Self::Many { each, certificates } => {
                let count = certificates.len();
                match each {
                    Each::Revoke { reason } => {
                        write!(f, "revoke {count} certificates for good ({reason:?}):")?;
                    }
                    Each::Suspend => write!(f, "suspend {count} certificates:")?,
                    Each::Reinstate => write!(f, "reinstate {count} certificates:")?,
                }
                certificates.iter().try_for_each(|id| write!(f, " {id}"))
            }
            Self::Erase { credential, .. } => write!(
                f,
                "erase what certificate {credential} says for good; its standing stays"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::tests::operator;
    use super::super::statement::Statement;
    use super::*;

    #[test]
    fn a_change_takes_two_people_and_is_decided_once() {
        let (jane, paul) = (operator("jane", 1), operator("paul", 2));
        let what = What::Suspend {
            credential: CredentialId::from_random([1; 16]),
        };
        let digest = digest("c01020304", &what, "lost");
        let at = "2026-10-02T00:00:00Z".parse().unwrap();
        let sign = |act, by: &(Operator, cheti_shared::key::SecretKey)| {
            Statement::new(act, digest, &by.0.id, at)
                .sign(&by.1)
                .unwrap()
        };
        let change = Change {
            id: "c01020304".to_owned(),
            what,
            note: "lost".to_owned(),
            salt: "s".to_owned(),
            state: ChangeState::Proposed,
            proposed: sign(Act::Propose, &jane),
            decided: None,
            passed: 0,
        };
        let mut own = change.clone();
        assert!(
            own.decide(sign(Act::Confirm, &jane), &jane.0, &jane.0)
                .is_err()
        );
        let mut wrong_act = change.clone();
        assert!(
            wrong_act
                .decide(sign(Act::Approve, &paul), &jane.0, &paul.0)
                .is_err()
        );
        let mut edited = Change {
            note: "found".to_owned(),
            ..change.clone()
        };
        assert!(
            edited
                .decide(sign(Act::Confirm, &paul), &jane.0, &paul.0)
                .is_err()
        );
        let mut good = change.clone();
        good.decide(sign(Act::Confirm, &paul), &jane.0, &paul.0)
            .unwrap();
        assert_eq!(good.state, ChangeState::Done);
        assert!(
            good.decide(sign(Act::Decline, &paul), &jane.0, &paul.0)
                .is_err()
        );
        let mut declined = change;
        declined
            .decide(sign(Act::Decline, &paul), &jane.0, &paul.0)
            .unwrap();
        assert_eq!(declined.state, ChangeState::Declined);
    }
}
