//! Courses: the file an officer writes, and what becomes of it.

use cheti_shared::credential::draft::{DraftError, Form};
use cheti_shared::credential::open_badge::{CourseField, CourseTerms, Expiry, Profile};
use cheti_shared::limits::TEXT_FIELD_BYTES;
use cheti_shared::qr::template::{Template, TemplateError};
use cheti_shared::status::entry::Purpose;
use serde::{Deserialize, Serialize};

use super::organisation::{Organisation, SigningKey};
use super::roster::FieldSpec;

/// A course file (TOML). Unknown keys are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// Short code: capital letters, digits and `-`; names the course on the command line.
    pub code: String,
    /// The course's name, as printed.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// What a graduate had to do.
    pub criteria: String,
    /// Open Badges achievement type: `Certificate`, `Course`, `Diploma`, ...
    #[serde(default = "certificate")]
    pub achievement_type: String,
    /// Level in the national qualifications framework, in words.
    #[serde(default)]
    pub level: Option<String>,
    /// How certificate numbers are written: text with `{year}` and `{serial}`.
    pub certificate_number: String,
    /// Whether certificates can be revoked for good, or suspended and reinstated.
    #[serde(default)]
    pub status: StatusChoice,
    /// Years until a certificate expires; without it, it never does.
    #[serde(default)]
    pub valid_years: Option<u8>,
    /// The training partner, named on the certificate.
    #[serde(default)]
    pub partner: Option<Partner>,
    /// Further fields that vary from graduate to graduate.
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
}

fn certificate() -> String {
    "Certificate".to_owned()
}

/// What a set status bit means for a course's certificates; never both (DESIGN, The credential).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusChoice {
    /// Revoked, for good.
    #[default]
    Revocation,
    /// Suspended; may be reinstated.
    Suspension,
}

impl StatusChoice {
    /// As status lists name it.
    pub fn purpose(self) -> Purpose {
        match self {
            Self::Revocation => Purpose::Revocation,
            Self::Suspension => Purpose::Suspension,
        }
    }
}

/// The training partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Its identifier: a DID or an https URL.
    pub id: String,
    /// Its name, as printed.
    pub name: String,
}

/// A further field of the certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Short name: lower-case letters and `_`; also the name for `--map`.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// Where it stands in the credential. Fields are results, numbered in the file's order.
    pub pointer: String,
    /// `text`, or `enum` for one of the allowed values.
    pub codec: FieldCodec,
    /// The allowed values of an `enum`, in the spelling to be signed.
    #[serde(default)]
    pub allowed: Vec<String>,
    /// Whether every graduate must have one.
    #[serde(default = "yes")]
    pub required: bool,
    /// What stands where a graduate has none; needed when it is not required.
    #[serde(default)]
    pub default: Option<String>,
    /// Open Badges result type: `LetterGrade`, `Percent`, `Status`, ... or `ext:` and a name.
    #[serde(default = "letter_grade")]
    pub result_type: String,
}

fn yes() -> bool {
    true
}

fn letter_grade() -> String {
    "LetterGrade".to_owned()
}

/// How a further field is written in the printed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldCodec {
    /// Free text of at most 120 octets.
    Text,
    /// One of the allowed values.
    Enum,
}

