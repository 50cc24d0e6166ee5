//! Whole lists: what stands on which page, and what is refused.

use super::*;
use lopdf::Document;
use proptest::prelude::*;

const DAY: &str = "2026-10-12";

pub(super) fn heading() -> Heading {
    Heading {
        issuer: "National Computer and Cybercrimes Coordination Committee".into(),
        course: "Advanced Cybersecurity Training".into(),
        cohort: "Cohort 7".into(),
        date: "16 October 2026".into(),
    }
}

pub(super) fn rows(count: usize) -> Vec<Row> {
    let names = [
        "Wanjikũ Ng'ang'a",
        "Mũthoni wa Kĩbera Njoroge",
        "Abdirahman Mohamed Abdullahi Sheikh Noor",
        "Achieng’ Otieno",
        "Jo",
        "Naomi Chebet Kipkorir-Langat",
        "Oluwaseun-Maximiliana Abdirahman Mohamed Abdullahi Sheikh Noor Hassan Warsame Jama",
    ];
    let awards = [
        Some("Distinction"),
        Some("Merit"),
        None,
        Some("Pass with commendation"),
    ];
    let row = |at: usize| Row {
        number: format!("NC4-ACT-2026-{:06}", at + 1),
        name: names[at % names.len()].into(),
        award: awards[at % awards.len()].map(Into::into),
        note: (at % 3 != 1).then(|| format!("Staff no. {}", 20_140 + 37 * at)),
    };
    (0..count).map(row).collect()
}

fn words(pdf: &[u8], page: u32) -> String {
    Document::load_mem(pdf)
        .unwrap()
        .extract_text(&[page])
        .unwrap()
}

fn pages(pdf: &[u8]) -> usize {
    Document::load_mem(pdf).unwrap().get_pages().len()
}

#[test]
fn a_checklist_has_every_row_in_order_and_counts_its_pages() {
    let lists = Lists::new(Language::English).unwrap();
    let pdf = lists.checklist(&heading(), &rows(50), DAY).unwrap();
    assert_eq!(pages(&pdf), 3);
    let mut seen = 0;
    for page in 1..=3 {
        let text = words(&pdf, page);
        for part in [
            "Handing-over checklist",
            "Signature",
            "Cohort 7",
            "16 October 2026",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert!(text.contains(&format!("{page} / 3")), "{text}");
        let here = rows(50).into_iter().skip(seen).take(checklist::ROWS);
        let mut from = 0;
        for row in here {
            let at = text[from..]
                .find(&row.number)
                .unwrap_or_else(|| panic!("{} in {text}", row.number));
            from += at;
            seen += 1;
        }
    }
    assert_eq!(seen, 50);
}

#[test]
fn lists_speak_english_swahili_or_both() {
    for (language, has, lacks) in [
        (
            Language::English,
            vec!["Name", "Award"],
            vec!["Jina", "Sahihi"],
        ),
        (
            Language::Swahili,
            vec!["Jina", "Orodha ya kukabidhi vyeti"],
            vec!["Name", "Signature"],
        ),
        (
            Language::Both,
            vec!["Name", "Jina", "Signature", "Sahihi"],
            vec![],
        ),
    ] {
        let lists = Lists::new(language).unwrap();
        let text = words(&lists.checklist(&heading(), &rows(1), DAY).unwrap(), 1);
        for part in has {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        for part in lacks {
            assert!(!text.contains(part), "{part} is in {text}");
        }
    }
}

#[test]
fn a_full_sheet_of_labels_is_one_page() {
    let lists = Lists::new(Language::English).unwrap();
    for (count, sheets) in [(1, 1), (24, 1), (25, 2), (48, 2)] {
        let pdf = lists.labels(&heading(), &rows(count), DAY).unwrap();
        assert_eq!(pages(&pdf), sheets, "{count} labels");
    }
    let text = words(&lists.labels(&heading(), &rows(24), DAY).unwrap(), 1);
    for part in [
        "Wanjikũ Ng'ang'a",
        "Advanced Cybersecurity Training",
        "Cohort 7",
        "NC4-ACT-2026-000024",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn the_same_rows_give_the_same_bytes_and_another_day_others() {
    let make = |day| {
        let lists = Lists::new(Language::Both).unwrap();
        let list = lists.checklist(&heading(), &rows(30), day).unwrap();
        (list, lists.labels(&heading(), &rows(30), day).unwrap())
    };
    assert_eq!(make(DAY), make(DAY));
    assert_ne!(make(DAY).0, make("2026-10-13").0);
}

#[test]
fn what_cannot_be_listed_is_an_error() {
    let lists = Lists::new(Language::English).unwrap();
    let both = |rows: &[Row], day: &str| {
        let errors = [
            lists.checklist(&heading(), rows, day),
            lists.labels(&heading(), rows, day),
        ];
        errors.map(Result::unwrap_err)
    };
    for error in both(&[], DAY) {
        assert!(matches!(error, ListError::Empty));
    }
    for day in [
        "",
        "2026-13-01",
        "2026-1-01",
        "16 October 2026",
        "2026-10-32",
        "2026-10-1é",
        "+026-10-12",
    ] {
        for error in both(&rows(1), day) {
            assert!(matches!(error, ListError::NotADay { .. }), "{day}: {error}");
        }
    }
    let named = |name: &str| {
        vec![Row {
            name: name.into(),
            ..rows(1).remove(0)
        }]
    };
    for error in both(&named("Wang 王"), DAY) {
        assert!(matches!(
            error,
            ListError::Print(PrintError::MissingGlyph {
                character: '王',
                ..
            })
        ));
    }
    for error in both(&named(&"Maximiliana ".repeat(60)), DAY) {
        assert!(matches!(error, ListError::TooLong { .. }), "{error}");
    }
    let many = vec![rows(1).remove(0); MAX_LIST_ROWS + 1];
    for error in both(&many, DAY) {
        assert!(matches!(error, ListError::TooManyRows { .. }));
    }
}

#[test]
fn names_of_120_octets_fit_both_lists() {
    let lists = Lists::new(Language::Both).unwrap();
    let all = ["W", "M", "@", "Ǆ", "Ẁ", "m\u{303}", "Maximiliana ", "i"].map(|part| Row {
        name: part.repeat(120 / part.len()),
        note: Some("Staff no. 20140, Directorate of Criminal Investigations, Nairobi Area".into()),
        ..rows(1).remove(0)
    });
    lists.checklist(&heading(), &all, DAY).unwrap();
    lists.labels(&heading(), &all, DAY).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_number_of_rows_takes_as_many_pages_as_it_must(count in 1usize..120) {
        let lists = Lists::new(Language::Both).unwrap();
        let list = lists.checklist(&heading(), &rows(count), DAY).unwrap();
        prop_assert_eq!(pages(&list), count.div_ceil(checklist::ROWS));
        let labels = lists.labels(&heading(), &rows(count), DAY).unwrap();
        prop_assert_eq!(pages(&labels), count.div_ceil(labels::LABELS));
    }
}
