//! Problems as HTTP tells them (RFC 9457): the one place that knows which error has which status.

use std::error::Error;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use cheti_shared::canon::jsonld::JsonLdError;
use cheti_shared::credential::lint::Finding;
use cheti_shared::proof::ProofError;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::app::error::AppError;
use crate::app::issue_approved::NotApproved;
use crate::app::ports::store::StoreError;
use crate::app::ports::vault::VaultError;
use crate::domain::batch::BatchError;
use crate::domain::direct::DirectError;
use crate::domain::posted::Refused;

/// An answer that is not what was asked for.
///
/// `type` is `urn:cheti:problem:` and a word that does not change, or the URL that a specification has for it; programs go
/// by that, people by `title` and `detail`.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    word: &'static str,
    title: &'static str,
    detail: Option<String>,
    more: Map<String, Value>,
    inside: Option<String>,
}

/// Types of problems that VCDM 2.0 §7.2 names (V14).
const PARSING_ERROR: &str = "https://www.w3.org/TR/vc-data-model#PARSING_ERROR";
const MALFORMED_VALUE_ERROR: &str = "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR";

/// What the log may know and the client may not; rides on the answer to the place that writes the log.
#[derive(Clone, Debug)]
pub(super) struct Inside(pub(super) String);

impl Problem {
    pub(super) fn new(status: StatusCode, word: &'static str, title: &'static str) -> Self {
        Self {
            status,
            word,
            title,
            detail: None,
            more: Map::new(),
            inside: None,
        }
    }

