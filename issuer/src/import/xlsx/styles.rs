//! The number formats of a workbook, as far as they change what a person sees in a roster.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::DateSystem;
use super::number::NumberFormat;
use super::package::{Part, attribute};
use crate::domain::roster::{Limit, ReadError};
use crate::import::sheet::over;

/// The most formats, as in Excel.
const MAX_FORMATS: usize = 65_536;

/// The number format of each cell style.
pub(super) struct Styles {
    cells: Vec<NumberFormat>,
    pub(super) dates: DateSystem,
}

impl Styles {
    /// A workbook without a style sheet.
    pub(super) fn plain(dates: DateSystem) -> Self {
        Self {
            cells: Vec::new(),
            dates,
        }
    }

    pub(super) fn read(part: &mut Part<'_>, dates: DateSystem) -> Result<Self, ReadError> {
        let mut own: HashMap<u32, NumberFormat> = HashMap::new();
        let mut styles = Self::plain(dates);
        let mut in_cells = false;
        loop {
            let event = part.next()?;
            let element = match &event {
                Event::Start(element) => element,
                Event::End(element) if element.local_name().as_ref() == "cellXfs" => {
                    in_cells = false;
                    continue;
                }
                Event::Eof => return Ok(styles),
                _ => continue,
            };
            let id = attribute(element, "numFmtId")
                .and_then(|id| id.parse::<u32>().ok())
                .unwrap_or(0);
            match element.local_name().as_ref() {
                "numFmt" => {
                    let code = attribute(element, "formatCode").unwrap_or_default();
                    own.insert(id, NumberFormat::of_code(&code));
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    styles.cells.push(
                        own.get(&id)
                            .copied()
                            .unwrap_or_else(|| NumberFormat::of_builtin(id)),
                    );
                }
                _ => {}
            }
            if own.len().max(styles.cells.len()) > MAX_FORMATS {
                return Err(over(Limit::Styles, MAX_FORMATS));
            }
        }
    }

    pub(super) fn format(&self, style: usize) -> NumberFormat {
        self.cells.get(style).copied().unwrap_or_default()
    }
}
