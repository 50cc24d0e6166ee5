//! `POST /v1/verify/batch`: many certificates in one request, an answer a line as they are judged.
//!
//! ```text
//! body → spool (a file) → reader: items in chunks → judged on the cores, a few chunks ahead → answers in order → body
//! ```
//!
//! Memory is bounded by the few chunks that are ahead. The spool lets a client send everything before it reads an answer,
//! as simple ones do. One bad item is an answer like any other; what ends the batch early is told in the summary.

mod answer;
mod read;
mod spool;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use hyper::body::{Body as HttpBody, Frame};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use self::answer::{Answers, Format, Tally};
use self::read::{Chunk, Kind, Told};
use self::spool::Spool;
use super::problem::Problem;
use super::reports;
use super::service::Service;
use super::verify::media_type;

/// Where batches are sent.
pub(super) const PATH: &str = "/v1/verify/batch";
/// What is taken.
pub(super) const MEDIA_TYPES: &[&str] = &["application/x-ndjson", "text/csv", "application/zip"];
/// What is given, as `Accept` asks.
pub(super) const GIVES: &[&str] = &["application/x-ndjson", "text/csv"];

/// Chunks that are judged or wait for a core, beyond one for each core.
const AHEAD: usize = 1;
/// Answered chunks that wait for the client.
const ANSWERED: usize = 2;

pub(super) async fn verify(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Response, Problem> {
    let kind = kind(request.headers())?;
    let format = format(request.headers());
    let wanted = reports::wanted(&service, &request)?;
    if wanted.is_some() && format == Format::Table {
        let detail = "signed reports are answered as application/x-ndjson";
        return Err(Problem::BadRequest(detail.to_owned()));
    }
    let place = service.batch()?;
    let limits = service.limits();
    let spool = Spool::open(u64::from(limits.batch_mebibytes) << 20)?;
    let (reader, items) = (spool.reader(), u64::from(limits.batch_items));
    let (begin, begun) = oneshot::channel();
    let (told, tells) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || read::read(kind, reader, items, begin, &told));
    let (out, body) = mpsc::channel(ANSWERED);
    tokio::spawn(async move {
        let answers = Answers::new(service.clone(), format, wanted);
        tokio::select! {
            () = receive(request.into_body(), &spool, &service) => {}
            () = answer_all(tells, &answers, &out) => {}
        }
        // Nobody waits for more, or all is done: whoever still reads is told so.
        spool.end(Err(Problem::Internal));
        drop(place);
    });
    begun.await.map_err(|_| Problem::Internal)??;
    let kind = [(CONTENT_TYPE, format.media_type())];
    Ok((kind, Body::new(Answered(body))).into_response())
}

fn kind(headers: &HeaderMap) -> Result<Kind, Problem> {
    match media_type(headers).as_str() {
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Ok(Kind::Lines),
        "text/csv" => Ok(Kind::Table),
        "application/zip" | "application/x-zip-compressed" => Ok(Kind::Archive),
        _ => {
            let detail = format!("send one of {}", MEDIA_TYPES.join(", "));
            Err(Problem::Unsupported(detail))
        }
    }
}

fn format(headers: &HeaderMap) -> Format {
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    match accepts.is_some_and(|accept| accept.contains("text/csv")) {
        true => Format::Table,
        false => Format::Lines,
    }
}

/// Put the body into the spool as it comes; never returns, since the answers' end is the batch's.
async fn receive(body: Body, spool: &Arc<Spool>, service: &Service) {
    let whole = Duration::from_secs(60 * u64::from(service.limits().batch_minutes));
    let received = tokio::time::timeout(whole, copy(body, spool, service.deadline())).await;
    spool.end(received.unwrap_or(Err(Problem::Timeout)));
    std::future::pending().await
}

async fn copy(mut body: Body, spool: &Arc<Spool>, pause: Duration) -> Result<(), Problem> {
    let early = || Problem::BadRequest("the body ended early".to_owned());
    loop {
        let next = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context));
        let frame = tokio::time::timeout(pause, next).await;
        let Some(frame) = frame.map_err(|_| Problem::Timeout)? else {
            return Ok(());
        };
        if let Ok(octets) = frame.map_err(|_| early())?.into_data() {
            let spool = spool.clone();
            let written = tokio::task::spawn_blocking(move || spool.write(&octets));
            written.await.map_err(|_| Problem::Internal)??;
        }
    }
}

type Working = JoinHandle<Result<(Vec<u8>, Tally), Problem>>;

/// Judge what the reader tells of, a few chunks ahead, and send the answers in order. Returns when all is sent, or when
/// nobody takes it.
async fn answer_all(
    mut tells: mpsc::Receiver<Told>,
    answers: &Arc<Answers>,
    out: &mpsc::Sender<Bytes>,
) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut working: VecDeque<Working> = VecDeque::new();
    let mut tally = Tally::default();
    let mut end = None;
    if out.send(answers.begin().into()).await.is_err() {
        return;
    }
    while end.is_none() || !working.is_empty() {
        tokio::select! {
            biased;
            () = out.closed() => return,
            done = first(&mut working), if !working.is_empty() => {
                let Ok((octets, of_chunk)) = done else {
                    end = Some(Err(Problem::Internal));
                    break;
                };
                tally.add(&of_chunk);
                if out.send(octets.into()).await.is_err() {
                    return;
                }
            }
            told = tells.recv(), if end.is_none() && working.len() < cores + AHEAD => match told {
                Some(Told::Chunk(chunk)) => working.push_back(judge(answers.clone(), chunk)),
                Some(Told::End(ended)) => end = Some(ended),
                None => end = Some(Err(Problem::Internal)),
            },
        }
    }
    let end = end.unwrap_or(Err(Problem::Internal));
    let _ = out.send(answers.end(&tally, end).into()).await;
}

/// The outcome of the chunk that comes next; its place is free then.
async fn first(working: &mut VecDeque<Working>) -> Result<(Vec<u8>, Tally), Problem> {
    let Some(next) = working.front_mut() else {
        return Err(Problem::Internal);
    };
    let done = next.await.map_err(|_| Problem::Internal);
    working.pop_front();
    done?
}

fn judge(answers: Arc<Answers>, chunk: Chunk) -> Working {
    tokio::spawn(async move {
        let service = answers.service().clone();
        service.in_turn(move || answers.of(chunk)).await?
    })
}

/// The answers as a body.
struct Answered(mpsc::Receiver<Bytes>);

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let next = self.0.poll_recv(context);
        next.map(|octets| octets.map(|octets| Ok(Frame::data(octets))))
    }
}
