//! What is watched, told, sent and never sent.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use cheti_shared::status::entry::Purpose;
use cheti_shared::status::reasons::Reason;
use cheti_verifier_core::evidence::Root;
use cheti_verifier_core::evidence::memory::Memory;
use cheti_verifier_core::policy::Policy;
use cheti_verifier_core::presented::Presented;
use cheti_verifier_core::verify;
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::access::mint;
use crate::samples::{LIST_UNTIL, NAME, NOW, World, at, document};

const LATER: &str = "2026-10-18T05:00:00Z";

fn evidence(world: &World) -> Evidence {
    Evidence::from_bundle(&world.bundle(), Root::OfTheBundle, Memory::default()).unwrap()
}

/// The same list at `made`, with the place set or not.
fn listed(purpose: Purpose, made: &str, set: Option<Option<Reason>>) -> Evidence {
    evidence(&World {
        purpose,
        list_made: at(made),
        set,
        ..World::default()
    })
}

fn report(purpose: Purpose, name: &str) -> Report {
    let world = World {
        purpose,
        ..World::default()
    };
    let presented = Presented::document(document(&world.certificate(name)));
    verify(&presented, &evidence(&world), &Policy::default(), at(NOW))
}

fn open(folder: &TempDir, webhook: Vec<WebhookConfig>) -> Watch {
    let keys = ["hr", "bank"].map(|name| mint(name, &[1; 32]).1);
    let config = WatchConfig {
        folder: Some(folder.path().join("watch")),
        certificates_of_a_key: 2,
        webhook,
    };
    Watch::open(&config, &keys).unwrap().unwrap()
}

#[test]
fn a_revocation_is_told_once_to_whom_it_concerns_and_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let watch = open(&folder, Vec::new());
    let (good, report) = (
        evidence(&World::default()),
        report(Purpose::Revocation, NAME),
    );
    let registered = watch
        .register("hr", &report, || good.clone().into())
        .unwrap();
    assert_eq!(registered.standing.standing, State::InForce);
    assert_eq!(
        watch
            .register("hr", &report, || good.clone().into())
            .unwrap(),
        registered
    );
    assert_eq!(watch.look(&good, at(NOW)).unwrap(), 0);
    let revoked = listed(Purpose::Revocation, LATER, Some(Some(Reason::Withdrawn)));
    assert_eq!(watch.look(&revoked, at(NOW)).unwrap(), 1);
    assert_eq!(watch.look(&revoked, at(NOW)).unwrap(), 0);
    // An older list takes nothing back (THREATS 6).
    assert_eq!(watch.look(&good, at(NOW)).unwrap(), 0);
    drop(watch);
    let watch = open(&folder, Vec::new());
    let told = watch.changes("hr", 0).unwrap();
    let [change] = &told.changes[..] else {
        panic!("{told:?}")
    };
    assert_eq!(change.certificate.id, registered.id);
    assert_eq!(change.certificate.standing.standing, State::Revoked);
    let why = change.certificate.standing.why.unwrap();
    assert_eq!(why.reason, Reason::Withdrawn);
    assert_eq!((told.next, told.more), (1, false));
    assert!(watch.changes("hr", told.next).unwrap().changes.is_empty());
    assert!(watch.changes("hr", u64::MAX).unwrap().changes.is_empty());
    assert!(watch.changes("bank", 0).unwrap().changes.is_empty());
    assert!(!watch.forget("bank", &registered.id).unwrap());
    assert!(watch.forget("hr", &registered.id).unwrap());
    assert!(!watch.forget("hr", &registered.id).unwrap());
    assert!(watch.changes("hr", 0).unwrap().changes.is_empty());
}

#[test]
fn a_suspension_and_its_end_are_told_as_what_stands_now() {
    let folder = tempfile::tempdir().unwrap();
    let watch = open(&folder, Vec::new());
    let report = report(Purpose::Suspension, NAME);
    let look = |made, set| {
        let lists = listed(Purpose::Suspension, made, set);
        watch.look(&lists, at(NOW)).unwrap()
    };
    watch
        .register("hr", &report, || Evidence::none().into())
        .unwrap();
    // Good news about what was not known is no change.
    assert_eq!(look("2026-10-17T06:00:00Z", None), 0);
    assert_eq!(look("2026-10-17T07:00:00Z", Some(None)), 1);
    assert_eq!(look("2026-10-17T08:00:00Z", None), 1);
    let told = watch.changes("hr", 0).unwrap();
    assert_eq!(told.changes.len(), 1);
    assert_eq!(told.changes[0].sequence, 2);
    let standing = told.changes[0].certificate.standing.standing;
    assert_eq!(standing, State::InForce);
}

