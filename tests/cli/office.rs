//! An office to work in: a temporary folder with passphrases, a founded organisation, and the program to run there.

use std::ffi::OsStr;
use std::fs;
use std::ops::Deref;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, PoisonError, RwLock};

use cheti_issuer::app::ports::store::{Collection, Store};
use cheti_issuer::compose::store_folder;
use cheti_issuer::store::sled::SledStore;
use serde_json::Value;
use tempfile::TempDir;

/// Whose passphrases there are, for keys that exist and for keys that a drill may make.
const NAMES: [&str; 10] = [
    "root",
    "new-root",
    "issuing-1",
    "issuing-2",
    "status-1",
    "jane",
    "paul",
    "mary",
    "backup",
    "partner",
];

/// Three graduates whose names are to be found nowhere but in store and certificates.
pub(crate) const ROSTER: &str = "Full Name,P/No,Award\n\
    Zawadi Canarymbeki,30000017,Distinction\n\
    Wanjikũ Canarywa'Njoro,30000025,Credit\n\
    Otieno Canaryochieng,30000033,Pass\n";

/// What is in every name of [`ROSTER`].
pub(crate) const CANARY: &str = "Canary";

/// A temporary folder; the program runs in it, so paths are relative to it.
pub(crate) struct Office {
    folder: TempDir,
}

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Office {
    /// A folder with passphrases and nothing else.
    pub(crate) fn empty() -> Self {
        let office = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(office.path("passphrases")).unwrap();
        for name in NAMES {
            office.write_private(&passphrase_file(name), &format!("the words of {name}\n"));
        }
        office
    }

    /// An organisation with the operators jane and paul and the courses ACT (revocation) and SUS (suspension).
    pub(crate) fn founded() -> Self {
        let office = Self::empty();
        office.ok(&INIT);
        for (code, status) in [("ACT", "revocation"), ("SUS", "suspension")] {
            office.write("course.toml", course(code, status));
            office.ok(&["course", "add", "course.toml"]);
        }
        office
    }

    /// A founded office with a batch of `roster`, imported for `course`; the batch's id.
    pub(crate) fn with_batch(course: &str, roster: &str) -> (Self, String) {
        let office = Self::founded();
        let batch = office.import(course, roster);
        (office, batch)
    }

    /// An office with an issued batch of [`ROSTER`], its certificates in `out`; the batch's id.
    pub(crate) fn with_certificates(course: &str) -> (Self, String) {
        let (office, batch) = Self::with_batch(course, ROSTER);
        office.approve(&batch);
        office.ok(&["batch", "issue", &batch, "--out", "out"]);
        (office, batch)
    }

    /// Another office in the same state.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for folder in ["data", "passphrases"] {
            let mut command = Command::new("cp");
            command
                .arg("-a")
                .arg(self.path(folder))
                .arg(copy.path(folder));
            assert!(start(&mut command).wait().unwrap().success());
        }
        copy
    }

    /// Import a roster; the batch's id.
    pub(crate) fn import(&self, course: &str, roster: &str) -> String {
        self.write("roster.csv", roster);
        let answer = self.json(&import_args("roster.csv", course));
        answer["batch"]["id"].as_str().unwrap().to_owned()
    }

    /// jane submits, paul approves.
    pub(crate) fn approve(&self, batch: &str) {
        self.ok(&["batch", "submit", batch, "--operator", "jane"]);
        self.ok(&["batch", "approve", batch, "--operator", "paul"]);
    }

    /// A file in the office.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, octets: impl AsRef<[u8]>) {
        fs::write(self.path(name), octets).unwrap();
    }

    fn write_private(&self, name: &str, text: &str) {
        self.write(name, text);
        self.set_mode(name, 0o600);
    }

    pub(crate) fn set_passphrase(&self, name: &str, words: &str) {
        self.write_private(&passphrase_file(name), words);
    }

    pub(crate) fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names of the files in a folder, sorted; none when there is no folder.
    pub(crate) fn files(&self, name: &str) -> Vec<String> {
        files(&self.path(name))
    }

    /// The program with its usual arguments, through `wrapper` (such as `prlimit --as=...`) when it is not empty.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, wrapper: &[&str], args: &[S]) -> Command {
        let program = cheti_tests::programs::path("cheti-issuer");
        let mut command = match wrapper {
            [] => Command::new(program),
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
        };
        command
            .current_dir(self.folder.path())
            .env_remove("CHETI_DATA")
            .env_remove("CHETI_PASSPHRASES")
            .args(["--data", "data", "--passphrases", "passphrases"])
            .args(args)
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Answer {
        self.run_in(&[], args)
    }

    pub(crate) fn run_in(&self, wrapper: &[&str], args: &[&str]) -> Answer {
        let mut command = self.command(wrapper, args);
        let output = output(&mut command);
        Answer {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Run a command that does its work and has nothing to complain about.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let answer = self.run(args);
        assert_eq!(
            (answer.code, answer.err.as_str()),
            (Some(0), ""),
            "{args:?}"
        );
        answer.out
    }

    /// Run a command with `--json`; its whole output is one value.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let out = self.ok(&[&["--json"], args].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{args:?}: {error}: {out}"))
    }

    /// Run a command that fails with this code, an `error:` that has `words`, and a `hint:`.
    pub(crate) fn fails(&self, code: i32, args: &[&str], words: &str) -> Answer {
        self.run(args).failed(code, words)
    }

    /// The store, opened by this process, so that no other can.
    pub(crate) fn store(&self) -> Held {
        Held(Some(
            SledStore::open(&store_folder(&self.path("data"))).unwrap(),
        ))
    }

    /// Every record of a collection.
    pub(crate) fn records(&self, collection: Collection) -> Vec<(Vec<u8>, Vec<u8>)> {
        records(&*self.store(), collection)
    }
}

