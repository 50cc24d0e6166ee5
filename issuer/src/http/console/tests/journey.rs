//! A cohort from spreadsheet to award, with a mistake that the checker finds; then a correction and a revocation.

use super::*;
use crate::domain::batch::BatchState;

const ROSTER: &str = "Full Name,P/No,Award\nWanjikũ Ng'ang'a,1001,Credit\nBarasa <script>alert(1)</script>,1002,Pass\nAchieng Atieno,1003,Excelent\nAchieng Atieno,1004,Pass\n";

async fn upload(browser: &mut Browser<'_>, roster: impl AsRef<[u8]>) -> Answer {
    let mut body = String::new();
    for (name, value) in [
        ("course", "ACT"),
        ("cohort", "Cohort 7"),
        ("award_date", "2026-10-16"),
        ("opening", "09:30"),
    ] {
        body +=
            &format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"cohort.csv\"\r\ncontent-type: text/csv\r\n\r\n";
    let body = [body.as_bytes(), roster.as_ref(), b"\r\n--b--\r\n"].concat();
    let kind = "multipart/form-data; boundary=b";
    browser.send("POST", "/rosters", kind, body).await
}

fn place(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let place = answer.headers["location"].to_str().unwrap();
    place.split('#').next().unwrap().to_owned()
}

/// Upload, mend and make a batch of it; the batch's page.
async fn prepared(browser: &mut Browser<'_>) -> String {
    let draft = place(&upload(browser, ROSTER).await);
    let page = browser.get(&draft).await.text();
    assert!(
        page.contains("&#60;script&#62;") && !page.contains("<script>alert"),
        "THREATS 25"
    );
    assert!(page.contains("Excelent"));
    let csv = browser.get(&format!("{draft}/problems.csv")).await.text();
    assert!(csv.contains("Excelent"));
    let early = browser.post(&format!("{draft}/import"), &[]).await;
    assert_eq!(early.status, 409, "{}", early.text());
    let fix = [("line", "4"), ("cell", "3"), ("text", "Pass")];
    place(&browser.post(&format!("{draft}/fix"), &fix).await);
    place(
        &browser
            .post(&format!("{draft}/drop"), &[("line", "3")])
            .await,
    );
    place(&browser.post(&format!("{draft}/import"), &[]).await)
}

#[tokio::test]
async fn from_spreadsheet_to_award_with_a_mistake_that_the_checker_finds() {
    let desk = Desk::with_roles();
    let mut jane = desk.signed_in("jane").await;
    let mut paul = desk.signed_in("paul").await;
    let batch = prepared(&mut jane).await;
    // Before it is submitted, there is nothing to approve.
    let code = desk.next_code("paul");
    let early = paul
        .post(&format!("{batch}/approve"), &[("code", &code)])
        .await;
    assert_eq!(early.status, 409);
    place(&jane.post(&format!("{batch}/submit"), &[]).await);
    let page = paul.get(&batch).await.text();
    assert!(
        page.contains("the same name as line 4"),
        "the checker sees the flag: {page}"
    );
    let home = paul.get("/").await.text();
    assert!(home.contains(&batch));
    // Rejecting needs a reason and a code.
    let code = desk.next_code("paul");
    let none = paul
        .post(
            &format!("{batch}/reject"),
            &[("code", &code), ("reason", " ")],
        )
        .await;
    assert_eq!(none.status, 422);
    let why = [("code", code.as_str()), ("reason", "Two of one name")];
    place(&paul.post(&format!("{batch}/reject"), &why).await);
    // Sent back: prepared again, and the checker sees what changed.
    let draft = place(
        &upload(
            &mut jane,
            &ROSTER
                .replace("Excelent", "Distinction")
                .replace(",1004,", ",1005,"),
        )
        .await,
    );
    place(&jane.post(&format!("{draft}/drop"), &[("line", "3")]).await);
    let second = place(&jane.post(&format!("{draft}/import"), &[]).await);
    place(&jane.post(&format!("{second}/submit"), &[]).await);
    let page = paul.get(&second).await.text();
    assert!(
        page.contains("Two of one name") && page.contains("+ Achieng Atieno · 1005 · Pass"),
        "{page}"
    );
    let picture = paul.get(&format!("{second}/preview/0")).await;
    assert_eq!(picture.status, 200, "{}", picture.text());
    assert_eq!(&picture.body[..8], b"\x89PNG\r\n\x1a\n");
    let wrong = paul
        .post(&format!("{second}/approve"), &[("code", "000000")])
        .await;
    assert_eq!(wrong.status, 403);
    let code = desk.next_code("paul");
    place(
        &paul
            .post(&format!("{second}/approve"), &[("code", &code)])
            .await,
    );
    // Jane issues; the page tells how far it is until it is done.
    place(&jane.post(&format!("{second}/issue"), &[]).await);
    let told = jane.get(&format!("{second}/progress")).await.text();
    assert!(told.contains("event: end"), "{told}");
    let id = second.rsplit('/').next().unwrap().parse().unwrap();
    let issued = crate::app::approve_batch::show_batch(&desk.house.desk, &id).unwrap();
    assert_eq!(issued.state, BatchState::Issued);
    let book = jane.get(&format!("{second}/book/1.pdf")).await;
    assert!(book.body.starts_with(b"%PDF"));
    let archive = jane.get(&format!("{second}/certificates.zip")).await;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive.body)).unwrap();
    assert_eq!(archive.len(), 6);
    assert!(archive.by_index(0).unwrap().size() > 1_000);
    ceremony(&mut jane, &mut paul, &second).await;
    after(&desk, &mut jane, &mut paul).await;
}

