//! The rules that several threads put to the test.

use std::thread;

use crate::app::ports::store::{Commit, Expect, Store, StoreError};

use super::{MANY, done, fetched, key, put, scanned};

/// Counting with [`Expect::Equals`] and repeating after a conflict.
pub(super) fn increments(store: &dyn Store) {
    const THREADS: usize = 8;
    const EACH: u64 = 25;
    done(store.commit(put("n", 0_u64.to_be_bytes())));
    let increment = || {
        let old = fetched(store, "n").expect("the counter stands");
        let number = u64::from_be_bytes(old[..].try_into().expect("eight octets"));
        let commit = Commit {
            expects: vec![Expect::Equals(key("n"), old)],
            ..put("n", (number + 1).to_be_bytes())
        };
        match store.commit(commit) {
            Ok(()) => true,
            Err(StoreError::Conflict { .. }) => false,
            Err(error) => panic!("{error}"),
        }
    };
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..EACH {
                    while !increment() {}
                }
            });
        }
    });
    assert_eq!(
        fetched(store, "n"),
        Some((THREADS as u64 * EACH).to_be_bytes().to_vec())
    );
}

/// Writers of the same pair of records, and a reader that never sees one of the pair.
pub(super) fn first_write_wins(store: &dyn Store) {
    for round in 0..20_u8 {
        let (left, right) = ([round, 0], [round, 1]);
        let write = |writer: u8| {
            let value = vec![writer; 6000];
            let puts = vec![(key(left), value.clone()), (key(right), value)];
            let commit = Commit {
                expects: vec![Expect::Absent(key(left))],
                puts,
                ..Commit::default()
            };
            match store.commit(commit) {
                Ok(()) => true,
                Err(StoreError::Conflict { .. }) => false,
                Err(error) => panic!("{error}"),
            }
        };
        let winners: Vec<u8> = thread::scope(|scope| {
            let reader = scope.spawn(|| while !whole_pair(store, round) {});
            let writers: Vec<_> = (0..8)
                .map(|writer| scope.spawn(move || write(writer).then_some(writer)))
                .collect();
            let winners = writers
                .into_iter()
                .filter_map(|writer| writer.join().expect("the writer ends"))
                .collect();
            reader.join().expect("the reader saw no half commit");
            winners
        });
        assert_eq!(winners.len(), 1);
        assert_eq!(fetched(store, left), Some(vec![winners[0]; 6000]));
        assert_eq!(fetched(store, right), Some(vec![winners[0]; 6000]));
    }
}

/// Whether both records of a round are there; panics if only one is, or if they are of different writers.
fn whole_pair(store: &dyn Store, round: u8) -> bool {
    let page = scanned(store, &[round], None, MANY);
    assert!(page.len() != 1, "half a commit was seen");
    assert!(
        page.iter().all(|(_, value)| *value == page[0].1),
        "two commits were mixed"
    );
    !page.is_empty()
}
