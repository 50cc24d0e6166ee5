//! Figures, samples, lists and what is due: read off a few months of work.

use super::office::Office;
use crate::app::error::AppError;
use crate::app::exports::{StaffNumbers, learner_list, search_csv};
use crate::app::figures::figures;
use crate::app::ports::rosters::RosterFile;
use crate::app::retention::each_due;
use crate::app::sample::sample;
use crate::app::search::Question;
use crate::domain::change::{RevocationReason, What};
use crate::domain::figures::Counts;
use crate::domain::name::PersonName;

const ROSTER: &str = "Full Name,P/No,Award\n\
    Zawadi Mbeki,30000017,Distinction\n\
    Amina Hassan,-30000025,Credit\n\
    Otieno Ochieng,30000033,Pass\n";
const MONTH: i64 = 31 * 86_400;

/// October: three issued; November: one corrected, one revoked.
fn two_months() -> Office {
    let office = Office::founded();
    let (_, certificates) = office.issued("Cohort 7", ROSTER);
    office.pass(MONTH);
    let reason = RevocationReason::Withdrawn;
    let credential = certificates[0].id;
    office.change(What::Revoke { credential, reason }).unwrap();
    office
        .change(What::Correct {
            credential: certificates[2].id,
            name: PersonName::parse("Otieno Ochieng'").ok(),
            extras: Default::default(),
        })
        .unwrap();
    office
}

#[test]
fn counts_stand_under_course_and_month() {
    let office = two_months();
    let figures = figures(&office.desk).unwrap();
    let month = |month: &str| figures[&("ACT".to_owned(), month.to_owned())];
    let october = Counts {
        issued: 3,
        awarded: 3,
        ..Counts::default()
    };
    let november = Counts {
        corrected: 1,
        revoked: 1,
        ..Counts::default()
    };
    assert_eq!((month("2026-10"), month("2026-11")), (october, november));
    assert_eq!(figures.len(), 2);
}

#[test]
fn threat_1_a_sample_is_drawn_once_the_month_is_over_and_always_the_same() {
    let office = two_months();
    let draw = |month: &str| sample(&office.desk, &month.parse().unwrap());
    let october = draw("2026-10").unwrap();
    assert_eq!((october.population, october.drawn.len()), (3, 1));
    assert!(draw("2026-11").is_err(), "it is not over");
    office.pass(MONTH);
    office.issued("Cohort 8", ROSTER);
    assert_eq!(draw("2026-10").unwrap(), october);
    let november = draw("2026-11").unwrap();
    assert_eq!((november.population, november.drawn.len()), (1, 1));
    assert_eq!(draw("2026-09").unwrap().drawn, Vec::<String>::new());
}

/// Where a list is written to.
type Write<'a> = &'a mut dyn FnMut(&str) -> Result<(), AppError>;

#[test]
fn threat_12_lists_hold_no_formula_and_no_number_that_was_not_asked_for() {
    let office = two_months();
    let list = |make: &dyn Fn(Write<'_>)| {
        let mut text = String::new();
        make(&mut |piece| {
            text.push_str(piece);
            Ok(())
        });
        text
    };
    let all = Question::default();
    let plain = list(&|write| {
        search_csv(&office.desk, &all, StaffNumbers::LeftOut, write).unwrap();
    });
    assert_eq!(plain.lines().count(), 4);
    assert!(!plain.contains("30000"));
    let with = list(&|write| {
        search_csv(&office.desk, &all, StaffNumbers::Included, write).unwrap();
    });
    assert!(with.contains(",'-30000025\r\n"), "{with}");
    let read = office.rosters.raw(
        &RosterFile {
            bytes: with.as_bytes(),
            name: "list.csv",
            sheet: None,
            map: &[],
        },
        &[],
    );
    let numbers: Vec<String> = read
        .unwrap()
        .table
        .lines
        .iter()
        .map(|line| line.text(9).to_owned())
        .collect();
    assert!(numbers.contains(&"-30000025".to_owned()));

    let learners = list(&|write| {
        learner_list(&office.desk, &all, StaffNumbers::LeftOut, write).unwrap();
    });
    assert_eq!(
        learners.lines().count(),
        3,
        "the revoked one is no learner of ours"
    );
    assert!(learners.contains("Advanced Cybersecurity Training,ACT"));
    assert!(!learners.contains("30000") && !learners.contains("Zawadi"));
}

#[test]
fn what_a_course_need_not_keep_is_due() {
    let office = two_months();
    let due = || {
        let mut due = Vec::new();
        each_due(&office.desk, |one| due.push(one.number.clone())).unwrap();
        due.len()
    };
    assert_eq!(due(), 0);
    let course = format!("retain_years = 1\n{}", crate::domain::course::tests::COURSE);
    crate::app::courses::add_course(&office.desk, &course, "jane").unwrap();
    assert_eq!(due(), 0);
    office.pass(12 * MONTH);
    assert_eq!(due(), 3);
}