#[test]
fn what_is_not_watched_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let watch = open(&folder, Vec::new());
    let good = evidence(&World::default());
    let unsigned = verify(
        &Presented::document(document(&World::default().certificate(NAME))),
        &Evidence::none(),
        &Policy::default(),
        at(NOW),
    );
    let refused = watch.register("hr", &unsigned, || good.clone().into());
    assert!(matches!(refused, Err(WatchError::NotSigned)));
    for name in ["A", "B"] {
        let report = report(Purpose::Revocation, name);
        watch
            .register("hr", &report, || good.clone().into())
            .unwrap();
    }
    let third = report(Purpose::Revocation, "C");
    let refused = watch.register("hr", &third, || good.clone().into());
    assert!(matches!(refused, Err(WatchError::Full { limit: 2 })));
    watch
        .register("bank", &third, || good.clone().into())
        .unwrap();
}

/// Nothing of the graduate is kept, not even the number.
#[test]
fn the_folder_names_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let watch = open(&folder, Vec::new());
    let report = report(Purpose::Revocation, "Zawadi Unmistakable");
    let evidence = evidence(&World::default());
    watch
        .register("hr", &report, || evidence.clone().into())
        .unwrap();
    drop(watch);
    let mut files = vec![folder.path().to_owned()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let octets = std::fs::read(path).unwrap();
        let text = String::from_utf8_lossy(&octets);
        assert!(!text.contains("Zawadi") && !text.contains("000123"));
    }
}

proptest! {
    /// Whatever lists come in whatever order: revoked stays revoked, and a list that is older than the last news says nothing.
    #[test]
    fn standing_follows_the_newest_news(
        revocation: bool,
        lists in prop::collection::vec((0_u32..6, any::<bool>()), 1..8),
    ) {
        let purpose = if revocation { Purpose::Revocation } else { Purpose::Suspension };
        let report = report(purpose.clone(), NAME);
        let places = places(report.document.as_ref().unwrap());
        let mut watched = Watched::new(report.credential.unwrap().digest, crate::samples::DID, &places);
        // The news so far: whether it is set, since which list.
        let mut news: Option<(bool, u32)> = None;
        for (hour, set) in lists {
            let made = format!("2026-10-17T{:02}:00:00Z", 6 + hour);
            let changed = watched.look(&listed(purpose.clone(), &made, set.then_some(None)));
            let before = news;
            news = match news {
                None => Some((set, hour)),
                Some((true, _)) if revocation => news,
                Some((was, since)) if hour >= since && was != set => Some((set, hour)),
                _ => news,
            };
            prop_assert_eq!(changed, before.is_some_and(|(was, _)| Some(was) != news.map(|(is, _)| is)) || (before.is_none() && set));
            let expected = match (news, revocation) {
                (Some((true, _)), true) => State::Revoked,
                (Some((true, _)), false) => State::Suspended,
                _ => State::InForce,
            };
            prop_assert_eq!(watched.standing().standing, expected);
        }
    }
}

/// What a receiver got: its head and body.
struct Got {
    head: String,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find(|line| {
            let (found, _) = line.split_once(':').unwrap_or_default();
            found.eq_ignore_ascii_case(name)
        });
        line.unwrap().split_once(": ").unwrap().1
    }
}

/// Answers each request with the next of `statuses`.
fn receiver(statuses: &'static [u16]) -> (u16, Receiver<Got>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, got) = channel();
    std::thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some((name, value)) = line.split_once(": ")
                    && name.eq_ignore_ascii_case("content-length")
                {
                    length = value.trim().parse().unwrap();
                }
                head += line.trim_end();
                head.push('\n');
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = format!(
                "HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:{port}/elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).unwrap();
            let body = String::from_utf8(body).unwrap();
            sender.send(Got { head, body }).unwrap();
        }
    });
    (port, got)
}

fn webhook(folder: &TempDir, url: &str, allow: &[&str]) -> WebhookConfig {
    let secret_file = folder.path().join("secret");
    if !secret_file.exists() {
        crate::secret_file::make(&secret_file, &Secret::new(&[5; 32]).text()).unwrap();
    }
    WebhookConfig {
        key: "hr".to_owned(),
        url: url.to_owned(),
        secret_file,
        allow: allow.iter().map(|net| net.parse().unwrap()).collect(),
    }
}

fn revoked_with(folder: &TempDir, url: &str, allow: &[&str]) -> Watch {
    let watch = open(folder, vec![webhook(folder, url, allow)]);
    let (good, report) = (
        evidence(&World::default()),
        report(Purpose::Revocation, NAME),
    );
    watch
        .register("hr", &report, || good.clone().into())
        .unwrap();
    let revoked = listed(Purpose::Revocation, LATER, Some(None));
    assert_eq!(watch.look(&revoked, at(NOW)).unwrap(), 1);
    watch
}

