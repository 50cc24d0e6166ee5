//! The place of the code, and the rules that keep it readable on paper (QR.md, "URL").

use super::{Align, Area, Place, Sheet, Slot, refuse};
use crate::PrintError;
use crate::error::{CodeProblem, DesignProblem};
use crate::symbol::{QUIET_MODULES, SMALLEST_SIDE_MM};
use usvg::roxmltree::Node;

/// The least distance of the code from the edges of the sheet, in millimetres: printers leave margins, hands soil them.
const EDGE_MM: f32 = 10.0;
/// The least distance of a text from the edges of the sheet, in millimetres.
const MARGIN_MM: f32 = 5.0;
/// Modules along a side of the smallest symbol that a certificate's payload can have: version 7.
const FEWEST_MODULES: f32 = 45.0;
/// A sheet is folded in halves and in thirds.
const FOLDS: [f32; 3] = [1.0 / 3.0, 0.5, 2.0 / 3.0];
/// Lengths closer than this are equal.
const HAIR_MM: f32 = 0.01;
/// How far below its baseline a text reaches, in ems.
const DESCENT_EM: f32 = 0.3;

/// Where the code stands: its corner and its side in millimetres, the quiet zone not counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CodePlace {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) side: f32,
}

impl CodePlace {
    pub(super) fn new(node: Node<'_, '_>, area: Area) -> Result<Self, PrintError> {
        let problem = |problem| refuse(node, DesignProblem::Code(problem));
        if (area.width - area.height).abs() > HAIR_MM {
            return Err(problem(CodeProblem::NotSquare {
                width: area.width,
                height: area.height,
            }));
        }
        if area.width + HAIR_MM < SMALLEST_SIDE_MM {
            return Err(problem(CodeProblem::TooSmall {
                side: area.width,
                least: SMALLEST_SIDE_MM,
            }));
        }
        Ok(Self {
            x: area.x,
            y: area.y,
            side: area.width,
        })
    }

    /// The code and its quiet zone at their largest.
    pub(crate) fn zone(&self) -> Area {
        let quiet = f32::from(QUIET_MODULES) * self.side / FEWEST_MODULES;
        Area {
            x: self.x - quiet,
            y: self.y - quiet,
            width: self.side + 2.0 * quiet,
            height: self.side + 2.0 * quiet,
        }
    }
}

/// Whether there is one code, clear of edges, folds and everything else that is placed.
pub(super) fn check(sheet: &Sheet, slots: &[Slot], root: Node<'_, '_>) -> Result<(), PrintError> {
    let codes = slots.iter().filter_map(|slot| match slot {
        Slot::Code(code) => Some(code),
        _ => None,
    });
    let [code] = codes.collect::<Vec<_>>()[..] else {
        return Err(refuse(root, DesignProblem::NoCode));
    };
    let zone = code.zone();
    let named = |element: &str, problem| PrintError::Design {
        element: element.to_owned(),
        problem: DesignProblem::Code(problem),
    };
    let edge = [
        zone.x,
        zone.y,
        sheet.width - zone.x - zone.width,
        sheet.height - zone.y - zone.height,
    ];
    let least = edge.into_iter().fold(f32::INFINITY, f32::min);
    if least + HAIR_MM < EDGE_MM {
        let problem = CodeProblem::Edge {
            distance: least,
            least: EDGE_MM,
        };
        return Err(named("qr", problem));
    }
    for part in FOLDS {
        let across = sheet.width * part;
        let down = sheet.height * part;
        let crossed = |at: f32, from: f32, length: f32| at > from && at < from + length;
        if crossed(across, zone.x, zone.width) || crossed(down, zone.y, zone.height) {
            return Err(named("qr", CodeProblem::Fold));
        }
    }
    for slot in slots {
        let (name, area) = match slot {
            Slot::Text(place) => (place.id.clone(), reach(place)),
            Slot::Picture(frame) => (frame.picture.to_string(), frame.area),
            Slot::Guilloche(rosette) => {
                let area = Area {
                    x: rosette.x - rosette.radius,
                    y: rosette.y - rosette.radius,
                    width: 2.0 * rosette.radius,
                    height: 2.0 * rosette.radius,
                };
                ("guilloche".to_owned(), area)
            }
            Slot::Code(_) => continue,
        };
        if let Some(overlap) = overlap(&area, &zone) {
            return Err(named(&name, CodeProblem::Touched { by: overlap }));
        }
        if matches!(slot, Slot::Text(_)) {
            let over = outside(&area, sheet);
            if over > HAIR_MM {
                return Err(named(&name, CodeProblem::OffSheet { by: over }));
            }
        }
    }
    Ok(())
}

/// What a text may cover.
fn reach(place: &Place) -> Area {
    let x = match place.align {
        Align::Start => place.x,
        Align::Middle => place.x - place.width / 2.0,
        Align::End => place.x - place.width,
    };
    Area {
        x,
        y: place.baseline - place.size,
        width: place.width,
        height: place.size * (1.0 + DESCENT_EM),
    }
}

/// How deep two areas lie in each other, if they do.
fn overlap(one: &Area, other: &Area) -> Option<f32> {
    let across = (one.x + one.width).min(other.x + other.width) - one.x.max(other.x);
    let down = (one.y + one.height).min(other.y + other.height) - one.y.max(other.y);
    let least = across.min(down);
    (least > HAIR_MM).then_some(least)
}

/// How far an area reaches past the margins of the sheet.
fn outside(area: &Area, sheet: &Sheet) -> f32 {
    let past = [
        MARGIN_MM - area.x,
        MARGIN_MM - area.y,
        area.x + area.width + MARGIN_MM - sheet.width,
        area.y + area.height + MARGIN_MM - sheet.height,
    ];
    past.into_iter().fold(0.0, f32::max)
}
