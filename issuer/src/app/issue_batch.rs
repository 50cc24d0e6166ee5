//! Issue an approved batch: plan, sign, verify, record, in an order that survives a crash after any step.
//!
//! The plan fixes every byte before the first signature and Ed25519 is deterministic, so running this again after an
//! interruption gives the same certificates, never a second one for one graduate.

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::credential::draft::Form;
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::ids::Digest;
use cheti_shared::key::{PublicKey, Signer};
use rayon::prelude::*;
use serde_json::Value;

use super::desk::{Desk, Loaded, Writing};
use super::error::AppError;
use super::plan_batch::plan_batch;
use super::ports::store::Collection;
use super::records::{certificate_key, credential_key, number_key, numbered};
use super::registry_index;
use crate::domain::audit::Entry;
use crate::domain::batch::{Batch, BatchId, BatchState, Graduate};
use crate::domain::certificate::{Certificate, Standing, Version};
use crate::domain::merkle;
use crate::domain::organisation::SigningKey;
use crate::domain::plan::{Chunk, Planned};

/// Told how many certificates of how many are signed and kept.
pub type Progress<'a> = &'a (dyn Fn(u32, u32) + Sync);

/// A credential that was signed and verified with the published key: fit to be kept.
pub(crate) struct Signed {
    pub(crate) octets: Vec<u8>,
    pub(crate) certificate_number: String,
}

/// Issue the batch with the issuing key, or go on where an earlier run stopped.
pub fn issue_batch(
    desk: &Desk,
    id: &BatchId,
    issuing: &dyn Signer,
    actor: &str,
    progress: Progress<'_>,
) -> Result<Batch, AppError> {
    let key = desk.active_key_of(KeyRole::Issuing, issuing)?;
    let mut batch = desk.batch(id)?;
    batch.value.check_may_issue()?;
    let graduates = desk.graduates(id)?;
    let maker = desk.operator_of(batch.value.submitted.as_ref())?;
    let checker = desk.operator_of(batch.value.decided.as_ref())?;
    batch.value.check_approval(&graduates, &maker, &checker)?;
    let form = Form::new(desk.template(&batch.value.template)?)?;
    if batch.value.state == BatchState::Approved {
        plan_batch(desk, batch, &graduates, &form, &key, actor)?;
        batch = desk.batch(id)?;
    }
    check_planned_key(&batch.value, &form, &key)?;
    let signing = SigningRun {
        desk,
        batch: &batch.value,
        graduates: &graduates,
        form: &form,
        issuing,
        actor,
    };
    signing.run(progress)?;
    finish(desk, batch, actor)
}

/// The plan names the key in every certificate. When another has taken its place since, that one must not sign them.
fn check_planned_key(batch: &Batch, form: &Form, active: &SigningKey) -> Result<(), AppError> {
    let proof = form.template().credential().get("proof");
    let proof = proof.map(|proof| proof.get(0).unwrap_or(proof));
    let planned = proof.and_then(|proof| proof.get("verificationMethod"));
    match planned.and_then(Value::as_str) {
        Some(planned) if planned == active.id => Ok(()),
        planned => Err(AppError::PlannedForOtherKey {
            batch: batch.id.to_string(),
            planned: planned.unwrap_or_default().to_owned(),
        }),
    }
}

fn finish(desk: &Desk, mut batch: Loaded<Batch>, actor: &str) -> Result<Batch, AppError> {
    batch.value.state = BatchState::Issued;
    let after = batch.value.clone();
    let mut writing = Writing::default();
    writing.update(batch)?;
    let entry = Entry::new(actor, "batch.issued", &after.id).with("graduates", after.graduates);
    desk.record(writing, &[entry])?;
    Ok(after)
}

/// What every chunk of a batch is signed with.
struct SigningRun<'a> {
    desk: &'a Desk,
    batch: &'a Batch,
    graduates: &'a [Graduate],
    form: &'a Form,
    issuing: &'a dyn Signer,
    actor: &'a str,
}

/// A chunk of the plan, with what is to be kept of it: nothing where an earlier run kept it.
struct SignedChunk {
    planned: Vec<Planned>,
    signed: Option<Vec<Signed>>,
}

