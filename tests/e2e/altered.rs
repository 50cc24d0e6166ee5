//! What forgers, insiders and accidents present, and the answer each gets.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use cheti_print::{Kit, Page, Printer};
use cheti_tests::programs::has_tools;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::demo::{check, check_with, demo};

fn credential(begins: &str) -> Value {
    serde_json::from_slice(&fs::read(demo().file(begins, "json")).unwrap()).unwrap()
}

fn file(name: &str, octets: impl AsRef<[u8]>) -> PathBuf {
    let path = demo().scratch(name);
    fs::write(&path, octets).unwrap();
    path
}

fn edited(name: &str, edit: impl FnOnce(&mut Value)) -> PathBuf {
    let mut value = credential("Juma");
    edit(&mut value);
    file(name, serde_json::to_vec(&value).unwrap())
}

/// The demo's bundle, edited.
fn bundle(name: &str, edit: impl FnOnce(&mut Value)) -> PathBuf {
    let mut value = serde_json::from_slice(&fs::read(demo().path("bundle.json")).unwrap()).unwrap();
    edit(&mut value);
    file(name, serde_json::to_vec(&value).unwrap())
}

#[test]
fn edited_credentials_are_refused() {
    let other = credential("Wanjikũ");
    let index = credential("Barasa")["credentialStatus"].clone();
    for (name, wanted, path) in [
        (
            "name",
            "altered",
            edited("e-name.json", |c| {
                c["credentialSubject"]["name"] = json!("A Friend")
            }),
        ),
        (
            "award",
            "altered",
            edited("e-award.json", |c| {
                c["credentialSubject"]["result"][0]["value"] = json!("Distinction")
            }),
        ),
        (
            "date",
            "altered",
            edited("e-date.json", |c| {
                c["awardedDate"] = json!("2020-01-01T00:00:00+03:00")
            }),
        ),
        (
            "status",
            "altered",
            edited("e-status.json", |c| c["credentialStatus"] = index),
        ),
        (
            "no status",
            "altered",
            edited("e-none.json", |c| {
                drop(c.as_object_mut().unwrap().remove("credentialStatus"))
            }),
        ),
        (
            "proof",
            "altered",
            edited("e-proof.json", |c| c["proof"] = other["proof"].clone()),
        ),
        (
            "issuer",
            "unknown_issuer",
            edited("e-issuer.json", |c| {
                c["issuer"]["id"] = json!("did:web:nc4.example.evil.example")
            }),
        ),
        (
            "key",
            "unknown_key",
            edited("e-key.json", |c| {
                c["proof"][0]["verificationMethod"] = json!("did:web:nc4.example#issuing-9")
            }),
        ),
        (
            "role",
            "wrong_key_role",
            edited("e-role.json", |c| {
                c["proof"][0]["verificationMethod"] = json!("did:web:nc4.example#status-1")
            }),
        ),
    ] {
        let answer = check(&path);
        assert_eq!(
            (answer.exit, answer.verdict()),
            (1, "invalid"),
            "{name}: {:?}",
            answer.reports
        );
        let reasons = answer.reports[0]["reasons"].as_array().unwrap();
        assert!(
            reasons.iter().any(|reason| reason == wanted),
            "{name}: {reasons:?}"
        );
        assert!(
            answer.reports[0].get("signed").is_none(),
            "{name}: nothing is shown as signed"
        );
    }
}

#[test]
fn unreadable_files_never_pass() {
    let whole = fs::read(demo().file("Juma", "json")).unwrap();
    let text = String::from_utf8(whole.clone()).unwrap();
    for (name, octets) in [
        ("truncated.json", whole[..whole.len() / 2].to_vec()),
        (
            "duplicate.json",
            text.replacen('{', "{\"n\\u0061me\":\"A Friend\",", 1)
                .into_bytes(),
        ),
        (
            "deep.json",
            format!("{}{}", "[".repeat(500_000), "]".repeat(500_000)).into_bytes(),
        ),
        (
            "large.json",
            format!("{{\"x\":\"{}\"}}", "x".repeat(10 << 20)).into_bytes(),
        ),
        (
            "number.json",
            text.replacen('{', "{\"n\":9007199254740993,", 1)
                .into_bytes(),
        ),
        ("empty.json", Vec::new()),
        (
            "noise.pdf",
            [b"%PDF-1.7\n".to_vec(), vec![7; 5_000]].concat(),
        ),
    ] {
        let answer = check(&file(name, octets));
        assert_ne!(answer.exit, 0, "{name}");
        assert_ne!(answer.verdict(), "valid", "{name}");
        let says = format!("{:?}{}", answer.reports, answer.errors);
        assert!(says.len() > 30, "{name} is answered in words: {says}");
    }
}

