//! Certificates: find one, look at it with its history, and propose what should become of it.

mod acts;

pub(super) use acts::*;

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use cheti_shared::status::entry::Purpose;
use serde::Deserialize;

use super::changes::Told;
use super::entry::Framed;
use super::page::{Frame, Trouble, local, show};
use super::rosters::as_csv;
use super::words::Words;
use crate::app::approve_batch::show_batch;
use crate::app::certificates::find_certificate;
use crate::app::changes::list_changes;
use crate::app::error::AppError;
use crate::app::exports::{StaffNumbers, learner_list, search_csv};
use crate::app::hand_out;
use crate::app::papers::deliverable;
use crate::app::search::{Cursor, Hit, Question, courses_and_cohorts, search};
use crate::domain::certificate::Standing;
use crate::domain::change::{Change, ChangeState};
use crate::domain::hand_out::Step;
use crate::domain::search::State as Stands;
use crate::http::service::{Service, Shared};

/// Certificates on one page.
const HITS: usize = 50;
/// The most that one table for a spreadsheet program holds.
const EXPORTED: usize = 32 << 20;

pub(super) struct Row {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) name: String,
    staff_number: String,
    pub(super) course: String,
    pub(super) cohort: String,
    award_date: String,
    pub(super) state: &'static str,
    pub(super) tone: &'static str,
}

struct Choice {
    word: &'static str,
    label: &'static str,
}

#[derive(Template)]
#[template(path = "console/certificates.html")]
struct List<'a> {
    frame: &'a Frame,
    asked: Asked,
    rows: Vec<Row>,
    next: String,
    query: String,
    courses: Vec<String>,
    cohorts: Vec<String>,
    states: Vec<Choice>,
}

/// What is searched for.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    pub(super) q: String,
    #[serde(default)]
    pub(super) course: String,
    #[serde(default)]
    pub(super) cohort: String,
    #[serde(default)]
    pub(super) state: String,
    #[serde(default)]
    from: String,
}

const STATES: [(&str, Stands); 5] = [
    ("good", Stands::Good),
    ("corrected", Stands::Corrected),
    ("suspended", Stands::Suspended),
    ("revoked", Stands::Revoked),
    ("erased", Stands::Erased),
];

/// How a certificate stands, in words and colour.
pub(super) fn state_words(state: Stands, w: &Words) -> (&'static str, &'static str) {
    match state {
        Stands::Good => (w.stands_good, "good"),
        Stands::Corrected => (w.stands_corrected, "good"),
        Stands::Suspended => (w.stands_suspended, "wait"),
        Stands::Revoked => (w.stands_revoked, "bad"),
        Stands::Erased => (w.stands_erased, "open"),
    }
}

impl Asked {
    pub(super) fn question(&self) -> Question {
        let given = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let state = STATES.iter().find(|(word, _)| *word == self.state);
        Question {
            text: self.q.trim().to_owned(),
            course: given(&self.course),
            cohort: given(&self.cohort),
            batch: None,
            state: state.map(|(_, state)| *state),
        }
    }

    /// The same question as a query, without where it goes on.
    pub(super) fn query(&self) -> String {
        let pairs = [
            ("q", &self.q),
            ("course", &self.course),
            ("cohort", &self.cohort),
            ("state", &self.state),
        ];
        let given = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> = given
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        pairs.join("&")
    }
}

/// A text in a query (RFC 3986).
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|octet| match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(octet).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

pub(super) fn row(hit: Hit, w: &Words) -> Row {
    let (state, tone) = state_words(hit.state, w);
    Row {
        id: hit.id.to_string(),
        number: hit.number,
        name: hit.name,
        staff_number: hit.staff_number.unwrap_or_default(),
        course: hit.course,
        cohort: hit.cohort,
        award_date: hit.award_date.to_string(),
        state,
        tone,
    }
}

