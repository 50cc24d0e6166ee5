//! Whole pages: what is printed, what is attached, and that nothing else decides the bytes.

use super::*;
use crate::sample;
use lopdf::{Document, Object};
use serde_json::Value;

fn print(json: &Value) -> Result<Vec<u8>, PrintError> {
    let printer = Printer::new(&Kit::default()).unwrap();
    printer.print(&Page {
        credential_json: json.to_string().as_bytes(),
        qr_url: &sample::address(340),
        reprinted: None,
    })
}

fn words(pdf: &[u8]) -> String {
    Document::load_mem(pdf).unwrap().extract_text(&[1]).unwrap()
}

/// Every file specification in the PDF with its relationship and its content.
fn attachments(pdf: &[u8]) -> Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> {
    let document = Document::load_mem(pdf).unwrap();
    let dictionaries = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok());
    let specifications = dictionaries.filter(|dictionary| dictionary.has(b"EF"));
    let read = |specification: &lopdf::Dictionary| {
        let name = specification.get(b"F").unwrap().as_str().unwrap().to_vec();
        let kind = specification
            .get(b"AFRelationship")
            .unwrap()
            .as_name()
            .unwrap()
            .to_vec();
        let file = specification.get(b"EF").unwrap().as_dict().unwrap();
        let stream = file.get(b"F").and_then(Object::as_reference).unwrap();
        let stream = document.get_object(stream).unwrap().as_stream().unwrap();
        (name, kind, stream.decompressed_content().unwrap())
    };
    specifications.map(read).collect()
}

#[test]
fn the_credential_is_attached_byte_for_byte() {
    let json = sample::credential("Wanjikũ Ng'ang'a");
    let found = attachments(&print(&json).unwrap());
    let expected = (
        ATTACHMENT_NAME.as_bytes().to_vec(),
        b"Source".to_vec(),
        json.to_string().into_bytes(),
    );
    assert_eq!(found, [expected]);
}

#[test]
fn the_same_input_gives_the_same_bytes_also_from_another_printer_and_thread() {
    let json = sample::credential("Mũthoni wa Kĩbera");
    let here = print(&json).unwrap();
    let there = std::thread::scope(|scope| scope.spawn(|| print(&json).unwrap()).join().unwrap());
    assert_eq!(here, there);
    assert_ne!(
        here,
        print(&sample::credential("Mũthoni wa Kibera")).unwrap()
    );
}

#[test]
fn a_certificate_stays_small() {
    let varied = "Ñĩũŵ ẹ́ḥ̱ Ŋ'Őȷk Ĵåþ Ẽǵ Xavier-Quincy Zvbnm ĽßðĦ Œĳ Kůťžď Çşğı Łąęń";
    assert!(varied.len() <= 120);
    let printer = Printer::new(&Kit::default()).unwrap();
    for (name, digits) in [("Jo", 340), (varied, 620)] {
        let mut json = sample::credential(name);
        let proof = json["proof"][0].clone();
        json["proof"].as_array_mut().unwrap().push(proof);
        json["issuer"]["name"] = "National Cyber Training Office (SPECIMEN)".into();
        let pdf = printer.print(&Page {
            credential_json: json.to_string().as_bytes(),
            qr_url: &sample::address(digits),
            reprinted: None,
        });
        let pdf = pdf.unwrap();
        assert!(pdf.len() <= 60_000, "{name}: {} bytes", pdf.len());
    }
}

#[test]
fn the_page_says_what_the_credential_says() {
    let text = words(&print(&sample::credential("Wanjikũ Ng'ang'a")).unwrap());
    for part in [
        "National Cyber Training Office",
        "Wanjikũ Ng'ang'a",
        "Cybersecurity Incident Response",
        "Distinction",
        "16 October 2026",
        "2026-C",
        "NCTO-2026-000123",
        "Huawei Technologies (Kenya)",
        "v.nc4.example",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("SPECIMEN"));
}

#[test]
fn a_specimen_is_marked() {
    let mut json = sample::credential("Amina");
    let name = "National Cyber Training Office (SPECIMEN)";
    json["issuer"]["name"] = name.into();
    let text = words(&print(&json).unwrap());
    assert!(text.matches("SPECIMEN").count() > 1, "{text}");
}

#[test]
fn without_a_partner_or_award_their_lines_are_left_out() {
    let mut json = sample::credential("Amina");
    let subject = json["credentialSubject"].as_object_mut().unwrap();
    subject.remove("source");
    subject.remove("result");
    let text = words(&print(&json).unwrap());
    for part in ["partner", "award of", "{"] {
        assert!(!text.contains(part), "{part} in {text}");
    }
}

#[test]
fn what_cannot_be_printed_is_an_error() {
    let missing = {
        let mut json = sample::credential("Amina");
        json["credentialSubject"]
            .as_object_mut()
            .unwrap()
            .remove("name");
        print(&json).unwrap_err()
    };
    assert!(matches!(
        missing,
        PrintError::MissingFact {
            pointer: "/credentialSubject/name",
            ..
        }
    ));
    let glyph = print(&sample::credential("Wang 王")).unwrap_err();
    assert!(
        matches!(
            glyph,
            PrintError::MissingGlyph {
                character: '王',
                ..
            }
        ),
        "{glyph}"
    );
    let long = print(&sample::credential(&"Maximiliana ".repeat(40))).unwrap_err();
    assert!(matches!(long, PrintError::TooLong { .. }), "{long}");
}

#[test]
fn one_printer_serves_many_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Printer::new(&Kit::default()).unwrap());
}
