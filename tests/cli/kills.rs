//! Issuing is killed again and again: no credential is lost or changed, no graduate gets two.
//!
//! `CHETI_KILL_SEED` varies a run and repeats it as far as the machine does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Stdio};

use cheti_issuer::app::ports::store::Collection;
use cheti_tests::random::Random;
use serde_json::Value;

use crate::office::{Office, records, start};
use crate::trouble::letters;

const KILLS: u32 = 56;
/// Kills of a server through which a command issues.
const SERVER_KILLS: u32 = 50;
/// More than one commit's worth.
const GRADUATES: u32 = 520;

/// What a command is killed at.
#[derive(Debug)]
enum Moment {
    /// The store has grown by so many octets.
    Growth(u64),
    /// So many more files are in the certificates' folder.
    Files(usize),
}

/// Credentials as they were seen, by their key.
type Seen = BTreeMap<Vec<u8>, Vec<u8>>;

#[test]
fn killed_while_issuing_nobody_loses_a_certificate_or_gets_two() {
    kill_again_and_again(KILLS, issue_until);
}

#[test]
fn a_server_killed_while_it_holds_the_store_loses_nothing_that_it_acknowledged() {
    kill_again_and_again(SERVER_KILLS, issue_through_a_server_until);
}

/// Rounds of issuing one approved batch, killed at moment after moment until it is done.
fn kill_again_and_again(wanted: u32, until: fn(&Office, &str, &Moment) -> bool) {
    let seed = std::env::var("CHETI_KILL_SEED").ok();
    let seed = seed.and_then(|seed| seed.parse().ok()).unwrap_or(0x5eed);
    let mut random = Random::seeded(seed);
    let rows = (1..=GRADUATES).map(|n| format!("Amina {} Hassan,{n},Pass\n", letters(n)));
    let roster = format!("Full Name,P/No,Award\n{}", rows.collect::<String>());
    let (approved, batch) = Office::with_batch("ACT", &roster);
    approved.approve(&batch);
    let (mut kills, mut rounds) = (0, 0);
    while kills < wanted {
        let office = approved.copy();
        let mut seen = Seen::new();
        for step in 0.. {
            // First while it plans or signs, then while it prints.
            let moment = match step {
                0 => Moment::Growth(random.below(100_000) as u64),
                _ => Moment::Files(random.below(80)),
            };
            let context = format!("seed {seed}, round {rounds}, step {step}, {moment:?}");
            let killed = until(&office, &batch, &moment);
            kills += u32::from(killed);
            check_kept(&office, &mut seen, &context);
            if !killed {
                break;
            }
        }
        check_whole(&office, &batch, &seen);
        rounds += 1;
    }
    println!("{kills} kills in {rounds} rounds of {GRADUATES} graduates, none lost, none twice");
}

/// Start issuing and kill it at `moment`; false when it was done before.
fn issue_until(office: &Office, batch: &str, moment: &Moment) -> bool {
    let watch = Watch::start(office, moment);
    let mut issuing = start_issuing(office, batch);
    while !watch.is_due() && issuing.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    issuing.kill().unwrap();
    let status = issuing.wait().unwrap();
    assert!(status.success() || status.signal() == Some(9), "{status}");
    status.signal().is_some()
}

/// Start a server, issue through its socket, and kill the server at `moment`; false when issuing was done before.
fn issue_through_a_server_until(office: &Office, batch: &str, moment: &Moment) -> bool {
    let serve = [
        "serve",
        "--public-listen",
        "127.0.0.1:0",
        "--admin-listen",
        "127.0.0.1:0",
        "--console-listen",
        "127.0.0.1:0",
    ];
    let mut command = office.command(&[], &serve);
    let mut server = start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
    let mut told = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut told)
        .unwrap();
    assert!(told.starts_with("public: "), "{told}");
    let watch = Watch::start(office, moment);
    let mut issuing = start_issuing(office, batch);
    while !watch.is_due() && issuing.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    server.kill().unwrap();
    server.wait().unwrap();
    // Without its server the command ends by itself, in good order.
    let status = issuing.wait().unwrap();
    assert!(matches!(status.code(), Some(0 | 4)), "{status}");
    !status.success()
}

