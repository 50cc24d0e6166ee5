//! Publish: status lists and reasons under the status key, the trust list under the root key, the bundle of it all.

use cheti_shared::bundle::trust_list::{self, Fields, KeyRole, TrustList};
use cheti_shared::bundle::{Bundle, PublishedStatus};
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::ids::ListNumber;
use cheti_shared::json::Bounds;
use cheti_shared::key::Signer;
use cheti_shared::proof::{ProofOptions, secure};
use cheti_shared::qr::template::Template;
use cheti_shared::status::list::{StatusList, StatusListDraft};
use cheti_shared::status::reasons::StatusReasons;
use serde_json::{Map, Value};

use super::desk::{Desk, Loaded, Writing, encode};
use super::error::AppError;
use super::plan_batch::list_numbers;
use super::ports::store::Collection;
use super::records::{published_key, status_key};
use crate::domain::audit::Entry;
use crate::domain::organisation::Organisation;
use crate::domain::status_book::StatusBook;

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

const DAY: i64 = 86_400;

/// Sign every status list and its reasons anew, as of now.
///
/// Happens only when no list changed meanwhile, so in the journal every change before a `status.publish` is in what that
/// published; otherwise [`super::ports::store::StoreError::Conflict`], and it can be tried again.
pub fn publish_status(
    desk: &Desk,
    status: &dyn Signer,
    lifetimes: Lifetimes,
    actor: &str,
) -> Result<usize, AppError> {
    let key = desk.active_key_of(KeyRole::Status, status)?;
    let organisation = desk.organisation()?;
    let issuer = organisation.issuer_of_lists(&key);
    let now = desk.clock.now();
    let options = ProofOptions {
        created: now,
        verification_method: key.id.clone(),
    };
    let numbers = list_numbers(desk)?;
    let mut writing = Writing::default();
    for number in &numbers {
        let book: Loaded<StatusBook> =
            desk.load(status_key(*number), "status list", &number.to_string())?;
        writing.demand_unchanged(&book);
        let book = book.value;
        let url = status_url(&organisation, *number);
        let draft = StatusListDraft {
            url: &url,
            issuer,
            purpose: &book.purpose,
            bits: book.bits(),
            valid_from: now,
            valid_until: now.plus_seconds(i64::from(lifetimes.status_days) * DAY),
        };
        let list = secure(draft.document(), &options, status)?;
        check_list(&list, status)?;
        let mut reasons = StatusReasons::new(&url, issuer, now);
        reasons.reasons = book.reasons;
        let reasons = secure(reasons.document(), &options, status)?;
        writing.replace_octets(published_key(&format!("status/{number}")), encode(&list)?);
        writing.replace_octets(
            published_key(&format!("status/{number}/reasons")),
            encode(&reasons)?,
        );
    }
    let next = numbers.last().map_or(1, |last| last.0 + 1);
    writing.demand_absent(status_key(ListNumber(next)));
    desk.record(
        writing,
        &[Entry::new(actor, "status.publish", "status lists").with("lists", numbers.len())],
    )?;
    Ok(numbers.len())
}

/// Read back what was just signed, as a stranger would.
fn check_list(list: &Map<String, Value>, status: &dyn Signer) -> Result<(), AppError> {
    let credential = SignedCredential::from_document(list.clone())?;
    let proof = credential.proofs().first().ok_or(AppError::SelfCheck)?;
    match credential.check_proof(proof, &status.public_key()) {
        Some(Ok(checked)) => StatusList::read(&checked)
            .map(|_| ())
            .map_err(|_| AppError::SelfCheck),
        _ => Err(AppError::SelfCheck),
    }
}

fn status_url(organisation: &Organisation, number: ListNumber) -> String {
    format!("{}{number}", organisation.status_base())
}

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

/// The organisation's DID document with every key it ever had; there is none when its DID is a `did:key`.
pub fn did_document(desk: &Desk) -> Result<Value, AppError> {
    let organisation = desk.organisation()?;
    if organisation.is_did_key() {
        let (what, id) = ("DID document: the identifier is the key", organisation.did);
        return Err(AppError::NotFound { what, id });
    }
    let trusted = organisation.trusted(&desk.signing_keys()?);
    Ok(trusted
        .did_document()
        .map_err(|_| AppError::SelfCheck)?
        .to_json())
}