async fn ceremony(jane: &mut Browser<'_>, paul: &mut Browser<'_>, batch: &str) {
    let id = batch.rsplit('/').next().unwrap();
    let door = format!("/ceremony/{id}");
    assert!(jane.get(&door).await.text().contains("NC4-ACT-2026-000001"));
    let hand = [("text", "NC4-ACT-2026-000001")];
    place(&jane.post(&format!("{door}/hand-out"), &hand).await);
    let twice = paul.post(&format!("{door}/hand-out"), &hand).await;
    assert_eq!(twice.status, 409);
    let told = twice.text();
    assert!(
        told.contains("role=\"alert\"") && told.contains("data-scan"),
        "told at the door, where the next one is scanned: {told}"
    );
    let unknown = [("text", "NC4-ACT-2026-999999")];
    let unknown = jane.post(&format!("{door}/hand-out"), &unknown).await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains("data-scan"), "{}", unknown.text());
    let undo = [("text", "NC4-ACT-2026-000001"), ("reason", "wrong_person")];
    let batches = jane.get("/batches").await.text();
    let mut doors = batches.split("href=\"/batches/").skip(1);
    let other = doors.find_map(|rest| rest.split('"').next().filter(|id| !door.ends_with(id)));
    let other = format!("/ceremony/{}/hand-out", other.unwrap());
    let other = jane.post(&other, &hand).await;
    assert_eq!(other.status, 409, "{}", other.text());
    let odd = [("text", "NC4-ACT-2026-000001"), ("reason", "no reason")];
    let odd = jane.post(&format!("{door}/undo"), &odd).await;
    assert_eq!(odd.status, 422);
    assert!(odd.text().contains("Something in the form is missing"));
    place(&jane.post(&format!("{door}/undo"), &undo).await);
    place(&jane.post(&format!("{door}/hand-out"), &hand).await);
    place(&jane.post(&format!("{door}/close"), &[]).await);
    let sums = jane.get(&format!("/reconciliation/{id}")).await.text();
    assert!(
        sums.contains("Everything adds up.") && sums.contains("2 awarded in absentia"),
        "{sums}"
    );
}

