//! Open Badges 3.0 certificates: the one builder of what is issued, and the facts that people read.

use serde_json::{Map, Value, json};

use super::lint::{CREDENTIALS_V2, OPEN_BADGES_3_0_3};
use crate::proof::{ASSERTION_METHOD, eddsa_jcs_2022};
use crate::qr::codec::Codec;
use crate::qr::template::{Field, Template, TemplateError};
use crate::status::entry::Purpose;
use crate::time::UtcOffset;

/// An organisation: the issuer, or the training partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its identifier: a DID or https URL.
    pub id: String,
    /// Its name, as it is printed.
    pub name: String,
}

/// A varying field of a course beyond those every certificate has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseField {
    /// The slot's name: lower-case letters and `_`.
    pub key: String,
    /// What it is called, as the certificate and the result description show it.
    pub label: String,
    /// The allowed values in order; empty for free text.
    pub allowed: Vec<String>,
    /// The Open Badges `resultType`, such as `LetterGrade` or `ext:StaffNumber` (O6).
    pub result_type: String,
}

/// What is constant in the certificates of one course (O1, O2, O6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseTerms {
    /// The issuing organisation.
    pub issuer: Profile,
    /// The training partner, who assessed (`source`).
    pub partner: Option<Profile>,
    /// The achievement's own URL.
    pub achievement_id: String,
    /// The course's name.
    pub name: String,
    /// What the course is about.
    pub description: String,
    /// What a graduate had to do.
    pub criteria: String,
    /// The Open Badges achievement type: `Certificate`, `Diploma`, `Course`, ...
    pub achievement_type: String,
    /// The level in the Kenya National Qualifications Framework, in words.
    pub level: Option<String>,
    /// How certificate numbers are written: text with `{year}` and `{serial}`.
    pub certificate_number: String,
    /// The organisation's local time.
    pub utc_offset: UtcOffset,
    /// How long a certificate holds, when it ends at all.
    pub expires: Expiry,
    /// Where status lists are published: the URL to which a list's number is appended.
    pub status_base: String,
    /// What a set bit means.
    pub status_purpose: Purpose,
    /// The DID URL of the key that signs; a new key means a new template.
    pub verification_method: String,
    /// Further varying fields, each a Result.
    pub fields: Vec<CourseField>,
}

/// Whether certificates end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// They hold for ever.
    Never,
    /// Each has a `validUntil`.
    EachItsOwn,
}

/// Names of the slots that every certificate has.
pub mod slot {
    /// The credential's UUID.
    pub const ID: &str = "id";
    /// The graduate's name.
    pub const NAME: &str = "name";
    /// Year of the certificate number.
    pub const YEAR: &str = "year";
    /// Serial of the certificate number: six digits.
    pub const SERIAL: &str = "serial";
    /// The cohort (`term`).
    pub const COHORT: &str = "cohort";
    /// The award's date.
    pub const AWARDED: &str = "awarded";
    /// `validFrom`.
    pub const FROM: &str = "from";
    /// `validUntil`, where certificates end.
    pub const UNTIL: &str = "until";
    /// The proof's `created`.
    pub const CREATED: &str = "created";
    /// Number of the status list.
    pub const LIST: &str = "list";
    /// Index in the status list.
    pub const INDEX: &str = "index";
    /// The signature.
    pub const SIGNATURE: &str = "sig";
}

impl CourseTerms {
    /// The course's template: this builder is the only place that knows the shape of a certificate.
    ///
    /// Fails when a text of the course holds a brace, or a field is misnamed or named twice.
    pub fn template(&self) -> Result<Template, TemplateError> {
        Template::new(self.template_fields(), self.credential())
    }

    fn template_fields(&self) -> Vec<Field> {
        let field = |(name, codec): (&str, Codec)| Field {
            name: name.to_owned(),
            codec,
        };
        let fixed = [
            (slot::ID, Codec::Uuid),
            (slot::NAME, Codec::Text),
            (slot::YEAR, Codec::Uint),
            (slot::SERIAL, Codec::Num(6)),
            (slot::COHORT, Codec::Text),
            (slot::AWARDED, Codec::Date),
            (slot::FROM, Codec::Time),
        ];
        let until = (self.expires == Expiry::EachItsOwn).then_some((slot::UNTIL, Codec::Time));
        let own = self.fields.iter().map(|field| {
            let codec = match field.allowed.is_empty() {
                true => Codec::Text,
                false => Codec::Enum(field.allowed.clone()),
            };
            (field.key.as_str(), codec)
        });
        let end = [
            (slot::CREATED, Codec::Time),
            (slot::LIST, Codec::Uint),
            (slot::INDEX, Codec::Uint),
            (slot::SIGNATURE, Codec::Sig),
        ];
        fixed
            .into_iter()
            .chain(until)
            .chain(own)
            .chain(end)
            .map(field)
            .collect()
    }

