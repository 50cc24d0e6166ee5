//! The issuing organisation and its keys' public halves.

use cheti_shared::bundle::trust_list::{Ending, KeyEnd, KeyRole, TrustedIssuer, TrustedKey};
use cheti_shared::did::document::{DidDocument, VerificationMethod};
use cheti_shared::did::{self, web};
use cheti_shared::key::PublicKey;
use cheti_shared::time::{Timestamp, UtcOffset};
use serde::{Deserialize, Serialize};

/// Who issues, and where what they publish stands. One a store, written by `init`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// The name as it is signed and printed.
    pub name: String,
    /// Its DID: a `did:web`, or the `did:key` of its issuing key.
    pub did: String,
    /// Whom an employer asks: a telephone number or an address.
    pub contact: Option<String>,
    /// Where status lists and templates are published: an https URL that ends with `/`.
    pub public_url: String,
    /// The page that a printed code opens: an https URL that ends with `/`.
    pub verify_url: String,
    /// Its local time.
    pub utc_offset: UtcOffset,
    /// The public half of the root key.
    pub root: PublicKey,
}

/// Why an organisation's details are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationError {
    /// An empty or overlong name, or one with braces or control characters.
    #[error(
        "the organisation's name must have 1 to 200 characters, without braces or control characters"
    )]
    Name,
    /// Not a `did:web` and not the `did:key` of the issuing key.
    #[error(
        "\"{0}\" is not a did:web of a host name, such as did:web:nc4.go.ke, nor did:key for that of the issuing key"
    )]
    Did(String),
    /// The issuing key is the identifier.
    #[error(
        "the organisation's identifier is its issuing key (did:key): another key would be another issuer, so this key cannot be rotated; found a new organisation, with a did:web if keys are to change"
    )]
    KeyIsIdentifier,
    /// Not a URL of the form asked for.
    #[error("\"{url}\" is no usable URL: {why}")]
    Url {
        /// The URL.
        url: String,
        /// What is wrong.
        why: &'static str,
    },
}

impl Organisation {
    /// Check what the officer gave, and complete the URLs with their final `/`.
    pub fn check(mut self) -> Result<Self, OrganisationError> {
        let bad = |c: char| c.is_control() || matches!(c, '{' | '}');
        let chars = self.name.chars().count();
        if self.name.trim() != self.name || !(1..=200).contains(&chars) || self.name.contains(bad) {
            return Err(OrganisationError::Name);
        }
        if !self.is_did_key() {
            web::document_url(&self.did).map_err(|_| OrganisationError::Did(self.did.clone()))?;
        }
        self.public_url = check_url(&self.public_url)?;
        self.verify_url = check_url(&self.verify_url)?;
        Ok(self)
    }

    /// Whether its DID is its issuing key: no document stands on the web, and the key cannot be rotated.
    pub fn is_did_key(&self) -> bool {
        did::key::parse(&self.did).is_ok_and(|key| did::key::did(&key) == self.did)
    }

    /// The DID that issues the status lists signed with `key`: its own, or where that is a `did:key`, the status key's (B5).
    pub fn issuer_of_lists<'a>(&'a self, key: &'a SigningKey) -> &'a str {
        match self.is_did_key() {
            true => web::split_fragment(&key.id).0,
            false => &self.did,
        }
    }

    /// The record of a key that was just made; `name` is its file's.
    pub fn key(
        &self,
        name: String,
        role: KeyRole,
        public: PublicKey,
        made: Timestamp,
    ) -> SigningKey {
        let (id, file) = match self.is_did_key() {
            true => (did::key::verification_method(&public), Some(name)),
            false => (format!("{}#{name}", self.did), None),
        };
        SigningKey {
            id,
            role,
            public,
            made,
            ended: None,
            file,
        }
    }

    /// The URL to which a status list's number is appended.
    pub fn status_base(&self) -> String {
        format!("{}status/", self.public_url)
    }