async fn after(desk: &Desk, jane: &mut Browser<'_>, paul: &mut Browser<'_>) {
    let found = jane.get("/certificates?q=nganga").await.text();
    let link = found.split("href=\"/certificates/").nth(1).unwrap();
    let one = format!("/certificates/{}", link.split('"').next().unwrap());
    let page = jane.get(&one).await.text();
    assert!(page.contains("Wanjikũ Ng&#39;ang&#39;a"), "{page}");
    // A correction: proposed by one, confirmed by the other, with a code.
    let propose = format!("{one}/propose");
    let silent = jane
        .post(&propose, &[("what", "correct"), ("name", "Wanjiku Nganga")])
        .await;
    assert_eq!(silent.status, 422, "a note is needed");
    let same = [
        ("what", "correct"),
        ("name", "Wanjikũ Ng'ang'a"),
        ("note", "x"),
    ];
    assert_eq!(jane.post(&propose, &same).await.status, 422);
    let odd = [("what", "correct"), ("name", "=1+1"), ("note", "x")];
    for (language, says) in [
        ("sw", "Jina si jina (linafanana na fomula)."),
        ("en", "the name cannot be certified"),
    ] {
        jane.post("/language", &[("language", language)]).await;
        let refused = jane.post(&propose, &odd).await;
        assert_eq!(refused.status, 422);
        let told = refused.text();
        assert!(
            told.contains(says) && !told.contains("lang=\"en\">the"),
            "{told}"
        );
    }
    let correct = [
        ("what", "correct"),
        ("name", "Wanjiku Nganga"),
        ("note", "identity card"),
    ];
    place(&jane.post(&propose, &correct).await);
    let change = proposed(&paul.get("/changes").await.text());
    let code = desk.next_code("paul");
    let confirm = format!("/changes/{change}/confirm");
    assert_eq!(jane.post(&confirm, &[("code", &code)]).await.status, 403);
    assert_eq!(paul.post(&confirm, &[("code", "000000")]).await.status, 403);
    place(&paul.post(&confirm, &[("code", &code)]).await);
    assert!(jane.get(&one).await.text().contains("Valid, corrected"));
    // A revocation by the approver needs another approver: Paul cannot confirm himself.
    let revoke = [("what", "issued_in_error"), ("note", "never attended")];
    place(&paul.post(&propose, &revoke).await);
    let page = paul.get("/changes").await.text();
    assert!(page.contains("You proposed this, so another person confirms it."));
    let own = page.split("id=\"c").nth(1).unwrap();
    let own = format!("c{}", own.split('"').next().unwrap());
    let code = desk.next_code("paul");
    let refused = paul
        .post(&format!("/changes/{own}/confirm"), &[("code", &code)])
        .await;
    assert_eq!(refused.status, 409);
    let refused = paul.post(&format!("/changes/{own}/decline"), &[]).await;
    assert_eq!(refused.status, 409);
    place(&jane.post(&propose, &revoke).await);
    let change = proposed(&paul.get("/changes").await.text());
    let code = desk.next_code("paul");
    place(
        &paul
            .post(&format!("/changes/{change}/confirm"), &[("code", &code)])
            .await,
    );
    assert!(jane.get(&one).await.text().contains("Revoked"));
    let file = jane.post(&format!("{one}/subject-file"), &[]).await.text();
    assert!(file.contains("Wanjiku Nganga"));
    // The journal names nobody (THREATS 23).
    let journal = jane.get("/journal").await.text();
    assert!(journal.contains("The chain holds.") && journal.contains("certificate.revoke"));
    assert!(!journal.contains("Wanjik") && !journal.contains("Achieng"));
    for month in ["2026-13", "2026-10"] {
        let early = jane.get(&format!("/journal?month={month}")).await;
        assert_eq!(early.status, 422);
        assert!(early.text().contains("must be over before its sample"));
    }
    let figures = jane.get("/figures").await.text();
    assert!(figures.contains("2026-10"));
    let csv = jane.get("/export/found.csv?state=revoked").await.text();
    assert!(csv.contains("NC4-ACT-2026-000001") && !csv.contains("NC4-ACT-2026-000002"));
}

