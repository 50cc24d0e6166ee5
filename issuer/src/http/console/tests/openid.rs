//! Sign-in by an identity provider: what it opens, what it does not, and what is not believed (THREATS 26).

mod provider;

use super::roles::filled;
use super::*;
use crate::http::console::{Needs, pages};
use crate::openid::{OpenIdProvider, Settings};
use provider::{CLIENT, Lie, Provider};

async fn desk() -> (Desk, Arc<Provider>) {
    let mut desk = Desk::with_roles();
    let provider = Provider::start(desk.house.desk.clock.now().unix()).await;
    let service = desk.house.with_identity(Arc::new(provider.client()));
    desk.router = crate::http::console::router(service);
    (desk, provider)
}

/// Sent away from `path`, signed in there, and back: as browsers do it, without the session's cookie, which belongs to
/// requests from this site alone.
async fn there_and_back(browser: &mut Browser<'_>, provider: &Provider, path: &str) -> Answer {
    let sent = browser.get(path).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let cookie = sent.headers["set-cookie"].to_str().unwrap();
    for part in ["__Host-cheti-openid=", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let back = provider.visit(sent.headers["location"].to_str().unwrap());
    from_elsewhere(browser, &back).await
}

async fn from_elsewhere(browser: &mut Browser<'_>, path: &str) -> Answer {
    let session = browser.session();
    browser.cookies.retain(|(name, _)| name != "__Host-cheti");
    let answer = browser.get(path).await;
    if let (Some(session), None) = (session, browser.session()) {
        browser.cookies.push(("__Host-cheti".to_owned(), session));
    }
    answer
}

#[tokio::test]
async fn whoever_is_vouched_for_may_look_and_acts_with_their_own_key_alone() {
    let (desk, provider) = desk().await;
    let mut jane = desk.signed_in("jane").await;
    let page = jane.get("/account").await.text();
    assert!(page.contains("Tie it to this account"), "{page}");
    let tied = there_and_back(&mut jane, &provider, "/openid/tie").await;
    assert_eq!(tied.status, 200, "{}", tied.text());
    assert!(tied.text().contains("0;url=/account"), "{}", tied.text());
    let page = jane.get("/account").await.text();
    assert!(page.contains("It is tied to this account."), "{page}");

    let mut browser = desk.browser();
    let page = browser.get("/sign-in").await.text();
    assert!(page.contains("Sign in by Ministry of ICT"), "{page}");
    let known = there_and_back(&mut browser, &provider, "/openid/sign-in").await;
    assert_eq!(known.status, 200, "{}", known.text());
    assert!(browser.session().is_some());
    let home = browser.get("/").await.text();
    assert!(home.contains("open your own key"), "{home}");
    assert!(
        !home.contains("Prepare a new cohort"),
        "nothing that is not to be done"
    );

    // Every page: what is to be looked at and nothing else, whatever Jane may do with her key.
    let before = desk.events();
    for page in pages() {
        let path = filled(page.path);
        let open = match page.needs {
            Needs::Nothing | Needs::Known => continue,
            Needs::Password | Needs::SignedIn => false,
            Needs::May(permission) => permission == crate::domain::role::Permission::Read,
        };
        let answer = match page.method.as_str() {
            "GET" => browser.get(&path).await,
            _ => browser.post(&path, &[]).await,
        };
        let refused = match page.needs {
            Needs::Password => matches!(answer.status, 303 | 401),
            _ => {
                answer.status == 403 && answer.text().contains("You may look, and do nothing yet.")
            }
        };
        assert_eq!(refused, !open, "{} {path}: {}", page.method, answer.status);
    }
    assert_eq!(desk.events(), before);

    // Her own password and code open the rest, from where she is.
    let page = browser.get("/sign-in").await.text();
    assert!(
        page.contains("value=\"jane\"") && page.contains("Open your key"),
        "{page}"
    );
    let given = [("operator", "jane"), ("password", "the passphrase of jane")];
    assert_eq!(
        browser.post("/sign-in", &given).await.headers["location"],
        "/code"
    );
    let code = desk.next_code("jane");
    assert_eq!(
        browser.post("/code", &[("code", &code)]).await.headers["location"],
        "/"
    );
    assert_eq!(browser.get("/rosters").await.status, 200);

    // Untied, the provider's word is worth nothing.
    assert_eq!(
        browser.post("/openid/untie", &[]).await.headers["location"],
        "/account"
    );
    let unknown = there_and_back(&mut desk.browser(), &provider, "/openid/sign-in").await;
    assert_eq!(unknown.status, 422);
    assert!(
        unknown
            .text()
            .contains("Nobody here is tied to that person.")
    );
}

#[tokio::test]
async fn an_identity_is_of_one_account_and_of_whoever_may_sign() {
    let (desk, provider) = desk().await;
    let mut jane = desk.signed_in("jane").await;
    let mut paul = desk.signed_in("paul").await;
    assert_eq!(
        there_and_back(&mut jane, &provider, "/openid/tie")
            .await
            .status,
        200
    );
    let refused = there_and_back(&mut paul, &provider, "/openid/tie").await;
    assert!(
        refused.text().contains("signs in here as jane already"),
        "{}",
        refused.text()
    );
    provider.is("paul-at-the-ministry");
    assert_eq!(
        there_and_back(&mut paul, &provider, "/openid/tie")
            .await
            .status,
        200
    );
    // Signed out meanwhile: nothing is tied.
    let sent = jane.get("/openid/tie").await;
    let back = provider.visit(sent.headers["location"].to_str().unwrap());
    let mut elsewhere = desk.signed_in("jane").await;
    elsewhere.post("/sign-out-everywhere", &[]).await;
    let before = desk.events();
    assert_eq!(from_elsewhere(&mut jane, &back).await.status, 401);
    assert_eq!(desk.events(), before);
    // Somebody disabled is not let in, and one who looks is put out at once.
    let mut browser = desk.browser();
    assert_eq!(
        there_and_back(&mut browser, &provider, "/openid/sign-in")
            .await
            .status,
        200
    );
    assert_eq!(browser.get("/batches").await.status, 200);
    let ada = (id("ada"), key(4));
    let what = What::DisableOperator { id: id("paul") };
    desk.house.change_by(what, &ada, &(id("paul"), key(2)));
    assert_eq!(
        browser.get("/batches").await.headers["location"],
        "/sign-in"
    );
    let out = there_and_back(&mut desk.browser(), &provider, "/openid/sign-in").await;
    assert_eq!(out.status, 422, "{}", out.text());
}

#[tokio::test]
async fn threat_26_no_answer_counts_that_this_browser_did_not_ask_for() {
    let (desk, provider) = desk().await;
    let mut jane = desk.signed_in("jane").await;
    there_and_back(&mut jane, &provider, "/openid/tie").await;
    let begin = async |browser: &mut Browser<'_>| {
        let sent = browser.get("/openid/sign-in").await;
        provider.visit(sent.headers["location"].to_str().unwrap())
    };
    let refused = |answer: &Answer| {
        assert_eq!(answer.status, 403, "{}", answer.text());
        assert!(
            answer.text().contains("did not sign you in"),
            "{}",
            answer.text()
        );
    };
    // Another browser's answer, one's own with another state, none at all.
    let mut browser = desk.browser();
    let back = begin(&mut browser).await;
    let mut victim = desk.browser();
    refused(&victim.get(&back).await);
    begin(&mut victim).await;
    refused(&victim.get(&back).await);
    assert!(victim.session().is_none());
    refused(&victim.get("/openid/return").await);
    // Once, and in time.
    let mut late = desk.browser();
    let back_late = begin(&mut late).await;
    let back = begin(&mut browser).await;
    assert_eq!(browser.get(&back).await.status, 200);
    refused(&browser.get(&back).await);
    desk.house.wait_seconds(600);
    refused(&late.get(&back_late).await);
    // The provider says no.
    let mut browser = desk.browser();
    let back = begin(&mut browser).await;
    let no = back.replace("code=c0de", "error=access_denied");
    refused(&browser.get(&no).await);
    assert!(browser.session().is_none());
    // Guessing costs time, as at the door with the password.
    for _ in 0..25 {
        refused(&desk.browser().get("/openid/return?state=a&code=b").await);
    }
    let mut browser = desk.browser();
    let back = begin(&mut browser).await;
    refused(&browser.get(&back).await);
}

