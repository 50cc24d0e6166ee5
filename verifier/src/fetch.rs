//! Fetch a newer bundle: from the configured origin alone, within the bounds of [`crate::outbound`] and of a bundle's size.

use cheti_shared::limits;

use crate::outbound::{self, Reach};

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
    let reach = match local || private == PrivateAddresses::Allow {
        true => Reach::Anywhere,
        false => Reach::PublicAnd(Vec::new()),
    };
    let failed = |error: ureq::Error| FetchError::Failed {
        url: url.clone(),
        detail: error.to_string(),
    };
    let agent = outbound::agent(reach, SECONDS);
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
    let (uri, local) = outbound::checked(origin).ok_or_else(|| FetchError::Origin {
        url: origin.chars().take(200).collect(),
    })?;
    let url = match uri.path() {
        "" | "/" => format!("{}/bundle", origin.trim_end_matches('/')),
        _ => origin.to_owned(),
    };
    Ok((url, local))
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
}
