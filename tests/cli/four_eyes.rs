//! Nothing is issued or changed by one person, in no order of commands (THREATS 1).

use cheti_issuer::app::ports::store::{Collection, Commit, Key, Store as _};
use serde_json::Value;

use crate::office::{Office, ROSTER, records};

fn state(office: &Office, batch: &str) -> Value {
    office.json(&["batch", "show", batch])["batch"]["state"].clone()
}

#[test]
fn maker_is_not_checker() {
    let (office, batch) = Office::with_batch("ACT", ROSTER);
    let by = |verb, who| office.run(&["batch", verb, &batch, "--operator", who]);
    let issue = || office.run(&["batch", "issue", &batch, "--out", "out"]);

    issue().failed(1, "it must be approved");
    by("approve", "jane").failed(1, "it must be submitted");
    by("approve", "paul").failed(1, "it must be submitted");
    assert_eq!(by("submit", "jane").code, Some(0));
    issue().failed(1, "it must be approved");
    by("approve", "jane").failed(1, "jane cannot do both");
    by("submit", "paul").failed(1, "is submitted");
    by("submit", "jane").failed(1, "is submitted");
    let reject = ["batch", "reject", &batch, "--reason", "x", "--operator"];
    office.fails(1, &[&reject[..], &["jane"]].concat(), "jane cannot do both");
    by("approve", "jane").failed(1, "jane cannot do both");
    assert_eq!(state(&office, &batch), "submitted");
    assert_eq!(by("approve", "paul").code, Some(0));
    by("approve", "paul").failed(1, "is approved");
    by("submit", "paul").failed(1, "is approved");
    assert_eq!(state(&office, &batch), "approved");
    assert_eq!(office.files("out"), Vec::<String>::new());
    assert_eq!(issue().code, Some(0));
    issue();
    by("approve", "paul").failed(1, "is issued");
}

#[test]
fn a_rejected_batch_goes_no_further() {
    let (office, batch) = Office::with_batch("ACT", ROSTER);
    office.ok(&["batch", "submit", &batch, "--operator", "paul"]);
    let reject = ["batch", "reject", &batch, "--reason", "two names are wrong"];
    office.ok(&[&reject[..], &["--operator", "jane"]].concat());
    let shown = office.ok(&["batch", "show", &batch]);
    assert!(shown.contains("two names are wrong"), "{shown}");
    for verb in ["submit", "approve"] {
        let by = |who| office.run(&["batch", verb, &batch, "--operator", who]);
        by("jane").failed(1, "is rejected");
        by("paul").failed(1, "is rejected");
    }
    let issue = ["batch", "issue", &batch, "--out", "out"];
    office.fails(1, &issue, "is rejected");
}

#[test]
fn changes_take_two_people() {
    let (office, _) = Office::with_certificates("ACT");
    let revoke = ["revoke", "NC4-ACT-2026-000001", "--reason", "withdrawn"];
    let same = ["--operator", "jane", "--second", "jane"];
    office.fails(
        2,
        &[&revoke[..], &same].concat(),
        "one person cannot be both",
    );
    assert_eq!(office.json(&["change", "list"]), serde_json::json!([]));

    let proposed = office.json(&[&revoke[..], &["--operator", "jane"]].concat());
    let change = proposed["id"].as_str().unwrap();
    let by = |verb, who| office.run(&["change", verb, change, "--operator", who]);
    by("confirm", "jane").failed(1, "jane cannot do both");
    by("decline", "jane").failed(1, "jane cannot do both");
    assert_eq!(by("decline", "paul").code, Some(0));
    by("confirm", "paul").failed(1, "decided already");
    let shown = office.json(&["certificate", "show", "NC4-ACT-2026-000001"]);
    assert_eq!(shown["versions"][0]["standing"], "good");
}

