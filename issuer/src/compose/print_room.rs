//! The print room behind its ports.

use std::error::Error;

use cheti_print::{Kit, Page, Printer};

use crate::app::ports::press::{Badges, Picture, Press, PressError, PrintRoom, Sheet};
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

    fn book(&self, _: bool) -> Result<Box<dyn crate::app::ports::press::Book + '_>, PressError> {
        todo!()
    }

    fn print_read(&self, _: &Sheet<'_>) -> Result<crate::app::ports::press::PrintRead, PressError> {
        todo!()
    }

    fn contact_sheet(&self, _: &[Sheet<'_>]) -> Result<Vec<u8>, PressError> {
        todo!()
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
        language: match kit.language {
            Language::English => cheti_print::Language::English,
            Language::Swahili => cheti_print::Language::Swahili,
            Language::Both => cheti_print::Language::Both,
        },
        crest: octets(&kit.crest),
        partner_logo: octets(&kit.partner_logo),
        signatories: kit.signatories.iter().map(signatory).collect(),
    }
}

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
