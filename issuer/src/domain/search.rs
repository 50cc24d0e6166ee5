//! Finding people in the registry: how names are folded, and what stands in the index for a certificate.
//!
//! A posting stands for one certificate at one word of its graduate's name, at the staff number, at its batch, or at a
//! state that few certificates have. Its value repeats all of the words and the state, so that one list is enough to
//! answer a question of several.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use cheti_shared::ids::CredentialId;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::batch::{BatchId, Graduate};
use super::certificate::{Certificate, Standing};
use cheti_shared::status::reasons::Reason;

/// What every posting's id begins with.
pub const POSTINGS: &[u8] = b"find/";
/// The longest word that is told apart from its continuation, in octets.
const WORD_OCTETS: usize = 64;
/// A batch's id and a row end every posting's id.
const PLACE_OCTETS: usize = 9 + 4;

/// How a certificate stands, as one asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its current version holds.
    Good,
    /// It does not hold for now.
    Suspended,
    /// It was withdrawn, or issued in error.
    Revoked,
    /// It was issued anew with other facts, and holds.
    Corrected,
    /// What it says was erased at the graduate's request.
    Erased,
}

impl State {
    /// How a certificate stands.
    pub fn of(certificate: &Certificate) -> Self {
        if certificate.erased.is_some() {
            return Self::Erased;
        }
        match certificate.versions.last().map(|version| version.standing) {
            Some(Standing::Suspended) => Self::Suspended,
            Some(Standing::Ended(Reason::Superseded { .. })) | None => Self::Corrected,
            Some(Standing::Ended(_)) => Self::Revoked,
            Some(Standing::Good) if certificate.versions.len() > 1 => Self::Corrected,
            Some(Standing::Good) => Self::Good,
        }
    }

    /// Whether few enough certificates stand so that they have a list of their own.
    pub fn is_rare(self) -> bool {
        matches!(self, Self::Suspended | Self::Revoked | Self::Corrected)
    }

    /// Every state; where one stands here is its octet in a posting.
    const ALL: [Self; 5] = [
        Self::Good,
        Self::Suspended,
        Self::Revoked,
        Self::Corrected,
        Self::Erased,
    ];

    fn octet(self) -> u8 {
        self as u8
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Corrected => "corrected",
            Self::Erased => "erased",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The text is no state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no state: one of good, suspended, revoked, corrected, erased")]
pub struct NotAState(String);

impl FromStr for State {
    type Err = NotAState;

    fn from_str(text: &str) -> Result<Self, NotAState> {
        let found = Self::ALL.into_iter().find(|state| state.word() == text);
        found.ok_or_else(|| NotAState(text.chars().take(40).collect()))
    }
}

/// A text without what people leave out when they type: capitals, accents, apostrophes.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            '\'' | '’' | '‘' | 'ʼ' | 'ʻ' => {}
            'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
            'ħ' | 'Ħ' => folded.push('h'),
            'ł' | 'Ł' => folded.push('l'),
            'ø' | 'Ø' => folded.push('o'),
            'ŧ' | 'Ŧ' => folded.push('t'),
            'ı' | 'İ' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            other => folded.extend(other.to_lowercase()),
        }
    }
    folded
}

/// The folded words of a name, each once, in order.
pub fn words(name: &str) -> BTreeSet<String> {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(bounded).collect()
}

/// A number without what people write between its parts.
pub fn compact(number: &str) -> String {
    let folded = fold(number);
    bounded(
        &folded
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>(),
    )
}

fn bounded(word: &str) -> String {
    let mut end = word.len().min(WORD_OCTETS);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    word[..end].to_owned()
}

/// What somebody typed, as beginnings of words: a word with a digit is a number, any other is one or more words of a name.
pub fn terms(text: &str) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    for typed in text.split_whitespace() {
        match typed.chars().any(|c| c.is_ascii_digit()) {
            true => terms.push(compact(typed)),
            false => terms.extend(words(typed)),
        }
    }
    terms.retain(|term| !term.is_empty());
    terms.sort();
    terms.dedup();
    terms
}

/// A list of postings, or the part of one whose words begin alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Words that begin so.
    Word(String),
    /// A batch.
    Batch(BatchId),
    /// A rare state.
    State(State),
    /// Everything.
    All,
}

impl List {
    /// What the ids of its postings begin with.
    pub fn prefix(&self) -> Vec<u8> {
        match self {
            Self::Word(beginning) => [b"find/t/", beginning.as_bytes()].concat(),
            Self::Batch(batch) => [b"find/b/", batch.as_str().as_bytes()].concat(),
            Self::State(state) => [b"find/s/", state.word().as_bytes(), b"\0"].concat(),
            Self::All => b"find/b/".to_vec(),
        }
    }
}

/// One certificate in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The word at which it stands; none in other lists.
    pub word: Option<String>,
    /// The batch.
    pub batch: BatchId,
    /// The row there.
    pub row: u32,
    /// The credential.
    pub id: CredentialId,
    /// How the certificate stands.
    pub state: State,
    /// All words of the certificate, in order.
    pub words: Vec<String>,
}

