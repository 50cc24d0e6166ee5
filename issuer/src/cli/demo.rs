//! `demo`: a sample cohort from spreadsheet to certificates, so that there is something to look at and to verify.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::key::Signer;

use super::Session;
use super::args::{Demo, Init};
use super::failure::Failure;
use super::init::establish;
use super::output::{make_folder, say};
use super::passphrase::Passphrases;
use super::printing::save;
use super::trust;
use crate::app::approve_batch::{approve_batch, submit_batch};
use crate::app::certificates::find_certificate;
use crate::app::changes::{Tools, confirm, propose};
use crate::app::courses::add_course_from;
use crate::app::desk::Desk;
use crate::app::error::AppError;
use crate::app::import_roster::{Cohort, import_roster};
use crate::app::issue_batch::issue_batch;
use crate::app::kits::FileWanted;
use crate::app::papers::deliverable;
use crate::app::ports::Entropy as _;
use crate::app::ports::rosters::RosterFile;
use crate::app::print_certificate::press_of;
use crate::app::publish::Lifetimes;
use crate::compose::{SystemEntropy, write_new};
use crate::domain::batch::Batch;
use crate::domain::certificate::Certificate;
use crate::domain::change::{RevocationReason, What};
use crate::domain::course::Course;
use crate::domain::name::PersonName;
use crate::domain::operator::OperatorId;
use crate::domain::print_kit::Restyle;

const FOLDER: &str = "demo";
/// Says that the folder is this command's own and may be replaced.
const MARK: &str = ".cheti-demo";
const COURSE: &str = include_str!("../../demo/course.toml");
/// What the course file names beside it.
const BESIDE: [(&str, &[u8]); 3] = [
    ("crest.svg", include_bytes!("../../demo/crest.svg")),
    ("director.svg", include_bytes!("../../demo/director.svg")),
    ("partner.svg", include_bytes!("../../demo/partner.svg")),
];
const ROSTER: &str = include_str!("../../demo/cohort.csv");
/// Certificates by serial: one to be revoked, one whose name was misspelt.
const REVOKED: &str = "000012";
const CORRECTED: (&str, &str) = ("000010", "Naomi Chebet Kipkorir-Langat");

pub(crate) fn demo(args: &Demo) -> Result<ExitCode, Failure> {
    let folder = PathBuf::from(FOLDER);
    prepare(&folder)?;
    let session = establish_demo(&folder, args)?;
    let desk = &session.house.desk;
    let [maker, checker] = people()?;
    let (maker_key, checker_key) = (
        session.operator_key(maker.as_str())?,
        session.operator_key(checker.as_str())?,
    );
    let issuing = session.signing_key(KeyRole::Issuing)?;

    let batch = issue_cohort(
        &session,
        (&maker, &maker_key),
        (&checker, &checker_key),
        &issuing,
    )?;
    let number = |serial: &str| format!("NC4-ACT-{}-{serial}", batch.award_date.year());
    let revoked = find_certificate(desk, &number(REVOKED))?;
    let corrected = find_certificate(desk, &number(CORRECTED.0))?;
    let name = PersonName::parse(CORRECTED.1)
        .map_err(|error| Failure::usage(error.to_string(), error.advice()))?;
    let changes = [
        What::Revoke {
            credential: revoked.id,
            reason: RevocationReason::IssuedInError,
        },
        What::Correct {
            credential: corrected.id,
            name: Some(name),
            extras: Default::default(),
        },
    ];
    for what in changes {
        let change = propose(desk, what, "demonstration", &maker, &maker_key)?;
        let tools = Tools {
            issuing: Some(&issuing),
            room: &*session.house.room,
        };
        confirm(desk, &change.id, &checker, &checker_key, tools)?;
    }
    publish(&session, &folder)?;
    let saved = save_all(&session, &batch, &folder.join("certificates"))?;
    tell(&session, &folder, saved, &revoked, &corrected)?;
    Ok(ExitCode::SUCCESS)
}

