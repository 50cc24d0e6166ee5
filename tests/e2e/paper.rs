//! The paper: certificates rasterised as a printer and a scanner would, and read back.

use std::path::{Path, PathBuf};
use std::process::Command;

use cheti_tests::programs::has_tools;
use cheti_tests::random::Random;
use image::{DynamicImage, GrayImage, Luma};

use crate::demo::{check, demo};

/// The page of a PDF as a picture, by poppler.
fn rasterise(pdf: &Path, dpi: u32, name: &str) -> PathBuf {
    let out = demo().scratch(name);
    let ran = Command::new("pdftoppm")
        .args(["-singlefile", "-png", "-r", &dpi.to_string()])
        .args([pdf, out.as_path()])
        .status()
        .expect("pdftoppm of poppler-utils is needed");
    assert!(ran.success());
    out.with_extension("png")
}

fn grey(path: &Path) -> GrayImage {
    image::open(path).unwrap().into_luma8()
}

/// Turned by `degrees`, on white paper large enough for every corner.
fn turned(page: &GrayImage, degrees: f32) -> GrayImage {
    let (width, height) = page.dimensions();
    let side = f32::from(width as u16).hypot(f32::from(height as u16)) as u32;
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let (cx, cy) = (width as f32 / 2.0, height as f32 / 2.0);
    GrayImage::from_fn(side, side, |x, y| {
        let (dx, dy) = (x as f32 - side as f32 / 2.0, y as f32 - side as f32 / 2.0);
        let (sx, sy) = (cosine * dx + sine * dy + cx, cosine * dy - sine * dx + cy);
        let inside = sx >= 0.0 && sy >= 0.0 && sx < width as f32 && sy < height as f32;
        if inside {
            *page.get_pixel(sx as u32, sy as u32)
        } else {
            Luma([255])
        }
    })
}

/// Grain, dim light and little contrast, the same each time.
fn noisy(page: &GrayImage, seed: u64) -> GrayImage {
    let mut random = Random::seeded(seed);
    let mut out = page.clone();
    for pixel in out.pixels_mut() {
        let grain = random.below(61) as i32 - 30;
        let dim = 40 + i32::from(pixel.0[0]) * 5 / 8;
        pixel.0[0] = (dim + grain).clamp(0, 255) as u8;
    }
    out
}

fn reads(name: &str, graduate: &str, page: &Path) {
    let answer = check(page);
    assert_eq!(
        answer.verdict(),
        "valid",
        "{name}: {:?} {}",
        answer.reports,
        answer.errors
    );
    assert_eq!(answer.reports[0]["signed"]["name"], graduate, "{name}");
}

#[test]
fn printed_pages_read_at_every_usual_resolution() {
    if !has_tools(&["pdftoppm"]) {
        return;
    }
    for (begins, graduate) in [
        ("Wanjikũ", "Wanjikũ Ng'ang'a"),
        ("Juma", "Juma"),
        ("Hassan", "Hassan bin Said al-Mazrui"),
    ] {
        let pdf = demo().file(begins, "pdf");
        for dpi in [150, 200, 300] {
            let page = rasterise(&pdf, dpi, &format!("{begins}-{dpi}"));
            reads(&format!("{begins} at {dpi} dpi"), graduate, &page);
        }
    }
}

#[test]
fn turned_noisy_and_compressed_pages_read() {
    if !has_tools(&["pdftoppm"]) {
        return;
    }
    let pdf = demo().file("Faith", "pdf");
    let graduate = "Faith Nyambura O'Brien";
    for dpi in [150, 200, 300] {
        let page = grey(&rasterise(&pdf, dpi, &format!("Faith-{dpi}")));
        for degrees in [3.0, -12.0, 45.0, 90.0, 180.0] {
            let path = demo().scratch(&format!("turned-{dpi}-{degrees}.png"));
            turned(&page, degrees).save(&path).unwrap();
            reads(&format!("{dpi} dpi turned by {degrees}"), graduate, &path);
        }
        let path = demo().scratch(&format!("noisy-{dpi}.png"));
        noisy(&turned(&page, 2.0), u64::from(dpi))
            .save(&path)
            .unwrap();
        reads(&format!("{dpi} dpi, noisy"), graduate, &path);
        let path = demo().scratch(&format!("noisy-{dpi}.jpg"));
        DynamicImage::ImageLuma8(noisy(&page, 7))
            .save(&path)
            .unwrap();
        reads(&format!("{dpi} dpi, noisy JPEG"), graduate, &path);
    }
}

#[test]
fn the_text_of_the_page_reads_in_order() {
    if !has_tools(&["pdftotext"]) {
        return;
    }
    let ran = Command::new("pdftotext")
        .arg(demo().file("Wanjikũ", "pdf"))
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8(ran.stdout)
        .unwrap()
        .replace('\u{2019}', "'");
    let places: Vec<usize> = [
        "National Computer",
        "Wanjikũ Ng'ang'a",
        "Advanced Cybersecurity Training",
        "Distinction",
        "Certificate No. NC4-ACT-",
    ]
    .map(|words| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words} is not in {text}"))
    })
    .to_vec();
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn the_pdf_is_sound_and_carries_the_credential() {
    if !has_tools(&["qpdf", "pdfdetach", "pdffonts"]) {
        return;
    }
    let pdf = demo().file("Wanjikũ", "pdf");
    let sound = Command::new("qpdf")
        .arg("--check")
        .arg(&pdf)
        .output()
        .unwrap();
    assert!(
        sound.status.success(),
        "{}",
        String::from_utf8_lossy(&sound.stdout)
    );
    let out = demo().scratch("attached.json");
    let saved = Command::new("pdfdetach")
        .args(["-save", "1", "-o"])
        .args([&out, &pdf])
        .status()
        .unwrap();
    assert!(saved.success());
    assert_eq!(
        std::fs::read(out).unwrap(),
        std::fs::read(demo().file("Wanjikũ", "json")).unwrap()
    );
    assert!(std::fs::metadata(&pdf).unwrap().len() <= 60_000);
    let fonts = Command::new("pdffonts").arg(&pdf).output().unwrap();
    let fonts = String::from_utf8(fonts.stdout).unwrap();
    assert!(
        fonts.lines().skip(2).all(|line| line.contains(" yes yes ")),
        "every font is embedded: {fonts}"
    );
}
