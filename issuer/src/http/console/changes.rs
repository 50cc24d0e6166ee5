//! Changes that take two people: what was proposed, and the second person's decision.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Form};
use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::key::Signer;
use cheti_shared::time::UtcOffset;
use serde::Deserialize;

use super::batches::signing_key;
use super::certificates::state_words;
use super::entry::{Framed, confirm_code};
use super::gate::to;
use super::page::{Frame, Trouble, local, show};
use super::seats::Seat;
use super::words::Words;
use crate::app::certificates::find_certificate;
use crate::app::changes::{Tools, confirm, decline, list_changes, show_change};
use crate::app::desk::Desk;
use crate::app::error::AppError;
use crate::app::ports::vault::Passphrase;
use crate::app::publish_status::publish_status;
use crate::domain::change::{Change, ChangeState, Each, RevocationReason, What};
use crate::domain::role::Permission;
use crate::domain::search::State as Stands;
use crate::domain::statement::Act;
use crate::http::service::{Service, Shared};

/// Decided changes that are shown.
const DECIDED: usize = 50;

/// A change as pages tell it.
pub(super) struct Told {
    pub(super) id: String,
    pub(super) what: String,
    pub(super) detail: String,
    pub(super) certificate: String,
    pub(super) number: String,
    pub(super) note: String,
    pub(super) proposed_by: String,
    pub(super) proposed: String,
    pub(super) decided_by: String,
    pub(super) decided: String,
    pub(super) state: &'static str,
    pub(super) tone: &'static str,
    pub(super) may_decide: bool,
    pub(super) is_mine: bool,
    pub(super) needs_key: bool,
    /// How many certificates it is about together.
    pub(super) together: usize,
}

/// What somebody said, as a verb.
pub(super) fn act_words(act: Act, w: &Words) -> &'static str {
    match act {
        Act::Submit => w.act_submit,
        Act::Approve => w.act_approve,
        Act::Reject => w.act_reject,
        Act::Propose => w.act_propose,
        Act::Confirm => w.act_confirm,
        Act::Decline => w.act_decline,
    }
}

/// What is to be done, in two words.
pub(super) fn what_words(what: &What, w: &Words) -> &'static str {
    match what {
        What::Revoke { .. } => w.what_revoke,
        What::Suspend { .. } => w.what_suspend,
        What::Reinstate { .. } => w.what_reinstate,
        What::Correct { .. } => w.what_correct,
        What::AddOperator { .. } => w.what_add_operator,
        What::SetRoles { .. } => w.what_set_roles,
        What::DisableOperator { .. } => w.what_disable_operator,
        What::ResetAccount { .. } => w.what_reset_account,
        What::AddApiKey { .. } => w.what_add_api_key,
        What::RemoveApiKey { .. } => w.what_remove_api_key,
        What::Withdraw { .. } => w.what_withdraw,
        What::Many { each, .. } => match each {
            Each::Revoke { .. } => w.what_revoke,
            Each::Suspend => w.what_suspend,
            Each::Reinstate => w.what_reinstate,
        },
        What::Erase { .. } => w.what_erase,
    }
}

