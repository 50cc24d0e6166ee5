//! Courses at the console: a course file with what it names, from whoever manages the people.

use super::*;
use crate::app::courses::add_course;
use crate::domain::api_key::Scope;

const COURSE: &str = include_str!("../../../../demo/course.toml");
const PICTURES: [(&str, &[u8]); 3] = [
    ("crest.svg", include_bytes!("../../../../demo/crest.svg")),
    (
        "director.svg",
        include_bytes!("../../../../demo/director.svg"),
    ),
    (
        "partner.svg",
        include_bytes!("../../../../demo/partner.svg"),
    ),
];

async fn send(browser: &mut Browser<'_>, files: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, octets) in files {
        let head = format!(
            "--b\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend([head.as_bytes(), octets, b"\r\n"].concat());
    }
    body.extend(b"--b--\r\n");
    let kind = "multipart/form-data; boundary=b";
    browser.send("POST", "/courses", kind, body).await
}

#[tokio::test]
async fn a_course_comes_with_the_files_that_it_names() {
    let desk = Desk::with_roles();
    let mut ada = desk.signed_in("ada").await;
    let renamed = COURSE.replace("code = \"ACT\"", "code = \"DFIR\"");
    let file = ("course.toml", renamed.as_bytes());
    let before = desk.events();
    for (files, says) in [
        (vec![], "Choose one course file"),
        (vec![PICTURES[0]], "Choose one course file"),
        (
            vec![file, ("other.toml", renamed.as_bytes())],
            "Choose one course file",
        ),
        (vec![("course.toml", &b"\xff\xfe"[..])], "no text in UTF-8"),
        (
            vec![("course.toml", b"code = 7")],
            "the course file is not valid",
        ),
        (
            vec![file, PICTURES[0], PICTURES[0]],
            "Two of the files have one name",
        ),
        (vec![file, PICTURES[0], PICTURES[1]], "partner.svg"),
        (
            vec![file, PICTURES[0], PICTURES[1], ("partner.svg", b"<html>")],
            "certificates of this course cannot be printed",
        ),
    ] {
        let answer = send(&mut ada, &files).await;
        assert_eq!(answer.status, 422, "{says}: {}", answer.text());
        assert!(answer.text().contains(says), "{says}: {}", answer.text());
    }
    assert_eq!(desk.events(), before);
    let all = [&[file][..], &PICTURES].concat();
    let mut jane = desk.signed_in("jane").await;
    let before = desk.events();
    assert_eq!(send(&mut jane, &all).await.status, 403);
    assert_eq!(desk.events(), before);
    let added = send(&mut ada, &all).await;
    assert_eq!(added.status, 303, "{}", added.text());
    assert_eq!(desk.events(), before + 1);
    let page = jane.get("/courses").await.text();
    assert!(
        page.contains("DFIR") && page.contains("Example Technologies"),
        "{page}"
    );
    assert!(!page.contains("name=\"files\""), "a registrar adds none");
    let picture = jane.get("/courses/DFIR/preview").await;
    assert_eq!(picture.headers["content-type"], "image/png");
    assert!(picture.body.starts_with(b"\x89PNG"));
    assert_eq!(jane.get("/courses/NONE/preview").await.status, 404);
    assert!(
        jane.get("/rosters").await.text().contains("DFIR"),
        "a cohort can be made of it"
    );
}

#[tokio::test]
async fn what_is_kept_long_enough_is_listed_until_it_is_erased() {
    let desk = Desk::new();
    let kept = format!("retain_years = 1\n{}", crate::domain::course::tests::COURSE);
    add_course(&desk.house.desk, &kept, "jane").unwrap();
    let token = desk.house.token(&[Scope::Import, Scope::Issue]);
    let people = (0..101).map(|at| {
        format!(
            "Zawadi Mbeki {}da,{},Pass\n",
            "ab".repeat(1 + at % 9),
            30_000_000 + at
        )
    });
    let roster = format!("Full Name,P/No,Award\n{}", people.collect::<String>());
    desk.house.issue(&token, &roster).await;
    let mut jane = desk.signed_in("jane").await;
    assert!(
        jane.get("/retention")
            .await
            .text()
            .contains("Nothing is due.")
    );
    desk.house.wait_days(366);
    let mut jane = desk.signed_in("jane").await;
    let page = jane.get("/retention").await.text();
    assert!(
        page.contains("<b>101</b>") && page.contains("shown are the first 100"),
        "{page}"
    );
    assert_eq!(page.matches("href=\"/certificates/").count(), 100);
    let one = &desk.house.certificates()[0];
    assert!(
        page.contains(&one.id.to_string()) && !page.contains("Zawadi"),
        "numbers, not names"
    );
}
