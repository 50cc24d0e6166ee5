//! Find certificates: by words of a name, staff number, certificate number, course, cohort, batch and state.
//!
//! One list of postings is walked, the shortest that the question names; whatever else it asks is compared on the way. A
//! call looks at a bounded number of postings, so it ends soon however many there are, and says where to go on.

use std::collections::{BTreeMap, BTreeSet};

use cheti_shared::ids::CredentialId;
use cheti_shared::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::approve_batch::list_batches;
use super::desk::{Desk, decode};
use super::error::AppError;
use super::ports::store::{Collection, Key};
use super::records::number_key;
use super::registry_index;
use crate::domain::batch::{Batch, BatchId};
use crate::domain::certificate::Certificate;
use crate::domain::plan::Chunk;
use crate::domain::search::{List, Posting, State, fold, terms};

/// The most hits of one call.
pub const HITS_MAX: usize = 200;
/// The most octets of what is asked for.
const TEXT_OCTETS: usize = 200;
/// Postings that one call looks at before it says where to go on.
const EXAMINED: usize = 20_000;
/// A list with fewer postings than this is walked whole.
const SHORT: usize = 1_000;

/// What is asked for; everything that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Beginnings of words of the name, of the staff number, or of the certificate number.
    pub text: String,
    /// The course's code.
    pub course: Option<String>,
    /// The cohort, capitals and accents aside.
    pub cohort: Option<String>,
    /// The batch.
    pub batch: Option<BatchId>,
    /// How it stands.
    pub state: Option<State>,
}

/// A certificate that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// The certificate number.
    pub number: String,
    /// The credential's id.
    pub id: CredentialId,
    /// The graduate's name; empty once it is erased.
    pub name: String,
    /// The staff number, which stays with the issuer.
    pub staff_number: Option<String>,
    /// The course's code.
    pub course: String,
    /// The cohort.
    pub cohort: String,
    /// The award's date.
    pub award_date: Date,
    /// From when on the current version holds.
    pub valid_from: Timestamp,
    /// The batch.
    pub batch: BatchId,
    /// How it stands.
    pub state: State,
    /// The current version.
    pub version: u32,
}

/// Some of what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The certificates.
    pub hits: Vec<Hit>,
    /// Where to go on; none when that is all.
    pub next: Option<Cursor>,
}

/// Where a search goes on: which list, and after which posting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    walk: Walk,
    after: Vec<u8>,
}

impl Cursor {
    /// As a word for an address or a command line.
    pub fn to_word(&self) -> String {
        let octets = serde_json::to_vec(self).unwrap_or_default();
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    /// Read what [`Cursor::to_word`] wrote.
    pub fn from_word(word: &str) -> Result<Self, AppError> {
        let octet = |at| u8::from_str_radix(word.get(at..at + 2)?, 16).ok();
        let fits = word.len() <= 4_096;
        let octets: Option<Vec<u8>> = (0..word.len()).step_by(2).map(octet).collect();
        let cursor = octets
            .filter(|_| fits)
            .and_then(|octets| serde_json::from_slice(&octets).ok());
        cursor.ok_or_else(|| AppError::Value {
            what: "the place to go on from",
            wanted: "as an earlier search gave it".to_owned(),
        })
    }
}

/// What is walked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Walk {
    /// Certificate numbers that begin so.
    Numbers(String),
    /// One list of postings.
    List(List),
    /// The lists of the batches asked for.
    Batches,
}

