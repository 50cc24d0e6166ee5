//! Identifiers and digests, each with its own type.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The id of a credential: a random (version 4) UUID, written `urn:uuid:…` in the credential itself.
///
/// All versions of one certificate share it (Open Badges 3.0 §10, O9).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialId([u8; 16]);

impl CredentialId {
    /// The id made of 16 random octets; six bits are overwritten with the UUID version and variant.
    pub fn from_random(mut octets: [u8; 16]) -> Self {
        octets[6] = (octets[6] & 0x0f) | 0x40;
        octets[8] = (octets[8] & 0x3f) | 0x80;
        Self(octets)
    }

    /// The id of these octets, as they are.
    pub fn from_octets(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// The 16 octets.
    pub fn octets(&self) -> &[u8; 16] {
        &self.0
    }

    /// `urn:uuid:…`
    pub fn urn(&self) -> String {
        format!("urn:uuid:{self}")
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, octet) in self.0.iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{octet:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no id of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not {wanted}")]
pub struct NotAnId {
    /// The text.
    pub text: String,
    /// What it should have been.
    pub wanted: &'static str,
}

impl FromStr for CredentialId {
    type Err = NotAnId;

    /// Reads 36 lower-case characters, with or without `urn:uuid:` before them.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let refuse = || NotAnId {
            text: text.chars().take(60).collect(),
            wanted: "a credential id (urn:uuid: and 36 lower-case characters)",
        };
        let bare = text.strip_prefix("urn:uuid:").unwrap_or(text);
        let mut digits = Vec::with_capacity(32);
        for (i, c) in bare.bytes().enumerate() {
            match (i, c) {
                (8 | 13 | 18 | 23, b'-') => {}
                (8 | 13 | 18 | 23, _) => return Err(refuse()),
                _ => digits.push(c),
            }
        }
        if bare.len() != 36 {
            return Err(refuse());
        }
        from_hex(&digits).map(Self).ok_or_else(refuse)
    }
}

/// A SHA-256 digest, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these octets.
    pub fn of(octets: &[u8]) -> Self {
        Self(Sha256::digest(octets).into())
    }

    /// The digest of `octets` under a domain tag: SHA-256(tag ‖ 0x00 ‖ octets). A digest made for one purpose can
    /// never pass for one made for another.
    pub fn tagged(tag: &str, octets: &[u8]) -> Self {
        let hash = Sha256::new().chain_update(tag).chain_update([0]);
        Self(hash.chain_update(octets).finalize().into())
    }

    /// A digest made elsewhere.
    pub fn from_octets(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// The 32 octets.
    pub fn octets(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        from_hex(text.as_bytes()).map(Self).ok_or_else(|| NotAnId {
            text: text.chars().take(80).collect(),
            wanted: "a SHA-256 digest (64 lower-case hexadecimal digits)",
        })
    }
}

/// The first four octets of SHA-256(JCS(template)): how a QR payload names its template (QR.md, Payload).
///
/// Short on purpose and therefore only a hint: a verifier tries every template it holds under the id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateId(pub [u8; 4]);

impl TemplateId {
    /// The id of the template with this digest.
    pub fn of(digest: &Digest) -> Self {
        let [a, b, c, d, ..] = *digest.octets();
        Self([a, b, c, d])
    }
}

impl fmt::Display for TemplateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for TemplateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TemplateId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        from_hex(text.as_bytes()).map(Self).ok_or_else(|| NotAnId {
            text: text.chars().take(80).collect(),
            wanted: "a template id (8 lower-case hexadecimal digits)",
        })
    }
}

/// Which of an issuer's status lists: 1 is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ListNumber(pub u32);

/// A place in a status list, counted from 0 (Bitstring Status List 2.1, B1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StatusIndex(pub u32);

impl fmt::Display for ListNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for StatusIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

crate::text::as_text!(CredentialId, Digest, TemplateId);

/// The octets written as lower-case hexadecimal digits, when there are exactly `N`.
pub(crate) fn from_hex<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let nibble = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    if digits.len() != 2 * N {
        return None;
    }
    let mut octets = [0; N];
    for (octet, pair) in octets.iter_mut().zip(digits.chunks_exact(2)) {
        let &[high, low] = pair else { return None };
        *octet = nibble(high)? << 4 | nibble(low)?;
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credential_ids_read_what_they_write() {
        let id = CredentialId::from_random([0xff; 16]);
        assert_eq!(id.to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(id.urn().parse(), Ok(id));
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn other_spellings_of_an_id_are_refused() {
        for text in [
            "",
            "ffffffff-ffff-4fff-bfff-fffffffffff",
            "ffffffff-ffff-4fff-bfff-ffffffffffff0",
            "FFFFFFFF-ffff-4fff-bfff-ffffffffffff",
            "ffffffffffff-4fff-bfff-ffff-ffffffff",
            "urn:uuid:urn:uuid:ffffffff-ffff-4fff-bfff-ffffffffffff",
            "ffffffff-ffff-4fff-bfff-fffffffffff\u{e9}",
        ] {
            assert!(text.parse::<CredentialId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_tag_separates_digests() {
        assert_ne!(Digest::tagged("a", b"bc"), Digest::tagged("ab", b"c"));
        assert_ne!(Digest::tagged("a", b"b"), Digest::of(b"ab"));
        let digest = Digest::of(b"");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!(TemplateId::of(&digest).to_string(), "e3b0c442");
    }
}
