//! Publish the status lists and their reasons under the status key: all of them, or those that changed.

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::ids::{Digest, ListNumber};
use cheti_shared::key::Signer;
use cheti_shared::proof::{ProofOptions, secure, secure_set};
use cheti_shared::status::list::{StatusList, StatusListDraft};
use cheti_shared::status::reasons::StatusReasons;
use cheti_shared::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::desk::{Desk, Loaded, Writing, encode};
use super::error::AppError;
use super::plan_batch::list_numbers;
use super::ports::store::Collection;
use super::publish::{DAY, Lifetimes};
use super::records::{published_at_key, published_at_prefix, published_key, status_key};
use crate::domain::audit::Entry;
use crate::domain::status_book::StatusBook;

/// Which lists are signed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    All,
    ChangedOrAging,
}

/// From what a published list was made: while this stays the same, signing again would say nothing new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Made {
    /// Digest of the book, with the places given out: a list older than a certificate does not speak for it.
    book: Digest,
    /// The DID URL of the key.
    key: String,
    /// When.
    at: Timestamp,
}

/// Sign every status list and its reasons anew, as of now; how many.
///
/// Happens only when no list changed meanwhile, so in the journal every change before a `status.publish` is in what that
/// published; otherwise [`super::ports::store::StoreError::Conflict`], and it can be tried again.
pub fn publish_status(
    desk: &Desk,
    status: &dyn Signer,
    lifetimes: Lifetimes,
    actor: &str,
) -> Result<usize, AppError> {
    publish(desk, status, lifetimes, actor, Which::All)
}

/// As [`publish_status`], for the lists that changed, and those of which a quarter of their lifetime has passed: one changed
/// bit costs one list.
pub fn publish_changes(
    desk: &Desk,
    status: &dyn Signer,
    lifetimes: Lifetimes,
    actor: &str,
) -> Result<usize, AppError> {
    publish(desk, status, lifetimes, actor, Which::ChangedOrAging)
}

fn publish(
    desk: &Desk,
    status: &dyn Signer,
    lifetimes: Lifetimes,
    actor: &str,
    which: Which,
) -> Result<usize, AppError> {
    let key = desk.active_key_of(KeyRole::Status, status)?;
    let organisation = desk.organisation()?;
    let press = Press {
        issuer: organisation.issuer_of_lists(&key).to_owned(),
        base: organisation.status_base(),
        key: key.id.clone(),
        now: desk.clock.now(),
        lifetime: i64::from(lifetimes.status_days) * DAY,
        signer: status,
    };
    let numbers = list_numbers(desk)?;
    let mut writing = Writing::default();
    let mut signed = 0;
    for number in &numbers {
        let book: Loaded<StatusBook> =
            desk.load(status_key(*number), "status list", &number.to_string())?;
        writing.demand_unchanged(&book);
        let made = Made {
            book: book.digest(),
            key: press.key.clone(),
            at: press.now,
        };
        if which == Which::All || !press.still_says_it(desk, *number, &made)? {
            press.publish_list(&mut writing, *number, book.value, &made)?;
            signed += 1;
        }
    }
    let next = numbers.last().map_or(1, |last| last.0 + 1);
    writing.demand_absent(status_key(ListNumber(next)));
    desk.record(
        writing,
        &[Entry::new(actor, "status.publish", "status lists").with("lists", signed)],
    )?;
    Ok(signed)
}

/// What all lists of one run have in common.
struct Press<'a> {
    issuer: String,
    base: String,
    key: String,
    now: Timestamp,
    lifetime: i64,
    signer: &'a dyn Signer,
}

impl Press<'_> {
    /// Whether what is published was made from the same, and not long ago.
    fn still_says_it(
        &self,
        desk: &Desk,
        number: ListNumber,
        made: &Made,
    ) -> Result<bool, AppError> {
        let before = desk.find::<Made>(made_key(number))?;
        Ok(before.is_some_and(|before| {
            let before = before.value;
            let same = (&before.book, &before.key) == (&made.book, &made.key);
            same && self.now.seconds_since(before.at) < self.lifetime / 4
        }))
    }

    fn publish_list(
        &self,
        writing: &mut Writing,
        number: ListNumber,
        book: StatusBook,
        made: &Made,
    ) -> Result<(), AppError> {
        let url = format!("{}{number}", self.base);
        let draft = StatusListDraft {
            url: &url,
            issuer: &self.issuer,
            purpose: &book.purpose,
            bits: book.bits(),
            valid_from: self.now,
            valid_until: self.now.plus_seconds(self.lifetime),
        };
        let options = ProofOptions {
            created: self.now,
            verification_method: self.key.clone(),
        };
        let list = secure_set(draft.document(), &options, self.signer)?;
        self.check(&list)?;
        let mut reasons = StatusReasons::new(&url, &self.issuer, self.now);
        for (index, dated) in book.reasons {
            reasons.insert(index, dated);
        }
        let reasons = secure(reasons.document(), &options, self.signer)?;
        let octets = encode(&list)?;
        writing.replace_octets(published_at_key(number, self.now), octets.clone());
        writing.replace_octets(published_key(&format!("status/{number}")), octets);
        writing.replace_octets(
            published_key(&format!("status/{number}/reasons")),
            encode(&reasons)?,
        );
        writing.replace_octets(made_key(number), encode(made)?);
        Ok(())
    }

    /// Read back what was just signed, as a stranger would.
    fn check(&self, list: &Map<String, Value>) -> Result<(), AppError> {
        let credential = SignedCredential::from_document(list.clone())?;
        for proof in credential.proofs() {
            match credential.check_proof(proof, &self.signer.public_key()) {
                Some(Ok(checked)) => StatusList::read(&checked).map_err(|_| AppError::SelfCheck)?,
                _ => return Err(AppError::SelfCheck),
            };
        }
        Ok(())
    }
}

fn made_key(number: ListNumber) -> super::ports::store::Key {
    published_key(&format!("status/{number}/made"))
}

/// The list that was the newest at a moment, the exact octets (B7); `None` before the first, and for moments to come.
pub fn published_at(
    desk: &Desk,
    number: ListNumber,
    at: Timestamp,
) -> Result<Option<Vec<u8>>, AppError> {
    if desk.clock.now() < at {
        return Ok(None);
    }
    // Later lists come first, so the first one that is not later than the moment is the newest then.
    let after = published_at_key(number, at.plus_seconds(1)).id;
    let page = desk.store.scan(
        Collection::Published,
        &published_at_prefix(number),
        Some(&after),
        1,
    )?;
    Ok(page.into_iter().next().map(|(_, octets)| octets))
}
