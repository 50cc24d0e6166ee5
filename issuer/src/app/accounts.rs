//! Accounts of the console: sign in, enrol a telephone, check one-time codes.
//!
//! Whoever signs in opens their own key with it; what they do is signed with that key, as at the command line.

use std::sync::OnceLock;

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use cheti_shared::key::{SecretKey, Signer as _};

use super::desk::{Desk, Loaded, Writing};
use super::error::AppError;
use super::ports::store::{Collection, Key};
use super::ports::vault::{KeyFile, Passphrase, Vault, VaultError};
use crate::domain::account::{
    Account, OneTimeCodes, RECOVERY_CODES, recovery_code, recovery_digest,
};
use crate::domain::audit::Entry;
use crate::domain::operator::{Operator, OperatorId};

/// Memory of Argon2id in KiB, passes and lanes: OWASP's first choice.
const ARGON2: (u32, u32, u32) = (19 << 10, 2, 1);
/// The least score, of 0 to 4, that a new password must have: it guards a key against whoever copies the file.
const STRENGTH: u8 = 4;

/// An operator who gave the right password.
pub struct Opened {
    /// Who.
    pub operator: Operator,
    /// Their key.
    pub key: SecretKey,
    /// Their account; none before a telephone is enrolled.
    pub account: Option<Account>,
}

/// A telephone that is about to be enrolled: nothing is kept until a code of it was given.
pub struct Enrolment {
    /// What goes into the account.
    pub account: Account,
    /// What makes the codes.
    pub codes: OneTimeCodes,
    /// To be shown once.
    pub recovery: Vec<String>,
}

pub(crate) fn account_key(id: &OperatorId) -> Key {
    Key::new(Collection::Account, id.as_str())
}

fn argon2() -> Argon2<'static> {
    let (memory, passes, lanes) = ARGON2;
    let params = Params::new(memory, passes, lanes, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &str, salt: [u8; 16]) -> Result<String, AppError> {
    let failed = |_| AppError::Password("cannot be kept");
    let salt = SaltString::encode_b64(&salt).map_err(failed)?;
    let hash = argon2().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(failed)?.to_string())
}

fn is_password(password: &str, kept: &str) -> bool {
    let kept = PasswordHash::new(kept);
    kept.is_ok_and(|kept| argon2().verify_password(password.as_bytes(), &kept).is_ok())
}

/// The hash of a password that nobody has: who asks for somebody unknown waits as long as for everybody else.
fn nobody() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash("", [0; 16]).unwrap_or_default())
}

/// Check a password, and open the operator's key with it. `None`: the operator is unknown or disabled, or the password is
/// wrong; nobody is told which, by words or by time: each try costs one Argon2id and one key file (THREATS 22).
pub fn sign_in(
    desk: &Desk,
    vault: &dyn Vault,
    id: &str,
    password: &Passphrase,
) -> Result<Option<Opened>, AppError> {
    let known = id.parse::<OperatorId>().ok();
    let operator = known.map(|id| desk.operator(&id)).transpose();
    let operator = match operator {
        Ok(operator) => operator,
        Err(AppError::NotFound { .. }) => None,
        Err(other) => return Err(other),
    };
    let now = desk.clock.now();
    let operator = operator.filter(|operator| operator.may_sign_at(now));
    let account = match &operator {
        None => None,
        Some(operator) => find_account(desk, &operator.id)?,
    };
    let kept = account.as_ref().map(|account| account.password.as_str());
    let matches = is_password(password, kept.unwrap_or(nobody())) && kept.is_some();
    let Some(operator) = operator else {
        vault.open_none(password);
        return Ok(None);
    };
    let file = KeyFile::Operator(operator.id.to_string());
    let key = match vault.open(&file, password) {
        Ok(_) if account.is_some() && !matches => return Ok(None),
        Ok(key) => key,
        // Whoever gave the right password is told what is wrong with the file; nobody else is.
        Err(error) if matches => return Err(error.into()),
        Err(VaultError::Key { .. }) => return Ok(None),
        // No key was tried: it is not here, or not to be read.
        Err(_) => {
            vault.open_none(password);
            return Ok(None);
        }
    };
    let opened = Opened {
        key,
        account,
        operator,
    };
    let is_theirs = opened.key.public_key() == opened.operator.key;
    Ok(Some(opened).filter(|_| is_theirs))
}

/// An operator's account, once they have enrolled.
pub fn find_account(desk: &Desk, id: &OperatorId) -> Result<Option<Account>, AppError> {
    let account: Option<Loaded<Account>> = desk.find(account_key(id))?;
    Ok(account.map(|account| account.value))
}

