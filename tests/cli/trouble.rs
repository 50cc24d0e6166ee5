//! Trouble that no officer is to blame for, and some that one is: keys, passphrases, locks, clocks, full disks.

use std::process::{Command, Stdio};
use std::sync::Arc;

use cheti_issuer::app::approve_batch::submit_batch;
use cheti_issuer::app::desk::Desk;
use cheti_issuer::app::error::AppError;
use cheti_issuer::app::ports::Clock;
use cheti_issuer::app::ports::store::Collection;
use cheti_issuer::app::ports::vault::{KeyFile, Passphrase, Vault as _};
use cheti_issuer::compose::SystemEntropy;
use cheti_issuer::keys::FileVault;
use cheti_shared::key::pkcs8::Hardness;
use cheti_shared::time::Timestamp;
use cheti_tests::programs;

use crate::office::{INIT, Office, ROSTER, output, settle};

#[test]
fn init_never_overwrites() {
    let office = Office::founded();
    office.fails(2, &INIT, "root.pem exists already");
    let other_root = INIT.map(|arg| if arg == "root.pem" { "other.pem" } else { arg });
    let keys = office.files("data/keys");
    office.fails(4, &other_root, "holds a store already");
    assert_eq!(office.files("data/keys"), keys);
    assert!(!office.path("other.pem").exists());
    assert!(office.ok(&["audit", "verify"]).contains("is whole"));
}

#[test]
fn init_that_was_refused_can_be_repeated() {
    let office = Office::empty();
    let edited =
        |from: &'static str, to: &'static str| INIT.map(|arg| if arg == from { to } else { arg });
    office
        .run(&edited("did:web:nc4.example", "did:key:z6Mk"))
        .failed(1, "");
    office
        .run(&edited("paul=Paul Specimen", "jane=Jane Again"))
        .failed(2, "jane is named twice");
    office
        .run(&INIT[..13])
        .failed(2, "two operators are needed");
    office.set_passphrase("paul", "too short");
    office.run(&INIT).failed(2, "at least 12");
    std::fs::remove_file(office.path("passphrases/paul.txt")).unwrap();
    office.run(&INIT).failed(4, "paul.txt");
    office.set_passphrase("paul", "long enough words");
    std::fs::create_dir_all(office.path("data")).unwrap();
    // SHA-1 of that.
    let list = "1BCDB5C4D8BF4A258258760B3AA2DBD4F2A93B02:3\n";
    std::fs::write(office.path("data/breached-passwords.txt"), list).unwrap();
    office
        .run(&INIT)
        .failed(1, "a list of passwords that were published");
    office.set_passphrase("paul", "other words, as long");
    office.ok(&INIT);
}

#[test]
fn a_wrong_or_missing_passphrase_is_told_and_changes_nothing() {
    let (office, batch) = Office::with_batch("ACT", ROSTER);
    let submit = ["batch", "submit", &batch, "--operator", "jane"];
    office.set_passphrase("jane", "The words of jane");
    let answer = office.fails(4, &submit, "jane.pem");
    assert!(answer.err.contains("passphrase"), "{answer:?}");
    assert!(!answer.err.contains("The words"), "{answer:?}");
    std::fs::remove_file(office.path("passphrases/jane.txt")).unwrap();
    office.fails(4, &submit, "jane.txt");
    // Without the folder and without a terminal nobody can be asked.
    let mut command = std::process::Command::new(cheti_tests::programs::path("cheti-issuer"));
    command
        .current_dir(office.path("."))
        .args(["--data", "data"])
        .args(submit);
    command
        .env_remove("CHETI_PASSPHRASES")
        .stdin(std::process::Stdio::null());
    let answer = output(&mut command);
    assert_eq!(answer.status.code(), Some(2));
    let err = String::from_utf8(answer.stderr).unwrap();
    assert!(err.contains("set CHETI_PASSPHRASE_JANE"), "{err}");
    let answer = output(command.env("CHETI_PASSPHRASE_JANE", "the words of jane"));
    assert_eq!(answer.status.code(), Some(0));
}

#[test]
fn a_key_or_passphrase_that_others_can_read_is_refused_with_advice() {
    let (office, batch) = Office::with_batch("ACT", ROSTER);
    let submit = ["batch", "submit", &batch, "--operator", "jane"];
    for file in ["data/keys/operators/jane.pem", "passphrases/jane.txt"] {
        for mode in [0o644, 0o640, 0o604] {
            office.set_mode(file, mode);
            let answer = office.fails(4, &submit, "chmod 600");
            assert!(answer.err.contains(file), "{answer:?}");
        }
        office.set_mode(file, 0o600);
    }
    office.ok(&submit);
}

#[test]
fn a_store_that_another_process_holds_is_left_alone() {
    let office = Office::founded();
    let held = office.store();
    office.fails(4, &["batch", "list"], "in use by another process");
    office.fails(4, &["audit", "verify"], "in use by another process");
    drop(held);
    office.ok(&["batch", "list"]);
}

#[test]
fn a_folder_without_an_issuer_is_told_and_not_filled() {
    let office = Office::empty();
    office.fails(4, &["batch", "list"], "there is no issuer in data");
    assert!(!office.path("data").exists());
}

struct Stopped(Timestamp);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        self.0
    }
}