/// Everything that a search finds is looked at, proposed together and confirmed together; what changed in between is not.
#[tokio::test]
async fn many_certificates_change_together() {
    let desk = Desk::with_roles();
    let mut jane = desk.signed_in("jane").await;
    let mut paul = desk.signed_in("paul").await;
    let batch = prepared(&mut jane).await;
    place(&jane.post(&format!("{batch}/submit"), &[]).await);
    let code = desk.next_code("paul");
    let approve = format!("{batch}/approve");
    place(&paul.post(&approve, &[("code", &code)]).await);
    place(&jane.post(&format!("{batch}/issue"), &[]).await);
    jane.get(&format!("{batch}/progress")).await;
    let page = jane.get("/certificates?course=ACT").await.text();
    assert!(page.contains("Change everything that was found"));
    let look = "/many?what=issued_in_error&course=ACT";
    let page = jane.get(look).await.text();
    assert!(page.contains("Revoke for good: 3"), "{page}");
    let seen = |page: &str| {
        let rest = page.split("name=\"seen\" value=\"").nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let digest = seen(&page);
    let form = |seen: &'static str, note: &'static str| {
        [
            ("what", "issued_in_error"),
            ("course", "ACT"),
            ("seen", seen),
            ("note", note),
        ]
    };
    let digest: &'static str = digest.leak();
    assert_eq!(jane.post("/many", &form(digest, " ")).await.status, 422);
    let other = jane.post("/many", &form("x", "why")).await;
    assert_eq!(other.status, 422);
    assert!(
        other.text().contains("Look at it again"),
        "{}",
        other.text()
    );
    for odd in ["/many?what=burn", "/many"] {
        assert_eq!(jane.get(odd).await.status, 422, "{odd}");
    }
    assert!(
        jane.get("/many?what=reinstate")
            .await
            .text()
            .contains("Nothing that was found")
    );
    let change = place(
        &jane
            .post("/many", &form(digest, "trainer was no trainer"))
            .await,
    );
    let page = paul.get(&change).await.text();
    assert!(page.contains("Every certificate (3)"), "{page}");
    assert!(page.contains("issued in error") && page.contains("trainer was no trainer"));
    let code = desk.next_code("paul");
    let confirm = format!("{change}/confirm");
    assert_eq!(jane.post(&confirm, &[("code", &code)]).await.status, 403);
    place(&paul.post(&confirm, &[("code", &code)]).await);
    let page = jane.get("/certificates?state=revoked").await.text();
    assert_eq!(page.matches("chip bad").count(), 3, "{page}");
    assert!(jane.get(look).await.text().contains("Left out"));
}

/// The change that the page offers to confirm.
fn proposed(page: &str) -> String {
    let form = page.split("action=\"/changes/").nth(1).unwrap();
    form.split('/').next().unwrap().to_owned()
}

/// What a person really sends instead of a spreadsheet: each is told what it is, and nothing is kept.
#[tokio::test]
async fn files_that_are_no_spreadsheet_are_told() {
    let desk = Desk::with_roles();
    let mut jane = desk.signed_in("jane").await;
    let before = desk.events();
    for (file, status) in [
        (Vec::new(), 422),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj".to_vec(), 422),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00 cut off".to_vec(), 422),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook".to_vec(),
            422,
        ),
        (b"\x89PNG\r\n\x1a\n a picture".to_vec(), 422),
        (vec![b'a'; 21 << 20], 422),
    ] {
        let begin = String::from_utf8_lossy(&file[..file.len().min(8)]).into_owned();
        let answer = upload(&mut jane, &file).await;
        assert_eq!(answer.status, status, "{begin}: {}", answer.text());
        assert!(answer.text().contains("That was not done."), "{begin}");
        if file.len() > 20 << 20 {
            assert!(
                answer.text().contains("larger than 20 MiB"),
                "{}",
                answer.text()
            );
        }
    }
    // A body that is no form at all, and one that ends early.
    for body in [
        &b"nothing"[..],
        b"--b\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nName",
    ] {
        let kind = "multipart/form-data; boundary=b";
        let answer = jane.send("POST", "/rosters", kind, body.to_vec()).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
    }
    assert_eq!(desk.events(), before);
}

