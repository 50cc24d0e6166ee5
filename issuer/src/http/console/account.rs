//! One's own account: who one is here, and another password.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Form};
use serde::Deserialize;
use tower_sessions::Session;

use super::entry::{Framed, confirm_code};
use super::gate::to;
use super::page::{Frame, Trouble, local, show};
use super::seats::{Seat, Trier};
use crate::app::accounts::{change_password, find_account};
use crate::app::error::AppError;
use crate::app::ports::vault::Passphrase;
use crate::http::service::{Service, Shared};

#[derive(Template)]
#[template(path = "console/account.html")]
struct Account {
    frame: Arc<Frame>,
    id: String,
    name: String,
    roles: String,
    since: String,
    fingerprint: String,
    recovery_left: usize,
    /// The identity provider's name; empty where there is none.
    provider: String,
    is_tied: bool,
}

pub(super) async fn page(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
) -> Result<Response, Trouble> {
    let gather = move |service: &Service| {
        let desk = service.desk();
        let operator = desk.operator(&seat.operator)?;
        let account = find_account(desk, &seat.operator)?;
        let provider = service.parts.identity.as_ref();
        Ok(Account {
            roles: super::operators::role_words(&frame, &operator.roles),
            frame,
            since: local(operator.added, desk.organisation()?.utc_offset),
            fingerprint: operator.key.fingerprint(),
            provider: provider.map_or_else(String::new, |provider| provider.name().to_owned()),
            is_tied: account
                .as_ref()
                .is_some_and(|account| account.identity.is_some()),
            recovery_left: account.map_or(0, |account| account.recovery.len()),
            id: operator.id.to_string(),
            name: operator.name,
        })
    };
    show(&service.work(gather).await?)
}

#[derive(Deserialize)]
pub(super) struct NewPassword {
    now: Passphrase,
    password: Passphrase,
    again: Passphrase,
    #[serde(default)]
    code: String,
}

/// Another password, for whoever knows the one there is and holds the telephone; everybody signed in so is signed out.
pub(super) async fn password(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    session: Session,
    Form(form): Form<NewPassword>,
) -> Result<Response, Trouble> {
    if form.password != form.again {
        return Err(Trouble::form(frame.w.passwords_differ));
    }
    confirm_code(&service, &frame, &seat, &form.code).await?;
    let operator = seat.operator.clone();
    let change = move |service: &Service| -> Result<bool, AppError> {
        let (desk, vault) = (service.desk(), &*service.parts.vault);
        let operator = desk.operator(&seat.operator)?;
        change_password(desk, vault, &operator, &form.now, &form.password)
    };
    let seats = &service.console.seats;
    if !service.work(change).await? {
        let account = [Trier::Account(operator.to_string())];
        seats.failed(&account, service.desk().clock.now());
        return Err(Trouble::form(frame.w.password_wrong));
    }
    seats.leave_all(&operator);
    let _ = session.flush().await;
    Ok(to("/sign-in"))
}
