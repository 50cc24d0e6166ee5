//! Print a batch: every certificate checked first, put in order, then printed on every core with little in memory.

use std::ops::Range;

use cheti_shared::ids::{CredentialId, Digest};
use rayon::prelude::*;
use serde_json::json;

use super::desk::{Desk, Writing};
use super::error::AppError;
use super::kits::kit_of_batch;
use super::papers::{Deliverable, Proofreader};
use super::ports::press::{Book, List, ListKind, ListRow, Press, PressError, PrintRoom};
use super::ports::store::Collection;
use crate::domain::audit::Entry;
use crate::domain::batch::{Batch, BatchId};
use crate::domain::ceremony::{Listed, Order};
use crate::domain::certificate::{Certificate, Standing};
use crate::domain::plan::{Chunk, Planned};
use crate::domain::print_kit::{PrintKit, Restyle};

/// Pages of a volume of the book: more are heavy to open, and a volume is in memory until it is written.
pub const VOLUME: usize = 1_000;
/// Certificates that are printed ahead of the one that is being written.
const AHEAD: usize = 64;

/// A certificate of the batch that will be printed.
#[derive(Clone, Debug)]
pub struct Paper {
    /// Its id.
    pub id: CredentialId,
    /// Which version.
    pub version: u32,
    /// The graduate's row in the batch, from 0.
    pub row: u32,
    /// Digest of what was signed.
    pub digest: Digest,
    /// As the order takes it: certificate number and name, as they were signed.
    pub listed: Listed,
    /// The award, as it was signed.
    pub award: Option<String>,
}

/// A batch in the press.
pub struct PrintRun<'a> {
    /// The batch.
    pub batch: Batch,
    /// What will be printed, in order.
    pub papers: Vec<Paper>,
    /// The numbers of certificates that are left out, since they do not hold any more.
    pub left_out: Vec<String>,
    /// What they are printed with.
    pub kit: PrintKit,
    desk: &'a Desk,
    room: &'a dyn PrintRoom,
    proofreader: Proofreader<'a>,
    press: Box<dyn Press>,
}

impl<'a> PrintRun<'a> {
    /// Check the current version of every certificate of an issued batch, and put those that hold in order. Nothing is
    /// printed of a batch of which one certificate is not what was signed.
    pub fn prepare(
        desk: &'a Desk,
        room: &'a dyn PrintRoom,
        id: &BatchId,
        order: &Order,
        style: Restyle,
    ) -> Result<Self, AppError> {
        let batch = desk.batch(id)?.value;
        batch.check_issued()?;
        let kit = kit_of_batch(desk, room, &batch)?.restyled(style);
        let press = room.press(&kit)?;
        let proofreader = Proofreader::new(desk)?;
        let chunks: Vec<Chunk> = desk.all(Collection::Plan, id.as_str().as_bytes())?;
        let planned: Vec<Planned> = chunks.into_iter().flat_map(|chunk| chunk.planned).collect();
        let looked_at: Vec<(Paper, bool)> = planned
            .par_iter()
            .map(|planned| read(desk, &proofreader, planned))
            .collect::<Result<_, _>>()?;
        let (good, ended): (Vec<_>, Vec<_>) = looked_at.into_iter().partition(|(_, holds)| *holds);
        let number = |(paper, _): (Paper, bool)| paper.listed.number;
        let left_out: Vec<String> = ended.into_iter().map(number).collect();
        let papers: Vec<Paper> = good.into_iter().map(|(paper, _)| paper).collect();
        if papers.is_empty() {
            let wanted = "one or more of this batch that hold".to_owned();
            let what = "the certificates to print";
            return Err(AppError::Value { what, wanted });
        }
        let listed: Vec<&Listed> = papers.iter().map(|paper| &paper.listed).collect();
        let places = order.arrange(&listed, &left_out)?;
        let papers = places.into_iter().map(|place| papers[place].clone());
        Ok(Self {
            papers: papers.collect(),
            batch,
            left_out,
            kit,
            desk,
            room,
            proofreader,
            press,
        })
    }

    /// Names everything that decides the bytes: an interrupted run goes on only where this is the same.
    pub fn fingerprint(&self, how: &str) -> Digest {
        let papers: Vec<_> = self.papers.iter().map(|paper| paper.digest).collect();
        let everything = json!({"how": how, "kit": self.kit.digest(), "papers": papers});
        Digest::tagged(
            "cheti/print-run/1",
            &cheti_shared::canon::jcs::canonicalize(&everything),
        )
    }

    /// Put into the journal that the batch is printed, before the first page is.
    pub fn record(&self, actor: &str, how: &str) -> Result<(), AppError> {
        let entry = Entry::new(actor, "batch.print", &self.batch.id)
            .with("certificates", self.papers.len())
            .with("how", how)
            .with("kit", self.kit.digest().to_string());
        self.desk.record(Writing::default(), &[entry])
    }

    /// A certificate, checked once more on its way to the press.
    fn deliverable(&self, paper: &Paper) -> Result<Deliverable, AppError> {
        let certificate = self.desk.certificate(&paper.id)?.value;
        let wanted = certificate
            .versions
            .iter()
            .find(|version| version.number == paper.version);
        let version = wanted.ok_or(AppError::SelfCheck)?;
        self.proofreader.deliverable(&certificate, version)
    }

    fn print(&self, paper: &Paper, deliverable: &Deliverable) -> Result<Vec<u8>, AppError> {
        let printed = self.press.print(&deliverable.sheet());
        printed.map_err(|source| unprintable(paper, source))
    }

