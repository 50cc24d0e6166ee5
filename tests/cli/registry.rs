//! The registry at an officer's desk: search, lists, what a graduate may ask for, and ceremony day.

use std::fs;
use std::path::Path;
use std::process::Command;

use cheti_issuer::app::ports::store::Collection;
use serde_json::Value;

use crate::office::{CANARY, Office, output};

/// What `needle` is found in, of all files below a folder.
fn holding(folder: &Path, needle: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, needle));
        } else if memmem(&fs::read(&path).unwrap_or_default(), needle.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn memmem(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

fn numbers(office: &Office, args: &[&str]) -> Vec<String> {
    let found = office.json(&[&["registry", "search"], args].concat());
    let hits = found["hits"].as_array().unwrap().iter();
    hits.map(|hit| hit["number"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn officers_find_list_and_count() {
    let (office, _) = Office::with_certificates("ACT");
    assert_eq!(
        numbers(&office, &["wanjiku", "canary"]),
        ["NC4-ACT-2026-000002"]
    );
    assert_eq!(numbers(&office, &["30000017"]), ["NC4-ACT-2026-000001"]);
    assert_eq!(
        numbers(&office, &["--cohort", "cohort 7", "--limit", "200"]).len(),
        3
    );
    assert!(
        office
            .ok(&["registry", "search", "nobody"])
            .contains("Nobody was found")
    );
    let first = office.ok(&["registry", "search", "--limit", "2"]);
    let word = first.split("--from ").nth(1).unwrap().trim();
    assert_eq!(numbers(&office, &["--from", word]).len(), 1);
    let wrong = office.run(&["registry", "search", "--state", "lost"]);
    assert!(wrong.code == Some(2) && wrong.err.contains("is no state"));

    office.ok(&["registry", "search", "--csv", "all.csv"]);
    let list = String::from_utf8(office.read("all.csv")).unwrap();
    assert!(list.lines().count() == 4 && !list.contains("30000017"));
    office.ok(&["registry", "learners", "knqa.csv", "--staff-numbers"]);
    assert!(
        String::from_utf8(office.read("knqa.csv"))
            .unwrap()
            .contains("30000017")
    );
    let figures = office.json(&["registry", "figures"]);
    assert_eq!(
        figures
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["counts"]["issued"].as_u64().unwrap())
            .sum::<u64>(),
        3
    );
    office.fails(1, &["audit", "sample", "--month", "2099-01"], "over before");
    assert_eq!(
        office.json(&["audit", "sample", "--month", "2020-01"])["population"],
        0
    );
}

/// THREATS 23.
#[test]
fn threat_23_an_erased_graduate_leaves_no_trace_once_the_store_is_compact() {
    let (office, batch) = Office::with_certificates("ACT");
    let number = "NC4-ACT-2026-000001";
    let name = "Zawadi Canarymbeki";
    office.ok(&[
        "registry",
        "subject-file",
        number,
        "--operator",
        "jane",
        "--out",
        "subject.json",
    ]);
    let file = String::from_utf8(office.read("subject.json")).unwrap();
    assert!(file.contains(name) && !file.contains("Otieno"));
    office.ok(&[
        "registry",
        "erase",
        number,
        "--operator",
        "jane",
        "--second",
        "paul",
    ]);
    office.fails(
        1,
        &[
            "registry",
            "subject-file",
            number,
            "--operator",
            "jane",
            "--out",
            "again.json",
        ],
        "was erased",
    );
    office.fails(
        1,
        &["certificate", "save", number, "--out", "again"],
        "was erased",
    );
    office.fails(
        1,
        &[
            "certificate",
            "reprint",
            number,
            "--operator",
            "jane",
            "--out",
            "again.pdf",
        ],
        "was erased",
    );
    assert!(
        office
            .ok(&["registry", "search", number])
            .contains("erased")
    );
    office.ok(&["batch", "print", &batch, "--out", "rest"]);
    assert_eq!(
        office
            .files("rest")
            .iter()
            .filter(|file| file.ends_with(".pdf"))
            .count(),
        2
    );

    assert!(
        !holding(&office.path("data"), name).is_empty(),
        "sled keeps what was removed"
    );
    office.ok(&["registry", "compact"]);
    assert_eq!(holding(&office.path("data"), name), Vec::<String>::new());
    assert_eq!(
        holding(&office.path("data"), "zawadi"),
        Vec::<String>::new()
    );
    assert!(
        !holding(&office.path("data"), CANARY).is_empty(),
        "the others are still there"
    );
    office.ok(&["audit", "verify"]);
    office.ok(&["backup", "store.age"]);
    let other = Office::empty();
    other.write("store.age", office.read("store.age"));
    other.ok(&["restore", "store.age"]);
    assert_eq!(holding(&other.path("data"), name), Vec::<String>::new());
    assert!(!office.ok(&["audit", "list"]).contains(CANARY));

    // The paper is still verified: its place in the status list is as it was.
    let publish = [
        "trust",
        "publish",
        "--root-key",
        "root.pem",
        "--bundle",
        "bundle.json",
    ];
    office.ok(&publish);
    let organisation = office
        .records(Collection::Meta)
        .into_iter()
        .find(|(id, _)| id == b"organisation");
    let organisation: Value = serde_json::from_slice(&organisation.unwrap().1).unwrap();
    let root = organisation["root"].as_str().unwrap();
    let paper = office.files("out").into_iter();
    let mut paper = paper.filter(|file| file.starts_with("Zawadi") && file.ends_with(".pdf"));
    let paper = office.path(&format!("out/{}", paper.next().unwrap()));
    let mut verify = Command::new(cheti_tests::programs::path("cheti-verifier"));
    verify
        .arg("check")
        .arg(paper)
        .args(["--offline", "--root", root, "--bundle"])
        .arg(office.path("bundle.json"));
    let verified = output(&mut verify);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
}

#[test]
fn a_day_at_the_venue_is_reconciled_at_home() {
    let (office, batch) = Office::with_certificates("ACT");
    let first = "NC4-ACT-2026-000001";
    let unknown = ["handover", "laptop", "--operator", "jane", "--key", "pual"];
    office.fails(1, &unknown, "there is no key \"pual\"");
    let mut handover = vec!["handover", "laptop", "--operator", "jane"];
    for key in ["jane", "paul", "issuing-1"] {
        handover.extend(["--key", key]);
    }
    office.ok(&handover);
    office.fails(
        1,
        &["ceremony", "hand-out", first, "--operator", "jane"],
        "read-only",
    );
    let venue = |args: &[&str]| {
        let mut command = Command::new(cheti_tests::programs::path("cheti-issuer"));
        command
            .current_dir(office.path(""))
            .args(["--data", "laptop", "--passphrases", "passphrases"])
            .args(args);
        output(&mut command)
    };
    let done = venue(&[
        "ceremony",
        "hand-out",
        first,
        "nc4-act-2026-000002",
        "--operator",
        "jane",
    ]);
    assert!(done.status.success(), "{done:?}");
    let twice = venue(&["ceremony", "hand-out", first, "--operator", "paul"]);
    assert_eq!(twice.status.code(), Some(1));
    let second = "NC4-ACT-2026-000002";
    let revoked = venue(&[
        "revoke",
        second,
        "--reason",
        "withdrawn",
        "--operator",
        "jane",
        "--second",
        "paul",
    ]);
    assert!(revoked.status.success(), "{revoked:?}");
    let told = office.ok(&[
        "sync",
        "laptop",
        "--operator",
        "jane",
        "--bundle",
        "home.json",
    ]);
    assert!(told.contains("status lists are signed as of now"), "{told}");
    // What verifiers are told from now on: one certificate was ended at the venue.
    let bundle = fs::read_to_string(office.path("home.json")).unwrap();
    assert!(bundle.contains("withdrawn"), "{bundle}");
    office.fails(
        1,
        &["sync", "laptop", "--operator", "jane"],
        "do not belong",
    );
    let refused = venue(&[
        "ceremony",
        "undo",
        first,
        "--reason",
        "misread",
        "--operator",
        "jane",
    ]);
    assert!(!refused.status.success());

    office.ok(&["ceremony", "close", &batch, "--operator", "jane"]);
    let preview = office.ok(&["ceremony", "withdraw", &batch, "--preview"]);
    assert_eq!(preview.trim(), "NC4-ACT-2026-000003");
    office.ok(&[
        "ceremony",
        "withdraw",
        &batch,
        "--operator",
        "jane",
        "--second",
        "paul",
    ]);
    let sums = office.json(&["ceremony", "reconcile", &batch]);
    assert_eq!(sums["prepared"], 3);
    assert_eq!(
        (&sums["handed_out"], &sums["withdrawn"]),
        (&1.into(), &2.into())
    );
    assert_eq!(
        numbers(&office, &["--state", "revoked"]),
        ["NC4-ACT-2026-000002", "NC4-ACT-2026-000003"]
    );
    office.ok(&["audit", "verify"]);
}