impl Told {
    pub(super) fn of(
        desk: &Desk,
        change: &Change,
        frame: &Frame,
        offset: UtcOffset,
    ) -> Result<Self, AppError> {
        let w = frame.w;
        let proposed = change.proposed.claim().ok();
        let decided = change.decided.as_ref().and_then(|said| said.claim().ok());
        let (state, tone) = match change.state {
            ChangeState::Proposed => (w.change_proposed, "wait"),
            ChangeState::Done => (w.change_done, "good"),
            ChangeState::Declined => (w.change_declined, "bad"),
        };
        let by = |claim: &Option<crate::domain::statement::Statement>| {
            claim
                .as_ref()
                .map(|claim| claim.operator.to_string())
                .unwrap_or_default()
        };
        let at = |claim: &Option<crate::domain::statement::Statement>| {
            claim
                .as_ref()
                .map(|claim| local(claim.at, offset))
                .unwrap_or_default()
        };
        let (certificate, number, before) = match &change.what {
            What::Revoke { credential, .. }
            | What::Suspend { credential }
            | What::Reinstate { credential }
            | What::Correct { credential, .. }
            | What::Erase { credential, .. } => {
                let found = find_certificate(desk, &credential.to_string())?;
                let name = match found.erased {
                    Some(_) => w.erased_name.to_owned(),
                    // What a correction that was made replaced is told by the certificate's own versions.
                    None if matches!(change.what, What::Correct { .. })
                        && change.state == ChangeState::Done =>
                    {
                        String::new()
                    }
                    None => desk.current_graduate(&found)?.name.to_string(),
                };
                (credential.to_string(), found.number, name)
            }
            _ => Default::default(),
        };
        let proposed_by = by(&proposed);
        let is_mine = proposed_by == frame.id();
        let needed = match change.what.is_appointment() {
            true => Permission::ConfirmAppointment,
            false => Permission::Confirm,
        };
        let may = frame.who.as_ref().is_some_and(|who| who.may(needed));
        Ok(Self {
            id: change.id.clone(),
            what: what_words(&change.what, w).to_owned(),
            detail: detail(&change.what, &before, w),
            certificate,
            number,
            note: change.note.clone(),
            proposed: at(&proposed),
            proposed_by,
            decided_by: by(&decided),
            decided: at(&decided),
            state,
            tone,
            may_decide: change.state == ChangeState::Proposed && may && !is_mine,
            is_mine: is_mine && change.state == ChangeState::Proposed,
            needs_key: matches!(change.what, What::Correct { .. }),
            together: change.what.together().len(),
        })
    }
}

fn reason_words(reason: RevocationReason, w: &Words) -> &'static str {
    match reason {
        RevocationReason::Withdrawn => w.reason_withdrawn,
        RevocationReason::IssuedInError => w.reason_issued_in_error,
    }
}

/// Everything that the second person must know, before and after.
fn detail(what: &What, before: &str, w: &Words) -> String {
    match what {
        What::Correct { name, extras, .. } => {
            let name = name.iter().map(|name| match before {
                "" => name.to_string(),
                before => format!("{before} → {name}"),
            });
            let extras = extras.iter().map(|(key, value)| format!("{key} → {value}"));
            name.chain(extras).collect::<Vec<_>>().join("; ")
        }
        What::Revoke { reason, .. } => format!("{before}: {}", reason_words(*reason, w)),
        What::Many { each, certificates } => {
            let count = format!("{}: {}", w.certificates, certificates.len());
            match each {
                Each::Revoke { reason } => format!("{count}; {}", reason_words(*reason, w)),
                Each::Suspend | Each::Reinstate => count,
            }
        }
        What::Suspend { .. } | What::Reinstate { .. } | What::Erase { .. } => before.to_owned(),
        What::AddOperator {
            id,
            name,
            key,
            roles,
        } => format!("{id}, {name}: {roles}; {}", key.fingerprint()),
        What::SetRoles { id, roles } => format!("{id}: {roles}"),
        What::DisableOperator { id } | What::ResetAccount { id } => id.to_string(),
        What::AddApiKey { name, scopes, .. } => {
            let scopes = scopes
                .iter()
                .map(|scope| crate::http::endpoint::scope_name(*scope));
            format!("{name}: {}", super::page::listed(scopes))
        }
        What::RemoveApiKey { id } => id.clone(),
        What::Withdraw {
            batch,
            certificates,
        } => format!("{batch}: {}", certificates.len()),
    }
}

#[derive(Template)]
#[template(path = "console/changes.html")]
struct List<'a> {
    frame: &'a Frame,
    waiting: Vec<Told>,
    decided: Vec<Told>,
    holds_key: bool,
}