/// What is wrong with a roster, and why something is not done, is told in the language of the page.
#[tokio::test]
async fn swahili_pages_tell_trouble_in_swahili() {
    let desk = Desk::with_roles();
    let mut jane = desk.signed_in("jane").await;
    place(&jane.post("/language", &[("language", "sw")]).await);
    let draft = place(&upload(&mut jane, ROSTER).await);
    let page = jane.get(&draft).await.text();
    assert!(page.contains("thamani isiyojulikana"), "{page}");
    assert!(page.contains("Tumia mojawapo") && !page.contains("Use one of"));
    assert!(page.contains("jina sawa na mstari 4"), "{page}");
    let early = jane.post(&format!("{draft}/import"), &[]).await;
    assert_eq!(early.status, 409);
    let text = early.text();
    assert!(text.contains("Orodha ina matatizo 2"), "{text}");
    let none = jane.get("/batches/b00000000").await;
    assert_eq!(none.status, 404);
    assert!(none.text().contains("Hakuna kundi"), "{}", none.text());
    let stranger = upload(&mut jane, "%PDF-1.7").await.text();
    assert!(
        stranger.contains("Hii ni hati ya PDF, si orodha."),
        "{stranger}"
    );
    let draft = place(&upload(&mut jane, "Wer,Was\nA,B\n").await);
    let page = jane.get(&draft).await.text();
    assert!(page.contains("Hakuna safu ya jina iliyopatikana"), "{page}");
}

/// The administrator adds somebody, who then comes in by themselves.
#[tokio::test]
async fn a_new_person_is_appointed_by_two_and_enrols_alone() {
    let desk = Desk::with_roles();
    let mut ada = desk.signed_in("ada").await;
    let mut paul = desk.signed_in("paul").await;
    let form = |password: &'static str, again: &'static str| {
        [
            ("id", "zuhura"),
            ("name", "Zuhura Ali"),
            ("password", password),
            ("again", again),
            ("registrar", "on"),
            ("note", "new at the desk"),
        ]
    };
    for (password, again) in [
        ("zuhura zuhura", "zuhura zuhura"),
        ("copper lantern drifts north", "x"),
    ] {
        let refused = ada.post("/operators", &form(password, again)).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
    }
    let words = "the passphrase of zuhura";
    let mut bad = form(words, words).to_vec();
    bad.extend([("approver", "on"), ("administrator", "on")]);
    assert_eq!(ada.post("/operators", &bad).await.status, 422);
    place(&ada.post("/operators", &form(words, words)).await);
    let mut early = desk.browser();
    let fields = [("operator", "zuhura"), ("password", words)];
    assert_eq!(
        early.post("/sign-in", &fields).await.status,
        200,
        "nobody yet"
    );
    let change = proposed(&paul.get("/changes").await.text());
    let code = desk.next_code("paul");
    place(
        &paul
            .post(&format!("/changes/{change}/confirm"), &[("code", &code)])
            .await,
    );
    let mut zuhura = desk.signed_in("zuhura").await;
    assert!(zuhura.get("/").await.text().contains("Zuhura Ali"));
    assert_eq!(zuhura.get("/rosters").await.status, 200);
    // The telephone is lost: two people let her enrol another, and she is signed out.
    place(
        &ada.post("/operators/zuhura/reset", &[("note", "lost")])
            .await,
    );
    let change = proposed(&paul.get("/changes").await.text());
    let code = desk.next_code("paul");
    place(
        &paul
            .post(&format!("/changes/{change}/confirm"), &[("code", &code)])
            .await,
    );
    assert_eq!(zuhura.get("/").await.headers["location"], "/sign-in");
    let again = zuhura.post("/sign-in", &fields).await;
    assert_eq!(again.headers["location"], "/enrol");
}
