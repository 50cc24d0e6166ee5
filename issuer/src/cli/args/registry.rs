//! The arguments of the registry, of ceremony day, and of passing the right to write on.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::TwoPeople;
use crate::domain::batch::BatchId;
use crate::domain::hand_out::UndoReason;
use crate::domain::operator::OperatorId;
use crate::domain::search::State;

#[derive(Debug, Subcommand)]
pub(crate) enum Registry {
    /// Find certificates by beginnings of names, staff number or certificate number; capitals, accents and apostrophes aside.
    Search(Search),
    /// Write the list of those who hold an award, as KNQA asks awarding institutions for it (CSV).
    Learners(Learners),
    /// Write everything that is held on one graduate, who asked for it, to a JSON file.
    SubjectFile(SubjectFile),
    /// Erase what a certificate says, for good (two people); its number, digest and standing stay, and the paper is still
    /// verified.
    Erase(Erase),
    /// List certificates that are older than their course's retain_years.
    Due,
    /// Count what was issued, awarded, corrected and revoked, by course and month.
    Figures,
    /// Make the search index anew, for a store older than the index.
    Reindex,
    /// Write the store's files anew, so that what was erased is not in old parts of them any more. Nothing else may have the
    /// store open.
    Compact,
}

/// Which certificates.
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// Of this course.
    #[arg(long, value_name = "CODE")]
    pub(crate) course: Option<String>,
    /// Of this cohort.
    #[arg(long)]
    pub(crate) cohort: Option<String>,
    /// Of this batch.
    #[arg(long)]
    pub(crate) batch: Option<BatchId>,
    /// Which stand so: good, suspended, revoked, corrected or erased.
    #[arg(long)]
    pub(crate) state: Option<State>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Search {
    /// What they begin with: wanjiku ng, KP/0017, NC4-ACT-2026-0000.
    pub(crate) text: Vec<String>,
    #[command(flatten)]
    pub(crate) which: Which,
    /// How many at a time, at most 200.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: usize,
    /// Where to go on: the word that an earlier search ended with.
    #[arg(long, value_name = "WORD")]
    pub(crate) from: Option<String>,
    /// Write all that is found to a CSV file.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Staff numbers in the CSV file too.
    #[arg(long)]
    pub(crate) staff_numbers: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Learners {
    /// The CSV file to write.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) which: Which,
    /// Staff numbers too; otherwise no number of a person is in it.
    #[arg(long)]
    pub(crate) staff_numbers: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SubjectFile {
    /// The graduate's certificates: numbers or credential ids.
    #[arg(required = true)]
    pub(crate) certificates: Vec<String>,
    /// Who you are; the journal says it.
    #[arg(long)]
    pub(crate) operator: OperatorId,
    /// The JSON file to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Erase {
    /// Certificate number or credential id.
    pub(crate) certificate: String,
    #[command(flatten)]
    pub(crate) people: TwoPeople,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ceremony {
    /// List a batch's certificates, and which were handed out.
    List {
        /// The batch.
        batch: BatchId,
    },
    /// Record that certificates were handed out.
    HandOut {
        /// Certificate numbers, or what a scanner reads from their codes; - reads them from the standard input, one a line.
        #[arg(required = true)]
        codes: Vec<String>,
        /// Who you are.
        #[arg(long)]
        operator: OperatorId,
    },
    /// Take a hand-out back.
    Undo {
        /// Certificate number, or what a scanner reads from its code.
        code: String,
        /// Why.
        #[arg(long)]
        reason: UndoArg,
        /// Who you are.
        #[arg(long)]
        operator: OperatorId,
    },
    /// Close the ceremony: whoever did not come is awarded in absentia, and may collect the paper later.
    Close {
        /// The batch.
        batch: BatchId,
        /// Who you are.
        #[arg(long)]
        operator: OperatorId,
    },
    /// Account for every certificate of a batch. Exit code 1 when something does not add up.
    Reconcile {
        /// The batch.
        batch: BatchId,
    },
    /// Withdraw the certificates that nobody came for (two people), instead of awarding them in absentia.
    Withdraw {
        /// The batch.
        batch: BatchId,
        /// Show which these are and do nothing.
        #[arg(long)]
        preview: bool,
        #[command(flatten)]
        people: WithdrawPeople,
    },
}

/// Who withdraws.
#[derive(Debug, clap::Args)]
pub(crate) struct WithdrawPeople {
    /// Who proposes it.
    #[arg(long, required_unless_present = "preview")]
    pub(crate) operator: Option<OperatorId>,
    /// Who confirms it, when both are here; otherwise `change confirm` does it later.
    #[arg(long)]
    pub(crate) second: Option<OperatorId>,
    /// Why, in your own words; stays with the issuer.
    #[arg(long, default_value = "")]
    pub(crate) note: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum UndoArg {
    /// Another person stood there.
    WrongPerson,
    /// The paper came back.
    Returned,
    /// The code of another paper was read, or read twice.
    Misread,
}

impl From<UndoArg> for UndoReason {
    fn from(reason: UndoArg) -> Self {
        match reason {
            UndoArg::WrongPerson => Self::WrongPerson,
            UndoArg::Returned => Self::Returned,
            UndoArg::Misread => Self::Misread,
        }
    }
}

/// Passing the right to write on.
#[derive(Debug, clap::Args)]
pub(crate) struct Pass {
    /// The data folder of the other copy.
    pub(crate) folder: PathBuf,
    /// Who you are; the journal says it.
    #[arg(long)]
    pub(crate) operator: OperatorId,
}

/// Handing the right to write over.
#[derive(Debug, clap::Args)]
pub(crate) struct Handover {
    #[command(flatten)]
    pub(crate) pass: Pass,
    /// A key file that goes with it, under its passphrase: an operator's name, or such as issuing-1; repeat it for several.
    #[arg(long = "key", value_name = "NAME")]
    pub(crate) keys: Vec<String>,
}

/// Bringing the right to write home.
#[derive(Debug, clap::Args)]
pub(crate) struct Sync {
    #[command(flatten)]
    pub(crate) pass: Pass,
    /// Write the trust bundle for verifiers, with what happened at the venue, to this file.
    #[arg(long)]
    pub(crate) bundle: Option<PathBuf>,
}
