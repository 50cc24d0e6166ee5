//! `POST /v1/verify`: any presented form by content type, an answer with a decision.
//!
//! - `application/vc`, `application/ld+json`, `application/vc+ld+json`: a credential;
//! - `application/json`: a credential, or `{"credential": {…} | "qr": "…", "expected": {"name", "course", "date"}}`;
//! - `text/plain`: the text of a code;
//! - `image/png`, `image/jpeg`, `image/webp`, `image/svg+xml`, `application/pdf`, `application/octet-stream`: the file;
//! - `multipart/form-data`: a part `file` or `text`, and parts `name`, `course`, `date` of what is expected.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, Multipart};
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use cheti_shared::ids::Digest;
use cheti_shared::{json, limits};
use cheti_verifier_core::presented::Presented;
use cheti_verifier_core::report::Report;
use serde_json::{Map, Value};

use super::problem::Problem;
use super::reports;
use super::service::Service;
use crate::compare::Expected;
use crate::decision::Judged;
use crate::input::{self, Read};
use crate::scan::{Kind, recognise};

/// What is taken.
pub(super) const MEDIA_TYPES: &[&str] = &[
    "application/json",
    "application/vc",
    "text/plain",
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/svg+xml",
    "application/pdf",
    "application/octet-stream",
    "multipart/form-data",
];

/// What is to be judged.
pub(super) enum Input {
    /// A file: what it is, is told from its bytes.
    File(Bytes),
    /// The text of a code.
    Text(String),
    /// A credential that was parsed with the request.
    Document(Map<String, Value>),
}

/// What was sent.
pub(super) struct Sent {
    /// What is to be judged.
    pub(super) input: Input,
    /// What to compare it with.
    pub(super) expected: Expected,
}

pub(super) async fn verify(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Json<Judged>, Problem> {
    let Some(wanted) = reports::wanted(&service, &request)? else {
        return Ok(Json(judged(&service, request).await?));
    };
    let (parts, body) = request.into_parts();
    let octets = self::body(Request::new(body)).await?;
    let presented = Digest::of(&octets);
    let request = Request::from_parts(parts, Body::from(octets));
    let judged = judged(&service, request).await?;
    Ok(Json(reports::signed(&service, &wanted, presented, judged)?))
}

async fn judged(service: &Arc<Service>, request: Request) -> Result<Judged, Problem> {
    let sent = sent(request).await?;
    let report = report(service, sent.input).await?;
    Ok(Judged::new(report, &sent.expected, service.code_hosts()))
}

/// Judge: what is small and quick where it is, everything else on a core of its own.
pub(super) async fn report(service: &Arc<Service>, input: Input) -> Result<Report, Problem> {
    let shared = service.clone();
    if !input.is_light() {
        let judge = move || Ok(shared.judge(&input.presented()?));
        return service.on_a_core(judge).await?;
    }
    let presented = input.presented()?;
    match service.is_quick(&presented) {
        true => Ok(service.judge(&presented)),
        false => service.on_a_core(move || shared.judge(&presented)).await,
    }
}

impl Input {
    fn is_light(&self) -> bool {
        const LIGHT: usize = 64 << 10;
        match self {
            Self::Document(_) => true,
            Self::Text(text) => text.len() <= LIGHT,
            Self::File(bytes) => {
                bytes.len() <= LIGHT && matches!(recognise(bytes), Kind::Json | Kind::QrText)
            }
        }
    }

    pub(super) fn presented(self) -> Result<Presented, Problem> {
        match self {
            Self::Document(document) => Ok(Presented::document(document)),
            Self::Text(text) => Ok(input::text(&text)),
            Self::File(bytes) => match input::read(&bytes) {
                Read::Presented(presented) => Ok(presented),
                Read::Archive => {
                    let detail = "this is a ZIP archive; send one certificate at a time";
                    Err(Problem::Unsupported(detail.to_owned()))
                }
                Read::Other(words) => Err(Problem::Unsupported(format!("this is {words}"))),
            },
        }
    }
}

pub(super) async fn sent(request: Request) -> Result<Sent, Problem> {
    let media_type = media_type(request.headers());
    if media_type == "multipart/form-data" {
        return form(request).await;
    }
    let body = body(request).await?;
    let expected = Expected::default();
    let input = match media_type.as_str() {
        "application/json" => return envelope(&within(body)?),
        "application/vc" | "application/ld+json" | "application/vc+ld+json" => {
            Input::File(within(body)?)
        }
        "text/plain" => Input::Text(String::from_utf8_lossy(&within(body)?).into_owned()),
        "image/png"
        | "image/jpeg"
        | "image/webp"
        | "image/svg+xml"
        | "application/pdf"
        | "application/octet-stream" => Input::File(body),
        _ => {
            let detail = format!("send one of {}", MEDIA_TYPES.join(", "));
            return Err(Problem::Unsupported(detail));
        }
    };
    Ok(Sent { input, expected })
}

/// The content type without its parameters, in lower case.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    let text = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = text.and_then(|text| text.split(';').next());
    kind.unwrap_or_default().trim().to_ascii_lowercase()
}

