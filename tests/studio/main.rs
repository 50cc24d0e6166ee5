//! The print studio's pages to what a graduate, a screen reader and a verifier find on them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod golden;
mod names;
mod reading;

use cheti_print::{Kit, Language, Page, Printer, Signatory, built_in};
use cheti_shared::credential::draft::Form;
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::qr::payload;
use cheti_tests::sample;

const CREST: &[u8] = include_bytes!("crest.svg");

/// A signed certificate and the text of its code.
struct Certificate {
    json: Vec<u8>,
    url: String,
}

impl Certificate {
    fn of(form: &Form, name: &str, number: usize) -> Self {
        let json = sample::signed(form, name, number);
        let signed = SignedCredential::parse(&json).unwrap();
        let payload = payload::encode(form.template(), signed.document()).unwrap();
        let url = payload::url(sample::CODE_BASE, &payload);
        Self { json, url }
    }

    fn page(&self) -> Page<'_> {
        Page {
            credential_json: &self.json,
            qr_url: &self.url,
            reprinted: None,
        }
    }
}

/// A kit with everything: crest, logo and three signatories, one of whom signs with a picture.
fn kit(design: &str, language: Language) -> Kit {
    let person = |name: &str, title: &str| Signatory {
        name: name.to_owned(),
        title: title.to_owned(),
        signature: None,
    };
    let mut signatories = vec![
        person("Dr Njeri Kamau", "Director General"),
        person("Eng. Ali Hassan", "Head of Training"),
        person("Grace Achieng’", "Training partner"),
    ];
    signatories[0].signature = Some(include_bytes!("signature.svg").to_vec());
    Kit {
        design: built_in(design).unwrap().to_owned(),
        language,
        crest: Some(CREST.to_vec()),
        partner_logo: Some(CREST.to_vec()),
        signatories,
    }
}

fn printer(design: &str, language: Language) -> Printer {
    Printer::new(&kit(design, language)).unwrap()
}

/// A name of 120 octets.
fn longest_name() -> String {
    let name = "Oluwaseun-Maximiliana Abdirahman Mohamed Abdullahi Sheikh Noor Hassan Warsame Jama Kĩprotich arap Chelĩmo wa Ngũ";
    format!("{name}{}", "i".repeat(120 - name.len()))
}
