//! Ceremony day: hand certificates out, take that back, close the ceremony.

use cheti_shared::ids::CredentialId;
use cheti_shared::qr::payload::Payload;
use cheti_shared::time::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::certificates::find_certificate;
use super::desk::{Desk, Loaded, Writing};
use super::error::AppError;
use super::ports::store::{Collection, Key};
use super::search::certificates_of;
use super::templates::templates_with_id;
use crate::domain::audit::Entry;
use crate::domain::batch::BatchId;
use crate::domain::certificate::Certificate;
use crate::domain::hand_out::{Closing, HandOut, HandOutError, Taken, UndoReason};
use crate::domain::search::State;

pub(crate) fn hand_out_key(id: &CredentialId) -> Key {
    Key::new(Collection::HandOut, id.octets().as_slice())
}

/// Longer than the key of a certificate's hand-out, so that none is taken for the other.
pub(crate) fn closing_key(batch: &BatchId) -> Key {
    Key::new(Collection::HandOut, format!("closing/{batch}/ceremony"))
}

/// A line of the check-in list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckIn {
    /// The certificate number.
    pub number: String,
    /// The credential's id.
    pub id: CredentialId,
    /// The graduate's name; empty once it is erased.
    pub name: String,
    /// The staff number.
    pub staff_number: Option<String>,
    /// How the certificate stands.
    pub state: State,
    /// How it was handed out, if it was.
    pub handed_out: Option<Taken>,
}

/// The certificates of a batch in the roster's order, each with whether it was handed out.
pub fn check_in_list(desk: &Desk, batch: &BatchId) -> Result<Vec<CheckIn>, AppError> {
    desk.batch(batch)?.value.check_issued()?;
    let certificates = certificates_of(desk, batch)?;
    certificates
        .iter()
        .map(|certificate| check_in(desk, certificate))
        .collect()
}

fn check_in(desk: &Desk, certificate: &Certificate) -> Result<CheckIn, AppError> {
    let graduate = match certificate.erased {
        Some(_) => None,
        None => Some(desk.current_graduate(certificate)?),
    };
    let name = graduate.as_ref().map(|graduate| graduate.name.to_string());
    Ok(CheckIn {
        number: certificate.number.clone(),
        id: certificate.id,
        name: name.unwrap_or_default(),
        staff_number: graduate.and_then(|graduate| graduate.staff_number),
        state: State::of(certificate),
        handed_out: standing(desk, &certificate.id)?,
    })
}

/// How a certificate is handed out now, if it is.
pub fn standing(desk: &Desk, id: &CredentialId) -> Result<Option<Taken>, AppError> {
    let found = desk.find::<HandOut>(hand_out_key(id))?;
    Ok(found.and_then(|found| found.value.standing().cloned()))
}

/// Every step that was taken with a certificate, oldest first.
pub fn steps(desk: &Desk, id: &CredentialId) -> Result<Vec<Taken>, AppError> {
    let found = desk.find::<HandOut>(hand_out_key(id))?;
    Ok(found.map(|found| found.value.steps).unwrap_or_default())
}

/// Record that a certificate was handed out. `text` is a certificate number, a credential id, or whatever a scanner read
/// from the paper's code; a paper that a newer version replaced is refused.
pub fn hand_out(desk: &Desk, text: &str, by: &str) -> Result<CheckIn, AppError> {
    record_hand_out(desk, scanned(desk, text)?, by)
}

/// The same at the door of one batch: a certificate of another is refused, since nobody there would see that it was recorded.
pub fn hand_out_at(desk: &Desk, door: &BatchId, text: &str, by: &str) -> Result<CheckIn, AppError> {
    let scanned = scanned(desk, text)?;
    let Certificate { number, batch, .. } = &scanned.0;
    match batch == door {
        true => record_hand_out(desk, scanned, by),
        false => Err(HandOutError::OtherBatch {
            number: number.clone(),
            batch: batch.clone(),
        }
        .into()),
    }
}

