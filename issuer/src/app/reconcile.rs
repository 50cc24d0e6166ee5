//! Account for every certificate of a batch.

use super::desk::Desk;
use super::error::AppError;
use super::hand_out::{closing, standing};
use super::ports::store::Collection;
use super::records::certificate_key;
use crate::domain::batch::BatchId;
use crate::domain::certificate::Certificate;
use crate::domain::plan::{Chunk, Planned};
use crate::domain::reconciliation::{Account, Line, Reconciliation};
use crate::domain::search::State;
use cheti_shared::ids::CredentialId;

/// What became of every certificate of a batch that two people approved.
pub fn reconcile(desk: &Desk, id: &BatchId) -> Result<Reconciliation, AppError> {
    let batch = desk.batch(id)?.value;
    let chunks: Vec<Chunk> = desk.all(Collection::Plan, id.as_str().as_bytes())?;
    let planned: Vec<Planned> = chunks.into_iter().flat_map(|chunk| chunk.planned).collect();
    let lines: Vec<Line> = match planned.is_empty() {
        true => (0..batch.graduates).map(not_planned).collect(),
        false => planned
            .iter()
            .map(|planned| line(desk, planned))
            .collect::<Result<_, _>>()?,
    };
    Ok(Reconciliation::of(
        batch.graduates,
        lines,
        closing(desk, id)?,
    ))
}

/// The certificates of a batch that hold and that nobody came for.
pub fn no_shows(desk: &Desk, id: &BatchId) -> Result<Vec<CredentialId>, AppError> {
    let sums = reconcile(desk, id)?;
    let waiting = sums.of_account(Account::NotHandedOut);
    let held = waiting.filter(|line| line.state != Some(State::Erased));
    Ok(held.filter_map(|line| line.id).collect())
}

fn not_planned(row: u32) -> Line {
    Line {
        row,
        id: None,
        number: None,
        state: None,
        versions: 0,
        handed_out: false,
    }
}

fn line(desk: &Desk, planned: &Planned) -> Result<Line, AppError> {
    let issued = desk.find::<Certificate>(certificate_key(&planned.id))?;
    let handed_out = standing(desk, &planned.id)?.is_some();
    let issued = issued.map(|issued| issued.value);
    let versions = issued.as_ref().map_or(0, |issued| issued.versions.len());
    Ok(Line {
        row: planned.row,
        id: Some(planned.id),
        state: issued.as_ref().map(State::of),
        number: issued.map(|issued| issued.number),
        versions: u32::try_from(versions).unwrap_or(u32::MAX),
        handed_out,
    })
}