impl Posting {
    /// Every posting of a certificate, as id and value: what the index holds for it as it stands.
    pub fn all_of(certificate: &Certificate, graduate: &Graduate) -> Vec<(Vec<u8>, Vec<u8>)> {
        if certificate.erased.is_some() {
            return Vec::new();
        }
        let mut all = words(graduate.name.as_str());
        let staff_number = graduate.staff_number.as_deref().map(compact);
        all.extend(staff_number.filter(|number| !number.is_empty()));
        let words: Vec<&str> = all.iter().map(String::as_str).collect();
        let state = State::of(certificate);
        let value = [
            certificate.id.octets().as_slice(),
            &[state.octet()],
            words.join(" ").as_bytes(),
        ]
        .concat();
        let batch = certificate.batch.as_str().as_bytes();
        let place = [batch, &certificate.row.to_be_bytes()].concat();
        let mut ids: Vec<Vec<u8>> = words
            .iter()
            .map(|word| [b"find/t/", word.as_bytes(), b"\0", &place].concat())
            .collect();
        ids.push([b"find/b/", place.as_slice()].concat());
        if state.is_rare() {
            ids.push([List::State(state).prefix(), place].concat());
        }
        ids.into_iter().map(|id| (id, value.clone())).collect()
    }

    /// Read a posting; `None` when it is none.
    pub fn read(id: &[u8], value: &[u8]) -> Option<Self> {
        let list = id.strip_prefix(POSTINGS)?;
        let (head, place) = list.split_at_checked(list.len().checked_sub(PLACE_OCTETS)?)?;
        let (batch, row) = place.split_at_checked(9)?;
        let word = head
            .strip_prefix(b"t/")
            .and_then(|rest| rest.strip_suffix(b"\0"));
        let (credential, rest) = value.split_at_checked(16)?;
        let (state, words) = rest.split_first()?;
        let words = std::str::from_utf8(words).ok()?;
        Some(Self {
            word: word
                .map(|word| std::str::from_utf8(word).map(ToOwned::to_owned))
                .transpose()
                .ok()?,
            batch: std::str::from_utf8(batch).ok()?.parse().ok()?,
            row: u32::from_be_bytes(row.try_into().ok()?),
            id: CredentialId::from_octets(credential.try_into().ok()?),
            state: *State::ALL.get(usize::from(*state))?,
            words: words.split(' ').map(ToOwned::to_owned).collect(),
        })
    }

    /// Whether every term begins one of its words.
    pub fn matches(&self, terms: &[String]) -> bool {
        let begins = |term: &String| self.words.iter().any(|word| word.starts_with(term));
        terms.iter().all(begins)
    }

    /// Whether a walk through the words that begin with `beginning` meets this certificate here for the first time.
    pub fn is_first_at(&self, beginning: &str) -> bool {
        let first = self.words.iter().find(|word| word.starts_with(beginning));
        first == self.word.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::certificate::tests::certificate;
    use crate::domain::name::PersonName;

    fn graduate(name: &str, staff_number: Option<&str>) -> Graduate {
        Graduate {
            line: 2,
            name: PersonName::parse(name).unwrap(),
            staff_number: staff_number.map(ToOwned::to_owned),
            extras: Default::default(),
        }
    }

    #[test]
    fn names_fold_to_what_people_type() {
        for (name, folded) in [
            ("Wanjikũ Ng'ang'a", vec!["nganga", "wanjiku"]),
            ("Anne-Marie O’BRIEN", vec!["anne", "marie", "obrien"]),
            (
                "José Núñez Ümit Đặng",
                vec!["dang", "jose", "nunez", "umit"],
            ),
            ("Otieno, Jr. otieno", vec!["jr", "otieno"]),
        ] {
            assert_eq!(Vec::from_iter(words(name)), folded);
        }
        assert_eq!(terms("KP/0123  wanj O'Br"), ["kp0123", "obr", "wanj"]);
        assert_eq!(terms(" - "), Vec::<String>::new());
    }

    #[test]
    fn a_state_stands_at_its_octet() {
        for (place, state) in State::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(state.octet()), place);
            assert_eq!(state.word().parse(), Ok(state));
        }
    }

    #[test]
    fn a_certificate_stands_at_each_word_once() {
        let certificate = certificate(1);
        let all = Posting::all_of(&certificate, &graduate("Amina Aminata", Some("KP/012")));
        assert_eq!(all.len(), 4);
        let read = |(id, value): &(Vec<u8>, Vec<u8>)| Posting::read(id, value).unwrap();
        let postings: Vec<Posting> = all.iter().map(read).collect();
        assert!(postings.iter().all(|posting| posting.id == certificate.id
            && posting.row == certificate.row
            && posting.state == State::of(&certificate)
            && posting.batch == certificate.batch));
        let first = postings.iter().filter(|posting| posting.is_first_at("ami"));
        assert_eq!(first.count(), 1);
        assert!(postings[0].matches(&terms("kp012 aminat")));
        assert!(!postings[0].matches(&terms("minata")));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_of_a_name_finds_it(
            name in "[A-Z][a-zũéñ']{1,8}( [A-Z][a-zĩöđ’-]{1,8}){0,3}", cut in 1..20_usize,
        ) {
            if let Ok(parsed) = PersonName::parse(&name) {
                let all = Posting::all_of(&certificate(1), &graduate(parsed.as_str(), None));
                let posting = Posting::read(&all[0].0, &all[0].1).unwrap();
                let typed: String = name.to_uppercase().chars().take(cut).collect();
                prop_assert!(posting.matches(&terms(&typed)), "{typed} {posting:?}");
            }
        }

        #[test]
        fn foreign_records_are_no_postings(id in prop::collection::vec(any::<u8>(), 0..40), value in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = Posting::read(&id, &value);
            let _ = Posting::read(&[POSTINGS, &id].concat(), &value);
        }
    }
}
