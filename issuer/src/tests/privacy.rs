//! A graduate asks what is held, and asks to be forgotten (THREATS 23).

use super::office::{Office, key, officer};
use crate::app::audit::verify_journal;
use crate::app::certificates::find_certificate;
use crate::app::changes::propose;
use crate::app::drafts::{keep_draft, show_draft};
use crate::app::erase::erasure;
use crate::app::error::AppError;
use crate::app::hand_out::{check_in_list, hand_out};
use crate::app::papers::deliverable;
use crate::app::ports::store::{Collection, Commit, Key};
use crate::app::print_batch::PrintRun;
use crate::app::print_certificate::{print_version, reprint};
use crate::app::reconcile::reconcile;
use crate::app::reindex::reindex;
use crate::app::search::{Question, search};
use crate::app::subject_file::subject_file;
use crate::domain::ceremony::Order;
use crate::domain::change::What;
use crate::domain::name::PersonName;
use crate::domain::search::State;

const ROSTER: &str = "Full Name,P/No,Award\n\
    Zawadi Canarymbeki,30000017,Distinction\n\
    Zawadi Canarymbekì,30000018,Distinction\n\
    Amina Hassan,30000025,Credit\n\
    Otieno Ochieng,30000033,Pass\n";

/// Every octet of the store, as text.
fn everything(office: &Office) -> String {
    let mut text = String::new();
    for collection in Collection::ALL {
        for (id, value) in office
            .desk
            .store
            .scan(collection, b"", None, 9_999)
            .unwrap()
        {
            text += &String::from_utf8_lossy(&id);
            text += &String::from_utf8_lossy(&value);
        }
    }
    text
}

fn erase(office: &Office, number: &str) -> Result<(), AppError> {
    let certificate = find_certificate(&office.desk, number)?;
    let what = erasure(&office.desk, &certificate)?;
    office.change(what).map(|_| ())
}

