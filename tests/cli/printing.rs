//! From a batch to paper: kits, orders, folders, ZIP files, books, interruptions, and a store that somebody altered.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use cheti_issuer::app::ports::store::{Collection, Commit, Key, Store as _};
use cheti_shared::ids::Digest;
use cheti_tests::programs::has_tools;
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::office::{CANARY, Office, ROSTER, course, output, start};
use crate::trouble::letters;

const CREST: &[u8] = include_bytes!("../../issuer/demo/crest.svg");
/// What the journal says of a run.
const PRINTED: &str = "batch.print";

/// The sample course with a `[print]` table.
fn course_with(print: &str) -> String {
    let text = course("ACT", "revocation");
    text.replacen("[[field]]", &format!("[print]\n{print}\n[[field]]"), 1)
}

/// An office whose course has a crest and a signatory, and an issued batch of it in `out`.
fn printed() -> (Office, String) {
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
fn replace(office: &Office, collection: Collection, id: Vec<u8>, octets: Vec<u8>) {
    let commit = Commit {
        puts: vec![(Key::new(collection, id), octets)],
        ..Commit::default()
    };
    office.store().commit(commit).unwrap();
}

/// The files of a folder with their octets.
fn contents(office: &Office, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let names = office.files(folder);
    let read = |name: String| {
        let octets = office.read(&format!("{folder}/{name}"));
        (name, octets)
    };
    names.into_iter().map(read).collect()
}

fn events(office: &Office, action: &str) -> Vec<Value> {
    let all = office.records(Collection::Audit).into_iter();
    all.map(|(_, octets)| serde_json::from_slice::<Value>(&octets).unwrap())
        .filter(|event| event["action"] == action)
        .collect()
}

fn words(office: &Office, pdf: &str) -> String {
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
    let (office, batch) = Office::with_certificates("ACT");
    let first = contents(&office, "out");
    let records = office.records(Collection::Batch);
    let (id, octets) = &records[0];
    let mut record: Value = serde_json::from_slice(octets).unwrap();
    record["design"] = json!("formal");
    replace(
        &office,
        Collection::Batch,
        id.clone(),
        serde_json::to_vec(&record).unwrap(),
    );
    office.ok(&["batch", "print", &batch, "--out", "again"]);
    assert_eq!(contents(&office, "again"), first);
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
fn a_zip_file_has_the_same_files_in_the_order_asked_for() {
    let (office, batch) = printed();
    let zip = |out: &str, order: &str| {
        let print = [
            "batch", "print", &batch, "--format", "zip", "--order", order, "--out", out,
        ];
        let told = office.json(&print);
        assert_eq!(told["certificates"], 3);
        office.read(out)
    };
    let by_roster = zip("all.zip", "roster");
    assert!(
        by_roster == zip("again.zip", "roster"),
        "the same line gives the same bytes"
    );
    let names = |octets: &[u8]| -> Vec<String> {
        let mut archive = ZipArchive::new(Cursor::new(octets)).unwrap();
        (0..archive.len())
            .map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned())
            .collect()
    };
    let initials =
        |octets: &[u8]| -> String { names(octets).iter().map(|name| &name[..1]).collect() };
    assert_eq!(initials(&by_roster), "ZZWWOO");
    assert_eq!(initials(&zip("named.zip", "name")), "OOWWZZ");
    let list =
        "Certificate number\nNC4-ACT-2026-000002\nOTIENO CANARYOCHIENG\nNC4-ACT-2026-000001\n";
    office.write("ceremony.csv", list);
    assert_eq!(initials(&zip("ceremony.zip", "ceremony.csv")), "WWOOZZ");
    let folder = contents(&office, "out");
    let mut archive = ZipArchive::new(Cursor::new(&by_roster)).unwrap();
    assert_eq!(archive.len(), folder.len());
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut octets = Vec::new();
        file.read_to_end(&mut octets).unwrap();
        let name = file.name().unwrap().into_owned();
        assert!(folder[&name] == octets, "{name}");
    }
    office.write(
        "ceremony.csv",
        "Nobody\nNC4-ACT-2026-000001\nNC4-ACT-2026-000001\n",
    );
    let wrong = [
        "batch",
        "print",
        &batch,
        "--format",
        "zip",
        "--order",
        "ceremony.csv",
        "--out",
        "x.zip",
    ];
    let answer = office.fails(1, &wrong, "no order of these certificates");
    for problem in [
        "line 1: \"Nobody\"",
        "line 3: ",
        "not in the list: NC4-ACT-2026-000002",
    ] {
        assert!(
            answer.err.contains(problem),
            "no {problem} in {}",
            answer.err
        );
    }
    assert!(!office.path("x.zip").exists());
    let missing = wrong.map(|arg| {
        if arg == "ceremony.csv" {
            "none.csv"
        } else {
            arg
        }
    });
    office.fails(4, &missing, "none.csv could not be read");
}

