//! Tests of the sled back end: the port's rules, a model, the folder's rules, and what a kill leaves behind.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::store::conformance;
use crate::store::memory::MemoryStore;

fn put(id: &[u8], value: &[u8]) -> Commit {
    Commit {
        puts: vec![(Key::new(Collection::Row, id), value.to_vec())],
        ..Commit::default()
    }
}

fn fetched(store: &dyn Store, id: &[u8]) -> Option<Vec<u8>> {
    store.fetch(&Key::new(Collection::Row, id)).unwrap()
}

#[test]
fn keeps_every_rule_of_the_port() {
    let dir = TempDir::new().unwrap();
    let count = AtomicUsize::new(0);
    conformance::run(|| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        Box::new(SledStore::create(&dir.path().join(number.to_string())).unwrap())
    });
    // The layout leaves no oversized page, also after a suite with large values.
    for number in 0..count.into_inner() {
        let blobs = dir.path().join(number.to_string()).join("blobs");
        assert_eq!(fs::read_dir(blobs).unwrap().count(), 0, "store {number}");
    }
}

#[test]
fn open_never_makes_a_store() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("none");
    assert!(matches!(
        SledStore::open(&path),
        Err(StoreError::Missing { .. })
    ));
    assert!(!path.exists());
    assert!(matches!(
        SledStore::open(dir.path()),
        Err(StoreError::Missing { .. })
    ));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn create_leaves_what_is_there_alone() {
    let dir = TempDir::new().unwrap();
    let store = SledStore::create(dir.path()).unwrap();
    store.commit(put(b"a", b"one")).unwrap();
    assert!(matches!(
        SledStore::create(dir.path()),
        Err(StoreError::Locked { .. })
    ));
    drop(store);
    assert!(matches!(
        SledStore::create(dir.path()),
        Err(StoreError::Exists { .. })
    ));
    assert_eq!(
        fetched(&SledStore::open(dir.path()).unwrap(), b"a").as_deref(),
        Some(&b"one"[..])
    );

    let other = TempDir::new().unwrap();
    fs::write(other.path().join("thesis.txt"), "mine").unwrap();
    let refused = SledStore::create(other.path());
    assert!(matches!(refused, Err(StoreError::Occupied { found, .. }) if found == "thesis.txt"));
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1);
}

#[test]
fn an_interrupted_create_can_be_repeated() {
    let dir = TempDir::new().unwrap();
    drop(SledStore::start(Folder::create(dir.path()).unwrap()).unwrap());
    assert!(matches!(
        SledStore::open(dir.path()),
        Err(StoreError::Missing { .. })
    ));
    drop(SledStore::create(dir.path()).unwrap());
    SledStore::open(dir.path()).unwrap();
}

#[test]
fn a_held_store_is_locked_and_says_where() {
    let dir = TempDir::new().unwrap();
    let store = SledStore::create(dir.path()).unwrap();
    let error = SledStore::open(dir.path()).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }));
    assert!(
        error
            .to_string()
            .contains(&dir.path().display().to_string())
    );
    drop(store);
    SledStore::open(dir.path()).unwrap();
}

#[test]
fn a_newer_format_is_refused() {
    let dir = TempDir::new().unwrap();
    let store = SledStore::create(dir.path()).unwrap();
    store.tree.insert(FORMAT_KEY, &2_u32.to_be_bytes()).unwrap();
    drop(store);
    assert!(matches!(
        SledStore::open(dir.path()),
        Err(StoreError::Newer {
            found: 2,
            known: 1,
            ..
        })
    ));
}

#[test]
fn the_folder_is_closed_to_others() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("store");
    drop(SledStore::create(&path).unwrap());
    let _store = SledStore::open(&path).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for entry in fs::read_dir(&path).unwrap() {
        let entry = entry.unwrap().path();
        assert_eq!(
            mode(&entry),
            if entry.is_dir() { 0o700 } else { 0o600 },
            "{}",
            entry.display()
        );
    }
}

#[test]
fn a_half_written_snapshot_does_not_keep_it_closed() {
    let dir = TempDir::new().unwrap();
    drop(filled(dir.path()));
    fs::write(dir.path().join("snap.7FFFFFFFFFFFFFFF.generating"), b"half").unwrap();
    let store = SledStore::open(dir.path()).unwrap();
    assert_eq!(store.recovery(), Recovery::Usual);
    assert_filled(&store);
}

#[test]
fn a_damaged_snapshot_is_set_aside() {
    let dir = TempDir::new().unwrap();
    drop(filled(dir.path()));
    drop(SledStore::open(dir.path()).unwrap());
    let snapshots = || {
        names(dir.path())
            .into_iter()
            .filter(|name| name.starts_with("snap."))
    };
    assert!(snapshots().count() > 0);
    for name in snapshots() {
        let path = dir.path().join(name);
        let mut octets = fs::read(&path).unwrap();
        octets[0] ^= 0xff;
        fs::write(path, octets).unwrap();
    }
    let store = SledStore::open(dir.path()).unwrap();
    assert_eq!(store.recovery(), Recovery::WithoutSnapshot);
    assert_filled(&store);
    assert!(
        names(dir.path())
            .iter()
            .any(|name| name.starts_with("aside.snap."))
    );
}

