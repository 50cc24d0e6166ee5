//! Who may ask, and how often: API keys, and a token bucket for each key and each address (THREATS 20, 21).
//!
//! Pure: the time is an argument. `http` asks before a body is read.

mod bucket;
mod key;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde::Deserialize;

pub use bucket::{Buckets, Left, Rate};
pub(crate) use key::named;
pub use key::{ApiKey, KeyError, mint};

/// Who may ask, and how often, as configured.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccessConfig {
    /// Whether `/v1` is for programs with a key alone.
    pub require_key: bool,
    /// Requests of one address a minute; 0 for no bound.
    pub address_requests_per_minute: u32,
    /// Requests with one key a minute; 0 for no bound.
    pub key_requests_per_minute: u32,
    /// Whether the last address of `X-Forwarded-For` is the client's, because a reverse proxy in front appends it.
    pub behind_proxy: bool,
    /// The keys.
    pub key: Vec<ApiKey>,
}

impl Default for AccessConfig {
    fn default() -> Self {
        Self {
            require_key: false,
            address_requests_per_minute: 600,
            key_requests_per_minute: 6_000,
            behind_proxy: false,
            key: Vec::new(),
        }
    }
}

/// Why a request is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A key is needed, or the one that came is none of ours.
    NoKey,
    /// Too many; how it stands.
    TooMany(Left),
}

/// A request that may go on.
#[derive(Clone, Debug, Default)]
pub struct Admitted {
    /// The name of the key it came with.
    pub key: Option<Arc<str>>,
    /// What is left to whoever sent it; none where nothing bounds them.
    pub left: Option<Left>,
}

/// The doorkeeper.
#[derive(Debug)]
pub struct Access {
    config: AccessConfig,
    addresses: Option<Mutex<Buckets<Address>>>,
    keys: Option<Mutex<Buckets<usize>>>,
}

/// Whom an address stands for: one IPv4 address, or the 64 bits of an IPv6 network, which one customer has whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Address {
    V4([u8; 4]),
    Network([u8; 8]),
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::Network([a, b, c, d, e, f, g, h])
            }
        }
    }
}

/// Which request is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The other end of the connection, where it is known.
    pub peer: Option<IpAddr>,
    /// `X-Forwarded-For`, its last line.
    pub forwarded: Option<&'a str>,
    /// `Authorization`.
    pub authorization: Option<&'a str>,
    /// Whether this is a request for which a key may be required.
    pub needs_key: bool,
}

impl Access {
    /// A doorkeeper with empty memory.
    pub fn new(config: AccessConfig) -> Self {
        fn buckets<C: std::hash::Hash + Eq>(per_minute: u32) -> Option<Mutex<Buckets<C>>> {
            Rate::per_minute(per_minute).map(|rate| Mutex::new(Buckets::new(rate)))
        }
        Self {
            addresses: buckets(config.address_requests_per_minute),
            keys: buckets(config.key_requests_per_minute),
            config,
        }
    }

    /// Whether a request may go on at `now`. One with a key counts for the key, any other for its address; a wrong key
    /// counts for the address too, so that guessing is bounded.
    pub fn admit(&self, asked: Asked<'_>, now: Instant) -> Result<Admitted, Refused> {
        // Where there are no keys, whatever else a client sends there (as suites of the VC API do) says nothing.
        let authorization = asked.authorization.filter(|_| !self.config.key.is_empty());
        if let Some(authorization) = authorization {
            if let Some(index) = key::find(&self.config.key, authorization) {
                let left = take(self.keys.as_ref(), index, now)?;
                let key = self.config.key[index].name.as_str().into();
                return Ok(Admitted {
                    key: Some(key),
                    left,
                });
            }
            self.count_address(asked, now)?;
            return Err(Refused::NoKey);
        }
        let left = self.count_address(asked, now)?;
        match self.config.require_key && asked.needs_key {
            true => Err(Refused::NoKey),
            false => Ok(Admitted { key: None, left }),
        }
    }

    fn count_address(&self, asked: Asked<'_>, now: Instant) -> Result<Option<Left>, Refused> {
        match self.client(asked) {
            Some(address) => take(self.addresses.as_ref(), address.into(), now),
            None => Ok(None),
        }
    }

    /// Whose request it is. What is sent from this machine itself, with no proxy configured, is nobody's to bound.
    fn client(&self, asked: Asked<'_>) -> Option<IpAddr> {
        if !self.config.behind_proxy {
            return asked.peer.filter(|peer| !peer.to_canonical().is_loopback());
        }
        let last = asked
            .forwarded
            .and_then(|line| line.rsplit(',').next())
            .and_then(|last| last.trim().parse().ok());
        last.or(asked.peer)
    }
}

