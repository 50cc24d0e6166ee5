//! Office Open XML workbooks (ECMA-376), read as streams under limits.
//!
//! Our own reader, for THREATS 13: the libraries at hand reserve memory by numbers that the file itself declares and keep
//! whole parts. Here nothing declared is believed, every part is counted while it unpacks, and only the text of filled
//! cells is kept.

mod number;
mod package;
mod strings;
mod styles;
mod worksheet;

use super::sheet::{Budget, Format, Sheet, over};
use crate::domain::roster::{Limit, ReadError, RowEnds, Table, Visibility};
use package::{Package, Part, attribute};
use quick_xml::events::Event;
use strings::SharedStrings;
use styles::Styles;

/// The most sheets that a workbook may have.
const MAX_SHEETS: usize = 64;

/// Reads every worksheet of a workbook, in the workbook's order.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, ReadError> {
    let mut package = Package::open(bytes)?;
    let workbook_path = package.workbook_path()?;
    let relations = package.relations(&workbook_path)?;
    let (entries, dates) = sheet_entries(&mut package.part(&workbook_path)?)?;

    let target = |kind: &str| {
        relations
            .iter()
            .find(|r| r.kind == kind)
            .map(|r| r.target.clone())
    };
    let mut budget = Budget::default();
    let strings = match target("sharedStrings").filter(|path| package.has(path)) {
        Some(path) => SharedStrings::read(&mut package.part(&path)?)?,
        None => SharedStrings::default(),
    };
    let styles = match target("styles").filter(|path| package.has(path)) {
        Some(path) => Styles::read(&mut package.part(&path)?, dates)?,
        None => Styles::plain(dates),
    };
    let mut sheets = Vec::new();
    for entry in entries {
        let sheet = relations
            .iter()
            .find(|r| r.id == entry.relation && r.kind == "worksheet");
        if let Some(relation) = sheet {
            let lines = worksheet::read(
                &mut package.part(&relation.target)?,
                &strings,
                &styles,
                &mut budget,
            )?;
            sheets.push(Sheet {
                name: entry.name,
                format: Format::Xlsx,
                table: Table {
                    lines,
                    row_ends: RowEnds::Open,
                },
                visibility: entry.visibility,
            });
        }
    }
    if sheets.iter().all(Sheet::is_blank) {
        Err(ReadError::Empty)
    } else {
        Ok(sheets)
    }
}

struct SheetEntry {
    name: String,
    relation: String,
    visibility: Visibility,
}

/// The day from which a workbook counts its dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum DateSystem {
    /// 1899-12-31, with a 29 February 1900 that never was.
    #[default]
    Since1900,
    /// 1904-01-01.
    Since1904,
}

fn sheet_entries(workbook: &mut Part<'_>) -> Result<(Vec<SheetEntry>, DateSystem), ReadError> {
    let mut entries = Vec::new();
    let mut dates = DateSystem::Since1900;
    loop {
        let element = match workbook.next()? {
            Event::Start(element) => element,
            Event::Eof => return Ok((entries, dates)),
            _ => continue,
        };
        match element.local_name().as_ref() {
            "workbookPr" => {
                if matches!(
                    attribute(&element, "date1904").as_deref(),
                    Some("1" | "true")
                ) {
                    dates = DateSystem::Since1904;
                }
            }
            "sheet" => {
                if entries.len() == MAX_SHEETS {
                    return Err(over(Limit::Sheets, MAX_SHEETS));
                }
                let shown = attribute(&element, "state").is_none_or(|state| state == "visible");
                entries.push(SheetEntry {
                    name: attribute(&element, "name").unwrap_or_default(),
                    relation: attribute(&element, "id").unwrap_or_default(),
                    visibility: if shown {
                        Visibility::Shown
                    } else {
                        Visibility::Hidden
                    },
                });
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
