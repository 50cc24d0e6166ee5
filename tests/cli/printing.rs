//! From a batch to paper: what a course is printed with, and a store that somebody altered.

use std::collections::BTreeMap;
use std::process::Command;

use cheti_issuer::app::ports::store::{Collection, Commit, Key, Store as _};
use cheti_issuer::domain::batch::{Batch, Graduate};
use cheti_shared::ids::Digest;
use cheti_tests::programs::has_tools;
use serde_json::{Value, json};

use crate::office::{CANARY, Office, ROSTER, course, output};

const CREST: &[u8] = include_bytes!("../../issuer/demo/crest.svg");
/// What the journal says of a run.
pub(crate) const PRINTED: &str = "batch.print";

/// The sample course with a `[print]` table.
pub(crate) fn course_with(print: &str) -> String {
    let text = course("ACT", "revocation");
    text.replacen("[[field]]", &format!("[print]\n{print}\n[[field]]"), 1)
}

/// An office whose course has a crest and a signatory, and an issued batch of it in `out`.
pub(crate) fn printed() -> (Office, String) {
    let office = Office::founded();
    office.write("crest.svg", CREST);
    let print = "crest = \"crest.svg\"\n[[print.signatory]]\nname = \"Dr. Specimen Wekesa\"\ntitle = \"Director\"\n";
    office.write("course.toml", course_with(print));
    office.ok(&["course", "add", "course.toml"]);
    let batch = office.import("ACT", ROSTER);
    office.approve(&batch);
    office.ok(&["batch", "issue", &batch, "--out", "out"]);
    (office, batch)
}

/// Replace a record, as somebody with the store in their hands would.
pub(crate) fn replace(office: &Office, collection: Collection, id: Vec<u8>, octets: Vec<u8>) {
    let commit = Commit {
        puts: vec![(Key::new(collection, id), octets)],
        ..Commit::default()
    };
    office.store().commit(commit).unwrap();
}

/// The files of a folder with their octets.
pub(crate) fn contents(office: &Office, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let names = office.files(folder);
    let read = |name: String| {
        let octets = office.read(&format!("{folder}/{name}"));
        (name, octets)
    };
    names.into_iter().map(read).collect()
}

pub(crate) fn events(office: &Office, action: &str) -> Vec<Value> {
    let all = office.records(Collection::Audit).into_iter();
    all.map(|(_, octets)| serde_json::from_slice::<Value>(&octets).unwrap())
        .filter(|event| event["action"] == action)
        .collect()
}

pub(crate) fn words(office: &Office, pdf: &str) -> String {
    let ran = Command::new("pdftotext")
        .args(["-layout", "-q"])
        .arg(office.path(pdf))
        .arg("-")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{pdf}");
    let text = String::from_utf8(ran.stdout).unwrap();
    text.replace('\u{2019}', "'")
}

#[test]
fn course_files_that_cannot_be_printed_with_are_refused() {
    let office = Office::founded();
    office.write("crest.svg", CREST);
    office.write("large.svg", vec![b' '; (2 << 20) + 1]);
    office.write("empty.png", b"");
    office.write("broken.png", b"\x89PNG\r\n\x1a\nnothing");
    office.write("latin.svg", b"<svg>\xe9</svg>");
    let script = String::from_utf8(CREST.to_vec()).unwrap();
    office.write(
        "script.svg",
        script.replace("<path", "<script>x()</script><path"),
    );
    let signatory =
        |name: &str| format!("[[print.signatory]]\nname = \"{name}\"\ntitle = \"Director\"\n");
    for (print, code, says) in [
        (
            "design = \"fromal\"".to_owned(),
            2,
            "print.design: there is no design fromal",
        ),
        (
            "design = \"latin.svg\"".to_owned(),
            1,
            "latin.svg, which print.design names, is not a text",
        ),
        ("design = \"crest.svg\"".to_owned(), 1, "design"),
        (
            "design = \"../crest.svg\"".to_owned(),
            1,
            "print.design must be the name of a file",
        ),
        (
            "crest = \"none.svg\"".to_owned(),
            4,
            "print.crest: none.svg could not be read",
        ),
        (
            "partner_logo = \"none.png\"".to_owned(),
            4,
            "print.partner_logo: none.png could not be read",
        ),
        (
            "crest = \"large.svg\"".to_owned(),
            1,
            "large.svg, which print.crest names, is larger than 2 MiB",
        ),
        (
            "crest = \"empty.png\"".to_owned(),
            1,
            "empty.png, which print.crest names, is empty",
        ),
        ("crest = \"broken.png\"".to_owned(), 1, "crest"),
        ("crest = \"script.svg\"".to_owned(), 1, "script"),
        ("language = \"fr\"".to_owned(), 1, "language"),
        ("colour = \"green\"".to_owned(), 1, "colour"),
        (
            signatory("A").repeat(4),
            1,
            "print.signatory must be given three times at most",
        ),
        (
            signatory(""),
            1,
            "print.signatory 1: name must not be empty",
        ),
        (signatory("李小龙"), 1, "李"),
        (
            signatory("A").replace("title", "signature = \"none.svg\"\ntitle"),
            4,
            "print.signatory 1: signature: none.svg could not be read",
        ),
    ] {
        office.write("course.toml", course_with(&print));
        office.fails(code, &["course", "add", "course.toml"], says);
    }
    let made_up = format!(
        "kit = \"{}\"\n{}",
        Digest::of(b""),
        course("ACT", "revocation")
    );
    office.write("course.toml", made_up);
    office.fails(
        1,
        &["course", "add", "course.toml"],
        "kit is made of [print]",
    );
    assert!(office.records(Collection::Kit).is_empty());
    assert!(office.json(&["course", "show", "ACT"])["course"]["kit"].is_null());
}