fn take<C: std::hash::Hash + Eq>(
    buckets: Option<&Mutex<Buckets<C>>>,
    client: C,
    now: Instant,
) -> Result<Option<Left>, Refused> {
    let Some(buckets) = buckets else {
        return Ok(None);
    };
    let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
    buckets
        .take(client, now)
        .map(Some)
        .map_err(Refused::TooMany)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> (AccessConfig, String) {
        let (token, key) = mint("hr", &[7; 32]);
        let config = AccessConfig {
            require_key: true,
            address_requests_per_minute: 2,
            key_requests_per_minute: 3,
            key: vec![key],
            ..AccessConfig::default()
        };
        (config, token)
    }

    fn from(peer: &str) -> Asked<'static> {
        Asked {
            peer: Some(peer.parse().unwrap()),
            forwarded: None,
            authorization: None,
            needs_key: false,
        }
    }

    #[test]
    fn a_key_is_asked_for_where_it_is_required() {
        let (config, token) = config();
        let access = Access::new(config);
        let now = Instant::now();
        let asked = Asked {
            needs_key: true,
            ..from("127.0.0.1")
        };
        let with = |authorization| Asked {
            authorization: Some(authorization),
            ..asked
        };
        assert_eq!(access.admit(asked, now).unwrap_err(), Refused::NoKey);
        let right = format!("bearer {token}");
        let admitted = access.admit(with(&right), now).unwrap();
        assert_eq!(admitted.key.as_deref(), Some("hr"));
        for wrong in ["", "Bearer", "Bearer x", &token, &format!("{right}0")] {
            let refused = access.admit(with(wrong), now).unwrap_err();
            assert_eq!(refused, Refused::NoKey, "{wrong}");
        }
        assert!(access.admit(from("127.0.0.1"), now).is_ok());
    }

    /// THREATS 21, 27: guesses of a key are counted for the address, and a key's requests for the key alone.
    #[test]
    fn each_is_counted_where_it_belongs() {
        let (config, token) = config();
        let access = Access::new(config);
        let now = Instant::now();
        let guess = Asked {
            authorization: Some("Bearer x"),
            ..from("192.0.2.1")
        };
        for _ in 0..2 {
            assert_eq!(access.admit(guess, now).unwrap_err(), Refused::NoKey);
        }
        assert!(matches!(access.admit(guess, now), Err(Refused::TooMany(_))));
        let right = format!("Bearer {token}");
        let known = Asked {
            authorization: Some(&right),
            ..guess
        };
        for _ in 0..3 {
            assert!(access.admit(known, now).is_ok());
        }
        assert!(matches!(access.admit(known, now), Err(Refused::TooMany(_))));
        assert!(access.admit(from("192.0.2.2"), now).is_ok());
    }

    #[test]
    fn an_open_service_passes_over_tokens() {
        let open = Access::new(AccessConfig::default());
        let asked = Asked {
            authorization: Some("Bearer of-another-service"),
            needs_key: true,
            ..from("192.0.2.1")
        };
        let admitted = open.admit(asked, Instant::now()).unwrap();
        assert!(admitted.key.is_none() && admitted.left.is_some());
    }

    #[test]
    fn whose_request_it_is() {
        let direct = AccessConfig::default();
        let proxied = AccessConfig {
            behind_proxy: true,
            ..AccessConfig::default()
        };
        let cases = [
            (&direct, "127.0.0.1", Some("192.0.2.9"), None),
            (&direct, "::ffff:127.0.0.1", None, None),
            (&direct, "192.0.2.1", Some("192.0.2.9"), Some("192.0.2.1")),
            (
                &proxied,
                "127.0.0.1",
                Some("192.0.2.8, 192.0.2.9"),
                Some("192.0.2.9"),
            ),
            (&proxied, "127.0.0.1", Some("unknown"), Some("127.0.0.1")),
            (&proxied, "127.0.0.1", None, Some("127.0.0.1")),
        ];
        for (config, peer, forwarded, client) in cases {
            let asked = Asked {
                forwarded,
                ..from(peer)
            };
            let found = Access::new(config.clone()).client(asked);
            assert_eq!(found, client.map(|text| text.parse().unwrap()), "{peer}");
        }
        let network = |text: &str| Address::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }
}
