//! API keys: what a program may do through the issuer's HTTP interface. None may submit or approve.

use cheti_shared::ids::Digest;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read courses, batches, certificates and the journal.
    Read,
    /// Import rosters.
    Import,
    /// Issue batches that two people have approved.
    Issue,
    /// Have any credential signed that nobody has approved, revoke and remove such ones. Works only where the server's
    /// configuration says `vc_api_issue = "direct"`; whoever has such a key can certify anybody.
    IssueDirect,
}

impl std::str::FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "read" => Ok(Self::Read),
            "import" => Ok(Self::Import),
            "issue" => Ok(Self::Issue),
            "issue_direct" => Ok(Self::IssueDirect),
            other => Err(format!(
                "\"{other}\" is no scope; the scopes are read, import, issue and issue_direct"
            )),
        }
    }
}

/// A key as it is kept: its secret only as a digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id, the part of the token before the dot.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Digest of the secret part.
    secret: Digest,
}

/// A token's parts: `cheti_<id>.<secret>`.
pub struct Token<'a> {
    /// Which key.
    pub id: &'a str,
    secret: &'a str,
}

impl<'a> Token<'a> {
    /// Split a token; `None` when it is not shaped as one.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (id, secret) = text.strip_prefix("cheti_")?.split_once('.')?;
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
        let whole = id.bytes().all(plain)
            && secret.bytes().all(plain)
            && id.len() <= 32
            && secret.len() == 64;
        whole.then_some(Self { id, secret })
    }
}

/// The token of a new key and the digest to keep. The secret has 256 random bits, so a fast hash is enough.
pub fn mint(id: &str, random: &[u8; 32]) -> (String, Digest) {
    let secret: String = random.iter().map(|octet| format!("{octet:02x}")).collect();
    (format!("cheti_{id}.{secret}"), secret_digest(&secret))
}

fn secret_digest(secret: &str) -> Digest {
    Digest::tagged("cheti/api-key/1", secret.as_bytes())
}

impl ApiKey {
    /// A key as a confirmed change describes it.
    pub fn new(id: String, name: String, scopes: Vec<Scope>, secret: Digest) -> Self {
        Self {
            id,
            name,
            scopes,
            secret,
        }
    }

    /// Whether the token is this key's; takes the same time whatever differs (THREATS 20).
    pub fn matches(&self, token: &Token<'_>) -> bool {
        secret_digest(token.secret)
            .octets()
            .ct_eq(self.secret.octets())
            .into()
    }

    /// Whether the key may do this.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_minted_token_matches() {
        let (token, secret) = mint("k1", &[7; 32]);
        let key = ApiKey::new("k1".to_owned(), "HR".to_owned(), vec![Scope::Read], secret);
        assert!(key.matches(&Token::parse(&token).unwrap()));
        assert!(!format!("{key:?}").contains(&token[9..]));
        let (other, _) = mint("k1", &[8; 32]);
        assert!(!key.matches(&Token::parse(&other).unwrap()));
        for bad in [
            "",
            "cheti_k1",
            "cheti_k1.",
            "k1.0707",
            &token.to_uppercase(),
            &format!("{token}0"),
        ] {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
        assert!(key.may(Scope::Read) && !key.may(Scope::Issue));
    }
}
