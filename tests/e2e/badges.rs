//! Baked badges before the verifier's program: the picture is a file like any other, and what it shows counts too.

use std::fs;
use std::path::PathBuf;

use cheti_print::{Kit, Printer};
use cheti_shared::baked::{bake_png, bake_svg};
use image::{GrayImage, ImageFormat, Luma};
use qrcode::{Color, QrCode};

use crate::demo::{check, demo};

fn json(begins: &str) -> String {
    fs::read_to_string(demo().file(begins, "json")).unwrap()
}

fn file(name: &str, octets: impl AsRef<[u8]>) -> PathBuf {
    let path = demo().scratch(name);
    fs::write(&path, octets).unwrap();
    path
}

/// A PNG that shows the code of a certificate.
fn picture_of_code(begins: &str) -> Vec<u8> {
    const PIXELS: usize = 6;
    const MARGIN: usize = 4;
    let text = demo().code(&demo().file(begins, "pdf"));
    let code = QrCode::new(text).unwrap();
    let side = ((code.width() + 2 * MARGIN) * PIXELS) as u32;
    let picture = GrayImage::from_fn(side, side, |x, y| {
        let module = |at: u32| (at as usize / PIXELS).checked_sub(MARGIN);
        let inside = |at: &usize| *at < code.width();
        let at = module(x).filter(inside).zip(module(y).filter(inside));
        let dark = at.is_some_and(|at| code[at] == Color::Dark);
        Luma([if dark { 0 } else { 255 }])
    });
    let mut octets = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut octets, ImageFormat::Png).unwrap();
    octets.into_inner()
}

#[test]
fn badges_are_judged_as_the_certificate_in_them() {
    let printer = Printer::new(&Kit::default()).unwrap();
    for (begins, verdict) in [("Juma", "valid"), ("Barasa", "invalid")] {
        let json = json(begins);
        let png = printer.badge_png(json.as_bytes()).unwrap();
        let svg = printer.badge_svg(json.as_bytes()).unwrap();
        for path in [
            file("b-badge.png", bake_png(&png, &json).unwrap()),
            file("b-badge.svg", bake_svg(svg.as_bytes(), &json).unwrap()),
        ] {
            let answer = check(&path);
            assert_eq!(
                answer.verdict(),
                verdict,
                "{:?} {}",
                answer.reports,
                answer.errors
            );
            assert_eq!(answer.reports[0]["form"], "badge");
            let name = answer.reports[0]["signed"]["name"].as_str().unwrap();
            assert!(name.starts_with(begins), "{name}");
        }
    }
}

#[test]
fn an_altered_certificate_is_altered_in_a_badge_too() {
    let json = json("Juma").replace("Cohort", "Kohort");
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>";
    let answer = check(&file("b-altered.svg", bake_svg(svg, &json).unwrap()));
    assert_eq!((answer.verdict(), answer.reason()), ("invalid", "altered"));
}

#[test]
fn the_code_in_view_must_be_of_the_baked_certificate() {
    let picture = picture_of_code("Juma");
    let same = check(&file(
        "b-same.png",
        bake_png(&picture, &json("Juma")).unwrap(),
    ));
    assert_eq!(same.verdict(), "valid", "{:?}", same.reports);
    let other = check(&file(
        "b-other.png",
        bake_png(&picture, &json("Barasa")).unwrap(),
    ));
    assert_eq!(
        (other.verdict(), other.reason()),
        ("invalid", "attachment_and_code_disagree")
    );
    let nothing = check(&file("b-nothing.png", bake_png(&picture, "{}").unwrap()));
    assert_eq!(nothing.verdict(), "undecided", "{:?}", nothing.reports);
}

#[test]
fn what_cannot_be_taken_out_is_said() {
    let svg = format!(
        "<!DOCTYPE svg SYSTEM 'file:///etc/passwd'>{}",
        "<svg xmlns='http://www.w3.org/2000/svg'/>"
    );
    let answer = check(&file("b-doctype.svg", svg));
    assert_eq!((answer.exit, answer.verdict()), (3, "undecided"));
    assert!(answer.reports[0].to_string().contains("DOCTYPE"));
    let empty = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    let answer = check(&file("b-empty.svg", empty));
    assert_eq!((answer.exit, answer.verdict()), (3, "undecided"));
    let said = answer.reports[0].to_string();
    assert!(
        said.contains("without a certificate baked into it"),
        "{said}"
    );

    let one = bake_png(&picture_of_code("Juma"), &json("Juma")).unwrap();
    // The header's chunk ends at octet 33; the credential's follows, and stands there twice.
    let length = u32::from_be_bytes(one[33..37].try_into().unwrap()) as usize + 12;
    let twice = [&one[..33 + length], &one[33..]].concat();
    let answer = check(&file("b-twice.png", twice));
    assert_eq!(answer.verdict(), "undecided");
    assert!(
        answer.reports[0]
            .to_string()
            .contains("more than one credential")
    );
}
