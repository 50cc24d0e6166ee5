//! Open Badges 3.0 certificates: the one builder of what is issued, and the facts that people read.

mod facts;
pub mod vocabulary;

use serde_json::{Map, Value, json};

use super::endorsement::Endorsement;
use super::lint::{CREDENTIALS_V2, OPEN_BADGES_3_0_3};
use crate::proof::{ASSERTION_METHOD, eddsa_jcs_2022};
use crate::qr::codec::Codec;
use crate::qr::template::{Field, Template, TemplateError};
use crate::status::entry::Purpose;
use crate::time::UtcOffset;

pub use facts::Facts;

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
    /// What else the achievement says.
    pub details: AchievementDetails,
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

/// What an achievement says where its course has it (O2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AchievementDetails {
    /// URL of a page with the criteria (`criteria.id`).
    pub criteria_url: Option<String>,
    /// The picture that wallets and backpacks show.
    pub image: Option<Image>,
    /// URL of the level's official description. With it the level is an Alignment, which demands one; without, a tag.
    pub level_url: Option<String>,
    /// What somebody else, mostly the training partner, says of the achievement (O7).
    pub endorsement: Option<Endorsement>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its https URL.
    pub url: String,
    /// What it shows, in words.
    pub caption: Option<String>,
}

/// The framework of an achievement's level (`targetFramework`).
const LEVEL_FRAMEWORK: &str = "KNQF";

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
                    vocabulary::result_member(&field.result_type): format!("{{{}}}", field.key),
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
        self.add_details(&mut achievement);
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

    fn add_details(&self, achievement: &mut Value) {
        let details = &self.details;
        if let Some(url) = &details.criteria_url {
            let criteria = json!({"id": url, "narrative": self.criteria});
            set(achievement, "criteria", criteria);
        }
        if let Some(Image { url, caption }) = &details.image {
            let mut image = json!({"id": url, "type": "Image"});
            if let Some(caption) = caption {
                set(&mut image, "caption", json!(caption));
            }
            set(achievement, "image", image);
        }
        match (&self.level, &details.level_url) {
            (Some(level), Some(url)) => {
                let alignment = json!({
                    "type": ["Alignment"],
                    "targetName": level,
                    "targetFramework": LEVEL_FRAMEWORK,
                    "targetUrl": url,
                });
                set(achievement, "alignment", json!([alignment]));
            }
            (Some(level), None) => set(achievement, "tag", json!([level])),
            (None, _) => {}
        }
        if let Some(endorsement) = &details.endorsement {
            set(achievement, "endorsement", json!([endorsement.document()]));
        }
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

#[cfg(test)]
pub(crate) mod tests;
