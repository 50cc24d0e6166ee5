//! Publish: the trust list under the root key, the bundle of all that is published, the DID document.

use cheti_shared::bundle::trust_list::{self, Ending, Fields, TrustList};
use cheti_shared::bundle::{Bundle, PublishedStatus};
use cheti_shared::json::Bounds;
use cheti_shared::key::Signer;
use cheti_shared::qr::template::Template;
use serde_json::{Map, Value};

use super::desk::{Desk, Writing, encode};
use super::error::AppError;
use super::plan_batch::list_numbers;
use super::ports::store::Collection;
use super::records::published_key;
use crate::domain::audit::Entry;
use crate::domain::organisation::Organisation;

/// How long what is published may be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// Status lists, in days. Short: a verifier that cannot fetch a newer one says so after this.
    pub status_days: u16,
    /// The trust list, in days.
    pub trust_list_days: u16,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            status_days: 30,
            trust_list_days: 366,
        }
    }
}

pub(crate) const DAY: i64 = 86_400;

/// Sign the next version of the trust list with the root key: the organisation's keys as they stand, and the journal's
/// head.
pub fn publish_trust_list(
    desk: &Desk,
    root: &dyn Signer,
    lifetimes: Lifetimes,
    actor: &str,
) -> Result<u64, AppError> {
    let organisation = desk.organisation()?;
    if organisation.root != root.public_key() {
        let id = organisation.root.fingerprint();
        return Err(AppError::OtherKey { role: "root", id });
    }
    let version = trust_list(desk)?.map_or(0, |list| list.fields().version) + 1;
    let now = desk.clock.now();
    let expires = now.plus_seconds(i64::from(lifetimes.trust_list_days) * DAY);
    let issuer = organisation.trusted(&desk.signing_keys()?);
    let mut fields = Fields::new(version, now, expires, vec![issuer]);
    fields.journal = desk.journal_end()?.map(|end| end.value.head);
    let signed = fields.sign(root)?;
    let mut writing = Writing::default();
    writing.replace_octets(published_key("trust-list"), encode(&signed)?);
    desk.record(
        writing,
        &[Entry::new(actor, "trust.publish", "trust list").with("version", version)],
    )?;
    Ok(version)
}

/// Hand over from the old root to a new one. Verifiers that pinned the old follow to the new; publish a trust list next.
pub fn hand_over_root(
    desk: &Desk,
    old: &dyn Signer,
    new: &dyn Signer,
    actor: &str,
) -> Result<(), AppError> {
    let mut organisation =
        desk.load::<Organisation>(super::records::organisation_key(), "organisation", "here")?;
    if organisation.value.root != old.public_key() {
        let id = organisation.value.root.fingerprint();
        return Err(AppError::OtherKey { role: "root", id });
    }
    let handover = trust_list::hand_over(old, &new.public_key(), desk.clock.now())?;
    let mut handovers = handovers(desk)?;
    handovers.push(handover);
    organisation.value.root = new.public_key();
    let mut writing = Writing::default();
    writing.update(organisation)?;
    writing.replace_octets(published_key("root-handovers"), encode(&handovers)?);
    let entry =
        Entry::new(actor, "trust.new_root", "root").with("key", new.public_key().to_multikey());
    desk.record(writing, &[entry])
}

fn handovers(desk: &Desk) -> Result<Vec<Map<String, Value>>, AppError> {
    let found = desk.find(published_key("root-handovers"))?;
    Ok(found.map(|found| found.value).unwrap_or_default())
}

/// The published trust list, checked against the organisation's root; `None` before the first.
pub fn trust_list(desk: &Desk) -> Result<Option<TrustList>, AppError> {
    let Some(signed) = desk.find::<Map<String, Value>>(published_key("trust-list"))? else {
        return Ok(None);
    };
    let root = trust_list::signing_root(&signed.value).map_err(|_| AppError::SelfCheck)?;
    TrustList::verify(&signed.value, &[], &root)
        .map(Some)
        .map_err(|_| AppError::SelfCheck)
}

/// The trust bundle: everything a verifier needs without a network.
pub fn bundle(desk: &Desk) -> Result<Bundle, AppError> {
    let missing = || AppError::NotFound {
        what: "trust list",
        id: "published; run `trust publish`".to_owned(),
    };
    let trust_list = desk
        .find(published_key("trust-list"))?
        .ok_or_else(missing)?
        .value;
    let mut status_lists = Vec::new();
    for number in list_numbers(desk)? {
        if let Some(list) = published_object(desk, &format!("status/{number}"))? {
            let reasons = published_object(desk, &format!("status/{number}/reasons"))?;
            status_lists.push(PublishedStatus { list, reasons });
        }
    }
    let mut templates = Vec::new();
    desk.each(Collection::Template, b"", |_, octets| {
        templates.push(Template::parse(octets)?);
        Ok(())
    })?;
    Ok(Bundle {
        trust_list,
        handovers: handovers(desk)?,
        status_lists,
        templates,
    })
}

fn published_object(desk: &Desk, path: &str) -> Result<Option<Map<String, Value>>, AppError> {
    let Some(octets) = published(desk, path)? else {
        return Ok(None);
    };
    match cheti_shared::json::parse_within(&octets, Bounds::STATUS_LIST) {
        Ok(Value::Object(members)) => Ok(Some(members)),
        _ => Err(AppError::SelfCheck),
    }
}

/// The exact octets published under a path such as `status/1`.
pub fn published(desk: &Desk, path: &str) -> Result<Option<Vec<u8>>, AppError> {
    Ok(desk.store.fetch(&published_key(path))?)
}

/// The organisation's DID document: every key it ever had, each with its end, if it has one. A key that was reported
/// stolen stands there as revoked and may not assert any more; one that was rotated stays for what it signed (C2, W1).
/// There is none when the DID is a `did:key`.
pub fn did_document(desk: &Desk) -> Result<Value, AppError> {
    let organisation = desk.organisation()?;
    if organisation.is_did_key() {
        let (what, id) = ("DID document: the identifier is the key", organisation.did);
        return Err(AppError::NotFound { what, id });
    }
    let trusted = organisation.trusted(&desk.signing_keys()?);
    let mut document = trusted.did_document().map_err(|_| AppError::SelfCheck)?;
    let stolen = |id: &String| {
        let ended = trusted.key(id).and_then(|key| key.ended);
        ended.is_some_and(|end| end.how == Ending::Compromised)
    };
    document.assertion_method.retain(|id| !stolen(id));
    Ok(document.to_json())
}