/// Look for certificates, at most `limit` of them; `from` is where an earlier call stopped.
pub fn search(
    desk: &Desk,
    question: &Question,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Found, AppError> {
    registry_index::check(desk)?;
    check(question, limit)?;
    let mut looker = Looker::new(desk, question)?;
    let (walk, mut after) = match from {
        Some(Cursor { walk, after }) => (walk, Some(after)),
        None => (looker.choose()?, None),
    };
    let mut hits = Vec::new();
    let mut examined = 0;
    loop {
        let page = looker.page(&walk, after.as_deref())?;
        if page.is_empty() {
            return Ok(Found { hits, next: None });
        }
        for (id, value) in page {
            examined += 1;
            if let Some(credential) = looker.meets(&walk, &id, &value)?
                && let Some(hit) = looker.hit(&credential)?
            {
                hits.push(hit);
            }
            after = Some(id);
            if hits.len() >= limit || examined >= EXAMINED {
                let after = after.unwrap_or_default();
                let next = Some(Cursor { walk, after });
                return Ok(Found { hits, next });
            }
        }
    }
}

fn check(question: &Question, limit: usize) -> Result<(), AppError> {
    if !(1..=HITS_MAX).contains(&limit) {
        let wanted = format!("1 to {HITS_MAX}");
        let what = "the number of certificates to be found at a time";
        return Err(AppError::Value { what, wanted });
    }
    let given = [
        Some(&question.text),
        question.course.as_ref(),
        question.cohort.as_ref(),
    ];
    match given
        .into_iter()
        .flatten()
        .all(|text| text.len() <= TEXT_OCTETS)
    {
        true => Ok(()),
        false => Err(AppError::Value {
            what: "what is searched for",
            wanted: format!("at most {TEXT_OCTETS} octets long"),
        }),
    }
}

struct Looker<'a> {
    desk: &'a Desk,
    question: &'a Question,
    terms: Vec<String>,
    /// The batches asked for, with how many graduates they have; none when any will do.
    batches: Option<BTreeMap<BatchId, u32>>,
    known: BTreeMap<BatchId, Batch>,
}

type Postings = Vec<(Vec<u8>, Vec<u8>)>;

impl<'a> Looker<'a> {
    fn new(desk: &'a Desk, question: &'a Question) -> Result<Self, AppError> {
        let Question {
            course,
            cohort,
            batch,
            ..
        } = question;
        let batches = match (course, cohort, batch) {
            (None, None, None) => None,
            (None, None, Some(batch)) => {
                let batch = desk.batch(batch)?.value;
                Some([(batch.id, batch.graduates)].into())
            }
            _ => {
                let cohort = cohort.as_deref().map(fold);
                let wanted = |found: &Batch| {
                    batch.as_ref().is_none_or(|batch| *batch == found.id)
                        && course.as_ref().is_none_or(|course| *course == found.course)
                        && cohort
                            .as_ref()
                            .is_none_or(|cohort| *cohort == fold(&found.cohort))
                };
                let found = list_batches(desk)?.into_iter().filter(wanted);
                Some(found.map(|batch| (batch.id, batch.graduates)).collect())
            }
        };
        Ok(Self {
            desk,
            question,
            terms: terms(&question.text),
            batches,
            known: BTreeMap::new(),
        })
    }

    /// The shortest list that the question names.
    fn choose(&self) -> Result<Walk, AppError> {
        if let Some(numbers) = self.numbers()? {
            return Ok(Walk::Numbers(numbers));
        }
        let mut shortest: Option<(usize, Walk)> = None;
        let mut offer = |length: usize, walk: Walk| {
            if shortest.as_ref().is_none_or(|(least, _)| length < *least) {
                shortest = Some((length, walk));
            }
        };
        if let Some(batches) = &self.batches {
            let graduates = batches
                .values()
                .map(|count| usize::try_from(*count).unwrap_or(0));
            offer(graduates.sum(), Walk::Batches);
        }
        let state = self.question.state.filter(|state| state.is_rare());
        let lists = self.terms.iter().cloned().map(List::Word);
        for list in lists.chain(state.map(List::State)) {
            let length = self.scan(&list.prefix(), None, SHORT)?.len();
            // Of lists that are long the one with the longest word is most likely the shortest.
            let length = match (length < SHORT, &list) {
                (true, _) => length,
                (false, List::Word(word)) => EXAMINED - word.len(),
                (false, _) => EXAMINED,
            };
            offer(length, Walk::List(list));
        }
        Ok(shortest.map_or(Walk::List(List::All), |(_, walk)| walk))
    }

    /// What was typed, when certificate numbers begin so.
    fn numbers(&self) -> Result<Option<String>, AppError> {
        let typed = self.question.text.trim();
        if typed.contains(char::is_whitespace) || !typed.contains(|c: char| c.is_ascii_digit()) {
            return Ok(None);
        }
        for spelling in [typed.to_owned(), typed.to_uppercase()] {
            let prefix = number_key(&spelling).id;
            if !self.scan(&prefix, None, 1)?.is_empty() {
                return Ok(Some(spelling));
            }
        }
        Ok(None)
    }

    fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Postings, AppError> {
        Ok(self
            .desk
            .store
            .scan(Collection::Index, prefix, after, limit)?)
    }

