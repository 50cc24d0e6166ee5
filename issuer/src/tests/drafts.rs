//! Drafts: from a messy upload to a batch.

use super::office::Office;
use crate::app::audit::each_event;
use crate::app::drafts::{
    delete_draft, drop_row, fix_draft, import_draft, keep_draft, list_drafts, map_draft,
    restore_row, show_draft,
};
use crate::app::error::AppError;
use crate::app::ports::store::Collection;
use crate::domain::draft::{DRAFT_CELL_OCTETS, DraftError, DraftId};
use crate::domain::roster::FlagKind;

const MESSY: &str = "Who,P/No,Award\n\
    Zawadi Mbeki,30000017,Distinction\n\
    =Otieno,30000033,Pass\n\
    Wanjikũ Njoro,30000025,Credti\n\
    Wanjiku Njoro,30000026,Credit\n\
    Nobody At All,30000099,Fail\n";

fn kept(office: &Office, text: &str) -> DraftId {
    let file = office.file(text);
    let cohort = office.cohort("Cohort 7");
    keep_draft(&office.desk, &*office.rosters, &file, &cohort, "jane")
        .unwrap()
        .id
}

fn named(office: &Office, text: &str) -> DraftId {
    let id = kept(office, text);
    let map = vec![("Who".to_owned(), "name".to_owned())];
    map_draft(&office.desk, &id, map, "jane").unwrap();
    id
}

#[test]
fn a_messy_roster_is_mapped_fixed_and_imported() {
    let office = Office::founded();
    let desk = &office.desk;
    let id = kept(&office, MESSY);
    let (draft, review) = show_draft(desk, &id).unwrap();
    assert_eq!(draft.uploaded_by, "jane");
    assert!(review.columns.is_err());
    let wrong = vec![("Whom".to_owned(), "name".to_owned())];
    assert!(map_draft(desk, &id, wrong, "jane").is_err());

    let map = vec![("Who".to_owned(), "name".to_owned())];
    map_draft(desk, &id, map, "jane").unwrap();
    let review = show_draft(desk, &id).unwrap().1;
    let lines: Vec<u32> = review.checked.problems.iter().map(|p| p.line).collect();
    assert_eq!(lines, [3, 4, 6]);
    let csv = review.problems_csv();
    assert!(csv.contains("\r\n3,Who,"), "{csv}");
    assert!(
        csv.contains("'=Otieno"),
        "no formula leaves the house: {csv}"
    );
    assert!(matches!(
        import_draft(desk, &*office.room, &id, "jane"),
        Err(AppError::DraftRoster(DraftError::Problems { problems: 3 }))
    ));

    fix_draft(desk, &id, 3, 0, "Otieno Ochieng", "paul").unwrap();
    fix_draft(desk, &id, 4, 2, "Credit", "paul").unwrap();
    drop_row(desk, &id, 6, "paul").unwrap();
    let (draft, review) = show_draft(desk, &id).unwrap();
    assert_eq!(review.checked.problems, []);
    assert!(draft.dropped.contains(&6));
    let alike = review.checked.flags.iter().find(|flag| flag.line == 5);
    assert!(matches!(
        alike.unwrap().kind,
        FlagKind::LookAlike { line: 4, .. }
    ));
    let csv = review.roster_csv(draft.delimiter);
    assert!(csv.contains("Otieno Ochieng,30000033,Pass\r\n") && !csv.contains("Nobody"));

    let batch = import_draft(desk, &*office.room, &id, "jane").unwrap();
    assert_eq!(batch.graduates, 4);
    assert!(
        desk.store
            .scan(Collection::Draft, b"", None, 9)
            .unwrap()
            .is_empty()
    );
    let mut journal = String::new();
    each_event(desk, |event| {
        journal += &serde_json::to_string(event).unwrap();
    })
    .unwrap();
    assert!(journal.contains("draft.fix") && !journal.contains("Ochieng"));
}

#[test]
fn a_corrected_roster_reads_back_the_same() {
    let office = Office::founded();
    let id = named(&office, MESSY);
    fix_draft(&office.desk, &id, 3, 0, "O\"tieno, =1; Ochieng", "jane").unwrap();
    let (draft, before) = show_draft(&office.desk, &id).unwrap();
    let text = before.roster_csv(draft.delimiter);
    let again = named(&office, &text);
    let after = show_draft(&office.desk, &again).unwrap().1;
    let cells = |review: &crate::domain::draft::Review| -> Vec<Vec<String>> {
        let line = |line: &crate::domain::roster::Line| {
            line.cells
                .iter()
                .map(|cell| cell.text.to_string())
                .collect()
        };
        review.table.lines.iter().map(line).collect()
    };
    assert_eq!(cells(&before), cells(&after));
}

#[test]
fn steps_that_make_no_sense_are_refused() {
    let office = Office::founded();
    let desk = &office.desk;
    let id = named(&office, MESSY);
    let refused = |result: Result<(), AppError>| match result {
        Err(AppError::DraftRoster(error)) => error,
        other => panic!("{other:?}"),
    };
    let long = "a".repeat(DRAFT_CELL_OCTETS + 1);
    for (line, column, text) in [
        (99, 0, "a"),
        (0, 0, "a"),
        (3, 3, "a"),
        (3, 0, long.as_str()),
    ] {
        refused(fix_draft(desk, &id, line, column, text, "jane"));
    }
    assert_eq!(
        refused(drop_row(desk, &id, 1, "jane")),
        DraftError::Header { line: 1 }
    );
    refused(drop_row(desk, &id, 99, "jane"));
    refused(restore_row(desk, &id, 2, "jane"));
    drop_row(desk, &id, 2, "jane").unwrap();
    restore_row(desk, &id, 2, "jane").unwrap();
    assert_eq!(show_draft(desk, &id).unwrap().0.dropped.len(), 0);
    delete_draft(desk, &id, "jane").unwrap();
    assert_eq!(list_drafts(desk).unwrap(), []);
    assert!(show_draft(desk, &id).is_err());
    assert!("d1a2b3c4".parse::<DraftId>().is_err());
}

#[test]
fn a_short_line_is_lengthened_by_hand() {
    let office = Office::founded();
    let id = named(&office, "Who,P/No,Award\nZawadi Mbeki,30000017\n");
    let problems = |id| {
        show_draft(&office.desk, id)
            .unwrap()
            .1
            .checked
            .problems
            .len()
    };
    assert_eq!(problems(&id), 1);
    fix_draft(&office.desk, &id, 2, 2, "Pass", "jane").unwrap();
    assert_eq!(problems(&id), 0);
}
