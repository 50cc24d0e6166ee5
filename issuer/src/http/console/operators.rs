//! Operators: who may do what. Whatever changes here is proposed by one person and confirmed by another.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Form};
use cheti_shared::key::Signer as _;
use serde::Deserialize;

use super::entry::Framed;
use super::gate::to;
use super::page::{Frame, Trouble, local, show};
use super::seats::Seat;
use crate::app::accounts::{check_new_password, find_account};
use crate::app::changes::propose;
use crate::app::error::AppError;
use crate::app::keys::make_key;
use crate::app::operators::list_operators;
use crate::app::ports::vault::{KeyFile, Passphrase};
use crate::domain::change::What;
use crate::domain::operator::OperatorId;
use crate::domain::role::{Role, Roles};
use crate::http::service::{Service, Shared};

struct Person {
    id: String,
    name: String,
    roles: String,
    has_telephone: bool,
    is_active: bool,
    since: String,
    fingerprint: String,
    has: Vec<RoleBox>,
}

struct RoleBox {
    word: &'static str,
    label: &'static str,
    is_set: bool,
}

#[derive(Template)]
#[template(path = "console/operators.html")]
struct List<'a> {
    frame: &'a Frame,
    people: Vec<Person>,
    may_appoint: bool,
    roles: Vec<RoleBox>,
}

fn boxes(frame: &Frame, roles: &Roles) -> Vec<RoleBox> {
    let w = frame.w;
    Role::ALL
        .into_iter()
        .map(|role| RoleBox {
            word: role.name(),
            label: match role {
                Role::Registrar => w.registrar,
                Role::Approver => w.approver,
                Role::Auditor => w.auditor,
                Role::Administrator => w.administrator,
            },
            is_set: roles.has(role),
        })
        .collect()
}

/// Roles in words.
pub(super) fn role_words(frame: &Frame, roles: &Roles) -> String {
    let boxes = boxes(frame, roles).into_iter();
    super::page::listed(boxes.filter(|role| role.is_set).map(|role| role.label))
}

pub(super) async fn list(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    let framed = frame.clone();
    let gather = move |service: &Service| {
        let desk = service.desk();
        let offset = desk.organisation()?.utc_offset;
        let mut people = Vec::new();
        for operator in list_operators(desk)? {
            people.push(Person {
                roles: role_words(&framed, &operator.roles),
                has: boxes(&framed, &operator.roles),
                has_telephone: find_account(desk, &operator.id)?.is_some(),
                is_active: operator.may_sign_at(desk.clock.now()),
                since: local(operator.added, offset),
                fingerprint: operator.key.fingerprint(),
                id: operator.id.to_string(),
                name: operator.name,
            });
        }
        Ok((people, desk.appointing()?))
    };
    let (people, needed) = service.work(gather).await?;
    show(&List {
        may_appoint: frame.who.as_ref().is_some_and(|who| who.may(needed)),
        people,
        roles: boxes(&frame, &Roles::default()),
        frame: &frame,
    })
}

/// What the form for a new operator, or for other roles, sends: a box for each role.
#[derive(Deserialize)]
pub(super) struct Appointment {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: Passphrase,
    #[serde(default)]
    again: Passphrase,
    #[serde(default)]
    note: String,
    registrar: Option<String>,
    approver: Option<String>,
    auditor: Option<String>,
    administrator: Option<String>,
}

impl Appointment {
    fn roles(&self) -> Result<Roles, AppError> {
        let boxes = [
            (&self.registrar, Role::Registrar),
            (&self.approver, Role::Approver),
            (&self.auditor, Role::Auditor),
            (&self.administrator, Role::Administrator),
        ];
        let set = boxes.into_iter().filter(|(set, _)| set.is_some());
        Ok(Roles::new(set.map(|(_, role)| role))?)
    }
}

/// A new operator, who sits here too and has typed the password of their own key.
pub(super) async fn add(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Form(form): Form<Appointment>,
) -> Result<Response, Trouble> {
    if form.password != form.again {
        return Err(Trouble::form(frame.w.passwords_differ));
    }
    let id: Result<OperatorId, _> = form.id.trim().parse();
    let id = id.map_err(|_| Trouble::form(frame.w.operator_name_help))?;
    let name = form.name.trim().to_owned();
    if name.is_empty() {
        return Err(Trouble::form(frame.w.name_missing));
    }
    let work = move |service: &Service| {
        let desk = service.desk();
        desk.permitted(&seat.operator, desk.appointing()?)?;
        let roles = form.roles()?;
        check_new_password(&form.password, &[id.as_str(), &name])?;
        let (vault, file) = (&service.parts.vault, KeyFile::Operator(id.to_string()));
        let key = make_key(&**vault, &file, id.as_str(), &form.password)?.public_key();
        let what = What::AddOperator {
            id,
            name,
            key,
            roles,
        };
        propose(desk, what, form.note.trim(), &seat.operator, &*seat.key)
    };
    service.work(work).await?;
    Ok(to("/changes"))
}

/// Propose a change that takes an administrator and a second person; the page then shows what waits.
pub(super) async fn appoint(
    service: Shared,
    seat: Seat,
    what: What,
    note: String,
) -> Result<Response, Trouble> {
    let work = move |service: &Service| {
        propose(
            service.desk(),
            what,
            note.trim(),
            &seat.operator,
            &*seat.key,
        )
    };
    service.work(work).await?;
    Ok(to("/changes"))
}

fn operator_id(frame: &Frame, text: &str) -> Result<OperatorId, Trouble> {
    text.parse().map_err(|_| Trouble::not_found(frame))
}

pub(super) async fn set_roles(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(id): Path<String>,
    Form(form): Form<Appointment>,
) -> Result<Response, Trouble> {
    let id = operator_id(&frame, &id)?;
    let roles = form.roles()?;
    appoint(service, seat, What::SetRoles { id, roles }, form.note).await
}

#[derive(Deserialize)]
pub(super) struct Noted {
    #[serde(default)]
    pub(super) note: String,
}

pub(super) async fn disable(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(id): Path<String>,
    Form(form): Form<Noted>,
) -> Result<Response, Trouble> {
    let id = operator_id(&frame, &id)?;
    appoint(service, seat, What::DisableOperator { id }, form.note).await
}

pub(super) async fn reset(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(id): Path<String>,
    Form(form): Form<Noted>,
) -> Result<Response, Trouble> {
    let id = operator_id(&frame, &id)?;
    appoint(service, seat, What::ResetAccount { id }, form.note).await
}