fn record_hand_out(
    desk: &Desk,
    (certificate, from): (Certificate, Option<Timestamp>),
    by: &str,
) -> Result<CheckIn, AppError> {
    let current = certificate.current()?;
    if from.is_some_and(|from| from != current.valid_from) {
        let (number, current) = (certificate.number.clone(), current.number);
        return Err(HandOutError::OldPaper { number, current }.into());
    }
    let read: Option<Loaded<HandOut>> = desk.find(hand_out_key(&certificate.id))?;
    let mut record = match &read {
        Some(read) => read.value.clone(),
        None => HandOut::none(certificate.batch.clone()),
    };
    record.hand_out(&certificate, desk.clock.now(), by)?;
    let entry = Entry::new(by, "ceremony.hand_out", certificate.id)
        .with("batch", certificate.batch.as_str())
        .with("version", current.number);
    let mut writing = Writing::default();
    // Nobody must have ended it meanwhile.
    writing.demand_unchanged(&desk.certificate(&certificate.id)?);
    writing.upsert(hand_out_key(&certificate.id), read, record)?;
    desk.record(writing, &[entry])?;
    check_in(desk, &certificate)
}

/// Take a hand-out back.
pub fn undo_hand_out(
    desk: &Desk,
    text: &str,
    reason: UndoReason,
    by: &str,
) -> Result<CheckIn, AppError> {
    let (certificate, _) = scanned(desk, text)?;
    let number = certificate.number.clone();
    let read: Option<Loaded<HandOut>> = desk.find(hand_out_key(&certificate.id))?;
    let mut read = read.ok_or(HandOutError::NotHandedOut { number })?;
    let now = desk.clock.now();
    read.value.undo(&certificate.number, reason, now, by)?;
    let entry = Entry::new(by, "ceremony.undo", certificate.id)
        .with("batch", certificate.batch.as_str())
        .with("reason", serde_json::json!(reason));
    let mut writing = Writing::default();
    writing.update(read)?;
    desk.record(writing, &[entry])?;
    check_in(desk, &certificate)
}

/// Close the ceremony of a batch: whoever did not come is awarded in absentia. Papers may be collected later.
pub fn close_ceremony(desk: &Desk, id: &BatchId, by: &str) -> Result<Closing, AppError> {
    let list = check_in_list(desk, id)?;
    let (batch, now) = (desk.batch(id)?.value, desk.clock.now());
    if now < batch.valid_from {
        let (batch, from) = (batch.id, batch.valid_from);
        return Err(HandOutError::NotBegun { batch, from }.into());
    }
    if let Some(closed) = closing(desk, id)? {
        let (batch, at) = (batch.id, closed.at);
        return Err(HandOutError::Closed { batch, at }.into());
    }
    let absent = |line: &&CheckIn| line.handed_out.is_none() && line.state != State::Revoked;
    let in_absentia = u32::try_from(list.iter().filter(absent).count()).unwrap_or(u32::MAX);
    let closing = Closing {
        at: now,
        by: by.to_owned(),
        in_absentia,
    };
    let mut writing = Writing::default();
    writing.create(closing_key(id), &closing)?;
    let entry = Entry::new(by, "ceremony.close", id).with("in_absentia", in_absentia);
    desk.record(writing, &[entry])?;
    Ok(closing)
}

/// How the ceremony of a batch was closed.
pub fn closing(desk: &Desk, batch: &BatchId) -> Result<Option<Closing>, AppError> {
    Ok(desk.find(closing_key(batch))?.map(|found| found.value))
}

/// The certificate that a text names, and, when it is a code, from when on the paper it stands on holds.
fn scanned(desk: &Desk, text: &str) -> Result<(Certificate, Option<Timestamp>), AppError> {
    let text = text.trim();
    for spelling in [text.to_owned(), text.to_uppercase()] {
        match find_certificate(desk, &spelling) {
            Err(AppError::NotFound { .. }) => {}
            found => return Ok((found?, None)),
        }
    }
    let missing = || AppError::NotFound {
        what: "certificate",
        id: text.chars().take(80).collect(),
    };
    let payload = Payload::from_text(text).map_err(|_| missing())?;
    for template in templates_with_id(desk, payload.template)? {
        let Ok(document) = payload.rebuild(&template) else {
            continue;
        };
        let member = |name| document.get(name).and_then(Value::as_str);
        let id = member("id").and_then(|id| id.strip_prefix("urn:uuid:"));
        let from = member("validFrom").and_then(|from| from.parse().ok());
        if let (Some(id), Some(from)) = (id, from) {
            return Ok((find_certificate(desk, id)?, Some(from)));
        }
    }
    Err(missing())
}
