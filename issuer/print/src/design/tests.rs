//! Designs as drawing programs write them, and what is refused.

use super::*;
use crate::Kit;
use crate::error::CodeProblem;
use crate::facts::Field;
use crate::kit::{built_in, built_in_names};
use crate::typeface::Face;

const GOOD: &str = r##"<rect id="qr" x="20" y="20" width="35" height="35"/>"##;

fn sheet_with(inside: &str) -> Result<Design, PrintError> {
    Design::parse(&format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm"
            viewBox="0 0 297 210">{inside}</svg>"##
    ))
}

fn problem(design: Result<Design, PrintError>) -> DesignProblem {
    match design {
        Err(PrintError::Design { problem, .. }) => problem,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was accepted"),
    }
}

#[test]
fn the_built_in_designs_keep_every_rule() {
    for name in built_in_names() {
        let design = Design::parse(built_in(name).unwrap()).unwrap();
        let portrait = design.sheet.height > design.sheet.width;
        assert_eq!(portrait, name == "portrait", "{name}");
        assert!(design.code().unwrap().side >= 35.0, "{name}");
        let fields: Vec<Field> = design
            .places()
            .flat_map(|place| place.words.fields())
            .collect();
        for must in [
            Field::Name,
            Field::Course,
            Field::Issuer,
            Field::Partner,
            Field::Award,
            Field::Date,
            Field::Expires,
            Field::Number,
            Field::Host,
            Field::Microtext,
            Field::Specimen,
            Field::Duplicate,
            Field::Signatory(2),
        ] {
            assert!(fields.contains(&must), "{name} has no {must:?}");
        }
        assert!(
            design
                .frames()
                .any(|frame| frame.picture == PictureName::Crest),
            "{name}"
        );
        let rosettes = design
            .slots
            .iter()
            .filter(|slot| matches!(slot, Slot::Guilloche(_)));
        assert!(rosettes.count() > 0, "{name}");
        let titles = design.places().filter(|place| place.role == Role::Title);
        assert_eq!(titles.count(), 1, "{name}");
    }
}

#[test]
fn a_place_is_read_as_a_drawing_program_writes_it() {
    let design = sheet_with(&format!(
        r##"{GOOD}<g transform="translate(10 100)" style="font-family:'Montserrat';fill:#123456">
        <text id="name width=60 smallest=5 wrap=4" transform="scale(2)" style="font-size:6px;text-anchor:middle">
          <tspan x="40" y="5">Amina</tspan></text></g>"##
    ))
    .unwrap();
    let place = design.places().next().unwrap();
    assert_eq!((place.x, place.baseline), (90.0, 110.0));
    assert_eq!((place.size, place.width), (12.0, 120.0));
    assert_eq!(place.smallest, Smallest::TwoLines(10.0, 8.0));
    assert_eq!(
        (place.align, place.face, place.role),
        (Align::Middle, Face::Sans, Role::Text)
    );
    assert_eq!(place.id, "name");
}

#[test]
fn a_sheet_may_be_drawn_in_pixels() {
    let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" width="1123" height="794" viewBox="0 0 1123 794">
        <rect id="qr" x="100" y="100" width="140" height="140"/></svg>"##;
    let code = *Design::parse(svg).unwrap().code().unwrap();
    assert!(
        (code.side - 37.03).abs() < 0.01 && (code.x - 26.45).abs() < 0.01,
        "{code:?}"
    );
}

#[test]
fn bad_places_are_named() {
    let text = |attributes: &str, inside: &str| {
        format!(
            r##"{GOOD}<text id="t" x="100" y="150" font-size="5" data-width="50" fill="#000000" {attributes}>{inside}</text>"##
        )
    };
    for (inside, expected) in [
        (text("", "Hello"), DesignProblem::NoField),
        (
            text(r#"data-field="colour""#, ""),
            DesignProblem::UnknownField("colour".into()),
        ),
        (
            text(r#"data-field="words""#, "{colour}"),
            DesignProblem::UnknownField("colour".into()),
        ),
        (
            text(r#"data-field="words" data-sw="{""#, "a"),
            DesignProblem::UnknownField(String::new()),
        ),
        (
            text(r#"data-field="name" transform="rotate(3)""#, ""),
            DesignProblem::Turned,
        ),
        (
            text(r#"data-field="name" style="font-size:0""#, ""),
            DesignProblem::Attribute("font-size"),
        ),
        (
            text(r#"data-field="name" style="fill:red""#, ""),
            DesignProblem::Attribute("fill"),
        ),
        (
            text(r#"data-field="name" data-role="loud""#, ""),
            DesignProblem::Attribute("data-role"),
        ),
        (
            text(r#"data-field="name" data-wrap="x""#, ""),
            DesignProblem::Attribute("data-wrap"),
        ),
        (
            text(r#"data-field="name" font-family="Comic Sans""#, ""),
            DesignProblem::NoFace {
                family: "Comic Sans".into(),
                weight: 400,
                italic: false,
            },
        ),
        (
            format!(r#"{GOOD}<rect data-field="logo" width="9" height="9"/>"#),
            DesignProblem::UnknownField("logo".into()),
        ),
        (
            format!(r#"{GOOD}<path data-field="crest"/>"#),
            DesignProblem::NotAPlace,
        ),
        (
            format!(r#"{GOOD}<rect data-field="crest" width="9"/>"#),
            DesignProblem::Attribute("height"),
        ),
        (format!("{GOOD}{GOOD}"), DesignProblem::NoCode),
        (String::new(), DesignProblem::NoCode),
    ] {
        assert_eq!(problem(sheet_with(&inside)), expected, "{inside}");
    }
}

#[test]
fn a_code_that_paper_would_spoil_is_refused_and_by_how_much() {
    let code = |x: f32, y: f32, w: f32, h: f32| {
        format!(r#"<rect id="qr" x="{x}" y="{y}" width="{w}" height="{h}"/>"#)
    };
    let text =
        r##"<text data-field="name" x="57" y="30" font-size="5" data-width="50" fill="#000000"/>"##;
    let off = r##"<text data-field="name" x="260" y="30" font-size="5" data-width="50" fill="#000000"/>"##;
    for (inside, expected) in [
        (code(20.0, 20.0, 35.0, 30.0), "35.0 by 30.0 mm"),
        (
            code(20.0, 20.0, 25.0, 25.0),
            "25.0 mm wide; it must be at least 30",
        ),
        (code(12.0, 20.0, 35.0, 35.0), "8.9 mm from the edge"),
        (code(130.0, 20.0, 35.0, 35.0), "fold"),
        (code(20.0, 90.0, 35.0, 35.0), "fold"),
        (format!("{GOOD}{text}"), "1.1 mm into the code's quiet zone"),
        (format!("{GOOD}{off}"), "18.0 mm past"),
    ] {
        let told = problem(sheet_with(&inside)).to_string();
        assert!(told.contains(expected), "{told}");
    }
    let small = problem(sheet_with(&code(20.0, 20.0, 25.0, 25.0)));
    assert!(matches!(
        small,
        DesignProblem::Code(CodeProblem::TooSmall { .. })
    ));
}

#[test]
fn another_sheet_is_refused() {
    let letter = Kit::default().design.replace("0 0 297 210", "0 0 279 216");
    assert_eq!(problem(Design::parse(&letter)), DesignProblem::Sheet);
}
