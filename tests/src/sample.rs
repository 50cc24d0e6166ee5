//! A course, its graduates and their signed certificates: real ones, made with keys that anyone may know.

use cheti_shared::credential::draft::Form;
use cheti_shared::credential::open_badge::{
    AchievementDetails, CourseField, CourseTerms, Expiry, Profile,
};
use cheti_shared::did;
use cheti_shared::ids::{CredentialId, StatusIndex};
use cheti_shared::key::{SecretKey, Signer as _};
use cheti_shared::proof::{ProofOptions, secure_set};
use cheti_shared::status::bitstring::Bitstring;
use cheti_shared::status::entry::Purpose;
use cheti_shared::status::list::StatusListDraft;
use serde_json::{Map, Value};

use crate::random::Random;

/// The sample organisation's DID.
pub const ISSUER: &str = "did:web:nc4.example";
/// The DID URL of its issuing key.
pub const ISSUING_KEY: &str = "did:web:nc4.example#key-1";
/// The DID URL of its status key.
pub const STATUS_KEY: &str = "did:web:nc4.example#status-1";
/// The URL of its first status list.
pub const STATUS_LIST: &str = "https://nc4.example/status/1";
/// What stands before `#` in a printed code: 22 characters, with `#` the 23 of the size budget.
pub const CODE_BASE: &str = "https://v.nc4.example/";

/// The issuing key.
pub fn issuing_key() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

/// The status key.
pub fn status_key() -> SecretKey {
    SecretKey::from_seed(&[2; 32])
}

/// The key of somebody who presents certificates.
pub fn holder_key() -> SecretKey {
    SecretKey::from_seed(&[4; 32])
}

/// The root key.
pub fn root_key() -> SecretKey {
    SecretKey::from_seed(&[3; 32])
}

/// A course whose certificates the organisation signs with its did:web key.
pub fn course() -> CourseTerms {
    let text = str::to_owned;
    CourseTerms {
        issuer: Profile {
            id: text(ISSUER),
            name: text("National Computer and Cybercrimes Coordination Committee (SPECIMEN)"),
        },
        partner: Some(Profile {
            id: text("https://partner.example/"),
            name: text("Example Technologies (Kenya)"),
        }),
        achievement_id: text("https://nc4.example/courses/foundation"),
        name: text("Cyber Defence Foundation"),
        description: text(
            "Six weeks on defending networks, handling incidents and keeping evidence.",
        ),
        criteria: text("Attended nine days in ten and passed the practical examination."),
        achievement_type: text("Certificate"),
        level: Some(text("KNQF Level 6")),
        details: AchievementDetails::default(),
        certificate_number: text("NC4-CDF-{year}-{serial}"),
        utc_offset: "+03:00".parse().expect("an offset"),
        expires: Expiry::Never,
        status_base: text("https://nc4.example/status/"),
        status_purpose: Purpose::Revocation,
        verification_method: text(ISSUING_KEY),
        fields: vec![CourseField {
            key: text("award"),
            label: text("Award"),
            allowed: ["Pass", "Credit", "Distinction"].map(text).to_vec(),
            result_type: text("LetterGrade"),
        }],
    }
}

/// The same course issued under a did:key, which anybody can resolve.
pub fn course_of_did_key() -> CourseTerms {
    let key = issuing_key().public_key();
    let course = course();
    CourseTerms {
        issuer: Profile {
            id: did::key::did(&key),
            ..course.issuer
        },
        verification_method: did::key::verification_method(&key),
        ..course
    }
}

/// `course` prepared for issuing.
pub fn form(course: &CourseTerms) -> Form {
    Form::new(course.template().expect("a template")).expect("a form")
}

/// The values of the certificate `number` of somebody called `name`, as the form wants them.
pub fn values(name: &str, number: usize) -> Vec<String> {
    let mut random = Random::seeded(number as u64);
    let id = CredentialId::from_random(random.octets()).to_string();
    let serial = format!("{:06}", number % 1_000_000);
    let award = *random.pick(&["Pass", "Credit", "Distinction"]);
    let index = random.below(131_072).to_string();
    [
        id.as_str(),
        name,
        "2026",
        &serial,
        "Cohort 7",
        "2026-10-16",
        "2026-10-16T06:00:00Z",
        award,
        "2026-10-14T12:30:00Z",
        "1",
        &index,
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The signed certificate, as it is stored and delivered.
pub fn signed(form: &Form, name: &str, number: usize) -> Vec<u8> {
    let draft = form.draft(values(name, number)).expect("a draft");
    let unsigned = draft.lint().expect("well formed");
    unsigned.sign(&issuing_key()).expect("signed")
}

/// A signed status list in which these places are set, of the week in which the certificates were made.
pub fn status_list(set: &[u32]) -> Map<String, Value> {
    status_list_until("2026-10-23T06:00:00Z", set)
}

/// The same, valid until another time: some verifiers ask the machine's clock.
pub fn status_list_until(valid_until: &str, set: &[u32]) -> Map<String, Value> {
    let mut bits = Bitstring::shortest();
    for index in set {
        bits.put(StatusIndex(*index), true).expect("a place");
    }
    let draft = StatusListDraft {
        url: STATUS_LIST,
        issuer: ISSUER,
        purpose: &Purpose::Revocation,
        bits: &bits,
        valid_from: "2026-10-16T06:00:00Z".parse().expect("a time"),
        valid_until: valid_until.parse().expect("a time"),
    };
    let options = ProofOptions {
        created: draft.valid_from,
        verification_method: STATUS_KEY.to_owned(),
    };
    secure_set(draft.document(), &options, &status_key()).expect("two proofs")
}

/// `count` different names of 20 to 40 characters, of the kinds that Kenyan rosters hold.
pub fn names(count: usize) -> Vec<String> {
    const FIRST: [&str; 16] = [
        "Wanjikũ",
        "Achieng'",
        "Mwende",
        "Nelson",
        "Fatuma",
        "Abdirahman",
        "Chebet",
        "Otieno",
        "Njeri",
        "Kipchumba",
        "Mũthoni",
        "Grace",
        "Naserian",
        "Barasa",
        "Zawadi",
        "Hassan",
    ];
    const LAST: [&str; 16] = [
        "Ng'ang'a",
        "O'Brien",
        "De Souza",
        "Kĩmani",
        "Odhiambo",
        "Mohamed Ali",
        "Kiprotich",
        "Wambũi",
        "ole Sankan",
        "Mutiso",
        "Nyong'o",
        "Wafula",
        "Cherono",
        "Were",
        "Njoroge",
        "Omondi-Smith",
    ];
    let mut random = Random::seeded(7);
    let mut names = Vec::with_capacity(count);
    while names.len() < count {
        let mut name = (*random.pick(&FIRST)).to_owned();
        while name.chars().count() < 20 || random.below(3) == 0 {
            let more = match random.below(3) {
                0 => random.pick(&FIRST),
                _ => random.pick(&LAST),
            };
            name = format!("{name} {more}");
        }
        if name.chars().count() <= 40 && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
