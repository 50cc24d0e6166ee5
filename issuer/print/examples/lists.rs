//! Prints both lists of a sample cohort: `lists COUNT [en|sw|both] FOLDER`, with the time they took.

use cheti_print::{Heading, Language, Lists, Row};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

const NAMES: [&str; 7] = [
    "Wanjikũ Ng'ang'a",
    "Mũthoni wa Kĩbera Njoroge",
    "Abdirahman Mohamed Abdullahi Sheikh Noor",
    "Achieng’ Otieno",
    "Jo Ali",
    "Naomi Chebet Kipkorir-Langat",
    "Oluwaseun-Maximiliana Abdirahman Mohamed Abdullahi Sheikh Noor Hassan Warsame Jama",
];
const AWARDS: [Option<&str>; 4] = [
    Some("Distinction"),
    Some("Merit"),
    None,
    Some("Pass with commendation"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, language, folder] = arguments.as_slice() else {
        return Err("usage: lists COUNT en|sw|both FOLDER".into());
    };
    let row = |at: usize| Row {
        number: format!("NC4-ACT-2026-{:06}", at + 1),
        name: NAMES[at % NAMES.len()].into(),
        award: AWARDS[at % AWARDS.len()].map(Into::into),
        note: (at % 3 != 1).then(|| format!("Staff no. {}", 20_140 + 37 * at)),
    };
    let rows: Vec<Row> = (0..count.parse()?).map(row).collect();
    let heading = Heading {
        issuer: "National Computer and Cybercrimes Coordination Committee".into(),
        course: "Advanced Cybersecurity Training".into(),
        cohort: "Cohort 7".into(),
        date: "16 October 2026".into(),
    };
    let lists = Lists::new(language.parse::<Language>()?)?;
    let start = Instant::now();
    let list = lists.checklist(&heading, &rows, "2026-10-12")?;
    println!(
        "checklist: {} octets, {:.2} s",
        list.len(),
        start.elapsed().as_secs_f32()
    );
    std::fs::write(Path::new(folder).join("checklist.pdf"), list)?;
    let start = Instant::now();
    let labels = lists.labels(&heading, &rows, "2026-10-12")?;
    println!(
        "labels: {} octets, {:.2} s",
        labels.len(),
        start.elapsed().as_secs_f32()
    );
    std::fs::write(Path::new(folder).join("labels.pdf"), labels)?;
    Ok(())
}
