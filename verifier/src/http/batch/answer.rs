//! The answers of a batch: a line or row for each item, and the summary.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::body::Bytes;
use cheti_shared::json;
use cheti_verifier_core::report::Verdict;
use serde::Serialize;
use serde_json::{Value, json};

use super::super::problem::Problem;
use super::super::reports::{self, Wanted};
use super::super::service::Service;
use super::super::verify::{Input, Sent, comparable, opened};
use super::read::{Chunk, Raw};
use crate::decision::{Decision, Judged};
use crate::table;

/// Most characters of an item's id.
const ID_CHARACTERS: usize = 200;

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A JSON object a line, for programs.
    Lines,
    /// CSV, for people.
    Table,
}

impl Format {
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Lines => "application/x-ndjson",
            Self::Table => "text/csv; charset=utf-8; header=present",
        }
    }
}

/// What came of the items so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tally {
    items: u64,
    accept: u64,
    reject: u64,
    review: u64,
    valid: u64,
    undecided: u64,
    invalid: u64,
    not_read: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.items += other.items;
        self.accept += other.accept;
        self.reject += other.reject;
        self.review += other.review;
        self.valid += other.valid;
        self.undecided += other.undecided;
        self.invalid += other.invalid;
        self.not_read += other.not_read;
    }

    fn count(&mut self, outcome: &Result<Judged, Problem>) {
        self.items += 1;
        let Ok(judged) = outcome else {
            self.not_read += 1;
            self.review += 1;
            return;
        };
        *match judged.decision {
            Decision::Accept => &mut self.accept,
            Decision::Reject => &mut self.reject,
            Decision::Review => &mut self.review,
        } += 1;
        *match judged.report.verdict {
            Verdict::Valid => &mut self.valid,
            Verdict::Undecided => &mut self.undecided,
            Verdict::Invalid => &mut self.invalid,
        } += 1;
    }
}

/// An item's answer: that of `/v1/verify`, with its number and id.
#[derive(Serialize)]
struct Line<'a> {
    item: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Value>,
    #[serde(flatten)]
    judged: &'a Judged,
}

/// The answer of an item that could not be read: never anything to rely on (THREATS 29).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refused<'a> {
    item: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Value>,
    decision: Decision,
    decision_reasons: [&'static str; 1],
    error: Value,
}

/// Makes the answers of one batch.
pub(super) struct Answers {
    service: Arc<Service>,
    format: Format,
    wanted: Option<Wanted>,
}

impl Answers {
    /// Answers in this format, each with a signed report where that is wanted.
    pub(super) fn new(service: Arc<Service>, format: Format, wanted: Option<Wanted>) -> Arc<Self> {
        Arc::new(Self {
            service,
            format,
            wanted,
        })
    }

    pub(super) fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// What stands before the first answer.
    pub(super) fn begin(&self) -> Vec<u8> {
        if self.format == Format::Lines {
            return Vec::new();
        }
        let heading = [
            &["Item", "Id"][..],
            &table::COMPARED_COLUMNS,
            &table::COLUMNS,
        ];
        let row = table::row(&heading.concat()).unwrap_or_default();
        [table::BYTE_ORDER_MARK.as_bytes(), &row].concat()
    }

    /// Judge the items of a chunk.
    pub(super) fn of(&self, chunk: Chunk) -> Result<(Vec<u8>, Tally), Problem> {
        let (mut octets, mut tally) = (Vec::new(), Tally::default());
        for (number, raw) in (chunk.first..).zip(chunk.items) {
            let (id, outcome) = self.judge(raw);
            tally.count(&outcome);
            let answer = match self.format {
                Format::Lines => line(number, id.as_ref(), &outcome),
                Format::Table => self.row(number, id.as_ref(), &outcome),
            };
            octets.extend(answer.ok_or(Problem::Internal)?);
        }
        Ok((octets, tally))
    }

    /// What stands after the last answer: the summary; in a table only what must not be missed, as a row.
    pub(super) fn end(&self, tally: &Tally, end: Result<Vec<String>, Problem>) -> Vec<u8> {
        if self.format == Format::Lines {
            let mut summary = json!(tally);
            summary["complete"] = end.is_ok().into();
            match end {
                Ok(columns) if columns.is_empty() => {}
                Ok(columns) => summary["columnsPassedOver"] = columns.into(),
                Err(problem) => summary["problem"] = problem.body(),
            }
            return format!("{}\n", json!({"summary": summary})).into_bytes();
        }
        let Err(problem) = end else {
            return Vec::new();
        };
        let why = format!("INCOMPLETE, not all was checked: {}", problem.detail());
        self.whole_row(
            "",
            "",
            &table::compared_cells_not_read(),
            table::cells_not_read(&why),
        )
        .unwrap_or_default()
    }