    /// The same for everything that is not there (THREATS 22).
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found")
    }

    /// A status list of that moment cannot be had (B6, B7).
    pub(super) fn no_list_then() -> Self {
        let word = "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR";
        let title = "There is no status list of that moment";
        Self::new(StatusCode::NOT_FOUND, word, title)
    }

    /// The route exists, the method does not.
    pub(super) fn method_not_allowed() -> Self {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::new(status, "method-not-allowed", "Method not allowed")
    }

    /// No API key, or none that is known.
    pub(super) fn unauthorized() -> Self {
        let status = StatusCode::UNAUTHORIZED;
        Self::new(status, "unauthorized", "A valid API key is needed")
    }

    /// A known API key that may not do this.
    pub(super) fn forbidden(scope: &str) -> Self {
        let title = "The API key may not do this";
        Self::new(StatusCode::FORBIDDEN, "forbidden", title)
            .detail(format!("This needs an API key with the scope {scope}."))
    }

    /// The request itself is wrong.
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        let title = "The request is malformed";
        Self::new(StatusCode::BAD_REQUEST, "bad-request", title).detail(detail)
    }

    /// What was sent cannot be read at all (VCDM 2.0 §7.2, V14).
    pub(super) fn parsing(detail: impl Into<String>) -> Self {
        let (word, title) = (PARSING_ERROR, "The body cannot be read");
        Self::new(StatusCode::BAD_REQUEST, word, title).detail(detail)
    }

    /// What was sent is not of the shape that belongs here (VCDM 2.0 §7.2, V14).
    pub(super) fn malformed(detail: impl Into<String>) -> Self {
        let (word, title) = (MALFORMED_VALUE_ERROR, "A value is malformed");
        Self::new(StatusCode::BAD_REQUEST, word, title).detail(detail)
    }

    /// The server was started without a key that this needs.
    pub(super) fn key_not_loaded(role: &'static str) -> Self {
        let title = "This server does not hold the key";
        Self::new(StatusCode::CONFLICT, "key-not-loaded", title).detail(format!(
            "The server was started without the {role} key. Start it with the key's passphrase file, or use the command line."
        ))
    }

    /// What a person is told: the status, the words, a line for each row that is wrong; and what the log alone may know.
    pub(super) fn for_people(&self) -> (StatusCode, Vec<String>, Option<String>) {
        let words = self.detail.clone().unwrap_or_else(|| self.title.to_owned());
        let rows = self.more.values().filter_map(Value::as_array).flatten();
        let rows = rows.filter_map(Value::as_str).map(str::to_owned);
        let all = std::iter::once(words).chain(rows).collect();
        (self.status, all, self.inside.clone())
    }

    /// Too much at once.
    pub(super) fn busy() -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "busy", "Too many requests at once")
    }

    /// Something failed in here; `inside` is for the log alone.
    pub(super) fn internal(inside: String) -> Self {
        let title = "Something failed in the server";
        let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", title);
        problem.inside(inside)
    }

    /// With a sentence for people.
    #[must_use]
    pub(super) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With a further member for programs.
    #[must_use]
    pub(super) fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.more.insert(name.to_owned(), json!(value));
        self
    }

    fn inside(mut self, inside: String) -> Self {
        self.inside = Some(inside);
        self
    }

    /// A conflict with how things stand, told in the error's own words.
    fn conflict(word: &'static str, error: &AppError) -> Self {
        let title = "This cannot be done as things stand";
        Self::new(StatusCode::CONFLICT, word, title).detail(told(error))
    }

    fn unprocessable(word: &'static str, error: &AppError) -> Self {
        let title = "What was sent cannot be used";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, word, title).detail(told(error))
    }

    /// What takes two people with keys of their own, and so cannot be done here.
    fn two_people(error: &AppError) -> Self {
        let title = "Two people must have approved this";
        Self::new(StatusCode::FORBIDDEN, "takes-two-people", title).detail(told(error))
    }

    /// A posted credential that is not signed: 400 when it has no meaning to be signed, 422 with every rule it breaks.
    fn refused(refused: &Refused) -> Self {
        let title = "The credential cannot be issued";
        match refused {
            Refused::Rules(findings) => {
                let finding = |found: &Finding| json!({"rule": found.rule, "pointer": found.pointer, "detail": found.what});
                let findings: Vec<Value> = findings.iter().map(finding).collect();
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, MALFORMED_VALUE_ERROR, title)
                    .detail("It breaks rules of the specifications, or of this issuer; each stands under findings.")
                    .with("findings", findings)
            }
            Refused::Meaning(error) => {
                let (pointer, detail) = match error {
                    ProofError::JsonLd(cause @ JsonLdError::NotSigned { pointer, .. }) => {
                        (pointer.as_str(), cause.to_string())
                    }
                    ProofError::JsonLd(cause) => ("", cause.to_string()),
                    other => ("", other.to_string()),
                };
                let finding = json!({"rule": "JSON-LD", "pointer": pointer, "detail": detail});
                Self::new(StatusCode::BAD_REQUEST, error.kind(), title)
                    .detail(detail)
                    .with("findings", [finding])
            }
            Refused::Beyond(error) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "too-large", title)
                    .detail(format!("{refused}: {error}."))
            }
        }
    }

    fn unavailable(inside: String) -> Self {
        let title = "The store cannot be used at the moment";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "store-unavailable", title).inside(inside)
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        use AppError as E;
        match &error {
            E::NotFound { .. } => Self::not_found().detail(told(&error)),
            E::Exists { .. } => Self::conflict("exists", &error),
            E::Store(StoreError::Conflict { .. }) => {
                Self::new(StatusCode::CONFLICT, "changed-meanwhile", "Somebody else was first")
                    .detail("Something changed while this was under way; nothing was done. Look again, then try again.")
            }
            E::Store(StoreError::TooLarge { .. }) => Self::unprocessable("too-large", &error),
            E::Store(_) | E::ClockWentBack { .. } => Self::unavailable(told(&error)),
            E::OtherKey { .. } | E::PlannedForOtherKey { .. } | E::NoKey(_) => {
                Self::conflict("wrong-key", &error)
            }
            E::TemplateChanged(_) => Self::conflict("course-changed", &error),
            E::NumbersUsedUp { .. } => Self::conflict("numbers-used-up", &error),
            E::NotAsSigned { .. } | E::KitAltered(_) => Self::conflict("altered", &error),
            E::NoDuplicate { .. } => Self::conflict("wrong-state", &error),
            E::PrintFile { .. } | E::Design(_) | E::Order(_) => Self::unprocessable("print", &error),
            E::Batch(BatchError::State { .. }) => Self::conflict("wrong-state", &error),
            E::NotTheOperator(_) | E::NotPermitted { .. } => Self::two_people(&error),
            E::Roles(_) | E::Tied { .. } | E::Password(_) | E::Passphrase(_) | E::Vault(VaultError::Breached) => Self::unprocessable("roles", &error),
            E::Batch(_) => Self::conflict("not-approved", &error),
            E::Change(_) | E::Standing(_) | E::Book(_) => Self::conflict("wrong-state", &error),
            E::DraftRoster(_) => Self::conflict("draft", &error),
            E::HandOut(_) | E::Writer(_) | E::Venue(_) => Self::conflict("wrong-state", &error),
            E::Altered(_) => Self::conflict("altered", &error),
            E::NoIndex => Self::conflict("no-index", &error),
            E::Erased { .. } => Self::conflict("erased", &error),
            E::Chain(_) | E::JournalReplaced(_) => Self::conflict("journal-broken", &error),
            E::Value { .. } | E::Name(_) | E::Field { .. } | E::NothingCorrected | E::TooMany(_) => Self::unprocessable("value", &error),
            E::Course(_) | E::Organisation(_) => Self::unprocessable("course", &error),
            E::Roster(_) => Self::unprocessable("unreadable-roster", &error),
            E::Posted(refused) => Self::refused(refused),
            E::Direct(DirectError::TakesTwoPeople { .. }) => Self::two_people(&error),
            E::Direct(_) => Self::conflict("credential", &error),
            E::NotApproved(NotApproved::KeyNotLoaded) => Self::key_not_loaded("issuing"),
            E::NotApproved(_) => Self::two_people(&error).detail(format!(
                "{}. Import the roster (POST /v1/batches), have one person submit the batch and another approve it \
                 (cheti-issuer batch submit, batch approve), then name it as options.batch.",
                told(&error)
            )),
            E::Rows(rows) => Self::unprocessable("uncertifiable", &error).with("problems", rows),
            // A decoder's message may quote what it read, a printer's what it could not print: names stay out of logs.
            E::Record { what, source } => Self::internal(format!(
                "the stored record {what} cannot be read: {:?} at line {} column {}",
                source.classify(),
                source.line(),
                source.column()
            )),
            E::Press(_) | E::Unprintable { .. } => Self::internal("a certificate cannot be printed".to_owned()),
            E::Draft(_) | E::Payload(_) => {
                Self::internal("a stored certificate does not fit its template".to_owned())
            }
            E::Deliver { .. } => Self::internal("a file could not be written".to_owned()),
            E::SelfCheck | E::Template(_) | E::Envelope(_) | E::Proof(_) | E::Vault(_) | E::Entropy(_) => {
                Self::internal(told(&error))
            }
        }
    }
}

