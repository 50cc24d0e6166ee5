//! Check a design: the print room's own rules, every length of name in every language, and how well its code is read.

use serde::Serialize;

use super::error::AppError;
use super::ports::press::{Inspection, PressError, PrintRoom};
use super::specimen::{Specimens, USUAL_NAME, trying_names};
use crate::domain::print_kit::{Language, PrintKit, Restyle};

/// What is known of a design.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DesignReport {
    /// What is wrong with it, in the printer's words; nothing when it may be used.
    pub problems: Vec<String>,
    /// What it is worth on paper; not known of a design that cannot be printed.
    pub inspection: Option<Inspection>,
}

impl DesignReport {
    /// Whether the design may be used.
    pub fn passes(&self) -> bool {
        self.problems.is_empty() && self.inspection.as_ref().is_some_and(|found| found.passes)
    }
}

/// Try a kit: put it into a press and draw every length of name. The first problem.
pub fn try_kit(
    room: &dyn PrintRoom,
    kit: &PrintKit,
    specimens: &Specimens,
) -> Result<(), AppError> {
    let press = room.press(kit)?;
    for (what, name) in trying_names() {
        let printed = press.print(&specimens.of(&name)?.sheet());
        printed.map_err(|PressError { detail }| PressError {
            detail: format!("with {what}: {detail}"),
        })?;
    }
    Ok(())
}

/// Check everything about a kit's design.
pub fn check_design(
    room: &dyn PrintRoom,
    kit: &PrintKit,
    specimens: &Specimens,
) -> Result<DesignReport, AppError> {
    let mut problems = Vec::new();
    for language in Language::ALL {
        let style = Restyle {
            language: Some(language),
            design: None,
        };
        let tried = try_kit(room, &kit.clone().restyled(style), specimens);
        match tried {
            Ok(()) => {}
            Err(AppError::Press(PressError { detail })) => {
                problems.push(format!("in language {language}: {detail}"));
            }
            Err(other) => return Err(other),
        }
    }
    let mut report = DesignReport {
        problems,
        inspection: None,
    };
    if report.problems.is_empty() {
        let usual = specimens.of(USUAL_NAME)?;
        let inspected = room.press(kit)?.inspect(&usual.sheet());
        match inspected {
            Ok(found) => report.inspection = Some(found),
            Err(PressError { detail }) => report.problems.push(detail),
        }
    }
    Ok(report)
}
