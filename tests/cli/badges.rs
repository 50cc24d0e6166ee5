//! Badges: a course with everything Open Badges has for it, its partner's endorsement, and certificates baked into pictures.

use cheti_issuer::app::ports::vault::{KeyFile, Passphrase, Vault as _};
use cheti_issuer::compose::SystemEntropy;
use cheti_issuer::keys::FileVault;
use cheti_shared::baked::{read_png, read_svg};
use cheti_shared::credential::endorsement::{Endorsement, Standing};
use cheti_shared::key::pkcs8::Hardness;
use serde_json::{Value, json};

use crate::office::{Office, ROSTER, course};

const ACHIEVEMENT: &str = "https://nc4.example/courses/act";

/// The partner's key, `partner.pem`.
fn give_partner_a_key(office: &Office) {
    let entropy = std::sync::Arc::new(SystemEntropy);
    let vault = FileVault::new(office.path("nowhere"), entropy, Hardness::Fixture);
    let words = Passphrase::new("the words of partner".to_owned());
    let file = KeyFile::Root(office.path("partner.pem"));
    vault.create(&file, &words).unwrap();
}

fn endorse<'a>(achievement: &'a str, comment: &'a str) -> [&'a str; 8] {
    [
        "endorse",
        achievement,
        "--key",
        "partner.pem",
        "--name",
        "Example Technologies (Kenya)",
        "--comment",
        comment,
    ]
}

/// The sample course with `lines` before its first table.
fn course_with(lines: &str) -> String {
    course("ACT", "revocation").replacen("[[field]]", &format!("{lines}\n[[field]]"), 1)
}

fn only(office: &Office, ending: &str) -> Vec<u8> {
    let begins = |name: &&String| name.starts_with("Wanjik") && name.ends_with(ending);
    let files = office.files("out");
    office.read(&format!("out/{}", files.iter().find(begins).unwrap()))
}

#[test]
fn a_course_carries_what_its_partner_says() {
    let office = Office::founded();
    give_partner_a_key(&office);
    office.ok(&endorse(ACHIEVEMENT, "Its graduates can be relied on."));
    office.write(
        "course.toml",
        course_with(
            "endorsement = \"endorsement.json\"\nimage = \"https://nc4.example/act.png\"\nimage_caption = \"A shield\"\n\
             criteria_url = \"https://nc4.example/act\"\nlevel = \"KNQF Level 6\"\nlevel_url = \"https://knqa.example/6\"",
        ),
    );
    let added = office.ok(&["course", "add", "course.toml"]);
    assert!(added.contains("endorsement was checked"), "{added}");
    assert_eq!(
        office.json(&["course", "show", "ACT"])["achievement"],
        ACHIEVEMENT
    );

    let batch = office.import("ACT", ROSTER);
    office.approve(&batch);
    office.ok(&["batch", "issue", &batch, "--out", "out"]);
    let issued: Value = serde_json::from_slice(&only(&office, ".json")).unwrap();
    let achievement = &issued["credentialSubject"]["achievement"];
    assert_eq!(achievement["criteria"]["id"], "https://nc4.example/act");
    assert_eq!(achievement["image"]["type"], "Image");
    assert_eq!(
        achievement["alignment"][0]["targetUrl"],
        "https://knqa.example/6"
    );
    let inside = achievement["endorsement"][0].to_string();
    assert_eq!(
        inside,
        serde_json::from_slice::<Value>(&office.read("endorsement.json"))
            .unwrap()
            .to_string()
    );
    let inside = Endorsement::parse(inside.as_bytes()).unwrap();
    assert_eq!(inside.verify(), Ok(Standing::Verified));
}

#[test]
fn endorsements_that_say_something_else_are_refused() {
    let office = Office::founded();
    give_partner_a_key(&office);
    let add = ["course", "add", "course.toml"];
    office.write(
        "course.toml",
        course_with("endorsement = \"endorsement.json\""),
    );
    office.fails(4, &add, "endorsement.json");
    office.ok(&endorse("https://nc4.example/courses/other", "Good."));
    office.fails(1, &add, "not of this course's achievement");
    office.fails(1, &endorse(ACHIEVEMENT, "a {brace}"), "brace");
    office.ok(&endorse(ACHIEVEMENT, "Good."));
    let mut document: Value = serde_json::from_slice(&office.read("endorsement.json")).unwrap();
    office.ok(&add);
    document["credentialSubject"]["endorsementComment"] = json!("Very good.");
    office.write("endorsement.json", document.to_string());
    office.fails(1, &add, "the signature does not");
    office.write("endorsement.json", "{}");
    office.fails(1, &add, "/credentialSubject");
    let web = "did:web:partner.example";
    document["issuer"]["id"] = json!(web);
    for proof in document["proof"].as_array_mut().unwrap() {
        proof["verificationMethod"] = json!(format!("{web}#key-1"));
    }
    office.write("endorsement.json", document.to_string());
    assert!(office.ok(&add).contains("NOT checked"));
}

#[test]
fn a_certificate_is_exported_in_every_format() {
    let (office, _) = Office::with_certificates("ACT");
    let json = only(&office, ".json");
    let number = serde_json::from_slice::<Value>(&json).unwrap();
    let number = number["credentialSubject"]["licenseNumber"]
        .as_str()
        .unwrap()
        .to_owned();
    let export = |format: &str, out: &str, more: &[&str]| {
        let args = [
            "certificate",
            "export",
            &number,
            "--format",
            format,
            "--out",
            out,
        ];
        office.run(&[&args, more].concat())
    };
    for format in ["json", "pdf", "png", "svg"] {
        let answer = export(format, &format!("badge.{format}"), &[]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
    }
    assert_eq!(office.read("badge.json"), json);
    assert_eq!(office.read("badge.pdf"), only(&office, ".pdf"));
    assert_eq!(read_png(&office.read("badge.png")), Ok(Some(json.clone())));
    assert_eq!(read_svg(&office.read("badge.svg")), Ok(Some(json.clone())));
    assert!(image::load_from_memory(&office.read("badge.png")).is_ok());

    let own = "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Ours</title></svg>";
    office.write("own.svg", own);
    let answer = export("svg", "own-badge.svg", &["--image", "own.svg"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let baked = office.read("own-badge.svg");
    assert_eq!(read_svg(&baked), Ok(Some(json)));
    assert!(
        String::from_utf8(baked)
            .unwrap()
            .contains("<title>Ours</title>")
    );

    export("png", "no.png", &["--image", "own.svg"]).failed(1, "not a PNG picture");
    export("pdf", "no.pdf", &["--image", "own.svg"]).failed(2, "--image belongs to");
    export("png", "no.png", &["--image", "none.png"]).failed(4, "none.png");
    assert!(!office.path("no.png").exists());
}
