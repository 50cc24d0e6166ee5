//! Whole PDF files, genuine and hostile, through the one entry point.

use lopdf::content::Operation;
use lopdf::{Dictionary, Object, Stream, dictionary};
use proptest::prelude::*;

use super::super::fixtures::{PdfBuilder, bomb, code_text, page, random_bytes, rotated, scanned};
use super::super::limits::{
    MAX_ATTACHMENT_BYTES, MAX_PAGE_WORK, MAX_PDF_INFLATED_BYTES, MAX_PDF_OBJECTS,
};
use super::*;

const CREDENTIAL: &[u8] = br#"{"type":["VerifiableCredential"]}"#;

fn file(bytes: &[u8], media_type: &str) -> Stream {
    Stream::new(
        dictionary! { "Type" => "EmbeddedFile", "Subtype" => media_type },
        bytes.to_vec(),
    )
}

fn codes(bytes: &[u8]) -> Vec<String> {
    pdf(bytes)
        .unwrap()
        .codes
        .into_iter()
        .map(QrText::into_string)
        .collect()
}

#[test]
fn reads_the_attachment_and_the_drawn_code() {
    let bytes = PdfBuilder::new()
        .vector_code(&code_text())
        .attach("credential.json", file(CREDENTIAL, "application/ld+json"))
        .bytes();
    let content = pdf(&bytes).unwrap();
    let expected = Attachment {
        name: "credential.json".into(),
        relationship: Some("Source".into()),
        bytes: CREDENTIAL.to_vec(),
    };
    assert_eq!(content.attachments, [expected]);
    assert_eq!(content.codes, [QrText::new(code_text())]);
}

#[test]
fn reads_scanned_pages() {
    for (name, picture) in [
        ("JPEG", scanned(&page(200.0), true)),
        ("flate", scanned(&page(150.0), false)),
        ("turned", scanned(&rotated(&page(300.0), 2.0), true)),
    ] {
        assert_eq!(
            codes(&PdfBuilder::new().scan(picture).bytes()),
            [code_text()],
            "{name}"
        );
    }
}

#[test]
fn reads_a_stencil_and_a_code_of_one_pixel_a_module() {
    let (count, dark) = super::super::fixtures::modules(&code_text());
    let rows = dark.chunks(count).flat_map(|row| {
        row.chunks(8).map(|byte| {
            byte.iter()
                .enumerate()
                .fold(0, |bits, (i, &dark)| bits | u8::from(!dark) << (7 - i))
        })
    });
    let dict = dictionary! { "Type" => "XObject", "Subtype" => "Image", "ImageMask" => true, "Width" => count as i64, "Height" => count as i64, "BitsPerComponent" => 1 };
    let mut builder = PdfBuilder::new();
    let stencil = builder
        .document
        .add_object(Stream::new(dict, rows.collect()));
    let place = vec![
        100.into(),
        0.into(),
        0.into(),
        100.into(),
        300.into(),
        200.into(),
    ];
    let operations = vec![
        Operation::new("cm", place),
        Operation::new("Do", vec!["S".into()]),
    ];
    let bytes = builder
        .page(
            operations,
            dictionary! { "XObject" => dictionary! { "S" => stencil } },
        )
        .bytes();
    assert_eq!(codes(&bytes), [code_text()]);
}

#[test]
fn gives_two_different_codes_and_an_empty_page_none() {
    let bytes = PdfBuilder::new()
        .vector_code(&code_text())
        .vector_code("https://v.nc4.example/#9777")
        .bytes();
    assert_eq!(
        codes(&bytes),
        [code_text(), "https://v.nc4.example/#9777".into()]
    );
    let empty = pdf(&PdfBuilder::new().page(vec![], Dictionary::new()).bytes()).unwrap();
    assert_eq!(
        empty,
        PdfContent {
            attachments: vec![],
            codes: vec![]
        }
    );
}

#[test]
fn passes_over_attachments_that_are_no_json_and_refuses_large_ones() {
    let builder = || PdfBuilder::new().vector_code(&code_text());
    let photo = builder()
        .attach("photo.jpg", file(b"\xff\xd8\xff", "image/jpeg"))
        .bytes();
    assert_eq!(pdf(&photo).unwrap().attachments, []);
    let unnamed = builder()
        .attach("data", file(CREDENTIAL, "text/plain"))
        .bytes();
    assert_eq!(pdf(&unnamed).unwrap().attachments.len(), 1);
    let large = builder()
        .attach("credential.json", bomb(300_000_000))
        .bytes();
    assert!(large.len() < 2_000_000);
    assert_eq!(
        pdf(&large),
        Err(ScanError::AttachmentTooLarge {
            name: "credential.json".into(),
            limit: MAX_ATTACHMENT_BYTES
        })
    );
    let irrelevant = builder().attach("video.mp4", bomb(300_000_000)).bytes();
    assert_eq!(codes(&irrelevant), [code_text()]);
}

#[test]
fn refuses_pages_that_inflate_without_end() {
    let mut builder = PdfBuilder::new();
    let mut picture = bomb(MAX_PDF_INFLATED_BYTES + 1);
    picture.dict.extend(&dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 10, "Height" => 10, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8 });
    let picture = builder.document.add_object(picture);
    let bytes = builder
        .page(
            vec![Operation::new("Do", vec!["P".into()])],
            dictionary! { "XObject" => dictionary! { "P" => picture } },
        )
        .bytes();
    assert_eq!(
        pdf(&bytes),
        Err(ScanError::TooComplex {
            what: "bytes once unpacked",
            limit: MAX_PDF_INFLATED_BYTES as u64
        })
    );
}