/// An empty folder that is this command's own.
fn prepare(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        if !folder.join(MARK).is_file() {
            let message = format!(
                "the folder {} is not one that this command made; it was left as it is",
                folder.display()
            );
            return Err(Failure::usage(
                message,
                "move it away, or run the command in another folder",
            ));
        }
        fs::remove_dir_all(folder).map_err(|error| Failure::file("replaced", folder, &error))?;
    }
    make_folder(&folder.join("passphrases"))?;
    make_folder(&folder.join("certificates"))?;
    let mark = folder.join(MARK);
    fs::write(
        &mark,
        "Made by `cheti-issuer demo`, which may replace this folder.\n",
    )
    .map_err(|error| Failure::file("written", &mark, &error))
}

fn people() -> Result<[OperatorId; 2], Failure> {
    let id = |text: &str| {
        text.parse::<OperatorId>()
            .map_err(|error| Failure::usage(error.to_string(), ""))
    };
    Ok([id("registrar")?, id("approver")?])
}

fn establish_demo(folder: &Path, args: &Demo) -> Result<Session, Failure> {
    let secrets = folder.join("passphrases");
    for name in [
        "root",
        "issuing-1",
        "status-1",
        "registrar",
        "approver",
        "backup",
    ] {
        write_new(
            &secrets.join(format!("{name}.txt")),
            random_words()?.as_bytes(),
        )?;
    }
    let passphrases = Passphrases::new(Some(secrets));
    let init = Init {
        name: "National Computer and Cybercrimes Coordination Committee (SPECIMEN)".to_owned(),
        did: "did:web:nc4.example".to_owned(),
        public_url: "https://nc4.example/".to_owned(),
        verify_url: args.verify_url.clone(),
        contact: Some("certificates@nc4.example".to_owned()),
        utc_offset: "+03:00".parse().map_err(|_| Failure::usage("offset", ""))?,
        root_key: folder.join("root-key.pem"),
        operators: vec![
            ("registrar".to_owned(), "Specimen Registrar".to_owned()),
            ("approver".to_owned(), "Specimen Approver".to_owned()),
        ],
        administrator: None,
        local_tls: Vec::new(),
    };
    let house = establish(&folder.join("data"), &passphrases, &init)?;
    Ok(Session {
        house,
        passphrases,
        json: false,
    })
}

/// 26 characters of five bits each: 130 random bits.
fn random_words() -> Result<String, Failure> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut octets = [0; 26];
    SystemEntropy.fill(&mut octets).map_err(AppError::from)?;
    let letter = |octet: &u8| char::from(LETTERS[usize::from(octet % 32)]);
    Ok(octets.iter().map(letter).collect())
}

/// The course of `issuer/demo`, with the files beside it.
fn add_sample_course(session: &Session) -> Result<Course, Failure> {
    let room = &*session.house.room;
    let read = |wanted: &FileWanted<'_>| {
        let found = BESIDE.iter().find(|(name, _)| *name == wanted.name);
        let missing = || AppError::NotFound {
            what: "file of the demonstration",
            id: wanted.name.to_owned(),
        };
        found.map(|(_, octets)| octets.to_vec()).ok_or_else(missing)
    };
    let added = add_course_from(&session.house.desk, room, COURSE, &read, "system")?;
    Ok(added.course)
}

fn issue_cohort(
    session: &Session,
    (maker, maker_key): (&OperatorId, &dyn Signer),
    (checker, checker_key): (&OperatorId, &dyn Signer),
    issuing: &dyn Signer,
) -> Result<Batch, Failure> {
    let desk = &session.house.desk;
    let course = add_sample_course(session)?;
    let file = RosterFile {
        bytes: ROSTER.as_bytes(),
        name: "cohort.csv",
        sheet: None,
        map: &[],
    };
    let read = session
        .house
        .rosters
        .read(&file, &course.roster_fields())
        .map_err(AppError::from)?;
    let cohort = Cohort {
        course: course.code,
        name: "Cohort 7".to_owned(),
        award_date: award_date(desk)?,
        valid_from: None,
    };
    let batch = import_roster(desk, &*session.house.room, &cohort, &read.checked, "system")?;
    submit_batch(desk, &batch.id, maker, maker_key)?;
    approve_batch(desk, &batch.id, checker, checker_key)?;
    Ok(issue_batch(desk, &batch.id, issuing, "system", &|_, _| {})?)
}

