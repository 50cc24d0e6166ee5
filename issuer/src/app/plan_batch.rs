//! Plan a batch: ids, certificate numbers, status places and times for every graduate, saved before anything is signed.

use cheti_shared::credential::draft::Form;
use cheti_shared::ids::{CredentialId, ListNumber, StatusIndex};
use cheti_shared::status::entry::Purpose;
use cheti_shared::status::reasons::DatedReason;

use super::desk::{Desk, Loaded, Writing};
use super::error::AppError;
use super::ports::store::Collection;
use super::records::{numbered, serial_key, status_key};
use crate::domain::audit::Entry;
use crate::domain::batch::{Batch, BatchState, Graduate};
use crate::domain::course::Course;
use crate::domain::organisation::SigningKey;
use crate::domain::plan::{CHUNK, Chunk, Inputs, Planned, SERIAL_MAX, valid_until};
use crate::domain::status_book::StatusBook;

/// Save the plan of an approved batch, all of it in one commit.
pub(crate) fn plan_batch(
    desk: &Desk,
    mut batch: Loaded<Batch>,
    graduates: &[Graduate],
    form: &Form,
    key: &SigningKey,
    actor: &str,
) -> Result<(), AppError> {
    let course = desk.course(&batch.value.course)?;
    let organisation = desk.organisation()?;
    if course.template(&organisation, key)?.digest() != batch.value.template {
        return Err(AppError::TemplateChanged(batch.value.id.to_string()));
    }
    let mut writing = Writing::default();
    let first = take_serials(
        desk,
        &mut writing,
        &course.code,
        batch.value.award_date.year(),
        graduates.len(),
    )?;
    let mut places = Places::open(desk, &course)?;
    let created = desk.clock.now();
    let mut planned = Vec::with_capacity(graduates.len());
    for ((row, serial), graduate) in (0..).zip(first..).zip(graduates) {
        let inputs = Inputs {
            course: &course,
            template: form.template(),
            graduate,
            cohort: &batch.value.cohort,
            id: CredentialId::from_random(desk.random()?),
            number: (batch.value.award_date.year(), serial),
            awarded: batch.value.award_date,
            from: batch.value.valid_from,
            until: valid_until(&course, batch.value.valid_from),
            created,
            status: places.give_out(desk)?,
        };
        planned.push(plan_one(form, &inputs, row, 1)?);
    }
    for (number, chunk) in (0..).zip(planned.chunks(CHUNK)) {
        let chunk = Chunk {
            planned: chunk.to_vec(),
        };
        writing.create(numbered(Collection::Plan, &batch.value.id, number), &chunk)?;
    }
    places.close(&mut writing)?;
    batch.value.state = BatchState::Issuing;
    let entry =
        Entry::new(actor, "batch.plan", &batch.value.id).with("graduates", batch.value.graduates);
    writing.update(batch)?;
    desk.record(writing, &[entry])
}

/// Fix one credential's values and the digest of what will be signed.
pub(crate) fn plan_one(
    form: &Form,
    inputs: &Inputs<'_>,
    row: u32,
    version: u32,
) -> Result<Planned, AppError> {
    let values = inputs.values();
    let unsigned = form.draft(values.clone())?.freeze();
    let (list, index) = inputs.status;
    let (valid_from, created) = (inputs.from, inputs.created);
    let (id, number, digest) = (inputs.id, inputs.number, unsigned.digest());
    Ok(Planned {
        row,
        id,
        version,
        number,
        list,
        index,
        valid_from,
        created,
        values,
        digest,
    })
}

/// Reserve a run of serials of the course's certificate numbers in a year; the first of them.
fn take_serials(
    desk: &Desk,
    writing: &mut Writing,
    course: &str,
    year: i32,
    count: usize,
) -> Result<u32, AppError> {
    let key = serial_key(course, year);
    let used = desk.find::<u32>(key.clone())?;
    let before = used.as_ref().map_or(0, |used| used.value);
    let after = u32::try_from(count)
        .ok()
        .and_then(|count| before.checked_add(count));
    let after = after.filter(|after| *after <= SERIAL_MAX);
    let used_up = || AppError::NumbersUsedUp {
        course: course.to_owned(),
        year,
    };
    writing.upsert(key, used, after.ok_or_else(used_up)?)?;
    Ok(before + 1)
}

