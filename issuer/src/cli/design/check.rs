//! `design check`: may this design be used?

use std::process::ExitCode;

use serde_json::json;

use super::super::args::DesignCheck;
use super::super::failure::Failure;
use super::super::output::say;
use super::laid_out;
use crate::app::check_design::{DesignReport, check_design};
use crate::app::ports::press::{Inspection, PrintRoom, Scenario};

pub(super) fn check(
    room: &dyn PrintRoom,
    args: &DesignCheck,
    json: bool,
) -> Result<ExitCode, Failure> {
    let (kit, specimens) = laid_out(room, &args.design, &args.sample)?;
    let report = check_design(room, &kit, &specimens)?;
    let answer = json!({
        "design": args.design,
        "passes": report.passes(),
        "problems": report.problems,
        "inspection": report.inspection,
    });
    let table = report.inspection.as_ref().map(table).unwrap_or_default();
    match report.passes() {
        true => {
            let told = format!("{table}\n{} may be used.", args.design);
            say(json, told.trim_start(), &answer);
            Ok(ExitCode::SUCCESS)
        }
        false => {
            if json {
                say(json, "", &answer);
            }
            Err(refused(&args.design, &report, &table))
        }
    }
}

fn refused(design: &str, report: &DesignReport, table: &str) -> Failure {
    let lines = table.lines().map(str::to_owned);
    let details = report.problems.iter().cloned().chain(lines).collect();
    let (message, hint) = match report.problems.is_empty() {
        false => (
            format!("the design {design} may not be used"),
            "correct it and check it again",
        ),
        true => (
            format!("the code of the design {design} is not read well enough from paper"),
            "make the code larger, and keep art and colour away from it",
        ),
    };
    Failure::refused(message, details, hint)
}

/// The code, then scenario, reads of tries, and a mark where they are too few.
fn table(found: &Inspection) -> String {
    let width = found.scenarios.iter().map(|it| it.name.len()).max();
    let width = width.unwrap_or_default();
    let line = |it: &Scenario| {
        let few = match it.reads < it.least {
            true => format!("  too few: {} are needed", it.least),
            false => String::new(),
        };
        format!(
            "{:<width$}  {:>3} of {:>3}{few}",
            it.name, it.reads, it.tries
        )
    };
    let mut lines = vec![format!(
        "code: version {}, {:.1} mm wide, modules of {:.2} mm; read from paper:",
        found.code_version, found.code_mm, found.module_mm
    )];
    lines.extend(found.scenarios.iter().map(line));
    lines.push(format!(
        "{:<width$}  {:>6.0} %  ({:.0} % are needed)",
        "together",
        100.0 * found.rate,
        100.0 * found.least_rate
    ));
    lines.join("\n")
}
