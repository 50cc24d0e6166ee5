//! The rules of the store port as checks that any back end runs: `conformance::run(|| Box::new(MyStore::fresh()))`.

mod concurrent;

use crate::app::ports::store::{
    COMMIT_OCTETS, Collection, Commit, Expect, ID_OCTETS, Key, PAGE_OCTETS, Page, Store, StoreError,
};

/// A rule's name and its check, which panics where the rule is broken.
pub type Rule = (&'static str, fn(&dyn Store));

/// Every rule; each wants a fresh, empty store.
pub const RULES: [Rule; 15] = [
    ("what was written is read", written_is_read),
    ("the last write wins", last_write_wins),
    ("a remove removes, also within its own commit", removes),
    (
        "a demand for absence holds only where nothing stands",
        absent,
    ),
    (
        "a demand for a value holds only for exactly that value",
        equals,
    ),
    ("a commit happens whole or not at all", atomic),
    ("a scan is in ascending order of the ids' octets", ordered),
    ("a scan keeps to its prefix", prefixed),
    ("pages follow one another without gap or repeat", paged),
    ("collections do not leak into each other", separate),
    ("ids have 1 to 512 octets", id_limits),
    (
        "values may be large, and a page of them ends early",
        large_values,
    ),
    ("a commit over the limit is refused", commit_limit),
    ("concurrent increments lose nothing", concurrent::increments),
    (
        "of concurrent first writes one wins, and readers see commits whole",
        concurrent::first_write_wins,
    ),
];

/// Check every rule, each on a store that `make` makes; panics with the rule's name on standard error.
pub fn run(make: impl Fn() -> Box<dyn Store>) {
    for (name, check) in RULES {
        eprintln!("rule: {name}");
        check(make().as_ref());
    }
}

const MANY: usize = 10_000;

fn key(id: impl Into<Vec<u8>>) -> Key {
    Key::new(Collection::Row, id)
}

fn put(id: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Commit {
    Commit {
        puts: vec![(key(id), value.into())],
        ..Commit::default()
    }
}

fn expecting(expect: Expect, id: &str, value: &str) -> Commit {
    Commit {
        expects: vec![expect],
        ..put(id, value)
    }
}

fn done(result: Result<(), StoreError>) {
    result.expect("the commit succeeds");
}

fn conflicts(result: Result<(), StoreError>, at: &Key) {
    assert!(
        matches!(&result, Err(StoreError::Conflict { key }) if key == at),
        "{result:?}"
    );
}

fn fetched(store: &dyn Store, id: impl Into<Vec<u8>>) -> Option<Vec<u8>> {
    store.fetch(&key(id)).expect("the fetch succeeds")
}

fn scanned(store: &dyn Store, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Page {
    store
        .scan(Collection::Row, prefix, after, limit)
        .expect("the scan succeeds")
}

fn ids(page: Page) -> Vec<Vec<u8>> {
    page.into_iter().map(|(id, _)| id).collect()
}

fn written_is_read(store: &dyn Store) {
    assert_eq!(fetched(store, "a"), None);
    assert_eq!(scanned(store, b"", None, MANY), Page::new());
    done(store.commit(Commit::default()));
    for value in [&b""[..], b"\0", b"text", &[0xff; 300]] {
        done(store.commit(put("a", value)));
        assert_eq!(fetched(store, "a").as_deref(), Some(value));
        assert_eq!(
            scanned(store, b"", None, MANY),
            [(b"a".to_vec(), value.to_vec())]
        );
    }
}

fn last_write_wins(store: &dyn Store) {
    done(store.commit(put("a", "one")));
    let twice = Commit {
        puts: vec![(key("a"), b"two".to_vec()), (key("a"), b"three".to_vec())],
        ..Commit::default()
    };
    done(store.commit(twice));
    assert_eq!(fetched(store, "a").as_deref(), Some(&b"three"[..]));
}

fn removes(store: &dyn Store) {
    done(store.commit(put("a", "one")));
    done(store.commit(put("ab", "two")));
    done(store.commit(Commit {
        removes: vec![key("a"), key("never there")],
        ..Commit::default()
    }));
    assert_eq!(fetched(store, "a"), None);
    done(store.commit(Commit {
        removes: vec![key("b")],
        ..put("b", "put and removed")
    }));
    assert_eq!(ids(scanned(store, b"", None, MANY)), [b"ab".to_vec()]);
}

fn absent(store: &dyn Store) {
    let demand = || Expect::Absent(key("a"));
    done(store.commit(expecting(demand(), "a", "one")));
    conflicts(store.commit(expecting(demand(), "a", "two")), &key("a"));
    assert_eq!(fetched(store, "a").as_deref(), Some(&b"one"[..]));
    done(store.commit(Commit {
        removes: vec![key("a")],
        ..Commit::default()
    }));
    done(store.commit(expecting(demand(), "a", "three")));
    done(store.commit(put("empty", "")));
    conflicts(
        store.commit(expecting(Expect::Absent(key("empty")), "a", "x")),
        &key("empty"),
    );
}

fn equals(store: &dyn Store) {
    let demand = |value: &str| Expect::Equals(key("a"), value.into());
    conflicts(store.commit(expecting(demand(""), "a", "x")), &key("a"));
    done(store.commit(put("a", "one")));
    for wrong in ["", "on", "ones", "One"] {
        conflicts(store.commit(expecting(demand(wrong), "a", "x")), &key("a"));
    }
    done(store.commit(expecting(demand("one"), "a", "two")));
    assert_eq!(fetched(store, "a").as_deref(), Some(&b"two"[..]));
}

fn atomic(store: &dyn Store) {
    done(store.commit(put("a", "one")));
    let commit = Commit {
        expects: vec![
            Expect::Equals(key("a"), b"one".to_vec()),
            Expect::Absent(key("b")),
            Expect::Absent(key("a")),
        ],
        puts: vec![(key("b"), b"two".to_vec()), (key("c"), vec![3; 1 << 17])],
        removes: vec![key("a")],
    };
    conflicts(store.commit(commit.clone()), &key("a"));
    assert_eq!(
        scanned(store, b"", None, MANY),
        [(b"a".to_vec(), b"one".to_vec())]
    );
    done(store.commit(Commit {
        expects: commit.expects[..2].to_vec(),
        ..commit
    }));
    assert_eq!(
        ids(scanned(store, b"", None, MANY)),
        [b"b".to_vec(), b"c".to_vec()]
    );
}

fn ordered(store: &dyn Store) {
    let mut expected: Vec<Vec<u8>> = vec![
        b"\0".to_vec(),
        b"\0\0".to_vec(),
        b"a".to_vec(),
        b"a\0".to_vec(),
    ];
    expected.extend([
        b"a\xff".to_vec(),
        b"aa".to_vec(),
        b"b".to_vec(),
        b"\x7f".to_vec(),
        b"\xff\xff".to_vec(),
    ]);
    expected.extend((0..600_u64).map(|number| number.to_be_bytes().to_vec()));
    let puts = expected
        .iter()
        .rev()
        .map(|id| (key(id.clone()), id.clone()))
        .collect();
    done(store.commit(Commit {
        puts,
        ..Commit::default()
    }));
    expected.sort();
    let page = scanned(store, b"", None, MANY);
    assert!(page.iter().all(|(id, value)| id == value));
    assert_eq!(ids(page), expected);
}

fn prefixed(store: &dyn Store) {
    for id in [
        &b"a"[..],
        b"ab",
        b"ab\0",
        b"ab\xff",
        b"abc",
        b"ac",
        b"\xff",
        b"\xff\xff",
    ] {
        done(store.commit(put(id, "x")));
    }
    let found = |prefix: &[u8], after| ids(scanned(store, prefix, after, MANY));
    assert_eq!(found(b"ab", None), [&b"ab"[..], b"ab\0", b"abc", b"ab\xff"]);
    assert_eq!(found(b"\xff", None), [&b"\xff"[..], b"\xff\xff"]);
    assert_eq!(found(b"nothing", None), Vec::<Vec<u8>>::new());
    assert_eq!(
        found(b"ab", Some(b"a")),
        [&b"ab"[..], b"ab\0", b"abc", b"ab\xff"]
    );
    assert_eq!(found(b"ab", Some(b"ab\0")), [&b"abc"[..], b"ab\xff"]);
    assert_eq!(found(b"ab", Some(b"b")), Vec::<Vec<u8>>::new());
}

fn paged(store: &dyn Store) {
    let puts = (0..100_u64)
        .map(|number| (key(number.to_be_bytes()), number.to_be_bytes().to_vec()))
        .collect();
    done(store.commit(Commit {
        puts,
        ..Commit::default()
    }));
    assert_eq!(scanned(store, b"", None, 0), Page::new());
    for limit in [1, 7, 50, 100, 101] {
        let mut seen = Vec::new();
        loop {
            let page = scanned(store, b"", seen.last().map(Vec::as_slice), limit);
            assert!(page.len() <= limit);
            if page.is_empty() {
                break;
            }
            seen.extend(ids(page));
        }
        assert_eq!(
            seen,
            (0..100_u64)
                .map(|number| number.to_be_bytes().to_vec())
                .collect::<Vec<_>>()
        );
    }
}

fn separate(store: &dyn Store) {
    for collection in Collection::ALL {
        let name = format!("{collection:?}").into_bytes();
        // One short value and one that a back end may keep apart.
        let puts = vec![
            (Key::new(collection, *b"id"), name),
            (Key::new(collection, *b"long"), vec![1; 20_000]),
        ];
        done(store.commit(Commit {
            puts,
            ..Commit::default()
        }));
    }
    done(store.commit(Commit {
        removes: vec![key("id"), key("long")],
        ..Commit::default()
    }));
    for collection in Collection::ALL {
        let page = store
            .scan(collection, b"", None, MANY)
            .expect("the scan succeeds");
        if collection == Collection::Row {
            assert_eq!(page, Page::new());
        } else {
            let name = format!("{collection:?}").into_bytes();
            assert_eq!(
                page,
                [(b"id".to_vec(), name), (b"long".to_vec(), vec![1; 20_000])]
            );
        }
    }
}

fn id_limits(store: &dyn Store) {
    let (longest, neighbour) = (vec![0xff; ID_OCTETS], vec![0xff; ID_OCTETS - 1]);
    for id in [longest.clone(), neighbour.clone(), vec![0]] {
        done(store.commit(put(id.clone(), vec![9; 10_000])));
        assert_eq!(fetched(store, id), Some(vec![9; 10_000]));
    }
    assert_eq!(
        ids(scanned(store, b"\xff", Some(&neighbour), MANY)),
        [longest]
    );
    for octets in [0, ID_OCTETS + 1] {
        let bad = || key(vec![1; octets]);
        let commits = [
            put(bad().id, "x"),
            Commit {
                removes: vec![bad()],
                ..put("ok", "x")
            },
            expecting(Expect::Absent(bad()), "ok", "x"),
            expecting(Expect::Equals(bad(), vec![]), "ok", "x"),
        ];
        for commit in commits {
            let result = store.commit(commit);
            assert!(
                matches!(result, Err(StoreError::BadKey { octets: found }) if found == octets),
                "{result:?}"
            );
        }
        assert!(matches!(
            store.fetch(&bad()),
            Err(StoreError::BadKey { .. })
        ));
        assert_eq!(fetched(store, "ok"), None);
    }
}

fn large_values(store: &dyn Store) {
    let value = |octets: usize, seed: usize| {
        (0..octets)
            .map(|at| (at * 31 + seed) as u8)
            .collect::<Vec<u8>>()
    };
    // Growing and shrinking over the sizes at which a back end may change how it keeps a value.
    for octets in [4095, 4096, 4097, 1 << 20, 8192, 8193, 0, 1 << 20, 3] {
        done(store.commit(put("a", value(octets, octets))));
        assert_eq!(fetched(store, "a"), Some(value(octets, octets)));
        assert_eq!(
            scanned(store, b"", None, MANY),
            [(b"a".to_vec(), value(octets, octets))]
        );
    }
    for number in 0..10_u8 {
        done(store.commit(put([number], value(1 << 20, number.into()))));
    }
    let page = scanned(store, b"", None, MANY);
    assert!(
        page.len() < 10 && page.len() >= PAGE_OCTETS >> 20,
        "{} records in a page",
        page.len()
    );
    let last = page[page.len() - 1].0.clone();
    let rest = scanned(store, b"", Some(&last), MANY);
    assert_eq!(page.len() + rest.len(), 11);
    assert!(
        page.iter()
            .chain(&rest)
            .take(10)
            .all(|(id, found)| *found == value(1 << 20, id[0].into()))
    );
}

fn commit_limit(store: &dyn Store) {
    let result = store.commit(put("a", vec![0; COMMIT_OCTETS]));
    assert!(
        matches!(
            result,
            Err(StoreError::TooLarge {
                limit: COMMIT_OCTETS,
                ..
            })
        ),
        "{result:?}"
    );
    done(store.commit(put("a", vec![1; COMMIT_OCTETS - 1])));
    assert_eq!(
        fetched(store, "a").map(|value| value.len()),
        Some(COMMIT_OCTETS - 1)
    );
    assert_eq!(scanned(store, b"", None, MANY).len(), 1);
}
