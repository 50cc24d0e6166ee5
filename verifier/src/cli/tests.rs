//! The command line as a person sees it: what is said, and the exit codes.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use cheti_shared::key::Signer as _;
use cheti_shared::time::Timestamp;
use serde_json::Value;

use super::*;
use crate::samples::{self, NAME, NOW, at, document, key};

mod report;
mod unregistered;

struct Ran {
    exit: Exit,
    out: String,
    err: String,
}

struct Desk {
    dir: tempfile::TempDir,
    now: Timestamp,
    stdin: Vec<u8>,
    interactive: bool,
}

impl Desk {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            now: at(NOW),
            stdin: Vec::new(),
            interactive: false,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    fn bundle(&self, world: &samples::World) -> String {
        self.put("bundle.json", world.bundle().to_json().to_string())
    }

    fn run(&self, args: &[&str]) -> Ran {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut stdin = Cursor::new(self.stdin.clone());
        let mut world = World {
            now: self.now,
            stdin: &mut stdin,
            out: &mut out,
            err: &mut err,
            interactive: self.interactive,
        };
        let state = self.path("state").display().to_string();
        let first = ["cheti-verifier", "--state", &state];
        let args = first.iter().chain(args).map(|arg| OsString::from(*arg));
        let exit = run(args, &mut world);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran {
            exit,
            out: text(out),
            err: text(err),
        }
    }
}

#[test]
fn a_genuine_certificate_leads_with_the_name() {
    let (desk, world) = (Desk::new(), samples::World::default());
    let (bundle, file) = (
        desk.bundle(&world),
        desk.put("a.json", world.certificate(NAME)),
    );
    let ran = desk.run(&["check", &file, "--bundle", &bundle]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    let place = |text: &str| {
        ran.out
            .find(text)
            .unwrap_or_else(|| unreachable!("{text} in {}", ran.out))
    };
    assert!(place(NAME) < place("GENUINE"));
    place("Certificate number:  NC4-ACT-2026-000123");
    place("Compare this with the paper and with the person's identity card.");
    place("NOT CONFIRMED on this machine");
    place(&key(1).public_key().fingerprint());
}

#[test]
fn each_verdict_has_its_exit_code() {
    let desk = Desk::new();
    let cases = [
        (
            samples::World {
                set: Some(None),
                ..samples::World::default()
            },
            Exit::Invalid,
            "revoked",
        ),
        (
            samples::World {
                list_made: at("2026-10-02T00:00:00Z"),
                ..samples::World::default()
            },
            Exit::Undecided,
            "NOT DECIDED",
        ),
    ];
    for (world, exit, words) in cases {
        let (bundle, file) = (desk.bundle(&world), desk.put("a.txt", world.code(NAME)));
        let ran = desk.run(&["check", "--offline", &file, "--bundle", &bundle]);
        assert_eq!(ran.exit, exit, "{}", ran.out);
        assert!(
            ran.out.contains(words) && ran.out.contains(NAME),
            "{}",
            ran.out
        );
    }
}

/// The worst of several counts: trouble before invalid before undecided before valid.
#[test]
fn the_worst_of_several_counts() {
    let (desk, world) = (Desk::new(), samples::World::default());
    let bundle = desk.bundle(&world);
    let good = desk.put("good.json", world.certificate(NAME));
    let mut edited = Value::Object(document(&world.certificate(NAME)));
    edited["credentialSubject"]["name"] = "Another Person".into();
    let bad = desk.put("bad.json", edited.to_string());
    let open = desk.put("open.json", "{");
    let missing = desk.path("missing.json").display().to_string();
    for (files, exit) in [
        (vec![&good], Exit::Done),
        (vec![&good, &open], Exit::Undecided),
        (vec![&open, &bad, &good], Exit::Invalid),
        (vec![&missing, &bad, &good], Exit::Trouble),
    ] {
        let mut args = vec!["check", "--json", "--bundle", &bundle];
        args.extend(files.iter().map(|file| file.as_str()));
        let ran = desk.run(&args);
        assert_eq!(ran.exit, exit, "{files:?}");
        let readable = files.iter().filter(|file| Path::new(file).exists()).count();
        let lines: Vec<Value> = ran
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), readable);
        assert!(
            lines
                .iter()
                .all(|line| line["file"].is_string() && line["verdict"].is_string())
        );
        assert_eq!(
            ran.err.contains("error: cannot read"),
            exit == Exit::Trouble
        );
    }
    let claimed = desk.run(&["check", "--bundle", &bundle, &bad]);
    assert!(
        claimed.out.starts_with(&bad) && claimed.out.contains("NOT VERIFIED"),
        "{}",
        claimed.out
    );
}

#[test]
fn folders_archives_and_standard_input_are_read() {
    let (mut desk, world) = (Desk::new(), samples::World::default());
    let bundle = desk.bundle(&world);
    desk.put("in/a.json", world.certificate(NAME));
    desk.put("in/deeper/b.txt", world.code("Achieng"));
    desk.put("in/readme.docx", "PK\x03\x04 word/ [Content_Types].xml");
    let folder = desk.path("in").display().to_string();
    let ran = desk.run(&["check", "--bundle", &bundle, "--json", &folder]);
    assert_eq!(
        (ran.exit, ran.out.lines().count()),
        (Exit::Done, 2),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("note: passed over"), "{}", ran.err);
    let empty = desk.path("empty");
    fs::create_dir(&empty).unwrap();
    let ran = desk.run(&["check", "--bundle", &bundle, &empty.display().to_string()]);
    assert_eq!(ran.exit, Exit::Trouble);
    desk.stdin = world.certificate(NAME);
    assert_eq!(
        desk.run(&["check", "--bundle", &bundle, "-"]).exit,
        Exit::Done
    );
    desk.stdin = vec![b' '; (20 << 20) + 1];
    let ran = desk.run(&["check", "--bundle", &bundle, "-"]);
    assert!(
        ran.exit == Exit::Trouble && ran.err.contains("20 MiB"),
        "{}",
        ran.err
    );
}

