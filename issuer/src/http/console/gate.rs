//! Before and after every page: who asks, whether they may, whether the request came from the console itself, and the
//! headers of every answer.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, HeaderName, LOCATION,
    ORIGIN, REFERER, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;

use super::page::{Frame, Trouble, Who, failure};
use super::seats::{Seat, Stage};
use super::words::Language;
use crate::app::handover::writer;
use crate::domain::operator::OperatorId;
use crate::domain::role::Permission;
use crate::http::observe::Matched;
use crate::http::serve::Peer;
use crate::http::service::{Service, Shared};

/// What a page asks of whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// A right password, and no code yet.
    Password,
    /// To be known, be it by the word of an identity provider alone.
    Known,
    /// To be signed in.
    SignedIn,
    /// To be signed in, with this permission.
    May(Permission),
}

/// A page behind its gate.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) service: Shared,
    pub(super) path: &'static str,
    pub(super) needs: Needs,
}

/// Where the request came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct From(pub(super) IpAddr);

/// Nothing from elsewhere, no script but the console's own file, no form that leads away.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) async fn pass(
    State(gate): State<Gate>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let language = Language::wanted(request.headers());
    let seat = seated(&gate.service, &session);
    let peer = request.extensions().get::<Peer>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0);
    request.extensions_mut().insert(From(peer));
    let who = match &seat {
        Some(seat) if matches!(seat.stage, Stage::In) => {
            who(&gate.service, &session, seat.operator.clone(), false).await
        }
        Some(_) => None,
        None => match looker(&gate.service, &session) {
            Some(operator) => who(&gate.service, &session, operator, true).await,
            None => None,
        },
    };
    let frame = Arc::new(Frame::new(language, who, &place(&request)));
    let wants_page = request.method() == Method::GET;
    let mut response = match admit(&gate, &request, seat.as_ref(), &frame) {
        Ok(()) => {
            request.extensions_mut().insert(Arc::clone(&frame));
            if let Some(seat) = seat {
                request.extensions_mut().insert(seat);
            }
            next.run(request).await
        }
        Err(Refusal::SignIn) if wants_page => to(entrance(seat.as_ref())),
        Err(Refusal::SignIn) => Trouble::signed_out(&frame).into_response(),
        Err(Refusal::OnlyLooks) => Trouble::only_looks(&frame).into_response(),
        Err(Refusal::NotPermitted) => Trouble::not_permitted(&frame).into_response(),
        Err(Refusal::Elsewhere) => Trouble::elsewhere(&frame).into_response(),
    };
    if let Some(told) = response.extensions_mut().remove::<Trouble>() {
        response = failure(&frame, &told);
    } else if is_bare(&response) {
        response = failure(&frame, &Trouble::form(frame.w.form_wrong));
    }
    response.extensions_mut().insert(Matched(gate.path));
    make_safe(response.headers_mut());
    response
}

/// Whether the framework refused a form or a query by itself, in words for programmers.
fn is_bare(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    let text = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    response.status().is_client_error() && text
}

/// The page at which somebody is: for a form, the one that it stands on, so that *Back* and the languages lead there.
fn place(request: &Request) -> Uri {
    if request.method() == Method::GET {
        return request.uri().clone();
    }
    let referer = request.headers().get(REFERER);
    let referer = referer.and_then(|value| value.to_str().ok()?.parse::<Uri>().ok());
    let path = referer.and_then(|uri| uri.into_parts().path_and_query);
    path.map_or_else(Uri::default, Uri::from)
}

enum Refusal {
    SignIn,
    OnlyLooks,
    NotPermitted,
    Elsewhere,
}

fn admit(
    gate: &Gate,
    request: &Request,
    seat: Option<&Seat>,
    frame: &Frame,
) -> Result<(), Refusal> {
    // What changes anything comes from a page of the console, however the browser was brought to send it (THREATS 26).
    if request.method() != Method::GET && !is_from_here(request.headers()) {
        return Err(Refusal::Elsewhere);
    }
    match (gate.needs, seat.map(|seat| &seat.stage), &frame.who) {
        (Needs::Nothing, ..) => Ok(()),
        (Needs::Password, Some(Stage::Password | Stage::Enrolling(_)), _) => Ok(()),
        (Needs::Password, ..) | (_, _, None) => Err(Refusal::SignIn),
        (Needs::Known, ..) => Ok(()),
        (Needs::May(permission), _, Some(who)) if who.may(permission) => Ok(()),
        (_, _, Some(who)) if who.only_looks => Err(Refusal::OnlyLooks),
        (Needs::SignedIn, ..) => Ok(()),
        (Needs::May(_), ..) => Err(Refusal::NotPermitted),
    }
}

