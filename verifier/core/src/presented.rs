//! What a person presents, read but not believed: credential JSON, the text of a code, or a file that carries both.

use cheti_shared::credential::envelope::{EnvelopeError, SignedCredential};
use cheti_shared::credential::open_badge::Facts;
use cheti_shared::json;
use cheti_shared::qr::digits;
use cheti_shared::qr::payload::{Payload, PayloadError};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::outcome::Gap;

/// How a certificate was presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Credential JSON.
    Json,
    /// The text of a code.
    Code,
    /// A photo or scan of a code.
    Image,
    /// A PDF, with an attached credential, a drawn code, or both.
    Pdf,
    /// A picture with a credential baked in (Open Badges 3.0 §5.3), and perhaps a code in view.
    Badge,
}

/// What was presented. Reading never fails: what cannot be read is part of it, and of the report.
#[derive(Clone, Debug)]
pub struct Presented {
    pub(crate) form: Form,
    pub(crate) attached: Vec<Attached>,
    pub(crate) codes: Vec<Code>,
    /// Codes that are of no kind of ours: an advertisement, a link.
    pub(crate) other_codes: usize,
}

/// One JSON document.
#[derive(Clone, Debug)]
pub(crate) enum Attached {
    /// A credential that bears proofs.
    Credential(Box<SignedCredential>),
    /// A credential that bears none that could be checked.
    Unsigned {
        /// What it claims.
        facts: Box<Facts>,
        /// What is wrong with its proof.
        detail: String,
    },
    /// No credential.
    Unreadable(String),
}

/// One code of our kind.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) payload: Result<Payload, Gap>,
    pub(crate) host: Option<String>,
}

impl Presented {
    /// Credential JSON.
    pub fn json(bytes: &[u8]) -> Self {
        Self::of(Form::Json, [bytes], [])
    }

    /// The text of a code: a URL of any host, its fragment, or the digits.
    pub fn code(text: &str) -> Self {
        Self::of(Form::Code, [], [text])
    }

    /// The codes found in a text.
    pub fn codes<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of(Form::Code, [], texts)
    }

    /// A credential that was parsed, strictly, as part of a larger document.
    pub fn document(document: Map<String, Value>) -> Self {
        Self {
            attached: vec![Attached::from_document(document)],
            ..Self::of(Form::Json, [], [])
        }
    }

    /// A file that could not be opened, and why: it gets a report like any other.
    pub fn unreadable(form: Form, detail: String) -> Self {
        Self {
            attached: vec![Attached::Unreadable(detail)],
            ..Self::of(form, [], [])
        }
    }

    /// The texts of the codes on a photo or scan.
    pub fn image<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of(Form::Image, [], codes)
    }

    /// The JSON files attached to a PDF and the texts of the codes drawn in it.
    pub fn pdf<'a>(
        attached: impl IntoIterator<Item = &'a [u8]>,
        codes: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self::of(Form::Pdf, attached, codes)
    }

    /// The credential baked into a picture, and the texts of the codes on it.
    pub fn badge<'a>(baked: &'a [u8], codes: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of(Form::Badge, [baked], codes)
    }

    fn of<'a>(
        form: Form,
        attached: impl IntoIterator<Item = &'a [u8]>,
        codes: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut presented = Self {
            form,
            attached: attached.into_iter().map(Attached::read).collect(),
            codes: Vec::new(),
            other_codes: 0,
        };
        for text in codes {
            presented.add_code(text);
        }
        presented.leave_out_foreign_json();
        presented
    }

    /// The same payload twice is one code, whatever host stands before it.
    fn add_code(&mut self, text: &str) {
        let payload = match Payload::from_text(text) {
            Ok(payload) => Ok(payload),
            Err(PayloadError::Digits(_)) if self.form != Form::Code => {
                self.other_codes += 1;
                return;
            }
            Err(PayloadError::NewerFormat { generation }) => {
                Err(Gap::MadeByNewerFormat { generation })
            }
            Err(error) => Err(Gap::Unreadable {
                detail: error.to_string(),
            }),
        };
        let host = digits::host(text).map(|host| host.chars().take(253).collect());
        if !self.codes.iter().any(|code| code.payload == payload) {
            self.codes.push(Code { payload, host });
        }
    }

    /// A PDF may have JSON attached that is no credential; it counts only when there is nothing else. What is baked into a
    /// badge is meant as one.
    fn leave_out_foreign_json(&mut self) {
        if self.form == Form::Badge {
            return;
        }
        let is_credential = |attached: &Attached| !matches!(attached, Attached::Unreadable(_));
        if !self.codes.is_empty() || self.attached.iter().any(is_credential) {
            self.attached.retain(is_credential);
        }
    }

    /// How it was presented.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The credentials given as JSON.
    pub fn credentials(&self) -> impl Iterator<Item = &SignedCredential> {
        self.attached.iter().filter_map(Attached::credential)
    }

    /// The payloads of its codes.
    pub fn payloads(&self) -> impl Iterator<Item = &Payload> {
        self.codes
            .iter()
            .filter_map(|code| code.payload.as_ref().ok())
    }

    /// The hosts that its codes' URLs name: shown as a warning when another than one's own, never visited (THREATS 5).
    pub fn code_hosts(&self) -> Vec<String> {
        let mut hosts: Vec<String> = self
            .codes
            .iter()
            .filter_map(|code| code.host.clone())
            .collect();
        hosts.sort_unstable();
        hosts.dedup();
        hosts
    }
}

