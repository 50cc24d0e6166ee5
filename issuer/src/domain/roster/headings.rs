//! The words that training desks in Kenya put above their columns, in English and Swahili.

use super::{FieldSpec, Role};

/// How sure a heading is of its meaning; a surer column wins over a vaguer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sureness {
    /// It may mean something else, like `Name` beside `Surname`.
    Vague,
    /// It says what it means, like `Full Name`.
    Sure,
}

const FULL_NAME: &[&str] = &[
    "fullname",
    "fullnames",
    "nameinfull",
    "namesinfull",
    "jinakamili",
    "majinakamili",
    "participantname",
    "participantsname",
    "participantnames",
    "participantsnames",
    "nameofparticipant",
    "namesofparticipants",
    "nameofparticipants",
    "graduatename",
    "graduatesname",
    "nameofgraduate",
    "nameofgraduates",
    "graduandname",
    "nameofgraduand",
    "studentname",
    "studentsname",
    "nameofstudent",
    "traineename",
    "traineesname",
    "nameoftrainee",
    "candidatename",
    "nameofcandidate",
    "learnername",
    "nameoflearner",
    "officername",
    "nameofofficer",
    "employeename",
    "staffname",
    "nameofstaff",
    "jinalamshiriki",
    "jinalamhitimu",
    "jinalamwanafunzi",
    "completename",
    "certificatename",
    "nameoncertificate",
    "nameforcertificate",
    "nametoappearoncertificate",
];
const VAGUE_NAME: &[&str] = &[
    "name",
    "names",
    "jina",
    "majina",
    "participant",
    "participants",
    "graduate",
    "graduates",
    "graduand",
    "graduands",
    "student",
    "students",
    "trainee",
    "trainees",
    "candidate",
    "candidates",
    "learner",
    "learners",
    "officer",
    "officers",
    "mshiriki",
    "washiriki",
    "mhitimu",
    "wahitimu",
    "mwanafunzi",
];
const SURNAME: &[&str] = &[
    "surname",
    "lastname",
    "familyname",
    "surnames",
    "jinalaukoo",
    "jinalafamilia",
    "jinalamwisho",
    "ukoo",
];
const FIRST_NAME: &[&str] = &[
    "firstname",
    "firstnames",
    "givenname",
    "givennames",
    "forename",
    "forenames",
    "christianname",
    "jinalakwanza",
    "jinakwanza",
];
const OTHER_NAMES: &[&str] = &[
    "othernames",
    "othername",
    "middlename",
    "middlenames",
    "secondname",
    "jinalakati",
    "jinalapili",
    "majinamengine",
    "jinalingine",
];
const STAFF_NUMBER: &[&str] = &[
    "pno",
    "pnumber",
    "pfno",
    "pfnumber",
    "pf",
    "personalno",
    "personalnumber",
    "personnelno",
    "personnelnumber",
    "staffno",
    "staffnumber",
    "staffid",
    "payroll",
    "payrollno",
    "payrollnumber",
    "employeeno",
    "employeenumber",
    "employeeid",
    "upn",
    "upnno",
    "serviceno",
    "servicenumber",
    "forceno",
    "forcenumber",
    "nambayamfanyakazi",
    "nambariyamfanyakazi",
    "nambayautumishi",
    "nambaribinafsi",
];
/// Headings of columns that are not read; they help to find the header.
const OTHERS: &[&str] = &[
    "sno",
    "sn",
    "srno",
    "serialno",
    "no",
    "nos",
    "number",
    "nambari",
    "namba",
    "email",
    "emailaddress",
    "baruapepe",
    "phone",
    "phoneno",
    "phonenumber",
    "mobile",
    "mobileno",
    "telephone",
    "simu",
    "nambayasimu",
    "ministry",
    "ministrystatedepartment",
    "statedepartment",
    "department",
    "station",
    "institution",
    "organization",
    "organisation",
    "agency",
    "county",
    "wizara",
    "idara",
    "kituo",
    "taasisi",
    "kaunti",
    "gender",
    "sex",
    "jinsia",
    "designation",
    "title",
    "rank",
    "jobgroup",
    "cheo",
    "idno",
    "idnumber",
    "nationalid",
    "nationalidno",
    "signature",
    "sahihi",
    "date",
    "tarehe",
    "remarks",
    "maoni",
    "problem",
];
/// Other headings under which a declared field is found, by the field's key.
const FIELD_WORDS: &[(&str, &[&str])] = &[
    (
        "award",
        &[
            "award",
            "awards",
            "grade",
            "finalgrade",
            "result",
            "results",
            "remarks",
            "remark",
            "classification",
            "class",
            "level",
            "performance",
            "daraja",
            "tuzo",
            "matokeo",
            "alama",
        ],
    ),
    (
        "station",
        &[
            "station",
            "ministry",
            "ministrystatedepartment",
            "statedepartment",
            "department",
            "institution",
            "organization",
            "organisation",
            "agency",
            "wizara",
            "idara",
            "kituo",
            "taasisi",
        ],
    ),
    ("email", &["email", "emailaddress", "baruapepe"]),
];