/// Refuse whoever does not manage the house: its people, keys and courses.
pub(super) async fn manages(service: &Shared, seat: &Seat) -> Result<(), Trouble> {
    let operator = seat.operator.clone();
    let check = move |service: &Service| {
        let desk = service.desk();
        desk.permitted(&operator, desk.appointing()?).map(drop)
    };
    service.work(check).await
}

/// Where somebody goes on who may not see a page yet.
fn entrance(seat: Option<&Seat>) -> &'static str {
    match seat.map(|seat| &seat.stage) {
        Some(Stage::Password) => "/code",
        Some(Stage::Enrolling(_)) => "/enrol",
        Some(Stage::In) | None => "/sign-in",
    }
}

/// Go there.
pub(super) fn to(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, place);
    response
}

fn seated(service: &Service, session: &Session) -> Option<Seat> {
    let id = session.id()?.to_string();
    service.console.seats.find(&id, service.desk().clock.now())
}

fn looker(service: &Service, session: &Session) -> Option<OperatorId> {
    let id = session.id()?.to_string();
    service
        .console
        .seats
        .looker(&id, service.desk().clock.now())
}

/// The operator as they are now: one who was disabled, or has other roles, is so at once.
async fn who(service: &Shared, session: &Session, id: OperatorId, only_looks: bool) -> Option<Who> {
    let found = service
        .run(move |service| {
            let desk = service.desk();
            let is_lent = writer(desk)?.check().is_err();
            let offset = desk.organisation()?.utc_offset;
            Ok((desk.operator(&id)?, is_lent, offset))
        })
        .await;
    let now = service.desk().clock.now();
    match (found, session.id()) {
        (Ok((operator, is_lent, offset)), _) if operator.may_sign_at(now) => {
            Some(Who::new(operator, only_looks, is_lent, offset))
        }
        (_, Some(session)) => {
            service.console.seats.leave(&session.to_string());
            None
        }
        (_, None) => None,
    }
}

/// Whether the browser says that the request came from a page of this host. A browser says at least one of the two.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(HOST);
    let same_origin = text(ORIGIN).map(|origin| {
        let uri = origin.parse::<Uri>().ok();
        let authority = uri.as_ref().and_then(|uri| uri.authority());
        authority.map(|authority| authority.as_str()) == host
    });
    let fetched = text(HeaderName::from_static("sec-fetch-site"));
    match (same_origin, fetched) {
        (Some(false), _) => false,
        (_, Some(site)) => site == "same-origin",
        (Some(true), None) => true,
        (None, None) => false,
    }
}

fn make_safe(headers: &mut HeaderMap) {
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What a file has of its own stays.
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
    ] {
        let value = HeaderValue::from_static(value);
        headers.entry(name).or_insert(value);
    }
}

/// A cookie by its name.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let mut named = pairs.filter_map(|pair| pair.trim().split_once('='));
    named
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// Everything that is no page of the console.
pub(super) async fn nothing_here(request: Request<Body>) -> Response {
    let language = Language::wanted(request.headers());
    let frame = Frame::new(language, None, request.uri());
    let mut response = failure(&frame, &Trouble::not_found(&frame));
    make_safe(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// THREATS 26: requests that another site makes the browser send.
    #[test]
    fn what_comes_from_elsewhere() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in pairs {
                map.insert(*name, HeaderValue::from_static(value));
            }
            map
        };
        let host = ("host", "desk.nc4.example:7003");
        for (pairs, here) in [
            (
                vec![host, ("origin", "https://desk.nc4.example:7003")],
                true,
            ),
            (vec![host, ("sec-fetch-site", "same-origin")], true),
            (vec![host, ("origin", "https://desk.nc4.example")], false),
            (vec![host, ("origin", "https://evil.example")], false),
            (vec![host, ("origin", "null")], false),
            (vec![host, ("sec-fetch-site", "same-site")], false),
            (vec![host, ("sec-fetch-site", "cross-site")], false),
            (vec![host, ("sec-fetch-site", "none")], false),
            (
                vec![
                    host,
                    ("origin", "https://evil.example"),
                    ("sec-fetch-site", "same-origin"),
                ],
                false,
            ),
            (vec![host], false),
        ] {
            assert_eq!(is_from_here(&headers(&pairs)), here, "{pairs:?}");
        }
    }

    #[test]
    fn cookies_by_name() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=1; lang=sw; b=x=y"));
        assert_eq!(cookie(&headers, "lang"), Some("sw"));
        assert_eq!(cookie(&headers, "b"), Some("x=y"));
        assert_eq!(cookie(&headers, "c"), None);
    }
}