/// Why a course file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CourseError {
    /// Not TOML, or not with these keys.
    #[error("the course file is not valid: {0}")]
    File(String),
    /// A value breaks a rule.
    #[error("in the course file, {key} {what}")]
    Value {
        /// The key.
        key: String,
        /// What is wrong.
        what: &'static str,
    },
    /// The credential it describes would be malformed.
    #[error("the certificates of this course would not be well formed")]
    Template(#[from] TemplateError),
    /// The form cannot be made.
    #[error("the certificates of this course would not be well formed")]
    Form(#[from] DraftError),
}

impl Course {
    /// Read and check a course file.
    pub fn parse(text: &str) -> Result<Self, CourseError> {
        let course: Self =
            toml::from_str(text).map_err(|error| CourseError::File(error.to_string()))?;
        course.check()?;
        Ok(course)
    }

    fn check(&self) -> Result<(), CourseError> {
        let refuse = |key: &str, what| CourseError::Value {
            key: key.to_owned(),
            what,
        };
        let code = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'-';
        if !(2..=24).contains(&self.code.len()) || !self.code.bytes().all(code) {
            return Err(refuse(
                "code",
                "must have 2 to 24 capital letters, digits or '-'",
            ));
        }
        for (key, text, most) in [
            ("name", &self.name, 160),
            ("description", &self.description, 1_000),
            ("criteria", &self.criteria, 1_000),
            ("achievement_type", &self.achievement_type, 60),
        ] {
            check_text(text, most).map_err(|what| refuse(key, what))?;
        }
        let number = &self.certificate_number;
        let slots =
            number.matches("{serial}").count() == 1 && number.matches("{year}").count() <= 1;
        let rest = number.replacen("{serial}", "", 1).replacen("{year}", "", 1);
        if !slots || !number.contains("{year}") || rest.contains(['{', '}']) || number.len() > 60 {
            return Err(refuse(
                "certificate_number",
                "must hold {year} and {serial}, once each, and at most 60 characters",
            ));
        }
        if self
            .valid_years
            .is_some_and(|years| years == 0 || years > 50)
        {
            return Err(refuse("valid_years", "must be 1 to 50"));
        }
        if let Some(partner) = &self.partner {
            check_text(&partner.name, 160).map_err(|what| refuse("partner.name", what))?;
            if !partner.id.starts_with("https://") && !partner.id.starts_with("did:") {
                return Err(refuse("partner.id", "must be a DID or an https URL"));
            }
        }
        self.fields
            .iter()
            .enumerate()
            .try_for_each(|(i, field)| field.check(i))
    }

    /// What is constant in this course's certificates when `key` signs them.
    pub fn terms(&self, organisation: &Organisation, key: &SigningKey) -> CourseTerms {
        let field = |field: &Field| CourseField {
            key: field.key.clone(),
            label: field.label.clone(),
            allowed: field.allowed.clone(),
            result_type: field.result_type.clone(),
        };
        CourseTerms {
            issuer: Profile {
                id: organisation.did.clone(),
                name: organisation.name.clone(),
            },
            partner: self.partner.as_ref().map(|p| Profile {
                id: p.id.clone(),
                name: p.name.clone(),
            }),
            achievement_id: format!(
                "{}courses/{}",
                organisation.public_url,
                self.code.to_ascii_lowercase()
            ),
            name: self.name.clone(),
            description: self.description.clone(),
            criteria: self.criteria.clone(),
            achievement_type: self.achievement_type.clone(),
            level: self.level.clone(),
            certificate_number: self.certificate_number.clone(),
            utc_offset: organisation.utc_offset,
            expires: self
                .valid_years
                .map_or(Expiry::Never, |_| Expiry::EachItsOwn),
            status_base: organisation.status_base(),
            status_purpose: self.status.purpose(),
            verification_method: key.id.clone(),
            fields: self.fields.iter().map(field).collect(),
        }
    }

    /// The template of this course's certificates when `key` signs them.
    pub fn template(
        &self,
        organisation: &Organisation,
        key: &SigningKey,
    ) -> Result<Template, CourseError> {
        let template = self.terms(organisation, key).template()?;
        Form::new(template.clone())?;
        Ok(template)
    }

    /// What a roster may and must give beside the name.
    pub fn roster_fields(&self) -> Vec<FieldSpec> {
        let spec = |field: &Field| FieldSpec {
            key: field.key.clone(),
            label: field.label.clone(),
            required: field.required,
            allowed: field.allowed.clone(),
            max_octets: TEXT_FIELD_BYTES,
        };
        self.fields.iter().map(spec).collect()
    }
}

impl Field {
    fn check(&self, position: usize) -> Result<(), CourseError> {
        let refuse = |key: &str, what| CourseError::Value {
            key: format!("field {}: {key}", self.key),
            what,
        };
        check_text(&self.label, 60).map_err(|what| refuse("label", what))?;
        if self.pointer != format!("/credentialSubject/result/{position}/value") {
            let what = "must be /credentialSubject/result/N/value, where N counts the file's fields from 0";
            return Err(refuse("pointer", what));
        }
        match (self.codec, self.allowed.is_empty()) {
            (FieldCodec::Enum, true) => {
                return Err(refuse("allowed", "must list the values of an enum"));
            }
            (FieldCodec::Text, false) => {
                return Err(refuse("allowed", "belongs to codec = \"enum\""));
            }
            _ => {}
        }
        for value in &self.allowed {
            check_text(value, TEXT_FIELD_BYTES).map_err(|what| refuse("allowed", what))?;
        }
        match &self.default {
            None if !self.required => Err(refuse(
                "default",
                "is needed when the field is not required",
            )),
            Some(value) if !self.allowed.is_empty() && !self.allowed.contains(value) => {
                Err(refuse("default", "must be one of the allowed values"))
            }
            _ => Ok(()),
        }
    }
}

fn check_text(text: &str, most: usize) -> Result<(), &'static str> {
    if text.trim().is_empty() {
        return Err("must not be empty");
    }
    if text.chars().count() > most {
        return Err("is too long");
    }
    match text.contains(|c: char| c.is_control() || matches!(c, '{' | '}')) {
        true => Err("must hold no braces and no control characters"),
        false => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const COURSE: &str = r#"
code = "ACT"
name = "Advanced Cybersecurity Training"
description = "Five weeks of defending public networks."
criteria = "Attended, and passed the practical examination."
certificate_number = "NC4-ACT-{year}-{serial}"

[partner]
id = "https://partner.example/"
name = "Example Technologies (Kenya)"

[[field]]
key = "award"
label = "Award"
pointer = "/credentialSubject/result/0/value"
codec = "enum"
allowed = ["Pass", "Credit", "Distinction"]
"#;

    #[test]
    fn a_course_file_reads_and_names_its_mistakes() {
        assert_eq!(Course::parse(COURSE).unwrap().fields[0].key, "award");
        for (from, to, says) in [
            ("code = \"ACT\"", "code = \"a c\"", "code"),
            ("{serial}", "{number}", "certificate_number"),
            ("{year}", "2026", "certificate_number"),
            ("Five weeks", "Five {name} weeks", "description"),
            ("result/0", "result/1", "pointer"),
            ("codec = \"enum\"", "codec = \"text\"", "allowed"),
            (
                "codec = \"enum\"",
                "codec = \"enum\"\nrequired = false",
                "default",
            ),
            ("codec = \"enum\"", "codec = \"enum\"\ncolour = 1", "colour"),
            ("name = \"Adv", "nane = \"Adv", "nane"),
            ("https://partner", "http://partner", "partner.id"),
        ] {
            let error = Course::parse(&COURSE.replace(from, to))
                .unwrap_err()
                .to_string();
            assert!(error.contains(says), "{to}: {error}");
        }
    }
}
