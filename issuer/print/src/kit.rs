//! A kit: a design and all that it shows besides a graduate's facts.

use crate::PrintError;
use crate::design::{Area, Design, Frame, PictureName};
use crate::facts::{Condition, Field};
use crate::picture::Picture;
use std::fmt;
use std::str::FromStr;

/// The designs that are built in: name and SVG.
const BUILT_IN: [(&str, &str); 4] = [
    ("formal", include_str!("../designs/formal.svg")),
    ("modern", include_str!("../designs/modern.svg")),
    ("national", include_str!("../designs/national.svg")),
    ("portrait", include_str!("../designs/portrait.svg")),
];

/// How many people can sign a certificate by hand.
pub const MOST_SIGNATORIES: usize = 3;

/// The names of the designs that are built in, the usual one first.
pub fn built_in_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// The SVG of a design that is built in.
pub fn built_in(name: &str) -> Option<&'static str> {
    let found = BUILT_IN.iter().find(|(known, _)| *known == name);
    found.map(|(_, svg)| *svg)
}

/// The language of a certificate's own words. What is signed is printed as it is signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Swahili.
    Swahili,
    /// English, and Swahili beside it.
    Both,
}

impl Language {
    /// Every language, as [`Language::as_str`] names it.
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

impl FromStr for Language {
    type Err = PrintError;

    fn from_str(text: &str) -> Result<Self, PrintError> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == text);
        known.ok_or_else(|| PrintError::UnknownLanguage(text.chars().take(20).collect()))
    }
}

/// Who signs by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    /// Their name, as printed.
    pub name: String,
    /// Their office, as printed.
    pub title: String,
    /// A picture of the signature, PNG or SVG; without it, there is room to sign on paper.
    pub signature: Option<Vec<u8>>,
}

/// A design and all that it shows besides a graduate's facts; the same for every certificate of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kit {
    /// The design, an SVG.
    pub design: String,
    /// The language of its words.
    pub language: Language,
    /// The organisation's crest, PNG or SVG.
    pub crest: Option<Vec<u8>>,
    /// The training partner's logo, PNG or SVG.
    pub partner_logo: Option<Vec<u8>>,
    /// At most three.
    pub signatories: Vec<Signatory>,
}

impl Default for Kit {
    /// The usual design in English, with nothing added.
    fn default() -> Self {
        let [(_, usual), ..] = BUILT_IN;
        Self {
            design: usual.to_owned(),
            language: Language::English,
            crest: None,
            partner_logo: None,
            signatories: Vec::new(),
        }
    }
}

/// A picture of a kit in one of the design's places for it.
pub(crate) struct Placed {
    pub(crate) name: PictureName,
    pub(crate) area: Area,
    pub(crate) picture: Picture,
}

impl Kit {
    /// Reads every picture for each place that the design has for it.
    ///
    /// # Errors
    /// A picture that cannot be printed; a picture or a signatory without a place.
    pub(crate) fn placed(&self, design: &Design) -> Result<Vec<Placed>, PrintError> {
        let count = self.signatories.len();
        if count > MOST_SIGNATORIES {
            return Err(PrintError::TooManySignatories {
                count,
                most: MOST_SIGNATORIES,
            });
        }
        let fields = || design.places().flat_map(|place| place.words.fields());
        if let Some(last) = count.checked_sub(1)
            && !fields().any(|field| field == Field::Signatory(last))
        {
            return Err(PrintError::NoPlaceFor(format!("signatory {count}")));
        }
        let mut all = Vec::new();
        for (name, octets) in self.pictures() {
            let before = all.len();
            for frame in design.frames().filter(|frame| self.shows(frame, name)) {
                let on_line = matches!(name, PictureName::Signature(_));
                let picture = Picture::read(octets, &frame.area, on_line).map_err(|problem| {
                    PrintError::Picture {
                        picture: name.to_string(),
                        problem,
                    }
                })?;
                all.push(Placed {
                    name,
                    area: frame.area,
                    picture,
                });
            }
            if all.len() == before {
                return Err(PrintError::NoPlaceFor(name.to_string()));
            }
        }
        Ok(all)
    }

    fn pictures(&self) -> impl Iterator<Item = (PictureName, &[u8])> {
        let crest = self.crest.iter().map(|octets| (PictureName::Crest, octets));
        let logo = self.partner_logo.iter();
        let logo = logo.map(|octets| (PictureName::PartnerLogo, octets));
        let people = self.signatories.iter().enumerate();
        let signatures = people.filter_map(|(at, person)| {
            Some((PictureName::Signature(at), person.signature.as_ref()?))
        });
        let all = crest.chain(logo).chain(signatures);
        all.map(|(name, octets)| (name, octets.as_slice()))
    }

    /// Whether a place of the design is for this picture and for so many signatories.
    fn shows(&self, frame: &Frame, name: PictureName) -> bool {
        let fits = |condition: &Condition| match condition.field {
            Field::Signatories(count) => (count == self.signatories.len()) == condition.present,
            _ => true,
        };
        frame.picture == name && frame.conditions.iter().all(fits)
    }
}
