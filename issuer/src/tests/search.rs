//! The registry finds whom an officer looks for, and stays in step with every change.

use super::office::Office;
use crate::app::error::AppError;
use crate::app::ports::store::{Collection, Commit, Key};
use crate::app::reindex::reindex;
use crate::app::search::{Cursor, Question, search};
use crate::domain::change::{RevocationReason, What};
use crate::domain::name::PersonName;
use crate::domain::search::State;

const FIRST: &str = "Full Name,P/No,Award\n\
    Wanjikũ Ng'ang'a,KP/0017,Distinction\n\
    Amina Hassan,30000025,Credit\n\
    Aminata Amina Otieno,30000033,Pass\n";
const SECOND: &str = "Full Name,P/No,Award\n\
    WANJIKU KAMAU,30000041,Pass\n\
    Anne-Marie O’Brien,30000042,Pass\n";

fn ask(text: &str) -> Question {
    Question {
        text: text.to_owned(),
        ..Question::default()
    }
}

fn names(office: &Office, question: &Question) -> Vec<String> {
    let found = search(&office.desk, question, None, 50).unwrap();
    assert_eq!(found.next, None);
    let mut names: Vec<String> = found.hits.into_iter().map(|hit| hit.name).collect();
    names.sort();
    names
}

fn two_cohorts() -> Office {
    let office = Office::founded();
    office.issued("Cohort 7", FIRST);
    office.issued("Cohort 8", SECOND);
    office
}

#[test]
fn whatever_an_officer_types_finds_the_person() {
    let office = two_cohorts();
    for (typed, wanted) in [
        ("wanjiku", vec!["WANJIKU KAMAU", "Wanjikũ Ng'ang'a"]),
        ("WANJIKŨ ng’ang", vec!["Wanjikũ Ng'ang'a"]),
        ("amin", vec!["Amina Hassan", "Aminata Amina Otieno"]),
        ("oti amina", vec!["Aminata Amina Otieno"]),
        ("obrien anne-m", vec!["Anne-Marie O’Brien"]),
        ("kp0017", vec!["Wanjikũ Ng'ang'a"]),
        ("KP/00", vec!["Wanjikũ Ng'ang'a"]),
        ("3000004", vec!["Anne-Marie O’Brien", "WANJIKU KAMAU"]),
        ("nc4-act-2026-000002", vec!["Amina Hassan"]),
        ("anjiku", vec![]),
    ] {
        assert_eq!(names(&office, &ask(typed)), wanted, "{typed}");
    }
    let cohort = |text: &str, cohort: &str| Question {
        cohort: Some(cohort.to_owned()),
        ..ask(text)
    };
    assert_eq!(
        names(&office, &cohort("wanjiku", "COHORT 8")),
        ["WANJIKU KAMAU"]
    );
    assert_eq!(names(&office, &cohort("", "cohort 7")).len(), 3);
    assert_eq!(names(&office, &cohort("", "cohort")).len(), 0);
    assert_eq!(names(&office, &Question::default()).len(), 5);
}

#[test]
fn pages_hold_everybody_once() {
    let office = two_cohorts();
    for question in [ask("a"), Question::default(), ask("nc4-act-2026-0")] {
        let whole = names(&office, &question);
        let mut paged = Vec::new();
        let mut cursor: Option<Cursor> = None;
        loop {
            let found = search(&office.desk, &question, cursor, 1).unwrap();
            paged.extend(found.hits.into_iter().map(|hit| hit.name));
            let Some(next) = found.next else { break };
            cursor = Some(Cursor::from_word(&next.to_word()).unwrap());
        }
        paged.sort();
        assert_eq!(paged, whole, "{question:?}");
    }
    assert!(Cursor::from_word("00zz").is_err());
    assert!(search(&office.desk, &ask("a"), None, 0).is_err());
    assert!(search(&office.desk, &ask(&"a".repeat(201)), None, 1).is_err());
}

#[test]
fn corrections_and_revocations_are_found_as_they_stand() {
    let office = Office::founded();
    let (_, certificates) = office.issued("Cohort 7", FIRST);
    let credential = certificates[1].id;
    office
        .change(What::Correct {
            credential,
            name: PersonName::parse("Amina Hussein").ok(),
            extras: Default::default(),
        })
        .unwrap();
    assert_eq!(names(&office, &ask("hassan")).len(), 0);
    assert_eq!(names(&office, &ask("hussein")), ["Amina Hussein"]);
    let state = |state| Question {
        state: Some(state),
        ..Question::default()
    };
    assert_eq!(names(&office, &state(State::Corrected)), ["Amina Hussein"]);
    let reason = RevocationReason::Withdrawn;
    office.change(What::Revoke { credential, reason }).unwrap();
    assert_eq!(names(&office, &state(State::Corrected)).len(), 0);
    assert_eq!(names(&office, &state(State::Revoked)), ["Amina Hussein"]);
    assert_eq!(names(&office, &state(State::Good)).len(), 2);
}

#[test]
fn an_index_made_anew_is_the_one_that_was_kept() {
    let office = two_cohorts();
    let index = || {
        office
            .desk
            .store
            .scan(Collection::Index, b"", None, 999)
            .unwrap()
    };
    let kept = index();
    let marker = Key::new(Collection::Meta, "registry-index");
    let stale = Key::new(Collection::Index, "find/t/nobody");
    let older = Commit {
        removes: vec![marker],
        puts: vec![(stale, vec![0])],
        ..Commit::default()
    };
    office.desk.store.commit(older).unwrap();
    let refused = search(&office.desk, &ask("amina"), None, 10);
    assert!(matches!(refused, Err(AppError::NoIndex)));
    assert_eq!(reindex(&office.desk, "system", &|_| {}).unwrap(), 5);
    assert_eq!(index(), kept);
    assert_eq!(names(&office, &ask("amina")).len(), 2);
}
