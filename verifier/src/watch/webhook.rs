//! Messages to a webhook: signed as Standard Webhooks 1.0 has it, tried again later and later, never to an address that
//! the configuration does not allow (THREATS 15).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::Sha256;

use super::{Change, WebhookConfig};
use crate::outbound::{self, Reach};
use crate::secret_file;

/// What a secret begins with.
const PREFIX: &str = "whsec_";
const SECONDS: u64 = 15;
/// How long is waited after each try, in seconds; after the last there is none.
const WAITS: [i64; 7] = [60, 300, 1_800, 7_200, 21_600, 43_200, 86_400];

/// A secret that messages are signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// A text that is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret is whsec_ and the base64 of 24 to 64 octets")]
pub struct SecretError;

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A secret of random octets.
    pub fn new(random: &[u8; 32]) -> Self {
        Self(random.to_vec())
    }

    /// Read a secret's text.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let digits = text.trim().strip_prefix(PREFIX).ok_or(SecretError)?;
        let octets = STANDARD.decode(digits).map_err(|_| SecretError)?;
        match (24..=64).contains(&octets.len()) {
            true => Ok(Self(octets)),
            false => Err(SecretError),
        }
    }

    /// The text, for the file and for whoever receives.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// The signature of a message: `v1,` and the base64 of HMAC-SHA256 over id, time and body.
    pub(super) fn sign(&self, id: &str, time: i64, body: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("{id}.{time}.{body}").as_bytes());
        Some(format!(
            "v1,{}",
            STANDARD.encode(mac.finalize().into_bytes())
        ))
    }
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Taken,
    Refused(String),
}

/// A message that was not taken yet. What it says is read when it is sent, so that it is never out of date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) sequence: u64,
    pub(super) attempts: u32,
    /// In seconds since 1970; none: it is tried no more.
    pub(super) next_try: Option<i64>,
    pub(super) problem: Option<String>,
}

impl Letter {
    /// A letter to be sent at once.
    pub(super) fn new(sequence: u64) -> Self {
        Self {
            sequence,
            attempts: 0,
            next_try: Some(0),
            problem: None,
        }
    }

    /// What is left of it after a try.
    pub(super) fn after(self, outcome: Outcome, now: i64) -> Option<Self> {
        let Outcome::Refused(problem) = outcome else {
            return None;
        };
        let tried = usize::try_from(self.attempts).unwrap_or(usize::MAX);
        Some(Self {
            attempts: self.attempts.saturating_add(1),
            next_try: WAITS.get(tried).map(|wait| now.saturating_add(*wait)),
            problem: Some(problem),
            ..self
        })
    }
}

/// Whom to call for one key.
pub(super) struct Webhook {
    key: String,
    url: String,
    secret: Secret,
    agent: ureq::Agent,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("key", &self.key).finish()
    }
}

impl Webhook {
    /// A webhook as configured, or why it cannot be one.
    pub(super) fn new(config: &WebhookConfig) -> Result<Self, String> {
        if outbound::checked(&config.url).is_none() {
            return Err(
                "its url must be https (http is for this machine alone), without user and query"
                    .to_owned(),
            );
        }
        let text = secret_file::read(&config.secret_file).map_err(|error| error.to_string())?;
        let secret = Secret::parse(&text)
            .map_err(|error| format!("{}: {error}", config.secret_file.display()))?;
        Ok(Self {
            key: config.key.clone(),
            url: config.url.clone(),
            secret,
            agent: outbound::agent(Reach::PublicAnd(config.allow.clone()), SECONDS),
        })
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Send a change; any answer of 2xx takes it.
    pub(super) fn send(&self, change: &Change, now: i64) -> Outcome {
        let id = format!("{}-{}", change.certificate.id, change.sequence);
        let body = json!({
            "type": "certificate.standing",
            "timestamp": change.noticed,
            "data": change,
        })
        .to_string();
        let Some(signature) = self.secret.sign(&id, now, &body) else {
            return Outcome::Refused("the secret cannot sign".to_owned());
        };
        let asked = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", now.to_string())
            .header("webhook-signature", signature)
            .send(&body);
        match asked {
            Ok(answer) if answer.status().is_success() => Outcome::Taken,
            Ok(answer) => Outcome::Refused(format!("the answer was {}", answer.status().as_u16())),
            Err(error) => Outcome::Refused(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification's libraries.
    #[test]
    fn messages_are_signed_as_the_standard_has_it() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        let body = "{\"test\": 2432232314}";
        assert_eq!(
            secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=".to_owned())
        );
        assert_eq!(Secret::parse(&secret.text()), Ok(secret));
        for text in [
            "",
            "whsec_",
            "whsec_AAAA",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ] {
            assert_eq!(Secret::parse(text), Err(SecretError), "{text}");
        }
    }

    #[test]
    fn a_letter_is_tried_later_and_later_and_then_no_more() {
        let mut letter = Letter::new(7);
        let mut waits = Vec::new();
        while letter.next_try.is_some() {
            letter = letter
                .after(Outcome::Refused("no".to_owned()), 1_000)
                .unwrap();
            waits.extend(letter.next_try.map(|at| at - 1_000));
        }
        assert_eq!(waits, WAITS);
        assert_eq!(letter.attempts, 8);
        assert_eq!(letter.after(Outcome::Taken, 1_000), None);
    }
}