/// The whole body.
pub(super) async fn body(request: Request) -> Result<Bytes, Problem> {
    let read = Bytes::from_request(request, &()).await;
    read.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(error) if error.status() == 413 => Problem::TooLarge,
        _ => Problem::BadRequest("the body ended early".to_owned()),
    })
}

/// JSON and text have a smaller bound than files.
pub(super) fn within(body: Bytes) -> Result<Bytes, Problem> {
    match body.len() > limits::HTTP_BODY_BYTES {
        true => Err(Problem::TooLarge),
        false => Ok(body),
    }
}

/// A credential as it is, or in an envelope with what is expected.
fn envelope(body: &Bytes) -> Result<Sent, Problem> {
    let is_envelope = |members: &Map<String, Value>| {
        !members.contains_key("@context")
            && (members.contains_key("credential") || members.contains_key("qr"))
    };
    match json::parse(body) {
        Ok(Value::Object(members)) if is_envelope(&members) => opened(members),
        Ok(Value::Object(document)) => Ok(Sent {
            input: Input::Document(document),
            expected: Expected::default(),
        }),
        Ok(_) => Err(Problem::BadRequest("the body is no JSON object".to_owned())),
        Err(error) => Err(Problem::BadRequest(error.to_string())),
    }
}

/// `credential` or `qr`, and `expected`; nothing else.
pub(super) fn opened(mut members: Map<String, Value>) -> Result<Sent, Problem> {
    let refuse = |detail: &str| Problem::BadRequest(detail.to_owned());
    let expected = match members.remove("expected") {
        None => Expected::default(),
        Some(value) => serde_json::from_value(value)
            .map_err(|error| Problem::BadRequest(format!("expected: {error}")))?,
    };
    comparable(&expected)?;
    let input = match (members.remove("credential"), members.remove("qr")) {
        (Some(Value::Object(document)), None) => Input::Document(document),
        (None, Some(Value::String(text))) => Input::Text(text),
        (Some(_), None) => return Err(refuse("credential must be an object")),
        (None, Some(_)) => return Err(refuse("qr must be text")),
        (Some(_), Some(_)) => return Err(refuse("send credential or qr, not both")),
        (None, None) => return Err(refuse("send credential or qr")),
    };
    match members.keys().next() {
        Some(other) => {
            let other: String = other.chars().take(60).collect();
            Err(Problem::BadRequest(format!(
                "there is no member \"{other}\""
            )))
        }
        None => Ok(Sent { input, expected }),
    }
}

/// What is expected must be something to compare.
pub(super) fn comparable(expected: &Expected) -> Result<(), Problem> {
    let checked = expected.check();
    checked.map_err(|error| Problem::BadRequest(error.to_string()))
}

/// The parts of a form; an empty file or text counts as none.
pub(super) async fn form(request: Request) -> Result<Sent, Problem> {
    let refuse = |detail: &str| Problem::BadRequest(detail.to_owned());
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| refuse("the form is malformed"))?;
    let (mut file, mut text, mut expected) = (None, None, Expected::default());
    while let Some(part) = next_part(&mut parts).await? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(of_multipart)?;
        match name.as_str() {
            "file" => file = Some(bytes).filter(|bytes| !bytes.is_empty()),
            "text" => text = short_text(&within(bytes)?)?,
            "name" => expected.name = short_text(&bytes)?,
            "course" => expected.course = short_text(&bytes)?,
            "date" => expected.date = short_text(&bytes)?,
            _ => return Err(refuse("the form has a part that is not known")),
        }
    }
    comparable(&expected)?;
    let input = match (file, text) {
        (Some(file), None) => Input::File(file),
        (None, Some(text)) => Input::File(Bytes::from(text)),
        (None, None) => return Err(refuse("choose a file or paste a code")),
        (Some(_), Some(_)) => return Err(refuse("choose a file or paste a code, not both")),
    };
    Ok(Sent { input, expected })
}

async fn next_part(parts: &mut Multipart) -> Result<Option<Field<'_>>, Problem> {
    parts.next_field().await.map_err(of_multipart)
}

fn of_multipart(error: axum::extract::multipart::MultipartError) -> Problem {
    match error.status().as_u16() {
        413 => Problem::TooLarge,
        _ => Problem::BadRequest("the form is malformed or ended early".to_owned()),
    }
}

fn short_text(bytes: &Bytes) -> Result<Option<String>, Problem> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Problem::BadRequest("a part of the form is not UTF-8 text".to_owned()))?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}