#[test]
fn a_clock_before_the_last_event_stops_the_work() {
    let (office, batch) = Office::with_batch("ACT", ROSTER);
    let before = office.records(Collection::Audit);
    let vault = FileVault::new(
        office.path("data/keys"),
        Arc::new(SystemEntropy),
        Hardness::Standard,
    );
    let words = Passphrase::new("the words of jane".to_owned());
    let key = vault
        .open(&KeyFile::Operator("jane".to_owned()), &words)
        .unwrap();
    let desk = |now: &str| Desk {
        store: office.store().shared(),
        clock: Arc::new(Stopped(now.parse().unwrap())),
        entropy: Arc::new(SystemEntropy),
    };
    let (id, jane) = (batch.parse().unwrap(), "jane".parse().unwrap());
    let refused = submit_batch(&desk("2026-01-01T00:00:00Z"), &id, &jane, &key);
    assert!(
        matches!(
            refused,
            Err(AppError::ClockWentBack { .. } | AppError::Batch(_))
        ),
        "{refused:?}"
    );
    settle();
    assert_eq!(office.records(Collection::Audit), before);
    office.ok(&["batch", "submit", &batch, "--operator", "jane"]);

    // And the program itself, once the journal has an event from the year 2100.
    let later = cheti_issuer::app::courses::add_course(
        &desk("2100-01-01T00:00:00Z"),
        &crate::office::course("NEW", "revocation"),
        "system",
    );
    later.unwrap();
    settle();
    let approve = ["batch", "approve", &batch, "--operator", "paul"];
    let answer = office.fails(
        4,
        &approve,
        "the journal's last event is of 2100-01-01T00:00:00Z",
    );
    assert!(answer.err.contains("date and time"), "{answer:?}");
    assert!(office.ok(&["audit", "verify"]).contains("is whole"));
}

/// Enough graduates for three commits.
fn large_roster() -> String {
    let rows = (1..=1_100).map(|n| format!("Amina {} Hassan,{n},Pass\n", letters(n)));
    format!("Full Name,P/No,Award\n{}", rows.collect::<String>())
}

/// A name for a number.
pub(crate) fn letters(mut n: u32) -> String {
    let mut name = String::from("W");
    while n > 0 {
        name.push(char::from(b'a' + (n % 26) as u8));
        n /= 26;
    }
    name
}

/// The program, where no file may grow beyond so many blocks of 512 octets. With the signal ignored a write past the
/// limit fails, as it does on a full disk.
fn full_at(blocks: u64) -> [String; 3] {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    ["sh".to_owned(), "-c".to_owned(), script]
}

#[test]
fn a_full_disk_stops_the_issue_and_the_next_run_goes_on() {
    let (office, batch) = Office::with_batch("ACT", &large_roster());
    office.approve(&batch);
    let issue = ["batch", "issue", &batch, "--out", "out"];
    let mut kept = Vec::new();
    let (mut failed, mut failed_between) = (0, 0);
    let largest = |folder: &str| {
        let size = |file: &String| {
            std::fs::metadata(office.path(folder).join(file))
                .unwrap()
                .len()
        };
        office.files(folder).iter().map(size).max().unwrap()
    };
    let mut blocks = largest("data/store") / 512;
    loop {
        let full = full_at(blocks);
        let answer = office.run_in(&full.each_ref().map(String::as_str), &issue);
        let now = office.records(Collection::Credential);
        assert!(
            kept.iter().all(|record| now.contains(record)),
            "a credential was lost or changed"
        );
        kept = now;
        if answer.code == Some(0) {
            break;
        }
        answer.failed(4, "");
        failed += 1;
        if !kept.is_empty() && kept.len() < 1_100 {
            failed_between += 1;
            goes_on_with_no_other_key(&office.copy(), &issue, &kept);
        }
        blocks += 256;
        assert!(failed < 200, "it never ends");
    }
    assert!(
        failed > 0 && failed_between > 0,
        "{failed} {failed_between}"
    );
    assert_eq!((kept.len(), office.files("out").len()), (1_100, 2_200));
    assert!(office.ok(&["audit", "verify"]).contains("is whole"));
}

/// What was planned for one key is not signed with another.
fn goes_on_with_no_other_key(office: &Office, issue: &[&str], kept: &[(Vec<u8>, Vec<u8>)]) {
    office.ok(&["key", "rotate", "issuing"]);
    office.fails(1, issue, "began with the key");
    assert!(office.records(Collection::Credential) == kept);
}

#[test]
fn certificates_that_find_no_room_are_written_by_the_next_run() {
    let (office, batch) = Office::with_certificates("ACT");
    office.write("in-the-way", "");
    let into_file = ["batch", "issue", &batch, "--out", "in-the-way"];
    office.fails(4, &into_file, "in-the-way");
    std::fs::create_dir(office.path("half")).unwrap();
    let name = office
        .files("out")
        .into_iter()
        .find(|file| file.ends_with(".pdf"))
        .unwrap();
    std::fs::create_dir(office.path("half").join(&name)).unwrap();
    let issue = ["batch", "issue", &batch, "--out", "half"];
    office.fails(4, &issue, "running the command again goes on");
    assert!(
        !office
            .files("half")
            .iter()
            .any(|file| file.ends_with(".part"))
    );
    std::fs::remove_dir(office.path("half").join(&name)).unwrap();
    office.ok(&issue);
    assert_eq!(office.files("half"), office.files("out"));
}

/// Whoever reads the demo's words may stop reading: that is no failure of the demo.
#[test]
fn a_closed_pipe_does_not_fail_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(programs::path("cheti-issuer"))
        .arg("demo")
        .current_dir(&folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(
        ended.status.success() && !told.contains("panicked"),
        "{told}"
    );
}
