//! Data-subject access: everything held on one graduate's certificates, as one JSON document.

use serde_json::{Map, Value, json};

use super::audit::each_event;
use super::certificates::{credential, find_certificate};
use super::changes::list_changes;
use super::desk::{Desk, Writing};
use super::erase::refuse_erased;
use super::error::AppError;
use super::hand_out::hand_out_key;
use super::ports::store::Collection;
use super::records::{graduate_key, numbered};
use crate::domain::audit::{Entry, Event};
use crate::domain::batch::Graduate;
use crate::domain::certificate::Certificate;
use crate::domain::hand_out::HandOut;
use crate::domain::roster::Flag;
use crate::domain::search::Posting;

/// Everything held on the graduate of these certificates: each named by its number or its credential's id. That somebody
/// asked stands in the journal.
pub fn subject_file(desk: &Desk, certificates: &[String], by: &str) -> Result<Value, AppError> {
    let mut parts = Vec::new();
    let mut entries = Vec::new();
    for named in certificates {
        let certificate = find_certificate(desk, named)?;
        refuse_erased(&certificate)?;
        parts.push(of_certificate(desk, &certificate)?);
        entries.push(Entry::new(by, "registry.subject_file", certificate.id));
    }
    desk.record(Writing::default(), &entries)?;
    Ok(json!({
        "made": desk.clock.now(),
        "controller": desk.organisation()?.name,
        "certificates": parts,
    }))
}

fn of_certificate(desk: &Desk, certificate: &Certificate) -> Result<Value, AppError> {
    let batch = desk.batch(&certificate.batch)?.value;
    let key = numbered(Collection::Row, &certificate.batch, certificate.row);
    let row: Graduate = desk
        .load(key, "graduate of certificate", &certificate.number)?
        .value;
    let mut names = vec![row.name.to_string()];
    let mut corrected = Map::new();
    let mut credentials = Map::new();
    for version in &certificate.versions {
        let number = version.number.to_string();
        let octets = credential(desk, &certificate.id, version.number)?;
        let document: Value =
            serde_json::from_slice(&octets).map_err(|source| AppError::Record {
                what: format!("of certificate {}", certificate.number),
                source,
            })?;
        credentials.insert(number.clone(), document);
        let key = graduate_key(&certificate.id, version.number);
        if let Some(graduate) = desk.find::<Graduate>(key)? {
            names.push(graduate.value.name.to_string());
            corrected.insert(number, json!(graduate.value));
        }
    }
    let about = certificate.id.to_string();
    let mut changes = list_changes(desk)?;
    changes.retain(|change| change.what.about() == about);
    let mut events: Vec<Event> = Vec::new();
    each_event(desk, |event| {
        if event.about == about {
            events.push(event.clone());
        }
    })?;
    let flags = batch.flags.iter();
    let flags: Vec<&Flag> = flags
        .filter(|flag| names.iter().any(|name| flag.quotes(name)))
        .collect();
    let current = desk.current_graduate(certificate)?;
    let postings = Posting::all_of(certificate, &current);
    let index: Vec<String> = postings
        .iter()
        .map(|(id, _)| id.escape_ascii().to_string())
        .collect();
    let handed = desk.find::<HandOut>(hand_out_key(&certificate.id))?;
    Ok(json!({
        "certificate": certificate,
        "roster": row,
        "corrected": corrected,
        "credentials": credentials,
        "cohort": {"batch": batch.id, "course": batch.course, "cohort": batch.cohort, "awarded": batch.award_date},
        "hintsForTheChecker": flags,
        "changes": changes,
        "handOut": handed.map(|handed| handed.value),
        "journal": events,
        "index": index,
    }))
}
