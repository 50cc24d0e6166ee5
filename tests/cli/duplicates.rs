//! Certificates printed again: for lost paper, and when one does not hold any more.

use std::fs;

use cheti_tests::programs::has_tools;
use serde_json::json;

use crate::office::CANARY;
use crate::printing::{events, printed, words};

#[test]
fn certificates_that_do_not_hold_are_left_out_and_told() {
    let (office, batch) = printed();
    let revoke = ["revoke", "NC4-ACT-2026-000002", "--reason", "withdrawn"];
    office.ok(&[&revoke[..], &["--operator", "jane", "--second", "paul"]].concat());
    let told = office.ok(&["batch", "print", &batch, "--out", "again"]);
    assert!(
        told.contains("Left out, since they do not hold any more: NC4-ACT-2026-000002"),
        "{told}"
    );
    assert_eq!(office.files("again").len(), 4);
    let reprint = [
        "certificate",
        "reprint",
        "NC4-ACT-2026-000002",
        "--operator",
        "jane",
        "--out",
        "x.pdf",
    ];
    office.fails(1, &reprint, "is revoked");
    assert!(!office.path("x.pdf").exists());
    assert!(events(&office, "certificate.reprint").is_empty());
}

#[test]
fn a_duplicate_says_so_on_the_paper_and_in_the_journal() {
    let (office, _) = printed();
    let number = "NC4-ACT-2026-000001";
    let reprint = [
        "certificate",
        "reprint",
        number,
        "--operator",
        "jane",
        "--out",
        "again.pdf",
    ];
    office.ok(&reprint);
    office.ok(&[&reprint[..6], &["plain.pdf", "--no-mark"]].concat());
    let others = [
        "certificate",
        "reprint",
        number,
        "--operator",
        "mary",
        "--out",
        "x.pdf",
    ];
    office.fails(4, &others, "mary.pem");
    fs::copy(
        office.path("data/keys/operators/jane.pem"),
        office.path("data/keys/operators/paul.pem"),
    )
    .unwrap();
    office.set_passphrase("paul", "the words of jane\n");
    let stolen = [
        "certificate",
        "reprint",
        number,
        "--operator",
        "paul",
        "--out",
        "x.pdf",
    ];
    office.fails(1, &stolen, "the key opened is not that of paul");
    office.fails(
        1,
        &[
            "certificate",
            "reprint",
            "NC4-0",
            "--operator",
            "jane",
            "--out",
            "x.pdf",
        ],
        "there is no certificate",
    );
    let found = events(&office, "certificate.reprint");
    assert_eq!(found.len(), 2, "{found:?}");
    for (event, marked) in found.iter().zip([true, false]) {
        assert_eq!(event["actor"], "jane");
        assert_eq!(event["detail"], json!({"marked": marked, "version": 1}));
        assert!(!event.to_string().contains(CANARY));
    }
    if !has_tools(&["pdftotext"]) {
        return;
    }
    let duplicate = words(&office, "again.pdf");
    assert!(duplicate.contains("Duplicate, printed on"), "{duplicate}");
    assert!(!words(&office, "plain.pdf").contains("Duplicate"));
    let first = office
        .files("out")
        .into_iter()
        .find(|name| name.starts_with("Zawadi") && name.ends_with(".pdf"));
    let first = office.read(&format!("out/{}", first.unwrap()));
    assert!(
        first == office.read("plain.pdf"),
        "without the mark it is the first print again"
    );
}