#[test]
fn the_moment_may_be_named() {
    let (desk, world) = (Desk::new(), samples::World::default());
    let (bundle, file) = (
        desk.bundle(&world),
        desk.put("a.json", world.certificate(NAME)),
    );
    let ran = desk.run(&[
        "check",
        &file,
        "--bundle",
        &bundle,
        "--at",
        "1970-01-01T00:00:00Z",
    ]);
    assert_eq!(ran.exit, Exit::Undecided);
    assert!(ran.out.contains("the clock is wrong"), "{}", ran.out);
    assert_eq!(
        desk.run(&["check", &file, "--at", "yesterday"]).exit,
        Exit::Usage
    );
    assert_eq!(desk.run(&["check"]).exit, Exit::Usage);
    assert_eq!(desk.run(&["--help"]).exit, Exit::Done);
}

#[test]
fn trust_is_imported_once_and_held_to() {
    let (mut desk, world) = (Desk::new(), samples::World::default());
    let (bundle, file) = (
        desk.bundle(&world),
        desk.put("a.json", world.certificate(NAME)),
    );
    let ran = desk.run(&["check", &file]);
    assert!(
        ran.exit == Exit::Undecided && ran.out.contains("trust import"),
        "{}",
        ran.out
    );
    let fingerprint = key(1).public_key().fingerprint();
    let unasked = desk.run(&["trust", "import", &bundle]);
    assert!(
        unasked.exit == Exit::Trouble && unasked.err.contains(&fingerprint),
        "{}",
        unasked.err
    );
    desk.interactive = true;
    desk.stdin = b"no\n".to_vec();
    assert_eq!(desk.run(&["trust", "import", &bundle]).exit, Exit::Trouble);
    desk.stdin = b"yes\n".to_vec();
    let asked = desk.run(&["trust", "import", &bundle]);
    assert_eq!(asked.exit, Exit::Done, "{}", asked.err);
    assert!(asked.err.contains(&fingerprint) && asked.err.contains("NC4 SPECIMEN"));
    desk.interactive = false;
    let ran = desk.run(&["check", &file]);
    assert!(
        ran.exit == Exit::Done && ran.out.contains("pinned on this machine"),
        "{}",
        ran.out
    );
    let shown = desk.run(&["trust", "show"]);
    assert!(
        shown.out.contains(&fingerprint) && shown.out.contains(samples::LIST),
        "{}",
        shown.out
    );
    let other = key(9).public_key().to_multikey();
    let refused = desk.run(&["check", &file, "--root", &other]);
    assert!(
        refused.exit == Exit::Trouble && refused.err.contains("hint:"),
        "{}",
        refused.err
    );
}

#[test]
fn a_root_may_be_named_at_import() {
    let (desk, world) = (Desk::new(), samples::World::default());
    let bundle = desk.bundle(&world);
    let other = key(9).public_key().to_multikey();
    let refused = desk.run(&["trust", "import", &bundle, "--root", &other]);
    assert!(
        refused.exit == Exit::Trouble && refused.err.contains("not the one named"),
        "{}",
        refused.err
    );
    let root = key(1).public_key().to_multikey();
    assert_eq!(
        desk.run(&["trust", "import", &bundle, "--root", &root])
            .exit,
        Exit::Done
    );
    let older = samples::World {
        list_made: at("2026-10-16T00:00:00Z"),
        ..world
    };
    let refused = desk.run(&["trust", "import", &desk.bundle(&older)]);
    assert!(
        refused.exit == Exit::Trouble && refused.err.contains("used here before"),
        "{}",
        refused.err
    );
    assert_eq!(desk.run(&["trust", "update"]).exit, Exit::Trouble);
    let refused = desk.run(&["trust", "update", "--from", "http://nc4.example/bundle"]);
    assert!(
        refused.exit == Exit::Trouble && refused.err.contains("no https address"),
        "{}",
        refused.err
    );
}

/// THREATS 24: what a file says cannot draw on the terminal.
#[test]
fn claims_cannot_draw_on_the_terminal() {
    let (desk, world) = (Desk::new(), samples::World::default());
    let bundle = desk.bundle(&world);
    let mut edited = Value::Object(document(&world.certificate(NAME)));
    edited["credentialSubject"]["name"] = "\u{1b}[2J\u{202e}evil\r\nGENUINE".into();
    let file = desk.put("a.json", edited.to_string());
    let ran = desk.run(&["check", &file, "--bundle", &bundle]);
    assert!(
        !ran.out.contains(['\u{1b}', '\u{202e}', '\r']),
        "{:?}",
        ran.out
    );
    assert!(
        !ran.out.lines().any(|line| line.starts_with("GENUINE")),
        "{}",
        ran.out
    );
}
