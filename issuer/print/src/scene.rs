//! A scene: everything that stands on one certificate, settled, before anything is painted.
//!
//! The press paints it as a PDF, the easel as pixels; neither decides anything.

use crate::PrintError;
use crate::design::{
    Area, CodePlace, Design, Guilloche, POINTS_PER_MM, PictureName, Place, Said, Slot,
};
use crate::facts::Values;
use crate::fit::{self, Setting};
use crate::guilloche::{self, Ring};
use crate::kit::{Language, Placed};
use crate::picture::Picture;
use crate::symbol::Symbol;
use crate::typeface::Typefaces;
use std::sync::Arc;

/// What stands on the page over the art, in reading order.
pub(crate) enum Item<'a> {
    Text {
        place: &'a Place,
        said: Said,
        setting: Arc<Setting>,
    },
    Picture {
        picture: &'a Picture,
        area: Area,
        /// What it shows, for those who do not see it.
        shows: String,
    },
    Rosette {
        place: &'a Guilloche,
        rings: Vec<Ring>,
    },
    Code {
        place: &'a CodePlace,
        symbol: &'a Symbol,
        shows: String,
    },
}

/// What a scene is made of besides the certificate's values.
#[derive(Clone, Copy)]
pub(crate) struct Props<'a> {
    pub(crate) design: &'a Design,
    pub(crate) typefaces: &'a Typefaces,
    pub(crate) pictures: &'a [Placed],
    pub(crate) language: Language,
}

/// Settles the page.
///
/// # Errors
/// Whatever fails for want of room or glyphs fails here.
pub(crate) fn settle<'a>(
    props: Props<'a>,
    values: &Values<'_>,
    symbol: &'a Symbol,
) -> Result<Vec<Item<'a>>, PrintError> {
    let slots = props.design.slots.iter();
    slots
        .filter_map(|slot| item(props, slot, values, symbol).transpose())
        .collect()
}

fn item<'a>(
    props: Props<'a>,
    slot: &'a Slot,
    values: &Values<'_>,
    symbol: &'a Symbol,
) -> Result<Option<Item<'a>>, PrintError> {
    Ok(match slot {
        Slot::Text(place) => text(props, place, values)?,
        Slot::Picture(frame) if values.meet(&frame.conditions) => {
            let mut all = props.pictures.iter();
            let here = |placed: &&Placed| placed.name == frame.picture && placed.area == frame.area;
            all.find(here).map(|placed| Item::Picture {
                picture: &placed.picture,
                area: frame.area,
                shows: shows(placed.name, values),
            })
        }
        Slot::Picture(_) => None,
        Slot::Guilloche(place) if !values.meet(&place.conditions) => None,
        Slot::Guilloche(place) => Some(Item::Rosette {
            place,
            rings: guilloche::rings(&values.facts.digest, place.radius * POINTS_PER_MM),
        }),
        Slot::Code(place) => Some(Item::Code {
            place,
            symbol,
            shows: code_shows(props.language, values.facts.host()),
        }),
    })
}

fn text<'a>(
    props: Props<'a>,
    place: &'a Place,
    values: &Values<'_>,
) -> Result<Option<Item<'a>>, PrintError> {
    if !values.meet(&place.conditions) {
        return Ok(None);
    }
    let Some(said) = place.words.said(values, props.language) else {
        return Ok(None);
    };
    let setting = fit::set(&said.text, place, props.typefaces.face(place.face))?;
    Ok(Some(Item::Text {
        place,
        said,
        setting,
    }))
}

fn shows(name: PictureName, values: &Values<'_>) -> String {
    let facts = values.facts;
    match name {
        PictureName::Crest => format!("Crest of {}", facts.issuer()),
        PictureName::PartnerLogo => match facts.partner() {
            Some(partner) => format!("Logo of {partner}"),
            None => "Logo of the training partner".to_owned(),
        },
        PictureName::Signature(at) => {
            let signatory = values.signatories.get(at);
            let name = signatory.map_or("", |signatory| &signatory.name);
            format!("Signature of {name}")
        }
    }
}

fn code_shows(language: Language, host: &str) -> String {
    match language {
        Language::English | Language::Both => {
            format!("QR code holding this certificate's signed data; it opens {host}")
        }
        Language::Swahili => {
            format!("Msimbo wa QR wenye data iliyotiwa sahihi ya cheti hiki; unafungua {host}")
        }
    }
}
