//! Headquarters lends the right to write to the venue, and takes it back.

use std::sync::Arc;

use super::office::{Failing, Office};
use crate::app::audit::verify_journal;
use crate::app::desk::Desk;
use crate::app::error::AppError;
use crate::app::hand_out::hand_out;
use crate::app::handover::{bring_home, hand_over, writer};
use crate::app::ports::store::{Collection, Commit, Expect, Key, Page, Store};
use crate::domain::writer::WriterError;
use crate::store::memory::MemoryStore;

const ROSTER: &str = "Full Name,P/No,Award\n\
    Zawadi Mbeki,30000017,Distinction\n\
    Amina Hassan,30000025,Credit\n";

fn at(store: &Arc<dyn Store>, desk: &Desk) -> Desk {
    Desk {
        store: Arc::clone(store),
        ..desk.clone()
    }
}

fn empty() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

fn may_write(desk: &Desk) -> bool {
    desk.organisation().is_ok() && writer(desk).unwrap().check().is_ok()
}

fn records(store: &dyn Store) -> Vec<(Collection, Page)> {
    let scan = |collection| {
        (
            collection,
            store.scan(collection, b"", None, 9_999).unwrap(),
        )
    };
    Collection::ALL.into_iter().map(scan).collect()
}

#[test]
fn a_ceremony_far_away_comes_home() {
    let office = Office::founded();
    let (_, certificates) = office.issued("Cohort 7", ROSTER);
    let (home, laptop) = (&office.desk, empty());
    let venue = at(&laptop, home);
    hand_over(home, Arc::clone(&laptop), "jane").unwrap();
    let refused = hand_out(home, &certificates[0].number, "jane");
    assert!(matches!(
        refused,
        Err(AppError::Writer(WriterError::ReadOnly { .. }))
    ));
    hand_out(&venue, &certificates[0].number, "jane").unwrap();
    verify_journal(&venue).unwrap();
    let another = hand_over(home, empty(), "jane");
    assert!(another.is_err(), "it is lent already");
    assert!(bring_home(home, empty(), "jane").is_err());

    bring_home(home, Arc::clone(&laptop), "jane").unwrap();
    assert!(may_write(home) && !may_write(&venue));
    verify_journal(home).unwrap();
    assert!(
        hand_out(home, &certificates[0].number, "paul").is_err(),
        "it was handed out"
    );
    hand_out(home, &certificates[1].number, "paul").unwrap();
    assert!(hand_out(&venue, &certificates[1].number, "paul").is_err());
    assert!(bring_home(home, laptop, "jane").is_err(), "once is enough");
    let other = Office::founded().desk.store;
    assert!(
        hand_over(home, other, "jane").is_err(),
        "a store of its own"
    );
    hand_over(home, empty(), "jane").unwrap();
}

#[test]
fn after_a_crash_at_any_step_at_most_one_writes_and_the_next_run_goes_on() {
    let office = Office::founded();
    office.issued("Cohort 7", ROSTER);
    for stop in 0..80 {
        let (hq, laptop) = (empty(), empty());
        for (collection, page) in records(&*office.desk.store) {
            let puts = page
                .into_iter()
                .map(|(id, value)| (Key::new(collection, id), value));
            let puts = puts.collect();
            let commit = Commit {
                puts,
                ..Commit::default()
            };
            hq.commit(commit).unwrap();
        }
        let (home, venue) = (at(&hq, &office.desk), at(&laptop, &office.desk));
        let left = Arc::new(stop.into());
        let (weak_hq, weak_laptop) = (Failing::store(&hq, &left), Failing::store(&laptop, &left));
        let weak_home = at(&weak_hq, &office.desk);
        let out = hand_over(&weak_home, Arc::clone(&weak_laptop), "jane");
        let back = out.and_then(|_| bring_home(&weak_home, weak_laptop, "jane"));
        assert!(
            !(may_write(&home) && may_write(&venue)),
            "stopped after {stop}"
        );
        if back.is_ok() {
            assert!(may_write(&home));
            return;
        }
        if bring_home(&home, Arc::clone(&laptop), "jane").is_err() {
            hand_over(&home, Arc::clone(&laptop), "jane").unwrap();
            assert!(
                may_write(&venue) && !may_write(&home),
                "stopped after {stop}"
            );
            bring_home(&home, laptop, "jane").unwrap();
        }
        assert!(
            may_write(&home) && !may_write(&venue),
            "stopped after {stop}"
        );
        verify_journal(&home).unwrap();
    }
    panic!("it never came to its end");
}

#[test]
fn a_copy_whose_journal_was_cut_is_not_taken_home() {
    let office = Office::founded();
    let laptop = empty();
    hand_over(&office.desk, Arc::clone(&laptop), "jane").unwrap();
    let last = laptop
        .scan(Collection::Audit, b"", None, 999)
        .unwrap()
        .pop()
        .unwrap();
    let key = Key::new(Collection::Audit, last.0);
    let cut = Commit {
        expects: vec![Expect::Equals(key.clone(), last.1)],
        removes: vec![key],
        ..Commit::default()
    };
    laptop.commit(cut).unwrap();
    assert!(bring_home(&office.desk, laptop, "jane").is_err());
    assert!(!may_write(&office.desk));
}
