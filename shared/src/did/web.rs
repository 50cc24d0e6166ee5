//! `did:web`: an identifier that is a host name and path (did:web 2.5.2, W1-W3).

use super::DidError;

/// The https URL at which the document of a `did:web` stands (W1).
///
/// Refused: IP addresses (W2), user names, internationalised spellings (THREATS 9), empty or dotted path parts.
pub fn document_url(did: &str) -> Result<String, DidError> {
    let refuse = || DidError::Did {
        did: did.chars().take(120).collect(),
        wanted: "a did:web of a host name",
    };
    let rest = did.strip_prefix("did:web:").ok_or_else(refuse)?;
    let mut parts = rest.split(':');
    let authority = parts.next().unwrap_or_default();
    let (host, port) = match authority.split_once("%3A") {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let port_ok = port.is_none_or(|port| {
        port.parse::<u16>()
            .is_ok_and(|n| n > 0 && n.to_string() == port)
    });
    if !is_host(host) || !port_ok {
        return Err(refuse());
    }
    let path: Vec<&str> = parts.collect();
    if !path.iter().all(|part| is_path_part(part)) {
        return Err(refuse());
    }
    let authority = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    match path.is_empty() {
        true => Ok(format!("https://{authority}/.well-known/did.json")),
        false => Ok(format!("https://{authority}/{}/did.json", path.join("/"))),
    }
}

/// The DID part of a DID URL, and its fragment if any.
pub fn split_fragment(did_url: &str) -> (&str, Option<&str>) {
    match did_url.split_once('#') {
        Some((did, fragment)) => (did, Some(fragment)),
        None => (did_url, None),
    }
}

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        let inside = label
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
        (1..=63).contains(&label.len())
            && inside
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let numeric = host
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|c| c.is_ascii_digit()));
    let internationalised = host.split('.').any(|part| part.starts_with("xn--"));
    host.len() <= 253 && host.split('.').all(label) && !numeric && !internationalised
}

fn is_path_part(part: &str) -> bool {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
    !part.is_empty() && part.bytes().all(allowed) && part.bytes().any(|c| c != b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_by_the_specification() {
        for (did, url) in [
            (
                "did:web:nc4.example",
                "https://nc4.example/.well-known/did.json",
            ),
            (
                "did:web:nc4.example:training:2026",
                "https://nc4.example/training/2026/did.json",
            ),
            (
                "did:web:localhost%3A8443",
                "https://localhost:8443/.well-known/did.json",
            ),
            (
                "did:web:nc4.example%3A8443:a",
                "https://nc4.example:8443/a/did.json",
            ),
        ] {
            assert_eq!(document_url(did).as_deref(), Ok(url));
        }
    }

    #[test]
    fn other_identifiers_are_refused() {
        for did in [
            "",
            "did:web:",
            "did:key:z6Mk",
            "did:web:127.0.0.1",
            "did:web:0x7f.1",
            "did:web:[::1]",
            "did:web:a b",
            "did:web:NC4.example",
            "did:web:nc4.example/",
            "did:web:a@b",
            "did:web:nc4.example:..",
            "did:web:a::b",
            "did:web:a%3A0",
            "did:web:a%3A99999",
            "did:web:a%2Fb",
            "did:web:xn--nc-4ja.example",
            "did:web:-a.example",
            "did:web:nç4.example",
            "did:web:nc4.example#key-1",
        ] {
            assert!(document_url(did).is_err(), "{did}");
        }
    }
}
