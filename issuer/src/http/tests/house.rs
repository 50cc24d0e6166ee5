//! A small organisation to serve: two officers, one course, API keys, and a way to ask it things.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use cheti_shared::key::pkcs8::KeyFileError;
use cheti_shared::key::{PublicKey, SecretKey, Signer};
use cheti_shared::time::Timestamp;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::app::api_keys::mint_api_key;
use crate::app::approve_batch::{approve_batch, submit_batch};
use crate::app::changes::{Tools, confirm, propose};
use crate::app::courses::add_course;
use crate::app::desk::Desk;
use crate::app::found::{FirstOperator, found};
#[cfg(feature = "openid")]
use crate::app::ports::identity::IdentityProvider;
use crate::app::ports::press::PrintRoom;
use crate::app::ports::store::{Collection, Store};
use crate::app::ports::vault::{KeyFile, Passphrase, Vault, VaultError};
use crate::app::ports::venue::Venue;
use crate::app::ports::{Clock, Entropy, NoEntropy};
use crate::app::publish::{Lifetimes, publish_trust_list};
use crate::compose::{print_room, rosters};
use crate::domain::api_key::Scope;
use crate::domain::batch::BatchId;
use crate::domain::certificate::Certificate;
use crate::domain::change::What;
use crate::domain::course::tests::COURSE;
use crate::domain::direct::VcApiIssue;
use crate::domain::operator::OperatorId;
use crate::domain::organisation::Organisation;
use crate::http::{Parts, Service, Signers, admin, public};
use crate::store::memory::MemoryStore;

/// 2026-10-20T06:00:00Z.
const NOW: i64 = 1_792_476_000;

pub(crate) struct FixedClock(AtomicI64);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, octets: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in octets.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            let digest = cheti_shared::ids::Digest::of(&count.to_be_bytes());
            chunk.copy_from_slice(&digest.octets()[..chunk.len()]);
        }
        Ok(())
    }
}

/// Keys in memory, each under the passphrase "the passphrase of NAME" unless it was made with another; and how often one was opened.
pub(crate) struct MemoryVault(Mutex<BTreeMap<String, (String, u8)>>, AtomicU64);

impl MemoryVault {
    fn new() -> Self {
        let people = [("jane", 1), ("paul", 2), ("issuing-1", 11)];
        let kept = people.map(|(name, seed)| {
            let words = format!("the passphrase of {name}");
            (name.to_owned(), (words, seed))
        });
        Self(Mutex::new(kept.into()), AtomicU64::new(0))
    }
}

impl MemoryVault {
    /// Keep the key of this seed for somebody.
    pub(crate) fn give(&self, name: &str, seed: u8) {
        let words = format!("the passphrase of {name}");
        let mut kept = self.0.lock().unwrap();
        kept.insert(name.to_owned(), (words, seed));
    }

    /// How often it was opened, or took the time of it.
    pub(crate) fn tries(&self) -> u64 {
        self.1.load(Ordering::SeqCst)
    }

    /// The seed of somebody's key.
    pub(crate) fn seed(&self, name: &str) -> u8 {
        self.0.lock().unwrap()[name].1
    }
}

impl Vault for MemoryVault {
    fn create(&self, file: &KeyFile, passphrase: &Passphrase) -> Result<PublicKey, VaultError> {
        let (KeyFile::Operator(name) | KeyFile::Signing(name)) = file else {
            return Err(VaultError::Exists("key".into()));
        };
        let mut kept = self.0.lock().unwrap();
        if kept.contains_key(name) {
            return Err(VaultError::Exists(name.into()));
        }
        let seed = 100 + u8::try_from(kept.len()).unwrap();
        kept.insert(name.clone(), (passphrase.to_string(), seed));
        Ok(key(seed).public_key())
    }

