//! Ceremony day: hand-outs, no-shows and the reckoning afterwards.

use cheti_shared::ids::CredentialId;

use super::office::{Office, key, officer};
use crate::app::changes::{propose, show_change};
use crate::app::courses::add_course;
use crate::app::error::AppError;
use crate::app::hand_out::{check_in_list, close_ceremony, hand_out, hand_out_at, undo_hand_out};
use crate::app::many::{MANY, carry_out};
use crate::app::papers::deliverable;
use crate::app::reconcile::{no_shows, reconcile};
use crate::domain::batch::BatchId;
use crate::domain::certificate::{Certificate, Standing};
use crate::domain::change::{ChangeState, Each, RevocationReason, What};
use crate::domain::course::tests::COURSE;
use crate::domain::hand_out::{HandOutError, UndoReason};
use crate::domain::name::PersonName;
use crate::domain::plan::CHUNK;
use crate::domain::reconciliation::Account;

const ROSTER: &str = "Full Name,P/No,Award\n\
    Zawadi Mbeki,30000017,Distinction\n\
    Amina Hassan,30000025,Credit\n\
    Otieno Ochieng,30000033,Pass\n\
    Juma Kariuki,30000041,Pass\n";

/// The course, with certificates that can be suspended.
fn suspendable() -> String {
    COURSE.replacen("[partner]", "status = \"suspension\"\n\n[partner]", 1)
}

fn code(office: &Office, certificate: &Certificate, version: usize) -> String {
    let version = &certificate.versions[version];
    deliverable(&office.desk, certificate, version)
        .unwrap()
        .code
}

