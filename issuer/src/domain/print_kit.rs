//! How a course's certificates look: the `[print]` table of its file, and the kit that becomes of it.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cheti_shared::canon::jcs;
use cheti_shared::ids::Digest;
use serde::{Deserialize, Serialize};

/// The longest design, in octets.
pub const DESIGN_BYTES: usize = 2 << 20;
/// The longest picture, in octets.
pub const PICTURE_BYTES: usize = 2 << 20;
/// Most people who sign by hand.
pub const SIGNATORIES: usize = 3;

/// The language of a certificate's own words; what is signed is printed as it is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Swahili.
    #[serde(rename = "sw")]
    Swahili,
    /// English, and Swahili beside it.
    #[serde(rename = "both")]
    Both,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::English, Self::Swahili, Self::Both];

    /// `en`, `sw` or `both`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Swahili => "sw",
            Self::Both => "both",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no language of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no language of a certificate: en, sw or both")]
pub struct NotALanguage(String);

impl FromStr for Language {
    type Err = NotALanguage;

    fn from_str(text: &str) -> Result<Self, NotALanguage> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == text);
        known.ok_or_else(|| NotALanguage(text.chars().take(20).collect()))
    }
}

/// The `[print]` table of a course file. Files lie beside the course file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintTable {
    /// The name of a built-in design, or of an SVG file; the usual design without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design: Option<String>,
    /// The language of the certificate's own words.
    #[serde(default)]
    pub language: Language,
    /// The organisation's crest, a PNG or SVG file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crest: Option<String>,
    /// The training partner's logo, a PNG or SVG file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_logo: Option<String>,
    /// Who signs by hand, from left to right.
    #[serde(default, rename = "signatory")]
    pub signatories: Vec<SignatoryEntry>,
}

/// Somebody who signs by hand, as the course file names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatoryEntry {
    /// Their name, as printed.
    pub name: String,
    /// Their office, as printed.
    pub title: String,
    /// A picture of the signature, a PNG or SVG file; without it, there is room to sign on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// A design and all that it shows beside what is signed. Kept for ever, so that a certificate can be printed again as it
/// was first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintKit {
    /// The design, an SVG.
    pub design: String,
    /// The language of the certificate's own words.
    pub language: Language,
    /// The organisation's crest, PNG or SVG.
    pub crest: Option<Picture>,
    /// The training partner's logo, PNG or SVG.
    pub partner_logo: Option<Picture>,
    /// Who signs by hand; at most [`SIGNATORIES`].
    pub signatories: Vec<Signatory>,
}

/// Somebody who signs by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// Their name, as printed.
    pub name: String,
    /// Their office, as printed.
    pub title: String,
    /// A picture of the signature, PNG or SVG.
    pub signature: Option<Picture>,
}

/// The octets of a picture; base64 in a record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Picture(pub Vec<u8>);

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} octets)", self.0.len())
    }
}

impl From<Picture> for String {
    fn from(picture: Picture) -> Self {
        STANDARD.encode(picture.0)
    }
}

impl TryFrom<String> for Picture {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        STANDARD.decode(text).map(Self)
    }
}

/// Another look for what was printed before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restyle {
    /// The design, an SVG; the kit's own without it.
    pub design: Option<String>,
    /// The language; the kit's own without it.
    pub language: Option<Language>,
}

impl PrintKit {
    /// The kit with another look.
    #[must_use]
    pub fn restyled(self, style: Restyle) -> Self {
        Self {
            design: style.design.unwrap_or(self.design),
            language: style.language.unwrap_or(self.language),
            ..self
        }
    }

    /// This design in English, with nothing added.
    pub fn plain(design: &str) -> Self {
        Self {
            design: design.to_owned(),
            language: Language::English,
            crest: None,
            partner_logo: None,
            signatories: Vec::new(),
        }
    }

    /// As it is kept: its JCS. The kit's digest is the SHA-256 of these octets.
    pub fn to_octets(&self) -> Vec<u8> {
        jcs::canonicalize(&serde_json::to_value(self).unwrap_or_default())
    }

    /// Names it: what two people approve when they approve a batch.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.to_octets())
    }

    /// Its pictures, each with the key that names it in a course file.
    pub fn pictures(&self) -> impl Iterator<Item = (String, &Picture)> {
        let named = [
            ("print.crest", &self.crest),
            ("print.partner_logo", &self.partner_logo),
        ];
        let named = named.map(|(key, picture)| (key.to_owned(), picture));
        let signed = (1..).zip(&self.signatories).map(|(number, signatory)| {
            let key = format!("print.signatory {number}: signature");
            (key, &signatory.signature)
        });
        named
            .into_iter()
            .chain(signed)
            .filter_map(|(key, picture)| Some((key, picture.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kit_reads_back_and_every_part_of_it_counts() {
        let kit = PrintKit {
            crest: Some(Picture(vec![0, 255, 7])),
            signatories: vec![Signatory {
                name: "Amina Hassan".to_owned(),
                title: "Director".to_owned(),
                signature: Some(Picture(b"<svg/>".to_vec())),
            }],
            ..PrintKit::plain("<svg/>")
        };
        let octets = kit.to_octets();
        assert_eq!(serde_json::from_slice::<PrintKit>(&octets).unwrap(), kit);
        assert_eq!(Digest::of(&octets), kit.digest());
        let keys: Vec<String> = kit.pictures().map(|(key, _)| key).collect();
        assert_eq!(keys, ["print.crest", "print.signatory 1: signature"]);
        let change: [fn(&mut PrintKit); 5] = [
            |kit| kit.design.push(' '),
            |kit| kit.language = Language::Both,
            |kit| kit.crest = None,
            |kit| kit.signatories[0].title.push('s'),
            |kit| kit.signatories[0].signature = None,
        ];
        for (number, change) in change.into_iter().enumerate() {
            let mut other = kit.clone();
            change(&mut other);
            assert_ne!(other.digest(), kit.digest(), "{number}");
        }
    }

    #[test]
    fn languages_are_read_as_they_are_written() {
        for language in Language::ALL {
            assert_eq!(language.to_string().parse(), Ok(language));
        }
        let error = "fr".parse::<Language>().unwrap_err().to_string();
        assert!(error.contains("\"fr\""), "{error}");
    }
}