    fn open(&self, file: &KeyFile, passphrase: &Passphrase) -> Result<SecretKey, VaultError> {
        let (KeyFile::Operator(name) | KeyFile::Signing(name)) = file else {
            return Err(VaultError::Missing("key".into()));
        };
        let kept = self.0.lock().unwrap();
        let found = kept.get(name);
        let (words, seed) = found.ok_or_else(|| VaultError::Missing(name.into()))?;
        self.1.fetch_add(1, Ordering::SeqCst);
        match *words == **passphrase {
            true => Ok(key(*seed)),
            false => Err(VaultError::Key {
                path: name.into(),
                source: KeyFileError::WrongPassphrase,
            }),
        }
    }

    fn check_new(&self, _: &Passphrase) -> Result<(), VaultError> {
        Ok(())
    }

    fn open_none(&self, _: &Passphrase) {
        self.1.fetch_add(1, Ordering::SeqCst);
    }

    fn rewrap(&self, file: &KeyFile, from: &Passphrase, to: &Passphrase) -> Result<(), VaultError> {
        self.open(file, from)?;
        if let KeyFile::Operator(name) = file {
            let seed = self.seed(name);
            let kept = (to.to_string(), seed);
            self.0.lock().unwrap().insert(name.clone(), kept);
        }
        Ok(())
    }
}

/// The organisation, its keys, and its service.
pub(crate) struct House {
    pub(crate) service: Arc<Service>,
    pub(crate) desk: Desk,
    pub(crate) vault: Arc<MemoryVault>,
    clock: Arc<FixedClock>,
    room: Arc<dyn PrintRoom>,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

pub(crate) fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn officer(name: &str) -> OperatorId {
    name.parse().unwrap()
}

/// Which signing keys the server was started with.
#[derive(Clone, Copy)]
pub(crate) enum Loaded {
    Both,
    Neither,
}

impl House {
    pub(crate) fn new(loaded: Loaded) -> Self {
        Self::of("did:web:nc4.example", loaded, VcApiIssue::ApprovedBatch)
    }

    /// One whose programs may have credentials signed directly.
    pub(crate) fn direct() -> Self {
        Self::of("did:web:nc4.example", Loaded::Both, VcApiIssue::Direct)
    }

    /// The same, whose identifier is its issuing key.
    pub(crate) fn did_key() -> Self {
        let did = cheti_shared::did::key::did(&key(11).public_key());
        Self::of(&did, Loaded::Both, VcApiIssue::Direct)
    }

    fn of(did: &str, loaded: Loaded, vc_api_issue: VcApiIssue) -> Self {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let clock = Arc::new(FixedClock(AtomicI64::new(NOW)));
        let desk = Desk {
            store,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(Counting(AtomicU64::new(0))),
        };
        settle(&desk, did);
        let room = print_room().unwrap();
        let vault = Arc::new(MemoryVault::new());
        let signer = |seed| match loaded {
            Loaded::Both => Some(Arc::new(key(seed)) as Arc<dyn Signer>),
            Loaded::Neither => None,
        };
        let service = Service::new(Parts {
            desk: desk.clone(),
            room: Arc::clone(&room),
            rosters: rosters(),
            vault: vault.clone(),
            signers: Signers {
                issuing: signer(11),
                status: signer(12),
            },
            lifetimes: Lifetimes::default(),
            local_authority: None,
            identity: None,
            venue: None,
            vc_api_issue,
        });
        Self {
            service: service.unwrap(),
            desk,
            vault,
            clock,
            room,
        }
    }

    /// The same organisation over a store that may do as it likes.
    pub(crate) fn with_store(&self, store: Arc<dyn Store>) -> Arc<Service> {
        let mut parts = self.service.parts.clone();
        parts.desk.store = store;
        Service::new(parts).unwrap()
    }

    /// The same organisation with a place for a copy of its data.
    pub(crate) fn with_venue(&self, venue: Arc<dyn Venue>) -> Arc<Service> {
        let mut parts = self.service.parts.clone();
        parts.venue = Some(venue);
        Service::new(parts).unwrap()
    }

    /// The same organisation with an identity provider.
    #[cfg(feature = "openid")]
    pub(crate) fn with_identity(&self, provider: Arc<dyn IdentityProvider>) -> Arc<Service> {
        let mut parts = self.service.parts.clone();
        parts.identity = Some(provider);
        Service::new(parts).unwrap()
    }

