//! What to feed with octets from outside: one function for each parser, which must neither panic nor contradict itself.
//!
//! Plain functions, so that any fuzzing engine can drive them; the smoke test of `main.rs` does in every run. To add one:
//! write the function, name it in [`TARGETS`], put a few real inputs into `corpus/<name>/`.

use std::io::Read as _;

use cheti_shared::baked::{bake_png, bake_svg, read_png, read_svg};
use cheti_shared::bundle::Bundle;
use cheti_shared::bundle::trust_list::{TrustList, signing_root};
use cheti_shared::canon::{jcs, jsonld, rdfc};
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::credential::lint::lint;
use cheti_shared::credential::open_badge::Facts;
use cheti_shared::did::document::DidDocument;
use cheti_shared::did::{key as did_key, web as did_web};
use cheti_shared::ids::{CredentialId, Digest, StatusIndex, TemplateId};
use cheti_shared::key::pkcs8;
use cheti_shared::key::{PublicKey, Signature, Signer as _};
use cheti_shared::proof::{ProofOptions, secure};
use cheti_shared::qr::digits;
use cheti_shared::qr::payload::{self, Payload};
use cheti_shared::qr::template::Template;
use cheti_shared::status::bitstring::Bitstring;
use cheti_shared::status::list::StatusList;
use cheti_shared::time::{Date, Timestamp, UtcOffset};
use cheti_shared::{json, multibase};
use flate2::read::GzDecoder;
use serde_json::{Map, Value};

use crate::sample;

/// A parser under test.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and that of its folder of inputs.
    pub name: &'static str,
    /// Feeds the octets to the parser.
    pub run: fn(&[u8]),
    /// How many inputs the smoke test tries: fewer for the slow ones.
    pub smoke: usize,
}

/// The parsers of everything that comes from outside.
pub const TARGETS: [Target; 17] = [
    target("json", json_text, 20_000),
    target("json_ld", json_ld, 1_500),
    target("code", code, 20_000),
    target("template", template, 20_000),
    target("text_forms", text_forms, 20_000),
    target("credential", credential, 10_000),
    target("status_bits", status_bits, 5_000),
    target("status_list", status_list, 3_000),
    target("bundle", bundle, 5_000),
    target("did_document", did_document, 20_000),
    target("key_file", key_file, 500),
    target("roster", roster, 3_000),
    target("course", course, 5_000),
    target("picture", picture, 150),
    target("pdf", pdf, 300),
    target("baked_png", baked_png, 10_000),
    target("baked_svg", baked_svg, 10_000),
];

const fn target(name: &'static str, run: fn(&[u8]), smoke: usize) -> Target {
    Target { name, run, smoke }
}

/// A roster file of any kind: no line is both a graduate and a problem, and what is exported reads back.
pub fn roster(input: &[u8]) {
    let Ok(import) = cheti_issuer::import::load(input, "roster.csv", None, &[], &[]) else {
        return;
    };
    let bad: Vec<u32> = import
        .checked
        .problems
        .iter()
        .map(|problem| problem.line)
        .collect();
    assert!(
        import
            .checked
            .good
            .iter()
            .all(|row| !bad.contains(&row.line))
    );
    let again = cheti_issuer::import::read(&import.rejected_csv(), "rejected.csv");
    assert!(again.is_ok(), "what was exported reads back: {again:?}");
}

/// A course file: what is accepted makes a template, or says why not.
pub fn course(input: &[u8]) {
    let _ = cheti_issuer::domain::course::Course::parse(&String::from_utf8_lossy(input));
}

/// A picture with or without a code.
pub fn picture(input: &[u8]) {
    let _ = cheti_verifier::scan::image(input);
}

/// A PDF with or without attachments and codes.
pub fn pdf(input: &[u8]) {
    let _ = cheti_verifier::scan::pdf(input);
}

/// A PNG with or without a credential baked in: what can be baked into says what was, and baking again changes nothing.
pub fn baked_png(input: &[u8]) {
    let _ = cheti_verifier::scan::baked(input);
    let Ok(baked) = bake_png(input, "{}") else {
        return;
    };
    assert_eq!(read_png(&baked), Ok(Some(b"{}".to_vec())));
    assert_eq!(bake_png(&baked, "{}"), Ok(baked));
}

/// An SVG with or without a credential baked in, as [`baked_png`].
pub fn baked_svg(input: &[u8]) {
    let _ = cheti_verifier::scan::baked(input);
    let Ok(baked) = bake_svg(input, "{}") else {
        return;
    };
    assert_eq!(read_svg(&baked), Ok(Some(b"{}".to_vec())));
    assert_eq!(bake_svg(&baked, "{}"), Ok(baked));
}