pub(super) async fn list(
    axum::extract::State(service): State<Shared>,
    Extension(frame): Framed,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let (question, from) = (asked.question(), asked.from.clone());
    let look = move |service: &Service| {
        let desk = service.desk();
        let from = match from.as_str() {
            "" => None,
            word => Some(Cursor::from_word(word)?),
        };
        Ok((
            search(desk, &question, from, HITS)?,
            courses_and_cohorts(desk)?,
        ))
    };
    let (found, (courses, cohorts)) = service.work(look).await?;
    show(&List {
        query: asked.query(),
        rows: found
            .hits
            .into_iter()
            .map(|hit| row(hit, frame.w))
            .collect(),
        next: found.next.map(|next| next.to_word()).unwrap_or_default(),
        courses: courses.into_iter().collect(),
        cohorts: cohorts.into_iter().collect(),
        states: STATES
            .iter()
            .map(|(word, state)| Choice {
                word,
                label: state_words(*state, frame.w).0,
            })
            .collect(),
        frame: &frame,
        asked,
    })
}

/// What was found, as a table.
pub(super) async fn export(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path(kind): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let question = asked.question();
    let learners = match kind.as_str() {
        "found.csv" => false,
        "learners.csv" => true,
        _ => return Err(Trouble::not_found(&frame)),
    };
    let write = move |service: &Service| {
        let (desk, mut text) = (service.desk(), String::new());
        let mut add = |more: &str| match text.len() + more.len() > EXPORTED {
            true => Err(AppError::Value {
                what: "the table",
                wanted: "smaller: ask for one course or cohort, or use `registry search --csv`"
                    .to_owned(),
            }),
            false => {
                text.push_str(more);
                Ok(())
            }
        };
        match learners {
            true => learner_list(desk, &question, StaffNumbers::LeftOut, &mut add)?,
            false => search_csv(desk, &question, StaffNumbers::LeftOut, &mut add)?,
        };
        Ok(text)
    };
    let csv = service.work(write).await?;
    Ok(as_csv(kind.trim_end_matches(".csv"), csv))
}

struct Versioned {
    number: u32,
    standing: &'static str,
    reason: String,
    tone: &'static str,
    valid_from: String,
    created: String,
    digest: String,
    list: u32,
    index: u32,
}

struct Event {
    at: String,
    what: String,
    by: String,
}

#[derive(Template)]
#[template(path = "console/certificate.html")]
struct One {
    frame: Arc<Frame>,
    id: String,
    number: String,
    name: String,
    state: &'static str,
    tone: &'static str,
    facts: Vec<(String, String)>,
    batch: String,
    versions: Vec<Versioned>,
    events: Vec<Event>,
    waiting: Vec<Told>,
    fields: Vec<FieldOf>,
    is_erased: bool,
    has_ended: bool,
    is_suspended: bool,
    suspendable: bool,
}

struct FieldOf {
    key: String,
    label: String,
    value: String,
    allowed: Vec<String>,
}

pub(super) async fn show_one(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path(certificate): Path<String>,
) -> Result<Response, Trouble> {
    let gather = move |service: &Service| one(service, frame, &certificate);
    show(&service.work(gather).await?)
}

