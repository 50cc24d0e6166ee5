//! The right to write, handed over to a copy and brought home from a page.

use std::path::Path;

use cheti_shared::key::pkcs8::Hardness;

use super::*;
use crate::app::desk::Desk as Records;
use crate::app::handover::writer;
use crate::app::operators::list_operators;
use crate::app::ports::vault::{KeyFile, Passphrase, Vault as _};
use crate::compose::{SystemEntropy, open, venue};
use crate::domain::writer::Standing;
use crate::keys::FileVault;

fn keys(data: &Path) -> FileVault {
    FileVault::new(
        data.join("keys"),
        Arc::new(SystemEntropy),
        Hardness::Fixture,
    )
}

fn words(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

/// The page once the passing has come to its end.
async fn ended(browser: &mut Browser<'_>) -> String {
    loop {
        let page = browser.get("/venue").await.text();
        if !page.contains("http-equiv=\"refresh\"") {
            return page;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_ceremony_far_away_is_sent_out_and_brought_home() {
    let (home, away) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = away.path().join("cheti");
    let jane = KeyFile::Operator("jane".to_owned());
    keys(home.path())
        .create(&jane, &words("the first one"))
        .unwrap();
    let mut desk = Desk::with_roles();
    desk.house.publish_trust_list();
    let service = desk.house.with_venue(venue(home.path(), &folder));
    desk.router = super::super::router(service);
    let mut ada = desk.signed_in("ada").await;
    let page = ada.get("/venue").await.text();
    assert!(page.contains(folder.to_str().unwrap()), "{page}");
    assert!(
        page.contains("value=\"jane\" checked") && !page.contains("value=\"otieno\" checked"),
        "{page}"
    );

    // What cannot be done is told on the page, and changes nothing.
    let missing = [("key", "paul"), ("code", &*desk.next_code("ada"))];
    assert_eq!(ada.post("/venue/hand-over", &missing).await.status, 303);
    let page = ended(&mut ada).await;
    assert!(page.contains("was not passed on"), "{page}");
    assert_eq!(writer(&desk.house.desk).unwrap().standing, Standing::Home);
    let wrong = ada
        .post("/venue/hand-over", &[("key", "jane"), ("code", "000000")])
        .await;
    assert_eq!(wrong.status, 403);

    let fields = [("key", "jane"), ("code", &*desk.next_code("ada"))];
    assert_eq!(
        ada.post("/venue/hand-over", &fields).await.headers["location"],
        "/venue"
    );
    let page = ended(&mut ada).await;
    assert!(page.contains("This one can only be read."), "{page}");
    let refused = ada
        .post("/keys/programs", &[("name", "HR"), ("read", "on")])
        .await;
    assert_eq!(refused.status, 409, "{}", refused.text());

    // At the venue, Jane takes another password.
    let there = open(&folder).unwrap();
    assert!(matches!(
        writer(&there.desk).unwrap().standing,
        Standing::OnLoan { .. }
    ));
    there
        .vault
        .rewrap(
            &jane,
            &words("the first one"),
            &words("another one of them"),
        )
        .unwrap();
    let known = |desk: &Records| list_operators(desk).unwrap();
    assert_eq!(known(&there.desk), known(&desk.house.desk));
    drop(there);

    let code = desk.next_code("ada");
    assert_eq!(
        ada.post("/venue/bring-home", &[("code", &code)])
            .await
            .status,
        303
    );
    let page = ended(&mut ada).await;
    assert!(
        page.contains("This copy is the one that is written."),
        "{page}"
    );
    assert!(
        keys(home.path())
            .open(&jane, &words("another one of them"))
            .is_ok()
    );
    assert_eq!(writer(&desk.house.desk).unwrap().standing, Standing::Home);

    // Once is enough, and the folder does not serve again.
    for (path, says) in [
        ("/venue/bring-home", "one handover"),
        ("/venue/hand-over", "one handover"),
    ] {
        let code = desk.next_code("ada");
        ada.post(path, &[("code", &code)]).await;
        let page = ended(&mut ada).await;
        assert!(page.contains(says), "{path}: {page}");
    }
    ada.post("/language", &[("language", "sw")]).await;
    let page = ada.get("/venue").await.text();
    assert!(page.contains("si za makabidhiano mamoja"), "{page}");
}

#[tokio::test]
async fn without_a_place_the_page_says_how_it_is_done() {
    let desk = Desk::with_roles();
    let mut ada = desk.signed_in("ada").await;
    assert!(ada.get("/venue").await.text().contains("venue_folder"));
    let code = desk.next_code("ada");
    let answer = ada.post("/venue/hand-over", &[("code", &code)]).await;
    assert_eq!(answer.status, 422);
}
