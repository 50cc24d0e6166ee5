//! Who is signed in: the keys that they opened, until when, and how often somebody tried in vain. In memory alone; a restart
//! signs everybody out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cheti_shared::key::SecretKey;
use cheti_shared::time::Timestamp;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::app::accounts::Enrolment;
use crate::app::ports::vault::Passphrase;
use crate::domain::account::OneTimeCodes;
use crate::domain::operator::OperatorId;

/// A seat is left when nobody used it for this long, in seconds.
pub(super) const IDLE_SECONDS: i64 = 15 * 60;
/// And after this long in any case.
const WHOLE_SECONDS: i64 = 10 * 3_600;
/// How long there is between the password and the code.
const HALF_WAY_SECONDS: i64 = 10 * 60;
/// Tries that cost nothing, of an account and of an address; then each doubles the wait.
const FREE_TRIES: (u32, u32) = (5, 20);
/// The first wait and the longest, in seconds.
const WAITS: (i64, i64) = (30, 900);
/// How many are remembered for having tried in vain.
const REMEMBERED: usize = 10_000;

/// How far somebody has come.
#[derive(Clone)]
pub(super) enum Stage {
    /// The password was right; a code is next.
    Password,
    /// The password was right; there is no telephone yet.
    Enrolling(Arc<(Enrolment, Passphrase)>),
    /// Signed in.
    In,
}

/// Somebody at the desk.
#[derive(Clone)]
pub(super) struct Seat {
    pub(super) session: String,
    pub(super) operator: OperatorId,
    pub(super) key: Arc<SecretKey>,
    pub(super) stage: Stage,
    pub(super) since: Timestamp,
    seen: Timestamp,
}

/// Somebody who may look: an identity provider says who they are, and their key is shut.
#[derive(Clone, Debug)]
pub(super) struct Looker {
    pub(super) operator: OperatorId,
    since: Timestamp,
    seen: Timestamp,
}

/// Of whom tries are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Trier {
    Account(String),
    Address(IpAddr),
}

#[derive(Clone, Copy)]
struct Tries {
    count: u32,
    until: Timestamp,
}

#[derive(Default)]
struct Inside {
    seats: HashMap<String, Seat>,
    lookers: HashMap<String, Looker>,
    /// The last step of a code that counted, and for which session.
    steps: HashMap<OperatorId, (u64, String)>,
    tries: HashMap<Trier, Tries>,
}

/// How many have their turn at once. A password takes some 16 MiB of memory, an identity provider that is silent ten seconds.
const AT_ONCE: usize = 4;

/// The turns of those who try passwords, or have the identity provider asked: many at once wait for each other, so neither
/// memory nor what works for everybody is used up.
pub(super) struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

impl Turns {
    /// Wait for a turn; it lasts as long as what is returned.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.0.acquire().await.ok()
    }
}

/// Everybody at the desk.
#[derive(Default)]
pub(super) struct Seats(Mutex<Inside>);

impl Seats {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sit down.
    pub(super) fn sit(
        &self,
        session: &str,
        operator: OperatorId,
        key: Arc<SecretKey>,
        stage: Stage,
        now: Timestamp,
    ) {
        let seat = Seat {
            session: session.to_owned(),
            operator,
            key,
            stage,
            since: now,
            seen: now,
        };
        let mut inside = self.inside();
        inside.seats.retain(|_, seat| seat.holds(now));
        inside.seats.insert(session.to_owned(), seat);
    }

    /// Let somebody look.
    pub(super) fn look(&self, session: &str, operator: OperatorId, now: Timestamp) {
        let looker = Looker {
            operator,
            since: now,
            seen: now,
        };
        let mut inside = self.inside();
        inside.lookers.retain(|_, looker| looker.holds(now));
        inside.lookers.insert(session.to_owned(), looker);
    }

    /// Who looks in this session, as of now; it counts as used.
    pub(super) fn looker(&self, session: &str, now: Timestamp) -> Option<OperatorId> {
        let mut inside = self.inside();
        let looker = inside.lookers.get_mut(session)?;
        if !looker.holds(now) {
            inside.lookers.remove(session);
            return None;
        }
        looker.seen = now;
        Some(looker.operator.clone())
    }

