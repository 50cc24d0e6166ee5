//! The print room behind its ports.

use std::error::Error;

use cheti_print::{Heading, Kit, ListError, Lists, Page, Printer, Row, ScenarioScore, THRESHOLD};
use cheti_shared::time::Date;

use crate::app::ports::press::{
    Badges, Book, Inspection, List, ListKind, ListRow, Picture, Press, PressError, PrintRoom,
    Scenario, Sheet,
};
use crate::domain::print_kit::{self, Language, PrintKit};

/// The house's own print room; a usual press stands ready for what every press can say.
pub(super) struct OwnPrintRoom {
    usual: Printer,
}

impl OwnPrintRoom {
    pub(super) fn new() -> Result<Self, PressError> {
        let usual = Printer::new(&Kit::default()).map_err(refused)?;
        Ok(Self { usual })
    }
}

impl PrintRoom for OwnPrintRoom {
    fn designs(&self) -> Vec<(&'static str, &'static str)> {
        cheti_print::built_in_names()
            .filter_map(|name| Some((name, cheti_print::built_in(name)?)))
            .collect()
    }

    fn press(&self, kit: &PrintKit) -> Result<Box<dyn Press>, PressError> {
        Ok(Box::new(Kitted(Printer::new(&of(kit)).map_err(refused)?)))
    }

    fn list(&self, kind: ListKind, list: &List) -> Result<Vec<u8>, PressError> {
        lists(kind, list).map_err(refused)
    }
}

fn lists(kind: ListKind, list: &List) -> Result<Vec<u8>, ListError> {
    let heading = Heading {
        issuer: list.issuer.clone(),
        course: list.course.clone(),
        cohort: list.cohort.clone(),
        date: in_words(list.date, list.language),
    };
    let row = |row: &ListRow| Row {
        number: row.number.clone(),
        name: row.name.clone(),
        award: row.award.clone(),
        note: row.note.clone(),
    };
    let rows: Vec<Row> = list.rows.iter().map(row).collect();
    let (lists, made) = (Lists::new(tongue(list.language))?, list.made.to_string());
    match kind {
        ListKind::Checklist => lists.checklist(&heading, &rows, &made),
        ListKind::Labels => lists.labels(&heading, &rows, &made),
    }
}

impl Badges for OwnPrintRoom {
    fn draw(&self, credential: &[u8], kind: Picture) -> Result<Vec<u8>, PressError> {
        let drawn = match kind {
            Picture::Png => self.usual.badge_png(credential),
            Picture::Svg => self.usual.badge_svg(credential).map(String::into_bytes),
        };
        drawn.map_err(refused)
    }
}

/// A printer with a kit in it.
struct Kitted(Printer);

impl Press for Kitted {
    fn can_print(&self, text: &str) -> Result<(), PressError> {
        self.0.can_draw(text).map_err(refused)
    }

    fn print(&self, sheet: &Sheet<'_>) -> Result<Vec<u8>, PressError> {
        let day = sheet.reprinted_on().map(|day| day.to_string());
        self.0.print(&page(sheet, day.as_deref())).map_err(refused)
    }

    fn preview(&self, sheet: &Sheet<'_>, width: u32) -> Result<Vec<u8>, PressError> {
        let day = sheet.reprinted_on().map(|day| day.to_string());
        let drawn = self.0.preview_png(&page(sheet, day.as_deref()), width);
        drawn.map_err(refused)
    }

    fn book(&self, marks: bool) -> Box<dyn Book + '_> {
        Box::new(Bound(self.0.book(marks)))
    }

    fn contact_sheet(&self) -> Box<dyn Book + '_> {
        Box::new(Proofs(self.0.contact_sheet()))
    }

    fn inspect(&self, sheet: &Sheet<'_>) -> Result<Inspection, PressError> {
        let found = self.0.inspect(&page(sheet, None)).map_err(refused)?;
        let scenario = |it: &ScenarioScore| Scenario {
            name: it.name,
            tries: it.tries,
            reads: it.reads,
            least: least(it.tries),
        };
        Ok(Inspection {
            code_version: found.version,
            module_mm: found.module_mm,
            code_mm: found.side_mm,
            scenarios: found.score.scenarios.iter().map(scenario).collect(),
            rate: found.score.rate(),
            least_rate: THRESHOLD.overall,
            passes: found.score.reaches(THRESHOLD),
        })
    }
}

