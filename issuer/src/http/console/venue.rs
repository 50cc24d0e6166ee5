//! The right to write: handed over to the copy that goes to the venue, and brought home.

use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Form};
use cheti_shared::bundle::trust_list::KeyRole;
use serde::Deserialize;

use super::batches::signing_key;
use super::entry::{Framed, confirm_code};
use super::gate::{manages, to};
use super::page::{Frame, Sentences, Trouble, show};
use super::seats::Seat;
use crate::app::error::AppError;
use crate::app::handover::{send_out, take_in, writer};
use crate::app::operators::list_operators;
use crate::app::ports::vault::Passphrase;
use crate::app::ports::venue::Venue;
use crate::app::publish_status::publish_status;
use crate::domain::role::Permission;
use crate::domain::writer::Standing;
use crate::http::service::{Service, Shared};

/// The passing of the right to write that this process is at, or was at last. After a restart nothing is under way: the
/// store says how it stands, and what was interrupted goes on when it is asked for again.
#[derive(Default)]
pub(super) struct Passing(Mutex<Progress>);

#[derive(Clone, Default)]
enum Progress {
    #[default]
    Idle,
    UnderWay,
    Failed(Trouble),
}

impl Passing {
    fn with<T>(&self, work: impl FnOnce(&mut Progress) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Begin, unless it is under way already.
    fn begin(&self) -> bool {
        self.with(|progress| {
            let is_idle = !matches!(progress, Progress::UnderWay);
            *progress = Progress::UnderWay;
            is_idle
        })
    }
}

/// A key file that may go with the copy.
struct KeyBox {
    name: String,
    label: String,
    is_set: bool,
}

#[derive(Template)]
#[template(path = "console/venue.html")]
struct Page<'a> {
    frame: &'a Frame,
    standing: Standing,
    /// Where the copy lies; empty where the configuration names no place.
    place: String,
    may_pass: bool,
    keys: Vec<KeyBox>,
    holds_status: bool,
    is_under_way: bool,
    failed: Sentences,
}

impl Page<'_> {
    fn is_home(&self) -> bool {
        self.standing == Standing::Home
    }

    fn is_lent(&self) -> bool {
        matches!(self.standing, Standing::Lent { .. })
    }
}

pub(super) async fn page(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    let issuing_label = frame.w.venue_issuing_key;
    let gather = move |service: &Service| {
        let desk = service.desk();
        let mut keys = Vec::new();
        for operator in list_operators(desk)? {
            if operator.may_sign_at(desk.clock.now()) {
                keys.push(KeyBox {
                    is_set: Permission::HandOut.is_of(&operator.roles),
                    name: operator.id.to_string(),
                    label: format!("{} ({})", operator.name, operator.id),
                });
            }
        }
        if let Ok(key) = desk.active_key(KeyRole::Issuing) {
            keys.push(KeyBox {
                is_set: false,
                name: key.file_name().to_owned(),
                label: issuing_label.to_owned(),
            });
        }
        Ok((keys, writer(desk)?.standing, desk.appointing()?))
    };
    let (keys, standing, needed) = service.work(gather).await?;
    let progress = service.console.passing.with(|progress| progress.clone());
    let place = service.parts.venue.as_ref();
    show(&Page {
        may_pass: frame.who.as_ref().is_some_and(|who| who.may(needed)),
        place: place.map_or_else(String::new, |venue| venue.place()),
        holds_status: service.signer(KeyRole::Status).is_some(),
        is_under_way: matches!(progress, Progress::UnderWay),
        failed: match &progress {
            Progress::Failed(trouble) => trouble.sentences(&frame),
            Progress::Idle | Progress::UnderWay => Sentences::default(),
        },
        keys,
        standing,
        frame: &frame,
    })
}

/// Hand over to the copy, with the key files that were chosen; or finish that.
pub(super) async fn hand_over(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    manages(&service, &seat).await?;
    let given = |name: &str| {
        let mut fields = fields.iter();
        let found = fields.find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    };
    confirm_code(&service, &frame, &seat, given("code")).await?;
    let keys = fields.iter().filter(|(field, _)| field == "key");
    let keys: Vec<String> = keys.map(|(_, name)| name.clone()).collect();
    begin(&service, &frame, move |service, venue| {
        send_out(service.desk(), venue, &keys, seat.operator.as_str()).map(drop)
    })
}

#[derive(Deserialize)]
pub(super) struct Homecoming {
    #[serde(default)]
    passphrase: Passphrase,
    #[serde(default)]
    code: String,
}

/// Bring home what was done there, and publish: verifiers are to know at once. The key for that is opened before anything
/// moves.
pub(super) async fn bring_home(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Form(form): Form<Homecoming>,
) -> Result<Response, Trouble> {
    manages(&service, &seat).await?;
    confirm_code(&service, &frame, &seat, &form.code).await?;
    let open = move |service: &Service| signing_key(service, KeyRole::Status, &form.passphrase);
    let status = service.work(open).await?;
    begin(&service, &frame, move |service, venue| {
        let (desk, by) = (service.desk(), seat.operator.as_str());
        take_in(desk, venue, by)?;
        publish_status(desk, &*status, service.parts.lifetimes, by).map(drop)
    })
}

/// Begin what may take minutes; the page then tells how it ends.
fn begin(
    service: &Shared,
    frame: &Frame,
    work: impl FnOnce(&Service, &dyn Venue) -> Result<(), AppError> + Send + 'static,
) -> Result<Response, Trouble> {
    let venue = service.parts.venue.clone();
    let venue = venue.ok_or_else(|| Trouble::form(frame.w.venue_none))?;
    if service.console.passing.begin() {
        let service = Arc::clone(service);
        let work = move |service: &Service| {
            // Nothing is signed meanwhile.
            let _alone = service.issue_alone();
            let told = |error: &AppError| {
                tracing::error!(%error, "the right to write was not passed on");
            };
            work(service, &*venue).inspect_err(told)
        };
        tokio::spawn(async move {
            let ended = match service.work(work).await {
                Ok(()) => Progress::Idle,
                Err(trouble) => Progress::Failed(trouble),
            };
            service.console.passing.with(|progress| *progress = ended);
        });
    }
    Ok(to("/venue"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_begun_once_at_a_time() {
        let passing = Passing::default();
        assert!(passing.begin() && !passing.begin());
        passing.with(|progress| *progress = Progress::Idle);
        assert!(passing.begin());
    }
}
