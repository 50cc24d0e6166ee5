//! Every page for every role, from a table of its own: a page without a row here fails.

use super::*;

/// Who may: R registrar, P approver, U auditor, A administrator; `*` anybody, `?` whoever gave a password.
#[rustfmt::skip]
const WHO_MAY: &[(&str, &str)] = &[
    ("GET /assets/{file}", "*"),
    ("POST /language", "*"),
    ("GET /sign-in", "*"),
    ("POST /sign-in", "*"),
    ("GET /code", "?"),
    ("POST /code", "?"),
    ("GET /enrol", "?"),
    ("POST /enrol", "?"),
    ("POST /sign-out", "RPUA"),
    ("POST /sign-out-everywhere", "RPUA"),
    ("GET /openid/sign-in", "*"),
    ("GET /openid/return", "*"),
    ("GET /openid/tie", "RPUA"),
    ("POST /openid/untie", "RPUA"),
    ("GET /account", "RPUA"),
    ("POST /account/password", "RPUA"),
    ("GET /", "RPUA"),
    ("GET /rosters", "R"),
    ("POST /rosters", "R"),
    ("GET /rosters/{draft}", "R"),
    ("POST /rosters/{draft}/map", "R"),
    ("POST /rosters/{draft}/fix", "R"),
    ("POST /rosters/{draft}/drop", "R"),
    ("POST /rosters/{draft}/restore", "R"),
    ("POST /rosters/{draft}/unhide", "R"),
    ("POST /rosters/{draft}/import", "R"),
    ("POST /rosters/{draft}/delete", "R"),
    ("GET /rosters/{draft}/problems.csv", "R"),
    ("GET /batches", "RPUA"),
    ("GET /batches/{batch}", "RPUA"),
    ("POST /batches/{batch}/submit", "R"),
    ("POST /batches/{batch}/approve", "P"),
    ("POST /batches/{batch}/reject", "P"),
    ("POST /batches/{batch}/issue", "R"),
    ("GET /batches/{batch}/progress", "RPUA"),
    ("GET /batches/{batch}/preview/{row}", "RPUA"),
    ("GET /batches/{batch}/certificates.zip", "R"),
    ("GET /batches/{batch}/book/{volume}", "R"),
    ("GET /batches/{batch}/lists/{kind}", "R"),
    ("GET /certificates", "RPUA"),
    ("GET /certificates/{certificate}", "RPUA"),
    ("GET /certificates/{certificate}/preview", "RPUA"),
    ("GET /certificates/{certificate}/pdf", "R"),
    ("POST /certificates/{certificate}/reprint", "R"),
    ("POST /certificates/{certificate}/propose", "RP"),
    ("POST /certificates/{certificate}/subject-file", "RP"),
    ("GET /many", "RP"),
    ("POST /many", "RP"),
    ("GET /retention", "RPUA"),
    ("GET /export/{kind}", "RPUA"),
    ("GET /changes", "RPUA"),
    ("GET /changes/{change}", "RPUA"),
    ("POST /changes/{change}/confirm", "PA"),
    ("POST /changes/{change}/decline", "PA"),
    ("GET /ceremony/{batch}", "RPUA"),
    ("POST /ceremony/{batch}/hand-out", "RP"),
    ("POST /ceremony/{batch}/undo", "RP"),
    ("POST /ceremony/{batch}/close", "RP"),
    ("GET /reconciliation/{batch}", "RPUA"),
    ("POST /reconciliation/{batch}/withdraw", "RP"),
    ("GET /courses", "RPUA"),
    ("POST /courses", "A"),
    ("GET /courses/{course}/preview", "RPUA"),
    ("GET /operators", "RPUA"),
    ("POST /operators", "A"),
    ("POST /operators/{id}/roles", "A"),
    ("POST /operators/{id}/disable", "A"),
    ("POST /operators/{id}/reset", "A"),
    ("GET /keys", "RPUA"),
    ("GET /keys/bundle", "RPUA"),
    ("POST /keys", "A"),
    ("POST /keys/lost", "A"),
    ("POST /keys/programs", "A"),
    ("POST /keys/programs/{key}/remove", "A"),
    ("GET /venue", "RPUA"),
    ("POST /venue/hand-over", "A"),
    ("POST /venue/bring-home", "A"),
    ("GET /phones", "RPUA"),
    ("GET /journal", "RPUA"),
    ("GET /figures", "RPUA"),
];