    /// The DID document and the trust list's entry for these keys.
    pub fn trusted(&self, keys: &[SigningKey]) -> TrustedIssuer {
        let method = |key: &SigningKey| VerificationMethod {
            id: key.id.clone(),
            key: key.public,
            revoked: key.ended_by(Ending::Compromised),
            expires: key.ended_by(Ending::Rotated),
        };
        let document = DidDocument {
            id: self.did.clone(),
            methods: keys.iter().map(method).collect(),
            assertion_method: keys.iter().map(|key| key.id.clone()).collect(),
        };
        let trusted = keys.iter().map(|key| TrustedKey {
            id: key.id.clone(),
            role: key.role,
            valid_from: key.made,
            ended: key.ended,
        });
        let mut issuer = TrustedIssuer::new(
            self.name.clone(),
            self.contact.clone(),
            &document,
            trusted.collect(),
        );
        let active = |key: &&SigningKey| key.role == KeyRole::Status && key.ended.is_none();
        let of_lists = keys
            .iter()
            .rfind(active)
            .map(|key| self.issuer_of_lists(key));
        issuer.status_issuer = of_lists.filter(|did| *did != self.did).map(str::to_owned);
        issuer
    }
}

/// https anywhere; plain http only on this machine or a private network, where a venue without a certificate needs it.
fn check_url(text: &str) -> Result<String, OrganisationError> {
    let refuse = |why| OrganisationError::Url {
        url: text.chars().take(100).collect(),
        why,
    };
    let (scheme, rest) = text
        .split_once("://")
        .ok_or_else(|| refuse("it must begin with https://"))?;
    let authority = rest.split('/').next().unwrap_or_default();
    let clean = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._~/:".contains(c);
    if authority.is_empty() || !rest.chars().all(clean) {
        return Err(refuse(
            "only lower-case letters, digits, '-', '.', ':' and '/' may follow the scheme",
        ));
    }
    match scheme {
        "https" => {}
        "http" if is_private(authority) => {}
        "http" => {
            return Err(refuse(
                "plain http is for addresses on this machine or a private network; use https",
            ));
        }
        _ => return Err(refuse("it must begin with https://")),
    }
    Ok(format!("{}/", text.trim_end_matches('/')))
}

fn is_private(authority: &str) -> bool {
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    match host.parse::<core::net::Ipv4Addr>() {
        Ok(ip) => ip.is_loopback() || ip.is_private(),
        Err(_) => host == "localhost",
    }
}

/// One signing key of the organisation: its public half, role and end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKey {
    /// Its DID URL: `did:web:…#issuing-1`, or `did:key:z6Mk…#z6Mk…`.
    pub id: String,
    /// What it may sign.
    pub role: KeyRole,
    /// The public half.
    pub public: PublicKey,
    /// When it was made.
    pub made: Timestamp,
    /// Its end, if it has ended.
    pub ended: Option<KeyEnd>,
    /// The name of its file, where the DID URL does not hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

impl SigningKey {
    /// When it ended in this way, if it did.
    pub fn ended_by(&self, how: Ending) -> Option<Timestamp> {
        self.ended.filter(|end| end.how == how).map(|end| end.at)
    }

    /// The name of the key's file, such as `issuing-1`.
    pub fn file_name(&self) -> &str {
        let fragment = || web::split_fragment(&self.id).1.unwrap_or(&self.id);
        self.file.as_deref().unwrap_or_else(fragment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_https_but_on_private_networks() {
        for (url, wanted) in [
            ("https://v.nc4.example", Some("https://v.nc4.example/")),
            ("https://v.nc4.example/", Some("https://v.nc4.example/")),
            (
                "https://nc4.example/verify//",
                Some("https://nc4.example/verify/"),
            ),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080/")),
            ("http://192.168.1.10", Some("http://192.168.1.10/")),
            ("http://localhost:8080/", Some("http://localhost:8080/")),
            ("http://v.nc4.example", None),
            ("http://8.8.8.8/", None),
            ("HTTPS://v.nc4.example", None),
            ("https://V.nc4.example", None),
            ("https://v.nc4.example/#x", None),
            ("https://", None),
            ("ftp://v.nc4.example", None),
            ("v.nc4.example", None),
        ] {
            assert_eq!(check_url(url).ok().as_deref(), wanted, "{url}");
        }
    }
}
