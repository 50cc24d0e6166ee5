//! Where each record stands, and the look-ups that several use-cases share.

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::ids::{CredentialId, Digest, ListNumber};
use cheti_shared::key::Signer;
use cheti_shared::qr::template::Template;
use cheti_shared::time::Timestamp;

use super::desk::{Desk, Loaded, Writing};
use super::error::AppError;
use super::ports::store::{Collection, Key};
use crate::domain::batch::{Batch, BatchId, Graduate};
use crate::domain::certificate::Certificate;
use crate::domain::course::Course;
use crate::domain::operator::{Operator, OperatorId};
use crate::domain::organisation::{Organisation, SigningKey};
use crate::domain::statement::SignedStatement;

pub(crate) fn organisation_key() -> Key {
    Key::new(Collection::Meta, "organisation")
}

pub(crate) fn operator_key(id: &OperatorId) -> Key {
    Key::new(Collection::Operator, id.as_str())
}

pub(crate) fn course_key(code: &str) -> Key {
    Key::new(Collection::Course, code)
}

pub(crate) fn template_key(digest: &Digest) -> Key {
    Key::new(Collection::Template, digest.octets().as_slice())
}

pub(crate) fn batch_key(id: &BatchId) -> Key {
    Key::new(Collection::Batch, id.as_str())
}

/// A row or plan chunk of a batch: the batch's id, then the number.
pub(crate) fn numbered(collection: Collection, batch: &BatchId, number: u32) -> Key {
    Key::new(
        collection,
        [batch.as_str().as_bytes(), &number.to_be_bytes()].concat(),
    )
}

pub(crate) fn credential_key(id: &CredentialId, version: u32) -> Key {
    Key::new(
        Collection::Credential,
        [id.octets().as_slice(), &version.to_be_bytes()].concat(),
    )
}

pub(crate) fn certificate_key(id: &CredentialId) -> Key {
    Key::new(Collection::Certificate, id.octets().as_slice())
}

pub(crate) fn status_key(number: ListNumber) -> Key {
    Key::new(Collection::StatusList, number.0.to_be_bytes())
}

pub(crate) fn number_key(number: &str) -> Key {
    Key::new(Collection::Index, format!("number/{number}"))
}

/// The graduate as a correction has them.
pub(crate) fn graduate_key(id: &CredentialId, version: u32) -> Key {
    Key::new(Collection::Index, format!("graduate/{id}/{version}"))
}

pub(crate) fn serial_key(course: &str, year: i32) -> Key {
    Key::new(Collection::Meta, format!("serial/{course}/{year}"))
}

/// Ids of directly issued credentials are of any length and may say something about people: only their digest is a key.
pub(crate) fn direct_key(id: &str) -> Key {
    Key::new(
        Collection::Direct,
        Digest::of(id.as_bytes()).octets().as_slice(),
    )
}

pub(crate) fn published_key(path: &str) -> Key {
    Key::new(Collection::Published, path)
}

/// Where what was published of a status list is kept for those who ask for an earlier moment.
pub(crate) fn published_at_prefix(number: ListNumber) -> Vec<u8> {
    [b"status-at/".as_slice(), &number.0.to_be_bytes()].concat()
}

/// A list as it was published at a moment; later moments sort first.
pub(crate) fn published_at_key(number: ListNumber, at: Timestamp) -> Key {
    let until_the_end = (i64::MAX / 2).saturating_sub(at.unix()).unsigned_abs();
    let id = [
        published_at_prefix(number),
        until_the_end.to_be_bytes().to_vec(),
    ]
    .concat();
    Key::new(Collection::Published, id)
}

impl Desk {
    /// The organisation.
    pub fn organisation(&self) -> Result<Organisation, AppError> {
        Ok(self
            .load(organisation_key(), "organisation", "in this store")?
            .value)
    }

