//! Specimens: certificates of nobody, signed with a key that anyone may know, on which designs are tried and shown.

use std::collections::BTreeMap;

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::credential::draft::Form;
use cheti_shared::credential::envelope::{ProofChecked, SignedCredential};
use cheti_shared::ids::{CredentialId, ListNumber, StatusIndex};
use cheti_shared::key::{SecretKey, Signer as _};
use cheti_shared::limits::TEXT_FIELD_BYTES;
use cheti_shared::qr::payload;
use cheti_shared::time::{Date, Timestamp};

use super::error::AppError;
use super::ports::press::Sheet;
use crate::domain::batch::{Batch, Graduate};
use crate::domain::course::{Course, Field};
use crate::domain::name::PersonName;
use crate::domain::organisation::Organisation;
use crate::domain::plan::{Inputs, valid_until};

/// The course of a specimen, where no other is given.
const COURSE: &str = r#"
code = "SPECIMEN"
name = "Advanced Cybersecurity Training"
description = "A course of nobody, to try designs on."
criteria = "None."
certificate_number = "SPECIMEN-{year}-{serial}"

[partner]
id = "https://partner.example/"
name = "Example Technologies (Kenya)"

[[field]]
key = "award"
label = "Award"
pointer = "/credentialSubject/result/0/value"
codec = "enum"
allowed = ["Distinction"]
"#;

/// The graduate who does not exist.
pub const USUAL_NAME: &str = "Wanjikũ Ng\u{2019}ang\u{2019}a";
/// The seed of the key: it signs what proves nothing.
const SEED: [u8; 32] = *b"specimen specimen specimen speci";
/// 2026-10-16T06:00:00Z: the same specimen on every day.
const DAY: i64 = 1_792_130_400;

/// A signed certificate of nobody.
#[derive(Clone, Debug)]
pub struct Specimen {
    json: Vec<u8>,
    code: String,
    checked: ProofChecked,
}

impl Specimen {
    /// As the press takes it.
    pub fn sheet(&self) -> Sheet<'_> {
        Sheet::new(&self.checked, &self.json, &self.code)
    }

    /// The whole text of the printed code.
    pub fn code(&self) -> &str {
        &self.code
    }
}

/// Makes specimens of one course.
pub struct Specimens {
    course: Course,
    form: Form,
    key: SecretKey,
    verify_url: String,
    awarded: Date,
    at: Timestamp,
}

impl Specimens {
    /// Specimens of a course of nobody, or of this one, by an organisation of nobody, or by this one.
    pub fn new(
        course: Option<&Course>,
        organisation: Option<&Organisation>,
    ) -> Result<Self, AppError> {
        let key = SecretKey::from_seed(&SEED);
        let course = course.map_or_else(|| Course::parse(COURSE), |course| Ok(course.clone()))?;
        let organisation = match organisation {
            Some(organisation) => organisation.clone(),
            None => nobody(&key)?,
        };
        let at = Timestamp::from_unix(DAY).ok_or(AppError::SelfCheck)?;
        let (name, public) = ("specimen".to_owned(), key.public_key());
        let signing = organisation.key(name, KeyRole::Issuing, public, at);
        let template = course.template(&organisation, &signing)?;
        Ok(Self {
            awarded: at.date_at(organisation.utc_offset),
            verify_url: organisation.verify_url,
            form: Form::new(template)?,
            course,
            key,
            at,
        })
    }

    /// The specimen for this name.
    pub fn of(&self, name: &str) -> Result<Specimen, AppError> {
        let wanted = || AppError::Value {
            what: "the specimen's name",
            wanted: "a name that a certificate can carry".to_owned(),
        };
        let graduate = Graduate {
            line: 1,
            name: PersonName::parse(name).map_err(|_| wanted())?,
            staff_number: None,
            extras: self.course.fields.iter().filter_map(longest).collect(),
        };
        self.signed(&graduate, "Cohort 7", self.awarded, self.at)
    }

    /// The specimen for a graduate of a batch that nobody has signed yet: what it says is what will be said, and its code
    /// proves nothing.
    pub fn of_graduate(&self, graduate: &Graduate, batch: &Batch) -> Result<Specimen, AppError> {
        self.signed(graduate, &batch.cohort, batch.award_date, batch.valid_from)
    }

    fn signed(
        &self,
        graduate: &Graduate,
        cohort: &str,
        awarded: Date,
        from: Timestamp,
    ) -> Result<Specimen, AppError> {
        let inputs = Inputs {
            course: &self.course,
            template: self.form.template(),
            graduate,
            cohort,
            id: CredentialId::from_random([7; 16]),
            number: (awarded.year(), 123_456),
            awarded,
            from,
            until: valid_until(&self.course, from),
            created: self.at,
            status: (ListNumber(1), StatusIndex(100_000)),
        };
        let json = self.form.draft(inputs.values())?.freeze().sign(&self.key)?;
        let signed = SignedCredential::parse(&json)?;
        let public = self.key.public_key();
        let proof = signed.proofs().first().ok_or(AppError::SelfCheck)?;
        let checked = self.form.check_proof(&signed, proof, &public);
        let payload = payload::encode(self.form.template(), signed.document())?;
        Ok(Specimen {
            code: payload::url(&self.verify_url, &payload),
            checked: checked.ok_or(AppError::SelfCheck)??,
            json,
        })
    }
}

/// The longest value that a field allows.
fn longest(field: &Field) -> Option<(String, String)> {
    let value = match field.allowed.iter().max_by_key(|value| value.len()) {
        Some(value) => value.clone(),
        None if field.required => "Specimen".to_owned(),
        None => return None,
    };
    Some((field.key.clone(), value))
}

fn nobody(key: &SecretKey) -> Result<Organisation, AppError> {
    let organisation = Organisation {
        name: "Example Training Organisation (SPECIMEN)".to_owned(),
        did: "did:web:issuer.example".to_owned(),
        contact: None,
        public_url: "https://issuer.example/".to_owned(),
        verify_url: "https://v.issuer.example/".to_owned(),
        utc_offset: "+03:00".parse().map_err(|_| AppError::SelfCheck)?,
        root: key.public_key(),
    };
    Ok(organisation.check()?)
}

/// Names on which a design is tried, by what they are: from the shortest to the longest that a certificate carries.
pub fn trying_names() -> BTreeMap<&'static str, String> {
    let of_words = "Wanjikũ Ng’ang’a wa Mwangi ".repeat(6);
    let cut = |text: &str, octets: usize| {
        let end = (0..=octets).rev().find(|&end| text.is_char_boundary(end));
        text.get(..end.unwrap_or_default())
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    BTreeMap::from([
        ("a short name", "Bo Ot".to_owned()),
        ("a usual name", USUAL_NAME.to_owned()),
        ("the longest name", cut(&of_words, TEXT_FIELD_BYTES)),
        ("a name of one long word", "Kĩrĩnyaga".repeat(4)),
    ])
}