    fn page(&self, walk: &Walk, after: Option<&[u8]>) -> Result<Postings, AppError> {
        match walk {
            Walk::Numbers(beginning) => self.scan(&number_key(beginning).id, after, SHORT),
            Walk::List(list) => self.scan(&list.prefix(), after, SHORT),
            Walk::Batches => {
                for batch in self.batches.iter().flatten().map(|(batch, _)| batch) {
                    let prefix = List::Batch(batch.clone()).prefix();
                    let is_past = after.is_some_and(|after| {
                        after > prefix.as_slice() && !after.starts_with(&prefix)
                    });
                    let page = match is_past {
                        true => Vec::new(),
                        false => self.scan(&prefix, after, SHORT)?,
                    };
                    if !page.is_empty() {
                        return Ok(page);
                    }
                }
                Ok(Vec::new())
            }
        }
    }

    /// The credential of a posting that meets all that postings can tell.
    fn meets(
        &self,
        walk: &Walk,
        id: &[u8],
        value: &[u8],
    ) -> Result<Option<CredentialId>, AppError> {
        if let Walk::Numbers(_) = walk {
            return decode(&Key::new(Collection::Index, id), value).map(Some);
        }
        let Some(posting) = Posting::read(id, value) else {
            return Err(AppError::NoIndex);
        };
        let first = match walk {
            Walk::List(List::Word(beginning)) => posting.is_first_at(beginning),
            _ => true,
        };
        let stands = self
            .question
            .state
            .is_none_or(|state| state == posting.state);
        let meets =
            first && stands && self.is_wanted(&posting.batch) && posting.matches(&self.terms);
        Ok(meets.then_some(posting.id))
    }

    fn is_wanted(&self, batch: &BatchId) -> bool {
        let batches = self.batches.as_ref();
        batches.is_none_or(|batches| batches.contains_key(batch))
    }

    /// The certificate, when it meets what postings cannot tell.
    fn hit(&mut self, id: &CredentialId) -> Result<Option<Hit>, AppError> {
        let certificate = self.desk.certificate(id)?.value;
        let state = State::of(&certificate);
        let wanted = self.question.state.is_none_or(|wanted| wanted == state);
        if !wanted || !self.is_wanted(&certificate.batch) {
            return Ok(None);
        }
        let batch = self.batch(&certificate.batch)?.clone();
        let graduate = match state {
            State::Erased => None,
            _ => Some(self.desk.current_graduate(&certificate)?),
        };
        let current = certificate.current()?;
        let name = graduate.as_ref().map(|graduate| graduate.name.to_string());
        Ok(Some(Hit {
            name: name.unwrap_or_default(),
            staff_number: graduate.and_then(|graduate| graduate.staff_number),
            course: certificate.course.clone(),
            cohort: batch.cohort,
            award_date: batch.award_date,
            valid_from: current.valid_from,
            version: current.number,
            batch: batch.id,
            number: certificate.number.clone(),
            id: certificate.id,
            state,
        }))
    }

    fn batch(&mut self, id: &BatchId) -> Result<&Batch, AppError> {
        if !self.known.contains_key(id) {
            let batch = self.desk.batch(id)?.value;
            self.known.insert(id.clone(), batch);
        }
        self.known.get(id).ok_or(AppError::SelfCheck)
    }
}

/// The certificates of a batch that are issued, in the roster's order.
pub fn certificates_of(desk: &Desk, batch: &BatchId) -> Result<Vec<Certificate>, AppError> {
    let chunks: Vec<Chunk> = desk.all(Collection::Plan, batch.as_str().as_bytes())?;
    let mut certificates = Vec::new();
    for planned in chunks.iter().flat_map(|chunk| &chunk.planned) {
        let key = super::records::certificate_key(&planned.id);
        certificates.extend(desk.find(key)?.map(|found| found.value));
    }
    Ok(certificates)
}

/// The courses and cohorts that there are batches of, for a list to choose from.
pub fn courses_and_cohorts(desk: &Desk) -> Result<(BTreeSet<String>, BTreeSet<String>), AppError> {
    let batches = list_batches(desk)?;
    let courses = batches.iter().map(|batch| batch.course.clone()).collect();
    let cohorts = batches.into_iter().map(|batch| batch.cohort).collect();
    Ok((courses, cohorts))
}
