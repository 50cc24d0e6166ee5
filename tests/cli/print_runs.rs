//! Print runs: orders, folders, ZIP files, books, lists, full disks and interruptions.

use std::fs;
use std::io::{Cursor, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use cheti_tests::programs::has_tools;
use zip::ZipArchive;

use crate::office::{Office, start};
use crate::printing::{PRINTED, contents, events, printed, words};
use crate::trouble::letters;

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

/// What `pdfinfo` says of a PDF, with the boxes of its pages.
fn info(office: &Office, pdf: &str) -> String {
    let ran = Command::new("pdfinfo")
        .args(["-box", "-f", "1", "-l", "1"])
        .arg(office.path(pdf))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{pdf}");
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn a_book_has_a_page_a_certificate_in_order() {
    let (office, batch) = printed();
    let book = |out: &str, more: &[&str]| {
        let print = [
            "batch", "print", &batch, "--format", "book", "--order", "name", "--out", out,
        ];
        office.json(&[&print[..], more].concat())
    };
    let told = book("books/book.pdf", &["--lists"]);
    assert_eq!(told["written"][0], "books/book.pdf");
    assert_eq!(
        office.files("books"),
        [
            "book-checklist.pdf",
            "book-contact-sheet.pdf",
            "book-labels.pdf",
            "book.pdf"
        ]
    );
    book("again.pdf", &[]);
    assert!(office.read("books/book.pdf") == office.read("again.pdf"));
    book("marks.pdf", &["--marks"]);
    if !has_tools(&["pdfinfo", "pdftotext", "qpdf"]) {
        return;
    }
    for pdf in [
        "again.pdf",
        "marks.pdf",
        "books/book-checklist.pdf",
        "books/book-labels.pdf",
        "books/book-contact-sheet.pdf",
    ] {
        let checked = Command::new("qpdf")
            .arg("--check")
            .arg(office.path(pdf))
            .output()
            .unwrap();
        assert!(checked.status.success(), "{pdf}: {checked:?}");
    }
    let plain = info(&office, "again.pdf");
    assert!(
        plain.contains("Pages:           3") && plain.contains("841.89 x 595.27"),
        "{plain}"
    );
    let marks = info(&office, "marks.pdf");
    let size = |name: &str| -> Vec<f32> {
        let line = marks.lines().find(|line| line.contains(name)).unwrap();
        // The first number is the page's.
        line.split_whitespace()
            .skip(2)
            .filter_map(|word| word.parse().ok())
            .collect()
    };
    let (trim, bleed) = (size("TrimBox"), size("BleedBox"));
    for (at, outwards) in [(0, -1.0), (1, -1.0), (2, 1.0), (3, 1.0)] {
        let three_mm = 3.0 * 72.0 / 25.4 * outwards;
        assert!((bleed[at] - trim[at] - three_mm).abs() < 0.1, "{marks}");
    }
    let text = words(&office, "again.pdf");
    let place = |name: &str| {
        text.find(name)
            .unwrap_or_else(|| panic!("no {name} in {text}"))
    };
    assert!(
        place("Otieno") < place("Wanjik") && place("Wanjik") < place("Zawadi"),
        "{text}"
    );
    let list = words(&office, "books/book-checklist.pdf");
    for words in [
        "Network Defence",
        "Cohort 7",
        "16 October 2026",
        "30000017",
        "NC4-ACT-2026-000003",
    ] {
        assert!(list.contains(words), "no {words} in {list}");
    }
}

#[test]
fn a_large_book_is_bound_in_volumes() {
    let rows = (1..=1_001).map(|n| format!("Amina {} Hassan,{n},Pass\n", letters(n)));
    let roster = format!("Full Name,P/No,Award\n{}", rows.collect::<String>());
    let (office, batch) = Office::with_batch("ACT", &roster);
    office.approve(&batch);
    let issue = [
        "batch", "issue", &batch, "--format", "book", "--out", "book.pdf",
    ];
    let mut command = office.command(&[], &issue);
    let mut child = start(command.stdout(Stdio::null()).stderr(Stdio::null()));
    while !office.path("book-1-of-2.pdf").is_file() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let first = office.read("book-1-of-2.pdf");
    let told = office.json(&issue);
    assert!(office.read("book-1-of-2.pdf") == first);
    assert_eq!(told["written"].as_array().unwrap().len(), 2);
    assert!(!office.path("book.pdf").exists() && !office.path("book.pdf.cheti-printing").exists());
    if !has_tools(&["pdfinfo"]) {
        return;
    }
    assert!(info(&office, "book-1-of-2.pdf").contains("Pages:           1000"));
    assert!(info(&office, "book-2-of-2.pdf").contains("Pages:           1"));
}
