//! Signing in by an identity provider, and telling it and an account that they are of one person.
//!
//! Whoever comes that way may look and nothing else: what they do here is signed with their own key, and only their own
//! password opens that. So an identity provider, or whoever rules it, can never approve a certificate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use cheti_shared::time::Timestamp;
use serde::Deserialize;
use tower_sessions::Session;

use super::entry::{Framed, fresh_session};
use super::gate::{From, cookie, to};
use super::page::{Frame, Trouble, show};
use super::seats::{Seat, Trier};
use crate::app::identities::{begin_identity, operator_of_identity, tie_identity, untie_identity};
use crate::app::ports::identity::{Begun, IdentityError, IdentityProvider};
use crate::http::service::{Service, Shared};

/// Names what a browser began. It comes back from another site, where the session's own cookie does not go.
const COOKIE: &str = "__Host-cheti-openid";
/// How long somebody may be at the identity provider, in seconds.
const AWAY_SECONDS: i64 = 600;
/// How many may be there at once.
const AWAY_AT_ONCE: usize = 1_000;

/// What somebody went to the identity provider for.
enum Purpose {
    SignIn,
    Tie(Box<Seat>),
}

struct Away {
    begun: Begun,
    purpose: Purpose,
    since: Timestamp,
}

/// Everybody who is at the identity provider.
#[derive(Default)]
pub(super) struct AwayList(Mutex<HashMap<String, Away>>);

impl AwayList {
    fn inside(&self) -> MutexGuard<'_, HashMap<String, Away>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there was room.
    fn remember(&self, id: &str, away: Away, now: Timestamp) -> bool {
        let mut inside = self.inside();
        inside.retain(|_, away| now.seconds_since(away.since) < AWAY_SECONDS);
        let room = inside.len() < AWAY_AT_ONCE;
        if room {
            inside.insert(id.to_owned(), away);
        }
        room
    }

    /// Each counts once.
    fn take(&self, id: &str, now: Timestamp) -> Option<Away> {
        let away = self.inside().remove(id)?;
        (now.seconds_since(away.since) < AWAY_SECONDS).then_some(away)
    }
}

#[derive(Template)]
#[template(path = "console/onward.html")]
struct Onward<'a> {
    frame: &'a Frame,
    name: &'a str,
    next: &'static str,
}

fn provider(service: &Service, frame: &Frame) -> Result<Arc<dyn IdentityProvider>, Trouble> {
    let provider = service.parts.identity.clone();
    provider.ok_or_else(|| Trouble::not_found(frame))
}

/// The log is told why; the officer, what to do.
fn trouble(frame: &Frame, error: &IdentityError) -> Trouble {
    let (status, what) = match error {
        IdentityError::Unreachable(_) => (StatusCode::BAD_GATEWAY, frame.w.provider_silent),
        IdentityError::Refused(_) => (StatusCode::FORBIDDEN, frame.w.provider_refused),
    };
    Trouble::of_provider(status, what, error.to_string())
}

/// Go to the identity provider to sign in.
pub(super) async fn sign_in(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    go(&service, &frame, Purpose::SignIn).await
}

/// Go there to say that its account and this one are of one person.
pub(super) async fn tie(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
) -> Result<Response, Trouble> {
    go(&service, &frame, Purpose::Tie(Box::new(seat))).await
}

async fn go(service: &Shared, frame: &Frame, purpose: Purpose) -> Result<Response, Trouble> {
    let provider = provider(service, frame)?;
    let now = service.desk().clock.now();
    let _turn = service.console.askings.turn().await;
    let asked = move |service: &Service| {
        let (id, begun) = begin_identity(service.desk())?;
        let address = provider.address(&begun, now);
        Ok((id, begun, address))
    };
    let (id, begun, address) = service.work(asked).await?;
    let address = address.map_err(|error| trouble(frame, &error))?;
    let away = Away {
        begun,
        purpose,
        since: now,
    };
    if !service.console.away.remember(&id, away, now) {
        let full = "too many are there at once".to_owned();
        return Err(trouble(frame, &IdentityError::Unreachable(full)));
    }
    let mut response = to(&address);
    set_cookie(response.headers_mut(), &id, AWAY_SECONDS);
    Ok(response)
}

fn set_cookie(headers: &mut HeaderMap, value: &str, seconds: i64) {
    let cookie =
        format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(SET_COOKIE, cookie);
    }
}

/// What the identity provider's answer says.
#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    error: String,
}

/// Back from the identity provider.
pub(super) async fn come_back(
    State(service): State<Shared>,
    Extension(From(address)): Extension<From>,
    Extension(frame): Framed,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
    session: Session,
) -> Result<Response, Trouble> {
    let provider = provider(&service, &frame)?;
    let now = service.desk().clock.now();
    let seats = &service.console.seats;
    let triers = [Trier::Address(address)];
    let refused = |why: &str| trouble(&frame, &IdentityError::Refused(why.to_owned()));
    if seats.must_wait(&triers, now).is_some() {
        return Err(refused("its address tried in vain too often"));
    }
    let away = cookie(&headers, COOKIE).and_then(|id| service.console.away.take(id, now));
    let away = away.filter(|away| away.begun.state == answer.state);
    let Some(Away { begun, purpose, .. }) = away else {
        seats.failed(&triers, now);
        return Err(refused("nobody here asked for this answer"));
    };
    if !answer.error.is_empty() {
        let shown: String = answer
            .error
            .chars()
            .filter(char::is_ascii_graphic)
            .take(80)
            .collect();
        return Err(refused(&format!("it says {shown}")));
    }
    let name = provider.name().to_owned();
    let _turn = service.console.askings.turn().await;
    let ask = move |_: &Service| Ok(provider.who(&begun, &answer.code, now));
    let identity = service.work(ask).await?;
    let identity = identity.map_err(|error| {
        seats.failed(&triers, now);
        trouble(&frame, &error)
    })?;
    let next = match purpose {
        Purpose::SignIn => {
            let find = move |service: &Service| operator_of_identity(service.desk(), &identity);
            let Some(operator) = service.work(find).await? else {
                return Err(Trouble::form(frame.w.provider_unknown));
            };
            let id = fresh_session(&service, &session).await?;
            seats.look(&id, operator, now);
            "/"
        }
        Purpose::Tie(seat) => {
            // Whoever signed out meanwhile, or was signed out, ties nothing.
            let still = seats.find(&seat.session, now);
            if still.is_none_or(|still| still.operator != seat.operator) {
                return Err(Trouble::signed_out(&frame));
            }
            let tie =
                move |service: &Service| tie_identity(service.desk(), &seat.operator, identity);
            service.work(tie).await?;
            "/account"
        }
    };
    let mut response = show(&Onward {
        frame: &frame,
        name: &name,
        next,
    })?;
    set_cookie(response.headers_mut(), "", 0);
    Ok(response)
}

/// This account is tied to no identity any more.
pub(super) async fn untie(
    State(service): State<Shared>,
    Extension(seat): Extension<Seat>,
) -> Result<Response, Trouble> {
    let work = move |service: &Service| untie_identity(service.desk(), &seat.operator);
    service.work(work).await?;
    Ok(to("/account"))
}
