//! The payload: which template, and the values of its fields (QR.md, Payload).

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::digits::{self, DigitsError};
use super::template::{Template, TemplateError, Values};
use crate::ids::TemplateId;
use crate::limits::QR_PAYLOAD_BYTES;
use crate::proof::eddsa_jcs_2022;

/// The generation of the format that this code reads and writes: the high nibble of the first octet.
pub const GENERATION: u8 = 1;
const TEMPLATE_BODY: u8 = 0x11;

/// A payload as read: the template it names and the octets of its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The template it asks for.
    pub template: TemplateId,
    body: Vec<u8>,
}

/// Why a text is no payload, or does not rebuild a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Not digits, or too many.
    #[error(transparent)]
    Digits(#[from] DigitsError),
    /// The first octet names a generation that this version does not know.
    #[error("the code was made by a newer format (generation {generation}); update the verifier")]
    NewerFormat {
        /// The generation it names.
        generation: u8,
    },
    /// A kind of body that does not exist in this generation.
    #[error("this is not a certificate code (it begins with octet {0:#04x})")]
    UnknownBody(u8),
    /// Too short to hold anything.
    #[error("the code ends too early")]
    Truncated,
    /// Octets that are left over after the last field.
    #[error("the code holds {octets} octets too many")]
    LeftOver {
        /// How many.
        octets: usize,
    },
    /// The values do not fit the template.
    #[error("the code does not fit its template")]
    Template(#[from] TemplateError),
    /// The same values would be written otherwise.
    #[error("the code is not written the one way that is allowed")]
    NotCanonical,
    /// More than a code may hold.
    #[error("the payload has {octets} bytes, at most {QR_PAYLOAD_BYTES} fit")]
    TooLarge {
        /// How many it has.
        octets: usize,
    },
}

/// The octets that carry `credential`, which was made from `template`: its document and its `eddsa-jcs-2022` proof.
pub fn encode(
    template: &Template,
    credential: &Map<String, Value>,
) -> Result<Vec<u8>, PayloadError> {
    encode_values(template, &template.extract(&carried(credential))?)
}

/// What a code carries of a credential: all but the proofs of other suites than `eddsa-jcs-2022`.
pub fn carried(credential: &Map<String, Value>) -> Cow<'_, Map<String, Value>> {
    let is_jcs = |proof: &Value| {
        proof.get("cryptosuite").and_then(Value::as_str) == Some(eddsa_jcs_2022::NAME)
    };
    match credential.get("proof") {
        Some(Value::Array(proofs)) if proofs.len() > 1 => {
            let mut carried = credential.clone();
            let proofs = proofs.iter().filter(|proof| is_jcs(proof)).cloned();
            carried.insert("proof".to_owned(), proofs.collect());
            Cow::Owned(carried)
        }
        _ => Cow::Borrowed(credential),
    }
}

/// The octets that carry `values` of `template`.
pub fn encode_values(template: &Template, values: &Values) -> Result<Vec<u8>, PayloadError> {
    let mut octets = vec![TEMPLATE_BODY];
    octets.extend_from_slice(&template.id().0);
    template.encode(values, &mut octets)?;
    match octets.len() > QR_PAYLOAD_BYTES {
        true => Err(PayloadError::TooLarge {
            octets: octets.len(),
        }),
        false => Ok(octets),
    }
}

/// The whole text of a printed code: `https://<host>/#9<digits>`. `base` is everything before `#`.
pub fn url(base: &str, payload: &[u8]) -> String {
    format!("{base}#9{}", digits::encode(payload))
}

impl Payload {
    /// Read the text of a code: a URL of any host, or the fragment, or the digits with their `9`.
    pub fn from_text(text: &str) -> Result<Self, PayloadError> {
        Self::from_octets(&digits::decode(digits::find(text)?)?)
    }

    /// Read the octets of a payload.
    pub fn from_octets(octets: &[u8]) -> Result<Self, PayloadError> {
        let (&first, rest) = octets.split_first().ok_or(PayloadError::Truncated)?;
        match first {
            TEMPLATE_BODY => {}
            other if other >> 4 > GENERATION => {
                return Err(PayloadError::NewerFormat {
                    generation: other >> 4,
                });
            }
            other => return Err(PayloadError::UnknownBody(other)),
        }
        let (id, body) = rest.split_first_chunk().ok_or(PayloadError::Truncated)?;
        Ok(Self {
            template: TemplateId(*id),
            body: body.to_vec(),
        })
    }

