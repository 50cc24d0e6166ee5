//! How records look to programs: what the admin listener shows, apart from how they are kept.

use std::collections::BTreeMap;

use cheti_shared::time::{Date, Timestamp};
use serde::Serialize;

use crate::domain::audit::Event;
use crate::domain::batch::{Batch, BatchState};
use crate::domain::certificate::{Certificate, Standing, Version};
use crate::domain::course::{Course, Field, StatusChoice};
use crate::domain::operator::OperatorId;
use crate::domain::roster::{Flag, Problem as RowProblem};
use crate::domain::statement::SignedStatement;

/// A course, as far as somebody needs it who fills in a roster.
#[derive(Debug, Serialize)]
pub(super) struct CourseView {
    code: String,
    name: String,
    status: StatusChoice,
    valid_years: Option<u8>,
    fields: Vec<FieldView>,
}

/// A further field of a course.
#[derive(Debug, Serialize)]
struct FieldView {
    key: String,
    label: String,
    required: bool,
    allowed: Vec<String>,
}

impl From<Course> for CourseView {
    fn from(course: Course) -> Self {
        let field = |field: Field| FieldView {
            key: field.key,
            label: field.label,
            required: field.required,
            allowed: field.allowed,
        };
        Self {
            code: course.code,
            name: course.name,
            status: course.status,
            valid_years: course.valid_years,
            fields: course.fields.into_iter().map(field).collect(),
        }
    }
}

/// A batch, without its graduates.
#[derive(Debug, Serialize)]
pub(super) struct BatchView {
    id: String,
    state: BatchState,
    course: String,
    cohort: String,
    award_date: Date,
    valid_from: Timestamp,
    graduates: u32,
    imported: Timestamp,
    digest: String,
    template: String,
    design: String,
    flags: Vec<String>,
    submitted_by: Option<OperatorId>,
    decided_by: Option<OperatorId>,
    rejection: Option<String>,
}

impl From<Batch> for BatchView {
    fn from(batch: Batch) -> Self {
        let who = |statement: Option<SignedStatement>| {
            statement
                .and_then(|statement| statement.claim().ok())
                .map(|claim| claim.operator)
        };
        Self {
            id: batch.id.to_string(),
            state: batch.state,
            course: batch.course,
            cohort: batch.cohort,
            award_date: batch.award_date,
            valid_from: batch.valid_from,
            graduates: batch.graduates,
            imported: batch.imported,
            digest: batch.digest.to_string(),
            template: batch.template.to_string(),
            design: batch.design,
            flags: batch.flags.iter().map(ToString::to_string).collect(),
            submitted_by: who(batch.submitted),
            decided_by: who(batch.decided),
            rejection: batch.rejection,
        }
    }
}

/// What an import gave: the batch, and what was left out of it.
#[derive(Debug, Serialize)]
pub(super) struct ImportedView {
    pub(super) batch: BatchView,
    pub(super) rejected: Option<RejectedView>,
    pub(super) flags: Vec<Flag>,
    pub(super) other_sheets: Vec<String>,
}

/// The lines that were left out.
#[derive(Debug, Serialize)]
pub(super) struct RejectedView {
    pub(super) problems: Vec<RowProblem>,
    /// A CSV file that opens in Excel, as text.
    pub(super) csv: String,
}

/// A certificate and its versions.
#[derive(Debug, Serialize)]
pub(super) struct CertificateView {
    id: String,
    number: String,
    course: String,
    batch: String,
    versions: Vec<VersionView>,
}

/// One signed version.
#[derive(Debug, Serialize)]
struct VersionView {
    version: u32,
    standing: &'static str,
    superseded_by: Option<u32>,
    valid_from: Timestamp,
    signed: Timestamp,
    digest: String,
    status_list: u32,
    status_index: u32,
}

impl From<Certificate> for CertificateView {
    fn from(certificate: Certificate) -> Self {
        let versions = certificate.versions.into_iter().map(VersionView::from);
        Self {
            id: certificate.id.to_string(),
            number: certificate.number,
            course: certificate.course,
            batch: certificate.batch.to_string(),
            versions: versions.collect(),
        }
    }
}

impl From<Version> for VersionView {
    fn from(version: Version) -> Self {
        use cheti_shared::status::reasons::Reason;
        let (standing, superseded_by) = match version.standing {
            Standing::Good => ("good", None),
            Standing::Suspended => ("suspended", None),
            Standing::Ended(Reason::Superseded { version }) => ("superseded", Some(version)),
            Standing::Ended(Reason::Withdrawn) => ("withdrawn", None),
            Standing::Ended(Reason::IssuedInError) => ("issued_in_error", None),
        };
        Self {
            version: version.number,
            standing,
            superseded_by,
            valid_from: version.valid_from,
            signed: version.created,
            digest: version.digest.to_string(),
            status_list: version.list.0,
            status_index: version.index.0,
        }
    }
}

/// A page of the journal; `next` is the `after` of the next page, absent at the end.
#[derive(Debug, Serialize)]
pub(super) struct JournalPage {
    pub(super) events: Vec<Event>,
    pub(super) next: Option<u64>,
}

/// A list under a name, so that a member can be added beside it later.
pub(super) fn listed<T: Serialize>(
    name: &'static str,
    items: Vec<T>,
) -> BTreeMap<&'static str, Vec<T>> {
    BTreeMap::from([(name, items)])
}
