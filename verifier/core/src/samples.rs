//! Sample data for tests: an issuer, its bundle and its certificates, with fixed keys and times.

use cheti_shared::bundle::trust_list::{Fields, KeyEnd, KeyRole, TrustedIssuer, TrustedKey};
use cheti_shared::bundle::{Bundle, PublishedStatus};
use cheti_shared::credential::draft::Form;
use cheti_shared::credential::open_badge::{
    AchievementDetails, CourseField, CourseTerms, Expiry, Profile,
};
use cheti_shared::did;
use cheti_shared::did::document::{DidDocument, VerificationMethod};
use cheti_shared::ids::StatusIndex;
use cheti_shared::key::{SecretKey, Signer as _};
use cheti_shared::proof::{
    Proof, ProofOptions, Suite, Unsecured, eddsa_jcs_2022, eddsa_rdfc_2022, secure,
};
use cheti_shared::qr::payload;
use cheti_shared::qr::template::Template;
use cheti_shared::status::bitstring::Bitstring;
use cheti_shared::status::entry::Purpose;
use cheti_shared::status::list::StatusListDraft;
use cheti_shared::status::reasons::{DatedReason, Reason, StatusReasons};
use cheti_shared::time::Timestamp;
use serde_json::{Map, Value, json};

pub(crate) const DID: &str = "did:web:nc4.example";
pub(crate) const LIST: &str = "https://nc4.example/status/1";
pub(crate) const VERSION: u64 = 3;
pub(crate) const TRUST_MADE: &str = "2026-10-01T00:00:00Z";
pub(crate) const CREATED: &str = "2026-10-14T12:30:00Z";
pub(crate) const VALID_FROM: &str = "2026-10-16T06:00:00Z";
pub(crate) const LIST_MADE: &str = "2026-10-17T06:00:00Z";
pub(crate) const LIST_UNTIL: &str = "2026-10-24T06:00:00Z";
pub(crate) const NOW: &str = "2026-10-18T06:00:00Z";
pub(crate) const NAME: &str = "Wanjikũ Ng'ang'a";
pub(crate) const COURSE: &str = "Advanced Cybersecurity Training";
pub(crate) const INDEX: u32 = 77_123;

