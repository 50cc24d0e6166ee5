//! Whose key a proof names, and which key that is (Controlled Identifiers 3.3, THREATS 30).

use cheti_shared::bundle::trust_list::TrustedKey;
use cheti_shared::did;
use cheti_shared::did::document::VerificationMethod;
use cheti_shared::did::web::split_fragment;
use cheti_shared::key::PublicKey;
use serde::Serialize;

use crate::evidence::Trust;

/// The key that a DID URL names, as far as it can be known without asking anybody.
#[derive(Clone, Copy, Debug)]
pub enum NamedKey<'a> {
    /// Of a party in the trust list, by that list.
    Registered(&'a VerificationMethod, &'a TrustedKey),
    /// A `did:key`, which is its own key; whose it is nobody says.
    Itself(PublicKey),
    /// Nobody here knows it.
    Unknown,
}

/// Whose key a proof names, as a report says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyOf {
    /// Of whom the document names as its issuer or holder.
    Author,
    /// Of another party in the trust list.
    Registered,
    /// A `did:key`: whose it is nobody says.
    DidKey,
    /// Nobody here knows.
    Unknown,
}

impl<'a> NamedKey<'a> {
    /// The key that `method` names. For a party in the trust list that list alone counts, be its DID a `did:key`.
    pub fn find(trust: Option<&'a Trust>, method: &str) -> Self {
        let (did, fragment) = split_fragment(method);
        if let Some(issuer) = trust.and_then(|trust| trust.issuer(did)) {
            let key = issuer.key(method);
            return key.map_or(Self::Unknown, |(method, key)| Self::Registered(method, key));
        }
        match (did::key::parse(method), fragment) {
            (Ok(key), Some(_)) => Self::Itself(key),
            _ => Self::Unknown,
        }
    }

    /// The key, when it is known.
    pub fn key(&self) -> Option<&PublicKey> {
        match self {
            Self::Registered(method, _) => Some(&method.key),
            Self::Itself(key) => Some(key),
            Self::Unknown => None,
        }
    }

    /// Whose it is, where `author` is whom the document names.
    pub fn whose(&self, method: &str, author: &str) -> KeyOf {
        match self {
            _ if is_of(method, author) => KeyOf::Author,
            Self::Registered(..) => KeyOf::Registered,
            Self::Itself(_) => KeyOf::DidKey,
            Self::Unknown => KeyOf::Unknown,
        }
    }
}

/// Whether the DID URL `method` is one of the identifier `did` (D2).
pub fn is_of(method: &str, did: &str) -> bool {
    matches!(split_fragment(method), (of, Some(_)) if of == did)
}
