//! Ed25519 keys and signatures; strict verification only.

pub mod pkcs8;

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::json::members::{self, FromJson, MemberError};
use crate::multibase::{self, MultibaseError};

/// The multicodec prefix of an Ed25519 public key (Data Integrity EdDSA 2.1.1, E4).
const MULTICODEC_ED25519: [u8; 2] = [0xed, 0x01];

/// An Ed25519 public key that a signature can be trusted to: on the curve and not of small order (E6).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Why octets or text are no usable public key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// The text is no base58btc of the right length.
    #[error("not a Multikey text")]
    Text(#[from] MultibaseError),
    /// The multicodec prefix names another kind of key.
    #[error("a Multikey of another kind than Ed25519 (prefix {0:02x}{1:02x})")]
    OtherKind(u8, u8),
    /// The octets name no point of the curve, or one written another way than the one way allowed.
    #[error("the octets are no Ed25519 public key")]
    NotAPoint,
    /// One of the eight points that make every message verify.
    #[error("the Ed25519 public key is of small order and would accept forged signatures")]
    SmallOrder,
}

impl PublicKey {
    /// The key of these 32 octets (RFC 8032 §5.1.5).
    pub fn from_octets(octets: &[u8; 32]) -> Result<Self, PublicKeyError> {
        let key = VerifyingKey::from_bytes(octets).map_err(|_| PublicKeyError::NotAPoint)?;
        // `from_bytes` also reads y ≥ p; only the reduced spelling is a key's name.
        if key.to_edwards().compress().as_bytes() != octets {
            return Err(PublicKeyError::NotAPoint);
        }
        match key.is_weak() {
            true => Err(PublicKeyError::SmallOrder),
            false => Ok(Self(key)),
        }
    }

    /// The 32 octets.
    pub fn octets(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The key written as Multikey: `z6Mk…` (E4).
    pub fn to_multikey(&self) -> String {
        let mut octets = [0; 34];
        let (prefix, key) = octets.split_at_mut(2);
        prefix.copy_from_slice(&MULTICODEC_ED25519);
        key.copy_from_slice(self.octets());
        multibase::encode_base58(&octets)
    }

    /// Read a Multikey; other kinds and lengths of key are refused (E4).
    pub fn from_multikey(text: &str) -> Result<Self, PublicKeyError> {
        let [a, b, key @ ..] = multibase::decode_base58::<34>(text)?;
        match [a, b] == MULTICODEC_ED25519 {
            true => Self::from_octets(&key),
            false => Err(PublicKeyError::OtherKind(a, b)),
        }
    }

    /// Whether `signature` is this key's over `message`, strictly: no malleable S, no small-order R (E4, E6).
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), BadSignature> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0
            .verify_strict(message, &signature)
            .map_err(|_| BadSignature)
    }

    /// A short fingerprint for people to compare: SHA-256 of the key, 16 hexadecimal digits in groups of four.
    pub fn fingerprint(&self) -> String {
        let hex = crate::ids::Digest::of(self.octets()).to_string();
        let mut groups = String::new();
        for (i, digit) in hex.chars().take(16).enumerate() {
            if i > 0 && i % 4 == 0 {
                groups.push(' ');
            }
            groups.push(digit);
        }
        groups
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_multikey())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl FromJson for PublicKey {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        let malformed = |_| MemberError::new("no Ed25519 key as a Multikey");
        Self::from_multikey(members::text(value)?).map_err(malformed)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::from_multikey(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

/// The signature is not this key's over this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit the key and the document")]
pub struct BadSignature;

/// The 64 octets of an Ed25519 signature; a claim until [`PublicKey::verify`] says otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl Signature {
    /// `z` and base58btc, as `proofValue` has it.
    pub fn to_multibase(&self) -> String {
        multibase::encode_base58(&self.0)
    }

    /// Read a `proofValue`; another length than 64 octets is refused (E4).
    pub fn from_multibase(text: &str) -> Result<Self, MultibaseError> {
        multibase::decode_base58(text).map(Self)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_multibase())
    }
}

/// Something that signs: a key in memory today, a token or a threshold group another day.
pub trait Signer: Send + Sync {
    /// The public half.
    fn public_key(&self) -> PublicKey;
    /// The signature over `message`; Ed25519 is deterministic, so the same message gives the same signature.
    fn sign(&self, message: &[u8]) -> Signature;
}

