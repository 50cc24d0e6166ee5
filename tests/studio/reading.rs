//! What a screen reader meets on a certificate, by the tag tree as poppler reads it, and what is cut at a print shop.

use std::path::Path;
use std::process::Command;

use cheti_print::{Language, built_in_names};
use cheti_tests::{programs, sample};

use crate::{Certificate, printer};

fn run(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(program)
        .args(arguments)
        .arg(file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{program}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_screen_reader_meets_everything_once_in_order() {
    if !programs::has_tools(&["pdfinfo"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let form = sample::form(&sample::course());
    let certificate = Certificate::of(&form, "Wanjikũ Ng'ang'a Kamau", 7);
    for design in built_in_names() {
        let file = folder.path().join(format!("{design}.pdf"));
        let printer = printer(design, Language::English);
        std::fs::write(&file, printer.print(&certificate.page()).unwrap()).unwrap();
        let tree = run("pdfinfo", &["-struct-text"], &file);
        let mut from = 0;
        for part in [
            "H1",
            "This is to certify that",
            "Wanjikũ Ng'ang'a Kamau",
            "has successfully completed",
            "16 October 2026",
            "Dr Njeri Kamau",
            "Director General",
            "Eng. Ali Hassan",
            "Certificate No.",
            "Check this certificate",
        ] {
            let found = tree[from..].find(part);
            let at = found.unwrap_or_else(|| panic!("{design}: no {part} after {from} in {tree}"));
            from += at;
        }
        assert_eq!(
            tree.matches("Wanjikũ").count(),
            1,
            "microtext is decoration: {tree}"
        );
        assert_eq!(tree.matches("H1").count(), 1, "{tree}");
        let figures = run("pdfinfo", &["-struct"], &file);
        assert_eq!(
            figures.matches("Figure").count(),
            4,
            "{design}: crest, logo, signature, code: {figures}"
        );
        let last = figures.rfind("Figure").unwrap();
        assert!(
            figures.rfind("P (block)").unwrap() < last,
            "the code comes last: {figures}"
        );
        let info = run("pdfinfo", &[], &file);
        assert!(info.contains("Tagged:          yes"), "{info}");
        assert!(info.contains("Wanjikũ Ng'ang'a Kamau: "), "{info}");
        let sheet = if design == "portrait" {
            "595.276 x 841.89"
        } else {
            "841.89 x 595.276"
        };
        assert!(info.contains(sheet), "{info}");
    }
}

#[test]
fn each_language_is_named_for_those_who_hear_it() {
    let form = sample::form(&sample::course());
    let certificate = Certificate::of(&form, "Amina Ali", 7);
    for (language, said) in [
        (Language::English, "(en)"),
        (Language::Swahili, "(sw)"),
        (Language::Both, "(en)"),
    ] {
        let pdf = printer("formal", language)
            .print(&certificate.page())
            .unwrap();
        let text = String::from_utf8_lossy(&pdf);
        assert!(
            text.contains(&format!("/Lang{said}")) || text.contains(&format!("/Lang {said}")),
            "{language}"
        );
    }
}

#[test]
fn fonts_are_embedded_and_a_print_shop_finds_its_boxes() {
    if !programs::has_tools(&["pdffonts", "pdfinfo", "qpdf"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let form = sample::form(&sample::course());
    for (design, marks) in [("formal", true), ("portrait", false), ("modern", true)] {
        let printer = printer(design, Language::Swahili);
        let mut book = printer.book(marks);
        for (number, name) in sample::names(5).iter().enumerate() {
            book.add(&Certificate::of(&form, name, number).page())
                .unwrap();
        }
        assert_eq!(book.pages(), 5);
        let file = folder.path().join(format!("{design}-book.pdf"));
        std::fs::write(&file, book.finish().unwrap()).unwrap();
        run("qpdf", &["--check"], &file);
        let boxes = run("pdfinfo", &["-box"], &file);
        let trim = boxes.lines().find(|line| line.starts_with("TrimBox:"));
        let trim: Vec<&str> = trim.unwrap().split_whitespace().skip(1).take(2).collect();
        let slug = if marks { "34.02" } else { "0.00" };
        assert_eq!(trim, [slug, slug], "{boxes}");
        assert!(boxes.contains("Pages:           5"), "{boxes}");
        for line in run("pdffonts", &[], &file).lines().skip(2) {
            let mut columns = line.split_whitespace().rev().skip(2);
            let (unicode, subset, embedded) = (columns.next(), columns.next(), columns.next());
            assert_eq!(
                (embedded, subset, unicode),
                (Some("yes"), Some("yes"), Some("yes")),
                "{line}"
            );
        }
    }
}

#[test]
fn proof_readers_get_small_pages() {
    if !programs::has_tools(&["pdftotext", "pdfinfo"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let form = sample::form(&sample::course());
    for (design, pages) in [("national", 2), ("portrait", 2)] {
        let printer = printer(design, Language::English);
        let mut sheet = printer.contact_sheet();
        let names = sample::names(10);
        for (number, name) in names.iter().enumerate() {
            sheet
                .add(&Certificate::of(&form, name, number).page())
                .unwrap();
        }
        let file = folder.path().join(format!("{design}-proof.pdf"));
        std::fs::write(&file, sheet.finish().unwrap()).unwrap();
        let info = run("pdfinfo", &[], &file);
        assert!(
            info.contains(&format!("Pages:           {pages}")),
            "{info}"
        );
        let output = Command::new("pdftotext")
            .arg(&file)
            .arg("-")
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        for name in &names {
            assert!(text.contains(name), "{name} is not in {text}");
        }
    }
}
