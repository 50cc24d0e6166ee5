//! What every design looks like in every language, with a short, a usual and the longest name, against pictures that were
//! looked at. `UPDATE=1` makes them anew; look at them before they are kept.

use std::path::PathBuf;

use cheti_print::{Language, Printer, built_in_names};
use cheti_tests::sample;
use image::{GenericImage as _, GrayImage};

use crate::{Certificate, longest_name, printer};

/// Pixels a millimetre.
const FINE: u32 = 1;
/// How far two pictures may be from each other: fonts and lines are smoothed a little differently from release to release.
const MEAN: f64 = 0.6;
/// The share of pixels that may be quite different.
const OFF: f64 = 0.002;
/// Grey levels that are quite different.
const QUITE: u8 = 64;

fn path(design: &str, language: Language) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("studio/golden");
    folder.join(format!("{design}-{language}.png"))
}

/// The page as grey pixels in sixteen levels, which is all that a comparison needs.
fn drawn(printer: &Printer, name: &str, portrait: bool) -> GrayImage {
    let form = sample::form(&sample::course());
    let certificate = Certificate::of(&form, name, 7);
    let width = FINE * if portrait { 210 } else { 297 };
    let png = printer.preview_png(&certificate.page(), width).unwrap();
    let mut grey = image::load_from_memory(&png).unwrap().into_luma8();
    for pixel in grey.pixels_mut() {
        pixel.0[0] = pixel.0[0] / 17 * 17;
    }
    grey
}

fn beside(pages: &[GrayImage]) -> GrayImage {
    let (width, height) = pages[0].dimensions();
    let mut all = GrayImage::new(width, height * pages.len() as u32);
    for (at, page) in (0..).zip(pages) {
        all.copy_from(page, 0, at * height).unwrap();
    }
    all
}

/// The mean difference in grey levels, and the share of pixels that are quite different.
fn difference(one: &GrayImage, other: &GrayImage) -> (f64, f64) {
    assert_eq!(one.dimensions(), other.dimensions());
    let pairs = one.as_raw().iter().zip(other.as_raw());
    let differences: Vec<u8> = pairs.map(|(a, b)| a.abs_diff(*b)).collect();
    let count = differences.len() as f64;
    let sum: f64 = differences.iter().copied().map(f64::from).sum();
    let off = differences.iter().filter(|d| **d > QUITE).count();
    (sum / count, off as f64 / count)
}

#[test]
fn every_design_looks_as_it_was_approved() {
    let names = ["Jo Ali", "Wanjikũ Ng'ang'a Kamau", &longest_name()];
    let mut failures = Vec::new();
    for design in built_in_names() {
        for language in Language::ALL {
            let printer = printer(design, language);
            let pages = names.map(|name| drawn(&printer, name, design == "portrait"));
            let path = path(design, language);
            if std::env::var_os("UPDATE").is_some() {
                beside(&pages).save(&path).unwrap();
                continue;
            }
            let kept = image::open(&path).unwrap().into_luma8();
            let (mean, off) = difference(&beside(&pages), &kept);
            if mean > MEAN || off > OFF {
                let made = std::env::temp_dir().join(path.file_name().unwrap());
                beside(&pages).save(&made).unwrap();
                failures.push(format!(
                    "{design} in {language}: {mean:.2} levels off, {:.2} % quite; see {}",
                    off * 100.0,
                    made.display()
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn another_name_or_language_is_noticed() {
    let page = |language, name| drawn(&printer("formal", language), name, false);
    let good = page(Language::English, "Wanjikũ Ng'ang'a Kamau");
    let others = [
        page(Language::English, "Wanjiku Ng'ang'a Karau"),
        page(Language::Swahili, "Wanjikũ Ng'ang'a Kamau"),
    ];
    for other in others {
        let (mean, off) = difference(&good, &other);
        assert!(mean > MEAN || off > OFF, "{mean} {off}");
    }
}