    /// Rebuild the signed credential. The template must be one that bears the payload's id; when several do, the caller
    /// tries each, since only the signature tells which is right.
    pub fn rebuild(&self, template: &Template) -> Result<Map<String, Value>, PayloadError> {
        let mut rest = self.body.as_slice();
        let values = template.decode(&mut rest)?;
        if !rest.is_empty() {
            return Err(PayloadError::LeftOver { octets: rest.len() });
        }
        let mut again = Vec::with_capacity(self.body.len());
        template.encode(&values, &mut again)?;
        match again == self.body {
            true => Ok(template.fill(&values)?),
            false => Err(PayloadError::NotCanonical),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::template::tests::{sample, values};
    use super::*;

    fn octets() -> Vec<u8> {
        encode_values(&sample(), &values("Wanjikũ Ng'ang'a")).unwrap()
    }

    #[test]
    fn the_code_carries_the_credential_byte_for_byte() {
        let template = sample();
        let credential = template.fill(&values("Wanjikũ Ng'ang'a")).unwrap();
        let octets = encode(&template, &credential).unwrap();
        let text = url("https://v.nc4.example/", &octets);
        assert!(text.starts_with("https://v.nc4.example/#9"));
        let payload = Payload::from_text(&text).unwrap();
        assert_eq!(payload.template, template.id());
        let rebuilt = payload.rebuild(&template).unwrap();
        assert_eq!(
            serde_json::to_string(&rebuilt).unwrap(),
            serde_json::to_string(&credential).unwrap()
        );
        // 1 + 4 + 16 + (1 + 17) + 2 + 1 + 2 + 4 + 64
        assert_eq!(octets.len(), 112);
    }

    #[test]
    fn generations_and_bodies_are_told_apart() {
        for (first, error) in [
            (0x21, PayloadError::NewerFormat { generation: 2 }),
            (0xf1, PayloadError::NewerFormat { generation: 15 }),
            (0x12, PayloadError::UnknownBody(0x12)),
            (0x01, PayloadError::UnknownBody(0x01)),
        ] {
            let mut changed = octets();
            changed[0] = first;
            assert_eq!(Payload::from_octets(&changed), Err(error));
        }
        assert_eq!(Payload::from_octets(&[]), Err(PayloadError::Truncated));
        assert_eq!(
            Payload::from_octets(&[0x11, 1, 2, 3]),
            Err(PayloadError::Truncated)
        );
    }

    #[test]
    fn the_input_is_consumed_exactly() {
        let whole = octets();
        for end in 5..whole.len() {
            assert!(
                Payload::from_octets(&whole[..end])
                    .unwrap()
                    .rebuild(&sample())
                    .is_err(),
                "{end}"
            );
        }
        let longer = [whole, vec![0]].concat();
        let error = Payload::from_octets(&longer)
            .unwrap()
            .rebuild(&sample())
            .unwrap_err();
        assert_eq!(error, PayloadError::LeftOver { octets: 1 });
    }

    #[test]
    fn every_flipped_bit_changes_the_credential_or_is_refused() {
        let (template, whole) = (sample(), octets());
        let original = Payload::from_octets(&whole)
            .unwrap()
            .rebuild(&template)
            .unwrap();
        for bit in 0..whole.len() * 8 {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let read = Payload::from_octets(&flipped)
                .ok()
                .filter(|payload| payload.template == template.id());
            if let Some(rebuilt) = read.and_then(|payload| payload.rebuild(&template).ok()) {
                assert_ne!(rebuilt, original, "bit {bit}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_octets_are_safe_and_what_rebuilds_encodes_back(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let template = sample();
            let octets = [vec![0x11], template.id().0.to_vec(), body].concat();
            if let Ok(credential) = Payload::from_octets(&octets).unwrap().rebuild(&template) {
                prop_assert_eq!(encode(&template, &credential).unwrap(), octets);
            }
        }
    }
}
