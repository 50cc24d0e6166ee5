//! `--accept-any-did-key`: it works, it says what it is, and it is for this machine alone.

use cheti_shared::did;
use serde_json::json;

use super::*;
use crate::samples::{assertion, did_key, proof};

fn foreign(name: &str) -> String {
    let world = samples::World::default();
    let mut value = Value::Object(document(&world.certificate(name)));
    value.as_object_mut().unwrap().remove("proof");
    value["issuer"]["id"] = json!(did::key::did(&key(9).public_key()));
    let signed = proof(&value, 9, assertion("eddsa-rdfc-2022", &did_key(9)));
    value["proof"] = json!([signed]);
    value.to_string()
}

#[test]
fn a_signature_by_nobody_known_does_not_look_like_a_certificate() {
    let desk = Desk::new();
    let bundle = desk.bundle(&samples::World::default());
    let (file, other) = (
        desk.put("a.json", foreign(NAME)),
        desk.put("b.json", foreign("B")),
    );
    let accept = "--accept-any-did-key";
    for args in [
        vec!["check", accept, &file],
        vec!["check", accept, &file, "--bundle", &bundle],
    ] {
        let ran = desk.run(&args);
        assert_eq!(ran.exit, Exit::Done, "{}", ran.out);
        let words = "valid signature by an unregistered key; nobody here knows whose it is";
        assert!(ran.out.contains(words), "{}", ran.out);
        assert!(ran.out.contains("NOT VERIFIED"), "{}", ran.out);
        assert!(ran.out.contains("Status: not known"), "{}", ran.out);
        assert!(!ran.out.contains("GENUINE") && !ran.out.contains("signed by its issuer"));
    }
    let both = desk.run(&["check", accept, &file, &other]);
    assert!(!both.out.contains("genuine"), "{}", both.out);
    let line = desk.run(&["check", "--json", accept, &file]).out;
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        line["warnings"],
        json!(["unregistered_issuer", "status_unknown"])
    );
    assert!(line.get("signed").is_none());

    let ran = desk.run(&["check", &file, "--bundle", &bundle]);
    assert_eq!(ran.exit, Exit::Invalid, "{}", ran.out);
    assert!(ran.out.contains("NOT IN THIS SYSTEM"), "{}", ran.out);
}

#[test]
fn a_service_for_others_never_accepts_anybody() {
    let desk = Desk::new();
    let config = desk.put("config.toml", "listen = \"192.0.2.1:0\"\n");
    for listen in [
        vec!["--listen", "0.0.0.0:0"],
        vec!["--listen", "[::]:0"],
        vec!["--listen", "192.0.2.1:8087"],
        vec!["--config", &config],
    ] {
        let args = [vec!["serve", "--accept-any-did-key"], listen].concat();
        let ran = desk.run(&args);
        assert_eq!(ran.exit, Exit::Usage, "{}", ran.err);
        assert!(ran.err.contains("hint: listen on 127.0.0.1"), "{}", ran.err);
    }
}