/// An Ed25519 secret key in memory; wiped when dropped, never printed.
///
/// Holds both halves together: no function takes a secret and a public key apart from one another (RUSTSEC-2022-0093).
/// Neither the seed nor a copy of the key gets out, so none of these compiles:
///
/// ```compile_fail
/// let key = cheti_shared::key::SecretKey::from_seed(&[1; 32]);
/// let seed = key.seed();
/// ```
///
/// ```compile_fail
/// let key = cheti_shared::key::SecretKey::from_seed(&[1; 32]);
/// let half = key.0;
/// ```
///
/// ```compile_fail
/// let key = cheti_shared::key::SecretKey::from_seed(&[1; 32]);
/// let copy = key.clone();
/// ```
///
/// ```
/// # use cheti_shared::key::Signer as _;
/// let key = cheti_shared::key::SecretKey::from_seed(&[1; 32]);
/// let signature = key.sign(b"a message");
/// assert!(key.public_key().verify(b"a message", &signature).is_ok());
/// ```
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// The key of this 32-octet seed (RFC 8032 §5.1.5).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The seed, to be encrypted; wiped when dropped.
    fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }
}

impl Signer for SecretKey {
    fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        crate::ids::from_hex(text.as_bytes()).unwrap()
    }

    #[test]
    fn rfc8032_section_7_1() {
        let vectors = [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                &[][..],
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                &[0x72][..],
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                &[0xaf, 0x82][..],
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ];
        for (seed, public, message, signature) in vectors {
            let key = SecretKey::from_seed(&hex(seed));
            assert_eq!(key.public_key().octets(), &hex(public));
            assert_eq!(key.sign(message), Signature(hex(signature)));
            assert_eq!(
                key.public_key().verify(message, &Signature(hex(signature))),
                Ok(())
            );
            assert!(
                key.public_key()
                    .verify(b"other", &Signature(hex(signature)))
                    .is_err()
            );
        }
    }

    #[test]
    fn small_order_and_misspelt_keys_are_refused() {
        for (key, why) in [
            (
                "0100000000000000000000000000000000000000000000000000000000000000",
                PublicKeyError::SmallOrder,
            ),
            (
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                PublicKeyError::SmallOrder,
            ),
            (
                "0000000000000000000000000000000000000000000000000000000000000000",
                PublicKeyError::SmallOrder,
            ),
            (
                "0000000000000000000000000000000000000000000000000000000000000080",
                PublicKeyError::SmallOrder,
            ),
            (
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                PublicKeyError::SmallOrder,
            ),
            (
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                PublicKeyError::SmallOrder,
            ),
            (
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                PublicKeyError::SmallOrder,
            ),
            (
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                PublicKeyError::SmallOrder,
            ),
            (
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                PublicKeyError::NotAPoint,
            ),
            (
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                PublicKeyError::NotAPoint,
            ),
            (
                "0200000000000000000000000000000000000000000000000000000000000000",
                PublicKeyError::NotAPoint,
            ),
        ] {
            assert_eq!(PublicKey::from_octets(&hex(key)), Err(why), "{key}");
        }
    }

    #[test]
    fn multikey_reads_what_it_writes_and_nothing_else() {
        let key = SecretKey::from_seed(&[7; 32]).public_key();
        assert!(key.to_multikey().starts_with("z6Mk"));
        assert_eq!(PublicKey::from_multikey(&key.to_multikey()), Ok(key));
        let mut x25519 = [0; 34];
        x25519[..2].copy_from_slice(&[0xec, 0x01]);
        let other = multibase::encode_base58(&x25519);
        assert_eq!(
            PublicKey::from_multikey(&other),
            Err(PublicKeyError::OtherKind(0xec, 0x01))
        );
        assert!(PublicKey::from_multikey(&key.to_multikey()[1..]).is_err());
    }

    #[test]
    fn secrets_do_not_print() {
        let key = SecretKey::from_seed(&[7; 32]);
        assert!(!format!("{key:?}").contains("7, 7"));
        assert!(format!("{key:?}").contains(&key.public_key().to_multikey()));
    }
}