/// A week ago, so that the certificates hold already.
fn award_date(desk: &Desk) -> Result<cheti_shared::time::Date, Failure> {
    let offset = desk.organisation()?.utc_offset;
    Ok(desk.clock.now().plus_seconds(-7 * 86_400).date_at(offset))
}

fn publish(session: &Session, folder: &Path) -> Result<(), Failure> {
    let status = session.signing_key(KeyRole::Status)?;
    let (root, bundle) = (folder.join("root-key.pem"), folder.join("bundle.json"));
    let (root, bundle) = (Some(root.as_path()), Some(bundle.as_path()));
    trust::publish(session, &status, root, bundle, Lifetimes::default())?;
    Ok(())
}

/// Every version of every certificate, as the graduates and their employers may hold them.
fn save_all(session: &Session, batch: &Batch, folder: &Path) -> Result<usize, Failure> {
    let (desk, room) = (&session.house.desk, &*session.house.room);
    let number = |serial| format!("NC4-ACT-{}-{serial:06}", batch.award_date.year());
    let first = find_certificate(desk, &number(1))?;
    let press = press_of(desk, room, &first, Restyle::default())?;
    let mut saved = 0;
    for serial in 1..=batch.graduates {
        let certificate = find_certificate(desk, &number(serial))?;
        for version in &certificate.versions {
            let one = deliverable(desk, &certificate, version)?;
            let pdf = press.print(&one.sheet()).map_err(AppError::from)?;
            save(folder, &one, &pdf)?;
            saved += 1;
        }
    }
    Ok(saved)
}

fn tell(
    session: &Session,
    folder: &Path,
    saved: usize,
    revoked: &Certificate,
    corrected: &Certificate,
) -> Result<(), Failure> {
    let desk = &session.house.desk;
    let stem = |certificate: &Certificate, version: usize| -> Result<String, Failure> {
        let certificate = find_certificate(desk, &certificate.id.to_string())?;
        let version = certificate
            .versions
            .get(version)
            .unwrap_or(certificate.current().map_err(AppError::from)?);
        Ok(deliverable(desk, &certificate, version)?.stem)
    };
    let root = desk.organisation()?.root;
    let folder = folder.display();
    let lines = [
        "A sample cohort of 24 was imported, submitted, approved by a second officer, signed and printed."
            .to_owned(),
        format!(
            "{saved} certificates (PDF and JSON) are in {folder}/certificates; everything in them is a SPECIMEN."
        ),
        format!("  revoked:   {}", stem(revoked, 0)?),
        format!(
            "  corrected: {} is superseded by {}",
            stem(corrected, 0)?,
            stem(corrected, 1)?
        ),
        format!(
            "  to look at: {folder}/certificates/{}.pdf",
            stem(corrected, 1)?
        ),
        format!(
            "Root fingerprint {}. Keys and passphrases are in {folder}: for looking, not for use.",
            root.fingerprint()
        ),
        String::new(),
        "Bind the cohort as a book for a print shop, with a contact sheet, a checklist and labels:"
            .to_owned(),
        format!(
            "  cargo run --release -- --data {folder}/data batch print {} --format book --marks --lists --out {folder}/book.pdf",
            revoked.batch
        ),
        "Verify them all, offline (two are not valid, so the exit code is 1):".to_owned(),
        format!(
            "  cargo run --release -p cheti-verifier -- check {folder}/certificates --bundle {folder}/bundle.json --offline"
        ),
        "Serve the verifier, then open http://127.0.0.1:8080/".to_owned(),
        format!(
            "  cargo run --release -p cheti-verifier -- serve --listen 127.0.0.1:8080 --bundle {folder}/bundle.json"
        ),
        "Serve the issuer's status lists, trust bundle and administration:".to_owned(),
        format!(
            "  cargo run --release -- --data {folder}/data --passphrases {folder}/passphrases serve"
        ),
    ];
    say(false, &lines.join("\n"), &());
    Ok(())
}
