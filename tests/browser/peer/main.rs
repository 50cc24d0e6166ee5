//! Our side of the browser tests: prints certificates in every state that a person may meet, each with the bundle and the
//! time by which it is in it.
//!
//! What it prints is one JSON object: for each state `code`, `json` (the credential), `bundle`, `now`, what the core says of
//! both natively, `codeReport` and `jsonReport`, and `needsFull`, whether the small module cannot check all of the code.
#![allow(
    clippy::unwrap_used,
    reason = "a tool of the tests: a panic is its way to fail"
)]

#[path = "../../../verifier/core/src/samples.rs"]
#[allow(dead_code, reason = "what the core's own tests use of it is more")]
mod samples;

use cheti_shared::bundle::Bundle;
use cheti_shared::bundle::trust_list::{Ending, Fields, KeyEnd};
use cheti_shared::credential::lint::{CREDENTIALS_V2, OPEN_BADGES_3_0_3};
use cheti_shared::did;
use cheti_shared::key::Signer as _;
use cheti_shared::proof::{ProofOptions, secure};
use cheti_shared::qr::template::Template;
use cheti_shared::qr::{digits, payload};
use cheti_shared::status::entry::Purpose;
use cheti_shared::status::reasons::Reason;
use cheti_shared::time::Timestamp;
use cheti_verifier_core::evidence::memory::Memory;
use cheti_verifier_core::evidence::{Evidence, Root};
use cheti_verifier_core::policy::Policy;
use cheti_verifier_core::presented::Presented;
use cheti_verifier_core::verify;
use samples::{NAME, NOW, World, at, key};
use serde_json::{Map, Value, json};