#[test]
fn a_code_with_one_wrong_digit_is_refused() {
    let code = demo().code(&demo().file("Juma", "pdf"));
    assert_eq!(check(&file("code.txt", &code)).verdict(), "valid");
    let start = code.find("#9").unwrap() + 2;
    for at in (start..code.len()).step_by(17) {
        let mut digits = code.clone().into_bytes();
        digits[at] = if digits[at] == b'9' {
            b'8'
        } else {
            digits[at] + 1
        };
        let answer = check(&file("digit.txt", &digits));
        assert_ne!(answer.exit, 0, "digit {at}");
        assert_ne!(answer.verdict(), "valid", "digit {at}");
    }
}

#[test]
fn a_newer_generation_and_an_unknown_template_are_told_apart_from_forgeries() {
    let newer = cheti_shared::qr::digits::encode(&[[0x21].to_vec(), vec![1; 120]].concat());
    let answer = check(&file(
        "newer.txt",
        format!("https://v.nc4.example/#9{newer}"),
    ));
    assert_eq!((answer.exit, answer.reason()), (3, "made_by_newer_format"));
    let code = file("template.txt", demo().code(&demo().file("Juma", "pdf")));
    let without = bundle("no-templates.json", |bundle| {
        bundle["templates"] = json!([])
    });
    let answer = check_with(&without, &code, &[]);
    assert_eq!(
        (answer.exit, answer.verdict()),
        (3, "undecided"),
        "{:?}",
        answer.reports
    );
}

#[test]
fn old_lists_do_not_clear_and_forged_ones_do_not_count() {
    let juma = demo().file("Juma", "json");
    let ours = demo().path("bundle.json");
    let answer = check_with(&ours, &juma, &["--at", "2027-06-01T00:00:00Z"]);
    assert_eq!(
        (answer.exit, answer.reason()),
        (3, "status_stale"),
        "{:?}",
        answer.reports
    );
    let answer = check_with(&ours, &juma, &["--at", "2029-06-01T00:00:00Z"]);
    assert_eq!(answer.exit, 3, "an expired trust list decides nothing");
    let answer = check_with(&ours, &juma, &["--at", "1970-01-01T00:00:00Z"]);
    assert_eq!(
        answer.exit, 3,
        "a clock that is wrong by decades decides nothing"
    );
    let without = bundle("no-lists.json", |bundle| bundle["statusLists"] = json!([]));
    let answer = check_with(&without, &juma, &[]);
    assert_eq!((answer.exit, answer.reason()), (3, "status_unknown"));
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&vec![0; 64 << 20]).unwrap();
    let bomb = cheti_shared::multibase::encode_base64url(&gzip.finish().unwrap());
    let bombed = bundle("bomb.json", |b| {
        b["statusLists"][0]["list"]["credentialSubject"]["encodedList"] = json!(bomb)
    });
    assert_ne!(check_with(&bombed, &juma, &[]).exit, 0);
    let cleared = bundle("cleared.json", |b| {
        let empty = cheti_shared::status::bitstring::Bitstring::shortest().encode();
        b["statusLists"][0]["list"]["credentialSubject"]["encodedList"] = json!(empty);
    });
    let barasa = demo().file("Barasa", "json");
    assert_ne!(
        check_with(&cleared, &barasa, &[]).exit,
        0,
        "a list that nobody signed clears nothing"
    );
    let retitled = bundle("retitled.json", |b| {
        b["trustList"]["issuers"][0]["name"] = json!("NC5")
    });
    assert_ne!(check_with(&retitled, &juma, &[]).exit, 0);
}

#[test]
fn a_pdf_whose_attachment_and_code_disagree_is_refused() {
    let printer = Printer::new(&Kit::default()).unwrap();
    let json = fs::read(demo().file("Juma", "json")).unwrap();
    let code = demo().code(&demo().file("Wanjikũ", "pdf"));
    let page = Page {
        credential_json: &json,
        qr_url: &code,
        reprinted: None,
    };
    let answer = check(&file("disagree.pdf", printer.print(&page).unwrap()));
    assert_eq!(
        (answer.exit, answer.reason()),
        (1, "attachment_and_code_disagree"),
        "{:?}",
        answer.reports
    );
}

#[test]
fn a_pdf_with_two_certificates_is_never_valid() {
    if !has_tools(&["pdfunite"]) {
        return;
    }
    let out = demo().scratch("two.pdf");
    let pages = [demo().file("Juma", "pdf"), demo().file("Wanjikũ", "pdf")];
    assert!(
        Command::new("pdfunite")
            .args(&pages)
            .arg(&out)
            .status()
            .unwrap()
            .success()
    );
    let answer = check(&out);
    assert_ne!(answer.exit, 0, "{:?}", answer.reports);
    assert!(
        answer
            .reports
            .iter()
            .all(|report| report["verdict"] != "valid")
    );
}

#[test]
fn a_photo_without_a_code_says_so() {
    let path = demo().scratch("sky.png");
    image::GrayImage::from_fn(800, 600, |x, y| image::Luma([(x + y) as u8]))
        .save(&path)
        .unwrap();
    let answer = check(&path);
    assert_eq!(answer.exit, 3, "{:?} {}", answer.reports, answer.errors);
    let says = format!("{:?}{}", answer.reports, answer.errors).to_lowercase();
    assert!(says.contains("code"), "{says}");
}