pub(crate) fn key(n: u8) -> SecretKey {
    SecretKey::from_seed(&[n; 32])
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn method(fragment: &str) -> String {
    format!("{DID}#{fragment}")
}

/// Everything that a test may want to differ. Key 1 is the root, 2 issues, 3 signs status lists.
pub(crate) struct World {
    pub(crate) trust_made: Timestamp,
    pub(crate) trust_expires: Timestamp,
    pub(crate) issuing_end: Option<KeyEnd>,
    pub(crate) issuing_from: Timestamp,
    pub(crate) status_end: Option<KeyEnd>,
    pub(crate) list_made: Timestamp,
    pub(crate) list_until: Timestamp,
    pub(crate) list_signer: (u8, &'static str),
    pub(crate) purpose: Purpose,
    pub(crate) set: Option<Option<Reason>>,
    pub(crate) expiry: Option<Timestamp>,
    pub(crate) created: Timestamp,
    pub(crate) signer: (u8, &'static str),
}

impl Default for World {
    fn default() -> Self {
        Self {
            trust_made: at(TRUST_MADE),
            trust_expires: at("2027-10-01T00:00:00Z"),
            issuing_end: None,
            issuing_from: at("2026-01-01T00:00:00Z"),
            status_end: None,
            list_made: at(LIST_MADE),
            list_until: at(LIST_UNTIL),
            list_signer: (3, "status-1"),
            purpose: Purpose::Revocation,
            set: None,
            expiry: None,
            created: at(CREATED),
            signer: (2, "key-1"),
        }
    }
}

impl World {
    pub(crate) fn terms(&self) -> CourseTerms {
        CourseTerms {
            issuer: Profile {
                id: DID.to_owned(),
                name: "National Computer and Cybercrimes Coordination Committee".to_owned(),
            },
            partner: None,
            achievement_id: "https://nc4.example/courses/act".to_owned(),
            name: COURSE.to_owned(),
            description: "Five weeks of defending public networks.".to_owned(),
            criteria: "Attended, and passed the practical examination.".to_owned(),
            achievement_type: "Certificate".to_owned(),
            level: None,
            details: AchievementDetails::default(),
            certificate_number: "NC4-ACT-{year}-{serial}".to_owned(),
            utc_offset: "+03:00".parse().unwrap(),
            expires: match self.expiry {
                Some(_) => Expiry::EachItsOwn,
                None => Expiry::Never,
            },
            status_base: "https://nc4.example/status/".to_owned(),
            status_purpose: self.purpose.clone(),
            verification_method: method(self.signer.1),
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

    pub(crate) fn template(&self) -> Template {
        self.terms().template().unwrap()
    }

    /// A signed certificate as JSON.
    pub(crate) fn certificate(&self, name: &str) -> Vec<u8> {
        let (created, index) = (self.created.to_string(), INDEX.to_string());
        let until = self.expiry.map(|until| until.to_string());
        let mut values = vec![
            "6f1c0a52-3b1e-4c8a-9d53-0a1b2c3d4e5f",
            name,
            "2026",
            "000123",
            "Cohort 7",
            "2026-10-16",
            VALID_FROM,
        ];
        values.extend(until.as_deref());
        values.extend(["Credit", &created, "1", &index]);
        let values = values.into_iter().map(str::to_owned).collect();
        let form = Form::new(self.template()).unwrap();
        let unsigned = form.draft(values).unwrap().lint().unwrap();
        unsigned.sign(&key(self.signer.0)).unwrap()
    }

    /// The text of a certificate's printed code.
    pub(crate) fn code(&self, name: &str) -> String {
        let credential = document(&self.certificate(name));
        let octets = payload::encode(&self.template(), &credential).unwrap();
        payload::url("https://v.nc4.example/", &octets)
    }

    pub(crate) fn issuer(&self) -> TrustedIssuer {
        let named = [(2, "key-1"), (3, "status-1"), (5, "key-2")];
        let methods = named.map(|(n, fragment)| VerificationMethod {
            id: method(fragment),
            key: key(n).public_key(),
            revoked: None,
            expires: None,
        });
        let document = DidDocument {
            id: DID.to_owned(),
            assertion_method: methods.iter().map(|method| method.id.clone()).collect(),
            methods: methods.to_vec(),
        };
        let trusted = |fragment, role, valid_from, ended| TrustedKey {
            id: method(fragment),
            role,
            valid_from,
            ended,
        };
        let (from, issuing) = (self.issuing_from, KeyRole::Issuing);
        let keys = vec![
            trusted("key-1", issuing, from, self.issuing_end),
            trusted("status-1", KeyRole::Status, from, self.status_end),
        ];
        let contact = Some("+254 20 000 000".to_owned());
        TrustedIssuer::new("NC4 SPECIMEN".to_owned(), contact, &document, keys)
    }

    fn published(&self) -> PublishedStatus {
        let mut bits = Bitstring::shortest();
        let mut reasons = StatusReasons::new(LIST, DID, self.list_made);
        if let Some(reason) = self.set {
            bits.put(StatusIndex(INDEX), true).unwrap();
            let date = "2026-10-17".parse().unwrap();
            let dated = reason.map(|reason| DatedReason { reason, date });
            if let Some(dated) = dated {
                reasons.insert(StatusIndex(INDEX), dated);
            }
        }
        let draft = StatusListDraft {
            url: LIST,
            issuer: DID,
            purpose: &self.purpose,
            bits: &bits,
            valid_from: self.list_made,
            valid_until: self.list_until,
        };
        let options = ProofOptions {
            created: self.list_made,
            verification_method: method(self.list_signer.1),
        };
        let signer = key(self.list_signer.0);
        PublishedStatus {
            list: secure(draft.document(), &options, &signer).unwrap(),
            reasons: Some(secure(reasons.document(), &options, &signer).unwrap()),
        }
    }

    pub(crate) fn bundle(&self) -> Bundle {
        let issuers = vec![self.issuer()];
        let fields = Fields::new(VERSION, self.trust_made, self.trust_expires, issuers);
        Bundle {
            trust_list: fields.sign(&key(1)).unwrap(),
            handovers: Vec::new(),
            status_lists: vec![self.published()],
            templates: vec![self.template()],
        }
    }
}

/// The DID URL by which key `n` is its own.
pub(crate) fn did_key(n: u8) -> String {
    did::key::verification_method(&key(n).public_key())
}

/// A proof of `document` by key `n`, with these members, over the proofs of it that the members' `previousProof` names.
pub(crate) fn proof(document: &Value, n: u8, members: Value) -> Value {
    let mut members = members.as_object().unwrap().clone();
    members.insert("type".to_owned(), "DataIntegrityProof".into());
    let document = document.as_object().unwrap();
    let parsed = Proof::parse(&Value::Object(members.clone())).unwrap();
    let unsecured = Unsecured::before(document, &parsed).unwrap();
    let hash_data = match parsed.suite() {
        Suite::EddsaRdfc2022 => eddsa_rdfc_2022::hash(
            &eddsa_rdfc_2022::transform(&unsecured.to_document()).unwrap(),
            &eddsa_rdfc_2022::configure(&unsecured, &members).unwrap(),
        ),
        _ => eddsa_jcs_2022::hash(
            &eddsa_jcs_2022::transform(&unsecured, &members).unwrap(),
            &eddsa_jcs_2022::configure(&members).unwrap(),
        ),
    };
    let signature = key(n).sign(&hash_data).to_multibase();
    members.insert("proofValue".to_owned(), signature.into());
    Value::Object(members)
}

/// The members of an assertion's proof by `method`, before it is signed.
pub(crate) fn assertion(suite: &str, method: &str) -> Value {
    json!({
        "cryptosuite": suite,
        "created": CREATED,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    })
}

pub(crate) fn document(bytes: &[u8]) -> Map<String, Value> {
    match serde_json::from_slice(bytes).unwrap() {
        Value::Object(members) => members,
        other => unreachable!("{other}"),
    }
}