impl Answer {
    /// It failed as it should.
    pub(crate) fn failed(self, code: i32, words: &str) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.err.starts_with("error: "), "{self:?}");
        assert!(self.err.contains(words), "no \"{words}\" in {self:?}");
        let hint = self
            .err
            .lines()
            .find_map(|line| line.strip_prefix("hint: "));
        assert!(hint.is_some_and(|hint| !hint.is_empty()), "{self:?}");
        self
    }
}

pub(crate) const INIT: [&str; 15] = [
    "init",
    "--name",
    "Test Organisation (SPECIMEN)",
    "--did",
    "did:web:nc4.example",
    "--public-url",
    "https://nc4.example/",
    "--verify-url",
    "https://v.nc4.example/",
    "--root-key",
    "root.pem",
    "--operator",
    "jane=Jane Specimen",
    "--operator",
    "paul=Paul Specimen",
];

pub(crate) fn import_args<'a>(file: &'a str, course: &'a str) -> [&'a str; 9] {
    [
        "batch",
        "import",
        file,
        "--course",
        course,
        "--cohort",
        "Cohort 7",
        "--award-date",
        "2026-10-16",
    ]
}

fn passphrase_file(name: &str) -> String {
    format!("passphrases/{name}.txt")
}

pub(crate) fn course(code: &str, status: &str) -> String {
    format!(
        r#"
code = "{code}"
name = "Network Defence"
description = "Two weeks of defending networks."
criteria = "Attended every day."
achievement_type = "Certificate"
certificate_number = "NC4-{code}-{{year}}-{{serial}}"
status = "{status}"

[[field]]
key = "award"
label = "Award"
pointer = "/credentialSubject/result/0/value"
codec = "enum"
allowed = ["Pass", "Credit", "Distinction"]
"#
    )
}

pub(crate) fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

pub(crate) fn records(store: &dyn Store, collection: Collection) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    loop {
        let after = found.last().map(|(id, _)| id.clone());
        let page = store.scan(collection, b"", after.as_deref(), 500).unwrap();
        if page.is_empty() {
            return found;
        }
        found.extend(page);
    }
}

/// A store held by this process; free for others once this is dropped.
pub(crate) struct Held(Option<SledStore>);

impl Deref for Held {
    type Target = SledStore;

    fn deref(&self) -> &SledStore {
        self.0.as_ref().unwrap()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.0.take());
        settle();
    }
}

impl Held {
    /// The store under the type by which the use-cases know it; [`settle`] once it is dropped.
    pub(crate) fn shared(mut self) -> Arc<dyn Store> {
        Arc::new(self.0.take().unwrap())
    }
}

/// Held while a program is being started: until then the child has what this process has open, a store's lock too.
static STARTING: RwLock<()> = RwLock::new(());

/// Start a program.
pub(crate) fn start(command: &mut Command) -> Child {
    let _starting = STARTING.read().unwrap_or_else(PoisonError::into_inner);
    command.spawn().unwrap()
}

/// Run a program to its end; what it printed.
pub(crate) fn output(command: &mut Command) -> Output {
    let child = start(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
    child.wait_with_output().unwrap()
}

/// Wait until no child that is being started has a store's lock.
pub(crate) fn settle() {
    drop(STARTING.write().unwrap_or_else(PoisonError::into_inner));
}