impl SigningRun<'_> {
    /// Sign every chunk of the plan while the one before it is being kept. Chunks are kept one after the other, in order,
    /// all by the calling thread: the store's pages are then made and freed by one thread, which costs the least memory.
    fn run(&self, progress: Progress<'_>) -> Result<(), AppError> {
        let mut done = 0;
        let mut keep = |chunk: SignedChunk| -> Result<(), AppError> {
            done += u32::try_from(chunk.planned.len()).unwrap_or_default();
            self.keep_chunk(chunk)?;
            progress(done, self.batch.graduates);
            Ok(())
        };
        let mut before = None;
        for number in 0.. {
            let chunk = numbered(Collection::Plan, &self.batch.id, number);
            let Some(chunk) = self.desk.find::<Chunk>(chunk)? else {
                break;
            };
            let planned = chunk.value.planned;
            let is_kept = self.is_kept(&planned)?;
            let (mut signed, mut kept) = (Ok(None), Ok(()));
            rayon::in_place_scope(|scope| {
                if !is_kept {
                    scope.spawn(|_| signed = self.sign_chunk(&planned).map(Some));
                }
                kept = before.take().map_or(Ok(()), &mut keep);
            });
            kept?;
            let signed = signed?;
            before = Some(SignedChunk { planned, signed });
        }
        before.map_or(Ok(()), keep)
    }

    /// Whether an earlier run kept the chunk: it is kept as a whole.
    fn is_kept(&self, planned: &[Planned]) -> Result<bool, AppError> {
        let Some(first) = planned.first() else {
            return Ok(true);
        };
        let first = credential_key(&first.id, first.version);
        Ok(self.desk.store.fetch(&first)?.is_some())
    }

    /// Sign a chunk on every core.
    fn sign_chunk(&self, planned: &[Planned]) -> Result<Vec<Signed>, AppError> {
        let public = self.issuing.public_key();
        let signed: Vec<Signed> = planned
            .par_iter()
            .map(|planned| sign(self.form, planned, self.issuing, &public))
            .collect::<Result<_, _>>()?;
        if let Some(first) = signed.first() {
            check_as_a_stranger(&first.octets, &public)?;
        }
        Ok(signed)
    }

    /// Keep a signed chunk in one commit with one journal event.
    fn keep_chunk(&self, chunk: SignedChunk) -> Result<(), AppError> {
        let Some(signed) = chunk.signed else {
            return Ok(());
        };
        let mut writing = Writing::default();
        let mut leaves = Vec::with_capacity(chunk.planned.len());
        for (planned, signed) in chunk.planned.iter().zip(signed) {
            leaves.push(Digest::of(&signed.octets));
            let graduate = usize::try_from(planned.row)
                .ok()
                .and_then(|row| self.graduates.get(row));
            let graduate = graduate.ok_or(AppError::SelfCheck)?;
            keep_first_version(&mut writing, self.batch, graduate, planned, signed)?;
        }
        let entry = Entry::new(self.actor, "batch.sign", &self.batch.id)
            .with("certificates", leaves.len())
            .with("root", merkle::root(&leaves).to_string());
        self.desk.record(writing, &[entry])
    }
}

/// Check every proof with nothing but the published key: JSON-LD expanded anew, which takes too long for each of a batch.
fn check_as_a_stranger(octets: &[u8], public: &PublicKey) -> Result<(), AppError> {
    let credential = SignedCredential::parse(octets)?;
    let holds = |proof| matches!(credential.check_proof(proof, public), Some(Ok(_)));
    match credential.proofs().iter().all(holds) {
        true => Ok(()),
        false => Err(AppError::SelfCheck),
    }
}

/// Sign one planned credential and verify it with the published key.
pub(crate) fn sign(
    form: &Form,
    planned: &Planned,
    issuing: &dyn Signer,
    public: &PublicKey,
) -> Result<Signed, AppError> {
    let unsigned = form.draft(planned.values.clone())?.freeze();
    if unsigned.digest() != planned.digest {
        return Err(AppError::SelfCheck);
    }
    let octets = unsigned.sign(issuing)?;
    let credential = SignedCredential::parse(&octets)?;
    for proof in credential.proofs() {
        match form.check_proof(&credential, proof, public) {
            Some(Ok(_)) => {}
            _ => return Err(AppError::SelfCheck),
        }
    }
    let facts = cheti_shared::credential::open_badge::Facts::of(credential.document());
    let certificate_number = facts.certificate_number.ok_or(AppError::SelfCheck)?;
    Ok(Signed {
        octets,
        certificate_number,
    })
}

fn keep_first_version(
    writing: &mut Writing,
    batch: &Batch,
    graduate: &Graduate,
    planned: &Planned,
    signed: Signed,
) -> Result<(), AppError> {
    let certificate = Certificate {
        id: planned.id,
        number: signed.certificate_number.clone(),
        year_and_serial: planned.number,
        batch: batch.id.clone(),
        row: planned.row,
        course: batch.course.clone(),
        versions: vec![version(planned, batch.template)],
        erased: None,
    };
    registry_index::add(writing, &certificate, graduate);
    writing.create_octets(credential_key(&planned.id, planned.version), signed.octets);
    writing.create(certificate_key(&planned.id), &certificate)?;
    writing.create(number_key(&signed.certificate_number), &planned.id)
}

pub(crate) fn version(planned: &Planned, template: Digest) -> Version {
    Version {
        number: planned.version,
        template,
        digest: planned.digest,
        list: planned.list,
        index: planned.index,
        valid_from: planned.valid_from,
        created: planned.created,
        standing: Standing::Good,
    }
}
