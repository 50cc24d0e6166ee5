//! Drills for bad days: a lost passphrase, a compromised key, a burnt computer, a new root.

use cheti_shared::bundle::Bundle;
use cheti_shared::bundle::trust_list::{Ending, KeyRole, TrustList, signing_root};
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::key::PublicKey;

use crate::office::{Office, ROSTER, files};

const PUBLISH: [&str; 6] = [
    "trust",
    "publish",
    "--root-key",
    "root.pem",
    "--bundle",
    "bundle.json",
];

fn bundle(office: &Office) -> Bundle {
    Bundle::parse(&office.read("bundle.json")).unwrap()
}

fn root(office: &Office) -> PublicKey {
    signing_root(&bundle(office).trust_list).unwrap()
}

/// The issuing key of every certificate in a folder and its ending, by the bundle and the pinned root alone. Each
/// certificate's signature must hold.
fn keys_of(office: &Office, folder: &str, pinned: &PublicKey) -> Vec<(String, Option<Ending>)> {
    let bundle = bundle(office);
    let trusted = TrustList::verify(&bundle.trust_list, &bundle.handovers, pinned).unwrap();
    let mut found = Vec::new();
    for file in office.files(folder) {
        if !file.ends_with(".json") {
            continue;
        }
        let credential =
            SignedCredential::parse(&office.read(&format!("{folder}/{file}"))).unwrap();
        let issuer = trusted.issuer(credential.issuer()).unwrap();
        let document = issuer.did_document().unwrap();
        assert_eq!(credential.proofs().len(), 2, "{file}");
        for proof in credential.proofs() {
            let id = proof.verification_method();
            let trusted = issuer.key(id).unwrap();
            assert_eq!(trusted.role, KeyRole::Issuing);
            let method = document
                .methods
                .iter()
                .find(|method| method.id == id)
                .unwrap();
            credential.check_proof(proof, &method.key).unwrap().unwrap();
            found.push((id.to_owned(), trusted.ended.map(|end| end.how)));
        }
    }
    found.dedup();
    found
}

const FIRST: &str = "did:web:nc4.example#issuing-1";
const SECOND: &str = "did:web:nc4.example#issuing-2";

fn owned(id: &str, how: Option<Ending>) -> Vec<(String, Option<Ending>)> {
    vec![(id.to_owned(), how)]
}

#[test]
fn after_a_lost_passphrase_old_certificates_hold_and_new_ones_are_issued() {
    let (office, _) = Office::with_certificates("ACT");
    office.ok(&PUBLISH);
    let pinned = root(&office);
    assert_eq!(keys_of(&office, "out", &pinned), owned(FIRST, None));
    // Approved before the key was lost: what was approved names the lost key.
    let approved = office.import("ACT", ROSTER);
    office.approve(&approved);

    office.set_passphrase("issuing-1", "no longer known");
    let issue = ["batch", "issue", &approved, "--out", "second"];
    office.fails(4, &issue, "issuing-1.pem");
    let said = office.ok(&["key", "rotate", "issuing"]);
    assert!(
        said.contains(SECOND) && said.contains("trust publish"),
        "{said}"
    );
    office.fails(1, &issue, "import the roster again");
    assert_eq!(office.files("second"), Vec::<String>::new());

    office.ok(&PUBLISH);
    assert_eq!(
        keys_of(&office, "out", &pinned),
        owned(FIRST, Some(Ending::Rotated))
    );
    let again = office.import("ACT", ROSTER);
    office.approve(&again);
    office.ok(&["batch", "issue", &again, "--out", "second"]);
    assert_eq!(keys_of(&office, "second", &pinned), owned(SECOND, None));
    assert!(office.ok(&["audit", "verify"]).contains("is whole"));
}

#[test]
fn a_status_key_is_replaced_too() {
    let (office, _) = Office::with_certificates("ACT");
    office.set_passphrase("status-2", "the words of status-2");
    office.ok(&["key", "rotate", "status"]);
    office.ok(&PUBLISH);
    let list = &bundle(&office).status_lists[0].list;
    let credential = SignedCredential::from_document(list.clone()).unwrap();
    let method = credential.proofs()[0].verification_method();
    assert_eq!(method, "did:web:nc4.example#status-2");
}