    /// The signing keys, oldest first.
    pub fn signing_keys(&self) -> Result<Vec<SigningKey>, AppError> {
        let mut keys: Vec<SigningKey> = self.all(Collection::SigningKey, b"")?;
        keys.sort_by_key(|key| key.made);
        Ok(keys)
    }

    /// The active key of a role.
    pub fn active_key(&self, role: KeyRole) -> Result<SigningKey, AppError> {
        let active = |key: &SigningKey| key.role == role && key.ended.is_none();
        let found = self.signing_keys()?.into_iter().rfind(active);
        found.ok_or(AppError::NoKey(role_name(role)))
    }

    /// The active key of a role, which `signer` must be.
    pub(crate) fn active_key_of(
        &self,
        role: KeyRole,
        signer: &dyn Signer,
    ) -> Result<SigningKey, AppError> {
        let key = self.active_key(role)?;
        match key.public == signer.public_key() {
            true => Ok(key),
            false => Err(AppError::OtherKey {
                role: role_name(role),
                id: key.id,
            }),
        }
    }

    /// An operator.
    pub fn operator(&self, id: &OperatorId) -> Result<Operator, AppError> {
        Ok(self.load(operator_key(id), "operator", id.as_str())?.value)
    }

    /// The operator whom a statement names.
    pub(crate) fn operator_of(
        &self,
        statement: Option<&SignedStatement>,
    ) -> Result<Operator, AppError> {
        let missing = || AppError::NotFound {
            what: "statement",
            id: "of the first officer".to_owned(),
        };
        let claim = statement
            .ok_or_else(missing)?
            .claim()
            .map_err(crate::domain::batch::BatchError::from)?;
        self.operator(&claim.operator)
    }

    /// A course.
    pub fn course(&self, code: &str) -> Result<Course, AppError> {
        Ok(self.load(course_key(code), "course", code)?.value)
    }

    /// A batch.
    pub(crate) fn batch(&self, id: &BatchId) -> Result<Loaded<Batch>, AppError> {
        self.load(batch_key(id), "batch", id.as_str())
    }

    /// The graduates of a batch, in order.
    pub fn graduates(&self, id: &BatchId) -> Result<Vec<Graduate>, AppError> {
        self.all(Collection::Row, id.as_str().as_bytes())
    }

    /// A certificate.
    pub(crate) fn certificate(&self, id: &CredentialId) -> Result<Loaded<Certificate>, AppError> {
        self.load(certificate_key(id), "certificate", &id.to_string())
    }

    /// The graduate as the current version of a certificate has them: from the correction that made it, or from the batch.
    pub(crate) fn current_graduate(&self, certificate: &Certificate) -> Result<Graduate, AppError> {
        let version = certificate.current()?.number;
        if let Some(corrected) = self.find(graduate_key(&certificate.id, version))? {
            return Ok(corrected.value);
        }
        let key = numbered(Collection::Row, &certificate.batch, certificate.row);
        let row = self.load(key, "graduate of certificate", &certificate.number)?;
        Ok(row.value)
    }

    /// A template by its digest.
    pub fn template(&self, digest: &Digest) -> Result<Template, AppError> {
        let key = template_key(digest);
        let missing = || AppError::NotFound {
            what: "template",
            id: digest.to_string(),
        };
        Ok(Template::parse(
            &self.store.fetch(&key)?.ok_or_else(missing)?,
        )?)
    }

    /// Keep a template unless it is kept already: the same content has the same key.
    pub(crate) fn keep_template(
        &self,
        writing: &mut Writing,
        template: &Template,
    ) -> Result<(), AppError> {
        let key = template_key(&template.digest());
        if self.store.fetch(&key)?.is_none() {
            writing.create(key, &template.to_json())?;
        }
        Ok(())
    }
}

pub(crate) fn role_name(role: KeyRole) -> &'static str {
    match role {
        KeyRole::Issuing => "issuing",
        KeyRole::Status => "status",
    }
}
