//! In and out: password, code, enrolling a telephone, signing out; and the language.

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Form};
use cheti_shared::key::SecretKey;
use serde::Deserialize;
use tower_sessions::Session;

use super::gate::{From, to};
use super::page::{Frame, Trouble, show};
use super::seats::{Seat, Stage, Trier};
use super::words::{COOKIE, Language};
use crate::app::accounts::{
    Opened, begin_enrolment, enrol, find_account, sign_in, use_recovery_code,
};
use crate::app::error::AppError;
use crate::app::ports::vault::Passphrase;
use crate::domain::account::OneTimeCodes;
use crate::http::service::{Service, Shared};

/// The longest name and password that are looked at.
const FIELD_OCTETS: usize = 1_024;

pub(super) type Framed = Extension<Arc<Frame>>;

#[derive(Template)]
#[template(path = "console/sign-in.html")]
struct SignIn<'a> {
    frame: &'a Frame,
    /// Who looks here already, and is to open their key.
    operator: &'a str,
    /// The identity provider's name; empty where there is none.
    provider: &'a str,
    failed: bool,
    wait_minutes: i64,
}

#[derive(Template)]
#[template(path = "console/code.html")]
struct Code<'a> {
    frame: &'a Frame,
    operator: &'a str,
    failed: bool,
}

#[derive(Template)]
#[template(path = "console/enrol.html")]
struct Enrol<'a> {
    frame: &'a Frame,
    operator: &'a str,
    picture: String,
    secret: String,
    failed: bool,
}

#[derive(Template)]
#[template(path = "console/recovery.html")]
struct Recovery<'a> {
    frame: &'a Frame,
    codes: &'a [String],
}

#[derive(Deserialize)]
pub(super) struct Password {
    operator: String,
    password: Passphrase,
}

#[derive(Deserialize)]
pub(super) struct GivenCode {
    code: String,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    language: String,
    #[serde(default)]
    back: String,
}

pub(super) async fn sign_in_page(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    match &frame.who {
        Some(who) if !who.only_looks => Ok(to("/")),
        _ => show(&asking(&service, &frame, false, 0)),
    }
}

fn asking<'a>(
    service: &'a Service,
    frame: &'a Frame,
    failed: bool,
    wait_minutes: i64,
) -> SignIn<'a> {
    let provider = service.parts.identity.as_ref();
    SignIn {
        frame,
        operator: frame.id(),
        provider: provider.map_or("", |provider| provider.name()),
        failed,
        wait_minutes,
    }
}

fn triers(operator: &str, address: IpAddr) -> [Trier; 2] {
    let name: String = operator.chars().take(40).collect();
    [Trier::Account(name), Trier::Address(address)]
}

/// The password. Whatever is wrong, the answer is the same, and takes as long (THREATS 22, 26).
pub(super) async fn sign_in_form(
    State(service): State<Shared>,
    Extension(From(address)): Extension<From>,
    Extension(frame): Framed,
    session: Session,
    Form(given): Form<Password>,
) -> Result<Response, Trouble> {
    let _turn = service.console.sign_ins.turn().await;
    let operator = given.operator.trim().to_lowercase();
    let triers = triers(&operator, address);
    let now = service.desk().clock.now();
    let again = |wait_minutes| asking(&service, &frame, true, wait_minutes);
    let seats = &service.console.seats;
    if let Some(until) = seats.must_wait(&triers, now) {
        return show(&again(until.seconds_since(now) / 60 + 1));
    }
    let password = given.password;
    let too_long = operator.len() > FIELD_OCTETS || password.len() > FIELD_OCTETS;
    let look = move |service: &Service| {
        if too_long {
            return Ok(None);
        }
        let (desk, vault) = (service.desk(), &*service.parts.vault);
        let Some(opened) = sign_in(desk, vault, &operator, &password)? else {
            return Ok(None);
        };
        let stage = match &opened.account {
            Some(_) => Stage::Password,
            None => {
                let id = &opened.operator.id;
                let enrolment = begin_enrolment(desk, id, &opened.key, &password)?;
                Stage::Enrolling(Arc::new((enrolment, password)))
            }
        };
        Ok(Some((opened, stage)))
    };
    let Some((opened, stage)) = service.work(look).await? else {
        seats.failed(&triers, now);
        return show(&again(0));
    };
    let next = match stage {
        Stage::Enrolling(_) => "/enrol",
        Stage::Password | Stage::In => "/code",
    };
    let Opened { operator, key, .. } = opened;
    sit(&service, &session, operator.id, Arc::new(key), stage).await?;
    Ok(to(next))
}

/// A seat under a session id that nobody has seen before (THREATS 26: fixation).
async fn sit(
    service: &Service,
    session: &Session,
    operator: crate::domain::operator::OperatorId,
    key: Arc<SecretKey>,
    stage: Stage,
) -> Result<(), Trouble> {
    let id = fresh_session(service, session).await?;
    let now = service.desk().clock.now();
    service.console.seats.sit(&id, operator, key, stage, now);
    Ok(())
}

/// A session under an id that nobody has seen before; what the old one stood for is left.
pub(super) async fn fresh_session(service: &Service, session: &Session) -> Result<String, Trouble> {
    let failed = |_| Trouble::from(AppError::Password("cannot be remembered"));
    let seats = &service.console.seats;
    let old = session.id().map(|id| id.to_string());
    session.cycle_id().await.map_err(failed)?;
    session.insert("seat", true).await.map_err(failed)?;
    session.save().await.map_err(failed)?;
    let id = session.id().map(|id| id.to_string()).unwrap_or_default();
    if let Some(old) = old.filter(|old| *old != id) {
        seats.rename(&old, &id);
        seats.leave(&old);
    }
    Ok(id)
}