/// Begin to enrol a telephone.
pub fn begin_enrolment(
    desk: &Desk,
    id: &OperatorId,
    key: &SecretKey,
    password: &Passphrase,
) -> Result<Enrolment, AppError> {
    let nonce: [u8; 16] = desk.random()?;
    let nonce: String = nonce.iter().map(|octet| format!("{octet:02x}")).collect();
    let codes = OneTimeCodes::new(key, &nonce).map_err(|_| AppError::Password("has no codes"))?;
    let mut recovery = Vec::new();
    for _ in 0..RECOVERY_CODES {
        recovery.push(recovery_code(desk.random()?));
    }
    let account = Account {
        operator: id.clone(),
        password: hash(password, desk.random()?)?,
        nonce,
        recovery: recovery.iter().map(|code| recovery_digest(code)).collect(),
        enrolled: desk.clock.now(),
        identity: None,
    };
    Ok(Enrolment {
        account,
        codes,
        recovery,
    })
}

/// Keep the account of a telephone that gave a right code. First come, first enrolled.
pub fn enrol(desk: &Desk, account: &Account) -> Result<(), AppError> {
    let mut writing = Writing::default();
    writing.create(account_key(&account.operator), account)?;
    let entry = Entry::new(&account.operator, "account.enrol", &account.operator);
    desk.record(writing, &[entry])
}

/// Give an operator's key another password, and their account with it. Whether `now` was the password.
pub fn change_password(
    desk: &Desk,
    vault: &dyn Vault,
    operator: &Operator,
    now: &Passphrase,
    new: &Passphrase,
) -> Result<bool, AppError> {
    let (id, file) = (&operator.id, KeyFile::Operator(operator.id.to_string()));
    let mut account: Loaded<Account> = desk.load(account_key(id), "account", id.as_str())?;
    if !is_password(now, &account.value.password) {
        return Ok(false);
    }
    check_new_password(new, &[id.as_str(), &operator.name])?;
    vault.check_new(new)?;
    account.value.password = hash(new, desk.random()?)?;
    vault.rewrap(&file, now, new)?;
    let mut writing = Writing::default();
    writing.update(account)?;
    let kept = desk.record(writing, &[Entry::new(id, "account.password", id)]);
    if kept.is_err() {
        // Whoever signs in next does it with the password that the account still has.
        vault.rewrap(&file, new, now)?;
    }
    kept.map(|()| true)
}

/// Use a recovery code up. Whether it was one.
pub fn use_recovery_code(desk: &Desk, id: &OperatorId, code: &str) -> Result<bool, AppError> {
    let Some(mut account) = desk.find::<Account>(account_key(id))? else {
        return Ok(false);
    };
    let digest = recovery_digest(code);
    let before = account.value.recovery.len();
    account.value.recovery.retain(|kept| *kept != digest);
    if account.value.recovery.len() == before {
        return Ok(false);
    }
    let left = account.value.recovery.len();
    let mut writing = Writing::default();
    writing.update(account)?;
    let entry = Entry::new(id, "account.recovery_code", id);
    desk.record(writing, &[entry.with("left", left)])?;
    Ok(true)
}

/// Refuse a new password that is easily guessed or stands in lists of passwords that were published: what makes it weak
/// is told.
pub fn check_new_password(password: &str, about: &[&str]) -> Result<(), AppError> {
    let about: Vec<&str> = about
        .iter()
        .flat_map(|words| words.split([' ', '.', '-']))
        .collect();
    let estimate = zxcvbn::zxcvbn(password, &about);
    match u8::from(estimate.score()) >= STRENGTH {
        true => Ok(()),
        false => Err(AppError::Password(
            "is easily guessed: use four or more words that have nothing to do with each other",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_kept_as_argon2id_and_told_apart() {
        let kept = hash("nine green hills", [3; 16]).unwrap();
        assert!(
            kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{kept}"
        );
        assert!(is_password("nine green hills", &kept));
        assert!(!is_password("nine green hill", &kept));
        assert!(!is_password("nine green hills", "not a hash"));
        assert!(!is_password("anything", nobody()));
    }

    #[test]
    fn weak_passwords_are_refused() {
        for weak in [
            "password1234",
            "qwertyuiop12",
            "aaaaaaaaaaaaaaaa",
            "janewambui2026",
            "jane jane jane",
        ] {
            let refused = check_new_password(weak, &["jane", "Jane Wambui"]);
            assert!(refused.is_err(), "{weak}");
        }
        assert!(check_new_password("copper lantern drifts north", &["jane"]).is_ok());
    }
}
