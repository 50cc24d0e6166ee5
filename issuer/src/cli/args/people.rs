//! The arguments of `operator`.

use clap::Subcommand;

use super::TwoPeople;
use crate::domain::operator::OperatorId;
use crate::domain::role::Role;

#[derive(Debug, Subcommand)]
pub(crate) enum Operator {
    /// Add an operator (two people): makes their key.
    Add {
        /// Short name.
        id: OperatorId,
        /// Full name.
        #[arg(long)]
        name: String,
        /// What they may do: registrar, approver, auditor, administrator; repeat it for several. Without it, registrar and
        /// approver.
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<Role>,
        #[command(flatten)]
        people: TwoPeople,
    },
    /// Give an operator other roles (two people).
    Roles {
        /// Short name.
        id: OperatorId,
        /// What they may do from now on; repeat it for several.
        #[arg(long = "role", value_name = "ROLE", required = true)]
        roles: Vec<Role>,
        #[command(flatten)]
        people: TwoPeople,
    },
    /// Disable an operator (two people). What they signed before stays valid.
    Disable {
        /// Short name.
        id: OperatorId,
        #[command(flatten)]
        people: TwoPeople,
    },
    /// List the operators.
    List,
}