/// The error and what caused it, on one line.
fn told(error: &AppError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text = format!("{text}: {source}");
        cause = source.source();
    }
    text
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        let kind = match self.word.starts_with("https://") {
            true => self.word.to_owned(),
            false => format!("urn:cheti:problem:{}", self.word),
        };
        body.insert("type".to_owned(), kind.into());
        body.insert("title".to_owned(), self.title.into());
        body.insert("status".to_owned(), self.status.as_u16().into());
        body.extend(
            self.detail
                .map(|detail| ("detail".to_owned(), detail.into())),
        );
        body.extend(self.more);
        let body = Value::Object(body).to_string();
        let media_type = [(CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, media_type, body).into_response();
        let headers = response.headers_mut();
        match self.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
            }
            _ => {}
        }
        if let Some(inside) = self.inside {
            response.extensions_mut().insert(Inside(inside));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::ChainError;

    async fn shown(error: AppError) -> (u16, Value, Option<String>) {
        let response = Problem::from(error).into_response();
        let inside = response.extensions().get::<Inside>().cloned();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 16)
            .await
            .unwrap();
        (
            status,
            serde_json::from_slice(&body).unwrap(),
            inside.map(|inside| inside.0),
        )
    }

    #[tokio::test]
    async fn each_error_has_its_status_and_word() {
        let io = || StoreError::Io {
            action: "written",
            source: std::io::Error::other("disk full"),
        };
        let read = serde_json::from_str::<u32>("\"Wanjiku\"").unwrap_err();
        for (error, status, word) in [
            (
                AppError::NotFound {
                    what: "batch",
                    id: "b1".to_owned(),
                },
                404,
                "not-found",
            ),
            (AppError::Store(io()), 503, "store-unavailable"),
            (AppError::NoKey("issuing"), 409, "wrong-key"),
            (
                AppError::Rows(vec!["line 2: x".to_owned()]),
                422,
                "uncertifiable",
            ),
            (
                AppError::Chain(ChainError::Altered { seq: 4 }),
                409,
                "journal-broken",
            ),
            (AppError::SelfCheck, 500, "internal"),
            (
                AppError::Record {
                    what: "Row/1".to_owned(),
                    source: read,
                },
                500,
                "internal",
            ),
        ] {
            let (found, body, inside) = shown(error).await;
            assert_eq!(found, status, "{body}");
            assert_eq!(body["type"], format!("urn:cheti:problem:{word}"));
            assert_eq!(body["status"], status);
            assert_eq!(
                inside.is_some(),
                status >= 500,
                "the log learns why a server fails"
            );
            assert_eq!(
                body.get("detail").is_some(),
                status < 500,
                "and clients do not"
            );
            assert!(!inside.unwrap_or_default().contains("Wanjiku"));
        }
    }
}