#[test]
fn damage_is_an_error_not_a_crash() {
    let dir = TempDir::new().unwrap();
    drop(filled(dir.path()));
    fs::write(dir.path().join("conf"), b"this is no configuration of sled").unwrap();
    let error = SledStore::open(dir.path()).unwrap_err();
    assert!(
        matches!(error, StoreError::Damaged { .. } | StoreError::Io { .. }),
        "{error:?}"
    );
}

#[test]
fn a_data_file_cut_short_is_not_taken_for_an_empty_store() {
    for keep in [0, 1, 2, 3] {
        let dir = TempDir::new().unwrap();
        drop(filled(dir.path()));
        drop(SledStore::open(dir.path()).unwrap());
        let data = fs::File::options()
            .write(true)
            .open(dir.path().join("db"))
            .unwrap();
        data.set_len(data.metadata().unwrap().len() * keep / 4)
            .unwrap();
        match SledStore::open(dir.path()) {
            Err(StoreError::Damaged { .. }) => {
                // And it stays so, whatever sled makes of the rest in the meantime.
                assert!(
                    matches!(SledStore::open(dir.path()), Err(StoreError::Damaged { .. })),
                    "{keep}/4"
                );
                assert!(
                    matches!(
                        SledStore::create(dir.path()),
                        Err(StoreError::Damaged { .. })
                    ),
                    "{keep}/4"
                );
            }
            // Whoever opens it is told that it is not as it was left.
            Ok(store) => assert_eq!(store.recovery(), Recovery::WithoutSnapshot, "{keep}/4"),
            Err(error) => panic!("{keep}/4: {error}"),
        }
    }
}

fn names(path: &Path) -> Vec<String> {
    fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn filled(path: &Path) -> SledStore {
    let store = SledStore::create(path).unwrap();
    for number in 0..200_u32 {
        store
            .commit(put(&number.to_be_bytes(), &[7; 3000]))
            .unwrap();
    }
    store
}

fn assert_filled(store: &SledStore) {
    for number in 0..200_u32 {
        assert_eq!(fetched(store, &number.to_be_bytes()), Some(vec![7; 3000]));
    }
}

/// A step of the model test.
#[derive(Clone, Debug)]
enum Step {
    Commit(Commit),
    Scan(Collection, Vec<u8>, Option<Vec<u8>>, usize),
    Reopen,
}

fn any_key() -> impl Strategy<Value = Key> {
    let id = prop::collection::vec(prop::sample::select(&[0_u8, 1, 0x7f, 0xff][..]), 1..4);
    (
        prop::sample::select(&[Collection::Meta, Collection::Row, Collection::Index][..]),
        id,
    )
        .prop_map(|(collection, id)| Key::new(collection, id))
}

fn any_value() -> impl Strategy<Value = Vec<u8>> {
    let octets = prop_oneof![4 => 0..20_usize, 1 => 4090..4100_usize, 1 => 8000..20_000_usize];
    (any::<u8>(), octets).prop_map(|(octet, octets)| vec![octet; octets])
}

fn any_commit() -> impl Strategy<Value = Commit> {
    let expect = prop_oneof![
        3 => any_key().prop_map(Expect::Absent),
        1 => (any_key(), any_value()).prop_map(|(key, value)| Expect::Equals(key, value)),
    ];
    let puts = prop::collection::vec((any_key(), any_value()), 0..4);
    (
        prop::collection::vec(expect, 0..2),
        puts,
        prop::collection::vec(any_key(), 0..3),
    )
        .prop_map(|(expects, puts, removes)| Commit {
            expects,
            puts,
            removes,
        })
}

fn any_step() -> impl Strategy<Value = Step> {
    let scan = (
        any_key(),
        prop::option::of(any_key()),
        0..6_usize,
        0..3_usize,
    )
        .prop_map(|(key, after, limit, cut)| {
            let prefix = key.id[..cut.min(key.id.len())].to_vec();
            Step::Scan(key.collection, prefix, after.map(|after| after.id), limit)
        });
    prop_oneof![6 => any_commit().prop_map(Step::Commit), 3 => scan, 1 => Just(Step::Reopen)]
}

fn outcome(result: Result<(), StoreError>) -> Option<Key> {
    match result {
        Ok(()) => None,
        Err(StoreError::Conflict { key }) => Some(key),
        Err(error) => panic!("{error}"),
    }
}

fn everything(store: &dyn Store) -> Vec<Page> {
    Collection::ALL
        .iter()
        .map(|collection| store.scan(*collection, b"", None, usize::MAX).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any sequence of commits, scans and reopenings leaves the same as it leaves in memory.
    #[test]
    fn agrees_with_memory(steps in prop::collection::vec(any_step(), 1..40)) {
        let dir = TempDir::new().unwrap();
        let mut store = SledStore::create(dir.path()).unwrap();
        let model = MemoryStore::new();
        for step in steps {
            match step {
                Step::Commit(commit) => {
                    prop_assert_eq!(outcome(store.commit(commit.clone())), outcome(model.commit(commit)));
                }
                Step::Scan(collection, prefix, after, limit) => prop_assert_eq!(
                    store.scan(collection, &prefix, after.as_deref(), limit).unwrap(),
                    model.scan(collection, &prefix, after.as_deref(), limit).unwrap()
                ),
                Step::Reopen => {
                    drop(store);
                    store = SledStore::open(dir.path()).unwrap();
                }
            }
        }
        drop(store);
        prop_assert_eq!(everything(&SledStore::open(dir.path()).unwrap()), everything(&model));
    }
}
