//! The plan: everything about a batch that is not decided by signing, fixed before the first signature.

use cheti_shared::credential::open_badge::slot;
use cheti_shared::ids::{CredentialId, Digest, ListNumber, StatusIndex};
use cheti_shared::qr::template::Template;
use cheti_shared::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::batch::Graduate;
use super::course::Course;

/// Certificates of one chunk: signed together, kept in one commit.
pub const CHUNK: usize = 500;
/// The largest serial of a year: six digits.
pub const SERIAL_MAX: u32 = 999_999;

/// What is fixed for one certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The graduate's row in the batch, from 0.
    pub row: u32,
    /// The credential's id.
    pub id: CredentialId,
    /// The version: 1, or more for a correction.
    pub version: u32,
    /// Year and serial of the certificate number.
    pub number: (i32, u32),
    /// The status list.
    pub list: ListNumber,
    /// The place in it.
    pub index: StatusIndex,
    /// `validFrom`.
    pub valid_from: Timestamp,
    /// The proof's `created`.
    pub created: Timestamp,
    /// The template's values, all but the signature: they and the template fix every byte.
    pub values: Vec<String>,
    /// SHA-256 of the canonical octets to be signed.
    pub digest: Digest,
}

/// One stored piece of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Its certificates.
    pub planned: Vec<Planned>,
}

/// What one certificate's values are made of.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The course.
    pub course: &'a Course,
    /// The template being filled.
    pub template: &'a Template,
    /// The graduate.
    pub graduate: &'a Graduate,
    /// The cohort.
    pub cohort: &'a str,
    /// The credential's id.
    pub id: CredentialId,
    /// Year and serial of the certificate number.
    pub number: (i32, u32),
    /// The award's date.
    pub awarded: Date,
    /// `validFrom`.
    pub from: Timestamp,
    /// `validUntil`, where the course's certificates end.
    pub until: Option<Timestamp>,
    /// The proof's `created`.
    pub created: Timestamp,
    /// Status list and place.
    pub status: (ListNumber, StatusIndex),
}

impl Inputs<'_> {
    /// The values in the template's order, all but the signature.
    pub fn values(&self) -> Vec<String> {
        let fields = self
            .template
            .fields()
            .iter()
            .filter(|field| field.name != slot::SIGNATURE);
        fields.map(|field| self.value(&field.name)).collect()
    }

    fn value(&self, name: &str) -> String {
        match name {
            slot::ID => self.id.to_string(),
            slot::NAME => self.graduate.name.as_str().to_owned(),
            slot::YEAR => self.number.0.to_string(),
            slot::SERIAL => format!("{:06}", self.number.1),
            slot::COHORT => self.cohort.to_owned(),
            slot::AWARDED => self.awarded.to_string(),
            slot::FROM => self.from.to_string(),
            slot::UNTIL => self.until.unwrap_or(self.from).to_string(),
            slot::CREATED => self.created.to_string(),
            slot::LIST => self.status.0.to_string(),
            slot::INDEX => self.status.1.to_string(),
            own => self.own_value(own),
        }
    }

    fn own_value(&self, key: &str) -> String {
        let given = self.graduate.extras.get(key).cloned();
        let declared = self.course.fields.iter().find(|field| field.key == key);
        given
            .or_else(|| declared.and_then(|field| field.default.clone()))
            .unwrap_or_default()
    }
}

/// When certificates that hold from `from` end.
pub fn valid_until(course: &Course, from: Timestamp) -> Option<Timestamp> {
    let years = course.valid_years?;
    Some(from.plus_seconds(i64::from(years) * 31_556_952))
}
