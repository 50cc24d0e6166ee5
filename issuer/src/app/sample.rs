//! Draw the sample of a month for re-audit.

use std::collections::BTreeMap;

use cheti_shared::ids::{CredentialId, Digest};
use serde::Serialize;

use super::audit::each_event;
use super::desk::Desk;
use super::error::AppError;
use super::figures::month_of;
use super::ports::store::Collection;
use super::records::numbered;
use crate::domain::batch::BatchId;
use crate::domain::certificate::Certificate;
use crate::domain::plan::Chunk;
use crate::domain::sample::{Month, draw};

/// What was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// The month.
    pub month: String,
    /// The hash of the month's last event, from which the lots were drawn.
    pub seed: Digest,
    /// How many certificates were signed in the month.
    pub population: usize,
    /// The numbers of those drawn.
    pub drawn: Vec<String>,
}

/// Draw from the certificates that were signed in a month that is over, corrections too. The seed is the hash of the
/// month's last event, so the sample is the same whoever draws it and whenever.
pub fn sample(desk: &Desk, month: &Month) -> Result<Sample, AppError> {
    let offset = desk.organisation()?.utc_offset;
    let month_at = |at: cheti_shared::time::Timestamp| month_of(&at.date_at(offset).to_string());
    if month_at(desk.clock.now()).as_str() <= month.as_str() {
        let wanted = format!("over before its sample is drawn; {month} is not");
        let what = "a month";
        return Err(AppError::Value { what, wanted });
    }
    let mut seed = Digest::of(b"");
    let mut chunks: BTreeMap<String, u32> = BTreeMap::new();
    let mut signed: Vec<(BatchId, u32)> = Vec::new();
    let mut population: Vec<CredentialId> = Vec::new();
    each_event(desk, |event| {
        let is_in = month_at(event.at) == month.as_str();
        if is_in {
            seed = event.hash();
        }
        match event.action.as_str() {
            "batch.sign" => {
                let next = chunks.entry(event.about.clone()).or_default();
                if let (true, Ok(batch)) = (is_in, event.about.parse()) {
                    signed.push((batch, *next));
                }
                *next += 1;
            }
            "certificate.correct" if is_in => {
                population.extend(event.about.parse::<CredentialId>())
            }
            _ => {}
        }
    })?;
    for (batch, number) in signed {
        let key = numbered(Collection::Plan, &batch, number);
        let chunk: Chunk = desk.load(key, "plan of batch", batch.as_str())?.value;
        population.extend(chunk.planned.iter().map(|planned| planned.id));
    }
    population.sort_by_key(|id| *id.octets());
    population.dedup();
    let size = population.len();
    let drawn = draw(&seed, population);
    let numbers = drawn
        .iter()
        .map(|id| Ok(desk.certificate(id)?.value))
        .map(|found: Result<Certificate, AppError>| found.map(|found| found.number));
    Ok(Sample {
        month: month.to_string(),
        seed,
        population: size,
        drawn: numbers.collect::<Result<_, _>>()?,
    })
}