    /// Two officers make an API key; its token.
    pub(crate) fn token(&self, scopes: &[Scope]) -> String {
        let (what, token) = mint_api_key(&self.desk, "HR", scopes.to_vec()).unwrap();
        self.change(what);
        token
    }

    /// Jane proposes, Paul confirms.
    pub(crate) fn change(&self, what: What) {
        self.change_by(what, &(officer("jane"), key(1)), &(officer("paul"), key(2)));
    }

    /// One proposes, the other confirms.
    pub(crate) fn change_by(
        &self,
        what: What,
        one: &(OperatorId, SecretKey),
        other: &(OperatorId, SecretKey),
    ) {
        let change = propose(&self.desk, what, "why", &one.0, &one.1).unwrap();
        let tools = Tools {
            issuing: None,
            room: self.room.as_ref(),
        };
        confirm(&self.desk, &change.id, &other.0, &other.1, tools).unwrap();
    }

    /// Jane submits, Paul approves.
    pub(crate) fn approve(&self, batch: &str) {
        let id: BatchId = batch.parse().unwrap();
        submit_batch(&self.desk, &id, &officer("jane"), &key(1)).unwrap();
        approve_batch(&self.desk, &id, &officer("paul"), &key(2)).unwrap();
    }

    pub(crate) fn publish_trust_list(&self) {
        publish_trust_list(&self.desk, &key(10), Lifetimes::default(), "jane").unwrap();
    }

    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        self.desk.all(Collection::Certificate, b"").unwrap()
    }

    pub(crate) fn wait_days(&self, days: i64) {
        self.wait_seconds(days * 86_400);
    }

    pub(crate) fn wait_seconds(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Import a roster, have it approved, and issue it, all but the approval over HTTP. The batch's id.
    pub(crate) async fn issue(&self, token: &str, roster: &str) -> String {
        let imported = self.admin("POST", &import_path(""), token, roster).await;
        assert_eq!(imported.status, 201, "{}", imported.text());
        let batch = imported.json()["batch"]["id"].as_str().unwrap().to_owned();
        self.approve(&batch);
        let issued = self
            .admin("POST", &format!("/v1/batches/{batch}/issue"), token, "")
            .await;
        assert_eq!(issued.status, 200, "{}", issued.text());
        batch
    }

    pub(crate) async fn admin(&self, method: &str, path: &str, token: &str, body: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .body(Body::from(body.to_owned()));
        ask(admin::router(Arc::clone(&self.service)), request.unwrap()).await
    }

    pub(crate) async fn public(&self, path: &str) -> Answer {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        ask(public::router(Arc::clone(&self.service)), request).await
    }
}

pub(crate) async fn ask(router: axum::Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: to_bytes(body, 64 << 20).await.unwrap().to_vec(),
    }
}

/// The path of an import, with more parameters.
pub(crate) fn import_path(more: &str) -> String {
    format!(
        "/v1/batches?course=ACT&cohort=Cohort%207&award_date=2026-10-16&file_name=roster.csv{more}"
    )
}

fn settle(desk: &Desk, did: &str) {
    let organisation = Organisation {
        name: "NC4 SPECIMEN".to_owned(),
        did: did.to_owned(),
        contact: None,
        public_url: "https://nc4.example/".to_owned(),
        verify_url: "https://v.nc4.example/".to_owned(),
        utc_offset: "+03:00".parse().unwrap(),
        root: key(10).public_key(),
    };
    let operators = [("jane", 1), ("paul", 2)].map(|(id, seed)| FirstOperator {
        id: officer(id),
        name: id.to_owned(),
        key: key(seed).public_key(),
        roles: Default::default(),
    });
    let (issuing, status) = (key(11).public_key(), key(12).public_key());
    found(desk, organisation, &operators, issuing, status).unwrap();
    add_course(desk, COURSE, "jane").unwrap();
}