#[test]
fn refuses_drawings_within_drawings_that_multiply() {
    let mut builder = PdfBuilder::new();
    let form = |content: &str, resources: Dictionary| {
        let dict = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 842.into(), 595.into()], "Resources" => resources };
        Stream::new(dict, content.as_bytes().to_vec())
    };
    let mut inner = builder
        .document
        .add_object(form("0 0 800 500 re f", Dictionary::new()));
    for _ in 0..20 {
        inner = builder.document.add_object(form(
            &"/X Do ".repeat(10),
            dictionary! { "XObject" => dictionary! { "X" => inner } },
        ));
    }
    let bytes = builder
        .page(
            vec![Operation::new("Do", vec!["X".into()])],
            dictionary! { "XObject" => dictionary! { "X" => inner } },
        )
        .bytes();
    assert_eq!(
        pdf(&bytes),
        Err(ScanError::TooComplex {
            what: "drawing steps",
            limit: MAX_PAGE_WORK
        })
    );
}

#[test]
fn refuses_files_of_very_many_objects() {
    let mut builder = PdfBuilder::new().vector_code("9123");
    for _ in 0..=MAX_PDF_OBJECTS {
        builder.document.add_object(Object::Null);
    }
    let refused = ScanError::TooComplex {
        what: "objects",
        limit: MAX_PDF_OBJECTS as u64,
    };
    assert_eq!(pdf(&builder.bytes()), Err(refused));
}

#[test]
fn leaves_out_a_picture_inside_the_drawing_commands_that_inflates_twice() {
    let mut twice = bomb(200_000_000).content;
    twice = bomb_of(twice);
    let mut content =
        b"q 842 0 0 595 0 0 cm BI /W 10000 /H 4000 /BPC 8 /CS /G /F [/Fl /Fl] ID ".to_vec();
    content.extend(&twice);
    content.extend(b"\nEI Q ");
    let mut builder = PdfBuilder::new();
    let contents = builder
        .document
        .add_object(Stream::new(Dictionary::new(), content));
    let mut builder = builder.page(vec![], Dictionary::new());
    for object in builder.document.objects.values_mut() {
        if let Ok(page) = object
            .as_dict_mut()
            .and_then(|page| page.get_mut(b"Contents"))
        {
            *page = contents.into();
        }
    }
    assert_eq!(codes(&builder.bytes()), Vec::<String>::new());
}

fn bomb_of(content: Vec<u8>) -> Vec<u8> {
    let mut stream = Stream::new(Dictionary::new(), content);
    stream.compress().unwrap();
    stream.content
}

#[test]
fn skips_pictures_that_claim_a_monstrous_size() {
    let mut picture = scanned(&page(72.0), true);
    picture.dict.set("Width", 60_000);
    picture.dict.set("Height", 60_000);
    assert_eq!(
        codes(&PdfBuilder::new().scan(picture).bytes()),
        Vec::<String>::new()
    );
}

#[test]
fn refuses_many_pages() {
    let mut builder = PdfBuilder::new();
    for _ in 0..1000 {
        builder = builder.page(vec![], Dictionary::new());
    }
    let error = pdf(&builder.bytes()).unwrap_err();
    assert_eq!(
        error,
        ScanError::TooManyPages {
            pages: 1000,
            limit: MAX_PDF_PAGES
        }
    );
    assert!(error.to_string().contains("1000 pages"));
}

#[test]
fn ends_on_name_trees_that_contain_themselves() {
    let mut builder = PdfBuilder::new().vector_code(&code_text());
    let node = builder.document.new_object_id();
    builder.document.objects.insert(
        node,
        Object::Dictionary(dictionary! { "Kids" => vec![node.into(), node.into()] }),
    );
    builder
        .catalog
        .set("Names", dictionary! { "EmbeddedFiles" => node });
    assert_eq!(codes(&builder.bytes()), [code_text()]);
}

#[test]
fn refuses_encrypted_files() {
    let mut builder = PdfBuilder::new().vector_code(&code_text());
    let string = |byte: u8| Object::string_literal(vec![byte; 32]);
    let encrypt = dictionary! { "Filter" => "Standard", "V" => 2, "R" => 3, "Length" => 128, "P" => -4, "O" => string(1), "U" => string(2) };
    let encrypt = builder.document.add_object(encrypt);
    builder.document.trailer.set("Encrypt", encrypt);
    builder
        .document
        .trailer
        .set("ID", vec![string(3), string(3)]);
    assert_eq!(
        pdf(&builder.bytes()),
        Err(ScanError::Encrypted { kind: KIND })
    );
}

#[test]
fn refuses_other_files_and_broken_ones() {
    assert_eq!(
        pdf(b"hello").unwrap_err().to_string(),
        "this is not a PDF file: it is a text without a certificate's code"
    );
    assert_eq!(
        pdf(b"%PDF-1.7\n%%EOF"),
        Err(ScanError::Damaged { kind: KIND })
    );
    assert_eq!(
        pdf(&[b"%PDF-1.7\n".to_vec(), random_bytes(9, 10_000)].concat()),
        Err(ScanError::Damaged { kind: KIND })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any outcome but a panic that escapes or a run without end.
    #[test]
    fn survives_changed_bytes(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), cut in any::<prop::sample::Index>()) {
        let mut bytes = PdfBuilder::new().vector_code("9123").attach("c.json", file(CREDENTIAL, "application/json")).bytes();
        for (at, value) in flips {
            let index = at.index(bytes.len());
            bytes[index] = value;
        }
        let _ = pdf(&bytes);
        let _ = pdf(&bytes[..cut.index(bytes.len())]);
    }
}