#[test]
fn the_kit_is_approved_with_the_batch_and_kept_as_it_was() {
    let (office, batch) = printed();
    let shown = office.json(&["batch", "show", &batch])["batch"].clone();
    let kits = office.records(Collection::Kit);
    assert_eq!(kits.len(), 1);
    let (id, kit) = kits[0].clone();
    assert_eq!(shown["design"], Digest::of(&kit).to_string());
    assert_eq!(Digest::of(&kit).octets().as_slice(), id);
    let first = contents(&office, "out");

    // The course gets another look; what was approved keeps its own.
    office.write(
        "course.toml",
        course_with("design = \"national\"\nlanguage = \"sw\""),
    );
    office.ok(&["course", "add", "course.toml"]);
    office.ok(&["batch", "print", &batch, "--out", "again"]);
    assert_eq!(contents(&office, "again"), first);
    let number = "NC4-ACT-2026-000001";
    office.ok(&["certificate", "save", number, "--out", "saved"]);
    for (name, octets) in contents(&office, "saved") {
        assert_eq!(first.get(&name), Some(&octets), "{name}");
    }
    // Another design is another print of the same credential.
    office.ok(&[
        "batch",
        "print",
        &batch,
        "--out",
        "again",
        "--language",
        "sw",
    ]);
    let swahili = contents(&office, "again");
    for (name, octets) in &first {
        assert_eq!(swahili[name] == *octets, name.ends_with(".json"), "{name}");
    }
    office.fails(
        2,
        &[
            "batch", "print", &batch, "--out", "again", "--design", "none.svg",
        ],
        "neither built in (formal",
    );

    let altered = String::from_utf8(kit.clone())
        .unwrap()
        .replace("Director", "Minister");
    replace(&office, Collection::Kit, id.clone(), altered.into_bytes());
    office.fails(
        1,
        &["batch", "print", &batch, "--out", "never"],
        "is not what was approved",
    );
    assert_eq!(office.files("never"), [""; 0]);
    replace(&office, Collection::Kit, id, kit);
    office.ok(&["batch", "print", &batch, "--out", "never"]);
}

#[test]
fn a_batch_older_than_kits_is_printed_in_the_usual_design() {
    let (office, batch) = Office::with_batch("ACT", ROSTER);
    let rows = office.records(Collection::Row).into_iter();
    let graduates: Vec<Graduate> = rows
        .map(|(_, octets)| serde_json::from_slice(&octets).unwrap())
        .collect();
    let (id, octets) = office.records(Collection::Batch).remove(0);
    let mut record: Batch = serde_json::from_slice(&octets).unwrap();
    record.design = "formal".to_owned();
    record.digest = record.digest_of(&graduates);
    let put = |record: &Batch| {
        let octets = serde_json::to_vec(record).unwrap();
        replace(&office, Collection::Batch, id.clone(), octets);
    };
    put(&record);
    office.approve(&batch);
    office.ok(&["batch", "issue", &batch, "--out", "out"]);
    office.ok(&[
        "batch", "print", &batch, "--out", "named", "--design", "formal",
    ]);
    assert_eq!(contents(&office, "named"), contents(&office, "out"));

    // Nobody gives it another look behind the backs of those who approved it.
    let (_, octets) = office.records(Collection::Batch).remove(0);
    let approved: Batch = serde_json::from_slice(&octets).unwrap();
    let other = Batch {
        design: record.template.to_string(),
        ..approved
    };
    put(&other);
    let print = ["batch", "print", &batch, "--out", "never"];
    office.fails(1, &print, "no longer is what was submitted");
}

