//! What may leave the house: stored credentials of which every proof was checked again with the published keys.
//!
//! A store can be altered by whoever holds it; a signature cannot be made for what it says then. So nothing is printed,
//! drawn or exported but what [`Proofreader`] let pass.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::credential::draft::Form;
use cheti_shared::credential::envelope::{ProofChecked, SignedCredential};
use cheti_shared::credential::open_badge::Facts;
use cheti_shared::ids::Digest;
use cheti_shared::qr::payload;

use super::certificates::credential;
use super::desk::Desk;
use super::error::AppError;
use super::ports::press::Sheet;
use crate::domain::certificate::{Certificate, Version};
use crate::domain::organisation::SigningKey;

/// One version of a certificate, ready to be handed out.
#[derive(Clone, Debug)]
pub struct Deliverable {
    /// The file's name without its ending: `NAME-id-vN`.
    pub stem: String,
    /// The signed credential, the exact octets.
    pub json: Vec<u8>,
    /// The whole text of the printed code.
    pub code: String,
    /// What is printed of it.
    pub facts: Facts,
    id_and_version: String,
    checked: ProofChecked,
}

impl Deliverable {
    /// The credential's id and the version, a name for files that says nothing about the graduate.
    pub fn id_and_version(&self) -> &str {
        &self.id_and_version
    }

    /// As the press takes it.
    pub fn sheet(&self) -> Sheet<'_> {
        Sheet::new(&self.checked, &self.json, &self.code)
    }
}

/// Reads stored credentials and checks their proofs.
pub struct Proofreader<'a> {
    desk: &'a Desk,
    verify_url: String,
    keys: Vec<SigningKey>,
    forms: Mutex<BTreeMap<Digest, Arc<Form>>>,
}

impl<'a> Proofreader<'a> {
    /// One that knows the organisation's keys.
    pub fn new(desk: &'a Desk) -> Result<Self, AppError> {
        let issuing = |key: &SigningKey| key.role == KeyRole::Issuing;
        Ok(Self {
            desk,
            verify_url: desk.organisation()?.verify_url,
            keys: desk.signing_keys()?.into_iter().filter(issuing).collect(),
            forms: Mutex::default(),
        })
    }

    /// What is handed out for a version. Refuses one that is not, octet for octet, what the organisation signed.
    pub fn deliverable(
        &self,
        certificate: &Certificate,
        version: &Version,
    ) -> Result<Deliverable, AppError> {
        let json = credential(self.desk, &certificate.id, version.number)?;
        let altered = || AppError::NotAsSigned {
            number: certificate.number.clone(),
            version: version.number,
        };
        let signed = SignedCredential::parse(&json).map_err(|_| altered())?;
        let is_the_one =
            signed.id() == Some(&certificate.id.urn()) && signed.digest() == version.digest;
        let form = self.form(&version.template)?;
        let checked = self.check(&form, &signed).filter(|_| is_the_one);
        let checked = checked.ok_or_else(altered)?;
        let payload = payload::encode(form.template(), signed.document())?;
        let facts = Facts::of(checked.document());
        let id = certificate.id.to_string();
        let short = id.split('-').next().unwrap_or_default();
        let name = file_name(facts.name.as_deref().unwrap_or_default());
        Ok(Deliverable {
            stem: format!("{name}-{short}-v{}", version.number),
            id_and_version: format!("{id}-v{}", version.number),
            code: payload::url(&self.verify_url, &payload),
            json,
            facts,
            checked,
        })
    }

    /// Every proof holds with the key that it names, which is one of the organisation's.
    fn check(&self, form: &Form, signed: &SignedCredential) -> Option<ProofChecked> {
        let mut checked = None;
        for proof in signed.proofs() {
            let named = |key: &&SigningKey| key.id == proof.verification_method();
            let key = self.keys.iter().find(named)?;
            checked = Some(form.check_proof(signed, proof, &key.public)?.ok()?);
        }
        checked
    }

    /// A template's form, made once.
    fn form(&self, template: &Digest) -> Result<Arc<Form>, AppError> {
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(form) = forms.get(template) {
            return Ok(Arc::clone(form));
        }
        let form = Arc::new(Form::new(self.desk.template(template)?)?);
        forms.insert(*template, Arc::clone(&form));
        Ok(form)
    }
}

/// What is handed out for a version, when there is but one.
pub fn deliverable(
    desk: &Desk,
    certificate: &Certificate,
    version: &Version,
) -> Result<Deliverable, AppError> {
    Proofreader::new(desk)?.deliverable(certificate, version)
}

/// A name as a file may be called on any system: letters and digits as they are, everything else one `-`.
fn file_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, '\'' | '\u{2019}' | '\u{2bc}'))
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_file_names() {
        for (name, wanted) in [
            ("Wanjikũ Ng'ang'a", "Wanjikũ-Nganga"),
            ("Irene Chirchir O’Brien", "Irene-Chirchir-OBrien"),
            ("../../etc/passwd", "etc-passwd"),
            ("A. B/C\\D:E", "A-B-C-D-E"),
        ] {
            assert_eq!(file_name(name), wanted);
        }
    }
}
