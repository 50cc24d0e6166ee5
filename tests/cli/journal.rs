//! The journal tells of every tampering with it (THREATS 10), and nobody's name (THREATS 23, 24).

use std::sync::Arc;

use cheti_issuer::app::audit::verify_journal;
use cheti_issuer::app::desk::Desk;
use cheti_issuer::app::ports::store::{Collection, Commit, Key, Store};
use cheti_issuer::compose::{SystemClock, SystemEntropy};
use cheti_issuer::domain::audit::Event;
use cheti_issuer::store::memory::MemoryStore;
use serde_json::{Value, json};

use crate::office::{CANARY, Office, output, records};

/// An office that has issued, and has published its journal's head last of all.
fn published() -> Office {
    let (office, _) = Office::with_certificates("ACT");
    office.ok(&["trust", "publish", "--root-key", "root.pem"]);
    office
}

fn put(store: &dyn Store, key: Key, octets: Vec<u8>) {
    let puts = vec![(key, octets)];
    store
        .commit(Commit {
            puts,
            ..Commit::default()
        })
        .unwrap();
}

fn remove(store: &dyn Store, key: Key) {
    let removes = vec![key];
    store
        .commit(Commit {
            removes,
            ..Commit::default()
        })
        .unwrap();
}

fn head_key() -> Key {
    Key::new(Collection::Meta, "journal")
}

#[test]
fn an_altered_or_missing_event_is_found_and_its_place_is_told() {
    let office = published();
    let events = office.records(Collection::Audit);
    assert!(events.len() > 8, "{}", events.len());
    let verify = ["audit", "verify"];
    for (at, (id, octets)) in events.iter().enumerate() {
        let key = || Key::new(Collection::Audit, id.clone());
        let mut event: Value = serde_json::from_slice(octets).unwrap();
        event["actor"] = json!("mallory");
        put(&*office.store(), key(), serde_json::to_vec(&event).unwrap());
        let told = if at + 1 < events.len() {
            at + 2
        } else {
            at + 1
        };
        office.fails(1, &verify, &format!("at or before event {told}"));
        remove(&*office.store(), key());
        match at + 1 < events.len() {
            true => office.fails(1, &verify, &format!("event {} is missing", at + 1)),
            false => office.fails(1, &verify, &format!("ends at event {at}")),
        };
        put(&*office.store(), key(), octets.clone());
    }
    assert!(office.ok(&verify).contains("is whole"));
}