#[test]
fn a_compromised_key_is_published_as_such_and_signs_no_more() {
    let (office, _) = Office::with_certificates("ACT");
    let approved = office.import("ACT", ROSTER);
    office.approve(&approved);
    let unknown = ["key", "compromised", "did:web:nc4.example#issuing-9"];
    office.fails(1, &unknown, "there is no signing key");
    office.ok(&[
        "key",
        "compromised",
        FIRST,
        "--since",
        "2026-01-01T00:00:00Z",
    ]);
    office.ok(&PUBLISH);
    let pinned = root(&office);
    let ended = owned(FIRST, Some(Ending::Compromised));
    assert_eq!(keys_of(&office, "out", &pinned), ended);
    let issue = ["batch", "issue", &approved, "--out", "second"];
    office.fails(1, &issue, "no active issuing key");
    office.ok(&["key", "rotate", "issuing"]);
    office.ok(&PUBLISH);
    assert_eq!(keys_of(&office, "out", &pinned), ended);
    office.fails(1, &issue, "import the roster again");
    let again = office.import("ACT", ROSTER);
    office.approve(&again);
    office.ok(&["batch", "issue", &again, "--out", "second"]);
    assert_eq!(keys_of(&office, "second", &pinned), owned(SECOND, None));
}

#[test]
fn a_backup_and_copies_of_the_keys_bring_everything_back() {
    let (office, first) = Office::with_certificates("ACT");
    let approved = office.import("ACT", ROSTER);
    office.approve(&approved);
    office.ok(&PUBLISH);
    let head = office.json(&["audit", "verify"]);
    office.ok(&["backup", "office.age"]);
    office.fails(2, &["backup", "office.age"], "exists already");
    assert!(
        !files(&office.path("."))
            .iter()
            .any(|file| file.ends_with(".part"))
    );

    let keys = office.path("keys-kept-apart");
    std::fs::rename(office.path("data/keys"), &keys).unwrap();
    std::fs::remove_dir_all(office.path("data")).unwrap();
    office.set_passphrase("backup", "not these words");
    office.fails(4, &["restore", "office.age"], "passphrase");
    assert!(!office.path("data").exists());
    office.set_passphrase("backup", "the words of backup");
    let whole = office.read("office.age");
    office.write("cut.age", &whole[..whole.len() - 100]);
    office.fails(4, &["restore", "cut.age"], "cut short");
    assert!(!office.path("data").exists());
    office.ok(&["restore", "office.age"]);
    office.fails(4, &["restore", "office.age"], "holds a store already");
    let issue = ["batch", "issue", &approved, "--out", "second"];
    office.fails(4, &issue, "issuing-1.pem");
    std::fs::rename(&keys, office.path("data/keys")).unwrap();

    assert_eq!(office.json(&["audit", "verify"]), head);
    office.ok(&["batch", "issue", &first, "--out", "again"]);
    for file in office.files("out") {
        let (before, after) = (format!("out/{file}"), format!("again/{file}"));
        assert!(office.read(&before) == office.read(&after), "{file}");
    }
    office.ok(&issue);
    assert_eq!(office.files("second").len(), 6);
    // Numbers go on where they were.
    office.ok(&["certificate", "show", "NC4-ACT-2026-000006"]);
}

#[test]
fn the_root_is_handed_over_and_verifiers_follow() {
    let (office, _) = Office::with_certificates("ACT");
    office.ok(&PUBLISH);
    let pinned = root(&office);
    let hand_over = [
        "trust",
        "new-root",
        "--root-key",
        "root.pem",
        "--new-root-key",
    ];
    office.fails(
        4,
        &[&hand_over[..], &["root.pem"]].concat(),
        "exists already",
    );
    office.ok(&[&hand_over[..], &["new.pem"]].concat());
    office.fails(1, &PUBLISH, "not the organisation's root key");
    office.set_passphrase("root", "the words of new-root");
    office.ok(&PUBLISH.map(|arg| if arg == "root.pem" { "new.pem" } else { arg }));
    assert_ne!(root(&office), pinned);
    assert_eq!(keys_of(&office, "out", &pinned), owned(FIRST, None));
    let new = root(&office);
    assert_eq!(keys_of(&office, "out", &new), owned(FIRST, None));
    assert!(office.ok(&["audit", "verify"]).contains("is whole"));
}
