//! What an operator may do: roles, and the permissions that they come to.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A role. An operator may have several, but who manages operators does not approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Prepares: rosters, batches, corrections, the check-in at the ceremony.
    Registrar,
    /// Approves and revokes what another prepared.
    Approver,
    /// Reads everything, changes nothing.
    Auditor,
    /// Manages operators, API keys and courses.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [
        Self::Registrar,
        Self::Approver,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Registrar => "registrar",
            Self::Approver => "approver",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no role: registrar, approver, auditor or administrator")]
pub struct NotARole(String);

impl FromStr for Role {
    type Err = NotARole;

    fn from_str(text: &str) -> Result<Self, NotARole> {
        let mut all = Self::ALL.into_iter();
        let role = all.find(|role| role.name() == text);
        role.ok_or_else(|| NotARole(text.chars().take(40).collect()))
    }
}

/// An operator's roles, at least one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeSet<Role>", into = "BTreeSet<Role>")]
pub struct Roles(BTreeSet<Role>);

/// Roles that nobody may have together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRoles {
    /// None at all.
    #[error("an operator has at least one role")]
    None,
    /// Who appoints operators must not approve too: one person could then appoint a second self.
    #[error("an administrator cannot be an approver as well")]
    AdministratorApproves,
}

impl Roles {
    /// These roles.
    pub fn new(roles: impl IntoIterator<Item = Role>) -> Result<Self, BadRoles> {
        let roles: BTreeSet<Role> = roles.into_iter().collect();
        if roles.is_empty() {
            return Err(BadRoles::None);
        }
        match roles.contains(&Role::Administrator) && roles.contains(&Role::Approver) {
            true => Err(BadRoles::AdministratorApproves),
            false => Ok(Self(roles)),
        }
    }

    /// Whether this is one of them.
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Each of them.
    pub fn each(&self) -> impl Iterator<Item = Role> {
        self.0.iter().copied()
    }

    /// Whether these roles are those of operators that were given none.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for Roles {
    /// An officer who prepares what others approve, and approves what others prepared: what every operator was before
    /// there were roles.
    fn default() -> Self {
        Self([Role::Registrar, Role::Approver].into())
    }
}

impl TryFrom<BTreeSet<Role>> for Roles {
    type Error = BadRoles;

    fn try_from(roles: BTreeSet<Role>) -> Result<Self, BadRoles> {
        Self::new(roles)
    }
}

impl From<Roles> for BTreeSet<Role> {
    fn from(roles: Roles) -> Self {
        roles.0
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.each().map(Role::name).collect();
        f.write_str(&names.join(", "))
    }
}

/// A kind of act that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Look at everything, names included.
    Read,
    /// Upload and mend rosters, submit batches, issue what was approved, print.
    Prepare,
    /// Approve or reject a batch.
    Approve,
    /// Propose a change to a certificate.
    Propose,
    /// Confirm or decline a change to a certificate.
    Confirm,
    /// Record at the ceremony what was handed out.
    HandOut,
    /// Propose a change to operators or API keys.
    Appoint,
    /// Confirm or decline a change to operators or API keys.
    ConfirmAppointment,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Prepare,
        Self::Approve,
        Self::Propose,
        Self::Confirm,
        Self::HandOut,
        Self::Appoint,
        Self::ConfirmAppointment,
    ];

    /// The roles that have it.
    pub fn roles(self) -> &'static [Role] {
        use Role::{Administrator, Approver, Registrar};
        match self {
            Self::Read => &Role::ALL,
            Self::Prepare => &[Registrar],
            Self::Approve | Self::Confirm => &[Approver],
            Self::Propose | Self::HandOut => &[Registrar, Approver],
            Self::Appoint => &[Administrator],
            Self::ConfirmAppointment => &[Administrator, Approver],
        }
    }

    /// Whether one of `roles` has it.
    pub fn is_of(self, roles: &Roles) -> bool {
        self.roles().iter().any(|role| roles.has(*role))
    }
}

impl fmt::Display for Permission {
    /// The roles that have it, for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.roles().iter().map(|role| role.name()).collect();
        f.write_str(&names.join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_what() {
        use Permission::*;
        let of = |roles: &[Role]| {
            let roles = Roles::new(roles.iter().copied()).unwrap();
            let all = Permission::ALL.into_iter();
            all.filter(|permission| permission.is_of(&roles))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&[Role::Auditor]), [Read]);
        assert_eq!(of(&[Role::Registrar]), [Read, Prepare, Propose, HandOut]);
        assert_eq!(
            of(&[Role::Approver]),
            [Read, Approve, Propose, Confirm, HandOut, ConfirmAppointment]
        );
        assert_eq!(
            of(&[Role::Administrator]),
            [Read, Appoint, ConfirmAppointment]
        );
    }

    #[test]
    fn roles_that_go_together() {
        assert_eq!(Roles::new([]), Err(BadRoles::None));
        let both = Roles::new([Role::Administrator, Role::Approver]);
        assert_eq!(both, Err(BadRoles::AdministratorApproves));
        assert!(serde_json::from_str::<Roles>("[\"administrator\",\"approver\"]").is_err());
        let usual: Roles = serde_json::from_str("[\"approver\",\"registrar\"]").unwrap();
        assert!(usual.is_usual());
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert!("king".parse::<Role>().is_err());
    }
}
