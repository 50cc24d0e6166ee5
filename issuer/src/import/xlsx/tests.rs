//! Workbooks made by hand: what others write, and what nobody should.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::domain::roster::{Limit, ReadError};
use crate::domain::roster::{Origin, Visibility};
use crate::import::sheet::{MAX_UNZIPPED_OCTETS, Sheet, read};

const TYPES: &str = "<Types/>";
const ROOT: &str = r#"<Relationships><Relationship Id="r" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const RELATIONS: &str = r#"<Relationships>
  <Relationship Id="a" Type="http://x/worksheet" Target="/xl/Worksheets/sheet1.xml"/>
  <Relationship Id="s" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>
  <Relationship Id="t" Type="http://x/styles" Target="styles.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<x:workbook xmlns:x="m" xmlns:r="n"><x:sheets><x:sheet name="Li&amp;st" sheetId="1" r:id="a"/></x:sheets></x:workbook>"#;

fn pack(parts: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn deflated() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

fn workbook(sheet: &[u8], strings: &[u8], styles: &[u8]) -> Vec<u8> {
    let parts = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", styles),
    ];
    pack(&parts, deflated())
}

fn open(sheet: &str) -> Result<Vec<Sheet>, ReadError> {
    read(
        &workbook(sheet.as_bytes(), b"<sst/>", b"<styleSheet/>"),
        "x.xlsx",
    )
}