#[tokio::test]
async fn threat_26_a_provider_that_lies_signs_nobody_in() {
    let (desk, provider) = desk().await;
    let mut jane = desk.signed_in("jane").await;
    there_and_back(&mut jane, &provider, "/openid/tie").await;
    let before = desk.events();
    for lie in [
        Lie::Nonce,
        Lie::Audience,
        Lie::MoreAudiences,
        Lie::Issuer,
        Lie::Expired,
        Lie::OtherKey,
        Lie::NoAlgorithm,
        Lie::SecretAlgorithm,
        Lie::NoToken,
        Lie::AccessTokenHash,
        Lie::Endless,
        Lie::Elsewhere,
        Lie::Broken,
    ] {
        provider.lies(lie);
        let mut browser = desk.browser();
        let answer = there_and_back(&mut browser, &provider, "/openid/sign-in").await;
        assert_eq!(answer.status, 403, "{lie:?}: {}", answer.text());
        assert!(browser.session().is_none(), "{lie:?}");
        // What was wrong is for the log, not for whoever tried.
        assert!(!answer.text().contains("nonce"), "{lie:?}");
    }
    provider.lies(Lie::None);
    let mut browser = desk.browser();
    let answer = there_and_back(&mut browser, &provider, "/openid/sign-in").await;
    assert_eq!((answer.status, desk.events()), (200, before));
}

#[tokio::test]
async fn without_a_provider_there_is_nothing() {
    let desk = Desk::new();
    let mut browser = desk.browser();
    for path in ["/openid/sign-in", "/openid/return?state=a&code=b"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    assert!(!browser.get("/sign-in").await.text().contains("openid"));
}

#[test]
fn settings_that_cannot_be_safe_are_refused() {
    let settings = Settings {
        name: "x".to_owned(),
        issuer: "https://login.example".to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: None,
        redirect: format!("https://{HOST}/openid/return"),
        authority: None,
    };
    assert!(OpenIdProvider::new(settings.clone()).is_ok());
    let refuse = |settings: Settings, key: &str| {
        let told = OpenIdProvider::new(settings).err().unwrap().to_string();
        assert!(told.contains(key), "{told}");
    };
    for issuer in ["http://login.example", "login.example", "ftp://127.0.0.1"] {
        let issuer = issuer.to_owned();
        refuse(
            Settings {
                issuer,
                ..settings.clone()
            },
            "issuer",
        );
    }
    for redirect in ["http://desk.example/openid/return", "https://desk.example/"] {
        let redirect = redirect.to_owned();
        refuse(
            Settings {
                redirect,
                ..settings.clone()
            },
            "redirect",
        );
    }
    let missing = Some("/nowhere/authority.pem".into());
    refuse(
        Settings {
            authority: missing,
            ..settings.clone()
        },
        "authority_file",
    );
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    refuse(
        Settings {
            authority: Some(empty),
            ..settings
        },
        "authority_file",
    );
}