/// The strict JSON reader: what it reads is written in one way, which reads back the same.
pub fn json_text(input: &[u8]) {
    let other = serde_json::from_slice::<Value>(input);
    let value = match json::parse(input) {
        Ok(value) => value,
        Err(json::JsonError::Syntax { .. }) => {
            return assert!(other.is_err(), "another reader reads it");
        }
        Err(_) => return,
    };
    assert_eq!(
        other.ok().as_ref(),
        Some(&value),
        "another reader reads it otherwise"
    );
    let canonical = jcs::canonicalize(&value);
    let again: Value = serde_json::from_slice(&canonical).expect("canonical octets are JSON");
    assert_eq!(jcs::canonicalize(&again), canonical);
}

/// A document that a suite hashes as JSON-LD: it gives the same octets every time, and nothing can be added to it, at any
/// place, without changing them.
pub fn json_ld(input: &[u8]) {
    let Ok(Value::Object(document)) = json::parse(input) else {
        return;
    };
    let Some(octets) = statements(&document) else {
        return;
    };
    assert_eq!(statements(&document).as_ref(), Some(&octets), "twice");
    for place in 0..8 {
        let mut document = Value::Object(document.clone());
        if !add_member(&mut document, &mut { place }) {
            break;
        }
        let changed = document.as_object().and_then(statements);
        assert_ne!(changed.as_ref(), Some(&octets), "unnoticed: {document}");
    }
}

fn statements(document: &Map<String, Value>) -> Option<Vec<u8>> {
    rdfc::canonicalize(&jsonld::to_dataset(document).ok()?).ok()
}

/// Add a member that no context defines to the object that comes after `skip` others; contexts do not count.
fn add_member(value: &mut Value, skip: &mut usize) -> bool {
    match value {
        Value::Object(members) if *skip == 0 => {
            members.insert("invented".to_owned(), Value::from("x"));
            true
        }
        Value::Object(members) => {
            *skip -= 1;
            let mut inner = members.iter_mut().filter(|(name, _)| *name != "@context");
            inner.any(|(_, value)| add_member(value, skip))
        }
        Value::Array(items) => items.iter_mut().any(|item| add_member(item, skip)),
        _ => false,
    }
}

/// The text of a printed code: what it rebuilds is written by exactly these octets.
pub fn code(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let _ = digits::host(&text);
    let Ok(payload) = Payload::from_text(&text) else {
        return;
    };
    let form = sample::course().template().expect("a template");
    if let Ok(document) = payload.rebuild(&form) {
        let octets = digits::decode(digits::find(&text).expect("digits")).expect("octets");
        // The name of the template is the caller's to compare, so the octets after it are.
        let again = payload::encode(&form, &document).expect("it was rebuilt from the template");
        assert_eq!(again[5..], octets[5..]);
    }
}

/// A template as published: reading it again gives the same digest, and filling it never fails.
pub fn template(input: &[u8]) {
    let Ok(template) = Template::parse(input) else {
        return;
    };
    let again = Template::from_json(&template.to_json()).expect("it was a template");
    assert_eq!(again.digest(), template.digest());
    let values: Vec<String> = template
        .fields()
        .iter()
        .map(|field| field.name.clone())
        .collect();
    let filled = template.fill(&values).expect("as many values as fields");
    if let Ok(found) = template.extract(&filled) {
        assert_eq!(template.fill(&found).expect("values"), filled);
    }
}

/// Identifiers, dates and encoded octets: each that is read is written in one way that reads back.
pub fn text_forms(input: &[u8]) {
    let text = &*String::from_utf8_lossy(input);
    if let Ok(octets) = multibase::decode_base58::<34>(text) {
        assert_eq!(multibase::encode_base58(&octets), text);
    }
    if let Ok(octets) = multibase::decode_base64url(text) {
        assert_eq!(multibase::encode_base64url(&octets), text);
    }
    if let Ok(signature) = Signature::from_multibase(text) {
        assert_eq!(signature.to_multibase(), text);
    }
    if let Ok(key) = PublicKey::from_multikey(text) {
        assert_eq!(key.to_multikey(), text);
    }
    if let Ok(key) = did_key::parse(text) {
        assert!(text.starts_with(&did_key::did(&key)));
    }
    if let Ok(url) = did_web::document_url(text) {
        assert!(url.starts_with("https://") && url.ends_with("/did.json"));
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        assert_eq!(time.to_string().parse(), Ok(time));
    }
    if let Ok(date) = text.parse::<Date>() {
        assert_eq!(date.to_string(), text);
    }
    if let Ok(offset) = text.parse::<UtcOffset>() {
        assert_eq!(offset.to_string().parse(), Ok(offset));
    }
    if let Ok(id) = text.parse::<CredentialId>() {
        assert_eq!(id.to_string().parse(), Ok(id));
    }
    if let Ok(digest) = text.parse::<Digest>() {
        assert_eq!(digest.to_string(), text);
    }
    let _ = text.parse::<TemplateId>();
}