    fn judge(&self, raw: Raw) -> (Option<Value>, Result<Judged, Problem>) {
        let signing = self.wanted.as_ref().map(|wanted| (wanted, raw.digest()));
        let (id, sent) = item(raw);
        let judge = |sent: Sent| {
            let report = self.service.judge(&sent.input.presented()?);
            let judged = Judged::new(report, &sent.expected, self.service.code_hosts());
            match signing {
                None => Ok(judged),
                Some((wanted, presented)) => {
                    reports::signed(&self.service, wanted, presented, judged)
                }
            }
        };
        // A fault in judging one item is that item's.
        let judged = sent.and_then(|sent| {
            catch_unwind(AssertUnwindSafe(|| judge(sent))).unwrap_or(Err(Problem::Internal))
        });
        (id, judged)
    }

    fn row(
        &self,
        number: u64,
        id: Option<&Value>,
        outcome: &Result<Judged, Problem>,
    ) -> Option<Vec<u8>> {
        let id = match id {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let (compared, cells) = match outcome {
            Ok(judged) => (
                table::compared_cells(judged),
                table::cells(&judged.report, self.service.code_hosts()),
            ),
            Err(problem) => (
                table::compared_cells_not_read(),
                table::cells_not_read(&problem.detail()),
            ),
        };
        self.whole_row(&number.to_string(), &id, &compared, cells)
    }

    fn whole_row(
        &self,
        number: &str,
        id: &str,
        compared: &[String],
        cells: Vec<String>,
    ) -> Option<Vec<u8>> {
        let mut all = vec![number.to_owned(), id.to_owned()];
        all.extend(compared.iter().cloned());
        all.extend(cells);
        table::row(&all).ok()
    }
}

fn line(number: u64, id: Option<&Value>, outcome: &Result<Judged, Problem>) -> Option<Vec<u8>> {
    let mut octets = match outcome {
        Ok(judged) => serde_json::to_vec(&Line {
            item: number,
            id,
            judged,
        }),
        Err(problem) => serde_json::to_vec(&Refused {
            item: number,
            id,
            decision: Decision::Review,
            decision_reasons: ["not_read"],
            error: problem.body(),
        }),
    }
    .ok()?;
    octets.push(b'\n');
    Some(octets)
}

/// An item's id and what is to be judged.
fn item(raw: Raw) -> (Option<Value>, Result<Sent, Problem>) {
    match raw {
        Raw::Line(line) => object(&line),
        Raw::Row { id, qr, expected } => {
            let input = Input::Text(qr);
            let sent = comparable(&expected).map(|()| Sent { input, expected });
            (id, sent)
        }
        Raw::File(entry, expected) => {
            let input = Input::File(Bytes::from(entry.bytes));
            let sent = comparable(&expected).map(|()| Sent { input, expected });
            (Some(entry.name.into()), sent)
        }
        Raw::Refused { id, problem } => (id, Err(problem)),
    }
}

fn object(line: &[u8]) -> (Option<Value>, Result<Sent, Problem>) {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let refuse = |detail: &str| Err(Problem::BadRequest(detail.to_owned()));
    match json::parse(line) {
        Ok(Value::Object(mut members)) => match members.remove("id") {
            None => (None, opened(members)),
            Some(id) if is_short(&id) => (Some(id), opened(members)),
            Some(_) => {
                let detail = format!(
                    "id must be a whole number or at most {ID_CHARACTERS} characters of text"
                );
                (None, refuse(&detail))
            }
        },
        Ok(_) => (None, refuse("the line is no JSON object")),
        Err(error) => (None, Err(Problem::BadRequest(error.to_string()))),
    }
}

fn is_short(id: &Value) -> bool {
    match id {
        Value::String(text) => text.chars().count() <= ID_CHARACTERS,
        Value::Number(number) => number.is_i64() || number.is_u64(),
        _ => false,
    }
}
