//! Token buckets: each client has some requests to spend at once, and gets them back evenly.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// How many clients are remembered. One that has all its requests again need not be, and what is more shares a bucket.
const CLIENTS: usize = 50_000;

/// Over how long a rate is spread.
const WINDOW: Duration = Duration::from_secs(60);

/// Requests a minute, all of which may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    requests: u32,
}

/// How a client stands, as the header fields of draft-ietf-httpapi-ratelimit-headers tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Requests of a window.
    pub of: u32,
    /// Requests that may follow at once.
    pub requests: u32,
    /// Seconds until the next one more may follow.
    pub seconds: u64,
}

/// The buckets of many clients, in bounded memory.
#[derive(Debug)]
pub struct Buckets<C> {
    rate: Rate,
    /// When each client will have all its requests again.
    full_at: HashMap<C, Instant>,
    /// The same for everybody who is not remembered.
    others: Option<Instant>,
}

impl Rate {
    /// So many a minute; `None` for no bound.
    pub fn per_minute(requests: u32) -> Option<Self> {
        (requests > 0).then_some(Self { requests })
    }

    /// How long one request takes to come back.
    fn each(self) -> Duration {
        WINDOW / self.requests
    }
}

impl<C: Hash + Eq> Buckets<C> {
    /// Nobody has asked yet.
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: HashMap::new(),
            others: None,
        }
    }

    /// Spend a request of this client at `now`; how many are left, or, when there is none, how long to wait.
    pub fn take(&mut self, client: C, now: Instant) -> Result<Left, Left> {
        if self.full_at.len() >= CLIENTS && !self.full_at.contains_key(&client) {
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        let known = self.full_at.get(&client).copied();
        let crowded = known.is_none() && self.full_at.len() >= CLIENTS;
        let full_at = if crowded { self.others } else { known };
        let full_at = full_at.unwrap_or(now).max(now);
        // Spent is what has not come back yet.
        let after = full_at + self.rate.each();
        if after > now + WINDOW {
            return Err(self.left(full_at, now));
        }
        if crowded {
            self.others = Some(after);
        } else {
            self.full_at.insert(client, after);
        }
        Ok(self.left(after, now))
    }

    fn left(&self, full_at: Instant, now: Instant) -> Left {
        let each = self.rate.each().as_nanos().max(1);
        let owed = full_at.saturating_duration_since(now).as_nanos();
        let spent = u32::try_from(owed.div_ceil(each)).unwrap_or(u32::MAX);
        let to_next = owed - each * u128::from(spent.saturating_sub(1));
        let seconds = to_next.div_ceil(1_000_000_000).max(1);
        Left {
            of: self.rate.requests,
            requests: self.rate.requests.saturating_sub(spent),
            seconds: u64::try_from(seconds).unwrap_or(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_at_once_and_then_evenly() {
        let start = Instant::now();
        let mut buckets = Buckets::new(Rate::per_minute(4).unwrap());
        for left in [3, 2, 1, 0] {
            assert_eq!(buckets.take("a", start).unwrap().requests, left);
        }
        let refused = buckets.take("a", start).unwrap_err();
        assert_eq!((refused.of, refused.requests, refused.seconds), (4, 0, 15));
        assert!(buckets.take("b", start).is_ok());
        let later = start + Duration::from_secs(15);
        assert!(buckets.take("a", later).is_ok() && buckets.take("a", later).is_err());
        let much_later = start + Duration::from_secs(3_600);
        assert_eq!(buckets.take("a", much_later).unwrap().requests, 3);
        assert_eq!(Rate::per_minute(0), None);
    }

    /// THREATS 21: the table does not grow with the number of addresses, and those in it keep what is theirs.
    #[test]
    fn memory_is_bounded() {
        let start = Instant::now();
        let mut buckets = Buckets::new(Rate::per_minute(2).unwrap());
        for client in 0..2 * CLIENTS {
            let _ = buckets.take(client, start);
        }
        assert_eq!(buckets.full_at.len(), CLIENTS);
        assert!(buckets.take(0, start).is_ok() && buckets.take(0, start).is_err());
        assert!(buckets.take(2 * CLIENTS, start).is_err());
        let later = start + Duration::from_secs(120);
        assert!(buckets.take(2 * CLIENTS, later).is_ok());
        assert_eq!(buckets.full_at.len(), 1);
    }

    proptest! {
        /// Whatever the times, nobody gets more than a window's worth at once and the rate from then on.
        #[test]
        fn never_more_than_the_rate(rate in 1_u32..20, gaps in prop::collection::vec(0_u64..20_000, 1..200)) {
            let start = Instant::now();
            let mut buckets = Buckets::new(Rate::per_minute(rate).unwrap());
            let (mut now, mut taken) = (start, 0_u32);
            for gap in gaps {
                now += Duration::from_millis(gap);
                taken += u32::from(buckets.take((), now).is_ok());
                let back = (now - start).as_secs_f64() / 60.0 * f64::from(rate);
                prop_assert!(f64::from(taken) <= f64::from(rate) + back + 1e-6);
            }
        }
    }
}
