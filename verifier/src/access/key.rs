//! API keys: the configuration holds a digest of each, never the key itself.

use std::fmt;

use cheti_shared::ids::Digest;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

/// What a token begins with, so that one that was published by mistake is found.
const PREFIX: &str = "chetiv_";

/// A key: a name for logs and reports, and the digest of its token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Described")]
pub struct ApiKey {
    /// What logs and signed reports call it.
    pub name: String,
    token: Digest,
}

/// As the configuration has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    name: String,
    sha256: String,
}

/// Why a key's description is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name.
    #[error("a key's name has 1 to 40 letters, digits, '.', '_' or '-'")]
    Name,
    /// The digest.
    #[error(
        "sha256 of the key \"{0}\" has 64 hexadecimal digits; `cheti-verifier key new` prints them"
    )]
    Digest(String),
}

/// The name of a key as logs may show it.
fn check_name(name: &str) -> Result<(), KeyError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    match (1..=40).contains(&name.len()) && name.chars().all(plain) {
        true => Ok(()),
        false => Err(KeyError::Name),
    }
}

impl TryFrom<Described> for ApiKey {
    type Error = KeyError;

    fn try_from(described: Described) -> Result<Self, KeyError> {
        check_name(&described.name)?;
        let token = described.sha256.parse();
        let token = token.map_err(|_| KeyError::Digest(described.name.clone()))?;
        Ok(Self {
            name: described.name,
            token,
        })
    }
}

impl fmt::Display for ApiKey {
    /// As the configuration has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, token } = self;
        write!(f, "[[access.key]]\nname = \"{name}\"\nsha256 = \"{token}\"")
    }
}

/// A new key's token, shown once, and what is kept of it. It has 256 random bits, so a fast digest is enough.
pub fn mint(name: &str, random: &[u8; 32]) -> (String, ApiKey) {
    let digits: String = random.iter().map(|octet| format!("{octet:02x}")).collect();
    let token = format!("{PREFIX}{digits}");
    let key = ApiKey {
        name: name.to_owned(),
        token: Digest::of(token.as_bytes()),
    };
    (token, key)
}

/// Refuse a name that no key may have.
pub(crate) fn named(name: &str) -> Result<String, String> {
    let checked = check_name(name).map(|()| name.to_owned());
    checked.map_err(|error| error.to_string())
}

/// Which key the header's value, `Bearer <token>`, is. Every key is compared, in the same time whatever differs
/// (THREATS 20); the scheme's case does not matter (RFC 9110, 11.1).
pub(super) fn find(keys: &[ApiKey], authorization: &str) -> Option<usize> {
    let (scheme, token) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let digest = Digest::of(token.trim().as_bytes());
    let mut found = None;
    for (index, key) in keys.iter().enumerate() {
        if bool::from(key.token.octets().ct_eq(digest.octets())) {
            found = Some(index);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_what_is_read() {
        let (token, key) = mint("hr.ministry-1", &[9; 32]);
        #[derive(Deserialize)]
        struct File {
            access: Section,
        }
        #[derive(Deserialize)]
        struct Section {
            key: Vec<ApiKey>,
        }
        let read: File = toml::from_str(&key.to_string()).unwrap();
        assert_eq!(read.access.key, std::slice::from_ref(&key));
        assert!(!format!("{key:?}{key}").contains(&token[PREFIX.len()..]));
        let keys = [mint("other", &[1; 32]).1, key];
        assert_eq!(find(&keys, &format!("BEARER  {token} ")), Some(1));
        assert_eq!(find(&keys, &format!("Basic {token}")), None);
    }

    #[test]
    fn descriptions_that_are_none() {
        let digest = "0".repeat(64);
        for (name, sha256) in [
            ("", digest.as_str()),
            ("a b", &digest),
            ("a\n", &digest),
            ("a", "00"),
        ] {
            let text = format!("name = {name:?}\nsha256 = {sha256:?}");
            assert!(toml::from_str::<ApiKey>(&text).is_err(), "{text}");
        }
    }
}
