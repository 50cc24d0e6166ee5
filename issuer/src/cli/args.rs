//! The arguments, as clap reads them; their doc comments are the help text.

mod badge;
mod people;
mod print;
mod registry;

use std::net::SocketAddr;
use std::path::PathBuf;

use cheti_shared::time::{Date, Timestamp, UtcOffset};
use clap::{Parser, Subcommand, ValueEnum};

use crate::domain::api_key::Scope;
use crate::domain::batch::BatchId;
use crate::domain::change::RevocationReason;
use crate::domain::operator::OperatorId;
use crate::domain::sample::Month;

pub(crate) use people::Operator;

pub(crate) use badge::{Endorse, Export, ExportFormat};
pub(crate) use print::{
    Design, DesignCheck, DesignNew, DesignPreview, Format, Issue, Output, Print, Reprint, Sample,
    Save, Style,
};

pub(crate) use registry::{
    Ceremony, Erase, Handover, Learners, Pass, Registry, Search, SubjectFile, Sync, Which,
    WithdrawPeople,
};

/// Issue graduation certificates that anyone can check.
#[derive(Debug, Parser)]
#[command(name = "cheti-issuer", version, max_term_width = 100)]
pub(crate) struct Args {
    /// Data folder: store and keys.
    #[arg(long, global = true, env = "CHETI_DATA", default_value = "cheti-data")]
    pub(crate) data: PathBuf,
    /// Folder with one private file a passphrase, named after its key: issuing-1.txt, status-1.txt, root.txt, jane.txt.
    /// Without it, passphrases are asked for.
    #[arg(long, global = true, env = "CHETI_PASSPHRASES")]
    pub(crate) passphrases: Option<PathBuf>,
    /// Answer in JSON, for programs.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Issue a sample cohort end to end into the folder demo/, and say what to do next.
    Demo(Demo),
    /// Found the organisation: store, root, issuing and status keys, two operators.
    Init(Init),
    /// Make a certificate for the console, for a desk without the internet, in the place of an earlier one. `serve` uses it.
    LocalTls(MakeLocalTls),
    /// Courses: what a certificate says.
    #[command(subcommand)]
    Course(Course),
    /// Endorse an issuer's course with your own key, as its training partner: needs no data folder.
    Endorse(Endorse),
    /// Designs: what certificates look like; needs no data folder.
    #[command(subcommand)]
    Design(Design),
    /// From roster to certificates.
    #[command(subcommand)]
    Batch(Batch),
    /// Look up, save again or print again a certificate.
    #[command(subcommand)]
    Certificate(Certificate),
    /// End a certificate for good (two people).
    Revoke(Revoke),
    /// Suspend a certificate (two people; courses with status = "suspension").
    Suspend(OnCertificate),
    /// Reinstate a suspended certificate (two people).
    Reinstate(OnCertificate),
    /// Issue a certificate anew with a right name or award (two people); the old version is superseded.
    Correct(Correct),
    /// Everybody who was ever certified: find, list, count; what a graduate may ask for.
    #[command(subcommand)]
    Registry(Registry),
    /// Ceremony day: hand out, close, account for every certificate.
    #[command(subcommand)]
    Ceremony(Ceremony),
    /// Changes that await a second officer.
    #[command(subcommand)]
    Change(Change),
    /// What verifiers trust: publish status lists and the trust list.
    #[command(subcommand)]
    Trust(Trust),
    /// Signing keys.
    #[command(subcommand)]
    Key(Key),
    /// The people who submit and approve.
    #[command(subcommand)]
    Operator(Operator),
    /// API keys for programs; none may submit or approve.
    #[command(subcommand)]
    ApiKey(ApiKey),
    /// The journal of everything that was done.
    #[command(subcommand)]
    Audit(Audit),
    /// Publish status lists and bundle, serve the officers' console, and let programs with an API key work; commands go on
    /// working beside it.
    Serve(Serve),
    /// Write everything but the keys to one encrypted file.
    Backup(Backup),
    /// Fill a new data folder from a backup.
    Restore(Restore),
    /// Hand the right to write over to a new data folder, for a ceremony far away; this one can only be read until sync.
    Handover(Handover),
    /// Bring home what was done in a data folder that was handed over to, and publish the status lists.
    Sync(Sync),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// The page that the printed codes open.
    #[arg(long, default_value = "https://v.nc4.example/")]
    pub(crate) verify_url: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// The organisation's name, as it is signed and printed.
    #[arg(long)]
    pub(crate) name: String,
    /// Its identifier: did:web: and a host name that belongs to it; or just did:key, for that of the issuing key, which
    /// then can never be rotated.
    #[arg(long)]
    pub(crate) did: String,
    /// Where status lists are published: an https URL on that host.
    #[arg(long)]
    pub(crate) public_url: String,
    /// The page that a printed code opens: an https URL, short.
    #[arg(long)]
    pub(crate) verify_url: String,
    /// Whom an employer asks: a telephone number or an address.
    #[arg(long)]
    pub(crate) contact: Option<String>,
    /// Local time.
    #[arg(long, default_value = "+03:00")]
    pub(crate) utc_offset: UtcOffset,
    /// Where to write the root key: a memory stick to be taken away.
    #[arg(long, value_name = "FILE")]
    pub(crate) root_key: PathBuf,
    /// An operator as SHORT-NAME=Full Name; give it twice or more.
    #[arg(long = "operator", value_name = "SHORT=NAME", value_parser = pair, required = true)]
    pub(crate) operators: Vec<(String, String)>,
    /// The administrator, who manages operators, as SHORT-NAME=Full Name; without one, officers do so two by two.
    #[arg(long, value_name = "SHORT=NAME", value_parser = pair)]
    pub(crate) administrator: Option<(String, String)>,
    /// Make a certificate for the console too, for a desk without the internet: the name or address at which it is
    /// reached; repeat it for several.
    #[arg(long, value_name = "HOST")]
    pub(crate) local_tls: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct MakeLocalTls {
    /// The name or address at which the console is reached, such as 192.168.8.10; repeat it for several.
    #[arg(long = "host", value_name = "HOST", required = true)]
    pub(crate) hosts: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Course {
    /// Add a course from its file, or replace it.
    Add {
        /// The course file (TOML).
        file: PathBuf,
    },
    /// List the courses.
    List,
    /// Show a course and its template.
    Show {
        /// The course's code.
        code: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Batch {
    /// Read a spreadsheet of graduates (CSV or XLSX) and save it as a batch.
    Import(Import),
    /// Vouch for a batch as its maker.
    Submit(OnBatch),
    /// Vouch for a batch as its checker: another person than the maker.
    Approve(OnBatch),
    /// Send a batch back: another person than the maker.
    Reject {
        #[command(flatten)]
        on: OnBatch,
        /// What is wrong with it.
        #[arg(long)]
        reason: String,
    },
    /// Sign the certificates of an approved batch and write them to files. Goes on where it was interrupted.
    Issue(Issue),
    /// Print the certificates of an issued batch again, in any design. Goes on where it was interrupted.
    Print(Print),
    /// Show a batch.
    Show {
        /// The batch.
        batch: BatchId,
        /// Its graduates too.
        #[arg(long)]
        graduates: bool,
    },
    /// List the batches.
    List,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// The spreadsheet.
    pub(crate) file: PathBuf,
    /// The course's code.
    #[arg(long)]
    pub(crate) course: String,
    /// The cohort, as printed.
    #[arg(long)]
    pub(crate) cohort: String,
    /// The award's date: 2026-10-16.
    #[arg(long)]
    pub(crate) award_date: Date,
    /// From when on the certificates hold; without it, from the start of the award's date.
    #[arg(long)]
    pub(crate) valid_from: Option<Timestamp>,
    /// Which sheet of a workbook.
    #[arg(long)]
    pub(crate) sheet: Option<String>,
    /// What a column holds, as HEADING=ROLE: name, surname, first_name, other_names, staff_number, ignore or a field of
    /// the course.
    #[arg(long = "map", value_name = "HEADING=ROLE", value_parser = pair)]
    pub(crate) map: Vec<(String, String)>,
    /// Save the rows without problems, and write the others to FILE-rejected.csv beside the roster.
    #[arg(long)]
    pub(crate) accept_good_rows: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct OnBatch {
    /// The batch.
    pub(crate) batch: BatchId,
    /// Who you are.
    #[arg(long)]
    pub(crate) operator: OperatorId,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Certificate {
    /// Show a certificate's versions and standing.
    Show {
        /// Certificate number or credential id.
        certificate: String,
    },
    /// Write a certificate's PDF and JSON again.
    Save(Save),
    /// Print a certificate again for paper that was lost; it says so on the paper and in the journal.
    Reprint(Reprint),
    /// Write the current version of a certificate as one file; png and svg are badges with the certificate baked in.
    Export(Export),
}

/// What every change takes.
#[derive(Debug, clap::Args)]
pub(crate) struct TwoPeople {
    /// Who proposes it.
    #[arg(long)]
    pub(crate) operator: OperatorId,
    /// Who confirms it, when both are here; otherwise `change confirm` does it later.
    #[arg(long)]
    pub(crate) second: Option<OperatorId>,
    /// Why, in your own words; stays with the issuer.
    #[arg(long, default_value = "")]
    pub(crate) note: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ReasonArg {
    /// The award was withdrawn.
    Withdrawn,
    /// It should never have been issued.
    IssuedInError,
}

impl From<ReasonArg> for RevocationReason {
    fn from(reason: ReasonArg) -> Self {
        match reason {
            ReasonArg::Withdrawn => Self::Withdrawn,
            ReasonArg::IssuedInError => Self::IssuedInError,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Revoke {
    /// Certificate number or credential id.
    pub(crate) certificate: String,
    /// Why, as verifiers will say it.
    #[arg(long)]
    pub(crate) reason: ReasonArg,
    #[command(flatten)]
    pub(crate) people: TwoPeople,
}

#[derive(Debug, clap::Args)]
pub(crate) struct OnCertificate {
    /// Certificate number or credential id.
    pub(crate) certificate: String,
    #[command(flatten)]
    pub(crate) people: TwoPeople,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Correct {
    /// Certificate number or credential id.
    pub(crate) certificate: String,
    /// The right name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The right value of a further field, as FIELD=VALUE.
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = pair)]
    pub(crate) set: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) people: TwoPeople,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Change {
    /// List the changes that await a second officer.
    List {
        /// Decided ones too.
        #[arg(long)]
        all: bool,
    },
    /// Confirm a change as another person than its proposer; it is made at once.
    Confirm(OnChange),
    /// Decline a change as another person than its proposer.
    Decline(OnChange),
    /// Go on with a confirmed change to many certificates that stopped half-way.
    Resume(OnChange),
}

#[derive(Debug, clap::Args)]
pub(crate) struct OnChange {
    /// The change.
    pub(crate) change: String,
    /// Who you are.
    #[arg(long)]
    pub(crate) operator: OperatorId,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Trust {
    /// Sign the status lists anew, and with --root-key the trust list too; write the bundle for verifiers.
    Publish {
        /// The root key's file; needed after a key was added or ended, and once a year.
        #[arg(long, value_name = "FILE")]
        root_key: Option<PathBuf>,
        /// Where to write the trust bundle.
        #[arg(long, value_name = "FILE")]
        bundle: Option<PathBuf>,
        /// How many days the status lists may be relied on.
        #[arg(long, default_value_t = 30)]
        status_days: u16,
    },
    /// Hand over from the root key to a new one, made here. Publish a trust list with it next.
    NewRoot {
        /// The present root key's file.
        #[arg(long, value_name = "FILE")]
        root_key: PathBuf,
        /// Where to write the new root key.
        #[arg(long, value_name = "FILE")]
        new_root_key: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleArg {
    /// Signs credentials.
    Issuing,
    /// Signs status lists.
    Status,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// List the signing keys.
    List,
    /// Make a new key; what the old one signed stays valid. Publish a trust list with the root key next.
    Rotate {
        /// Which key.
        role: RoleArg,
    },
    /// Declare a key compromised: nothing it signed can be relied on any more. Publish a trust list with the root key next.
    Compromised {
        /// The key's id, as `key list` shows it.
        key: String,
        /// Since when; now without it.
        #[arg(long)]
        since: Option<Timestamp>,
    },
    /// Print the DID document with the public keys.
    ExportPublic,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKey {
    /// Add an API key (two people); its token is shown once.
    Add {
        /// What it is for.
        #[arg(long)]
        name: String,
        /// What it may do: read, import, issue, issue_direct; repeat it for several. A key with issue_direct has any
        /// credential signed without anybody's approval, where the configuration says vc_api_issue = "direct".
        #[arg(long = "scope", required = true)]
        scopes: Vec<Scope>,
        #[command(flatten)]
        people: TwoPeople,
    },
    /// Remove an API key (two people).
    Remove {
        /// The key's id.
        id: String,
        #[command(flatten)]
        people: TwoPeople,
    },
    /// List the API keys.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Print every event.
    List,
    /// Check the chain of events from the first to the head, and that it holds the published head.
    Verify,
    /// Draw at random at least 3 % of the certificates signed in a month that is over, to be audited again; the same ones
    /// each time.
    Sample {
        /// The month: 2026-10.
        #[arg(long)]
        month: Month,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// The configuration file; without it, issuer.toml in the data folder when there is one.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where anybody may read.
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) public_listen: Option<SocketAddr>,
    /// Where programs with an API key work.
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) admin_listen: Option<SocketAddr>,
    /// Where to serve the console.
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) console_listen: Option<SocketAddr>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    /// The archive to write; its passphrase is `backup`.
    pub(crate) file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// The archive to read.
    pub(crate) file: PathBuf,
}

/// `left=right`, split at the first `=`.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.trim().is_empty() && !right.trim().is_empty() => {
            Ok((left.trim().to_owned(), right.trim().to_owned()))
        }
        _ => Err("write it as LEFT=RIGHT".to_owned()),
    }
}
