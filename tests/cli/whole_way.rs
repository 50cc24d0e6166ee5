//! From a roster to certificates, their later lives, and what is published of them.

use std::collections::BTreeSet;

use cheti_shared::bundle::Bundle;
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::credential::open_badge::Facts;
use serde_json::Value;

use crate::office::{Office, ROSTER};

/// The number of the graduate with this serial.
fn number(course: &str, serial: u32) -> String {
    format!("NC4-{course}-2026-{serial:06}")
}

fn standings(office: &Office, number: &str) -> Vec<Value> {
    let shown = office.json(&["certificate", "show", number]);
    let versions = shown["versions"].as_array().unwrap();
    versions
        .iter()
        .map(|version| version["standing"].clone())
        .collect()
}

#[test]
fn a_roster_becomes_files_that_bear_the_names() {
    let (office, batch) = Office::with_batch("ACT", ROSTER);
    let said = office.ok(&["batch", "submit", &batch, "--operator", "jane"]);
    assert!(said.contains("batch approve"), "{said}");
    let said = office.ok(&["batch", "approve", &batch, "--operator", "paul"]);
    assert!(said.contains("batch issue"), "{said}");
    let issued = office.json(&["batch", "issue", &batch, "--out", "out"]);
    assert_eq!(issued["batch"]["state"], "issued");
    assert_eq!(issued["certificates"], 3);

    let files = office.files("out");
    assert_eq!(files.len(), 6, "{files:?}");
    let mut names = BTreeSet::new();
    for file in files.iter().filter(|file| file.ends_with(".json")) {
        let stem = file.strip_suffix("-v1.json").unwrap();
        let (name, id) = stem.rsplit_once('-').unwrap();
        let credential = SignedCredential::parse(&office.read(&format!("out/{file}"))).unwrap();
        let urn = format!("urn:uuid:{id}");
        assert!(credential.id().unwrap().starts_with(&urn), "{file}");
        names.insert((
            Facts::of(credential.document()).name.unwrap(),
            name.to_owned(),
        ));
        let pdf = office.read(&format!("out/{stem}-v1.pdf"));
        assert!(pdf.starts_with(b"%PDF"));
    }
    let pairs = [
        ("Otieno Canaryochieng", "Otieno-Canaryochieng"),
        ("Wanjikũ Canarywa'Njoro", "Wanjikũ-CanarywaNjoro"),
        ("Zawadi Canarymbeki", "Zawadi-Canarymbeki"),
    ];
    assert_eq!(
        names,
        pairs
            .map(|(name, file)| (name.to_owned(), file.to_owned()))
            .into()
    );

    // Again, into the same folder and into another: the same octets.
    office.ok(&["batch", "issue", &batch, "--out", "out"]);
    office.ok(&["batch", "issue", &batch, "--out", "again"]);
    assert_eq!(office.files("again"), files);
    for file in files {
        let (first, second) = (format!("out/{file}"), format!("again/{file}"));
        assert!(office.read(&first) == office.read(&second), "{file}");
    }
}

#[test]
fn certificates_are_shown_and_saved_by_number_and_by_id() {
    let (office, _) = Office::with_certificates("ACT");
    let shown = office.json(&["certificate", "show", &number("ACT", 2)]);
    let id = shown["id"].as_str().unwrap();
    assert_eq!(office.json(&["certificate", "show", id]), shown);
    let said = office.ok(&["certificate", "save", id, "--out", "saved"]);
    assert!(said.contains("saved/Wanjik"), "{said}");
    for file in office.files("saved") {
        let (saved, first) = (format!("saved/{file}"), format!("out/{file}"));
        assert!(office.read(&saved) == office.read(&first), "{file}");
    }
    assert_eq!(office.files("saved").len(), 2);
    let unknown = ["certificate", "show", "NC4-ACT-2026-999999"];
    office.fails(1, &unknown, "there is no certificate");
}