/// A credential as somebody presents it: everything a verifier asks of it before and after its proof is checked.
pub fn credential(input: &[u8]) {
    let Ok(credential) = SignedCredential::parse(input) else {
        return;
    };
    let _ = (
        lint(credential.document()),
        Facts::of(credential.document()),
    );
    let _ = (
        credential.valid_from(),
        credential.valid_until(),
        credential.status(),
    );
    let key = sample::issuing_key().public_key();
    for proof in credential.proofs() {
        if let Some(Ok(checked)) = credential.check_proof(proof, &key) {
            let signed = Value::Object(checked.document().clone());
            assert!(signed.get("proof").is_none());
        }
    }
    let document = Value::Object(credential.document().clone());
    let again = SignedCredential::parse(&jcs::canonicalize(&document));
    if let Ok(again) = again {
        assert_eq!(again.digest(), credential.digest());
    }
}

/// The `encodedList` of a status list, or the gzip that it stands for; what is read is what a library reads.
pub fn status_bits(input: &[u8]) {
    let text = match input.starts_with(b"u") {
        true => String::from_utf8_lossy(input).into_owned(),
        false => multibase::encode_base64url(input),
    };
    let Ok(bits) = Bitstring::decode(&text) else {
        return;
    };
    let packed = multibase::decode_base64url(&text).expect("it was read before");
    let mut octets = Vec::new();
    let unpacked = GzDecoder::new(&packed[..]).read_to_end(&mut octets);
    assert!(unpacked.is_ok() && octets == bits.octets());
    assert!(bits.count_set() <= bits.entries());
    let last = u32::try_from(bits.entries()).expect("at most 2^26 entries");
    assert!(bits.is_set(StatusIndex(last - 1)).is_ok() && bits.is_set(StatusIndex(last)).is_err());
}

/// A status list whose proof holds: a status key may sign anything.
pub fn status_list(input: &[u8]) {
    let Ok(Value::Object(mut document)) = json::parse_within(input, json::Bounds::STATUS_LIST)
    else {
        return;
    };
    document.remove("proof");
    let key = sample::status_key();
    let options = ProofOptions {
        created: Timestamp::from_unix(0).expect("a time"),
        verification_method: sample::STATUS_KEY.to_owned(),
    };
    let signed = secure(document, &options, &key).expect("any object can be signed");
    let Ok(signed) = SignedCredential::from_document(signed) else {
        return;
    };
    let checked = signed.check_proof(&signed.proofs()[0], &key.public_key());
    if let Some(Ok(checked)) = checked {
        let _ = StatusList::read(&checked);
    }
}

/// A trust bundle: only the root's own signature makes it trusted.
pub fn bundle(input: &[u8]) {
    let Ok(bundle) = Bundle::parse(input) else {
        return;
    };
    let root = sample::root_key().public_key();
    let trusted = TrustList::verify(&bundle.trust_list, &bundle.handovers, &root);
    if let Ok(trusted) = trusted {
        assert_eq!(
            signing_root(&bundle.trust_list).ok().as_ref(),
            Some(trusted.root())
        );
    }
    assert_eq!(
        Bundle::parse(bundle.to_json().to_string().as_bytes()),
        Ok(bundle)
    );
}

/// A DID document of the sample's issuer: whatever it says, its keys are its own.
pub fn did_document(input: &[u8]) {
    let Ok(value) = json::parse(input) else {
        return;
    };
    let Ok(document) = DidDocument::from_json(&value, sample::ISSUER) else {
        return;
    };
    let again = DidDocument::from_json(&document.to_json(), sample::ISSUER);
    assert_eq!(again.map(|again| again.id), Ok(document.id));
}

/// A key file under the passphrase of the inputs.
pub fn key_file(input: &[u8]) {
    let _ = pkcs8::decrypt(&String::from_utf8_lossy(input), "correct horse battery");
}
