//! What the desk prints later, in other looks and as duplicates, is as genuine to the verifier as the first print.

use std::path::Path;
use std::process::Command;

use cheti_tests::programs;
use serde_json::Value;

use crate::demo::{check, demo};

/// Run the issuer's program on a copy of the demo's data; what it printed.
fn issuer(folder: &Path, args: &[&str]) -> Vec<u8> {
    let ran = Command::new(programs::path("cheti-issuer"))
        .current_dir(folder)
        .args(["--json", "--data", "data", "--passphrases", "passphrases"])
        .args(args)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{args:?}: {errors}");
    ran.stdout
}

#[test]
fn later_prints_and_duplicates_are_genuine() {
    let office = tempfile::tempdir().unwrap();
    for folder in ["data", "passphrases"] {
        let copied = Command::new("cp")
            .arg("-a")
            .args([demo().path(folder), office.path().to_owned()])
            .status();
        assert!(copied.unwrap().success());
    }
    let listed = issuer(office.path(), &["batch", "list"]);
    let batches: Value = serde_json::from_slice(&listed).unwrap();
    let batch = batches[0]["id"].as_str().unwrap();
    let look = [
        "--design",
        "portrait",
        "--language",
        "both",
        "--order",
        "name",
    ];
    let print = [
        "batch", "print", batch, "--format", "zip", "--out", "all.zip",
    ];
    issuer(office.path(), &[&print[..], &look].concat());
    let answer = check(&office.path().join("all.zip"));
    // PDF and JSON of everybody but the one whose certificate was revoked.
    assert_eq!((answer.exit, answer.reports.len()), (0, 2 * 23));
    for report in &answer.reports {
        assert_eq!(report["verdict"], "valid", "{report}");
    }

    let first: Value =
        serde_json::from_slice(&std::fs::read(demo().file("Wanjikũ", "json")).unwrap()).unwrap();
    let number = first["credentialSubject"]["licenseNumber"]
        .as_str()
        .unwrap();
    let reprint = [
        "certificate",
        "reprint",
        number,
        "--operator",
        "registrar",
        "--out",
        "again.pdf",
    ];
    issuer(
        office.path(),
        &[&reprint[..], &["--design", "national"]].concat(),
    );
    let again = office.path().join("again.pdf");
    let answer = check(&again);
    assert_eq!(answer.verdict(), "valid", "{:?}", answer.reports);
    assert_eq!(answer.reports[0]["signed"]["name"], "Wanjikũ Ng'ang'a");
    assert_eq!(
        demo().code(&again),
        demo().code(&demo().file("Wanjikũ", "pdf"))
    );
    let journal = String::from_utf8(issuer(office.path(), &["audit", "list"])).unwrap();
    assert!(journal.contains("certificate.reprint") && journal.contains("batch.print"));
}
