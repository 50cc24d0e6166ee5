//! Endpoints as a table, so that none can be without a decision about who may use it.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post};
use axum::{Extension, Router};
use tokio::sync::Semaphore;

use super::observe::{Listener, Matched, observe};
use super::problem::Problem;
use super::service::{Service, Shared};
use crate::app::api_keys::recognise_token;
use crate::domain::api_key::{ApiKey, Scope};

/// How many requests of a listener are worked on at once; one more is refused, and told to come back.
const REQUESTS_AT_ONCE: usize = 128;

/// Who may use an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody who reaches the listener.
    Anyone,
    /// A program with an API key of this scope.
    Key(Scope),
    /// A program with an API key of one of these scopes; what it may do depends on which.
    Either(Scope, Scope),
}

impl Access {
    /// The scopes of which a key must have one; none when anybody may.
    pub fn scopes(self) -> Vec<Scope> {
        match self {
            Self::Anyone => Vec::new(),
            Self::Key(scope) => vec![scope],
            Self::Either(one, other) => vec![one, other],
        }
    }
}

/// One method of one path.
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path, its parameters in braces.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// The parameters of its query.
    pub parameters: &'static [Parameter],
    /// The status of an answer that is not a problem.
    pub done: &'static str,
    /// The names of the schemas of its JSON body and of its JSON answer, where they are described.
    pub schemas: (Option<&'static str>, Option<&'static str>),
    handler: MethodRouter<Shared>,
}

/// A parameter of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Whether it must be given.
    pub required: bool,
}

impl Parameter {
    pub(super) const fn needed(name: &'static str, meaning: &'static str) -> Self {
        Self {
            name,
            meaning,
            required: true,
        }
    }

    pub(super) const fn optional(name: &'static str, meaning: &'static str) -> Self {
        Self {
            name,
            meaning,
            required: false,
        }
    }
}

impl Endpoint {
    pub(super) fn get<H, T>(
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        Self::new(Method::GET, path, access, summary, get(handler))
    }

    pub(super) fn post<H, T>(
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        Self::new(Method::POST, path, access, summary, post(handler))
    }

    pub(super) fn delete<H, T>(
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        Self::new(Method::DELETE, path, access, summary, delete(handler))
    }

    fn new(
        method: Method,
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: MethodRouter<Shared>,
    ) -> Self {
        Self {
            method,
            path,
            access,
            summary,
            parameters: &[],
            done: "200",
            schemas: (None, None),
            handler,
        }
    }
}

impl Endpoint {
    /// The endpoint with these parameters in its query.
    pub(super) fn with(self, parameters: &'static [Parameter]) -> Self {
        Self { parameters, ..self }
    }

    /// The endpoint with this status where all is well, and these schemas of its body and its answer.
    pub(super) fn answers(
        self,
        done: &'static str,
        body: Option<&'static str>,
        answer: Option<&'static str>,
    ) -> Self {
        Self {
            done,
            schemas: (body, answer),
            ..self
        }
    }
}

/// The API key that a request came with.
#[derive(Clone, Debug)]
pub(super) struct Caller(ApiKey);

impl Caller {
    /// As the journal names it.
    pub(super) fn actor(&self) -> String {
        format!("api:{}", self.0.id)
    }

    /// Refuse a key without this scope.
    pub(super) fn must(&self, scope: Scope) -> Result<(), Problem> {
        match self.0.may(scope) {
            true => Ok(()),
            false => Err(Problem::forbidden(scope_name(scope))),
        }
    }
}

/// The id of the API key, for the log.
#[derive(Clone, Debug)]
pub(super) struct KeyId(pub(super) String);

#[derive(Clone)]
struct Guard {
    service: Shared,
    path: &'static str,
    access: Access,
    room: Arc<Semaphore>,
}

/// The endpoints of a listener behind their guards, with everything else answered in one way.
pub(super) fn router(
    service: Arc<Service>,
    listener: Listener,
    endpoints: Vec<Endpoint>,
) -> Router {
    let room = Arc::new(Semaphore::new(REQUESTS_AT_ONCE));
    let mut router = Router::new();
    for endpoint in endpoints {
        let guard = Guard {
            service: Arc::clone(&service),
            path: endpoint.path,
            access: endpoint.access,
            room: Arc::clone(&room),
        };
        let handler: MethodRouter<Shared, Infallible> = endpoint
            .handler
            .route_layer(from_fn_with_state(guard, pass_guard));
        router = router.route(endpoint.path, handler);
    }
    router
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(from_fn_with_state(
            (Arc::clone(&service), listener),
            observe,
        ))
        .with_state(service)
}

/// First who, then whether there is room: whoever has no key takes no room, however slowly they send.
async fn pass_guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let mut key_id = None;
    let mut response = match admit(&guard, request, &mut key_id).await {
        Ok(request) => match guard.room.try_acquire() {
            Ok(_room) => next.run(request).await,
            Err(_) => Problem::busy().into_response(),
        },
        Err(problem) => problem.into_response(),
    };
    response.extensions_mut().insert(Matched(guard.path));
    if let Some(id) = key_id {
        response.extensions_mut().insert(KeyId(id));
    }
    response
}

async fn admit(
    guard: &Guard,
    mut request: Request,
    key_id: &mut Option<String>,
) -> Result<Request, Problem> {
    let scopes = guard.access.scopes();
    if scopes.is_empty() {
        return Ok(request);
    }
    let header = request.headers().get(AUTHORIZATION);
    let token = header
        .and_then(|value| value.to_str().ok())
        .and_then(bearer)
        .map(str::to_owned);
    let token = token.ok_or_else(Problem::unauthorized)?;
    let recognise = move |service: &Service| recognise_token(service.desk(), &token);
    let key = guard.service.run(recognise).await?;
    let key = key.ok_or_else(Problem::unauthorized)?;
    *key_id = Some(key.id.clone());
    if !scopes.iter().any(|scope| key.may(*scope)) {
        return Err(Problem::forbidden(&scope_names(&scopes)));
    }
    request.extensions_mut().insert(Caller(key));
    Ok(request)
}

/// The token of `Bearer <token>`; the scheme's case does not matter (RFC 9110, 11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A scope as people write it.
pub(super) fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "read",
        Scope::Import => "import",
        Scope::Issue => "issue",
        Scope::IssueDirect => "issue_direct",
    }
}

/// Scopes of which one is enough, as people write them.
pub(super) fn scope_names(scopes: &[Scope]) -> String {
    let names: Vec<&str> = scopes.iter().map(|scope| scope_name(*scope)).collect();
    names.join(" or ")
}

/// The caller, in handlers behind a key.
pub(super) type From = Extension<Caller>;
