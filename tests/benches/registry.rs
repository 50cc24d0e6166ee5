//! The registry with a million certificates: how soon an officer's question is answered, and how large the store is.
//!
//! `cargo bench -p cheti-tests --bench registry`. Certificates are written as records, unsigned: only what a search reads.
//! `CHETI_BENCH_CERTIFICATES` asks for another number; writing stops after ten minutes at the latest, and the figures are
//! of what is there then. Figures: README.md beside this file.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement: a panic is its way to fail"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use cheti_issuer::app::desk::Desk;
use cheti_issuer::app::found::{FirstOperator, found};
use cheti_issuer::app::ports::store::{Collection, Commit, Key};
use cheti_issuer::app::search::{Question, search};
use cheti_issuer::compose::{self, House, store_folder};
use cheti_issuer::domain::batch::{Batch, BatchId, BatchState, Graduate};
use cheti_issuer::domain::certificate::{Certificate, Standing, Version};
use cheti_issuer::domain::name::PersonName;
use cheti_issuer::domain::organisation::Organisation;
use cheti_issuer::domain::search::{Posting, State};
use cheti_shared::ids::{CredentialId, Digest, ListNumber, StatusIndex};
use cheti_shared::key::{SecretKey, Signer as _};
use cheti_shared::status::reasons::Reason;
use cheti_shared::time::Timestamp;
use cheti_tests::random::Random;
use cheti_tests::sample;

/// Certificates of a batch, written in one commit.
const BATCH: usize = 500;
const ASKED: usize = 300;
const HITS: usize = 50;
const TIME_TO_FILL: Duration = Duration::from_secs(600);

fn main() {
    let wanted = std::env::var("CHETI_BENCH_CERTIFICATES").ok();
    let wanted = wanted
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    let mut people = People::new();
    let start = Instant::now();
    let mut written = 0;
    let (mut records, mut indexed) = (0, 0);
    while written < wanted && start.elapsed() < TIME_TO_FILL {
        let (plain, postings) = batch(&house.desk, written / BATCH, &mut people);
        records += plain;
        indexed += postings;
        written += BATCH;
    }
    println!(
        "{written} certificates written in commits of {BATCH}: {:.0} s",
        start.elapsed().as_secs_f64()
    );
    let mib = 1_048_576.0;
    println!(
        "store: {:.0} MiB; records {:.0} MiB, of them the index {:.0} MiB",
        size_mib(&store_folder(folder.path())),
        (records + indexed) as f64 / mib,
        indexed as f64 / mib
    );
    drop(house);
    let opening = Instant::now();
    let house = compose::open(folder.path()).unwrap();
    println!("cold open: {:.2} s", opening.elapsed().as_secs_f64());
    for (what, questions) in questions(&people, written) {
        ask(&house.desk, what, &questions);
    }
}

/// Ask each question once; the time of a first page.
fn ask(desk: &Desk, what: &str, questions: &[Question]) {
    let mut times: Vec<f64> = Vec::with_capacity(questions.len());
    let mut hits = 0;
    for question in questions {
        let start = Instant::now();
        hits += search(desk, question, None, HITS).unwrap().hits.len();
        times.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!(
        "{what}: median {:.2} ms, p99 {:.2} ms ({:.1} hits a page)",
        at(0.5),
        at(0.99),
        hits as f64 / times.len() as f64
    );
}

/// What officers type, by kind.
fn questions(people: &People, written: usize) -> Vec<(&'static str, Vec<Question>)> {
    let mut random = Random::seeded(9);
    let text = |text: String| Question {
        text,
        ..Question::default()
    };
    let mut many = |mut one: Box<dyn FnMut(&mut Random) -> Question + '_>| -> Vec<Question> {
        (0..ASKED).map(|_| one(&mut random)).collect()
    };
    let cohort = |random: &mut Random| format!("Cohort {}", random.below(written / BATCH));
    let first = |random: &mut Random| people.first[skewed(random, people.first.len())].clone();
    let family = |random: &mut Random| people.family[skewed(random, people.family.len())].clone();
    vec![
        ("a name", many(Box::new(|r| text(family(r))))),
        (
            "three letters",
            many(Box::new(|r| text(first(r).chars().take(3).collect()))),
        ),
        (
            "first name and family name",
            many(Box::new(|r| text(format!("{} {}", first(r), family(r))))),
        ),
        (
            "a staff number",
            many(Box::new(|r| {
                text((10_000_000 + r.below(written)).to_string())
            })),
        ),
        (
            "a certificate number",
            many(Box::new(|r| text(number(r.below(written))))),
        ),
        (
            "a cohort",
            many(Box::new(|r| Question {
                cohort: Some(cohort(r)),
                ..Question::default()
            })),
        ),
        (
            "a name in a cohort",
            many(Box::new(|r| Question {
                cohort: Some(cohort(r)),
                ..text(first(r))
            })),
        ),
        (
            "a name that was revoked",
            many(Box::new(|r| Question {
                state: Some(State::Revoked),
                ..text(first(r))
            })),
        ),
        (
            "nobody: two frequent names that never meet",
            many(Box::new(|_| {
                text(format!("{} {}", people.first[0], people.first[1]))
            })),
        ),
    ]
}

/// Names made of syllables, some of them far more frequent than others.
struct People {
    first: Vec<String>,
    family: Vec<String>,
    random: Random,
}