#[test]
fn places_that_cannot_be_written_to_are_told() {
    let (office, batch) = printed();
    office.write("file", "");
    fs::create_dir(office.path("folder")).unwrap();
    let before = events(&office, PRINTED).len();
    for (more, code, says) in [
        (&["--out", "file"][..], 4, "file could not be made"),
        (
            &["--out", "file/deeper"],
            4,
            "file/deeper could not be made",
        ),
        (
            &["--out", "folder", "--format", "zip"],
            2,
            "folder is a folder",
        ),
        (
            &["--out", "folder", "--format", "book"],
            2,
            "folder is a folder",
        ),
        (
            &["--out", "a.zip", "--format", "zip", "--marks"],
            2,
            "--marks belongs to --format book",
        ),
        (&["--out", "a.pdf", "--format", "tar"], 2, "tar"),
    ] {
        let args = [&["batch", "print", batch.as_str()][..], more].concat();
        let answer = office.run(&args);
        assert_eq!(answer.code, Some(code), "{answer:?}");
        assert!(answer.err.contains(says), "{answer:?}");
    }
    assert_eq!(
        events(&office, PRINTED).len(),
        before,
        "nothing was printed"
    );

    // Something in the way of one file: what was finished stays, and the same line goes on.
    let pdf = office
        .files("out")
        .into_iter()
        .find(|name| name.ends_with(".pdf"))
        .unwrap();
    fs::create_dir_all(office.path(&format!("blocked/{pdf}"))).unwrap();
    let print = ["batch", "print", &batch, "--out", "blocked"];
    let answer = office.fails(4, &print, &format!("blocked/{pdf} could not be written"));
    assert!(answer.err.contains("what was finished stays"), "{answer:?}");
    fs::remove_dir(office.path(&format!("blocked/{pdf}"))).unwrap();
    office.ok(&print);
    assert_eq!(contents(&office, "blocked"), contents(&office, "out"));
}

#[test]
fn a_disk_that_fills_up_leaves_no_part_of_a_zip_file() {
    if !has_tools(&["prlimit"]) {
        return;
    }
    let (approved, batch) = {
        let rows = (1..=60).map(|n| format!("Amina {} Hassan,{n},Pass\n", letters(n)));
        let roster = format!("Full Name,P/No,Award\n{}", rows.collect::<String>());
        Office::with_batch("ACT", &roster)
    };
    approved.approve(&batch);
    approved.ok(&["batch", "issue", &batch, "--out", "out"]);
    let print = [
        "batch", "print", &batch, "--format", "zip", "--out", "all.zip",
    ];
    // More than the store or one certificate takes, less than all of them. The signal is ignored so that writing fails as
    // it does on a full disk.
    let wrapper = [
        "sh",
        "-c",
        "trap '' XFSZ; exec prlimit --fsize=1100000 \"$@\"",
        "sh",
    ];
    let answer = approved
        .run_in(&wrapper, &print)
        .failed(4, "all.zip could not be written");
    assert!(answer.err.contains("make room there"), "{answer:?}");
    assert!(!approved.path("all.zip").exists() && !approved.path("all.zip.part").exists());
    approved.ok(&print);
    let archive = ZipArchive::new(Cursor::new(approved.read("all.zip"))).unwrap();
    assert_eq!(archive.len(), 120);
    assert!(approved.ok(&["audit", "verify"]).contains("is whole"));
}

#[test]
fn a_run_that_was_killed_goes_on_and_gives_the_same_bytes() {
    let rows = (1..=300).map(|n| format!("Amina {} Hassan,{n},Pass\n", letters(n)));
    let roster = format!("Full Name,P/No,Award\n{}", rows.collect::<String>());
    let (office, batch) = Office::with_batch("ACT", &roster);
    office.approve(&batch);
    office.ok(&["batch", "issue", &batch, "--out", "whole"]);
    let whole = contents(&office, "whole");
    assert_eq!(whole.len(), 600);
    // What lies there of another look is not taken for this one.
    office.ok(&["batch", "print", &batch, "--out", "out", "--language", "sw"]);
    let print = ["batch", "print", &batch, "--out", "out"];
    let done = || {
        fs::read_to_string(office.path("out/.cheti-printing"))
            .map_or(0, |text| text.lines().count())
    };
    let mut kills = 0;
    for files in [20, 90, 170, 250] {
        let mut command = office.command(&[], &print);
        let mut child = start(command.stdout(Stdio::null()).stderr(Stdio::null()));
        while done() < files && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        kills += u32::from(child.wait().unwrap().signal() == Some(9));
        assert!(done() >= files, "what was finished stays");
    }
    assert_eq!(kills, 4);
    office.ok(&print);
    assert!(contents(&office, "out") == whole);

    let zip = [
        "batch",
        "print",
        &batch,
        "--format",
        "zip",
        "--out",
        "killed.zip",
    ];
    let mut command = office.command(&[], &zip);
    let mut child = start(command.stdout(Stdio::null()).stderr(Stdio::null()));
    let size = || fs::metadata(office.path("killed.zip.part")).map_or(0, |data| data.len());
    while size() == 0 && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    assert!(!office.path("killed.zip").exists());
    office.ok(&zip);
    let whole = zip.map(|arg| {
        if arg == "killed.zip" {
            "whole.zip"
        } else {
            arg
        }
    });
    office.ok(&whole);
    assert!(office.read("killed.zip") == office.read("whole.zip"));
    assert!(!office.path("killed.zip.part").exists());
    // An event a run, and no names.
    assert_eq!(events(&office, PRINTED).len(), 10);
}

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
