//! Designs without a data folder: list, make one of one's own, look at it, check it.

use serde_json::Value;

use crate::office::{Office, course};

const CREST: &[u8] = include_bytes!("../../issuer/demo/crest.svg");

#[test]
fn a_design_of_ones_own_begins_with_a_built_in_one() {
    let office = Office::empty();
    let names = office.ok(&["design", "list"]);
    assert_eq!(names.lines().next(), Some("formal"));
    assert!(
        office.json(&["design", "list"])["designs"]
            .as_array()
            .unwrap()
            .len()
            > 1
    );
    let told = office.ok(&["design", "new", "ours"]);
    assert!(told.contains("design check ours.svg"), "{told}");
    office.fails(2, &["design", "new", "ours"], "ours.svg exists already");
    office.fails(
        2,
        &["design", "new", "x", "--from", "fromal"],
        "no built-in design fromal",
    );
    office.fails(
        4,
        &["design", "new", "x", "--out", "none/x.svg"],
        "none/x.svg could not be written",
    );
    for name in names.lines() {
        let file = format!("{name}-copy.svg");
        office.ok(&["design", "new", name, "--from", name, "--out", &file]);
        for (design, out) in [(name, "built-in.pdf"), (file.as_str(), "copy.pdf")] {
            office.ok(&["design", "preview", design, "--out", out]);
        }
        assert!(
            office.read("built-in.pdf") == office.read("copy.pdf"),
            "{name}"
        );
    }
}

#[test]
fn a_design_is_drawn_with_somebody_who_does_not_exist() {
    let office = Office::empty();
    office.ok(&[
        "design", "preview", "formal", "--out", "a.png", "--width", "800",
    ]);
    let png = office.read("a.png");
    assert!(png.starts_with(b"\x89PNG"));
    assert_eq!(u32::from_be_bytes(png[16..20].try_into().unwrap()), 800);
    office.ok(&[
        "design", "preview", "formal", "--out", "b.png", "--width", "800",
    ]);
    assert!(png == office.read("b.png"));
    office.ok(&[
        "design",
        "preview",
        "formal",
        "--out",
        "c.png",
        "--width",
        "800",
        "--language",
        "sw",
    ]);
    assert!(png != office.read("c.png"));

    // With a course, its words and its crest.
    office.write("crest.svg", CREST);
    let text = course("ACT", "revocation").replacen(
        "[[field]]",
        "[print]\ncrest = \"crest.svg\"\n[[field]]",
        1,
    );
    office.write("course.toml", text);
    office.ok(&[
        "design",
        "preview",
        "formal",
        "--out",
        "d.png",
        "--width",
        "800",
        "--course",
        "course.toml",
    ]);
    assert!(png != office.read("d.png"));
    std::fs::remove_file(office.path("crest.svg")).unwrap();
    let with_course = [
        "design",
        "preview",
        "formal",
        "--out",
        "d.png",
        "--course",
        "course.toml",
    ];
    office.fails(4, &with_course, "print.crest: crest.svg could not be read");

    for (args, code, says) in [
        (
            &["none.svg", "--out", "a.png"][..],
            2,
            "there is no design none.svg",
        ),
        (
            &["formal", "--out", "a.jpg"],
            2,
            "neither a .png nor a .pdf",
        ),
        (
            &["formal", "--out", "none/a.png"],
            4,
            "none/a.png could not be written",
        ),
        (
            &["formal", "--out", "a.png", "--language", "fr"],
            2,
            "no language of a certificate",
        ),
        (&["formal", "--out", "a.png", "--width", "99"], 2, "99"),
    ] {
        let answer = office.run(&[&["design", "preview"][..], args].concat());
        assert_eq!(answer.code, Some(code), "{answer:?}");
        assert!(answer.err.contains(says), "{answer:?}");
    }
}

#[test]
fn designs_are_checked_before_they_are_used() {
    let office = Office::empty();
    let told = office.ok(&["design", "check", "formal"]);
    assert!(
        told.contains("copy of a copy") && told.contains("formal may be used"),
        "{told}"
    );
    let report = office.json(&["design", "check", "formal"]);
    assert_eq!(report["passes"], true);
    let scenarios = report["inspection"]["scenarios"].as_array().unwrap();
    assert!(scenarios.len() >= 10, "{report}");
    assert!(
        scenarios
            .iter()
            .all(|it| it["reads"].as_u64() >= it["least"].as_u64())
    );

    office.ok(&["design", "new", "ours"]);
    let svg = String::from_utf8(office.read("ours.svg")).unwrap();
    for (name, svg, says) in [
        (
            "no-code.svg",
            svg.replace("id=\"qr\"", "id=\"other\""),
            "qr",
        ),
        (
            "script.svg",
            svg.replacen("<rect", "<script>x()</script><rect", 1),
            "script",
        ),
        ("cut.svg", svg[..svg.len() / 2].to_owned(), "XML"),
        ("empty.svg", String::new(), "empty"),
    ] {
        office.write(name, svg);
        let answer = office.fails(1, &["design", "check", name], "");
        assert!(answer.err.contains(says), "{name}: {answer:?}");
        let answer = office.run(&["--json", "design", "check", name]);
        if name != "empty.svg" {
            let report: Value = serde_json::from_str(&answer.out).unwrap();
            assert_eq!(report["passes"], false, "{name}");
            assert!(!report["problems"].as_array().unwrap().is_empty(), "{name}");
        }
    }
    office.fails(
        2,
        &["design", "check", "fromal"],
        "there is no design fromal",
    );
}