#[test]
fn no_flipped_bit_goes_unnoticed() {
    let office = published();
    let store = Arc::new(MemoryStore::new());
    for collection in [Collection::Audit, Collection::Meta, Collection::Published] {
        for (id, octets) in office.records(collection) {
            put(&*store, Key::new(collection, id), octets);
        }
    }
    let desk = Desk {
        store: store.clone(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    verify_journal(&desk).unwrap();
    let mut flips = 0;
    for (id, octets) in records(&*store, Collection::Audit) {
        let key = || Key::new(Collection::Audit, id.clone());
        let original: Event = serde_json::from_slice(&octets).unwrap();
        for at in 0..octets.len() {
            let mut flipped = octets.clone();
            flipped[at] ^= 1 << (at % 7);
            put(&*store, key(), flipped.clone());
            let same =
                serde_json::from_slice::<Event>(&flipped).is_ok_and(|event| event == original);
            assert!(
                verify_journal(&desk).is_err() || same,
                "{}",
                flipped.escape_ascii()
            );
            flips += 1;
        }
        put(&*store, key(), octets);
    }
    assert!(flips > 1_000, "{flips}");
    verify_journal(&desk).unwrap();
}

#[test]
fn a_journal_cut_back_with_its_head_is_not_the_published_one() {
    let office = published();
    let events = office.records(Collection::Audit);
    // The trust list's own event comes after the head that the list states.
    let stated = events.len() - 1;
    let head = |length: usize| {
        let last: Event = serde_json::from_slice(&events[length - 1].1).unwrap();
        let head = json!({"head": {"events": length, "hash": last.hash()}, "last": last.at});
        serde_json::to_vec(&head).unwrap()
    };
    for length in (1..events.len()).rev() {
        let store = office.store();
        remove(
            &*store,
            Key::new(Collection::Audit, events[length].0.clone()),
        );
        put(&*store, head_key(), head(length));
        drop(store);
        if length >= stated {
            office.ok(&["audit", "verify"]);
        } else {
            let words =
                format!("does not contain the head published in the trust list ({stated} events)");
            office.fails(1, &["audit", "verify"], &words);
        }
    }
}

#[test]
fn a_rewritten_journal_is_not_the_published_one() {
    let office = published();
    let events = office.records(Collection::Audit);
    // Somebody writes the whole chain anew, every link right, so that another approved.
    let store = office.store();
    let mut previous: Option<Event> = None;
    for (id, octets) in &events {
        let mut event: Event = serde_json::from_slice(octets).unwrap();
        if event.action == "batch.approve" {
            event.actor = "mary".to_owned();
        }
        if let Some(previous) = &previous {
            event.previous = previous.hash();
        }
        put(
            &*store,
            Key::new(Collection::Audit, id.clone()),
            serde_json::to_vec(&event).unwrap(),
        );
        previous = Some(event);
    }
    let last = previous.unwrap();
    let head = json!({"head": {"events": last.seq, "hash": last.hash()}, "last": last.at});
    put(&*store, head_key(), serde_json::to_vec(&head).unwrap());
    drop(store);
    office.fails(1, &["audit", "verify"], "it was replaced or cut");
}

#[test]
fn no_graduates_name_is_in_journal_log_or_backup() {
    let (office, batch) = Office::with_certificates("ACT");
    let both = ["--operator", "jane", "--second", "paul"];
    let correct = [
        "correct",
        "NC4-ACT-2026-000001",
        "--name",
        "Zawadi Canary-Mbeki",
    ];
    let note = ["--note", "Zawadi Canarymbeki telephoned"];
    let revoke = ["revoke", "NC4-ACT-2026-000002", "--reason", "withdrawn"];
    let commands: [&[&str]; 8] = [
        &[&correct[..], &note, &both].concat(),
        &[&revoke[..], &note, &both].concat(),
        &[&revoke[..], &both].concat(),
        &["batch", "issue", &batch, "--out", "again"],
        &[
            "certificate",
            "save",
            "NC4-ACT-2026-000003",
            "--out",
            "saved",
        ],
        &[
            "trust",
            "publish",
            "--root-key",
            "root.pem",
            "--bundle",
            "bundle.json",
        ],
        &["backup", "office.age"],
        &["audit", "verify"],
    ];
    let mut log = String::new();
    for args in commands {
        let output = output(office.command(&[], args).env("RUST_LOG", "trace"));
        log += &String::from_utf8(output.stderr).unwrap();
    }
    let journal = office.ok(&["audit", "list"]) + &office.ok(&["--json", "audit", "list"]);
    assert!(
        journal.contains("change.confirm") && log.contains("has ended"),
        "{journal}{log}"
    );
    let archive = office.read("office.age");
    let bundle = office.read("bundle.json");
    for (place, octets) in [
        ("journal", journal.as_bytes()),
        ("log", log.as_bytes()),
        ("archive", &archive),
        ("bundle", &bundle),
    ] {
        let found = octets
            .windows(CANARY.len())
            .any(|window| window == CANARY.as_bytes());
        assert!(!found, "a graduate's name is in the {place}");
    }
}

#[test]
fn what_officers_type_cannot_forge_lines_of_the_journal() {
    let (office, _) = Office::with_certificates("ACT");
    let forged = "x\r\n     1  2026-01-01T00:00:00Z  paul  batch.approve\u{1b}[2J\u{2028}";
    let revoke = [
        "revoke",
        "NC4-ACT-2026-000002",
        "--reason",
        "withdrawn",
        "--operator",
        "jane",
    ];
    office.run(&[&revoke[..], &["--note", forged]].concat());
    let since = ["key", "compromised", forged];
    let answer = office.run(&since).failed(1, "there is no signing key");
    assert!(!answer.err.contains('\u{1b}'), "{answer:?}");
    let journal = office.ok(&["audit", "list"]);
    assert_eq!(
        journal.lines().count(),
        office.records(Collection::Audit).len()
    );
    assert!(!journal.contains(['\u{1b}', '\r', '\u{2028}']));
}
