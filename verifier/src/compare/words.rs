//! A text as its words, in one spelling for the ways in which one text is typed.

use unicode_normalization::UnicodeNormalization as _;

use super::Tolerated;

/// The words of a text: each as it was written, and as it is compared.
#[derive(Debug)]
pub(super) struct Words(Vec<Word>);

#[derive(Debug)]
struct Word {
    written: String,
    folded: String,
}

impl Words {
    /// The words of `text`, without the differences that are tolerated.
    pub(super) fn of(text: &str, tolerated: &[Tolerated]) -> Self {
        let has = |tolerance| tolerated.contains(&tolerance);
        let spaced: String = text
            .nfc()
            .map(|c| match is_hyphen(c) && has(Tolerated::Hyphens) {
                true => ' ',
                false => c,
            })
            .collect();
        let pieces: Vec<&str> = match has(Tolerated::Spacing) {
            true => spaced.split_whitespace().collect(),
            false => spaced.split(' ').collect(),
        };
        let word = |written: &str| Word {
            written: written.to_owned(),
            folded: folded(written, tolerated),
        };
        Self(pieces.into_iter().map(word).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_blank(&self) -> bool {
        self.0.iter().all(|word| word.folded.is_empty())
    }

    /// Whether both are the same words.
    pub(super) fn same(&self, other: &Self, tolerated: &[Tolerated]) -> bool {
        let (ours, theirs) = (self.folded(), other.folded());
        if ours == theirs {
            return true;
        }
        if tolerated.contains(&Tolerated::Spacing) && ours.concat() == theirs.concat() {
            return true;
        }
        tolerated.contains(&Tolerated::WordOrder) && sorted(ours) == sorted(theirs)
    }

    /// The words, as written, that the other has not or has less often.
    pub(super) fn not_in(&self, other: &Self) -> Vec<String> {
        let mut theirs = other.folded();
        let mut left = Vec::new();
        for word in &self.0 {
            match theirs.iter().position(|their| *their == word.folded) {
                Some(place) => {
                    theirs.swap_remove(place);
                }
                None => left.push(word.written.clone()),
            }
        }
        left
    }

    fn folded(&self) -> Vec<&str> {
        self.0.iter().map(|word| word.folded.as_str()).collect()
    }
}

fn sorted(mut words: Vec<&str>) -> Vec<&str> {
    words.sort_unstable();
    words
}

fn folded(word: &str, tolerated: &[Tolerated]) -> String {
    let has = |tolerance| tolerated.contains(&tolerance);
    let mut text = word.to_owned();
    if has(Tolerated::LetterCase) {
        text = text.chars().flat_map(char::to_lowercase).collect();
    }
    if has(Tolerated::Apostrophes) {
        text.retain(|c| !is_apostrophe(c));
    }
    match has(Tolerated::Diacritics) {
        true => text.nfd().filter(|c| !is_latin_mark(*c)).nfc().collect(),
        false => text.nfc().collect(),
    }
}

/// Everything that is typed where an apostrophe belongs.
fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '\u{2018}'
            | '\u{2019}'
            | '\u{201b}'
            | '\u{02bc}'
            | '\u{02b9}'
            | '\u{02bb}'
            | '\u{00b4}'
            | '`'
            | '\u{ff07}'
    )
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2013}')
}

/// The marks that are put on Latin letters. Those of other scripts are vowels and stay.
fn is_latin_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}')
}
