//! Courses: the file an officer writes, and what becomes of it.

mod check;

use cheti_shared::credential::draft::{DraftError, Form};
use cheti_shared::credential::endorsement::{Endorsement, EndorsementError, Standing};
use cheti_shared::credential::open_badge::{
    AchievementDetails, CourseField, CourseTerms, Expiry, Image, Profile,
};
use cheti_shared::ids::Digest;
use cheti_shared::limits::TEXT_FIELD_BYTES;
use cheti_shared::qr::template::{Template, TemplateError};
use cheti_shared::status::entry::Purpose;
use serde::{Deserialize, Serialize};

use super::organisation::{Organisation, SigningKey};
use super::print_kit::PrintTable;
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
    /// URL of a page that says it at length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criteria_url: Option<String>,
    /// Open Badges achievement type: `Certificate`, `Course`, `Diploma`, ...
    #[serde(default = "certificate")]
    pub achievement_type: String,
    /// Level in the national qualifications framework, in words.
    #[serde(default)]
    pub level: Option<String>,
    /// URL of the level's official description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_url: Option<String>,
    /// URL of the picture that wallets show for the achievement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What the picture shows, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_caption: Option<String>,
    /// The partner's endorsement of the course.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endorsement: Option<Endorsed>,
    /// How certificate numbers are written: text with `{year}` and `{serial}`.
    pub certificate_number: String,
    /// Whether certificates can be revoked for good, or suspended and reinstated.
    #[serde(default)]
    pub status: StatusChoice,
    /// Years until a certificate expires; without it, it never does.
    #[serde(default)]
    pub valid_years: Option<u8>,
    /// Years after the award that personal data is kept; without it, for good. `registry due` lists whose time is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retain_years: Option<u8>,
    /// The training partner, named on the certificate.
    #[serde(default)]
    pub partner: Option<Partner>,
    /// How its certificates look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub print: Option<PrintTable>,
    /// The digest of the kit made of that; in the record alone, never in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kit: Option<Digest>,
    /// Further fields that vary from graduate to graduate.
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
}

fn certificate() -> String {
    "Certificate".to_owned()
}

/// A course's endorsement: named in the file, held in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Endorsed {
    /// The name of a file beside the course file.
    File(String),
    /// The endorsement itself.
    By(Endorsement),
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
    /// Where it stands in the credential. Fields are results, numbered in the file's order; `Status` results have a status.
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
    /// The endorsement cannot be carried.
    #[error(transparent)]
    Endorsement(#[from] EndorsementError),
    /// The file names an endorsement and none was given, or the other way round.
    #[error("an endorsement must be both named in the course file and given beside it")]
    EndorsementFile,
    /// The file says how its certificates look and the kit was not given, or the other way round.
    #[error("the table [print] of the course file and its files belong together")]
    PrintFiles,
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

    /// The endorsement's file, beside the course file, where the course names one.
    pub fn endorsement_file(&self) -> Option<&str> {
        match &self.endorsement {
            Some(Endorsed::File(name)) => Some(name),
            _ => None,
        }
    }

    /// Take the endorsement in that the file names: it must be of this course's achievement, and its proofs hold as far as
    /// they can be checked here.
    pub fn endorse(
        &mut self,
        file: Option<&[u8]>,
        organisation: &Organisation,
    ) -> Result<Option<Standing>, CourseError> {
        let octets = match (&self.endorsement, file) {
            (None, None) => return Ok(None),
            (Some(Endorsed::File(_)), Some(octets)) => octets,
            _ => return Err(CourseError::EndorsementFile),
        };
        let endorsement = Endorsement::parse(octets)?;
        endorsement.check_subject(&self.achievement_id(organisation))?;
        let standing = endorsement.verify()?;
        self.endorsement = Some(Endorsed::By(endorsement));
        Ok(Some(standing))
    }

    /// The achievement's identifier.
    pub fn achievement_id(&self, organisation: &Organisation) -> String {
        let code = self.code.to_ascii_lowercase();
        format!("{}courses/{code}", organisation.public_url)
    }

    fn details(&self) -> AchievementDetails {
        AchievementDetails {
            criteria_url: self.criteria_url.clone(),
            image: self.image.clone().map(|url| Image {
                url,
                caption: self.image_caption.clone(),
            }),
            level_url: self.level_url.clone(),
            endorsement: match &self.endorsement {
                Some(Endorsed::By(endorsement)) => Some(endorsement.clone()),
                _ => None,
            },
        }
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
            achievement_id: self.achievement_id(organisation),
            name: self.name.clone(),
            description: self.description.clone(),
            criteria: self.criteria.clone(),
            achievement_type: self.achievement_type.clone(),
            level: self.level.clone(),
            details: self.details(),
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
            (
                "[partner]",
                "achievement_type = \"Paper\"\n[partner]",
                "achievement_type",
            ),
            (
                "[partner]",
                "level_url = \"https://a.example/6\"\n[partner]",
                "level_url",
            ),
            (
                "[partner]",
                "image_caption = \"A badge\"\n[partner]",
                "image_caption",
            ),
            ("[partner]", "image = \"badge.png\"\n[partner]", "image"),
            (
                "[partner]",
                "image = \"https://a.example/{b}\"\n[partner]",
                "image",
            ),
            (
                "[partner]",
                "criteria_url = \"http://a.example/\"\n[partner]",
                "criteria_url",
            ),
            (
                "[partner]",
                "endorsement = \"../other.json\"\n[partner]",
                "endorsement",
            ),
            ("[partner]", "endorsement = {}\n[partner]", "endorsement"),
            (
                "key = \"award\"",
                "key = \"award\"\nresult_type = \"Grade\"",
                "result_type",
            ),
            (
                "key = \"award\"",
                "key = \"award\"\nresult_type = \"Status\"",
                "pointer",
            ),
        ] {
            let error = Course::parse(&COURSE.replace(from, to))
                .unwrap_err()
                .to_string();
            assert!(error.contains(says), "{to}: {error}");
        }
    }

    #[test]
    fn a_status_has_a_status_and_known_words() {
        let status = COURSE.replace("result/0/value", "result/0/status").replace(
            "key = \"award\"",
            "key = \"award\"\nresult_type = \"Status\"",
        );
        let error = Course::parse(&status).unwrap_err().to_string();
        assert!(error.contains("allowed"), "{error}");
        let known = "[\"Completed\", \"Withdrew\"]";
        let status = status.replace("[\"Pass\", \"Credit\", \"Distinction\"]", known);
        assert_eq!(
            Course::parse(&status).unwrap().fields[0].result_type,
            "Status"
        );
    }
}
