//! Names as Kenyan rosters and identity cards write them, compared.

use super::*;

fn name(expected: &str, signed: &str) -> Matched {
    let expected = Expected {
        name: Some(expected.to_owned()),
        ..Expected::default()
    };
    let signed = Facts {
        name: Some(signed.to_owned()),
        ..Facts::default()
    };
    Comparison::of(&expected, Some(&signed)).name
}

/// THREATS 4, 19: what may differ in typing, and what is said of it.
#[test]
fn typing_differences_are_no_differences_and_are_told() {
    use Tolerated::{Apostrophes, Diacritics, Hyphens, LetterCase, Spacing, WordOrder};
    const SIGNED: &str = "Wanjikũ Ng'ang'a";
    let cases: &[(&str, &str, &[Tolerated])] = &[
        (SIGNED, SIGNED, &[]),
        ("Wanjiku\u{303} Ng'ang'a", SIGNED, &[]),
        ("WANJIKŨ NG'ANG'A", SIGNED, &[LetterCase]),
        ("Wanjikũ Ng’ang’a", SIGNED, &[Apostrophes]),
        ("Wanjikũ Ngʼangʼa", SIGNED, &[Apostrophes]),
        ("Wanjikũ Nganga", SIGNED, &[Apostrophes]),
        ("Wanjiku Ng'ang'a", SIGNED, &[Diacritics]),
        ("Ng'ang'a Wanjikũ", SIGNED, &[WordOrder]),
        ("  Wanjikũ\u{a0}  Ng'ang'a ", SIGNED, &[Spacing]),
        ("NGANGA", "ng'ang'a", &[LetterCase, Apostrophes]),
        (
            "ng`ang`a\u{a0} WANJIKU",
            SIGNED,
            &[LetterCase, Spacing, Apostrophes, Diacritics, WordOrder],
        ),
        ("Brian Omondi Smith", "Brian Omondi-Smith", &[Hyphens]),
        ("Olesankan", "Ole Sankan", &[LetterCase, Spacing]),
        (
            "Njeri Kimani Njeri",
            "Kĩmani Njeri Njeri",
            &[Diacritics, WordOrder],
        ),
    ];
    for (expected, signed, tolerated) in cases {
        let matched = name(expected, signed);
        assert_eq!(matched.result, Compared::Match, "{expected}");
        assert_eq!(&matched.tolerated, tolerated, "{expected}");
        let back = name(signed, expected);
        assert_eq!(back, matched, "{expected}: the same in either direction");
    }
}

/// A name that lacks a word or has one more is a mismatch for a person to look at, once two words agree; every other
/// mismatch is another person.
#[test]
fn other_names_are_mismatches_and_the_words_are_told() {
    /// Expected, signed, the words that only one of them has, whether one is the other but for words left out.
    type Case = (
        &'static str,
        &'static str,
        &'static [&'static str],
        &'static [&'static str],
        bool,
    );
    let cases: &[Case] = &[
        ("O'Brien", "O'Brian", &["O'Brien"], &["O'Brian"], false),
        ("Wanjikũ", "Wanjikũ Ng'ang'a", &[], &["Ng'ang'a"], false),
        (
            "NGANGA Grace",
            "Grace Wanjikũ Ng'ang'a",
            &[],
            &["Wanjikũ"],
            true,
        ),
        (
            "Grace Wanjiku Nganga Otieno",
            "Grace Wanjikũ Ng'ang'a",
            &["Otieno"],
            &[],
            true,
        ),
        (
            "Grace Wanjiku Otieno",
            "Grace Wanjikũ Ng'ang'a",
            &["Otieno"],
            &["Ng'ang'a"],
            false,
        ),
        ("Njeri Njeri", "Njeri", &["Njeri"], &[], false),
        // A Cyrillic letter that looks like the Latin one (THREATS 8).
        ("Аchieng", "Achieng", &["Аchieng"], &["Achieng"], false),
        // Vowel signs of other scripts are no marks to be passed over.
        ("राम", "रीम", &["राम"], &["रीम"], false),
    ];
    for (expected, signed, only_expected, only_signed, incomplete) in cases {
        let matched = name(expected, signed);
        assert_eq!(matched.result, Compared::Mismatch, "{expected}");
        assert_eq!(&matched.only_expected, only_expected, "{expected}");
        assert_eq!(&matched.only_signed, only_signed, "{expected}");
        assert_eq!(matched.incomplete, *incomplete, "{expected}");
    }
    for marks in ["'", "’ ’", "-", "`\u{301}"] {
        for signed in ["", "'", "Achieng"] {
            assert_eq!(name(marks, signed).result, Compared::Mismatch, "{marks}");
        }
    }
    for blank in ["", " ", "\u{a0}"] {
        assert_eq!(name(blank, "Achieng").result, Compared::NotCompared);
    }
}

#[test]
fn the_order_of_a_title_counts() {
    let expected = Expected {
        course: Some("training  advanced".to_owned()),
        ..Expected::default()
    };
    let signed = Facts {
        course: Some("Advanced Training".to_owned()),
        ..Facts::default()
    };
    let matched = Comparison::of(&expected, Some(&signed)).course;
    assert_eq!(matched.result, Compared::Mismatch);
    assert!(!matched.incomplete);
}

#[test]
fn what_was_not_signed_is_not_compared() {
    let expected = Expected {
        name: Some("Achieng".to_owned()),
        course: Some("Course".to_owned()),
        date: None,
    };
    let nothing = Comparison::of(&expected, None);
    assert_eq!(nothing.name.result, Compared::NotCompared);
    let empty = Comparison::of(&expected, Some(&Facts::default()));
    assert_eq!(empty.mismatches(), ["name_mismatch", "course_mismatch"]);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let date = |text: &str| Expected {
        date: Some(text.to_owned()),
        ..Expected::default()
    };
    for good in ["2026-10-16", " 2026-10-16 ", ""] {
        assert_eq!(date(good).check(), Ok(()), "{good}");
    }
    for bad in ["16/10/2026", "2026-13-01", "October"] {
        assert_eq!(date(bad).check(), Err(NotComparable::NotADate), "{bad}");
    }
    let long = Expected {
        name: Some("a".repeat(EXPECTED_CHARACTERS + 1)),
        ..Expected::default()
    };
    assert!(matches!(
        long.check(),
        Err(NotComparable::TooLong { field: "name", .. })
    ));
}