    /// Whose session this is, as of now; it counts as used.
    pub(super) fn find(&self, session: &str, now: Timestamp) -> Option<Seat> {
        let mut inside = self.inside();
        let seat = inside.seats.get_mut(session)?;
        if !seat.holds(now) {
            inside.seats.remove(session);
            return None;
        }
        seat.seen = now;
        Some(seat.clone())
    }

    /// Leave one seat.
    pub(super) fn leave(&self, session: &str) {
        let mut inside = self.inside();
        inside.seats.remove(session);
        inside.lookers.remove(session);
    }

    /// Leave every seat of an operator.
    pub(super) fn leave_all(&self, operator: &OperatorId) {
        let mut inside = self.inside();
        inside.seats.retain(|_, seat| seat.operator != *operator);
        inside
            .lookers
            .retain(|_, looker| looker.operator != *operator);
    }

    /// Whether `code` is right now. A code counts once, but for the session that used it: whoever approves three things in
    /// half a minute need not wait for three codes.
    pub(super) fn check_code(
        &self,
        session: &str,
        operator: &OperatorId,
        codes: &OneTimeCodes,
        code: &str,
        now: Timestamp,
    ) -> bool {
        let Some(step) = codes.step_of(code, now) else {
            return false;
        };
        let mut inside = self.inside();
        let fresh = match inside.steps.get(operator) {
            None => true,
            Some((last, by)) => step > *last || (step == *last && by == session),
        };
        if fresh {
            let used = (step, session.to_owned());
            inside.steps.insert(operator.clone(), used);
        }
        fresh
    }

    /// The session has another id from now on.
    pub(super) fn rename(&self, from: &str, to: &str) {
        let mut inside = self.inside();
        for (_, session) in inside.steps.values_mut() {
            if session == from {
                to.clone_into(session);
            }
        }
    }

    /// Until when one of these must wait before trying again.
    pub(super) fn must_wait(&self, triers: &[Trier], now: Timestamp) -> Option<Timestamp> {
        let inside = self.inside();
        let until = triers
            .iter()
            .filter_map(|trier| Some(inside.tries.get(trier)?.until));
        until.filter(|until| now < *until).max()
    }

    /// One more try in vain.
    pub(super) fn failed(&self, triers: &[Trier], now: Timestamp) {
        let mut inside = self.inside();
        if inside.tries.len() >= REMEMBERED {
            let long_ago = |tries: &Tries| now.seconds_since(tries.until) > WAITS.1;
            inside.tries.retain(|_, tries| !long_ago(tries));
        }
        if inside.tries.len() >= REMEMBERED {
            // Whoever tries from ten thousand addresses at once makes the longest waits be forgotten first.
            inside.tries.clear();
        }
        for trier in triers {
            let free = match trier {
                Trier::Account(_) => FREE_TRIES.0,
                Trier::Address(_) => FREE_TRIES.1,
            };
            let tries = inside.tries.entry(trier.clone()).or_insert(Tries {
                count: 0,
                until: now,
            });
            if now.seconds_since(tries.until) > WAITS.1 {
                tries.count = 0;
            }
            tries.count = tries.count.saturating_add(1);
            tries.until = match tries.count.checked_sub(free) {
                None => now,
                Some(over) => {
                    let doubled = WAITS.0.saturating_mul(1_i64 << over.min(20));
                    now.plus_seconds(doubled.min(WAITS.1))
                }
            };
        }
    }

    /// The tries of an account count no more: its owner came in.
    pub(super) fn came_in(&self, account: &str) {
        let trier = Trier::Account(account.to_owned());
        self.inside().tries.remove(&trier);
    }
}

/// Whether somebody who came and was last seen then is still there, who may stay for `whole` seconds.
fn is_there(since: Timestamp, seen: Timestamp, whole: i64, now: Timestamp) -> bool {
    now.seconds_since(seen) < IDLE_SECONDS && now.seconds_since(since) < whole
}

impl Looker {
    fn holds(&self, now: Timestamp) -> bool {
        is_there(self.since, self.seen, WHOLE_SECONDS, now)
    }
}