#[test]
fn a_subject_file_holds_everything_and_nobody_else() {
    let office = Office::founded();
    let (_, certificates) = office.issued("Cohort 7", ROSTER);
    let number = certificates[2].number.clone();
    hand_out(&office.desk, &number, "jane").unwrap();
    let file = subject_file(&office.desk, std::slice::from_ref(&number), "jane").unwrap();
    let text = file.to_string();
    for wanted in [
        "Amina Hassan",
        "30000025",
        &number,
        "ceremony.hand_out",
        "proofValue",
        "find/t/amina",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    for others in ["Otieno", "Canary", "30000033"] {
        assert!(!text.contains(others), "{others}");
    }
    assert!(everything(&office).contains("registry.subject_file"));
    assert!(subject_file(&office.desk, &["X-1".to_owned()], "jane").is_err());
}

#[test]
fn threat_23_an_erased_graduate_is_nowhere_in_the_store() {
    let office = Office::founded();
    let draft =
        "Full Name,P/No,Award\nZawadi Canarymbeki,30000017,Pass\nJuma Kariuki,30000099,Pass\n";
    let cohort = office.cohort("Cohort 8");
    let draft = keep_draft(
        &office.desk,
        &*office.rosters,
        &office.file(draft),
        &cohort,
        "jane",
    )
    .unwrap();
    let (batch, certificates) = office.issued("Cohort 7", ROSTER);
    let (desk, credential) = (&office.desk, certificates[0].id);
    let number = certificates[0].number.clone();
    let name = PersonName::parse("Zawadi Canarymbekidi").ok();
    let extras = Default::default();
    office
        .change(What::Correct {
            credential,
            name,
            extras,
        })
        .unwrap();
    let before = deliverable(desk, &certificates[1], &certificates[1].versions[0]).unwrap();
    erase(&office, &number).unwrap();
    erase(&office, &certificates[1].number).unwrap();

    let text = everything(&office);
    for canary in ["Canary", "canary", "30000017", "30000018"] {
        assert!(!text.contains(canary), "{canary}");
    }
    assert!(text.contains("Juma Kariuki") && text.contains("Amina Hassan"));
    assert_eq!(show_draft(desk, &draft.id).unwrap().1.checked.good.len(), 1);
    let record = find_certificate(desk, &number).unwrap();
    assert_eq!(State::of(&record), State::Erased);
    assert!(
        record.versions[1].index == desk.certificate(&credential).unwrap().value.versions[1].index
    );
    assert_eq!(
        desk.certificate(&certificates[1].id)
            .unwrap()
            .value
            .versions[0]
            .digest,
        cheti_shared::ids::Digest::of(&before.json)
    );

    let erased = |result: Result<(), AppError>| {
        assert!(matches!(result, Err(AppError::Erased { .. })), "{result:?}")
    };
    erased(subject_file(desk, std::slice::from_ref(&number), "jane").map(|_| ()));
    erased(
        print_version(
            desk,
            &*office.room,
            &record,
            &record.versions[1],
            Default::default(),
        )
        .map(|_| ()),
    );
    erased(
        reprint(
            desk,
            &*office.room,
            &number,
            Default::default(),
            true,
            "jane",
        )
        .map(|_| ()),
    );
    erased(erase(&office, &number));
    let ask = |text: &str| Question {
        text: text.to_owned(),
        ..Question::default()
    };
    for looked_for in ["zawadi", "erased"] {
        assert_eq!(search(desk, &ask(looked_for), None, 9).unwrap().hits, []);
    }
    let hit = search(desk, &ask(&number), None, 9)
        .unwrap()
        .hits
        .pop()
        .unwrap();
    assert_eq!((hit.state, hit.name.as_str()), (State::Erased, ""));
    reindex(desk, "system", &|_| {}).unwrap();
    assert_eq!(search(desk, &ask("zawadi"), None, 9).unwrap().hits, []);
    assert_eq!(check_in_list(desk, &batch).unwrap()[0].name, "");
    assert!(hand_out(desk, &number, "jane").is_err());
    let sums = reconcile(desk, &batch).unwrap();
    assert_eq!((sums.prepared, sums.erased), (4, 2));
    verify_journal(desk).unwrap();

    let run = PrintRun::prepare(
        desk,
        &*office.room,
        &batch,
        &Order::Roster,
        Default::default(),
    );
    let run = run.unwrap();
    assert_eq!((run.papers.len(), run.left_out.len()), (2, 2));
}

#[test]
fn what_remains_is_what_two_people_signed_for() {
    let office = Office::founded();
    let (batch, certificates) = office.issued("Cohort 7", ROSTER);
    let desk = &office.desk;
    let first = erasure(desk, &certificates[0]).unwrap();
    let second = erasure(desk, &certificates[2]).unwrap();
    let first = propose(desk, first, "", &officer("jane"), &key(1)).unwrap();
    let second = propose(desk, second, "", &officer("jane"), &key(1)).unwrap();
    office.confirm(&first.id).unwrap();
    assert!(
        office.confirm(&second.id).is_err(),
        "the batch is another than was signed for"
    );

    // Somebody with the store in their hands changes another row.
    let id = [batch.as_str().as_bytes(), &3_u32.to_be_bytes()].concat();
    let row = Key::new(Collection::Row, id);
    let octets = desk.store.fetch(&row).unwrap().unwrap();
    let altered = String::from_utf8(octets)
        .unwrap()
        .replace("Otieno", "Friend");
    let commit = Commit {
        puts: vec![(row, altered.into_bytes())],
        ..Commit::default()
    };
    desk.store.commit(commit).unwrap();
    let run = PrintRun::prepare(
        desk,
        &*office.room,
        &batch,
        &Order::Roster,
        Default::default(),
    );
    assert!(matches!(run.map(|_| ()), Err(AppError::Altered(_))));
}
