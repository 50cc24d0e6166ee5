//! What can go wrong in a use-case. HTTP and the command line map it; nothing here knows of either.

use cheti_shared::credential::draft::DraftError;
use cheti_shared::credential::envelope::EnvelopeError;
use cheti_shared::ids::Digest;
use cheti_shared::proof::ProofError;
use cheti_shared::qr::payload::PayloadError;
use cheti_shared::qr::template::TemplateError;
use cheti_shared::time::Timestamp;

use super::issue_approved::NotApproved;
use super::ports::NoEntropy;
use super::ports::press::PressError;
use super::ports::store::StoreError;
use super::ports::vault::VaultError;
use crate::domain::audit::ChainError;
use crate::domain::batch::BatchError;
use crate::domain::ceremony::OrderError;
use crate::domain::certificate::StandingError;
use crate::domain::change::ChangeError;
use crate::domain::course::CourseError;
use crate::domain::direct::DirectError;
use crate::domain::name::NameError;
use crate::domain::operator::OperatorId;
use crate::domain::organisation::OrganisationError;
use crate::domain::posted::Refused;
use crate::domain::role::Permission;
use crate::domain::roster::{FieldError, RosterError};
use crate::domain::status_book::BookError;

/// Why a use-case did not happen. Nothing was changed then, unless the message says so.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored record cannot be read.
    #[error("the stored record {what} cannot be read; the store may be damaged")]
    Record {
        /// Which.
        what: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// There is no such thing.
    #[error("there is no {what} \"{id}\"")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Which.
        id: String,
    },
    /// There is one already.
    #[error("there is a {what} \"{id}\" already")]
    Exists {
        /// What kind of thing.
        what: &'static str,
        /// Which.
        id: String,
    },
    /// The system clock went back.
    #[error(
        "the clock says {now}, but the journal's last event is of {last}; set the clock right and try again"
    )]
    ClockWentBack {
        /// What the clock says.
        now: Timestamp,
        /// The last event's time.
        last: Timestamp,
    },
    /// The key given is not the one that belongs here.
    #[error("the key opened is not the organisation's {role} key {id}")]
    OtherKey {
        /// Which role.
        role: &'static str,
        /// The key that belongs.
        id: String,
    },
    /// There is no active key of a role.
    #[error("the organisation has no active {0} key; make one with `key rotate`")]
    NoKey(&'static str),
    /// Course or key changed since the batch was imported, so what was approved is not what would be signed.
    #[error(
        "the course or the issuing key has changed since batch {0} was imported; import the roster again"
    )]
    TemplateChanged(String),
    /// Signing of a batch stopped half-way, and the key that it was planned for has ended since.
    #[error(
        "signing of batch {batch} began with the key {planned}, which has ended; what it signed is kept, \
         import a roster of the graduates who have no certificate yet"
    )]
    PlannedForOtherKey {
        /// The batch.
        batch: String,
        /// The key of the plan.
        planned: String,
    },
    /// A year's certificate numbers are used up.
    #[error("the certificate numbers of course {course} in {year} are used up")]
    NumbersUsedUp {
        /// The course.
        course: String,
        /// The year.
        year: i32,
    },
    /// A value is outside what the code or the calendar holds.
    #[error("{what} must be {wanted}")]
    Value {
        /// Which value.
        what: &'static str,
        /// What it must be.
        wanted: String,
    },
    /// A name that cannot be certified.
    #[error("the name cannot be certified: {0}. {advice}", advice = .0.advice())]
    Name(NameError),
    /// A value of a course's field that cannot be certified.
    #[error("{label}: {error}. {advice}", advice = .error.advice())]
    Field {
        /// The field, as the course calls it.
        label: String,
        /// What is wrong.
        error: FieldError,
    },
    /// A correction that says what the certificate says already.
    #[error("the correction says nothing else than the certificate does now")]
    NothingCorrected,
    /// More certificates than are changed together.
    #[error("the search finds more than {0} certificates: choose a course, a cohort or a state")]
    TooMany(usize),
    /// A name cannot be printed, and other problems of single rows.
    #[error("{} of the graduates cannot be certified; nothing was saved", .0.len())]
    Rows(Vec<String>),
    /// A credential that was just signed does not verify. Never to be seen; signing stops.
    #[error(
        "a credential that was just signed does not verify with the published key; nothing was kept"
    )]
    SelfCheck,
    /// The journal is broken.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The journal does not hold what was published of it.
    #[error(
        "the journal does not contain the head published in the trust list ({0} events): it was replaced or cut"
    )]
    JournalReplaced(u64),
    /// A stored credential is not what the organisation signed.
    #[error(
        "the stored certificate {number} (version {version}) is not what was signed: it was altered, so it is not handed out"
    )]
    NotAsSigned {
        /// The certificate number of its record.
        number: String,
        /// Which version.
        version: u32,
    },
    /// A stored print kit is not what its digest says.
    #[error(
        "the stored print kit {0} is not what was approved: it was altered, so nothing is printed with it"
    )]
    KitAltered(Digest),
    /// A file that the course file's `[print]` names cannot be used.
    #[error("the file {file}, which {key} names, {what}")]
    PrintFile {
        /// The key that names it.
        key: String,
        /// The file.
        file: String,
        /// What is wrong with it.
        what: String,
    },
    /// One certificate cannot be printed.
    #[error("certificate {number}: {source}")]
    Unprintable {
        /// The certificate number.
        number: String,
        /// Why.
        source: PressError,
    },
    /// A certificate that does not hold is not printed as a duplicate.
    #[error("certificate {number} is {standing}; a duplicate of it would be worth nothing")]
    NoDuplicate {
        /// The certificate number.
        number: String,
        /// How it stands.
        standing: &'static str,
    },
    /// Somebody who is not the operator they say, or is one no more.
    #[error("the key opened is not that of {0}, or {0} is no operator any more")]
    NotTheOperator(OperatorId),
    /// An operator whose roles do not include this.
    #[error("{operator} may not do this: it is for the role {needed}")]
    NotPermitted {
        /// Who asked.
        operator: OperatorId,
        /// What was asked.
        needed: Permission,
    },
    /// A password.
    #[error("the password {0}")]
    Password(&'static str),
    /// What was typed does not open a key of the organisation.
    #[error("this is not the passphrase of the key {0}")]
    Passphrase(String),
    /// The person at the identity provider is somebody else here already.
    #[error("this person at the identity provider signs in here as {operator} already")]
    Tied {
        /// As whom.
        operator: OperatorId,
    },
    /// Roles that nobody may have together.
    #[error(transparent)]
    Roles(#[from] crate::domain::role::BadRoles),
    /// The order of a ceremony.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// Batch rules.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// Change rules.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// Certificate rules.
    #[error(transparent)]
    Standing(#[from] StandingError),
    /// Status list rules.
    #[error(transparent)]
    Book(#[from] BookError),
    /// Course rules.
    #[error(transparent)]
    Course(#[from] CourseError),
    /// Organisation rules.
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
    /// A credential that a program posted.
    #[error(transparent)]
    Posted(#[from] Refused),
    /// A directly issued credential.
    #[error(transparent)]
    Direct(#[from] DirectError),
    /// Nothing that two people approved is what a program posted.
    #[error(transparent)]
    NotApproved(#[from] NotApproved),
    /// A draft roster.
    #[error(transparent)]
    DraftRoster(#[from] crate::domain::draft::DraftError),
    /// Ceremony day.
    #[error(transparent)]
    HandOut(#[from] crate::domain::hand_out::HandOutError),
    /// The right to write.
    #[error(transparent)]
    Writer(#[from] crate::domain::writer::WriterError),
    /// The place of the copy that the right to write goes to.
    #[error("the copy for the venue: {0}")]
    Venue(#[from] super::ports::venue::VenueError),
    /// The graduates of a batch are not what two people approved, or left when they erased one.
    #[error(
        "the stored graduates of batch {0} are not those that two people signed for: they were altered, so nothing is printed of them"
    )]
    Altered(String),
    /// The store is older than the registry's index.
    #[error(
        "this store has no index of its graduates yet; make it with `cheti-issuer registry reindex`"
    )]
    NoIndex,
    /// What a certificate says was erased at the graduate's request; its standing stays.
    #[error("certificate {number} was erased at {at}; what it said is not kept any more")]
    Erased {
        /// The certificate number.
        number: String,
        /// When.
        at: Timestamp,
    },
    /// The credential's form.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A stored credential is no credential.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// A proof.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The printed code.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// The press.
    #[error(transparent)]
    Press(#[from] PressError),
    /// A course's design, tried with certificates of nobody.
    #[error("certificates of this course cannot be printed: {0}")]
    Design(PressError),
    /// The roster.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// No random numbers.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// Delivering a file.
    #[error(
        "{path} could not be written; what was finished stays, and running the command again goes on"
    )]
    Deliver {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}
