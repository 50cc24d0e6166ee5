//! Whatever is altered, nothing altered is accepted (QR.md, Figures to hold; DESIGN, Verifying).

use cheti_shared::bundle::trust_list::{Fields, TrustList};
use cheti_shared::credential::draft::Form;
use cheti_shared::credential::envelope::{ProofChecked, SignedCredential};
use cheti_shared::key::{PublicKey, Signer as _};
use cheti_shared::proof::Proof;
use cheti_shared::qr::digits;
use cheti_shared::qr::payload::{self, Payload};
use cheti_shared::qr::template::Template;
use cheti_shared::{json, status};
use cheti_tests::sample;
use serde_json::Value;

/// Whether every proof of the document is by `key`. One of a suite not known does not hold here: verifiers pass it over,
/// so an altered name of a suite would count as a proof that was taken away.
fn holds(credential: &SignedCredential, key: &PublicKey) -> bool {
    holds_by(credential, |proof| credential.check_proof(proof, key))
}

/// The same, by the statements of the form where they serve: they do for what the form may have made.
fn holds_for(form: &Form, credential: &SignedCredential, key: &PublicKey) -> bool {
    holds_by(credential, |proof| {
        let quick = form.check_proof(credential, proof, key);
        quick.or_else(|| credential.check_proof(proof, key))
    })
}

/// The last proof first, which is the quick one.
fn holds_by<E>(
    credential: &SignedCredential,
    check: impl Fn(&Proof) -> Option<Result<ProofChecked, E>>,
) -> bool {
    let mut proofs = credential.proofs().iter().rev();
    proofs.all(|proof| matches!(check(proof), Some(Ok(_))))
}

/// Whether the code is accepted by a verifier that holds this template: it looks templates up by the code's own id.
fn code_holds(octets: &[u8], template: &Template) -> bool {
    let payload = Payload::from_octets(octets).ok();
    payload
        .filter(|payload| payload.template == template.id())
        .and_then(|payload| payload.rebuild(template).ok())
        .and_then(|document| SignedCredential::from_document(document).ok())
        .is_some_and(|credential| holds(&credential, &sample::issuing_key().public_key()))
}

fn json_holds(octets: &[u8], key: &PublicKey) -> bool {
    let read = SignedCredential::parse_within(octets, json::Bounds::STATUS_LIST);
    read.is_ok_and(|credential| holds(&credential, key))
}

fn code(template: &Template, signed: &[u8]) -> Vec<u8> {
    let credential = SignedCredential::parse(signed).unwrap();
    payload::encode(template, credential.document()).unwrap()
}

/// Every way to flip one bit of `octets`.
fn flips(octets: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..octets.len() * 8).map(|bit| {
        let mut flipped = octets.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn no_flipped_bit_of_a_code_is_accepted() {
    let form = sample::form(&sample::course());
    for (number, name) in sample::names(3).iter().enumerate() {
        let octets = code(form.template(), &sample::signed(&form, name, number));
        assert!(code_holds(&octets, form.template()));
        let accepted = flips(&octets).filter(|flipped| code_holds(flipped, form.template()));
        assert_eq!(accepted.count(), 0, "{name}");
    }
}

#[test]
fn no_changed_missing_or_added_digit_of_a_code_is_accepted() {
    let form = sample::form(&sample::course());
    let octets = code(
        form.template(),
        &sample::signed(&form, "Wanjikũ Ng'ang'a", 1),
    );
    let digits = digits::encode(&octets);
    let text_holds =
        |text: &str| digits::decode(text).is_ok_and(|octets| code_holds(&octets, form.template()));
    assert!(text_holds(&digits));
    let mut tried = 0;
    for at in 0..digits.len() {
        let (before, after) = (&digits[..at], &digits[at + 1..]);
        for digit in '0'..='9' {
            let changed = format!("{before}{digit}{after}");
            let added = format!("{before}{digit}{}", &digits[at..]);
            assert!(changed == digits || !text_holds(&changed), "digit {at}");
            assert!(!text_holds(&added), "digit {at}");
            tried += 2;
        }
        assert!(!text_holds(&format!("{before}{after}")), "digit {at}");
        assert!(!text_holds(before), "cut at {at}");
    }
    assert!(tried > 6_000);
}

#[test]
fn no_flipped_bit_of_a_credential_is_accepted() {
    let form = sample::form(&sample::course());
    let signed = sample::signed(&form, "Nelson O'Brien De Souza", 2);
    let key = sample::issuing_key().public_key();
    let accepted = |octets: &[u8]| {
        let read = SignedCredential::parse(octets);
        read.is_ok_and(|credential| holds_for(&form, &credential, &key))
    };
    assert!(accepted(&signed) && json_holds(&signed, &key));
    assert_eq!(
        flips(&signed).filter(|flipped| accepted(flipped)).count(),
        0
    );
}

#[test]
fn no_flipped_bit_of_a_status_list_is_accepted() {
    let key = sample::status_key().public_key();
    let list = serde_json::to_vec(&sample::status_list(&[7, 77_123])).unwrap();
    assert!(json_holds(&list, &key));
    assert!(status::list::parse(&list).is_ok());
    let accepted = flips(&list).filter(|flipped| json_holds(flipped, &key));
    assert_eq!(accepted.count(), 0);
}

#[test]
fn no_flipped_bit_of_a_trust_list_is_accepted() {
    let root = sample::root_key();
    let time = |text: &str| text.parse().unwrap();
    let (made, expires) = (time("2026-01-01T00:00:00Z"), time("2027-01-01T00:00:00Z"));
    let signed = Fields::new(1, made, expires, Vec::new())
        .sign(&root)
        .unwrap();
    let octets = serde_json::to_vec(&signed).unwrap();
    let trusted = |octets: &[u8]| match json::parse(octets) {
        Ok(Value::Object(list)) => TrustList::verify(&list, &[], &root.public_key()).is_ok(),
        _ => false,
    };
    assert!(trusted(&octets));
    assert_eq!(flips(&octets).filter(|flipped| trusted(flipped)).count(), 0);
}

#[test]
fn no_member_can_be_removed_added_or_swapped() {
    let form = sample::form(&sample::course());
    let key = sample::issuing_key().public_key();
    let parse = |number| {
        let signed = sample::signed(&form, "Achieng' Mohamed Ali", number);
        serde_json::from_slice::<Value>(&signed).unwrap()
    };
    let (mine, other) = (parse(1), parse(2));
    let accepted = |value: &Value| json_holds(&serde_json::to_vec(value).unwrap(), &key);
    assert!(accepted(&mine) && accepted(&other));
    for name in mine.as_object().unwrap().keys() {
        let mut removed = mine.clone();
        removed.as_object_mut().unwrap().remove(name);
        assert!(!accepted(&removed), "without {name}");
        if mine[name] != other[name] {
            let mut swapped = mine.clone();
            swapped[name] = other[name].clone();
            assert!(!accepted(&swapped), "with another's {name}");
        }
    }
    let mut added = mine.clone();
    added["evidence"] = Value::from("https://nc4.example/");
    assert!(!accepted(&added));
}
