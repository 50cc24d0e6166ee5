//! What a text place says: fixed words and fields, in each language.

use crate::error::DesignProblem;
use crate::facts::{Field, Values};
use crate::kit::Language;
use usvg::roxmltree::Attribute;

/// What stands between the languages of one line.
const BETWEEN: &str = " · ";

/// The words of a place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Words {
    english: Vec<Word>,
    /// `data-sw`; without it, what stands there is the same in each language.
    swahili: Option<Vec<Word>>,
    /// `data-both`, where one after the other would not do.
    both: Option<Vec<Word>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Word {
    Fixed(String),
    Field(Field),
}

/// One of the two languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    English,
    Swahili,
}

impl Tongue {
    /// Its tag (BCP 47).
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Swahili => "sw",
        }
    }
}

/// A text and where its second language begins, if it has two.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) first: Tongue,
    /// The octet at which Swahili begins.
    pub(crate) swahili_from: Option<usize>,
}

impl Words {
    /// The words of the place for `field`, whose text in the design is `content`.
    ///
    /// Where the field is `words`, the text is what is printed; elsewhere it shows a designer what it may be like.
    pub(super) fn parse<'a>(
        field: &str,
        content: &str,
        attributes: impl Iterator<Item = Attribute<'a, 'a>> + Clone,
    ) -> Result<Self, DesignProblem> {
        if field != "words" {
            let unknown = || DesignProblem::UnknownField(field.to_owned());
            return Ok(Self {
                english: vec![Word::Field(Field::named(field).ok_or_else(unknown)?)],
                swahili: None,
                both: None,
            });
        }
        let other = |name: &str| {
            let found = attributes
                .clone()
                .find(|attribute| attribute.name() == name);
            found.map(|attribute| words(attribute.value())).transpose()
        };
        Ok(Self {
            english: words(content)?,
            swahili: other("data-sw")?,
            both: other("data-both")?,
        })
    }

    /// What is printed, or `None` where a field has no value.
    pub(crate) fn said(&self, values: &Values<'_>, language: Language) -> Option<Said> {
        let fill = |words: &[Word], tongue| {
            let part = |word: &Word| match word {
                Word::Fixed(text) => Some(text.clone()),
                Word::Field(field) => values.text(*field, tongue),
            };
            words.iter().map(part).collect::<Option<String>>()
        };
        let english = || fill(&self.english, Tongue::English);
        let swahili = || {
            fill(
                self.swahili.as_ref().unwrap_or(&self.english),
                Tongue::Swahili,
            )
        };
        let one = |text, first| Said {
            text,
            first,
            swahili_from: None,
        };
        Some(match (language, &self.both) {
            (Language::English, _) => one(english()?, Tongue::English),
            (Language::Swahili, _) => one(swahili()?, Tongue::Swahili),
            (Language::Both, Some(both)) => one(fill(both, Tongue::English)?, Tongue::English),
            (Language::Both, None) => {
                let (english, swahili) = (english()?, swahili()?);
                if english == swahili {
                    return Some(one(english, Tongue::English));
                }
                let swahili_from = english.len() + BETWEEN.len();
                Said {
                    text: english + BETWEEN + &swahili,
                    first: Tongue::English,
                    swahili_from: Some(swahili_from),
                }
            }
        })
    }

    /// Every fixed word, in every language.
    pub(crate) fn fixed(&self) -> impl Iterator<Item = &str> {
        let lists = [
            Some(&self.english),
            self.swahili.as_ref(),
            self.both.as_ref(),
        ];
        let words = lists.into_iter().flatten().flatten();
        words.filter_map(|word| match word {
            Word::Fixed(text) => Some(text.as_str()),
            Word::Field(_) => None,
        })
    }

    /// Every field, once or more.
    pub(crate) fn fields(&self) -> impl Iterator<Item = Field> {
        let lists = [
            Some(&self.english),
            self.swahili.as_ref(),
            self.both.as_ref(),
        ];
        let words = lists.into_iter().flatten().flatten();
        words.filter_map(|word| match word {
            Word::Fixed(_) => None,
            Word::Field(field) => Some(*field),
        })
    }
}

/// Splits `in partnership with {partner}` into fixed words and fields.
fn words(text: &str) -> Result<Vec<Word>, DesignProblem> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let unclosed = || DesignProblem::UnknownField(after.to_owned());
        let (name, after) = after.split_once('}').ok_or_else(unclosed)?;
        let field = Field::named(name);
        let field = field.ok_or_else(|| DesignProblem::UnknownField(name.to_owned()))?;
        if !before.is_empty() {
            words.push(Word::Fixed(before.to_owned()));
        }
        words.push(Word::Field(field));
        rest = after;
    }
    if !rest.is_empty() {
        words.push(Word::Fixed(rest.to_owned()));
    }
    Ok(words)
}
