//! Accounts of the console: what is kept so that an operator can sign in there with password and one-time code.
//!
//! The password is the passphrase of the operator's own key. The secret of the one-time codes is kept nowhere: it is made
//! from a nonce with that key, so that whoever copies the store can neither sign in nor make codes.

use cheti_shared::ids::Digest;
use cheti_shared::key::Signer;
use cheti_shared::time::Timestamp;
use serde::{Deserialize, Serialize};
use totp_rs::{Algorithm, TOTP};

use super::operator::OperatorId;

/// How long one code holds, in seconds (RFC 6238, 5.2).
const STEP_SECONDS: u64 = 30;
/// Digits of a code.
const DIGITS: usize = 6;
/// How many codes there are for whoever has lost the telephone.
pub const RECOVERY_CODES: usize = 10;
/// Octets of the secret (RFC 4226, 4: 160 bits).
const SECRET_OCTETS: usize = 20;

/// An operator's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Whose.
    pub operator: OperatorId,
    /// Argon2id of the password, in PHC form.
    pub password: String,
    /// What the secret of the one-time codes is made from, in hexadecimal digits.
    pub nonce: String,
    /// Digests of the recovery codes that were not used yet.
    pub recovery: Vec<Digest>,
    /// Since when.
    pub enrolled: Timestamp,
    /// Who its owner is to the identity provider, if they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
}

/// Who somebody is to an identity provider (OpenID Connect Core 1.0, 2: `iss` and `sub`). The two together are of one person
/// for ever; names and addresses are not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// What it calls the person.
    pub subject: String,
}

/// Makes and checks one-time codes (RFC 6238).
pub struct OneTimeCodes(TOTP);

/// The codes cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the one-time codes cannot be made from this key")]
pub struct NoCodes;

impl OneTimeCodes {
    /// Those of a key and a nonce.
    pub fn new(key: &dyn Signer, nonce: &str) -> Result<Self, NoCodes> {
        let signature = key.sign(format!("cheti/totp/1\0{nonce}").as_bytes());
        let secret = Digest::tagged("cheti/totp/1", signature.to_multibase().as_bytes());
        let secret = secret.octets().get(..SECRET_OCTETS).ok_or(NoCodes)?;
        let codes = TOTP::new(Algorithm::SHA1, DIGITS, 1, STEP_SECONDS, secret.to_vec());
        codes.map(Self).map_err(|_| NoCodes)
    }

    /// The secret as people type it into an application.
    pub fn secret(&self) -> String {
        self.0.get_secret_base32()
    }

    /// What an application reads from a code (`otpauth:`).
    pub fn uri(&self, operator: &OperatorId) -> String {
        format!(
            "otpauth://totp/Cheti:{operator}?secret={}&issuer=Cheti&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            self.secret()
        )
    }

    /// The step to which `code` belongs: this one, the one before or the one after, for clocks that differ. None: it is wrong.
    /// A step counts once, so whoever checks remembers it (RFC 6238, 5.2).
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<u64> {
        let given: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let step = u64::try_from(now.unix()).ok()? / STEP_SECONDS;
        let mut found = None;
        for step in [step.saturating_sub(1), step, step + 1] {
            let right = self.0.generate(step * STEP_SECONDS);
            if bool::from(subtle::ConstantTimeEq::ct_eq(
                right.as_bytes(),
                given.as_bytes(),
            )) {
                found = Some(step);
            }
        }
        found
    }

    /// The code of a moment.
    pub fn code_at(&self, now: Timestamp) -> String {
        self.0
            .generate(u64::try_from(now.unix()).unwrap_or_default())
    }
}

/// A recovery code as it is printed: four groups of four letters and digits, 80 bits.
pub fn recovery_code(random: [u8; 16]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letter = |octet: &u8| char::from(LETTERS[usize::from(octet % 32)]);
    let groups: Vec<String> = random
        .chunks(4)
        .map(|group| group.iter().map(letter).collect())
        .collect();
    groups.join("-")
}

/// What is kept of a recovery code. It has 80 random bits, so a fast digest is enough.
pub fn recovery_digest(code: &str) -> Digest {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    Digest::tagged("cheti/recovery/1", plain.as_bytes())
}

#[cfg(test)]
mod tests {
    use cheti_shared::key::SecretKey;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds).unwrap()
    }

    /// RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890".to_vec();
        let codes = OneTimeCodes(TOTP::new(Algorithm::SHA1, 6, 1, 30, secret).unwrap());
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(codes.code_at(at(time)), code);
        }
    }

    #[test]
    fn a_code_holds_for_its_step_and_its_neighbours() {
        let codes = OneTimeCodes::new(&SecretKey::from_seed(&[1; 32]), "00").unwrap();
        let code = codes.code_at(at(3_000));
        for (time, step) in [
            (2_970, Some(100)),
            (3_000, Some(100)),
            (3_059, Some(100)),
            (3_060, None),
            (2_969, None),
        ] {
            assert_eq!(codes.step_of(&code, at(time)), step, "{time}");
        }
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        assert_eq!(codes.step_of(&spaced, at(3_000)), Some(100));
        for wrong in ["", "12345", "1234567", "abcdef"] {
            assert_eq!(codes.step_of(wrong, at(3_000)), None);
        }
    }

    #[test]
    fn the_secret_is_of_key_and_nonce() {
        let secret = |seed: u8, nonce: &str| {
            let codes = OneTimeCodes::new(&SecretKey::from_seed(&[seed; 32]), nonce);
            codes.unwrap().secret()
        };
        assert_eq!(secret(1, "00"), secret(1, "00"));
        assert_ne!(secret(1, "00"), secret(2, "00"));
        assert_ne!(secret(1, "00"), secret(1, "01"));
    }

    #[test]
    fn recovery_codes_are_read_as_people_type_them() {
        let code = recovery_code([7; 16]);
        assert_eq!(code.len(), 19);
        let typed = code.to_uppercase().replace('-', " ");
        assert_eq!(recovery_digest(&code), recovery_digest(&typed));
        assert_ne!(
            recovery_digest(&code),
            recovery_digest(&recovery_code([8; 16]))
        );
    }
}
