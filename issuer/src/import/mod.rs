//! Readers of spreadsheets as a training desk sends them: CSV and XLSX become a raw table, then a checked roster.

mod csv;
mod decode;
mod rejected;
pub mod sheet;
mod sniff;
mod xlsx;

use crate::domain::roster::{
    Checked, Columns, FieldSpec, ReadError, RosterError, check, find_columns, has_header,
};

pub use rejected::rejected_csv;
pub use sheet::{Format, Sheet, read};

/// A roster file with everything found in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The sheet that was read.
    pub sheet: Sheet,
    /// Where its header is and what each column was taken for.
    pub columns: Columns,
    /// Sheets of the workbook that were not read, to be mentioned to the person.
    pub other_sheets: Vec<String>,
    /// Graduates, problems and flags.
    pub checked: Checked,
}

impl Import {
    /// The rejected lines as a CSV file for Excel: the original columns and what is wrong with each line.
    #[must_use]
    pub fn rejected_csv(&self) -> Vec<u8> {
        rejected_csv(&self.sheet, &self.columns, &self.checked)
    }
}

/// Reads a roster file, finds its header, and checks every line: the whole way from octets to graduates.
///
/// `sheet` picks a sheet of a workbook by name; without it, the only sheet with something in it is taken, or else the
/// only one with a header that has a name column. `map` holds the pairs of `--map "HEADING=ROLE"`.
///
/// # Errors
/// When no table can be had from the file at all. Everything wrong with single lines is in [`Checked::problems`].
pub fn load(
    bytes: &[u8],
    file_name: &str,
    sheet: Option<&str>,
    map: &[(String, String)],
    fields: &[FieldSpec],
) -> Result<Import, RosterError> {
    let sheets = read(bytes, file_name)?;
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let (sheet, columns) = choose(sheets, sheet, map, fields)?;
    let first_row = sheet
        .table
        .lines
        .iter()
        .find(|line| line.number > columns.header_line && !line.is_blank());
    if first_row.is_none() {
        return Err(RosterError::NoRows {
            header_line: columns.header_line,
        });
    }
    let checked = check(&sheet.table, &columns, fields);
    let other_sheets = names
        .into_iter()
        .filter(|name| *name != sheet.name)
        .collect();
    Ok(Import {
        sheet,
        columns,
        other_sheets,
        checked,
    })
}

/// Reads a roster file without judging it: the sheet with the graduates, and the names of the others.
///
/// # Errors
/// When no table can be had from the file, or there is no telling which of several sheets is the roster.
pub fn load_raw(
    bytes: &[u8],
    file_name: &str,
    sheet: Option<&str>,
    fields: &[FieldSpec],
) -> Result<(Sheet, Vec<String>), RosterError> {
    let sheets = read(bytes, file_name)?;
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let sheet = pick(sheets, sheet, &[], fields)?;
    let others = names.into_iter().filter(|name| *name != sheet.name);
    let others = others.collect();
    Ok((sheet, others))
}

fn choose(
    sheets: Vec<Sheet>,
    wanted: Option<&str>,
    map: &[(String, String)],
    fields: &[FieldSpec],
) -> Result<(Sheet, Columns), RosterError> {
    let sheet = pick(sheets, wanted, map, fields)?;
    let columns = find_columns(&sheet.table, map, fields)?;
    Ok((sheet, columns))
}

/// The sheet asked for, the only one with something in it, or the only one with a header that has a name column.
fn pick(
    mut sheets: Vec<Sheet>,
    wanted: Option<&str>,
    map: &[(String, String)],
    fields: &[FieldSpec],
) -> Result<Sheet, RosterError> {
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    if let Some(wanted) = wanted {
        sheets.retain(|sheet| sheet.name == wanted);
        if sheets.is_empty() {
            return Err(RosterError::NoSuchSheet {
                wanted: wanted.to_owned(),
                names,
            });
        }
    } else if sheets.len() > 1 {
        sheets.retain(|sheet| sheet.is_visible() && !sheet.is_blank());
    }
    if sheets.len() > 1 {
        sheets.retain(|sheet| has_header(&sheet.table, map, fields));
        if sheets.len() != 1 {
            return Err(RosterError::WhichSheet { names });
        }
    }
    sheets.pop().ok_or(RosterError::Read(ReadError::Empty))
}

#[cfg(test)]
mod tests;