impl People {
    fn new() -> Self {
        let mut random = Random::seeded(3);
        let mut names = |count: usize| -> Vec<String> {
            const SYLLABLES: [&str; 24] = [
                "wa", "nji", "kũ", "mbu", "ka", "ma", "u", "o", "tie", "no", "che", "bet", "ki",
                "pro", "tich", "a", "mi", "na", "mu", "tho", "ni", "ha", "ssan", "ng'",
            ];
            let mut all = std::collections::BTreeSet::new();
            while all.len() < count {
                let parts: Vec<&str> = (0..3 + random.below(2))
                    .map(|_| *random.pick(&SYLLABLES))
                    .collect();
                let name = parts.concat();
                let mut letters = name.chars();
                let capital: String = letters
                    .next()
                    .into_iter()
                    .flat_map(char::to_uppercase)
                    .collect();
                all.insert(capital + letters.as_str());
            }
            let mut all: Vec<String> = all.into_iter().collect();
            for at in (1..all.len()).rev() {
                all.swap(at, random.below(at + 1));
            }
            all
        };
        let (first, family) = (names(400), names(8_000));
        Self {
            first,
            family,
            random: Random::seeded(5),
        }
    }

    fn next(&mut self, serial: usize) -> Graduate {
        let first = &self.first[skewed(&mut self.random, self.first.len())];
        let middle = &self.family[skewed(&mut self.random, self.family.len())];
        let family = &self.family[skewed(&mut self.random, self.family.len())];
        Graduate {
            line: 2,
            name: PersonName::parse(&format!("{first} {middle} {family}")).unwrap(),
            staff_number: Some((10_000_000 + serial).to_string()),
            extras: BTreeMap::from([("award".to_owned(), "Pass".to_owned())]),
        }
    }
}

/// A place below `bound`, small ones more often.
fn skewed(random: &mut Random, bound: usize) -> usize {
    random.below(bound).min(random.below(bound))
}

fn number(serial: usize) -> String {
    format!("NC4-ACT-2026-{serial:07}")
}

/// Write a batch as it is once it was issued; octets of its records and of its postings.
fn batch(desk: &Desk, at: usize, people: &mut People) -> (usize, usize) {
    let moment: Timestamp = "2026-10-16T06:00:00Z".parse().unwrap();
    let id = BatchId::from_random(
        Digest::of(&at.to_be_bytes()).octets()[..4]
            .try_into()
            .unwrap(),
    );
    let batch = Batch {
        id: id.clone(),
        course: "ACT".to_owned(),
        template: Digest::of(b"template"),
        design: "formal".to_owned(),
        cohort: format!("Cohort {at}"),
        award_date: "2026-10-16".parse().unwrap(),
        valid_from: moment,
        graduates: 500,
        digest: Digest::of(b"digest"),
        imported: moment,
        flags: Vec::new(),
        state: BatchState::Issued,
        submitted: None,
        decided: None,
        rejection: None,
    };
    let mut commit = Commit::default();
    let mut put = |key: Key, value: Vec<u8>| {
        let octets = 1 + key.id.len() + value.len();
        commit.puts.push((key, value));
        octets
    };
    let mut records = put(
        Key::new(Collection::Batch, id.as_str()),
        serde_json::to_vec(&batch).unwrap(),
    );
    let mut postings = 0;
    for row in 0..500_u32 {
        let serial = at * BATCH + row as usize;
        let graduate = people.next(serial);
        let octets = Digest::of(&(serial as u64).to_le_bytes());
        let credential = CredentialId::from_random(octets.octets()[..16].try_into().unwrap());
        let standing = match serial % 500 {
            7 => Standing::Ended(Reason::Withdrawn),
            _ => Standing::Good,
        };
        let certificate = Certificate {
            id: credential,
            number: number(serial),
            year_and_serial: (2026, row),
            batch: id.clone(),
            row,
            course: "ACT".to_owned(),
            versions: vec![Version {
                number: 1,
                template: batch.template,
                digest: batch.digest,
                list: ListNumber(1),
                index: StatusIndex(row),
                valid_from: moment,
                created: moment,
                standing,
            }],
            erased: None,
        };
        let place = [id.as_str().as_bytes(), &row.to_be_bytes()].concat();
        records += put(
            Key::new(Collection::Row, place),
            serde_json::to_vec(&graduate).unwrap(),
        );
        let key = Key::new(Collection::Certificate, credential.octets().as_slice());
        records += put(key, serde_json::to_vec(&certificate).unwrap());
        let key = Key::new(Collection::Index, format!("number/{}", certificate.number));
        records += put(key, serde_json::to_vec(&credential).unwrap());
        for (id, value) in Posting::all_of(&certificate, &graduate) {
            postings += put(Key::new(Collection::Index, id), value);
        }
    }
    desk.store.commit(commit).unwrap();
    (records, postings)
}

/// An organisation without a course, in a real store.
fn house(data: &Path) -> House {
    let house = compose::create(data).unwrap();
    let key = |seed: u8| SecretKey::from_seed(&[seed; 32]).public_key();
    let operator = |id: &str, seed: u8| FirstOperator {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        key: key(seed),
        roles: Default::default(),
    };
    let organisation = Organisation {
        name: "Benchmark".to_owned(),
        did: "did:web:nc4.example".to_owned(),
        contact: None,
        public_url: "https://nc4.example/".to_owned(),
        verify_url: "https://v.nc4.example/".to_owned(),
        utc_offset: "+03:00".parse().unwrap(),
        root: key(1),
    };
    let first = [operator("maker", 3), operator("checker", 4)];
    let issuing = sample::issuing_key().public_key();
    found(&house.desk, organisation, &first, issuing, key(2)).unwrap();
    house
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
