//! Fetch a newer bundle: from the configured origin alone, never from an address that a certificate names (THREATS 15).
//!
//! Bounds on size and time; no redirects, no proxies; https except to this machine itself; no private addresses unless
//! allowed, told from the address connected to and not from the name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use cheti_shared::limits;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// Whether addresses of private networks may be fetched from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivateAddresses {
    /// They are refused, but for an origin that names this machine itself.
    #[default]
    Refuse,
    /// They are allowed: the issuer stands in one's own network.
    Allow,
}

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not an address to fetch from.
    #[error("\"{url}\" is no https address (http is for this machine alone)")]
    Origin {
        /// The address.
        url: String,
    },
    /// The origin did not give a bundle.
    #[error("cannot fetch {url}: {detail}")]
    Failed {
        /// The address.
        url: String,
        /// What went wrong.
        detail: String,
    },
}

const SECONDS: u64 = 30;

/// Fetch the bundle of `origin`: the URL as it is, or its `/bundle` when it has no path.
pub fn bundle(origin: &str, private: PrivateAddresses) -> Result<Vec<u8>, FetchError> {
    let (url, local) = bundle_url(origin)?;
    let allow = local || private == PrivateAddresses::Allow;
    let config = Config::builder()
        .timeout_global(Some(Duration::from_secs(SECONDS)))
        .max_redirects(0)
        .max_redirects_will_error(true)
        .proxy(None)
        .user_agent(concat!("cheti-verifier/", env!("CARGO_PKG_VERSION")))
        .build();
    let resolver = Guarded {
        allow,
        inner: DefaultResolver::default(),
    };
    let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), resolver);
    let failed = |error: ureq::Error| FetchError::Failed {
        url: url.clone(),
        detail: error.to_string(),
    };
    let mut response = agent.get(&url).call().map_err(failed)?;
    if response.status() != 200 {
        let detail = format!("the answer was {}", response.status());
        return Err(FetchError::Failed { url, detail });
    }
    let limit = u64::try_from(limits::BUNDLE_BYTES).unwrap_or(u64::MAX);
    let body = response.body_mut().with_config().limit(limit);
    body.read_to_vec().map_err(failed)
}

/// The URL to fetch, and whether it names this machine itself.
fn bundle_url(origin: &str) -> Result<(String, bool), FetchError> {
    let refuse = || FetchError::Origin {
        url: origin.chars().take(200).collect(),
    };
    let uri: Uri = origin.parse().map_err(|_| refuse())?;
    let authority = uri.authority().ok_or_else(refuse)?;
    let host = authority.host().trim_matches(['[', ']']);
    let local = host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    let scheme_allowed = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => local,
        _ => false,
    };
    if !scheme_allowed || authority.as_str().contains('@') || uri.query().is_some() {
        return Err(refuse());
    }
    let url = match uri.path() {
        "" | "/" => format!("{}/bundle", origin.trim_end_matches('/')),
        _ => origin.to_owned(),
    };
    Ok((url, local))
}

/// Resolves names, and refuses the addresses that are not to be connected to.
#[derive(Debug)]
struct Guarded {
    allow: bool,
    inner: DefaultResolver,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let addresses = self.inner.resolve(uri, config, timeout)?;
        match self.allow || addresses.iter().all(|address| is_public(address.ip())) {
            true => Ok(addresses),
            false => Err(ureq::Error::BadUri(
                "the name leads to a private address".to_owned(),
            )),
        }
    }
}

/// Whether an address is one of the public internet (RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match embedded_v4(v6) {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

/// Only global unicast, without documentation, benchmarking, Teredo and discard ranges.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [a, b, ..] = v6.segments();
    (a & 0xe000) == 0x2000 && !(a == 0x2001 && (b < 0x200 || b == 0xdb8)) && (a & 0xfff0) != 0x3ff0
}

/// The IPv4 address inside a mapped, NAT64 or 6to4 one.
fn embedded_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = v6.segments();
    let of = |high: u16, low: u16| {
        let ([p, q], [r, s]) = (high.to_be_bytes(), low.to_be_bytes());
        Some(Ipv4Addr::new(p, q, r, s))
    };
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff | 0) | (0x64, 0xff9b, 0, 0, 0, 0) => of(g, h),
        (0x2002, ..) => of(b, c),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn origins_are_https_or_this_machine() {
        for (origin, url) in [
            ("https://nc4.example", Some("https://nc4.example/bundle")),
            ("https://nc4.example/", Some("https://nc4.example/bundle")),
            (
                "https://nc4.example/v2/bundle",
                Some("https://nc4.example/v2/bundle"),
            ),
            (
                "http://127.0.0.1:8080/bundle",
                Some("http://127.0.0.1:8080/bundle"),
            ),
            ("http://[::1]:8080", Some("http://[::1]:8080/bundle")),
            ("http://nc4.example", None),
            ("http://10.0.0.1/bundle", None),
            ("ftp://nc4.example", None),
            ("https://user@nc4.example", None),
            ("file:///etc/passwd", None),
            ("nc4.example", None),
            ("", None),
        ] {
            assert_eq!(
                bundle_url(origin).ok().map(|(url, _)| url).as_deref(),
                url,
                "{origin}"
            );
        }
    }

    /// THREATS 15: addresses that no origin may lead to.
    #[test]
    fn private_addresses_are_told() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.5",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "100::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "8.8.8.8",
            "196.201.214.200",
            "172.32.0.1",
            "2a00:1450::1",
            "2c0f:fe38::1",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    /// Serve one answer on a port of this machine; the port.
    fn serve_once(answer: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 1024];
            let _ = stream.read(&mut asked);
            let _ = stream.write_all(answer.as_bytes());
        });
        port
    }

    #[test]
    fn a_bundle_is_fetched_and_a_redirect_is_not_followed() {
        let fetch = |port| {
            bundle(
                &format!("http://127.0.0.1:{port}"),
                PrivateAddresses::Refuse,
            )
        };
        let port = serve_once("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
        assert_eq!(fetch(port).unwrap(), b"{}");
        let port = serve_once(
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        );
        assert!(fetch(port).is_err());
        let port = serve_once("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
        assert!(fetch(port).is_err());
    }

    #[test]
    fn a_name_that_leads_to_a_private_address_is_not_connected_to() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let guarded = Guarded {
            allow: false,
            inner: DefaultResolver::default(),
        };
        let connector = DefaultConnector::default();
        let agent = ureq::Agent::with_parts(Config::default(), connector, guarded);
        for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
            assert!(
                agent.get(format!("http://{host}:{port}/")).call().is_err(),
                "{host}"
            );
        }
        assert_eq!(
            listener.accept().unwrap_err().kind(),
            std::io::ErrorKind::WouldBlock
        );
    }
}
