//! An office to work in: a founded organisation with two officers and one course, on a store in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};

use cheti_shared::ids::Digest;
use cheti_shared::key::{SecretKey, Signer as _};
use cheti_shared::time::Timestamp;

use crate::app::approve_batch::{approve_batch, submit_batch};
use crate::app::changes::{Tools, confirm, propose};
use crate::app::courses::add_course;
use crate::app::desk::Desk;
use crate::app::error::AppError;
use crate::app::found::{FirstOperator, found};
use crate::app::import_roster::{Cohort, import_roster};
use crate::app::issue_batch::issue_batch;
use crate::app::ports::press::PrintRoom;
use crate::app::ports::rosters::{RosterFile, Rosters};
use crate::app::ports::store::{Collection, Commit, Key, Page, Store, StoreError};
use crate::app::ports::{Clock, Entropy, NoEntropy};
use crate::compose::{print_room, rosters};
use crate::domain::batch::{Batch, BatchId};
use crate::domain::certificate::Certificate;
use crate::domain::change::{Change, What};
use crate::domain::course::tests::COURSE;
use crate::domain::operator::OperatorId;
use crate::domain::organisation::Organisation;
use crate::store::memory::MemoryStore;

/// 2026-10-20T06:00:00Z.
const NOW: i64 = 1_792_476_000;

struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, octets: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in octets.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            let digest = Digest::of(&count.to_be_bytes());
            chunk.copy_from_slice(&digest.octets()[..chunk.len()]);
        }
        Ok(())
    }
}

pub(super) fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

pub(super) fn officer(name: &str) -> OperatorId {
    name.parse().unwrap()
}

/// The organisation, its people and rooms.
pub(super) struct Office {
    pub(super) desk: Desk,
    pub(super) room: Arc<dyn PrintRoom>,
    pub(super) rosters: Arc<dyn Rosters>,
    clock: Arc<SetClock>,
}

impl Office {
    pub(super) fn founded() -> Self {
        let clock = Arc::new(SetClock(AtomicI64::new(NOW)));
        let desk = Desk {
            store: Arc::new(MemoryStore::new()),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(Counting(AtomicU64::new(0))),
        };
        let organisation = Organisation {
            did: "did:web:nc4.example".to_owned(),
            name: "NC4".to_owned(),
            public_url: "https://nc4.example/".to_owned(),
            verify_url: "https://v.nc4.example/".to_owned(),
            contact: None,
            utc_offset: "+03:00".parse().unwrap(),
            root: key(10).public_key(),
        };
        let people = [("jane", 1), ("paul", 2)].map(|(name, seed)| FirstOperator {
            id: officer(name),
            name: name.to_owned(),
            key: key(seed).public_key(),
            roles: Default::default(),
        });
        let (issuing, status) = (key(11).public_key(), key(12).public_key());
        found(&desk, organisation, &people, issuing, status).unwrap();
        let room = print_room().unwrap();
        add_course(&desk, COURSE, "jane").unwrap();
        let rosters = rosters();
        Self {
            desk,
            room,
            rosters,
            clock,
        }
    }

    /// The same office, whose store takes so many commits more.
    pub(super) fn stopping_after(&self, commits: usize) -> Self {
        let left = Arc::new(commits.into());
        Self {
            desk: Desk {
                store: Failing::store(&self.desk.store, &left),
                ..self.desk.clone()
            },
            room: Arc::clone(&self.room),
            rosters: Arc::clone(&self.rosters),
            clock: Arc::clone(&self.clock),
        }
    }

    pub(super) fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(super) fn cohort(&self, name: &str) -> Cohort {
        Cohort {
            course: self.course(),
            name: name.to_owned(),
            award_date: "2026-10-20".parse().unwrap(),
            valid_from: None,
        }
    }

    pub(super) fn course(&self) -> String {
        crate::domain::course::Course::parse(COURSE).unwrap().code
    }

    pub(super) fn file<'a>(&self, text: &'a str) -> RosterFile<'a> {
        RosterFile {
            bytes: text.as_bytes(),
            name: "roster.csv",
            sheet: None,
            map: &[],
        }
    }

    /// An imported batch that nobody has vouched for.
    pub(super) fn imported(&self, cohort: &str, roster: &str) -> Batch {
        let fields = self.desk.course(&self.course()).unwrap().roster_fields();
        let read = self.rosters.read(&self.file(roster), &fields).unwrap();
        assert_eq!(read.checked.problems, []);
        let cohort = self.cohort(cohort);
        import_roster(&self.desk, &*self.room, &cohort, &read.checked, "jane").unwrap()
    }

    /// An issued batch and its certificates, in the roster's order.
    pub(super) fn issued(&self, cohort: &str, roster: &str) -> (BatchId, Vec<Certificate>) {
        let id = self.imported(cohort, roster).id;
        submit_batch(&self.desk, &id, &officer("jane"), &key(1)).unwrap();
        approve_batch(&self.desk, &id, &officer("paul"), &key(2)).unwrap();
        issue_batch(&self.desk, &id, &key(11), "system", &|_, _| {}).unwrap();
        let certificates = crate::app::search::certificates_of(&self.desk, &id).unwrap();
        (id, certificates)
    }

    /// jane proposes, paul confirms.
    pub(super) fn change(&self, what: What) -> Result<Change, AppError> {
        let proposed = propose(&self.desk, what, "a note", &officer("jane"), &key(1))?;
        self.confirm(&proposed.id)
    }

    pub(super) fn confirm(&self, change: &str) -> Result<Change, AppError> {
        let issuing = key(11);
        let tools = Tools {
            issuing: Some(&issuing),
            room: &*self.room,
        };
        confirm(&self.desk, change, &officer("paul"), &key(2), tools)
    }
}

/// A store that stops committing after so many commits.
pub(super) struct Failing {
    inner: Arc<dyn Store>,
    left: Arc<AtomicUsize>,
}

impl Failing {
    pub(super) fn store(inner: &Arc<dyn Store>, left: &Arc<AtomicUsize>) -> Arc<dyn Store> {
        let (inner, left) = (Arc::clone(inner), Arc::clone(left));
        Arc::new(Self { inner, left })
    }
}

impl Store for Failing {
    fn fetch(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.fetch(key)
    }

    fn scan(
        &self,
        collection: Collection,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        self.inner.scan(collection, prefix, after, limit)
    }

    fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        let one_less = |left: usize| left.checked_sub(1);
        let order = Ordering::SeqCst;
        match self.left.fetch_update(order, order, one_less) {
            Ok(_) => self.inner.commit(commit),
            Err(_) => Err(StoreError::Conflict {
                key: Key::new(Collection::Meta, "power"),
            }),
        }
    }

    fn hold_still(
        &self,
        work: &mut dyn FnMut() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.inner.hold_still(work)
    }
}