pub(super) async fn code_page(
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
) -> Result<Response, Trouble> {
    show(&Code {
        frame: &frame,
        operator: seat.operator.as_str(),
        failed: false,
    })
}

/// The code of the telephone, or one for whoever has lost it.
pub(super) async fn code_form(
    State(service): State<Shared>,
    Extension(From(address)): Extension<From>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    session: Session,
    Form(given): Form<GivenCode>,
) -> Result<Response, Trouble> {
    let operator = seat.operator.clone();
    let triers = triers(operator.as_str(), address);
    let now = service.desk().clock.now();
    let seats = &service.console.seats;
    let waits = seats.must_wait(&triers, now).is_some();
    if waits || !is_right(&service, &seat, given.code).await? {
        seats.failed(&triers, now);
        return show(&Code {
            frame: &frame,
            operator: operator.as_str(),
            failed: true,
        });
    }
    seats.came_in(operator.as_str());
    sit(&service, &session, operator, seat.key, Stage::In).await?;
    Ok(to("/"))
}

/// Whether a code of the telephone or a recovery code is right now; the latter is used up by it.
async fn is_right(service: &Shared, seat: &Seat, code: String) -> Result<bool, Trouble> {
    let seat = seat.clone();
    let check = move |service: &Service| {
        let desk = service.desk();
        let Some(account) = find_account(desk, &seat.operator)? else {
            return Ok(false);
        };
        let codes = OneTimeCodes::new(&*seat.key, &account.nonce);
        let codes = codes.map_err(|_| AppError::Password("has no codes"))?;
        let seats = &service.console.seats;
        let now = desk.clock.now();
        if seats.check_code(&seat.session, &seat.operator, &codes, &code, now) {
            return Ok(true);
        }
        match seat.stage {
            Stage::Password => use_recovery_code(desk, &seat.operator, &code),
            Stage::Enrolling(_) | Stage::In => Ok(false),
        }
    };
    service.work(check).await
}

/// Ask for a code of the telephone once more, before what cannot be undone.
pub(super) async fn confirm_code(
    service: &Shared,
    frame: &Frame,
    seat: &Seat,
    code: &str,
) -> Result<(), Trouble> {
    let account = [Trier::Account(seat.operator.to_string())];
    let (seats, now) = (&service.console.seats, service.desk().clock.now());
    let waits = seats.must_wait(&account, now).is_some();
    match !waits && is_right(service, seat, code.to_owned()).await? {
        true => Ok(()),
        false => {
            seats.failed(&account, now);
            Err(Trouble::wrong_code(frame))
        }
    }
}

pub(super) async fn enrol_page(
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
) -> Result<Response, Trouble> {
    enrolling(&frame, &seat, false)
}

fn enrolling(frame: &Frame, seat: &Seat, failed: bool) -> Result<Response, Trouble> {
    let Stage::Enrolling(enrolment) = &seat.stage else {
        return Ok(to("/code"));
    };
    let codes = &enrolment.0.codes;
    show(&Enrol {
        frame,
        operator: seat.operator.as_str(),
        picture: picture(&codes.uri(&seat.operator)),
        secret: codes.secret(),
        failed,
    })
}

/// A code to scan, as an SVG in a data URL.
pub(super) fn picture(text: &str) -> String {
    use base64::Engine as _;
    let Ok(code) = qrcode::QrCode::new(text.as_bytes()) else {
        return String::new();
    };
    let width = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            let (x, y) = (index % width + 4, index / width + 4);
            path += &format!("M{x} {y}h1v1h-1z");
        }
    }
    let side = width + 8;
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    );
    let svg = base64::engine::general_purpose::STANDARD.encode(svg);
    format!("data:image/svg+xml;base64,{svg}")
}

pub(super) async fn enrol_form(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    session: Session,
    Form(given): Form<GivenCode>,
) -> Result<Response, Trouble> {
    let Stage::Enrolling(enrolment) = seat.stage.clone() else {
        return Ok(to("/code"));
    };
    let now = service.desk().clock.now();
    let (seats, codes) = (&service.console.seats, &enrolment.0.codes);
    let right = seats.check_code(&seat.session, &seat.operator, codes, &given.code, now);
    if !right {
        return enrolling(&frame, &seat, true);
    }
    let kept = Arc::clone(&enrolment);
    let keep = move |service: &Service| enrol(service.desk(), &kept.0.account);
    service.work(keep).await?;
    sit(&service, &session, seat.operator, seat.key, Stage::In).await?;
    show(&Recovery {
        frame: &frame,
        codes: &enrolment.0.recovery,
    })
}

pub(super) async fn sign_out(State(service): State<Shared>, session: Session) -> Response {
    if let Some(id) = session.id() {
        service.console.seats.leave(&id.to_string());
    }
    let _ = session.flush().await;
    to("/sign-in")
}

pub(super) async fn sign_out_everywhere(
    State(service): State<Shared>,
    Extension(frame): Framed,
    session: Session,
) -> Response {
    if let Ok(operator) = frame.id().parse() {
        service.console.seats.leave_all(&operator);
    }
    let _ = session.flush().await;
    to("/sign-in")
}

/// Remember a language, and go back to where it was chosen.
pub(super) async fn language(Form(chosen): Form<Chosen>) -> Response {
    let language = Language::named(&chosen.language);
    // A path of the console and nothing else: two slashes begin the name of another host.
    let inside = chosen.back.starts_with('/')
        && !chosen.back.starts_with("//")
        && !chosen.back.contains('\\');
    let mut response = to(if inside { &chosen.back } else { "/" }).into_response();
    let cookie = format!(
        "{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        language.code()
    );
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
