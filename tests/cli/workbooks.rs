//! Workbooks made for the tests, among them some that unpack to far more than they are.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Class" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const SHEETS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const SHEET: &str = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;
const SHEET_END: &str = "</sheetData></worksheet>";

/// A workbook whose only sheet has these rows, given as XML.
pub(crate) fn workbook(rows: &str) -> Vec<u8> {
    workbook_of(&mut |zip| zip.write_all(rows.as_bytes()))
}

/// A workbook whose only sheet has one row and `octets` of blanks after it: 200 KB for every 200 MB.
pub(crate) fn blank_bomb(octets: usize) -> Vec<u8> {
    let blanks = vec![b' '; 1 << 20];
    workbook_of(&mut |zip| {
        zip.write_all(row(1, &[("Full Name", false), ("Award", false)]).as_bytes())?;
        (0..octets.div_ceil(blanks.len())).try_for_each(|_| zip.write_all(&blanks))
    })
}

/// A workbook with `rows` graduates and as many more columns of text as fit into the limits of a line.
pub(crate) fn cell_bomb(rows: u32) -> Vec<u8> {
    let wide: Vec<(&str, bool)> = vec![("x", false); 250];
    workbook_of(&mut |zip| {
        (1..=rows).try_for_each(|line| zip.write_all(row(line, &wide).as_bytes()))
    })
}

/// A row of cells: their text, and whether a formula gave it.
pub(crate) fn row(line: u32, cells: &[(&str, bool)]) -> String {
    let cell = |(column, (text, formula)): (usize, &(&str, bool))| {
        let column = column_name(column);
        let formula = if *formula {
            "<f>CONCATENATE(A1,B1)</f>"
        } else {
            ""
        };
        match formula {
            "" => format!(r#"<c r="{column}{line}" t="inlineStr"><is><t>{text}</t></is></c>"#),
            _ => format!(r#"<c r="{column}{line}" t="str">{formula}<v>{text}</v></c>"#),
        }
    };
    let cells: String = cells.iter().enumerate().map(cell).collect();
    format!(r#"<row r="{line}">{cells}</row>"#)
}

fn column_name(column: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n).unwrap());
    match column / 26 {
        0 => letter(column).to_string(),
        first => format!("{}{}", letter(first - 1), letter(column % 26)),
    }
}

type Archive = ZipWriter<Cursor<Vec<u8>>>;

fn workbook_of(rows: &mut dyn FnMut(&mut Archive) -> std::io::Result<()>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (path, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", SHEETS),
    ] {
        zip.start_file(path, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    zip.write_all(SHEET.as_bytes()).unwrap();
    rows(&mut zip).unwrap();
    zip.write_all(SHEET_END.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}
