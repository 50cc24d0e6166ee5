//! Issue one certificate of an approved batch to a program that posts what it should say.
//!
//! What is posted is only compared. What is signed, and returned, is what two people approved.

use cheti_shared::credential::draft::Form;
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::credential::open_badge::Facts;
use cheti_shared::ids::{CredentialId, ListNumber, StatusIndex};
use cheti_shared::key::Signer;

use super::certificates::credential;
use super::desk::Desk;
use super::error::AppError;
use super::issue_batch::issue_batch;
use super::ports::store::Collection;
use super::records::numbered;
use crate::domain::batch::{Batch, BatchId, BatchState};
use crate::domain::plan::{CHUNK, Chunk, Inputs, valid_until};
use crate::domain::posted::Posted;

/// Why nothing that two people approved is what was posted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotApproved {
    /// No batch was named, and this issuer issues from batches alone.
    #[error(
        "options.batch is missing, and nothing is issued here that two people have not approved"
    )]
    NoBatch,
    /// There is no such batch.
    #[error("there is no batch {0}")]
    UnknownBatch(BatchId),
    /// It has not been approved, or was rejected.
    #[error("batch {batch} is {state}; two people must have approved it")]
    State {
        /// The batch.
        batch: BatchId,
        /// Where it stands.
        state: BatchState,
    },
    /// Nobody in it has these facts.
    #[error(
        "no graduate of batch {0} has the name, course, cohort, date and results that were posted"
    )]
    NoMatch(BatchId),
    /// More than one has.
    #[error(
        "{count} graduates of batch {batch} have the facts that were posted; post more of them"
    )]
    Ambiguous {
        /// The batch.
        batch: BatchId,
        /// How many.
        count: usize,
    },
    /// The batch must be issued first, and this server does not hold the key for that.
    #[error(
        "the batch has not been issued yet, and this server was started without the issuing key"
    )]
    KeyNotLoaded,
}

/// The certificate of the one graduate whose facts were posted, the exact octets of its current version. The batch is
/// issued first when it has not been.
///
/// The graduate's name and the course must be posted. Cohort, date of award and results count where they are posted: each
/// must be the approved one. Everything else that was posted is not looked at.
pub fn issue_approved(
    desk: &Desk,
    id: &BatchId,
    posted: &Posted,
    issuing: Option<&dyn Signer>,
    actor: &str,
) -> Result<Vec<u8>, AppError> {
    let batch = match desk.batch(id) {
        Ok(batch) => batch.value,
        Err(AppError::NotFound { .. }) => return Err(NotApproved::UnknownBatch(id.clone()).into()),
        Err(other) => return Err(other),
    };
    match batch.state {
        BatchState::Approved | BatchState::Issuing | BatchState::Issued => {}
        state => {
            let batch = id.clone();
            return Err(NotApproved::State { batch, state }.into());
        }
    }
    let wanted = Wanted::of(posted);
    let row = only_match(desk, &batch, &wanted)?;
    if batch.state != BatchState::Issued {
        let key = issuing.ok_or(NotApproved::KeyNotLoaded)?;
        issue_batch(desk, id, key, actor, &|_, _| {})?;
    }
    let certificate = desk.certificate(&planned_id(desk, id, row)?)?.value;
    let octets = credential(desk, &certificate.id, certificate.current()?.number)?;
    let now = Facts::of(SignedCredential::parse(&octets)?.document());
    match wanted.agrees(&now) {
        true => Ok(octets),
        // It was corrected since.
        false => Err(NotApproved::NoMatch(id.clone()).into()),
    }
}

/// The facts that were posted, to be compared.
struct Wanted {
    facts: Facts,
    /// Whether the date is one of award: without it, it is that of `validFrom`, which is not compared.
    dated: bool,
}

impl Wanted {
    fn of(posted: &Posted) -> Self {
        Self {
            facts: posted.facts(),
            dated: posted.member("awardedDate").is_some(),
        }
    }

    fn agrees(&self, approved: &Facts) -> bool {
        let posted = &self.facts;
        let stated = |posted: &Option<String>, approved: &Option<String>| {
            posted.is_none() || posted == approved
        };
        posted.name.is_some()
            && posted.name == approved.name
            && posted.course.is_some()
            && posted.course == approved.course
            && stated(&posted.cohort, &approved.cohort)
            && (!self.dated || posted.awarded == approved.awarded)
            && posted
                .results
                .iter()
                .all(|result| approved.results.contains(result))
    }
}

/// The row of the only graduate of `batch` whose certificate says, or will say, what is wanted.
fn only_match(desk: &Desk, batch: &Batch, wanted: &Wanted) -> Result<u32, AppError> {
    let course = desk.course(&batch.course)?;
    let form = Form::new(desk.template(&batch.template)?)?;
    let mut rows = Vec::new();
    for (row, graduate) in (0..).zip(desk.graduates(&batch.id)?) {
        if wanted.facts.name.as_deref() != Some(graduate.name.as_str()) {
            continue;
        }
        let inputs = Inputs {
            course: &course,
            template: form.template(),
            graduate: &graduate,
            cohort: &batch.cohort,
            id: CredentialId::from_random([0; 16]),
            number: (batch.award_date.year(), 1),
            awarded: batch.award_date,
            from: batch.valid_from,
            until: valid_until(&course, batch.valid_from),
            created: batch.imported,
            status: (ListNumber(1), StatusIndex(0)),
        };
        let mut values = inputs.values();
        values.push(String::new());
        if wanted.agrees(&Facts::of(&form.template().fill(&values)?)) {
            rows.push(row);
        }
    }
    let batch = batch.id.clone();
    match rows.as_slice() {
        [] => Err(NotApproved::NoMatch(batch).into()),
        [row] => Ok(*row),
        many => {
            let count = many.len();
            Err(NotApproved::Ambiguous { batch, count }.into())
        }
    }
}

/// The id that the plan of the batch gave to the graduate of this row.
fn planned_id(desk: &Desk, batch: &BatchId, row: u32) -> Result<CredentialId, AppError> {
    let number = u32::try_from(CHUNK).map_or(0, |chunk| row / chunk);
    let key = numbered(Collection::Plan, batch, number);
    let chunk: Chunk = desk.load(key, "plan of batch", batch.as_str())?.value;
    let planned = chunk.planned.iter().find(|planned| planned.row == row);
    planned.map(|planned| planned.id).ok_or(AppError::SelfCheck)
}
