//! A national programme in one batch: 20,000 graduates signed, kept and flushed; certificates printed; the store reopened.
//!
//! `cargo bench -p cheti-tests --bench batch`. With `CHETI_BENCH_CREDENTIALS=1000000` it also fills a store with that many
//! credential-sized records and opens it cold. Figures: README.md beside this file.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement: a panic is its way to fail"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use cheti_issuer::app::approve_batch::{approve_batch, submit_batch};
use cheti_issuer::app::certificates::find_certificate;
use cheti_issuer::app::changes::{Tools, confirm, propose};
use cheti_issuer::app::courses::{Beside, add_course_with};
use cheti_issuer::app::desk::Desk;
use cheti_issuer::app::error::AppError;
use cheti_issuer::app::found::{FirstOperator, found};
use cheti_issuer::app::import_roster::{Cohort, import_roster};
use cheti_issuer::app::issue_batch::issue_batch;
use cheti_issuer::app::kits::{FileWanted, build_kit};
use cheti_issuer::app::papers::Deliverable;
use cheti_issuer::app::ports::rosters::RosterFile;
use cheti_issuer::app::ports::store::{Collection, Commit, Key, Store as _};
use cheti_issuer::app::print_batch::PrintRun;
use cheti_issuer::app::publish::Lifetimes;
use cheti_issuer::app::publish_status::publish_changes;
use cheti_issuer::compose::{self, House, store_folder};
use cheti_issuer::domain::batch::BatchId;
use cheti_issuer::domain::ceremony::Order;
use cheti_issuer::domain::change::{RevocationReason, What};
use cheti_issuer::domain::course::Course;
use cheti_issuer::domain::organisation::Organisation;
use cheti_issuer::domain::print_kit::Restyle;
use cheti_issuer::store::sled::SledStore;
use cheti_shared::key::{SecretKey, Signer as _};
use cheti_tests::sample;

const GRADUATES: usize = 20_000;
const PRINTED: usize = 1_000;
const COURSE: &str = include_str!("../../issuer/demo/course.toml");

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    let issuing = sample::issuing_key();

    let batch = approved(&house, GRADUATES);
    let before = peak_mib();
    let (seconds, ()) = timed(|| {
        issue_batch(&house.desk, &batch, &issuing, "bench", &|_, _| {}).unwrap();
    });
    let per_second = GRADUATES as f64 / seconds;
    println!(
        "{GRADUATES} graduates signed, verified, kept and flushed: {seconds:.2} s ({per_second:.0} a second)"
    );
    println!(
        "peak memory of the process: {:.0} MiB (before issuing {before:.0})",
        peak_mib()
    );
    println!("store: {:.1} MiB", size_mib(&store_folder(folder.path())));
    println!(
        "bare sign and strict verify of as many, one core: {:.2} s",
        bare(&issuing)
    );

    one_changed_bit(&house);

    let printed = approved(&house, PRINTED);
    issue_batch(&house.desk, &printed, &issuing, "bench", &|_, _| {}).unwrap();
    let octets = std::sync::atomic::AtomicUsize::new(0);
    let count = |_: &Deliverable, pdf: &[u8]| {
        octets.fetch_add(pdf.len(), std::sync::atomic::Ordering::Relaxed);
        Ok(())
    };
    let (seconds, ()) = timed(|| {
        let (order, style) = (Order::Roster, Restyle::default());
        let run = PrintRun::prepare(&house.desk, &*house.room, &printed, &order, style).unwrap();
        run.each(&|_| false, &count).unwrap();
    });
    let size = octets.into_inner() / PRINTED / 1_000;
    println!(
        "{PRINTED} certificates printed on every core: {seconds:.1} s ({:.0} a second, {size} kB each)",
        PRINTED as f64 / seconds
    );
    drop(house);

    let (seconds, _) = timed(|| SledStore::open(&store_folder(folder.path())).unwrap());
    println!("cold open of that store: {seconds:.2} s");
    if let Some(records) = std::env::var("CHETI_BENCH_CREDENTIALS")
        .ok()
        .and_then(|text| text.parse().ok())
    {
        large(records);
    }
}

/// An organisation with a course, in a real store.
fn house(data: &Path) -> House {
    let house = compose::create(data).unwrap();
    let operator = |id: &str, seed: u8| FirstOperator {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        key: SecretKey::from_seed(&[seed; 32]).public_key(),
        roles: Default::default(),
    };
    let organisation = Organisation {
        name: "Benchmark".to_owned(),
        did: "did:web:nc4.example".to_owned(),
        contact: None,
        public_url: "https://nc4.example/".to_owned(),
        verify_url: "https://v.nc4.example/".to_owned(),
        utc_offset: "+03:00".parse().unwrap(),
        root: SecretKey::from_seed(&[1; 32]).public_key(),
    };
    let status = SecretKey::from_seed(&[2; 32]).public_key();
    let first = [operator("maker", 3), operator("checker", 4)];
    found(
        &house.desk,
        organisation,
        &first,
        sample::issuing_key().public_key(),
        status,
    )
    .unwrap();
    add_sample_course(&house);
    house
}

