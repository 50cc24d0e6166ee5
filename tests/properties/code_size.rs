//! The size of printed codes (QR.md, Figures to hold).

use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::qr::payload;
use cheti_tests::sample;
use qrcode::{EcLevel, QrCode, Version};

/// Payload sizes and the symbol versions at levels M and Q of 200 varied names.
fn codes() -> (Vec<usize>, Vec<i16>, Vec<i16>) {
    let form = sample::form(&sample::course());
    let (mut octets, mut medium, mut quartile) = (Vec::new(), Vec::new(), Vec::new());
    for (number, name) in sample::names(200).iter().enumerate() {
        let credential = SignedCredential::parse(&sample::signed(&form, name, number)).unwrap();
        let payload = payload::encode(form.template(), credential.document()).unwrap();
        octets.push(payload.len());
        let url = payload::url(sample::CODE_BASE, &payload);
        medium.push(version(&url, EcLevel::M));
        quartile.push(version(&url, EcLevel::Q));
    }
    for sizes in [&mut medium, &mut quartile] {
        sizes.sort_unstable();
    }
    octets.sort_unstable();
    (octets, medium, quartile)
}

fn version(text: &str, level: EcLevel) -> i16 {
    match QrCode::with_error_correction_level(text, level)
        .unwrap()
        .version()
    {
        Version::Normal(version) | Version::Micro(version) => version,
    }
}

fn median_and_most<T: Copy>(sorted: &[T]) -> (T, T) {
    (sorted[sorted.len() / 2], sorted[sorted.len() - 1])
}

#[test]
fn two_hundred_varied_names_keep_the_size_budget() {
    assert_eq!(format!("{}#", sample::CODE_BASE).len(), 23);
    let (octets, medium, quartile) = codes();
    let (median, most) = median_and_most(&octets);
    assert!(median <= 140 && most <= 155, "{median} / {most} octets");
    let (median, most) = median_and_most(&medium);
    assert!(median <= 9 && most <= 10, "V{median}-M / V{most}-M");
    let (median, most) = median_and_most(&quartile);
    assert!(median <= 11 && most <= 12, "V{median}-Q / V{most}-Q");
}
