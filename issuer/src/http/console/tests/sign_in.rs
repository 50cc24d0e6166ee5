//! In and out (THREATS 22, 26): what is answered to the wrong people, and which cookie is worth anything.

use super::*;

#[tokio::test]
async fn a_telephone_is_enrolled_at_the_first_sign_in_and_asked_for_ever_after() {
    let desk = Desk::new();
    let mut browser = desk.browser();
    let first = browser.get("/").await;
    assert_eq!(
        (first.status, &first.headers["location"]),
        (303, &"/sign-in".parse().unwrap())
    );
    let given = [
        ("operator", " Jane "),
        ("password", "the passphrase of jane"),
    ];
    let answer = browser.post("/sign-in", &given).await;
    assert_eq!(answer.headers["location"], "/enrol");
    let half_way = browser.session().unwrap();
    // The password alone opens nothing.
    for path in ["/", "/batches", "/certificates"] {
        assert_eq!(
            browser.get(path).await.headers["location"],
            "/enrol",
            "{path}"
        );
    }
    let page = browser.get("/enrol").await.text();
    assert!(page.contains("data:image/svg+xml;base64,"));
    let wrong = browser.post("/enrol", &[("code", "000000")]).await;
    assert!(wrong.text().contains("The code is not right."));
    let secret = page
        .split("secret\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    let code = desk.code_of_secret(secret);
    let recovery = browser.post("/enrol", &[("code", &code)]).await.text();
    let codes: Vec<&str> = recovery
        .split("<li>")
        .skip(1)
        .map(|rest| &rest[..19])
        .collect();
    assert_eq!(codes.len(), 10);
    assert_eq!(browser.get("/").await.status, 200);
    // Another id for each step (THREATS 26, fixation): the cookie of half way is worth nothing.
    assert_ne!(browser.session().unwrap(), half_way);
    let mut thief = desk.browser();
    thief.cookies = vec![("__Host-cheti".to_owned(), half_way)];
    assert_eq!(thief.get("/").await.headers["location"], "/sign-in");
    // From now on a code is asked for; that of a recovery counts once.
    for (code, works) in [(codes[0], true), (codes[0], false), (codes[1], true)] {
        let mut again = desk.browser();
        let answer = again.post("/sign-in", &given).await;
        assert_eq!(answer.headers["location"], "/code");
        let answer = again.post("/code", &[("code", code)]).await;
        assert_eq!(answer.status, if works { 303 } else { 200 }, "{code}");
    }
    // A code of the telephone that was used already is worth nothing in another browser (replay).
    desk.house.wait_seconds(60);
    let code = desk.code("jane", 1);
    for works in [true, false] {
        let mut again = desk.browser();
        again.post("/sign-in", &given).await;
        let answer = again.post("/code", &[("code", &code)]).await;
        assert_eq!(answer.status, if works { 303 } else { 200 });
    }
}

/// THREATS 22: whoever asks learns nothing about who works here.
#[tokio::test]
async fn unknown_disabled_and_wrong_are_answered_alike() {
    let desk = Desk::new();
    let mut answers = Vec::new();
    for (name, password) in [
        ("jane", "wrong wrong wrong"),
        ("nobody", "wrong wrong wrong"),
        ("paul", ""),
        ("../jane", "x"),
        ("", ""),
        ("jane", &"x".repeat(5_000)),
    ] {
        let mut browser = desk.browser();
        let fields = [("operator", name), ("password", password)];
        let answer = browser.post("/sign-in", &fields).await;
        assert!(browser.session().is_none(), "{name}");
        answers.push((answer.status, answer.text()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert!(answers[0].1.contains("The name or the password is wrong."));
}

/// THREATS 22: nor by how long the answer takes. Each try opens one key file, or takes the time of it.
#[tokio::test]
async fn every_try_costs_the_same() {
    let desk = Desk::new();
    desk.signed_in("jane").await;
    desk.house.change(What::AddOperator {
        id: id("lost"),
        name: "Lost Key".to_owned(),
        key: key(9).public_key(),
        roles: Roles::default(),
    });
    for (name, why) in [
        ("jane", "enrolled"),
        ("paul", "never enrolled"),
        ("lost", "whose key is not here"),
        ("nobody", "unknown"),
        ("../jane", "no name"),
    ] {
        let before = desk.house.vault.tries();
        let fields = [("operator", name), ("password", "wrong wrong wrong")];
        desk.browser().post("/sign-in", &fields).await;
        assert_eq!(desk.house.vault.tries() - before, 1, "{why}");
    }
}

/// Another password: for whoever knows the one there is and holds the telephone, and everywhere at once.
#[tokio::test]
async fn a_password_is_changed_by_its_owner() {
    let desk = Desk::new();
    let mut jane = desk.signed_in("jane").await;
    let mut elsewhere = desk.signed_in("jane").await;
    let page = jane.get("/account").await.text();
    assert!(
        page.contains("Recovery codes left") && page.contains("<dd>10</dd>"),
        "{page}"
    );
    let (old, new) = ("the passphrase of jane", "copper lantern drifts north");
    for (now, password, again, status, why) in [
        (old, new, "another", 422, "differ"),
        (
            "guess guess guess",
            new,
            new,
            422,
            "The password you have now is not that one.",
        ),
        (
            old,
            "jane jane jane",
            "jane jane jane",
            422,
            "easily guessed",
        ),
    ] {
        let code = desk.next_code("jane");
        let form = [
            ("now", now),
            ("password", password),
            ("again", again),
            ("code", &code),
        ];
        let answer = jane.post("/account/password", &form).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(answer.text().contains(why), "{}", answer.text());
    }
    let form = |code| {
        [
            ("now", old),
            ("password", new),
            ("again", new),
            ("code", code),
        ]
    };
    let wrong = jane.post("/account/password", &form("000000")).await;
    assert_eq!(wrong.status, 403);
    let code = desk.next_code("jane");
    let done = jane.post("/account/password", &form(&code)).await;
    assert_eq!(done.headers["location"], "/sign-in", "{}", done.text());
    for browser in [&mut jane, &mut elsewhere] {
        assert_eq!(browser.get("/").await.headers["location"], "/sign-in");
    }
    for (password, works) in [(old, false), (new, true)] {
        let given = [("operator", "jane"), ("password", password)];
        let answer = desk.browser().post("/sign-in", &given).await;
        assert_eq!(answer.status == 303, works, "{}", answer.text());
    }
}

/// THREATS 26: tries in vain make one wait, whichever name or code is tried.
#[tokio::test]
async fn brute_force_waits() {
    let desk = Desk::new();
    desk.signed_in("jane").await;
    let mut browser = desk.browser();
    for _ in 0..5 {
        let wrong = [("operator", "jane"), ("password", "guess guess guess")];
        browser.post("/sign-in", &wrong).await;
    }
    let right = [("operator", "jane"), ("password", "the passphrase of jane")];
    let answer = browser.post("/sign-in", &right).await;
    assert!(answer.text().contains("Too many tries"));
    desk.house.wait_seconds(31);
    assert_eq!(
        browser.post("/sign-in", &right).await.headers["location"],
        "/code"
    );
    for _ in 0..3 {
        browser.post("/code", &[("code", "123456")]).await;
    }
    let code = desk.next_code("jane");
    let answer = browser.post("/code", &[("code", &code)]).await;
    assert_eq!(answer.status, 200, "the right code must wait too");
}

#[tokio::test]
async fn a_seat_is_left_when_idle_signed_out_or_disabled() {
    let desk = Desk::new();
    let mut one = desk.signed_in("jane").await;
    let mut other = desk.signed_in("jane").await;
    let mut third = desk.signed_in("jane").await;
    let mut paul = desk.signed_in("paul").await;
    assert_eq!(
        one.post("/sign-out", &[]).await.headers["location"],
        "/sign-in"
    );
    assert_eq!(one.get("/").await.status, 303);
    assert_eq!(other.get("/").await.status, 200);
    other.post("/sign-out-everywhere", &[]).await;
    assert_eq!(third.get("/").await.status, 303);
    desk.house.change(What::DisableOperator { id: id("paul") });
    assert_eq!(paul.get("/").await.status, 303);
    let mut idle = desk.signed_in("jane").await;
    desk.house.wait_seconds(15 * 60);
    assert_eq!(idle.get("/").await.status, 303);
}

/// THREATS 26: a form on another site does nothing, even with the cookie.
#[tokio::test]
async fn forms_of_other_sites_do_nothing() {
    let desk = Desk::new();
    let mut jane = desk.signed_in("jane").await;
    let events = desk.events();
    for origin in [None, Some("https://evil.example"), Some("null")] {
        jane.origin = origin.map(str::to_owned);
        for page in crate::http::console::pages() {
            if page.method == axum::http::Method::POST {
                let path = super::roles::filled(page.path);
                let answer = jane.post(&path, &[("code", "1")]).await;
                assert_eq!(answer.status, 403, "{path}");
                assert!(answer.text().contains("came from another site"), "{path}");
            }
        }
    }
    assert_eq!(desk.events(), events);
    jane.origin = Some(format!("https://{HOST}"));
    assert_eq!(jane.get("/").await.status, 200);
}

#[tokio::test]
async fn cookies_and_headers_are_those_of_a_careful_site() {
    let desk = Desk::new();
    let mut browser = desk.browser();
    let given = [("operator", "jane"), ("password", "the passphrase of jane")];
    let answer = browser.post("/sign-in", &given).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    for part in [
        "__Host-cheti=",
        "HttpOnly",
        "Secure",
        "SameSite=Strict",
        "Path=/",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    let mut jane = desk.signed_in("jane").await;
    for path in ["/", "/nothing", "/assets/console.js"] {
        let answer = jane.get(path).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
        assert!(!answer.text().contains("<script>") && !answer.text().contains(" style="));
    }
}

/// What reads codes at the door may compile WebAssembly, in a thread that reaches nothing else; no page may.
#[tokio::test]
async fn the_reader_of_codes_alone_compiles() {
    let desk = Desk::new();
    let mut browser = desk.browser();
    for (file, begins) in [
        ("door.js", "// The door"),
        ("lens.js", "// A camera"),
        ("reading.js", "// Codes"),
        ("reader.js", "// The worker"),
        ("reader.wasm", "\0asm"),
    ] {
        let answer = browser.get(&format!("/assets/{file}")).await;
        assert!(answer.body.starts_with(begins.as_bytes()), "{file}");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        let compiles = policy.contains("wasm-unsafe-eval");
        assert_eq!(compiles, file == "reader.js", "{file}: {policy}");
        assert!(
            policy.starts_with("default-src 'none';") && !policy.contains("*"),
            "{policy}"
        );
    }
}

/// Pages go packed to whoever can unpack them; what tells progress goes as it comes.
#[tokio::test]
async fn pages_are_packed() {
    let desk = Desk::new();
    for (accepts, packed) in [("gzip, br", true), ("identity", false)] {
        let request = Request::builder().uri("/sign-in").header("host", HOST);
        let request = request.header("accept-encoding", accepts);
        let request = request.body(Body::empty()).unwrap();
        let answer = ask(desk.router.clone(), request).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers.contains_key("content-encoding"), packed);
        assert_eq!(answer.body.starts_with(b"\x1f\x8b"), packed);
    }
}

/// From the page that says what did not work, the languages and *Back* lead to the page where the form stands.
#[tokio::test]
async fn trouble_leads_back_to_the_form() {
    let desk = Desk::new();
    let mut jane = desk.signed_in("jane").await;
    jane.referer = Some(format!("https://{HOST}/certificates?q=x"));
    let answer = jane.post("/batches/b00000000/submit", &[]).await;
    assert_eq!(answer.status, 404);
    let text = answer.text();
    assert!(
        text.contains("name=\"back\" value=\"/certificates?q=x\""),
        "{text}"
    );
    for elsewhere in ["https://evil.example", "nothing", "javascript:alert(1)"] {
        jane.referer = Some(elsewhere.to_owned());
        let text = jane.post("/batches/b00000000/submit", &[]).await.text();
        assert!(text.contains("name=\"back\" value=\"/\""), "{elsewhere}");
    }
}

#[tokio::test]
async fn the_language_is_chosen_and_leads_nowhere_else() {
    let desk = Desk::new();
    let mut browser = desk.browser();
    for (back, place) in [
        ("/batches", "/batches"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ] {
        let fields = [("language", "sw"), ("back", back)];
        let answer = browser.post("/language", &fields).await;
        assert_eq!(answer.headers["location"], place, "{back}");
    }
    let page = browser.get("/sign-in").await.text();
    assert!(page.contains("<html lang=\"sw\">") && page.contains("Nenosiri"));
}