/// The fewest reads of so many tries that reach the threshold of a scenario.
fn least(tries: u32) -> u32 {
    let reaches = |reads: &u32| *reads as f32 / tries.max(1) as f32 >= THRESHOLD.scenario;
    (0..=tries).find(reaches).unwrap_or(tries)
}

/// A book of the print room.
struct Bound<'a>(cheti_print::Book<'a>);

impl Book for Bound<'_> {
    fn add(&mut self, sheet: &Sheet<'_>) -> Result<(), PressError> {
        self.0.add(&page(sheet, None)).map_err(refused)
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, PressError> {
        self.0.finish().map_err(refused)
    }
}

/// Sheets of small certificates.
struct Proofs<'a>(cheti_print::ContactSheet<'a>);

impl Book for Proofs<'_> {
    fn add(&mut self, sheet: &Sheet<'_>) -> Result<(), PressError> {
        self.0.add(&page(sheet, None)).map_err(refused)
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, PressError> {
        self.0.finish().map_err(refused)
    }
}

fn page<'a>(sheet: &Sheet<'a>, reprinted: Option<&'a str>) -> Page<'a> {
    Page {
        credential_json: sheet.credential(),
        qr_url: sheet.url(),
        reprinted,
    }
}

fn of(kit: &PrintKit) -> Kit {
    let octets = |picture: &Option<print_kit::Picture>| picture.as_ref().map(|it| it.0.clone());
    let signatory = |signatory: &print_kit::Signatory| cheti_print::Signatory {
        name: signatory.name.clone(),
        title: signatory.title.clone(),
        signature: octets(&signatory.signature),
    };
    Kit {
        design: kit.design.clone(),
        language: tongue(kit.language),
        crest: octets(&kit.crest),
        partner_logo: octets(&kit.partner_logo),
        signatories: kit.signatories.iter().map(signatory).collect(),
    }
}

fn tongue(language: Language) -> cheti_print::Language {
    match language {
        Language::English => cheti_print::Language::English,
        Language::Swahili => cheti_print::Language::Swahili,
        Language::Both => cheti_print::Language::Both,
    }
}

/// A day in words, as a certificate has it.
fn in_words(day: Date, language: Language) -> String {
    let text = day.to_string();
    let mut parts = text.split('-').map(|part| part.trim_start_matches('0'));
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month.and_then(|month| month.parse::<usize>().ok());
    let (year, day) = (year.unwrap_or_default(), day.unwrap_or_default());
    let names = month.and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    let (english, swahili) = names.copied().unwrap_or_default();
    match language {
        Language::English => format!("{day} {english} {year}"),
        Language::Swahili => format!("{day} {swahili} {year}"),
        Language::Both if english == swahili => format!("{day} {english} {year}"),
        Language::Both => format!("{day} {english} {year} · {day} {swahili} {year}"),
    }
}

const MONTHS: [(&str, &str); 12] = [
    ("January", "Januari"),
    ("February", "Februari"),
    ("March", "Machi"),
    ("April", "Aprili"),
    ("May", "Mei"),
    ("June", "Juni"),
    ("July", "Julai"),
    ("August", "Agosti"),
    ("September", "Septemba"),
    ("October", "Oktoba"),
    ("November", "Novemba"),
    ("December", "Desemba"),
];

/// The printer's own words, with what caused them.
fn refused(error: impl Error) -> PressError {
    let mut detail = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        detail = format!("{detail}: {source}");
        cause = source.source();
    }
    PressError { detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_words() {
        for (day, language, words) in [
            ("2026-10-06", Language::English, "6 October 2026"),
            ("2026-10-16", Language::Swahili, "16 Oktoba 2026"),
            (
                "2026-01-01",
                Language::Both,
                "1 January 2026 · 1 Januari 2026",
            ),
        ] {
            assert_eq!(in_words(day.parse().unwrap(), language), words);
        }
    }

    #[test]
    fn the_fewest_reads_are_enough_and_one_less_is_not() {
        for tries in [1, 2, 7, 12] {
            let rate = |reads: u32| reads as f32 / tries as f32;
            assert!(rate(least(tries)) >= THRESHOLD.scenario);
            assert!(rate(least(tries) - 1) < THRESHOLD.scenario);
        }
    }
}