struct Among {
    id: String,
    number: String,
    name: String,
    course: String,
    state: &'static str,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "console/change.html")]
struct One {
    frame: Arc<Frame>,
    change: Told,
    among: Vec<Among>,
    holds_key: bool,
}

/// One change, with every certificate that it is about.
pub(super) async fn show_one(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path(change): Path<String>,
) -> Result<Response, Trouble> {
    let gather = move |service: &Service| {
        let desk = service.desk();
        let offset = desk.organisation()?.utc_offset;
        let change = show_change(desk, &change)?;
        let mut among = Vec::new();
        for id in change.what.together() {
            let certificate = desk.certificate(id)?.value;
            let (state, tone) = state_words(Stands::of(&certificate), frame.w);
            among.push(Among {
                id: id.to_string(),
                name: match certificate.erased {
                    Some(_) => frame.w.erased_name.to_owned(),
                    None => desk.current_graduate(&certificate)?.name.to_string(),
                },
                number: certificate.number,
                course: certificate.course,
                state,
                tone,
            });
        }
        Ok(One {
            change: Told::of(desk, &change, &frame, offset)?,
            among,
            holds_key: service.signer(KeyRole::Issuing).is_some(),
            frame,
        })
    };
    show(&service.work(gather).await?)
}

pub(super) async fn list(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    let framed = frame.clone();
    let gather = move |service: &Service| {
        let desk = service.desk();
        let offset = desk.organisation()?.utc_offset;
        let told = |changes: Vec<Change>| -> Result<Vec<Told>, AppError> {
            let told = changes
                .iter()
                .map(|change| Told::of(desk, change, &framed, offset));
            told.collect()
        };
        let all = list_changes(desk)?;
        let (waiting, mut decided): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|change| change.state == ChangeState::Proposed);
        let at = |change: &Change| change.decided.as_ref().and_then(|said| said.claim().ok());
        decided.sort_by_key(|change| std::cmp::Reverse(at(change).map(|claim| claim.at)));
        decided.truncate(DECIDED);
        Ok((
            told(waiting)?,
            told(decided)?,
            service.signer(KeyRole::Issuing).is_some(),
        ))
    };
    let (waiting, decided, holds_key) = service.work(gather).await?;
    show(&List {
        frame: &frame,
        waiting,
        decided,
        holds_key,
    })
}

#[derive(Deserialize)]
pub(super) struct Decision {
    #[serde(default)]
    code: String,
    #[serde(default)]
    passphrase: Passphrase,
}

/// Confirm: what is signed is the digest of what the page showed. Verifiers learn of it at once where the server holds the
/// status key.
pub(super) async fn confirm_one(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(change): Path<String>,
    Form(decision): Form<Decision>,
) -> Result<Response, Trouble> {
    confirm_code(&service, &frame, &seat, &decision.code).await?;
    let leaver = seat.operator.clone();
    let work = move |service: &Service| {
        let desk = service.desk();
        let wanted = show_change(desk, &change)?;
        let issuing = match wanted.what {
            What::Correct { .. } => Some(signing_key(
                service,
                KeyRole::Issuing,
                &decision.passphrase,
            )?),
            _ => None,
        };
        let tools = Tools {
            issuing: issuing.as_deref().map(|key| key as &dyn Signer),
            room: &*service.parts.room,
        };
        let done = confirm(desk, &change, &seat.operator, &*seat.key, tools)?;
        if let Some(status) = service.signer(KeyRole::Status)
            && !done.what.is_appointment()
        {
            publish_status(
                desk,
                &*status,
                service.parts.lifetimes,
                seat.operator.as_str(),
            )?;
        }
        Ok(done)
    };
    let done = service.work(work).await?;
    if let What::DisableOperator { id } | What::ResetAccount { id } = &done.what {
        service.console.seats.leave_all(id);
        if *id == leaver {
            return Ok(to("/sign-in"));
        }
    }
    Ok(to("/changes"))
}

pub(super) async fn decline_one(
    State(service): State<Shared>,
    Extension(seat): Extension<Seat>,
    Path(change): Path<String>,
) -> Result<Response, Trouble> {
    let work =
        move |service: &Service| decline(service.desk(), &change, &seat.operator, &*seat.key);
    service.work(work).await?;
    Ok(to("/changes"))
}