fn main() {
    let mut states = Map::new();
    let mut add = |name: &str, case: Case| states.insert(name.to_owned(), case.json());
    add("valid", Case::of(World::default()));
    for (name, reason) in [
        ("revoked", Reason::Withdrawn),
        ("superseded", Reason::Superseded { version: 2 }),
    ] {
        let set = Some(Some(reason));
        add(
            name,
            Case::of(World {
                set,
                ..World::default()
            }),
        );
    }
    add(
        "suspended",
        Case::of(World {
            purpose: Purpose::Suspension,
            set: Some(None),
            ..World::default()
        }),
    );
    let expiry = Some(at("2026-10-17T06:00:00Z"));
    add(
        "expired",
        Case::of(World {
            expiry,
            ..World::default()
        }),
    );
    let early = World {
        list_made: at("2026-10-14T18:00:00Z"),
        ..World::default()
    };
    add("not_yet", Case::of(early).now("2026-10-15T06:00:00Z"));
    add(
        "stale",
        Case::of(World::default()).now("2026-12-01T06:00:00Z"),
    );
    add(
        "clock",
        Case::of(World::default()).now("1970-01-02T00:00:00Z"),
    );
    let issuing_end = Some(KeyEnd {
        at: at("2026-10-17T00:00:00Z"),
        how: Ending::Compromised,
    });
    add(
        "compromised",
        Case::of(World {
            issuing_end,
            ..World::default()
        }),
    );
    add(
        "altered",
        Case::of(World::default()).renamed("Somebody Else"),
    );
    add(
        "unknown_issuer",
        Case::of(World::default()).nobody_trusted(),
    );
    add(
        "no_template",
        Case::of(World::default()).without_templates(),
    );
    add(
        "script",
        Case::of(World::default()).named("<img src=x onerror=alert(1)>"),
    );
    add(
        "newer",
        Case::of(World::default()).code(&[0x21, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    );
    let older = World {
        list_made: at("2026-10-16T12:00:00Z"),
        ..World::default()
    };
    add("older_list", Case::of(older));
    add(
        "fraction",
        Case::of(World::default()).carrying(|credential| {
            credential["credentialSubject"]["achievement"]["creditsAvailable"] = json!(2.5);
        }),
    );
    add(
        "related",
        Case::of(World::default()).carrying(|credential| {
            let digest = format!("sha256-{}=", "A".repeat(43));
            credential["relatedResource"] =
                json!([{ "id": "https://nc4.example/syllabus", "digestSRI": digest }]);
        }),
    );
    add(
        "endorsed",
        Case::of(World::default()).carrying(|credential| {
            let about = credential["credentialSubject"]["achievement"]["id"].clone();
            credential["credentialSubject"]["achievement"]["endorsement"] =
                json!([endorsement(&about)]);
        }),
    );
    println!("{}", Value::Object(states));
}

/// An endorsement of `about` by a key that nobody registered.
fn endorsement(about: &Value) -> Value {
    let by = key(7).public_key();
    let endorsement = json!({
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
        "id": "https://partner.example/endorsements/1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": { "id": did::key::did(&by), "type": ["Profile"], "name": "A partner" },
        "name": "Endorsement",
        "validFrom": samples::VALID_FROM,
        "credentialSubject": { "id": about, "type": ["EndorsementSubject"] },
    });
    let options = ProofOptions {
        created: at(samples::CREATED),
        verification_method: did::key::verification_method(&by),
    };
    let document = endorsement.as_object().unwrap().clone();
    secure(document, &options, &key(7)).unwrap().into()
}

/// A certificate, and what it is judged by.
struct Case {
    code: String,
    credential: Value,
    bundle: Bundle,
    now: String,
    world: World,
    needs_full: bool,
}

impl Case {
    fn of(world: World) -> Self {
        Self {
            code: world.code(NAME),
            credential: serde_json::from_slice(&world.certificate(NAME)).unwrap(),
            bundle: world.bundle(),
            now: NOW.to_owned(),
            world,
            needs_full: false,
        }
    }

    fn now(self, now: &str) -> Self {
        let now = now.to_owned();
        Self { now, ..self }
    }

    fn code(self, octets: &[u8]) -> Self {
        let code = format!("https://v.nc4.example/#9{}", digits::encode(octets));
        Self { code, ..self }
    }

    /// Made out to this name.
    fn named(self, name: &str) -> Self {
        let credential = serde_json::from_slice(&self.world.certificate(name)).unwrap();
        let code = self.world.code(name);
        Self {
            code,
            credential,
            ..self
        }
    }

    /// The name changed after signing.
    fn renamed(mut self, name: &str) -> Self {
        self.credential["credentialSubject"]["name"] = json!(name);
        let document = self.credential.as_object().unwrap();
        let octets = payload::encode(&self.world.template(), document).unwrap();
        let code = payload::url("https://v.nc4.example/", &octets);
        Self { code, ..self }
    }

    /// Made from a template with more in it than codes have otherwise.
    fn carrying(mut self, add: impl Fn(&mut Value)) -> Self {
        let mut template = self.world.template().to_json();
        add(&mut template["credential"]);
        let template = Template::from_json(&template).unwrap();
        let mut credential = self.credential;
        add(&mut credential);
        let options = ProofOptions {
            created: self.world.created,
            verification_method: samples::method(self.world.signer.1),
        };
        let document = credential.as_object().unwrap().clone();
        let mut document = secure(document, &options, &key(self.world.signer.0)).unwrap();
        let proof = document.remove("proof").unwrap();
        document.insert("proof".to_owned(), json!([proof]));
        let octets = payload::encode(&template, &document).unwrap();
        self.bundle.templates = vec![template];
        Self {
            code: payload::url("https://v.nc4.example/", &octets),
            credential: document.into(),
            needs_full: true,
            ..self
        }
    }

    /// A trust list that knows no issuer.
    fn nobody_trusted(mut self) -> Self {
        let world = &self.world;
        let fields = Fields::new(
            samples::VERSION,
            world.trust_made,
            world.trust_expires,
            Vec::new(),
        );
        self.bundle.trust_list = fields.sign(&key(1)).unwrap();
        self.bundle.status_lists.clear();
        self
    }

    fn without_templates(mut self) -> Self {
        self.bundle.templates.clear();
        self
    }

    fn json(self) -> Value {
        let evidence =
            Evidence::from_bundle(&self.bundle, Root::OfTheBundle, Memory::default()).unwrap();
        let now: Timestamp = self.now.parse().unwrap();
        let judged = |presented: Presented| verify(&presented, &evidence, &Policy::default(), now);
        let octets = self.credential.to_string();
        json!({
            "code": self.code,
            "json": octets,
            "bundle": self.bundle.to_json(),
            "now": self.now,
            "codeReport": judged(Presented::codes([self.code.as_str()])),
            "needsFull": self.needs_full,
            "jsonReport": judged(Presented::json(octets.as_bytes())),
        })
    }
}