/// What a heading means, by the whole of it or by one side of a slash or a bracket (`Full Name / Jina Kamili`).
pub(super) fn recognise(heading: &str, fields: &[FieldSpec]) -> Option<(Role, Sureness)> {
    if let Some(found) = word_role(&compact(heading), fields) {
        return Some(found);
    }
    let mut found: Vec<(Role, Sureness)> = heading
        .split(['/', '(', ')', '|', '-', '–', ':'])
        .filter_map(|part| word_role(&compact(part), fields))
        .filter(|(role, _)| *role != Role::Ignored)
        .collect();
    found.sort();
    found.dedup_by(|later, earlier| later.0 == earlier.0);
    if found.len() == 1 { found.pop() } else { None }
}

fn word_role(word: &str, fields: &[FieldSpec]) -> Option<(Role, Sureness)> {
    if word.is_empty() {
        return None;
    }
    if let Some(found) = field_role(word, fields) {
        return Some(found);
    }
    let roles = [
        (FULL_NAME, Role::Name, Sureness::Sure),
        (VAGUE_NAME, Role::Name, Sureness::Vague),
        (SURNAME, Role::Surname, Sureness::Sure),
        (FIRST_NAME, Role::FirstName, Sureness::Sure),
        (OTHER_NAMES, Role::OtherNames, Sureness::Sure),
        (STAFF_NUMBER, Role::StaffNumber, Sureness::Sure),
        (OTHERS, Role::Ignored, Sureness::Sure),
    ];
    roles
        .into_iter()
        .find(|(words, ..)| words.contains(&word))
        .map(|(_, role, sureness)| (role, sureness))
}

/// A field's own key or label is sure; the usual words for it are vague.
fn field_role(word: &str, fields: &[FieldSpec]) -> Option<(Role, Sureness)> {
    let role = |field: &FieldSpec| Role::Extra(field.key.clone());
    let named = fields.iter().find(|field| {
        [&field.key, &field.label]
            .iter()
            .any(|name| compact(name) == word)
    });
    if let Some(field) = named {
        return Some((role(field), Sureness::Sure));
    }
    let usual = |field: &&FieldSpec| {
        let key = compact(&field.key);
        FIELD_WORDS
            .iter()
            .any(|(name, words)| *name == key && words.contains(&word))
    };
    fields
        .iter()
        .find(usual)
        .map(|field| (role(field), Sureness::Vague))
}

/// Letters and digits in lower case: `P/No.` is `pno`.
pub(super) fn compact(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn award() -> Vec<FieldSpec> {
        vec![FieldSpec {
            key: "award".into(),
            label: "Final standing".into(),
            required: false,
            allowed: vec![],
            max_octets: 20,
        }]
    }

    #[test]
    fn usual_headings_are_recognised() {
        let extra = || Role::Extra("award".into());
        let cases = [
            ("Full Name ", Some(Role::Name)),
            ("FULL_NAME", Some(Role::Name)),
            ("Full Name / Jina Kamili", Some(Role::Name)),
            ("Name (as on ID)", Some(Role::Name)),
            ("Name/Station", Some(Role::Name)),
            ("Jina", Some(Role::Name)),
            ("Participant's Name", Some(Role::Name)),
            ("Surname", Some(Role::Surname)),
            ("First-Name", Some(Role::FirstName)),
            ("Other Names", Some(Role::OtherNames)),
            ("P/No", Some(Role::StaffNumber)),
            ("P/No.", Some(Role::StaffNumber)),
            ("Personal No", Some(Role::StaffNumber)),
            ("Payroll", Some(Role::StaffNumber)),
            ("Award", Some(extra())),
            ("Grade", Some(extra())),
            ("final  standing", Some(extra())),
            ("Award/Grade/Remarks", Some(extra())),
            ("Name / Surname", None),
            ("S/No", Some(Role::Ignored)),
            ("Ministry / State Department", Some(Role::Ignored)),
            ("Name of Ministry", None),
            ("Course name", None),
            ("", None),
        ];
        for (heading, role) in cases {
            assert_eq!(
                recognise(heading, &award()).map(|(role, _)| role),
                role,
                "{heading}"
            );
        }
        assert_eq!(
            recognise("Remarks", &[]),
            Some((Role::Ignored, Sureness::Sure))
        );
    }
}