fn one(service: &Service, frame: Arc<Frame>, wanted: &str) -> Result<One, AppError> {
    let (desk, w) = (service.desk(), frame.w);
    let certificate = find_certificate(desk, wanted)?;
    let offset = desk.organisation()?.utc_offset;
    let batch = show_batch(desk, &certificate.batch)?;
    let course = desk.course(&certificate.course)?;
    let stands = Stands::of(&certificate);
    let (state, tone) = state_words(stands, w);
    let current = certificate.current()?.clone();
    let is_erased = certificate.erased.is_some();
    let (mut name, mut facts) = (w.erased_name.to_owned(), Vec::new());
    let mut fields = Vec::new();
    if !is_erased {
        let paper = deliverable(desk, &certificate, &current)?;
        let graduate = desk.current_graduate(&certificate)?;
        name = graduate.name.to_string();
        let told = &paper.facts;
        let mut fact = |label: &str, value: Option<&String>| {
            facts.extend(value.map(|value| (label.to_owned(), value.clone())));
        };
        fact(w.course, told.course.as_ref());
        fact(w.cohort_name, told.cohort.as_ref());
        fact(w.award_date, told.awarded.as_ref());
        fact(w.role_staff_number, graduate.staff_number.as_ref());
        for (label, value) in &told.results {
            fact(label, Some(value));
        }
        let specs = course.roster_fields().into_iter();
        fields = specs
            .map(|spec| FieldOf {
                value: graduate.extras.get(&spec.key).cloned().unwrap_or_default(),
                key: spec.key,
                label: spec.label,
                allowed: spec.allowed,
            })
            .collect();
    }
    let versions = certificate.versions.iter().rev().map(|version| {
        let (standing, tone, reason) = match version.standing {
            Standing::Good => (w.stands_good, "good", String::new()),
            Standing::Suspended => (w.stands_suspended, "wait", String::new()),
            Standing::Ended(reason) => (w.stands_ended, "bad", reason_words(reason, w)),
        };
        Versioned {
            number: version.number,
            standing,
            reason,
            tone,
            valid_from: local(version.valid_from, offset),
            created: local(version.created, offset),
            digest: version.digest.to_string(),
            list: version.list.0,
            index: version.index.0,
        }
    });
    let id = certificate.id.to_string();
    let about = |change: &Change| change.what.concerns(&certificate.id);
    let changes: Vec<_> = list_changes(desk)?.into_iter().filter(about).collect();
    let mut events = Vec::new();
    for statement in [&batch.submitted, &batch.decided].into_iter().flatten() {
        if let Ok(claim) = statement.claim() {
            events.push((
                claim.at,
                super::changes::act_words(claim.act, w).to_owned(),
                claim.operator.to_string(),
            ));
        }
    }
    for version in &certificate.versions {
        let what = format!("{} {}", w.event_signed, version.number);
        events.push((version.created, what, String::new()));
    }
    for change in &changes {
        for statement in [Some(&change.proposed), change.decided.as_ref()]
            .into_iter()
            .flatten()
        {
            if let Ok(claim) = statement.claim() {
                let act = super::changes::act_words(claim.act, w);
                let what = format!("{act}: {}", super::changes::what_words(&change.what, w));
                events.push((claim.at, what, claim.operator.to_string()));
            }
        }
    }
    for taken in hand_out::steps(desk, &certificate.id)? {
        let what = match taken.step {
            Step::HandedOut => w.handed_out,
            Step::Undone(_) => w.hand_out_undone,
        };
        events.push((taken.at, what.to_owned(), taken.by));
    }
    events.sort_by_key(|(at, ..)| *at);
    let events = events.into_iter().map(|(at, what, by)| Event {
        at: local(at, offset),
        what,
        by,
    });
    let waiting = changes
        .iter()
        .filter(|change| change.state == ChangeState::Proposed);
    let waiting: Result<Vec<Told>, AppError> = waiting
        .map(|change| Told::of(desk, change, &frame, offset))
        .collect();
    Ok(One {
        frame,
        id,
        number: certificate.number.clone(),
        name,
        state,
        tone,
        facts,
        batch: certificate.batch.to_string(),
        versions: versions.collect(),
        events: events.collect(),
        waiting: waiting?,
        fields,
        is_erased,
        has_ended: matches!(current.standing, Standing::Ended(_)),
        is_suspended: current.standing == Standing::Suspended,
        suspendable: course.status.purpose() == Purpose::Suspension,
    })
}

fn reason_words(reason: cheti_shared::status::reasons::Reason, w: &Words) -> String {
    use cheti_shared::status::reasons::Reason;
    match reason {
        Reason::Superseded { version } => format!("{} {version}", w.reason_superseded),
        Reason::Withdrawn => w.reason_withdrawn.to_owned(),
        Reason::IssuedInError => w.reason_issued_in_error.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_a_query_again() {
        let asked = Asked {
            q: "Wanjikũ & co".to_owned(),
            state: "revoked".to_owned(),
            ..Asked::default()
        };
        assert_eq!(asked.query(), "q=Wanjik%C5%A9%20%26%20co&state=revoked");
        assert_eq!(asked.question().state, Some(Stands::Revoked));
        assert_eq!(Asked::default().query(), "");
    }
}
