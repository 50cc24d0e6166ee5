//! Writing CSV that no spreadsheet program takes for formulas (RFC 4180, THREATS 12), and what reading it back undoes.

/// First characters that make a spreadsheet program take a cell for a formula.
pub(crate) const DANGEROUS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\0'];

/// What a CSV file for Excel begins with: the byte-order mark says that it is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Write one line as RFC 4180 has it, so that no cell can be taken for a formula.
pub fn write_line<'a>(out: &mut String, delimiter: char, cells: impl Iterator<Item = &'a str>) {
    for (column, cell) in cells.enumerate() {
        if column > 0 {
            out.push(delimiter);
        }
        write_cell(out, delimiter, cell);
    }
    out.push_str("\r\n");
}

fn write_cell(out: &mut String, delimiter: char, cell: &str) {
    let guard = if needs_guard(cell) { "'" } else { "" };
    let quoted = cell.contains(['"', '\r', '\n', ',', ';', '\t'])
        || cell.contains(delimiter)
        || cell != cell.trim();
    if quoted {
        out.push('"');
        out.push_str(guard);
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(guard);
        out.push_str(cell);
    }
}

/// True for a formula, and for a text that would be one without the apostrophes before it (so that reading back gives the
/// same cell).
fn needs_guard(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(DANGEROUS)
}

/// Take off the apostrophe that [`write_line`], or a careful clerk, put before a formula.
pub(crate) fn unguarded(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(bare) if needs_guard(bare) => bare,
        _ => field,
    }
}
