//! Prints the print-read scores of the usual code of a certificate, of the finest one it may carry, and of two still finer:
//! `score [side of the code in mm]`. The table stands in tests/benches/README.md.

use cheti_print::{CodeArea, SYMBOL_MM, Score, Sheet, THRESHOLD, score, symbol};
use qrcode::{Color, EcLevel, QrCode, Version};
use std::error::Error;
use std::time::Instant;

const DPI: f32 = 300.0;

/// A white page with one code drawn `side_mm` wide, and what it scores.
fn scored(modules: &[Vec<bool>], text: &str, side_mm: f32) -> Result<Score, Box<dyn Error>> {
    let side = (side_mm * DPI / 25.4).round();
    let margin = (side / 2.0) as u32;
    let width = side as u32 + 2 * margin;
    let module = side / modules.len() as f32;
    let at = |pixel: u32| ((pixel as f32 + 0.5 - margin as f32) / module).floor();
    let dark = |x: f32, y: f32| {
        x >= 0.0
            && y >= 0.0
            && modules.get(y as usize).and_then(|row| row.get(x as usize)) == Some(&true)
    };
    let grey = |i: u32| {
        if dark(at(i % width), at(i / width)) {
            15
        } else {
            255
        }
    };
    let luma: Vec<u8> = (0..width * width).map(grey).collect();
    let code = CodeArea {
        x: margin,
        y: margin,
        side: side as u32,
    };
    Ok(score(&Sheet {
        width,
        height: width,
        luma: &luma,
        dpi: DPI,
        code,
        text,
    })?)
}

fn address(digits: usize) -> String {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut url = String::from("https://v.nc4.example/#9");
    for _ in 1..digits {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        url.push(char::from(b'0' + ((state >> 33) % 10) as u8));
    }
    url
}

/// The code that a certificate carries.
fn ours(text: &str) -> Result<Vec<Vec<bool>>, Box<dyn Error>> {
    let symbol = symbol(text, SYMBOL_MM)?;
    let side = symbol.width();
    let row = |y| (0..side).map(|x| symbol.is_dark(x, y)).collect();
    Ok((0..side).map(row).collect())
}

/// A code of a version that certificates never carry.
fn finer(text: &str, version: i16) -> Result<Vec<Vec<bool>>, Box<dyn Error>> {
    let code = QrCode::with_version(text, Version::Normal(version), EcLevel::M)?;
    let dark: Vec<bool> = code
        .to_colors()
        .iter()
        .map(|&colour| colour == Color::Dark)
        .collect();
    Ok(dark.chunks(code.width()).map(<[bool]>::to_vec).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let side_mm = std::env::args()
        .nth(1)
        .map_or(Ok(SYMBOL_MM), |side| side.parse())?;
    let (text, finest) = (address(345), address(722));
    let (longer, longest) = (address(1750), address(2450));
    let codes = [
        ("V11-Q", ours(&text)?, &text),
        ("V13-M", ours(&finest)?, &finest),
        ("V22-M", finer(&longer, 22)?, &longer),
        ("V27-M", finer(&longest, 27)?, &longest),
    ];
    let mut scores = Vec::new();
    for (name, modules, text) in &codes {
        let start = Instant::now();
        let score = scored(modules, text, side_mm)?;
        println!("{name}: {:.1} s", start.elapsed().as_secs_f32());
        scores.push(score);
    }
    let names = codes.each_ref().map(|(name, ..)| *name).join(" | ");
    println!("\n| {side_mm} mm, reads in 100 | {names} |\n|---|--:|--:|--:|--:|");
    let cells = |rate: &dyn Fn(&Score) -> f32| {
        let cells = scores
            .iter()
            .map(|score| format!("{:.0}", rate(score) * 100.0));
        cells.collect::<Vec<_>>().join(" | ")
    };
    for (at, one) in scores[0].scenarios.iter().enumerate() {
        println!(
            "| {} | {} |",
            one.name,
            cells(&|score| score.scenarios[at].rate())
        );
    }
    println!(
        "| **all {} pictures** | {} |",
        scores[0].scenarios.iter().map(|one| one.tries).sum::<u32>(),
        cells(&Score::rate)
    );
    let accepted = scores.iter().map(|score| {
        if score.reaches(THRESHOLD) {
            "accepted"
        } else {
            "refused"
        }
    });
    println!("| verdict | {} |", accepted.collect::<Vec<_>>().join(" | "));
    Ok(())
}
