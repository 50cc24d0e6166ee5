//! What was acknowledged survives: writers are killed at any moment, and a disk runs full, then the store is reopened.
//!
//! The program starts itself as the writing child. Four threads of the child commit pairs of records and their lane's
//! counter, and print each number once its commit has returned. `CHETI_KILL_SEED` repeats a run.

#![allow(
    clippy::unwrap_used,
    reason = "a test with a main of its own is not recognised as a test"
)]

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use cheti_issuer::app::ports::store::{Collection, Commit, Expect, Key, Store, StoreError};
use cheti_issuer::store::sled::SledStore;

const KILLS: u32 = 60;
const LANES: u8 = 4;
/// The file size that the child of the full disk may reach, in the shell's unit of 512 octets.
const FULL_AT_BLOCKS: &str = "12288";
const CHILD_DIR: &str = "CHETI_KILL_DIR";

/// The last number acknowledged of each lane.
type Acknowledged = BTreeMap<u8, u64>;

fn main() {
    if let Some(dir) = env::var_os(CHILD_DIR) {
        return write_until_stopped(Path::new(&dir));
    }
    killed_writers_lose_nothing();
    a_full_disk_stops_the_store_and_loses_nothing();
}

fn killed_writers_lose_nothing() {
    let seed = env::var("CHETI_KILL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(0x5eed_c4e7_1000_0001);
    let mut random = Random(seed);
    let started = Instant::now();
    let dir = tempfile::tempdir().unwrap();
    drop(SledStore::create(dir.path()).unwrap());
    let mut acknowledged = Acknowledged::new();
    for kill in 0..KILLS {
        let mut child = spawn(Command::new(env::current_exe().unwrap()), dir.path());
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        // Some are killed while the store is being opened, the others after some acknowledgements.
        for _ in 0..random.below(4) * random.below(60) {
            note(&mut lines, &mut acknowledged);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it printed before it died was acknowledged too.
        while note(&mut lines, &mut acknowledged) {}
        let store = SledStore::open(dir.path())
            .unwrap_or_else(|error| panic!("kill {kill}, seed {seed}: {error}"));
        check(&store, &acknowledged, &format!("kill {kill}, seed {seed}"));
    }
    let count: u64 = acknowledged.values().sum();
    assert!(
        count > u64::from(KILLS),
        "the writers hardly wrote: {count} commits"
    );
    println!(
        "{KILLS} kills, {count} acknowledged commits, none lost, {:.1?}",
        started.elapsed()
    );
}

fn a_full_disk_stops_the_store_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    drop(SledStore::create(dir.path()).unwrap());
    let mut shell = Command::new("sh");
    // With the signal ignored a write past the limit fails, as it does on a full disk.
    shell.args([
        "-c",
        &format!("trap '' XFSZ; ulimit -f {FULL_AT_BLOCKS}; exec \"$0\""),
    ]);
    shell.arg(env::current_exe().unwrap());
    let mut child = spawn(shell, dir.path());
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut acknowledged = Acknowledged::new();
    while note(&mut lines, &mut acknowledged) {}
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert!(
        child.wait().unwrap().success(),
        "the child did not stop in an orderly way: {rest}"
    );
    let store = SledStore::open(dir.path()).unwrap();
    check(&store, &acknowledged, "full disk");
    let count: u64 = acknowledged.values().sum();
    assert!(count > 100, "the disk was full too early: {count} commits");
    println!("full disk after {count} acknowledged commits, none lost, the store stopped");
}

fn spawn(mut command: Command, dir: &Path) -> Child {
    command
        .env(CHILD_DIR, dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Read one line `lane number`; false at the end, and at a line that a kill cut short.
fn note(lines: &mut impl BufRead, acknowledged: &mut Acknowledged) -> bool {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    let Some((lane, number)) = line
        .strip_suffix('\n')
        .and_then(|line| line.split_once(' '))
    else {
        return false;
    };
    let (lane, number) = (lane.parse().unwrap(), number.parse().unwrap());
    let before = acknowledged.insert(lane, number).unwrap_or(0);
    assert!(
        number > before,
        "lane {lane} acknowledged {number} after {before}"
    );
    true
}

/// Every acknowledged commit is there, and of every commit all or nothing.
fn check(store: &dyn Store, acknowledged: &Acknowledged, context: &str) {
    for lane in 0..LANES {
        let counter = store
            .fetch(&counter(lane))
            .unwrap()
            .map_or(0, |octets| number_of(&octets));
        let told = acknowledged.get(&lane).copied().unwrap_or(0);
        assert!(
            counter >= told,
            "{context}: lane {lane} stands at {counter}, {told} was acknowledged"
        );
        for collection in [Collection::Credential, Collection::Certificate] {
            let mut expected = 1;
            let mut after: Option<Vec<u8>> = None;
            loop {
                let page = store
                    .scan(collection, &[lane], after.as_deref(), 500)
                    .unwrap();
                let Some((last, _)) = page.last() else { break };
                after = Some(last.clone());
                for (id, value) in page {
                    let at = number_of(&id[1..]);
                    assert_eq!(
                        at, expected,
                        "{context}: lane {lane}: {collection:?} {expected} is missing"
                    );
                    assert_eq!(
                        value,
                        content(lane, at),
                        "{context}: lane {lane}: {collection:?} {at} is different"
                    );
                    expected += 1;
                }
            }
            assert_eq!(
                expected - 1,
                counter,
                "{context}: lane {lane}: half a commit in {collection:?}"
            );
        }
    }
}

/// The child: commit on every lane until killed, or until the store refuses.
fn write_until_stopped(dir: &Path) {
    let store = SledStore::open(dir).unwrap();
    thread::scope(|scope| {
        for lane in 0..LANES {
            let store = &store;
            scope.spawn(move || write_lane(store, lane));
        }
    });
    // Every lane has met the failure; from now on the store does nothing more.
    let after = store.commit(pair(0, u64::MAX));
    assert!(
        matches!(&after, Err(StoreError::Halted { .. })),
        "{after:?}"
    );
    assert!(matches!(
        store.fetch(&counter(0)),
        Err(StoreError::Halted { .. })
    ));
}

fn write_lane(store: &SledStore, lane: u8) {
    let mut old = store.fetch(&counter(lane)).unwrap();
    loop {
        let number = old.as_deref().map_or(0, number_of) + 1;
        let expect = match old.take() {
            Some(octets) => Expect::Equals(counter(lane), octets),
            None => Expect::Absent(counter(lane)),
        };
        let mut commit = pair(lane, number);
        commit.expects.push(expect);
        match store.commit(commit) {
            Ok(()) => {}
            // On a full disk a demand may also fail to be read.
            Err(StoreError::Io { .. } | StoreError::Halted { .. }) => return,
            Err(error) => panic!("{error}"),
        }
        let mut out = std::io::stdout().lock();
        writeln!(out, "{lane} {number}")
            .and_then(|()| out.flush())
            .unwrap();
        old = Some(number.to_be_bytes().to_vec());
    }
}

fn pair(lane: u8, number: u64) -> Commit {
    let mut id = vec![lane];
    id.extend_from_slice(&number.to_be_bytes());
    let puts = vec![
        (
            Key::new(Collection::Credential, id.clone()),
            content(lane, number),
        ),
        (Key::new(Collection::Certificate, id), content(lane, number)),
        (counter(lane), number.to_be_bytes().to_vec()),
    ];
    Commit {
        puts,
        ..Commit::default()
    }
}

fn counter(lane: u8) -> Key {
    Key::new(Collection::Meta, [lane])
}

/// About a certificate's size, and now and then far more.
fn content(lane: u8, number: u64) -> Vec<u8> {
    let octets = if number.is_multiple_of(16) {
        20_000
    } else {
        1_200
    };
    let mut random = Random(number << 8 | u64::from(lane) | 1 << 63);
    (0..octets)
        .map(|_| random.next().to_le_bytes()[0])
        .collect()
}

fn number_of(octets: &[u8]) -> u64 {
    u64::from_be_bytes(octets.try_into().unwrap())
}

/// A xorshift generator: the runs differ, and each can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}