    fn credential(&self) -> Map<String, Value> {
        let context = json!([CREDENTIALS_V2, OPEN_BADGES_3_0_3]);
        let mut members = Map::new();
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        add("@context", context.clone());
        add("id", json!("urn:uuid:{id}"));
        add(
            "type",
            json!(["VerifiableCredential", "OpenBadgeCredential"]),
        );
        add(
            "issuer",
            json!({"id": self.issuer.id, "type": ["Profile"], "name": self.issuer.name}),
        );
        add("validFrom", json!("{from}"));
        if self.expires == Expiry::EachItsOwn {
            add("validUntil", json!("{until}"));
        }
        add(
            "awardedDate",
            json!(format!("{{awarded}}T00:00:00{}", self.utc_offset)),
        );
        add("name", json!(self.name));
        add("credentialSubject", self.subject());
        add("credentialStatus", self.status());
        let proof = json!({
            "@context": context,
            "type": "DataIntegrityProof",
            "cryptosuite": eddsa_jcs_2022::NAME,
            "created": "{created}",
            "verificationMethod": self.verification_method,
            "proofPurpose": ASSERTION_METHOD,
            "proofValue": "{sig}",
        });
        add("proof", json!([proof]));
        members
    }

    fn subject(&self) -> Value {
        let mut subject = json!({
            "id": "urn:uuid:{id}#subject",
            "type": ["AchievementSubject"],
            "name": "{name}",
            "licenseNumber": self.certificate_number,
            "term": "{cohort}",
            "achievement": self.achievement(),
        });
        if let Some(partner) = &self.partner {
            set(
                &mut subject,
                "source",
                json!({"id": partner.id, "type": ["Profile"], "name": partner.name}),
            );
        }
        if !self.fields.is_empty() {
            let result = |field: &CourseField| {
                json!({
                    "type": ["Result"],
                    "resultDescription": self.result_description_id(field),
                    "value": format!("{{{}}}", field.key),
                })
            };
            set(
                &mut subject,
                "result",
                self.fields.iter().map(result).collect(),
            );
        }
        subject
    }

    fn achievement(&self) -> Value {
        let mut achievement = json!({
            "id": self.achievement_id,
            "type": ["Achievement"],
            "name": self.name,
            "description": self.description,
            "criteria": {"narrative": self.criteria},
            "achievementType": self.achievement_type,
        });
        if let Some(level) = &self.level {
            set(&mut achievement, "tag", json!([level]));
        }
        if !self.fields.is_empty() {
            let describe = |field: &CourseField| {
                let mut description = json!({
                    "id": self.result_description_id(field),
                    "type": ["ResultDescription"],
                    "name": field.label,
                    "resultType": field.result_type,
                });
                if !field.allowed.is_empty() {
                    set(&mut description, "allowedValue", json!(field.allowed));
                }
                description
            };
            set(
                &mut achievement,
                "resultDescription",
                self.fields.iter().map(describe).collect(),
            );
        }
        achievement
    }

    fn result_description_id(&self, field: &CourseField) -> String {
        format!("{}#{}", self.achievement_id, field.key)
    }

    fn status(&self) -> Value {
        let list = format!("{}{{list}}", self.status_base);
        json!({
            "id": format!("{list}#{{index}}"),
            "type": "BitstringStatusListEntry",
            "statusPurpose": self.status_purpose.name(),
            "statusListIndex": "{index}",
            "statusListCredential": list,
        })
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value);
    }
}

/// What people read on a certificate and compare with the paper, taken from the document alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The graduate's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The course's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub course: Option<String>,
    /// Results, as label and value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<(String, String)>,
    /// The award's date as the document writes it, `2026-10-16`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarded: Option<String>,
    /// The cohort.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cohort: Option<String>,
    /// The certificate number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_number: Option<String>,
    /// The issuer's name as the document gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer_name: Option<String>,
    /// The training partner's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
}

impl Facts {
    /// The facts of `document`. What is missing or no text is left out.
    pub fn of(document: &Map<String, Value>) -> Self {
        let subject = document
            .get("credentialSubject")
            .map(|subject| match subject {
                Value::Array(subjects) => subjects.first().unwrap_or(&Value::Null),
                one => one,
            });
        let subject = subject.unwrap_or(&Value::Null);
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let date = text(document.get("awardedDate")).or_else(|| text(document.get("validFrom")));
        Self {
            name: text(subject.get("name")),
            course: text(subject.pointer("/achievement/name"))
                .or_else(|| text(document.get("name"))),
            results: results(subject),
            awarded: date.and_then(|date| date.get(..10).map(str::to_owned)),
            cohort: text(subject.get("term")),
            certificate_number: text(subject.get("licenseNumber")),
            issuer_name: text(document.get("issuer").and_then(|issuer| issuer.get("name"))),
            partner: text(subject.pointer("/source/name")),
        }
    }
}

