//! Connections that the verifier opens itself: to the configured origin of bundles and to configured webhooks, never to
//! an address that a certificate names (THREATS 15).
//!
//! Bounds on time; no redirects, no proxies; https except to this machine itself; no addresses of private networks
//! unless allowed. A name is resolved once: the addresses that were looked at are those that are connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use ipnet::IpNet;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// Which addresses may be connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Any.
    Anywhere,
    /// Those of the public internet, and those of these networks.
    PublicAnd(Vec<IpNet>),
}

impl Reach {
    fn allows(&self, address: IpAddr) -> bool {
        match self {
            Self::Anywhere => true,
            Self::PublicAnd(networks) => {
                let plain = address.to_canonical();
                is_public(address) || networks.iter().any(|network| network.contains(&plain))
            }
        }
    }
}

/// What asks within these bounds. Each connection is new: none is kept for an address that has changed since.
pub(crate) fn agent(reach: Reach, seconds: u64) -> ureq::Agent {
    let config = Config::builder()
        .timeout_global(Some(Duration::from_secs(seconds)))
        .max_redirects(0)
        .max_redirects_will_error(true)
        .proxy(None)
        .user_agent(concat!("cheti-verifier/", env!("CARGO_PKG_VERSION")))
        .max_idle_connections(0)
        .build();
    let resolver = Guarded {
        reach,
        inner: DefaultResolver::default(),
    };
    ureq::Agent::with_parts(config, DefaultConnector::default(), resolver)
}

/// An address to connect to, https or http to this machine itself, without user or query; and whether it names this
/// machine itself. None: not to be used.
pub(crate) fn checked(url: &str) -> Option<(Uri, bool)> {
    let uri: Uri = url.parse().ok()?;
    let authority = uri.authority()?;
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
    let plain = scheme_allowed && !authority.as_str().contains('@') && uri.query().is_none();
    plain.then_some((uri, local))
}

/// Resolves names, and refuses the addresses that are not to be connected to.
#[derive(Debug)]
struct Guarded {
    reach: Reach,
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
        let allowed = |address: &std::net::SocketAddr| self.reach.allows(address.ip());
        match addresses.iter().all(allowed) {
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
    use std::net::TcpListener;

    use super::*;

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

    #[test]
    fn a_name_that_leads_to_a_private_address_is_not_connected_to() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let agent = agent(Reach::PublicAnd(Vec::new()), 5);
        for host in [
            "127.0.0.1",
            "localhost",
            "[::ffff:127.0.0.1]",
            "127.1",
            "2130706433",
            "0x7f.1",
        ] {
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