fn start_issuing(office: &Office, batch: &str) -> Child {
    let mut command = office.command(&[], &["batch", "issue", batch, "--out", "out"]);
    start(command.stdout(Stdio::null()).stderr(Stdio::null()))
}

/// Waits for a moment by what can be seen from outside.
struct Watch<'a> {
    office: &'a Office,
    moment: &'a Moment,
    octets: u64,
    files: usize,
}

impl<'a> Watch<'a> {
    fn start(office: &'a Office, moment: &'a Moment) -> Self {
        let (octets, files) = (Self::octets(office), Self::files(office));
        Self {
            office,
            moment,
            octets,
            files,
        }
    }

    fn is_due(&self) -> bool {
        match self.moment {
            Moment::Growth(by) => Self::octets(self.office) > self.octets + by,
            Moment::Files(more) => Self::files(self.office) > self.files + more,
        }
    }

    fn octets(office: &Office) -> u64 {
        let entries = fs::read_dir(office.path("data/store")).unwrap();
        // A file may go while it is looked at.
        entries
            .filter_map(|entry| entry.ok()?.metadata().ok())
            .map(|data| data.len())
            .sum()
    }

    fn files(office: &Office) -> usize {
        fs::read_dir(office.path("out")).map_or(0, Iterator::count)
    }
}

/// Everything seen before is there, octet for octet, and a JSON file says that its PDF is whole.
fn check_kept(office: &Office, seen: &mut Seen, context: &str) {
    let now: Seen = office.records(Collection::Credential).into_iter().collect();
    for (id, octets) in &*seen {
        assert!(
            now.get(id) == Some(octets),
            "{context}: a credential was lost or changed"
        );
    }
    let kept: BTreeSet<&[u8]> = now.values().map(Vec::as_slice).collect();
    for file in office.files("out") {
        if let Some(stem) = file.strip_suffix(".json") {
            let json = office.read(&format!("out/{file}"));
            assert!(
                kept.contains(json.as_slice()),
                "{context}: {file} is not in the store"
            );
            let pdf = office.read(&format!("out/{stem}.pdf"));
            let whole = pdf.starts_with(b"%PDF") && pdf.trim_ascii_end().ends_with(b"%%EOF");
            assert!(whole, "{context}: {stem}.pdf is not whole");
        }
    }
    *seen = now;
}

/// Run to the end; then every graduate has one certificate and one number.
fn check_whole(office: &Office, batch: &str, seen: &Seen) {
    office.ok(&["batch", "issue", batch, "--out", "out"]);
    let store = office.store();
    let credentials: Seen = records(&*store, Collection::Credential)
        .into_iter()
        .collect();
    assert!(
        seen.iter()
            .all(|(id, octets)| credentials.get(id) == Some(octets))
    );
    let (mut rows, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    for (_, octets) in records(&*store, Collection::Certificate) {
        let certificate: Value = serde_json::from_slice(&octets).unwrap();
        assert_eq!(certificate["versions"].as_array().map(Vec::len), Some(1));
        assert!(
            rows.insert(certificate["row"].as_u64().unwrap()),
            "{certificate}"
        );
        assert!(
            numbers.insert(certificate["number"].as_str().unwrap().to_owned()),
            "{certificate}"
        );
    }
    drop(store);
    let all = GRADUATES as usize;
    assert_eq!(
        (rows.len(), numbers.len(), credentials.len()),
        (all, all, all)
    );
    assert_eq!(rows.last(), Some(&u64::from(GRADUATES - 1)));
    let files = office.files("out");
    assert_eq!(files.len(), 2 * all, "{files:?}");
    let whole = |file: &String| file.ends_with("-v1.pdf") || file.ends_with("-v1.json");
    assert!(files.iter().all(whole), "{files:?}");
    assert!(office.ok(&["audit", "verify"]).contains("is whole"));
}