#[test]
fn what_was_altered_in_the_store_is_not_printed() {
    let (office, batch) = printed();
    let records = office.records(Collection::Credential);
    let (id, octets) = &records[0];
    let signed = String::from_utf8(octets.clone()).unwrap();
    let document: Value = serde_json::from_str(&signed).unwrap();
    let subject = &document["credentialSubject"];
    let number = subject["licenseNumber"].as_str().unwrap();
    let stolen = records[1].1.clone();
    let print = ["batch", "print", &batch, "--out", "altered"];
    let mut forgeries = vec![("another's".to_owned(), stolen)];
    for pointer in [
        "/credentialSubject/name",
        "/credentialSubject/licenseNumber",
        "/credentialSubject/achievement/name",
        "/credentialSubject/term",
        "/credentialSubject/result/0/value",
        "/awardedDate",
        "/validFrom",
        "/issuer/name",
    ] {
        let mut forged = document.clone();
        let value = forged.pointer_mut(pointer).unwrap();
        let text = value.as_str().unwrap();
        let other = match text.rfind(|c: char| c.is_ascii_digit()) {
            Some(at) => format!(
                "{}{}{}",
                &text[..at],
                (text.as_bytes()[at] - b'0' + 1) % 3,
                &text[at + 1..]
            ),
            None => format!("{text}a"),
        };
        assert_ne!(text, other);
        *value = json!(other);
        forgeries.push((pointer.to_owned(), serde_json::to_vec(&forged).unwrap()));
    }
    let mut unsigned = document.clone();
    unsigned.as_object_mut().unwrap().remove("proof");
    forgeries.push((
        "no proof".to_owned(),
        serde_json::to_vec(&unsigned).unwrap(),
    ));
    for (what, forged) in forgeries {
        replace(&office, Collection::Credential, id.clone(), forged);
        let words = format!("the stored certificate {number} (version 1) is not what was signed");
        for args in [
            &print[..],
            &["certificate", "save", number, "--out", "altered"],
            &[
                "certificate",
                "export",
                number,
                "--format",
                "png",
                "--out",
                "altered.png",
            ],
            &[
                "certificate",
                "reprint",
                number,
                "--operator",
                "jane",
                "--out",
                "altered.pdf",
            ],
        ] {
            let answer = office.run(args);
            assert!(answer.err.contains(&words), "{what}: {answer:?}");
            assert_eq!(answer.code, Some(1), "{what}: {answer:?}");
        }
        assert_eq!(office.files("altered"), [""; 0], "{what}");
        assert!(!office.path("altered.pdf").exists() && !office.path("altered.png").exists());
    }
    replace(&office, Collection::Credential, id.clone(), octets.clone());
    office.ok(&print);
    if !has_tools(&["pdftotext"]) {
        return;
    }
    let saved = office.json(&["certificate", "save", number, "--out", "saved"]);
    let text = words(&office, saved[0].as_str().unwrap());
    for fact in [
        subject["name"].as_str().unwrap(),
        "Network Defence",
        "Cohort 7",
        "16 October 2026",
        number,
        "Dr. Specimen Wekesa",
    ] {
        assert!(text.contains(fact), "no {fact} in {text}");
    }
}

#[test]
fn printing_puts_no_names_into_the_log() {
    let (office, batch) = printed();
    let print = ["batch", "print", &batch, "--out", "again"];
    let ran = output(office.command(&[], &print).env("RUST_LOG", "trace"));
    assert!(ran.status.success());
    assert!(!String::from_utf8_lossy(&ran.stderr).contains(CANARY));
    let journal = office.ok(&["--json", "audit", "list"]);
    assert!(
        journal.contains(PRINTED) && !journal.contains(CANARY),
        "{journal}"
    );
}