impl Seat {
    fn holds(&self, now: Timestamp) -> bool {
        let whole = match self.stage {
            Stage::In => WHOLE_SECONDS,
            Stage::Password | Stage::Enrolling(_) => HALF_WAY_SECONDS,
        };
        is_there(self.since, self.seen, whole, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_792_476_000 + seconds).unwrap()
    }

    fn key() -> Arc<SecretKey> {
        Arc::new(SecretKey::from_seed(&[1; 32]))
    }

    fn jane() -> OperatorId {
        "jane".parse().unwrap()
    }

    #[test]
    fn a_seat_is_left_when_idle_and_in_the_evening() {
        let seats = Seats::default();
        seats.sit("a", jane(), key(), Stage::In, at(0));
        let mut time = 0;
        while time < WHOLE_SECONDS - IDLE_SECONDS {
            time += IDLE_SECONDS - 1;
            assert!(seats.find("a", at(time)).is_some(), "{time}");
        }
        assert!(seats.find("a", at(WHOLE_SECONDS)).is_none());
        seats.sit("b", jane(), key(), Stage::In, at(0));
        assert!(seats.find("b", at(IDLE_SECONDS)).is_none());
        seats.sit("c", jane(), key(), Stage::Password, at(0));
        assert!(seats.find("c", at(HALF_WAY_SECONDS)).is_none());
        seats.sit("d", jane(), key(), Stage::In, at(0));
        seats.sit("e", jane(), key(), Stage::In, at(0));
        seats.leave("d");
        assert!(seats.find("d", at(1)).is_none() && seats.find("e", at(1)).is_some());
        seats.leave_all(&jane());
        assert!(seats.find("e", at(1)).is_none());
        for session in ["f", "g", "h"] {
            seats.look(session, jane(), at(0));
        }
        assert_eq!(seats.looker("f", at(1)), Some(jane()));
        assert!(seats.looker("f", at(1 + IDLE_SECONDS)).is_none());
        seats.leave("g");
        assert!(seats.looker("g", at(1)).is_none() && seats.looker("h", at(1)).is_some());
        seats.leave_all(&jane());
        assert!(seats.looker("h", at(1)).is_none());
    }

    /// THREATS 26: a code that was seen once is worth nothing to anybody else.
    #[test]
    fn a_code_counts_once_but_for_its_session() {
        let seats = Seats::default();
        let codes = OneTimeCodes::new(&*key(), "00").unwrap();
        let code = codes.code_at(at(0));
        let check = |session: &str, code: &str, time| {
            seats.check_code(session, &jane(), &codes, code, at(time))
        };
        assert!(check("a", &code, 0));
        assert!(check("a", &code, 5));
        assert!(!check("b", &code, 5));
        seats.rename("a", "c");
        assert!(!check("a", &code, 5) && check("c", &code, 5));
        let next = codes.code_at(at(30));
        assert!(check("b", &next, 30));
        // The step before is past.
        assert!(!check("c", &code, 30));
        assert!(!check("b", "000000", 31));
    }

    /// THREATS 26: brute force waits longer each time, and nobody is locked out for good.
    #[test]
    fn tries_in_vain_cost_time() {
        let seats = Seats::default();
        let account = [Trier::Account("jane".to_owned())];
        for _ in 0..4 {
            seats.failed(&account, at(0));
            assert_eq!(seats.must_wait(&account, at(0)), None);
        }
        let mut waits = Vec::new();
        for _ in 0..7 {
            seats.failed(&account, at(0));
            let until = seats.must_wait(&account, at(0)).unwrap();
            waits.push(until.seconds_since(at(0)));
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(seats.must_wait(&account, at(900)), None);
        seats.came_in("jane");
        assert_eq!(seats.must_wait(&account, at(0)), None);
        let address = [Trier::Address("192.0.2.1".parse().unwrap())];
        for _ in 0..19 {
            seats.failed(&address, at(0));
        }
        assert_eq!(seats.must_wait(&address, at(0)), None);
        seats.failed(&address, at(0));
        assert!(seats.must_wait(&address, at(0)).is_some());
    }

    #[test]
    fn memory_of_tries_is_bounded() {
        let seats = Seats::default();
        for n in 0..REMEMBERED + 10 {
            seats.failed(&[Trier::Account(n.to_string())], at(0));
        }
        assert!(seats.inside().tries.len() <= REMEMBERED);
    }
}