fn results(subject: &Value) -> Vec<(String, String)> {
    let items =
        |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let descriptions = items(subject.pointer("/achievement/resultDescription"));
    let label = |id: Option<&Value>| {
        let named = descriptions
            .iter()
            .find(|description| id.is_some() && description.get("id") == id);
        named
            .and_then(|description| description.get("name"))
            .and_then(Value::as_str)
            .unwrap_or("Result")
            .to_owned()
    };
    let read = |result: &Value| {
        let value = result.get("value").and_then(Value::as_str)?;
        Some((label(result.get("resultDescription")), value.to_owned()))
    };
    items(subject.get("result"))
        .iter()
        .filter_map(read)
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::credential::lint::lint;

    pub(crate) fn terms() -> CourseTerms {
        CourseTerms {
            issuer: Profile {
                id: "did:web:nc4.example".to_owned(),
                name: "National Computer and Cybercrimes Coordination Committee".to_owned(),
            },
            partner: Some(Profile {
                id: "https://partner.example/".to_owned(),
                name: "Example Technologies (Kenya)".to_owned(),
            }),
            achievement_id: "https://nc4.example/courses/act".to_owned(),
            name: "Advanced Cybersecurity Training".to_owned(),
            description: "Five weeks of defending public networks.".to_owned(),
            criteria: "Attended, and passed the practical examination.".to_owned(),
            achievement_type: "Certificate".to_owned(),
            level: None,
            certificate_number: "NC4-ACT-{year}-{serial}".to_owned(),
            utc_offset: "+03:00".parse().unwrap(),
            expires: Expiry::Never,
            status_base: "https://nc4.example/status/".to_owned(),
            status_purpose: Purpose::Revocation,
            verification_method: "did:web:nc4.example#key-1".to_owned(),
            fields: vec![CourseField {
                key: "award".to_owned(),
                label: "Award".to_owned(),
                allowed: ["Pass", "Credit", "Distinction"]
                    .map(str::to_owned)
                    .to_vec(),
                result_type: "LetterGrade".to_owned(),
            }],
        }
    }

    pub(crate) fn values(name: &str) -> Vec<String> {
        let signature = crate::key::Signature([7; 64]).to_multibase();
        [
            "6f1c0a52-3b1e-4c8a-9d53-0a1b2c3d4e5f",
            name,
            "2026",
            "000123",
            "Cohort 7",
            "2026-10-16",
            "2026-10-16T06:00:00Z",
            "Credit",
            "2026-10-14T12:30:00Z",
            "1",
            "77123",
            &signature,
        ]
        .map(str::to_owned)
        .to_vec()
    }

    #[test]
    fn what_the_builder_makes_is_a_well_formed_badge() {
        for expires in [Expiry::Never, Expiry::EachItsOwn] {
            let template = CourseTerms { expires, ..terms() }.template().unwrap();
            let mut values = values("Wanjikũ Ng'ang'a");
            if expires == Expiry::EachItsOwn {
                values.insert(7, "2029-10-16T06:00:00Z".to_owned());
            }
            let filled = template.fill(&values).unwrap();
            assert_eq!(lint(&filled), []);
        }
    }

    #[test]
    fn the_payload_keeps_the_size_budget() {
        let template = terms().template().unwrap();
        let octets =
            crate::qr::payload::encode_values(&template, &values("Nelson Ng'ang'a Kimani Wanjiru"))
                .unwrap();
        assert!(octets.len() <= 155, "{}", octets.len());
    }

    #[test]
    fn facts_come_from_the_document() {
        let filled = terms()
            .template()
            .unwrap()
            .fill(&values("Wanjikũ Ng'ang'a"))
            .unwrap();
        let facts = Facts::of(&filled);
        assert_eq!(facts.name.as_deref(), Some("Wanjikũ Ng'ang'a"));
        assert_eq!(
            facts.course.as_deref(),
            Some("Advanced Cybersecurity Training")
        );
        assert_eq!(facts.results, [("Award".to_owned(), "Credit".to_owned())]);
        assert_eq!(facts.awarded.as_deref(), Some("2026-10-16"));
        assert_eq!(
            facts.certificate_number.as_deref(),
            Some("NC4-ACT-2026-000123")
        );
        assert_eq!(
            facts.partner.as_deref(),
            Some("Example Technologies (Kenya)")
        );
        assert_eq!(Facts::of(&Map::new()), Facts::default());
    }

    #[test]
    fn a_brace_in_a_courses_text_is_refused() {
        let bad = CourseTerms {
            description: "about {name}".to_owned(),
            ..terms()
        };
        assert!(
            bad.template().is_ok(),
            "a declared slot is allowed wherever the officer puts it"
        );
        let bad = CourseTerms {
            description: "about {nothing}".to_owned(),
            ..terms()
        };
        assert!(bad.template().is_err());
    }
}