    /// Print each on every core, in no particular order: `deliver` gets each with its PDF, unless `has_it` says that it is
    /// there already.
    pub fn each(
        &self,
        has_it: &(dyn Fn(&Deliverable) -> bool + Sync),
        deliver: Deliver<'_>,
    ) -> Result<(), AppError> {
        self.papers.par_iter().try_for_each(|paper| {
            let deliverable = self.deliverable(paper)?;
            if has_it(&deliverable) {
                return Ok(());
            }
            deliver(&deliverable, &self.print(paper, &deliverable)?)
        })
    }

    /// Print all on every core and deliver them in order, a few at a time in memory.
    pub fn in_order(&self, deliver: DeliverInOrder<'_>) -> Result<(), AppError> {
        for some in self.papers.chunks(AHEAD) {
            let printed: Vec<(Deliverable, Vec<u8>)> = some
                .par_iter()
                .map(|paper| {
                    let deliverable = self.deliverable(paper)?;
                    let pdf = self.print(paper, &deliverable)?;
                    Ok((deliverable, pdf))
                })
                .collect::<Result<_, AppError>>()?;
            for (deliverable, pdf) in &printed {
                deliver(deliverable, pdf)?;
            }
        }
        Ok(())
    }

    /// A book of some of the certificates, in order; `tick` is told of each.
    pub fn book(
        &self,
        pages: Range<usize>,
        marks: bool,
        tick: &(dyn Fn() + Sync),
    ) -> Result<Vec<u8>, AppError> {
        self.bind(self.press.book(marks), pages, tick)
    }

    fn bind(
        &self,
        mut book: Box<dyn Book + '_>,
        pages: Range<usize>,
        tick: &dyn Fn(),
    ) -> Result<Vec<u8>, AppError> {
        for paper in self.papers.get(pages).unwrap_or_default() {
            let added = book.add(&self.deliverable(paper)?.sheet());
            added.map_err(|source| unprintable(paper, source))?;
            tick();
        }
        Ok(book.finish()?)
    }

    /// Small pictures of some of the certificates, in order, to proof-read.
    pub fn contact_sheet(&self, pages: Range<usize>) -> Result<Vec<u8>, AppError> {
        self.bind(self.press.contact_sheet(), pages, &|| {})
    }

    /// A list of all the certificates, in order.
    pub fn list(&self, kind: ListKind) -> Result<Vec<u8>, AppError> {
        let (desk, batch) = (self.desk, &self.batch);
        let organisation = desk.organisation()?;
        let graduates = desk.graduates(&batch.id)?;
        let staff_number = |row: u32| {
            let graduate = graduates.get(usize::try_from(row).ok()?)?;
            graduate.staff_number.clone()
        };
        let row = |paper: &Paper| ListRow {
            number: paper.listed.number.clone(),
            name: paper.listed.name.clone(),
            award: paper.award.clone(),
            note: staff_number(paper.row),
        };
        let list = List {
            course: desk.course(&batch.course)?.name,
            cohort: batch.cohort.clone(),
            date: batch.award_date,
            made: desk.clock.now().date_at(organisation.utc_offset),
            language: self.kit.language,
            issuer: organisation.name,
            rows: self.papers.iter().map(row).collect(),
        };
        Ok(self.room.list(kind, &list)?)
    }

    /// The parts of the run with at most this many certificates each.
    pub fn volumes(&self, most: usize) -> Vec<Range<usize>> {
        let all = self.papers.len();
        (0..all)
            .step_by(most.max(1))
            .map(|from| from..(from + most).min(all))
            .collect()
    }
}

/// Takes a certificate and its PDF to where the officer wants them.
pub type Deliver<'a> = &'a (dyn Fn(&Deliverable, &[u8]) -> Result<(), AppError> + Sync);

fn unprintable(paper: &Paper, source: PressError) -> AppError {
    let number = paper.listed.number.clone();
    AppError::Unprintable { number, source }
}

/// As [`Deliver`], one after the other.
pub type DeliverInOrder<'a> = &'a mut dyn FnMut(&Deliverable, &[u8]) -> Result<(), AppError>;

/// What the order and the lists need to know of a planned certificate, its proofs checked.
fn read(
    desk: &Desk,
    proofreader: &Proofreader<'_>,
    planned: &Planned,
) -> Result<(Paper, bool), AppError> {
    let certificate: Certificate = desk.certificate(&planned.id)?.value;
    let version = certificate.current()?;
    if certificate.erased.is_some() {
        return Ok((nothing_left(planned, &certificate), false));
    }
    let deliverable = proofreader.deliverable(&certificate, version)?;
    let facts = deliverable.facts;
    let listed = Listed {
        number: facts.certificate_number.ok_or(AppError::SelfCheck)?,
        name: facts.name.ok_or(AppError::SelfCheck)?,
    };
    let award = facts.results.into_iter().next().map(|(_, value)| value);
    let paper = Paper {
        id: planned.id,
        version: version.number,
        row: planned.row,
        digest: version.digest,
        listed,
        award,
    };
    Ok((paper, version.standing == Standing::Good))
}

/// What is left to say of a certificate that was erased: its number.
fn nothing_left(planned: &Planned, certificate: &Certificate) -> Paper {
    Paper {
        id: planned.id,
        version: planned.version,
        row: planned.row,
        digest: planned.digest,
        listed: Listed {
            number: certificate.number.clone(),
            name: String::new(),
        },
        award: None,
    }
}
