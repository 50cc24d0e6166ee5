//! Endorsements: what somebody else, mostly the training partner, says of an achievement (Open Badges 3.0, O7).
//!
//! An endorsement is a credential of its own, signed by its endorser. It travels inside every certificate of the course, as a
//! constant of the template, so a certificate's signature covers it too.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::lint::{self, CREDENTIALS_V2, Finding, OPEN_BADGES_3_0_3};
use super::open_badge::Profile;
use crate::canon::jsonld::{self, JsonLdError};
use crate::did;
use crate::ids::CredentialId;
use crate::json::{self, JsonError};
use crate::key::Signer;
use crate::limits::ENDORSEMENT_BYTES;
use crate::proof::{ASSERTION_METHOD, Proof, ProofError, ProofOptions, secure_set};
use crate::time::Timestamp;

/// An EndorsementCredential of the right shape. Who signed it is not known before [`Endorsement::verify`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>", into = "Map<String, Value>")]
pub struct Endorsement {
    document: Map<String, Value>,
}

/// What is known of an endorsement's proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Every proof whose key its DID tells holds, and there is one.
    Verified,
    /// None of its proofs could be checked: its key has to be fetched, or its suite is not known.
    NotChecked,
}

/// Why something is no endorsement that a course can carry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndorsementError {
    /// Not JSON, or too large.
    #[error("the endorsement is not acceptable JSON: {0}")]
    Json(#[from] JsonError),
    /// It breaks rules.
    #[error("the endorsement is not well formed: {}", list(.0))]
    Shape(Vec<Finding>),
    /// A text with a brace, which marks what varies from certificate to certificate.
    #[error("the endorsement's text \"{0}\" has a brace, which it must not; ask for one without")]
    Brace(String),
    /// Of something else.
    #[error("the endorsement is of {endorsed}, not of this course's achievement {achievement}")]
    OtherSubject {
        /// What it endorses.
        endorsed: String,
        /// What it should.
        achievement: String,
    },
    /// Signed by somebody else than it names.
    #[error("the endorsement names {issuer} as its issuer, but was signed with the key {method}")]
    OtherKey {
        /// The endorser it names.
        issuer: String,
        /// The key's DID URL.
        method: String,
    },
    /// A proof does not hold, or is none.
    #[error("the endorsement's proof does not hold: {0}")]
    Proof(#[from] ProofError),
    /// It has no meaning that could be signed.
    #[error("the endorsement cannot be read as JSON-LD: {0}")]
    JsonLd(#[from] JsonLdError),
}

fn list(findings: &[Finding]) -> String {
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    findings.join("; ")
}

/// What an endorser says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The endorsement's own id.
    pub id: CredentialId,
    /// The endorser's name.
    pub endorser: String,
    /// The id of the achievement that is endorsed.
    pub achievement: String,
    /// What is said of it (`endorsementComment`).
    pub comment: String,
}

impl Endorsement {
    /// Sign `statement` with the endorser's `did:key`, by both suites.
    pub fn sign(
        statement: &Statement,
        created: Timestamp,
        signer: &dyn Signer,
    ) -> Result<Self, EndorsementError> {
        let key = signer.public_key();
        let endorser = Profile {
            id: did::key::did(&key),
            name: statement.endorser.clone(),
        };
        let document = json!({
            "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
            "id": statement.id.urn(),
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": format!("Endorsement by {}", statement.endorser),
            "issuer": {"id": endorser.id, "type": ["Profile"], "name": endorser.name},
            "validFrom": created.to_string(),
            "credentialSubject": {
                "id": statement.achievement,
                "type": ["EndorsementSubject"],
                "endorsementComment": statement.comment,
            },
        });
        let options = ProofOptions {
            created,
            verification_method: did::key::verification_method(&key),
        };
        let document = document.as_object().cloned().unwrap_or_default();
        Self::from_document(secure_set(document, &options, signer)?)
    }

    /// Read an endorsement's file, strictly.
    pub fn parse(bytes: &[u8]) -> Result<Self, EndorsementError> {
        if bytes.len() > ENDORSEMENT_BYTES {
            let (bytes, limit) = (bytes.len(), ENDORSEMENT_BYTES);
            return Err(JsonError::TooLarge { bytes, limit }.into());
        }
        match json::parse(bytes)? {
            Value::Object(document) => Self::from_document(document),
            _ => Err(EndorsementError::Shape(vec![finding("", "is no object")])),
        }
    }

    /// Check the shape of members that were parsed already (O7). A single proof becomes a list of one, as the Open Badges
    /// schema wants it; that is not covered by proofs.
    pub fn from_document(mut document: Map<String, Value>) -> Result<Self, EndorsementError> {
        let mut findings = lint::lint(&document);
        findings.extend(breaches(&document));
        if !findings.is_empty() {
            return Err(EndorsementError::Shape(findings));
        }
        braces(&document)?;
        Proof::all_of(&document)?;
        if let Some(proof) = document.get_mut("proof").filter(|proof| proof.is_object()) {
            *proof = Value::Array(vec![proof.take()]);
        }
        Ok(Self { document })
    }

    /// Every member, with the proofs as a list.
    pub fn document(&self) -> &Map<String, Value> {
        &self.document
    }

    /// The endorser's identifier.
    pub fn issuer(&self) -> &str {
        let issuer = self.document.get("issuer");
        let id = issuer.and_then(|issuer| issuer.get("id").or(Some(issuer)));
        id.and_then(Value::as_str).unwrap_or_default()
    }

    /// Check that it is of this achievement.
    pub fn check_subject(&self, achievement: &str) -> Result<(), EndorsementError> {
        let subject = self.document.get("credentialSubject");
        let endorsed = subject.and_then(|subject| subject.get("id"));
        match endorsed.and_then(Value::as_str) {
            Some(endorsed) if endorsed == achievement => Ok(()),
            other => Err(EndorsementError::OtherSubject {
                endorsed: other.unwrap_or_default().to_owned(),
                achievement: achievement.to_owned(),
            }),
        }
    }

    /// Check what can be checked without fetching anything: that it means something as JSON-LD, that each proof is the
    /// endorser's assertion, and that those made with a `did:key` hold.
    pub fn verify(&self) -> Result<Standing, EndorsementError> {
        jsonld::to_dataset(&self.document)?;
        let mut standing = Standing::NotChecked;
        for proof in Proof::all_of(&self.document)? {
            let method = proof.verification_method();
            let controller = method.split_once('#').map_or(method, |(did, _)| did);
            if controller != self.issuer() {
                return Err(EndorsementError::OtherKey {
                    issuer: self.issuer().to_owned(),
                    method: method.to_owned(),
                });
            }
            if proof.purpose() != ASSERTION_METHOD {
                return Err(ProofError::Malformed("it is made for another purpose").into());
            }
            let Ok(key) = did::key::parse(method) else {
                continue;
            };
            if let Some(verified) = proof.verify(&self.document, &key) {
                verified?;
                standing = Standing::Verified;
            }
        }
        Ok(standing)
    }
}

impl TryFrom<Map<String, Value>> for Endorsement {
    type Error = EndorsementError;

    fn try_from(document: Map<String, Value>) -> Result<Self, EndorsementError> {
        Self::from_document(document)
    }
}

impl From<Endorsement> for Map<String, Value> {
    fn from(endorsement: Endorsement) -> Self {
        endorsement.document
    }
}

fn finding(pointer: &str, what: &'static str) -> Finding {
    Finding {
        rule: "O7",
        pointer: pointer.to_owned(),
        what,
    }
}

/// A list of texts.
fn texts(value: Option<&Value>) -> Option<Vec<&str>> {
    value?.as_array()?.iter().map(Value::as_str).collect()
}

fn names(value: Option<&Value>, name: &str) -> bool {
    texts(value).is_some_and(|texts| texts.contains(&name))
}

/// The rules of an EndorsementCredential beyond those of every credential.
fn breaches(document: &Map<String, Value>) -> Vec<Finding> {
    let text = |name: &str| document.get(name).is_some_and(Value::is_string);
    let contexts = texts(document.get("@context"));
    let open_badges = |contexts: Vec<&str>| {
        let second = contexts.get(1).copied().unwrap_or_default();
        second.starts_with("https://purl.imsglobal.org/spec/ob/v3p0/")
    };
    let subject = document.get("credentialSubject");
    let member = |name: &str| subject.and_then(|subject| subject.get(name));
    let issuer = document.get("issuer");
    let profile = match issuer {
        Some(Value::Object(profile)) => names(profile.get("type"), "Profile"),
        _ => true,
    };
    let rules = [
        (
            contexts.is_some_and(open_badges),
            "/@context",
            "must name the Open Badges 3.0 context second, and hold no context of its own",
        ),
        (
            names(document.get("type"), "VerifiableCredential")
                && names(document.get("type"), "EndorsementCredential"),
            "/type",
            "must list VerifiableCredential and EndorsementCredential",
        ),
        (text("id"), "/id", "is required"),
        (text("name"), "/name", "is required, as plain text"),
        (text("validFrom"), "/validFrom", "is required"),
        (profile, "/issuer/type", "must list Profile"),
        (
            subject.is_some_and(Value::is_object) && member("id").is_some_and(Value::is_string),
            "/credentialSubject/id",
            "must be the id of the achievement",
        ),
        (
            names(member("type"), "EndorsementSubject"),
            "/credentialSubject/type",
            "must list EndorsementSubject",
        ),
        (
            member("endorsementComment").is_none_or(Value::is_string),
            "/credentialSubject/endorsementComment",
            "must be text",
        ),
        (document.contains_key("proof"), "/proof", "is required"),
    ];
    let broken = rules.into_iter().filter(|(holds, ..)| !holds);
    broken
        .map(|(_, pointer, what)| finding(pointer, what))
        .collect()
}

/// A template marks what varies by braces, so no text and no member's name in it may have one.
fn braces(members: &Map<String, Value>) -> Result<(), EndorsementError> {
    members.iter().try_for_each(|(name, value)| {
        text_without_brace(name)?;
        value_without_brace(value)
    })
}

fn value_without_brace(value: &Value) -> Result<(), EndorsementError> {
    match value {
        Value::String(text) => text_without_brace(text),
        Value::Array(items) => items.iter().try_for_each(value_without_brace),
        Value::Object(members) => braces(members),
        _ => Ok(()),
    }
}

fn text_without_brace(text: &str) -> Result<(), EndorsementError> {
    match text.contains(['{', '}']) {
        true => Err(EndorsementError::Brace(text.chars().take(60).collect())),
        false => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::credential::draft::Form;
    use crate::credential::envelope::SignedCredential;
    use crate::credential::open_badge::tests::{terms, values};
    use crate::credential::open_badge::{AchievementDetails, CourseTerms};
    use crate::key::SecretKey;
    use crate::qr::payload;

    fn partner() -> SecretKey {
        SecretKey::from_seed(&[8; 32])
    }

    fn statement() -> Statement {
        Statement {
            id: CredentialId::from_random([7; 16]),
            endorser: "Example Technologies (Kenya)".to_owned(),
            achievement: terms().achievement_id,
            comment: "Its graduates can be *relied on*.".to_owned(),
        }
    }

    fn created() -> Timestamp {
        "2026-09-01T08:00:00Z".parse().unwrap()
    }

    pub(crate) fn endorsement() -> Endorsement {
        Endorsement::sign(&statement(), created(), &partner()).unwrap()
    }

    fn changed(pointer: &str, value: Value) -> Result<Standing, EndorsementError> {
        let mut document = Value::Object(endorsement().document);
        match pointer.rsplit_once('/') {
            Some((parent, name)) => document.pointer_mut(parent).unwrap()[name] = value,
            None => document = value,
        }
        Endorsement::parse(document.to_string().as_bytes())?.verify()
    }

    #[test]
    fn what_is_signed_reads_and_verifies() {
        let endorsement = endorsement();
        let text = Value::Object(endorsement.document().clone()).to_string();
        assert_eq!(Endorsement::parse(text.as_bytes()), Ok(endorsement.clone()));
        assert_eq!(endorsement.verify(), Ok(Standing::Verified));
        assert_eq!(endorsement.issuer(), did::key::did(&partner().public_key()));
        assert_eq!(endorsement.check_subject(&terms().achievement_id), Ok(()));
        let error = endorsement.check_subject("https://nc4.example/courses/other");
        assert!(matches!(error, Err(EndorsementError::OtherSubject { .. })));
    }

    #[test]
    fn one_proof_becomes_a_list_and_other_keys_stay_unchecked() {
        let proof = endorsement().document["proof"][1].clone();
        assert_eq!(changed("/proof", proof.clone()), Ok(Standing::Verified));
        let mut document = endorsement().document;
        document.insert("issuer".to_owned(), json!("did:web:partner.example"));
        let mut proof = proof;
        proof["verificationMethod"] = json!("did:web:partner.example#key-1");
        document.insert("proof".to_owned(), proof);
        let read = Endorsement::from_document(document).unwrap();
        assert_eq!(read.verify(), Ok(Standing::NotChecked));
        assert!(read.document()["proof"].is_array());
    }

    #[test]
    fn each_rule_finds_its_breach() {
        let shape = |pointer: &str, value: Value, says: &str| {
            let error = changed(pointer, value).unwrap_err();
            assert!(
                matches!(error, EndorsementError::Shape(_)),
                "{pointer}: {error}"
            );
            assert!(error.to_string().contains(says), "{pointer}: {error}");
        };
        for (pointer, value, says) in [
            ("/@context", json!([CREDENTIALS_V2]), "/@context"),
            (
                "/@context",
                json!([CREDENTIALS_V2, OPEN_BADGES_3_0_3, {"a": "urn:a:b"}]),
                "/@context",
            ),
            ("/type", json!(["VerifiableCredential"]), "/type"),
            ("/id", Value::Null, "/id"),
            ("/name", json!(7), "/name"),
            ("/validFrom", json!("today"), "/validFrom"),
            ("/issuer", json!({"id": "did:key:z"}), "/issuer/type"),
            (
                "/credentialSubject",
                json!([{"id": "urn:a:b"}]),
                "/credentialSubject",
            ),
            (
                "/credentialSubject/type",
                json!("EndorsementSubject"),
                "/credentialSubject/type",
            ),
            (
                "/credentialSubject/endorsementComment",
                json!(["a"]),
                "endorsementComment",
            ),
        ] {
            shape(pointer, value, says);
        }
        assert!(matches!(
            changed("", json!([])),
            Err(EndorsementError::Shape(_))
        ));
    }

    #[test]
    fn altered_ones_and_other_peoples_are_refused() {
        type Error = EndorsementError;
        let error = |pointer: &str, value: Value| changed(pointer, value).unwrap_err();
        let comment = "/credentialSubject/endorsementComment";
        assert!(matches!(error(comment, json!("Better.")), Error::Proof(_)));
        assert!(matches!(
            error(comment, json!("a {brace}")),
            Error::Brace(_)
        ));
        assert!(matches!(
            error("/credentialSubject/{id}", json!("x")),
            Error::Brace(_)
        ));
        assert!(matches!(
            error("/credentialSubject/undefinedTerm", json!("x")),
            Error::JsonLd(_)
        ));
        assert!(matches!(
            error("/issuer/id", json!("did:web:a.example")),
            Error::OtherKey { .. }
        ));
        assert!(matches!(error("/proof", json!([])), Error::Proof(_)));
        assert!(matches!(
            error("/proof/0/proofPurpose", json!("authentication")),
            Error::Proof(_)
        ));
        let long = json!("x".repeat(ENDORSEMENT_BYTES));
        assert!(matches!(error(comment, long), Error::Json(_)));
    }

    #[test]
    fn it_travels_in_the_certificate_and_not_in_the_code() {
        let plain = Form::new(terms().template().unwrap()).unwrap();
        let endorsed = CourseTerms {
            details: AchievementDetails {
                endorsement: Some(endorsement()),
                ..AchievementDetails::default()
            },
            ..terms()
        };
        let endorsed = Form::new(endorsed.template().unwrap()).unwrap();
        let (values, key) = (values("Achieng"), SecretKey::from_seed(&[5; 32]));
        let octets = |form: &Form| {
            payload::encode_values(form.template(), &values)
                .unwrap()
                .len()
        };
        assert_eq!(octets(&plain), octets(&endorsed));

        let unsigned = endorsed.draft(values[..values.len() - 1].to_vec()).unwrap();
        let signed = unsigned.lint().unwrap().sign(&key).unwrap();
        let signed = SignedCredential::parse(&signed).unwrap();
        for proof in signed.proofs() {
            signed
                .check_proof(proof, &key.public_key())
                .unwrap()
                .unwrap();
        }
        let inside = &signed.document()["credentialSubject"]["achievement"]["endorsement"][0];
        let cut_out = Endorsement::from_document(inside.as_object().unwrap().clone()).unwrap();
        assert_eq!(cut_out, endorsement());
        assert_eq!(cut_out.verify(), Ok(Standing::Verified));
    }
}