#[test]
fn revoked_and_corrected_certificates_end_and_the_bundle_says_so() {
    let (office, _) = Office::with_certificates("ACT");
    let (first, second) = (number("ACT", 1), number("ACT", 2));
    let revoke = ["revoke", &first, "--reason", "withdrawn"];
    let both = ["--operator", "jane", "--second", "paul"];
    let done = office.json(&[&revoke[..], &both].concat());
    assert_eq!(done["state"], "done", "{done}");
    // For good, and only once.
    office.fails(1, &[&revoke[..], &both].concat(), "has ended");
    office.fails(
        1,
        &[&["reinstate", &first][..], &both].concat(),
        "has ended",
    );

    // Proposed now, confirmed later by somebody else.
    let correct = ["correct", &second, "--name", "Wanjiku Canarywa Njoro"];
    let proposed = office.json(&[&correct[..], &["--operator", "paul"]].concat());
    let change = proposed["id"].as_str().unwrap();
    assert_eq!(standings(&office, &second).len(), 1);
    assert_eq!(
        office.json(&["change", "list"]).as_array().unwrap().len(),
        1
    );
    office.ok(&["change", "confirm", change, "--operator", "jane"]);
    assert_eq!(office.json(&["change", "list"]), serde_json::json!([]));
    let repeated = ["change", "confirm", change, "--operator", "jane"];
    office.fails(1, &repeated, "decided already");
    let after = standings(&office, &second);
    assert_eq!((after.len(), &after[1]), (2, &Value::from("good")));
    assert_ne!(after[0], "good");

    office.ok(&["certificate", "save", &second, "--out", "v2"]);
    assert!(office.files("v2").iter().all(|file| file.contains("-v2.")));
    office.ok(&[
        "certificate",
        "save",
        &second,
        "--out",
        "all",
        "--all-versions",
    ]);
    assert_eq!(office.files("all").len(), 4);

    let published = ["trust", "publish", "--bundle", "bundle.json"];
    assert_eq!(office.json(&published)["statusLists"], 1);
    let bundle = Bundle::parse(&office.read("bundle.json")).unwrap();
    // Of both courses.
    assert_eq!((bundle.status_lists.len(), bundle.templates.len()), (1, 2));
    let reasons = bundle.status_lists[0].reasons.as_ref().unwrap();
    let reasons = reasons["reasons"].as_object().map(|all| all.len());
    assert_eq!(reasons, Some(2), "{:?}", bundle.status_lists[0].reasons);
    assert!(office.ok(&["audit", "verify"]).contains("is whole"));
}

#[test]
fn a_suspended_certificate_is_reinstated() {
    let (office, _) = Office::with_certificates("SUS");
    let first = number("SUS", 1);
    let both = ["--operator", "jane", "--second", "paul"];
    let step = |verb| office.run(&[&[verb, first.as_str()][..], &both].concat());
    step("reinstate").failed(1, "not suspended");
    assert_eq!(step("suspend").code, Some(0));
    assert_eq!(standings(&office, &first), ["suspended"]);
    step("suspend").failed(1, "suspended already");
    assert_eq!(step("reinstate").code, Some(0));
    assert_eq!(standings(&office, &first), ["good"]);
    assert!(office.ok(&["audit", "verify"]).contains("is whole"));
}

#[test]
fn what_cannot_be_suspended_is_not() {
    let (office, _) = Office::with_certificates("ACT");
    let suspend = ["suspend", "NC4-ACT-2026-000001", "--operator", "jane"];
    office.fails(1, &suspend, "can be revoked, not suspended");
}

#[test]
fn every_answer_in_json_is_one_value() {
    let (office, batch) = Office::with_certificates("ACT");
    let first = number("ACT", 1);
    let key = ["api-key", "add", "--name", "hr", "--scope", "read"];
    let operator = ["operator", "add", "mary", "--name", "Mary Specimen"];
    let both = ["--operator", "jane", "--second", "paul"];
    let commands: [&[&str]; 14] = [
        &["course", "list"],
        &["course", "show", "ACT"],
        &["batch", "list"],
        &["batch", "show", &batch, "--graduates"],
        &["certificate", "show", &first],
        &["key", "list"],
        &["key", "export-public"],
        &["operator", "list"],
        &["change", "list", "--all"],
        &["audit", "verify"],
        &[
            "trust",
            "publish",
            "--root-key",
            "root.pem",
            "--bundle",
            "b.json",
        ],
        &[&key[..], &both].concat(),
        &[&operator[..], &both].concat(),
        &["api-key", "list"],
    ];
    for command in commands {
        office.json(command);
    }
    for line in office.ok(&["--json", "audit", "list"]).lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
    let empty = Office::empty();
    empty.json(&crate::office::INIT);
}

#[test]
fn what_makes_no_sense_is_answered_with_code_2() {
    let office = Office::founded();
    let nonsense: [&[&str]; 6] = [
        &["batch", "imprt"],
        &["batch", "submit", "not-a-batch", "--operator", "jane"],
        &["batch", "submit", "b00000000"],
        &[
            "revoke",
            "NC4-ACT-2026-000001",
            "--reason",
            "no",
            "--operator",
            "jane",
        ],
        &["trust", "publish", "--status-days", "-3"],
        &[],
    ];
    for args in nonsense {
        let answer = office.run(args);
        assert_eq!(answer.code, Some(2), "{answer:?}");
        assert!(
            !answer.err.is_empty() && answer.out.is_empty(),
            "{answer:?}"
        );
    }
    let unknown = ["batch", "submit", "b00000000", "--operator", "jane"];
    office.fails(1, &unknown, "there is no batch \"b00000000\"");
    for help in ["--help", "--version"] {
        assert_eq!(office.run(&[help]).code, Some(0));
    }
}
