//! A thousand names on paper: printed, drawn, read back and verified.

use std::sync::atomic::{AtomicUsize, Ordering};

use cheti_print::{Language, built_in_names};
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::key::Signer as _;
use cheti_shared::qr::digits;
use cheti_shared::qr::payload::Payload;
use cheti_tests::sample;
use cheti_verifier::scan;

use crate::{Certificate, longest_name, printer};

/// As many as two cohorts hold.
const GRADUATES: usize = 784 + 212;

#[test]
fn every_name_is_read_back_and_verified() {
    let form = sample::form(&sample::course());
    let mut names = sample::names(GRADUATES - 4);
    names.extend([
        longest_name(),
        "Mwanaisha".to_owned(),
        "Ng'endo".to_owned(),
        "W".repeat(120),
    ]);
    let printers: Vec<_> = built_in_names()
        .map(|design| printer(design, Language::Both))
        .collect();
    let key = sample::issuing_key().public_key();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut checked = 0;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(name) = names.get(number) else {
                return checked;
            };
            let certificate = Certificate::of(&form, name, number);
            let printer = &printers[number % printers.len()];
            let pdf = printer.print(&certificate.page()).unwrap();
            assert!(pdf.len() <= 60_000, "{name}: {} octets", pdf.len());
            let found = scan::pdf(&pdf).unwrap();
            let codes: Vec<&str> = found.codes.iter().map(scan::QrText::as_str).collect();
            assert_eq!(codes, [certificate.url.as_str()], "{name}");
            assert_eq!(found.attachments.len(), 1);
            assert_eq!(found.attachments[0].bytes, certificate.json);
            let (_, payload) = codes[0].split_once("#9").unwrap();
            let octets = digits::decode(payload).unwrap();
            let payload = Payload::from_octets(&octets).unwrap();
            let document = payload.rebuild(form.template()).unwrap();
            let read = SignedCredential::from_document(document).unwrap();
            let proofs = read.proofs().iter();
            let held = proofs.filter(|proof| matches!(read.check_proof(proof, &key), Some(Ok(_))));
            assert!(held.count() > 0, "{name}");
            let says = read.document()["credentialSubject"]["name"].as_str();
            assert_eq!(says, Some(name.as_str()));
            checked += 1;
        }
    };
    let checked: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .sum()
    });
    assert_eq!(checked, GRADUATES);
}