/// A path with something for each of its parameters.
pub(super) fn filled(path: &str) -> String {
    path.replace("{batch}", "b00000000")
        .replace("{draft}", "d00000000")
        .replace("{row}", "0")
        .replace("{volume}", "1.pdf")
        .replace("{kind}", "found.csv")
        .replace("{change}", "c00000000")
        .replace("{id}", "paul")
        .replace("{course}", "ACT")
        .replace("{file}", "console.css")
        .replace("{key}", "00000000")
        .replace("{certificate}", "NC4-ACT-2026-000001")
}

#[tokio::test]
async fn each_role_reaches_its_pages_and_no_other() {
    let desk = Desk::with_roles();
    let people = [('R', "jane"), ('P', "paul"), ('U', "otieno"), ('A', "ada")];
    // What a form that may be sent says, so that it gets past its gate and its use-case's rule.
    let form = [
        ("note", "why"),
        ("what", "suspend"),
        ("text", "x"),
        ("line", "1"),
        ("cell", "1"),
        ("reason", "misread"),
        ("code", "000000"),
        ("id", "new.person"),
        ("name", "New Person"),
        ("password", "copper lantern drifts north"),
        ("again", "copper lantern drifts north"),
        ("registrar", "on"),
        ("language", "en"),
        ("operator", "x"),
    ];
    let pages: Vec<String> = crate::http::console::pages()
        .iter()
        .map(|page| format!("{} {}", page.method, page.path))
        .collect();
    let rows: Vec<&str> = WHO_MAY.iter().map(|(page, _)| *page).collect();
    assert_eq!(pages, rows, "each page needs a row here");
    for (letter, name) in people {
        let mut browser = desk.signed_in(name).await;
        for (page, who) in WHO_MAY {
            let (method, path) = page.split_once(' ').unwrap();
            // Signing out is tried last, below.
            if path.starts_with("/sign-out") {
                continue;
            }
            let path = filled(path);
            let before = desk.events();
            let answer = match method {
                "GET" => browser.get(&path).await,
                _ => browser.post(&path, &form).await,
            };
            let may = *who == "*" || who.contains(letter);
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            let not_permitted = text.contains("This is not for you to do.")
                || text.contains("may not do this: it is for the role");
            match (*who, may) {
                ("?", _) => assert_eq!(
                    answer.status,
                    if method == "GET" { 303 } else { 401 },
                    "{name}: {page}"
                ),
                (_, true) => assert!(
                    !not_permitted && answer.status != 401,
                    "{name}: {page}: {text}"
                ),
                (_, false) => {
                    assert!(not_permitted, "{name}: {page}: {} {text}", answer.status);
                    assert_eq!(desk.events(), before, "{name}: {page}");
                }
            }
            if letter == 'U' {
                assert_eq!(
                    desk.events(),
                    before,
                    "an auditor changed something: {page}"
                );
            }
        }
        for path in ["/sign-out", "/sign-out-everywhere"] {
            let mut browser = desk.signed_in(name).await;
            assert_eq!(
                browser.post(path, &[]).await.headers["location"],
                "/sign-in"
            );
        }
    }
}

#[tokio::test]
async fn nobody_reaches_a_page_without_signing_in() {
    let desk = Desk::new();
    let before = desk.events();
    for (page, who) in WHO_MAY {
        if *who == "*" {
            continue;
        }
        let (method, path) = page.split_once(' ').unwrap();
        let mut browser = desk.browser();
        let path = filled(path);
        let answer = match method {
            "GET" => browser.get(&path).await,
            _ => browser.post(&path, &[]).await,
        };
        match method {
            "GET" => assert_eq!(answer.headers["location"], "/sign-in", "{page}"),
            _ => assert_eq!(answer.status, 401, "{page}"),
        }
    }
    assert_eq!(desk.events(), before);
}