#[test]
fn a_webhook_is_called_again_until_it_takes_the_message() {
    let folder = tempfile::tempdir().unwrap();
    let (port, got) = receiver(&[500, 302, 204]);
    let url = format!("http://127.0.0.1:{port}/cheti");
    let watch = revoked_with(&folder, &url, &["127.0.0.1/32"]);
    let start = at(NOW);
    let deliver = |seconds| watch.deliver("hr", || start.plus_seconds(seconds)).unwrap();
    assert_eq!(deliver(0), 0);
    // Not before its time.
    assert_eq!(deliver(59), 0);
    assert_eq!(deliver(60), 0);
    assert_eq!(deliver(359), 0);
    assert_eq!(deliver(360), 1);
    assert_eq!(deliver(1_000_000), 0);
    let got: Vec<Got> = got.iter().collect();
    assert_eq!(got.len(), 3, "a redirect is not followed");
    let ids: Vec<&str> = got.iter().map(|got| got.header("webhook-id")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let last = &got[2];
    let time: i64 = last.header("webhook-timestamp").parse().unwrap();
    assert_eq!(time, start.unix() + 360);
    let signed = Secret::new(&[5; 32])
        .sign(ids[0], time, &last.body)
        .unwrap();
    assert_eq!(last.header("webhook-signature"), signed);
    let body: Value = serde_json::from_str(&last.body).unwrap();
    assert_eq!(body["type"], "certificate.standing");
    assert_eq!(body["data"]["standing"], "revoked");
    assert!(!last.body.contains(NAME));
    assert!(watch.dead_letters("hr").unwrap().is_empty());
}

#[test]
fn what_nobody_takes_is_a_dead_letter_and_the_change_is_told_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody listens there any more.
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("http://127.0.0.1:{port}/");
    let watch = revoked_with(&folder, &url, &["127.0.0.0/8"]);
    for day in 0..10 {
        let now = at(NOW).plus_seconds(day * 100_000);
        assert_eq!(watch.deliver("hr", || now).unwrap(), 0);
    }
    let dead = watch.dead_letters("hr").unwrap();
    assert_eq!((dead.len(), dead[0].attempts), (1, 8));
    assert!(!dead[0].problem.is_empty());
    assert_eq!(watch.changes("hr", 0).unwrap().changes.len(), 1);
    assert!(watch.dead_letters("bank").unwrap().is_empty());
}

/// THREATS 15: whatever an address looks like, one that leads into a private network is not connected to.
#[test]
fn webhooks_connect_to_no_private_address() {
    let listeners: Vec<TcpListener> = ["127.0.0.1:0", "[::1]:0"]
        .iter()
        .filter_map(|address| TcpListener::bind(address).ok())
        .collect();
    assert!(!listeners.is_empty());
    for listener in &listeners {
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in [
            "127.0.0.1",
            "127.1",
            "127.255.255.254",
            "2130706433",
            "017700000001",
            "0x7f000001",
            "0.0.0.0",
            "0",
            "localhost",
            "localhost.",
            "LOCALHOST",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
        ] {
            for scheme in ["https", "http"] {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("{scheme}://{host}:{port}/");
                let config = webhook(&folder, &url, &["10.0.0.0/8"]);
                let Ok(webhook) = Webhook::new(&config) else {
                    continue;
                };
                let change = Change {
                    sequence: 1,
                    noticed: at(NOW),
                    certificate: told(
                        "id".to_owned(),
                        &Watched::new(Digest::of(b""), crate::samples::DID, &[]),
                    ),
                };
                let sent = webhook.send(&change, at(LIST_UNTIL).unix());
                assert!(matches!(sent, Outcome::Refused(_)), "{url}");
            }
        }
    }
    for listener in &listeners {
        assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    }
}

#[test]
fn configurations_that_cannot_work_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let keys = [mint("hr", &[1; 32]).1];
    let with = |hooks: Vec<WebhookConfig>, place: bool| {
        let config = WatchConfig {
            folder: place.then(|| folder.path().join("watch")),
            webhook: hooks,
            ..WatchConfig::default()
        };
        Watch::open(&config, &keys).map(|watch| watch.is_some())
    };
    assert!(!with(Vec::new(), false).unwrap());
    let good = || webhook(&folder, "https://hr.example/cheti", &[]);
    assert!(with(vec![good()], true).unwrap());
    assert!(with(vec![good()], false).is_err());
    assert!(with(vec![good(), good()], true).is_err());
    for url in [
        "http://hr.example/",
        "https://user@hr.example/",
        "https://hr.example/?token=1",
        "ftp://hr.example/",
        "file:///etc/passwd",
        "hr.example",
    ] {
        assert!(
            with(vec![webhook(&folder, url, &[])], true).is_err(),
            "{url}"
        );
    }
    let other = WebhookConfig {
        key: "nobody".to_owned(),
        ..good()
    };
    assert!(with(vec![other], true).is_err());
    std::fs::write(folder.path().join("secret"), "whsec_short").unwrap();
    assert!(with(vec![good()], true).is_err());
}