fn refused<T: std::fmt::Debug>(result: Result<T, AppError>) -> HandOutError {
    match result {
        Err(AppError::HandOut(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn papers_are_handed_out_by_number_or_by_code() {
    let office = Office::founded();
    let (batch, certificates) = office.issued("Cohort 7", ROSTER);
    let desk = &office.desk;
    let scanned = code(&office, &certificates[0], 0);
    assert_eq!(
        hand_out(desk, &scanned, "jane").unwrap().name,
        "Zawadi Mbeki"
    );
    let typed = format!(" {} ", certificates[1].number.to_lowercase());
    assert_eq!(hand_out(desk, &typed, "jane").unwrap().name, "Amina Hassan");
    assert!(matches!(
        refused(hand_out(desk, &scanned, "paul")),
        HandOutError::Already { .. }
    ));
    let third = &certificates[2].number;
    assert!(matches!(
        refused(hand_out_at(
            desk,
            &BatchId::from_random([9; 4]),
            third,
            "jane"
        )),
        HandOutError::OtherBatch { .. }
    ));
    hand_out_at(desk, &batch, third, "jane").unwrap();
    undo_hand_out(desk, third, UndoReason::Misread, "jane").unwrap();
    undo_hand_out(desk, &scanned, UndoReason::WrongPerson, "paul").unwrap();
    assert!(matches!(
        refused(undo_hand_out(desk, &scanned, UndoReason::Misread, "paul")),
        HandOutError::NotHandedOut { .. }
    ));
    let out: Vec<bool> = check_in_list(desk, &batch)
        .unwrap()
        .iter()
        .map(|line| line.handed_out.is_some())
        .collect();
    assert_eq!(out, [false, true, false, false]);
    for nonsense in ["", "x", "https://v.nc4.example/#912345", "99999999"] {
        assert!(matches!(
            hand_out(desk, nonsense, "jane"),
            Err(AppError::NotFound { .. })
        ));
    }
}

#[test]
fn a_paper_that_was_replaced_is_not_handed_out() {
    let office = Office::founded();
    let (_, certificates) = office.issued("Cohort 7", ROSTER);
    let old = code(&office, &certificates[2], 0);
    let credential = certificates[2].id;
    let name = PersonName::parse("Otieno Ochieng'").ok();
    let extras = Default::default();
    office
        .change(What::Correct {
            credential,
            name,
            extras,
        })
        .unwrap();
    assert!(matches!(
        refused(hand_out(&office.desk, &old, "jane")),
        HandOutError::OldPaper { current: 2, .. }
    ));
    let now = office.desk.certificate(&credential).unwrap().value;
    hand_out(&office.desk, &code(&office, &now, 1), "jane").unwrap();
}

#[test]
fn no_shows_are_awarded_in_absentia_or_withdrawn_by_two_people() {
    let office = Office::founded();
    let (batch, certificates) = office.issued("Cohort 7", ROSTER);
    let desk = &office.desk;
    hand_out(desk, &certificates[0].number, "jane").unwrap();
    let closing = close_ceremony(desk, &batch, "jane").unwrap();
    assert_eq!(closing.in_absentia, 3);
    refused(close_ceremony(desk, &batch, "jane"));
    hand_out(desk, &certificates[1].number, "jane").unwrap();

    let absent = no_shows(desk, &batch).unwrap();
    assert_eq!(absent, [certificates[2].id, certificates[3].id]);
    let withdrawal = |certificates| What::Withdraw {
        batch: batch.clone(),
        certificates,
    };
    let twice = vec![absent[0], absent[0]];
    for wrong in [vec![certificates[0].id], twice] {
        refused(office.change(withdrawal(wrong)));
    }
    let proposed = propose(desk, withdrawal(absent), "", &officer("jane"), &key(1)).unwrap();
    assert!(
        carry_out(desk, &proposed.id, "jane").is_err(),
        "one person is not enough"
    );
    office.confirm(&proposed.id).unwrap();
    assert_eq!(
        show_change(desk, &proposed.id).unwrap().state,
        ChangeState::Done
    );
    let again = carry_out(desk, &proposed.id, "jane").unwrap();
    assert_eq!((again.changed, again.before, again.left), (0, 2, 0));

    let sums = reconcile(desk, &batch).unwrap();
    assert_eq!(sums.discrepancies, Vec::<String>::new());
    let parts = (
        sums.prepared,
        sums.handed_out,
        sums.not_handed_out,
        sums.withdrawn,
    );
    assert_eq!(parts, (4, 2, 0, 2));
    assert_eq!(sums.of_account(Account::Withdrawn).count(), 2);
    refused(hand_out(desk, &certificates[3].number, "jane"));
    assert_eq!(sums.closing, Some(closing));
}

#[test]
fn whoever_comes_after_the_decision_keeps_the_certificate() {
    let office = Office::founded();
    let (batch, certificates) = office.issued("Cohort 7", ROSTER);
    let desk = &office.desk;
    let absent = no_shows(desk, &batch).unwrap();
    let what = What::Withdraw {
        batch: batch.clone(),
        certificates: absent,
    };
    let proposed = propose(desk, what, "", &officer("jane"), &key(1)).unwrap();
    hand_out(desk, &certificates[1].number, "jane").unwrap();
    // The second person confirms a list that is not true any more.
    refused(office.confirm(&proposed.id));
    let sums = reconcile(desk, &batch).unwrap();
    assert_eq!((sums.handed_out, sums.withdrawn), (1, 0));
}

#[test]
fn a_withdrawal_that_stopped_half_way_goes_on() {
    let office = Office::founded();
    let mut roster = "Full Name,P/No,Award\n".to_owned();
    for number in 0..=CHUNK {
        roster += &format!("Amina Hassan,{},Pass\n", 30_000_000 + number);
    }
    let (batch, _) = office.issued("Cohort 7", &roster);
    let certificates = no_shows(&office.desk, &batch).unwrap();
    let what = What::Withdraw {
        batch: batch.clone(),
        certificates,
    };
    let proposed = propose(&office.desk, what, "", &officer("jane"), &key(1)).unwrap();
    // The confirmation and the first of two parts.
    let weak = office.stopping_after(2);
    assert!(weak.confirm(&proposed.id).is_err());
    let sums = reconcile(&office.desk, &batch).unwrap();
    let chunk = u32::try_from(CHUNK).unwrap();
    assert_eq!((sums.withdrawn, sums.not_handed_out), (chunk, 1));
    let done = carry_out(&office.desk, &proposed.id, "paul").unwrap();
    assert_eq!((done.changed, done.before, done.left), (1, chunk, 0));
    assert_eq!(
        reconcile(&office.desk, &batch).unwrap().withdrawn,
        chunk + 1
    );
}

/// One change to many, by two people: each in its status list, none twice, and those that changed meanwhile passed over.
#[test]
fn many_change_together() {
    let office = Office::founded();
    let (_, certificates) = office.issued("Cohort 7", ROSTER);
    let desk = &office.desk;
    let all: Vec<_> = certificates.iter().map(|one| one.id).collect();
    let reason = RevocationReason::IssuedInError;
    let each = Each::Revoke { reason };
    let many = |each, certificates: &[CredentialId]| What::Many {
        each,
        certificates: certificates.to_vec(),
    };
    for wrong in [
        many(each, &[]),
        many(each, &[all[0], all[0]]),
        many(Each::Reinstate, &all),
        many(each, &vec![all[0]; MANY + 1]),
    ] {
        assert!(propose(desk, wrong, "", &officer("jane"), &key(1)).is_err());
    }
    let proposed = propose(desk, many(each, &all[..3]), "", &officer("jane"), &key(1)).unwrap();
    assert!(carry_out(desk, &proposed.id, "jane").is_err());
    // One of them ends before the second person decides.
    let credential = all[0];
    office.change(What::Revoke { credential, reason }).unwrap();
    office.confirm(&proposed.id).unwrap();
    let ended = |id| {
        desk.certificate(id)
            .unwrap()
            .value
            .current()
            .unwrap()
            .standing
    };
    for id in &all[..3] {
        assert_eq!(ended(id), Standing::Ended(reason.into()));
    }
    assert_eq!(ended(&all[3]), Standing::Good);
    let again = carry_out(desk, &proposed.id, "jane").unwrap();
    assert_eq!((again.changed, again.before, again.left), (0, 3, 0));
    assert!(propose(desk, many(each, &all), "", &officer("jane"), &key(1)).is_err());
}

/// Going on with a change that was made does nothing: what two people decided since is not one person's to undo.
#[test]
fn a_change_passes_each_certificate_once() {
    let office = Office::founded();
    let desk = &office.desk;
    add_course(desk, &suspendable(), "jane").unwrap();
    let (_, certificates) = office.issued("Cohort 7", ROSTER);
    let what = What::Many {
        each: Each::Suspend,
        certificates: certificates.iter().map(|one| one.id).collect(),
    };
    let suspended = office.change(what).unwrap();
    let credential = certificates[0].id;
    let standing = || {
        desk.certificate(&credential)
            .unwrap()
            .value
            .current()
            .unwrap()
            .standing
    };
    assert_eq!(standing(), Standing::Suspended);
    office.change(What::Reinstate { credential }).unwrap();
    let again = carry_out(desk, &suspended.id, "jane").unwrap();
    assert_eq!((again.changed, again.before), (0, 4));
    assert_eq!(standing(), Standing::Good);
}

#[test]
fn a_batch_that_is_not_issued_is_accounted_for_too() {
    let office = Office::founded();
    let batch = office.imported("Cohort 7", ROSTER).id;
    let sums = reconcile(&office.desk, &batch).unwrap();
    assert_eq!((sums.prepared, sums.not_issued), (4, 4));
    assert_eq!(sums.discrepancies, Vec::<String>::new());
    assert!(check_in_list(&office.desk, &batch).is_err());
}