impl Attached {
    fn read(bytes: &[u8]) -> Self {
        let value = match json::parse(bytes) {
            Ok(value) => value,
            Err(error) => return Self::Unreadable(error.to_string()),
        };
        match value {
            Value::Object(document) => Self::from_document(document),
            _ => Self::Unreadable(EnvelopeError::NotAnObject.to_string()),
        }
    }

    fn from_document(document: Map<String, Value>) -> Self {
        let facts = Facts::of(&document);
        match SignedCredential::from_document(document) {
            Ok(credential) => Self::Credential(Box::new(credential)),
            Err(EnvelopeError::Proof(error)) => Self::Unsigned {
                facts: Box::new(facts),
                detail: error.to_string(),
            },
            Err(error) => Self::Unreadable(error.to_string()),
        }
    }

    fn credential(&self) -> Option<&SignedCredential> {
        match self {
            Self::Credential(credential) => Some(credential),
            Self::Unsigned { .. } | Self::Unreadable(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_other_kinds_are_set_aside() {
        let code = |body: &[u8]| format!("https://v.nc4.example/#9{}", digits::encode(body));
        let ours = code(&[0x11, 1, 2, 3, 4, 5]);
        let same_elsewhere = ours.replace("v.nc4.example", "other.example");
        let shown = Presented::image([
            ours.as_str(),
            "https://shop.example/",
            "WIFI:S:x;;",
            &same_elsewhere,
        ]);
        assert_eq!((shown.codes.len(), shown.other_codes), (1, 2));
        assert_eq!(shown.code_hosts(), ["v.nc4.example"]);
        let newer = Presented::code(&code(&[0x21, 1, 2, 3, 4]));
        assert_eq!(
            newer.codes[0].payload,
            Err(Gap::MadeByNewerFormat { generation: 2 })
        );
    }

    #[test]
    fn what_is_baked_counts_whatever_codes_are_in_view() {
        let code = format!("9{}", digits::encode(&[0x11, 1, 2, 3, 4, 5]));
        let shown = Presented::badge(b"{}", [code.as_str()]);
        assert!(matches!(shown.attached[..], [Attached::Unreadable(_)]));
        assert_eq!((shown.codes.len(), shown.form()), (1, Form::Badge));
        let shown = Presented::pdf([&b"{}"[..]], [code.as_str()]);
        assert!(shown.attached.is_empty());
    }

    #[test]
    fn what_is_no_credential_is_unreadable() {
        for text in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"type":["VerifiableCredential"]}"#,
            r#"{"a":1,"a":2}"#,
        ] {
            let shown = Presented::json(text.as_bytes());
            assert!(
                matches!(shown.attached[..], [Attached::Unreadable(_)]),
                "{text}"
            );
        }
        let unsigned = br#"{"type":["VerifiableCredential"],"issuer":"did:web:nc4.example"}"#;
        let shown = Presented::json(unsigned);
        assert!(matches!(shown.attached[..], [Attached::Unsigned { .. }]));
    }
}