/// The course of the demonstration, its pictures beside it.
fn add_sample_course(house: &House) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../issuer/demo");
    let read = |wanted: &FileWanted<'_>| {
        Ok::<_, AppError>(std::fs::read(folder.join(wanted.name)).unwrap())
    };
    let table = Course::parse(COURSE).unwrap().print;
    let kit = build_kit(&*house.room, table.as_ref(), &read).unwrap();
    let beside = Beside {
        endorsement: None,
        print: Some((&kit, &*house.room)),
    };
    add_course_with(&house.desk, COURSE, beside, "bench").unwrap();
}

/// A batch of `count` graduates that two people approved.
fn approved(house: &House, count: usize) -> BatchId {
    let names = sample::names(count);
    let mut roster = String::from("Full Name,P/No,Award\n");
    for (number, name) in names.iter().enumerate() {
        roster.push_str(&format!("{name},{},Pass\n", 10_000_000 + number));
    }
    let course = house.desk.course("ACT").unwrap();
    let file = RosterFile {
        bytes: roster.as_bytes(),
        name: "roster.csv",
        sheet: None,
        map: &[],
    };
    let read = house.rosters.read(&file, &course.roster_fields()).unwrap();
    assert!(
        read.checked.problems.is_empty(),
        "{}",
        read.checked.problems[0]
    );
    let cohort = Cohort {
        course: "ACT".to_owned(),
        name: "Cohort 7".to_owned(),
        award_date: "2026-10-16".parse().unwrap(),
        valid_from: None,
    };
    let batch = import_roster(&house.desk, &*house.room, &cohort, &read.checked, "bench").unwrap();
    let desk: &Desk = &house.desk;
    submit_batch(
        desk,
        &batch.id,
        &"maker".parse().unwrap(),
        &SecretKey::from_seed(&[3; 32]),
    )
    .unwrap();
    approve_batch(
        desk,
        &batch.id,
        &"checker".parse().unwrap(),
        &SecretKey::from_seed(&[4; 32]),
    )
    .unwrap();
    batch.id
}

/// What it costs that one certificate is revoked: the bit set, its list of 131,072 places signed and checked anew, kept and
/// flushed.
fn one_changed_bit(house: &House) {
    let (desk, status) = (&house.desk, SecretKey::from_seed(&[2; 32]));
    let publish = || publish_changes(desk, &status, Lifetimes::default(), "bench").unwrap();
    assert_eq!(publish(), 1);
    let certificate = find_certificate(desk, "NC4-ACT-2026-000001").unwrap();
    let what = What::Revoke {
        credential: certificate.id,
        reason: RevocationReason::Withdrawn,
    };
    let officer = |id: &str, seed| (id.parse().unwrap(), SecretKey::from_seed(&[seed; 32]));
    let ((maker, maker_key), (checker, checker_key)) = (officer("maker", 3), officer("checker", 4));
    let change = propose(desk, what, "bench", &maker, &maker_key).unwrap();
    let tools = Tools {
        issuing: None,
        room: &*house.room,
    };
    confirm(desk, &change.id, &checker, &checker_key, tools).unwrap();
    let (seconds, lists) = timed(publish);
    let milliseconds = seconds * 1_000.0;
    println!("{lists} list of 131,072 places published after one revocation: {milliseconds:.1} ms");
}

/// Seconds for as many bare signatures and strict verifications as the batch has, on one core.
fn bare(key: &SecretKey) -> f64 {
    let public = key.public_key();
    let hash = [7; 64];
    timed(|| {
        for _ in 0..GRADUATES {
            public.verify(&hash, &key.sign(&hash)).unwrap();
        }
    })
    .0
}

/// Fill a store with credential-sized records, and open it as a new process would.
fn large(records: usize) {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SledStore::create(folder.path()).unwrap());
    let (seconds, ()) = timed(|| {
        for start in (0..records).step_by(500) {
            let put = |n: usize| {
                let id = cheti_shared::ids::Digest::of(&n.to_be_bytes());
                (
                    Key::new(Collection::Credential, id.octets().as_slice()),
                    vec![b'x'; 2_000],
                )
            };
            let puts = (start..records.min(start + 500)).map(put).collect();
            store
                .commit(Commit {
                    puts,
                    ..Commit::default()
                })
                .unwrap();
        }
    });
    println!(
        "{records} credentials written in commits of 500: {seconds:.0} s, {:.0} MiB",
        size_mib(folder.path())
    );
    drop(store);
    let (seconds, _) = timed(|| SledStore::open(folder.path()).unwrap());
    println!("cold open with {records} credentials: {seconds:.2} s");
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}

/// The most memory this process has held, from the kernel.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 = line
        .and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or_default();
    kib / 1_024.0
}

fn size_mib(folder: &Path) -> f64 {
    let mut total = 0.0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let metadata = entry.metadata().unwrap();
            match metadata.is_dir() {
                true => folders.push(entry.path()),
                false => total += metadata.len() as f64 / 1_048_576.0,
            }
        }
    }
    total
}