/// The status lists being filled; a new one is begun when one is full.
pub(crate) struct Places {
    current: OpenBook,
    full: Vec<OpenBook>,
}

/// A book and whether it is in the store yet.
struct OpenBook {
    book: StatusBook,
    read: Option<Loaded<StatusBook>>,
}

impl Places {
    /// The last list of the course's purpose, or a first one.
    pub(crate) fn open(desk: &Desk, course: &Course) -> Result<Self, AppError> {
        Self::for_purpose(desk, course.status.purpose())
    }

    /// The last list of this purpose, or a first one.
    pub(crate) fn for_purpose(desk: &Desk, purpose: Purpose) -> Result<Self, AppError> {
        let numbers = list_numbers(desk)?;
        for number in numbers.iter().rev() {
            if let Some(read) = desk.find::<StatusBook>(status_key(*number))?
                && read.value.purpose == purpose
                && !read.value.is_full()
            {
                let current = OpenBook {
                    book: read.value.clone(),
                    read: Some(read),
                };
                return Ok(Self {
                    current,
                    full: Vec::new(),
                });
            }
        }
        let number = ListNumber(numbers.last().map_or(0, |last| last.0) + 1);
        let current = OpenBook {
            book: StatusBook::new(number, purpose),
            read: None,
        };
        Ok(Self {
            current,
            full: Vec::new(),
        })
    }

    /// As [`Places::open`], with the list `old` open too, since one of its places will be set.
    pub(crate) fn open_beside(
        desk: &Desk,
        course: &Course,
        old: ListNumber,
    ) -> Result<Self, AppError> {
        let mut places = Self::open(desk, course)?;
        if places.current.book.number != old {
            let read: Loaded<StatusBook> =
                desk.load(status_key(old), "status list", &old.to_string())?;
            places.full.push(OpenBook {
                book: read.value.clone(),
                read: Some(read),
            });
        }
        Ok(places)
    }

    /// Set a place of an open list for good.
    pub(crate) fn end(
        &mut self,
        list: ListNumber,
        index: StatusIndex,
        reason: DatedReason,
    ) -> Result<(), AppError> {
        let open = self
            .full
            .iter_mut()
            .chain([&mut self.current])
            .find(|open| open.book.number == list);
        let missing = || AppError::NotFound {
            what: "status list",
            id: list.to_string(),
        };
        Ok(open.ok_or_else(missing)?.book.end(index, reason)?)
    }

    /// A random place that no certificate has.
    pub(crate) fn give_out(&mut self, desk: &Desk) -> Result<(ListNumber, StatusIndex), AppError> {
        if self.current.book.is_full() {
            let number = ListNumber(self.current.book.number.0 + 1);
            let next = StatusBook::new(number, self.current.book.purpose.clone());
            self.full.push(std::mem::replace(
                &mut self.current,
                OpenBook {
                    book: next,
                    read: None,
                },
            ));
        }
        let random = || desk.random().map(u32::from_be_bytes);
        let index = self.current.book.give_out(random)?;
        Ok((self.current.book.number, index))
    }

    /// Write every list that gave out a place.
    pub(crate) fn close(self, writing: &mut Writing) -> Result<(), AppError> {
        for OpenBook { book, read } in self.full.into_iter().chain([self.current]) {
            writing.upsert(status_key(book.number), read, book)?;
        }
        Ok(())
    }
}

/// The numbers of all status lists, ascending.
pub(crate) fn list_numbers(desk: &Desk) -> Result<Vec<ListNumber>, AppError> {
    let mut numbers = Vec::new();
    desk.each(Collection::StatusList, b"", |id, _| {
        numbers
            .extend(<[u8; 4]>::try_from(id).map(|octets| ListNumber(u32::from_be_bytes(octets))));
        Ok(())
    })?;
    Ok(numbers)
}
