//! The console as a browser sees it: every page for every role, signing in, and a cohort's way from spreadsheet to paper.

mod courses;
mod journey;
mod keys;
#[cfg(feature = "openid")]
mod openid;
mod roles;
mod sign_in;
mod venue;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use cheti_shared::key::Signer as _;

use crate::app::accounts::find_account;
use crate::app::audit::head;
use crate::domain::account::OneTimeCodes;
use crate::domain::change::What;
use crate::domain::operator::OperatorId;
use crate::domain::role::{Role, Roles};
use crate::http::tests::house::{Answer, House, Loaded, ask, key};

const HOST: &str = "desk.nc4.example";

/// A house with a console, and seeds of its people's keys.
struct Desk {
    house: House,
    router: Router,
}

fn id(name: &str) -> OperatorId {
    name.parse().unwrap()
}

impl Desk {
    /// Jane and Paul, who prepare and approve.
    fn new() -> Self {
        let house = House::new(Loaded::Both);
        let router = super::router(Arc::clone(&house.service));
        Self { house, router }
    }

    /// And one of each role: Jane registers, Paul approves, Otieno audits, Ada administers.
    fn with_roles() -> Self {
        let desk = Self::new();
        let add = |name: &str, seed: u8, role| {
            desk.house.vault.give(name, seed);
            desk.house.change(What::AddOperator {
                id: id(name),
                name: name.to_owned(),
                key: key(seed).public_key(),
                roles: Roles::new([role]).unwrap(),
            });
        };
        add("otieno", 3, Role::Auditor);
        add("ada", 4, Role::Administrator);
        // From here on Ada appoints; Paul confirms.
        let ada = (id("ada"), key(4));
        let what = What::SetRoles {
            id: id("jane"),
            roles: Roles::new([Role::Registrar]).unwrap(),
        };
        desk.house.change_by(what, &ada, &(id("paul"), key(2)));
        let what = What::SetRoles {
            id: id("paul"),
            roles: Roles::new([Role::Approver]).unwrap(),
        };
        desk.house.change_by(what, &ada, &(id("paul"), key(2)));
        desk
    }

    fn browser(&self) -> Browser<'_> {
        Browser {
            desk: self,
            cookies: Vec::new(),
            origin: Some(format!("https://{HOST}")),
            referer: None,
        }
    }

    /// A browser in which somebody is signed in.
    async fn signed_in(&self, name: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let seed = self.house.vault.seed(name);
        let words = format!("the passphrase of {name}");
        let given = browser
            .post("/sign-in", &[("operator", name), ("password", &words)])
            .await;
        assert_eq!(given.status, 303, "{}", given.text());
        if given.headers["location"] == "/enrol" {
            let page = browser.get("/enrol").await.text();
            let secret = page.split("secret\">").nth(1).unwrap();
            let secret = secret.split('<').next().unwrap();
            let code = self.code_of_secret(secret);
            let done = browser.post("/enrol", &[("code", &code)]).await;
            assert_eq!(done.status, 200, "{}", done.text());
        } else {
            // A code counts once: the next one is half a minute away.
            self.house.wait_seconds(30);
            let code = self.code(name, seed);
            let done = browser.post("/code", &[("code", &code)]).await;
            assert_eq!(done.headers["location"], "/", "{}", done.text());
        }
        browser
    }

    /// The code that a telephone shows which scanned this secret.
    fn code_of_secret(&self, secret: &str) -> String {
        let secret = totp_rs::Secret::Encoded(secret.to_owned());
        let octets = secret.to_bytes().unwrap();
        let codes = totp_rs::TOTP::new(totp_rs::Algorithm::SHA1, 6, 1, 30, octets).unwrap();
        let now = self.house.desk.clock.now().unix();
        codes.generate(u64::try_from(now).unwrap())
    }

    fn code(&self, name: &str, seed: u8) -> String {
        let account = find_account(&self.house.desk, &id(name)).unwrap().unwrap();
        let codes = OneTimeCodes::new(&key(seed), &account.nonce).unwrap();
        codes.code_at(self.house.desk.clock.now())
    }

    /// A code that counts now.
    fn next_code(&self, name: &str) -> String {
        self.house.wait_seconds(30);
        self.code(name, self.house.vault.seed(name))
    }

    fn events(&self) -> u64 {
        head(&self.house.desk).unwrap().events
    }
}

/// A browser: it keeps cookies and says where its forms come from.
struct Browser<'a> {
    desk: &'a Desk,
    cookies: Vec<(String, String)>,
    origin: Option<String>,
    referer: Option<String>,
}

impl Browser<'_> {
    async fn send(&mut self, method: &str, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", HOST)
            .header("content-type", kind)
            .header("cookie", cookies.join("; "));
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        if let Some(referer) = &self.referer {
            request = request.header("referer", referer);
        }
        let request = request.body(Body::from(body)).unwrap();
        let answer = ask(self.desk.router.clone(), request).await;
        for line in answer.headers.get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(kept, _)| kept != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        answer
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "text/plain", Vec::new()).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encoded: Vec<String> = fields
            .iter()
            .map(|(name, value)| {
                let value: String = value.bytes().map(|octet| format!("%{octet:02X}")).collect();
                format!("{name}={value}")
            })
            .collect();
        let body = encoded.join("&").into_bytes();
        let kind = "application/x-www-form-urlencoded";
        self.send("POST", path, kind, body).await
    }

    fn session(&self) -> Option<String> {
        let mut cookies = self.cookies.iter();
        let found = cookies.find(|(name, _)| name == "__Host-cheti");
        found.map(|(_, value)| value.clone())
    }
}