#[test]
fn a_new_operator_needs_two_people_and_a_disabled_one_counts_no_more() {
    let (office, batch) = Office::with_batch("ACT", ROSTER);
    let add = ["operator", "add", "mary", "--name", "Mary Specimen"];
    let same = ["--operator", "jane", "--second", "jane"];
    office.fails(2, &[&add[..], &same].concat(), "one person cannot be both");
    let stranger = ["--operator", "nobody", "--second", "paul"];
    office
        .run(&[&add[..], &stranger].concat())
        .failed(4, "nobody");
    // What failed left nothing behind that stands in the way.
    let proposed = office.json(&[&add[..], &["--operator", "jane"]].concat());
    let submit = ["batch", "submit", &batch, "--operator", "mary"];
    office.fails(1, &submit, "there is no operator \"mary\"");
    let change = proposed["id"].as_str().unwrap();
    office.ok(&["change", "confirm", change, "--operator", "paul"]);
    office.ok(&submit);
    let disable = [
        "operator",
        "disable",
        "paul",
        "--operator",
        "jane",
        "--second",
        "mary",
    ];
    office.ok(&disable);
    let approve = |who| office.run(&["batch", "approve", &batch, "--operator", who]);
    approve("paul").failed(1, "paul was not active");
    assert_eq!(approve("jane").code, Some(0));
}

#[test]
fn an_operators_key_under_another_name_does_not_count() {
    let (office, batch) = Office::with_batch("ACT", ROSTER);
    office.ok(&["batch", "submit", &batch, "--operator", "jane"]);
    // jane signs as paul: with her own key file in the place of his.
    office.write(
        "data/keys/operators/paul.pem",
        office.read("data/keys/operators/jane.pem"),
    );
    office.set_passphrase("paul", "the words of jane");
    let approve = ["batch", "approve", &batch, "--operator", "paul"];
    office.fails(1, &approve, "does not bear that operator's signature");
    assert_eq!(state(&office, &batch), "submitted");
}

/// Somebody with access to the store edits it behind the program's back.
fn edit(office: &Office, collection: Collection, edit: impl Fn(&mut Value)) {
    let store = office.store();
    let (id, octets) = records(&*store, collection).remove(0);
    let mut value: Value = serde_json::from_slice(&octets).unwrap();
    edit(&mut value);
    let puts = vec![(
        Key::new(collection, id),
        serde_json::to_vec(&value).unwrap(),
    )];
    store
        .commit(Commit {
            puts,
            ..Commit::default()
        })
        .unwrap();
}

#[test]
fn what_was_edited_after_approval_is_not_issued() {
    type Edit = (Collection, fn(&mut Value), &'static str);
    let edits: [Edit; 6] = [
        (
            Collection::Row,
            |row| row["name"] = "A Friend".into(),
            "no longer is what was submitted",
        ),
        (
            Collection::Row,
            |row| row["extras"]["award"] = "Pass".into(),
            "no longer is what was submitted",
        ),
        (
            Collection::Batch,
            |batch| batch["cohort"] = "Cohort 8".into(),
            "no longer is what was submitted",
        ),
        (
            Collection::Batch,
            |batch| batch["award_date"] = "2020-01-01".into(),
            "no longer is what was submitted",
        ),
        (
            Collection::Batch,
            |batch| batch["decided"] = batch["submitted"].clone(),
            "jane cannot do both",
        ),
        (
            Collection::Batch,
            |batch| batch["decided"] = Value::Null,
            "there is no statement",
        ),
    ];
    for (collection, change, words) in edits {
        let (office, batch) = Office::with_batch("ACT", ROSTER);
        office.approve(&batch);
        edit(&office, collection, change);
        let issue = ["batch", "issue", &batch, "--out", "out"];
        office.fails(1, &issue, words);
        assert_eq!(office.files("out"), Vec::<String>::new());
        assert_eq!(office.records(Collection::Credential), Vec::new());
    }
}

#[test]
fn an_unapproved_batch_that_is_called_approved_is_not_issued() {
    let (office, batch) = Office::with_batch("ACT", ROSTER);
    office.ok(&["batch", "submit", &batch, "--operator", "jane"]);
    for state in ["approved", "issuing"] {
        edit(&office, Collection::Batch, |batch| {
            batch["state"] = state.into()
        });
        let issue = ["batch", "issue", &batch, "--out", "out"];
        office.fails(1, &issue, "there is no statement");
    }
    assert_eq!(office.records(Collection::Credential), Vec::new());
}
