//! The print studio: certificates a second and core with everything on them, what is spent beside the PDF writer, octets, and
//! the memory of a national programme; the print-read scores of the built-in designs.
//!
//! `cargo bench -p cheti-tests --bench studio`. Figures: README.md beside this file.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement: a panic is its way to fail"
)]

use std::time::Instant;

use cheti_print::{Kit, Language, Page, Printer, Signatory, THRESHOLD, built_in, built_in_names};
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::qr::payload;
use cheti_tests::sample;

/// Certificates a design.
const PRINTED: usize = 300;
/// A national programme.
const PROGRAMME: usize = 20_000;

fn kit(design: &str) -> Kit {
    let person = |name: &str, title: &str| Signatory {
        name: name.to_owned(),
        title: title.to_owned(),
        signature: Some(include_bytes!("../studio/signature.svg").to_vec()),
    };
    Kit {
        design: built_in(design).unwrap().to_owned(),
        language: Language::English,
        crest: Some(include_bytes!("../studio/crest.svg").to_vec()),
        partner_logo: None,
        signatories: vec![
            person("Dr Njeri Kamau", "Director General"),
            person("Eng. Ali Hassan", "Head of Training"),
            person("Grace Achieng’", "Training partner"),
        ],
    }
}

struct Certificate {
    json: Vec<u8>,
    url: String,
}

impl Certificate {
    fn page(&self) -> Page<'_> {
        Page {
            credential_json: &self.json,
            qr_url: &self.url,
            reprinted: None,
        }
    }
}

fn certificates(count: usize) -> Vec<Certificate> {
    let form = sample::form(&sample::course());
    let names = sample::names(count);
    let certificate = |(number, name): (usize, &String)| {
        let json = sample::signed(&form, name, number);
        let signed = SignedCredential::parse(&json).unwrap();
        let payload = payload::encode(form.template(), signed.document()).unwrap();
        let url = payload::url(sample::CODE_BASE, &payload);
        Certificate { json, url }
    };
    names.iter().enumerate().map(certificate).collect()
}

fn main() {
    let all = certificates(PRINTED);
    println!("processor time of one core, {PRINTED} certificates a design, everything on them");
    for design in built_in_names() {
        let printer = Printer::new(&kit(design)).unwrap();
        let octets: usize = all
            .iter()
            .map(|it| printer.print(&it.page()).unwrap().len())
            .sum();
        let start = cpu_seconds();
        for certificate in &all {
            printer.print(&certificate.page()).unwrap();
        }
        let whole = cpu_seconds() - start;
        let start = cpu_seconds();
        // The same pages, settled beforehand: groups, so that the writer meets as many names.
        let each = 6;
        for certificate in all.iter().take(PRINTED / each) {
            printer.press_only(&certificate.page(), each).unwrap();
        }
        let bare = cpu_seconds() - start;
        println!(
            "{design:<9} {:>4.0} a second, {:>4.0} by the PDF writer alone (overhead {:>3.0} %), {} kB each",
            PRINTED as f64 / whole,
            PRINTED as f64 / bare,
            (whole / bare - 1.0) * 100.0,
            octets / PRINTED / 1000,
        );
    }
    programme(&all);
    scores(&all[0]);
}

/// Peak memory while a national programme is printed on two cores.
fn programme(all: &[Certificate]) {
    let printer = Printer::new(&kit("formal")).unwrap();
    let before = peak_mib();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for worker in 0..2 {
            let printer = &printer;
            scope.spawn(move || {
                for number in (worker..PROGRAMME).step_by(2) {
                    printer.print(&all[number % all.len()].page()).unwrap();
                }
            });
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{PROGRAMME} on two cores: {seconds:.0} s ({:.0} a second); peak memory {:.0} MiB, before {before:.0}",
        PROGRAMME as f64 / seconds,
        peak_mib()
    );
}

fn scores(certificate: &Certificate) {
    println!(
        "print-read score (overall {}, each {})",
        THRESHOLD.overall, THRESHOLD.scenario
    );
    for design in built_in_names() {
        let printer = Printer::new(&kit(design)).unwrap();
        let start = Instant::now();
        let found = printer.inspect(&certificate.page()).unwrap();
        println!(
            "{design}: V{} of {:.2} mm, ground {:.0} %, {:.1} s\n{}",
            found.version,
            found.module_mm,
            found.ground_per_cent,
            start.elapsed().as_secs_f64(),
            found.score
        );
        assert!(found.score.reaches(THRESHOLD), "{design} would be refused");
    }
}

/// The processor's time that this process has taken, which other work on the machine does not change.
fn cpu_seconds() -> f64 {
    /// `USER_HZ` of Linux.
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let fields: Vec<&str> = fields.split(' ').collect();
    let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / TICKS
}

fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024.0
}
