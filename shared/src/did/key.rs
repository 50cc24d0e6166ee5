//! `did:key`: an identifier that is its own public key. Used for root keys and operators, which need no document.

use super::DidError;
use crate::key::PublicKey;

/// `did:key:z6Mk…` of this key.
pub fn did(key: &PublicKey) -> String {
    format!("did:key:{}", key.to_multikey())
}

/// `did:key:z6Mk…#z6Mk…`: the one verification method of a `did:key`.
pub fn verification_method(key: &PublicKey) -> String {
    let multikey = key.to_multikey();
    format!("did:key:{multikey}#{multikey}")
}

/// The key that a `did:key` DID or DID URL is.
pub fn parse(text: &str) -> Result<PublicKey, DidError> {
    let refuse = || DidError::Did {
        did: text.chars().take(120).collect(),
        wanted: "a did:key of an Ed25519 key",
    };
    let multikey = text.strip_prefix("did:key:").ok_or_else(refuse)?;
    let multikey = match multikey.split_once('#') {
        Some((key, fragment)) if key == fragment => key,
        Some(_) => return Err(refuse()),
        None => multikey,
    };
    PublicKey::from_multikey(multikey).map_err(|_| refuse())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{SecretKey, Signer as _};

    #[test]
    fn a_did_key_is_its_key() {
        let key = SecretKey::from_seed(&[1; 32]).public_key();
        assert_eq!(parse(&did(&key)), Ok(key));
        assert_eq!(parse(&verification_method(&key)), Ok(key));
        let other = SecretKey::from_seed(&[2; 32]).public_key();
        for text in [
            "",
            "did:web:a",
            "did:key:",
            &format!("{}#{}", did(&key), other),
            &format!("{} ", did(&key)),
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