fn limit(result: Result<Vec<Sheet>, ReadError>) -> Limit {
    match result {
        Err(ReadError::OverLimit { limit, .. }) => limit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn strings_formats_and_gaps_are_resolved() {
    let strings = r#"<sst count="2" uniqueCount="2"><si><t xml:space="preserve"> Ng&apos;endo </t><rPh><t>hint</t></rPh></si>
        <si><r><t>Two</t></r><r><t>_x000A_parts</t></r></si><si/></sst>"#;
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000000"/></numFmts>
        <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    let sheet = r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>
        <row r="3"><c r="B3" t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row>
        <row><c s="1"><v>42</v></c><c s="2"><v>45731</v></c><c t="b"><v>1</v></c></row>
        <row r="9" hidden="1"><c r="A9" t="str"><f>B1</f><v>A&#38;B</v></c><c r="B9" t="e"><v>#REF!</v></c><c r="C9"><f>B1+1</f></c></row>
        <row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData></worksheet>"#;
    let sheets = read(
        &workbook(sheet.as_bytes(), strings.as_bytes(), styles.as_bytes()),
        "x.xlsx",
    )
    .unwrap();
    assert_eq!(sheets[0].name, "Li&st");
    let lines = &sheets[0].table.lines;
    let texts = |line: usize| {
        lines[line]
            .cells
            .iter()
            .map(|cell| &*cell.text)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        lines.iter().map(|line| line.number).collect::<Vec<_>>(),
        [3, 4, 9]
    );
    assert_eq!(texts(0), ["", " Ng'endo ", "Two\nparts"]);
    assert_eq!(texts(1), ["000042", "2025-03-15", "TRUE"]);
    assert_eq!(texts(2), ["A&B", "#REF!", "=B1+1"]);
    let origins: Vec<Origin> = lines[2].cells.iter().map(|cell| cell.origin).collect();
    assert_eq!(origins, [Origin::Formula, Origin::Error, Origin::Formula]);
    assert_eq!(lines[2].visibility, Visibility::Hidden);
}

#[test]
fn cells_beyond_the_limits_are_errors() {
    let cell = |row: &str, place: &str| {
        open(&format!(
            r#"<worksheet><sheetData><row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData></worksheet>"#
        ))
    };
    assert!(cell("100000", "IV100000").is_ok());
    assert_eq!(limit(cell("1", "XFD1")), Limit::Columns);
    assert_eq!(
        limit(cell("1", &format!("{}1", "Z".repeat(60)))),
        Limit::Columns
    );
    assert_eq!(limit(cell("100001", "A100001")), Limit::Lines);
    assert_eq!(limit(cell("18446744073709551615", "A1")), Limit::Lines);
    assert!(matches!(cell("0", "A0"), Err(ReadError::Damaged { .. })));
    // Few cells, each far from the left edge: empty cells before them count.
    let far: String = (1..=4_000)
        .map(|r| format!(r#"<row r="{r}"><c r="IV{r}"><v>1</v></c></row>"#))
        .collect();
    assert_eq!(
        limit(open(&format!(
            "<worksheet><sheetData>{far}</sheetData></worksheet>"
        ))),
        Limit::Cells
    );
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let zeros = vec![b' '; 1024 * 1024];
    let blocks = usize::try_from(MAX_UNZIPPED_OCTETS).unwrap() / zeros.len() + 1;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", WORKBOOK),
    ] {
        zip.start_file(name, deflated()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.start_file("xl/worksheets/sheet1.xml", deflated())
        .unwrap();
    for _ in 0..blocks {
        zip.write_all(&zeros).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(limit(read(&bomb, "x.xlsx")), Limit::UnzippedOctets);
}

#[test]
fn sizes_in_the_directory_are_not_believed() {
    let text = format!("<worksheet><!--{}--></worksheet>", " ".repeat(200_000));
    let mut bytes = workbook(text.as_bytes(), b"<sst/>", b"<styleSheet/>");
    let size = u32::try_from(text.len()).unwrap().to_le_bytes();
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, &size).collect();
    assert_eq!(
        places.len(),
        2,
        "once in the file's header, once in the directory"
    );
    for place in places {
        bytes[place..place + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    assert!(matches!(
        read(&bytes, "x.xlsx"),
        Err(ReadError::Damaged { .. })
    ));
}

#[test]
fn one_endless_piece_of_xml_is_refused() {
    for piece in ["<!-- ", "<c a=\"", "<c><v>", "<![CDATA["] {
        let sheet = format!(
            "<worksheet><sheetData>{piece}{}",
            " ".repeat(8 * 1024 * 1024)
        );
        assert_eq!(limit(open(&sheet)), Limit::XmlOctets, "{piece}");
    }
}

#[test]
fn amplified_strings_are_refused() {
    // One long string shown by many cells: 200 kB of file for gigabytes of text.
    let strings = format!(
        "<sst uniqueCount=\"18446744073709551615\"><si><t>{}</t></si></sst>",
        "x".repeat(32_000)
    );
    let rows: String = (1..=2_000)
        .map(|r| format!(r#"<row r="{r}"><c r="A{r}" t="s"><v>0</v></c></row>"#))
        .collect();
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let bytes = workbook(sheet.as_bytes(), strings.as_bytes(), b"<styleSheet/>");
    assert_eq!(limit(read(&bytes, "x.xlsx")), Limit::TextOctets);
    // References go through one by one, so a cell cannot grow without end either.
    let references = "&amp;".repeat(500_000);
    let sheet = format!(
        "<worksheet><sheetData><row><c t=\"str\"><v>{references}</v></c></row></sheetData></worksheet>"
    );
    assert_eq!(limit(open(&sheet)), Limit::CellCharacters);
}

#[test]
fn many_empty_strings_and_parts_are_refused() {
    let strings = format!("<sst>{}</sst>", "<si/>".repeat(1_000_001));
    let bytes = workbook(
        b"<worksheet><sheetData/></worksheet>",
        strings.as_bytes(),
        b"<styleSheet/>",
    );
    assert_eq!(limit(read(&bytes, "x.xlsx")), Limit::Strings);
    let names: Vec<String> = (0..3_000)
        .map(|n| format!("[Content_Types].xml{n}"))
        .collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(
        limit(read(&pack(&parts, deflated()), "x.xlsx")),
        Limit::Parts
    );
}

#[test]
fn damaged_workbooks_are_errors_with_their_part() {
    let whole = workbook(
        b"<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>",
        b"<sst/>",
        b"<s/>",
    );
    assert!(read(&whole, "x.xlsx").is_ok());
    for length in (0..whole.len()).step_by(7) {
        assert!(read(&whole[..length], "x.xlsx").is_err(), "{length}");
    }
    let sheets = [
        "<worksheet><sheetData><row>",
        r#"<worksheet><sheetData><row><c t="s"><v>7</v></c></row></sheetData></worksheet>"#,
        r#"<worksheet><sheetData><row r="x"><c><v>7</v></c></row></sheetData></worksheet>"#,
        r#"<worksheet><sheetData><row r="5"><c><v>1</v></c></row><row r="4"><c><v>1</v></c></row></sheetData></worksheet>"#,
    ];
    for sheet in sheets {
        let error = open(sheet).unwrap_err();
        assert!(
            matches!(&error, ReadError::Damaged { part, .. } if part.ends_with("sheet1.xml")),
            "{error}"
        );
    }
}

#[test]
fn sizes_that_follow_the_data_are_fine() {
    let mut zip = ZipWriter::new_stream(Vec::new());
    let sheet = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>";
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, content) in parts {
        zip.start_file(name, deflated()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert_eq!(
        read(&bytes, "x.xlsx").unwrap()[0].table.lines[0].text(0),
        "1"
    );
}
