//! Changes that take two people: propose one, confirm or decline it.

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::credential::draft::Form;
use cheti_shared::ids::{CredentialId, ListNumber, StatusIndex};
use cheti_shared::key::Signer;
use cheti_shared::status::reasons::{DatedReason, Reason};

use super::accounts::account_key;
use super::desk::{Desk, Loaded, Writing};
use super::erase::{check_erasable, erase, refuse_erased};
use super::error::AppError;
use super::issue_batch::{sign, version};
use super::kits::kit_of_batch;
use super::many::{carry_out, check_many, check_no_shows};
use super::plan_batch::{Places, plan_one};
use super::ports::press::PrintRoom;
use super::ports::store::{Collection, Key};
use super::records::{credential_key, graduate_key, operator_key, status_key};
use super::registry_index;
use crate::domain::api_key::ApiKey;
use crate::domain::audit::Entry;
use crate::domain::certificate::Certificate;
use crate::domain::change::{Change, ChangeState, What, digest};
use crate::domain::operator::{Operator, OperatorId};
use crate::domain::plan::{Inputs, valid_until};
use crate::domain::role::Permission;
use crate::domain::statement::{Act, Statement};
use crate::domain::status_book::StatusBook;

/// What confirming some changes needs beyond the officer's key.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// The issuing key: a correction is a new credential.
    pub issuing: Option<&'a dyn Signer>,
    /// The print room, to be asked whether a corrected name can be printed.
    pub room: &'a dyn PrintRoom,
}

fn change_key(id: &str) -> Key {
    Key::new(Collection::Change, id)
}

fn api_key_key(id: &str) -> Key {
    Key::new(Collection::ApiKey, id)
}

/// One officer proposes a change, with a note that says why.
pub fn propose(
    desk: &Desk,
    what: What,
    note: &str,
    by: &OperatorId,
    key: &dyn Signer,
) -> Result<Change, AppError> {
    check_target(desk, &what)?;
    let needed = match what.is_appointment() {
        true => desk.appointing()?,
        false => Permission::Propose,
    };
    let operator = desk.permitted(by, needed)?;
    let id = format!("c{:08x}", u32::from_be_bytes(desk.random()?));
    let salt: String = desk
        .random::<16>()?
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect();
    let statement =
        Statement::new(Act::Propose, digest(&id, &what, note), by, desk.clock.now()).sign(key)?;
    let change = Change {
        id,
        what,
        note: note.to_owned(),
        salt,
        state: ChangeState::Proposed,
        proposed: statement,
        decided: None,
        passed: 0,
    };
    change.check_proposal(&operator)?;
    let mut writing = Writing::default();
    writing.create(change_key(&change.id), &change)?;
    desk.record(writing, &[entry(&change, by, "change.propose")])?;
    Ok(change)
}

/// What a change is about must exist, or must not, before anybody signs.
fn check_target(desk: &Desk, what: &What) -> Result<(), AppError> {
    match what {
        What::Revoke { credential, .. } => {
            let mut certificate = desk.certificate(credential)?.value;
            certificate.end(Reason::Withdrawn)?;
        }
        What::Correct { credential, .. } => {
            let mut certificate = desk.certificate(credential)?.value;
            refuse_erased(&certificate)?;
            certificate.end(Reason::Withdrawn)?;
        }
        What::Withdraw {
            batch,
            certificates,
        } => check_no_shows(desk, batch, certificates)?,
        What::Many { each, certificates } => check_many(desk, *each, certificates)?,
        What::Erase {
            credential,
            remains,
        } => check_erasable(desk, credential, remains)?,
        What::Suspend { credential } | What::Reinstate { credential } => {
            let mut certificate = desk.certificate(credential)?.value;
            certificate.suspend(matches!(what, What::Suspend { .. }))?;
            check_suspendable(desk, &certificate)?;
        }
        What::DisableOperator { id } | What::SetRoles { id, .. } | What::ResetAccount { id } => {
            desk.operator(id)?;
        }
        What::AddOperator { id, .. } => match desk.operator(id) {
            Ok(_) => {
                return Err(AppError::Exists {
                    what: "operator",
                    id: id.to_string(),
                });
            }
            Err(AppError::NotFound { .. }) => {}
            Err(other) => return Err(other),
        },
        What::RemoveApiKey { id } => {
            desk.load::<ApiKey>(api_key_key(id), "API key", id)?;
        }
        What::AddApiKey { .. } => {}
    }
    Ok(())
}

pub(crate) fn check_suspendable(desk: &Desk, certificate: &Certificate) -> Result<(), AppError> {
    let list = certificate.current()?.list;
    let book: Loaded<StatusBook> = desk.load(status_key(list), "status list", &list.to_string())?;
    match book.value.purpose == cheti_shared::status::entry::Purpose::Suspension {
        true => Ok(()),
        false => {
            let course = certificate.course.clone();
            Err(crate::domain::certificate::StandingError::NotSuspendable { course }.into())
        }
    }
}

fn entry(change: &Change, by: &OperatorId, action: &'static str) -> Entry {
    Entry::new(by, action, change.what.about())
        .with("change", change.id.clone())
        .with("what", change.what.action())
        .with("note", change.note_digest().to_string())
}

/// Every change that awaits a second officer, or all of them.
pub fn list_changes(desk: &Desk) -> Result<Vec<Change>, AppError> {
    desk.all(Collection::Change, b"")
}

/// A change by its id.
pub fn show_change(desk: &Desk, id: &str) -> Result<Change, AppError> {
    Ok(load_change(desk, id)?.value)
}

pub(crate) fn load_change(desk: &Desk, id: &str) -> Result<Loaded<Change>, AppError> {
    desk.load(change_key(id), "change", id)
}

/// A different officer confirms the change, and it is made.
pub fn confirm(
    desk: &Desk,
    id: &str,
    by: &OperatorId,
    key: &dyn Signer,
    tools: Tools<'_>,
) -> Result<Change, AppError> {
    decide(desk, id, by, key, Act::Confirm, Some(tools))
}

/// A different officer declines the change.
pub fn decline(
    desk: &Desk,
    id: &str,
    by: &OperatorId,
    key: &dyn Signer,
) -> Result<Change, AppError> {
    decide(desk, id, by, key, Act::Decline, None)
}

fn decide(
    desk: &Desk,
    id: &str,
    by: &OperatorId,
    key: &dyn Signer,
    act: Act,
    tools: Option<Tools<'_>>,
) -> Result<Change, AppError> {
    let mut change = load_change(desk, id)?;
    let maker = desk.operator_of(Some(&change.value.proposed))?;
    let needed = match change.value.what.is_appointment() {
        true => Permission::ConfirmAppointment,
        false => Permission::Confirm,
    };
    let checker = desk.permitted(by, needed)?;
    let statement = Statement::new(act, change.value.digest(), by, desk.clock.now()).sign(key)?;
    change.value.decide(statement, &maker, &checker)?;
    let after = change.value.clone();
    let mut writing = Writing::default();
    let mut entries = vec![entry(
        &after,
        by,
        if tools.is_some() {
            "change.confirm"
        } else {
            "change.decline"
        },
    )];
    if let Some(tools) = tools {
        entries.extend(apply(desk, &mut writing, &after, by, tools)?);
    }
    writing.update(change)?;
    desk.record(writing, &entries)?;
    if !after.what.together().is_empty() && after.state == ChangeState::Done {
        // What was decided stays decided when this stops half-way; `many::carry_out` goes on with it.
        carry_out(desk, &after.id, by.as_str())?;
    }
    Ok(after)
}

/// Collect the writes that make the change; they happen in the commit that records the confirmation.
fn apply(
    desk: &Desk,
    writing: &mut Writing,
    change: &Change,
    by: &OperatorId,
    tools: Tools<'_>,
) -> Result<Vec<Entry>, AppError> {
    let done = |entry: Entry| Ok(vec![entry.with("change", change.id.clone())]);
    let (action, about) = (change.what.action(), change.what.about());
    match &change.what {
        What::Revoke { credential, reason } => {
            let mut certificate = desk.certificate(credential)?;
            let before = certificate.value.clone();
            let place = certificate.value.end((*reason).into())?;
            end_place(desk, writing, place, (*reason).into())?;
            registry_index::restate(desk, writing, &before, &certificate.value)?;
            writing.update(certificate)?;
            done(Entry::new(by, action, about).with("reason", serde_json::json!(reason)))
        }
        What::Suspend { credential } | What::Reinstate { credential } => {
            let suspended = matches!(change.what, What::Suspend { .. });
            suspend(desk, writing, credential, suspended)?;
            done(Entry::new(by, action, about))
        }
        What::Correct { .. } => {
            let version = correct(desk, writing, &change.what, tools)?;
            done(Entry::new(by, action, about).with("version", version))
        }
        What::AddOperator {
            id,
            name,
            key,
            roles,
        } => {
            let added = desk.clock.now();
            let operator = Operator {
                id: id.clone(),
                name: name.clone(),
                key: *key,
                roles: roles.clone(),
                added,
                disabled: None,
            };
            writing.create(operator_key(id), &operator)?;
            done(Entry::new(by, action, about).with("key", key.to_multikey()))
        }
        What::DisableOperator { id } => {
            let mut operator: Loaded<Operator> =
                desk.load(operator_key(id), "operator", id.as_str())?;
            operator.value.disabled = Some(desk.clock.now());
            writing.update(operator)?;
            done(Entry::new(by, action, about))
        }
        What::ResetAccount { id } => {
            writing.remove(account_key(id));
            done(Entry::new(by, action, about))
        }
        What::SetRoles { id, roles } => {
            let mut operator: Loaded<Operator> =
                desk.load(operator_key(id), "operator", id.as_str())?;
            operator.value.roles = roles.clone();
            writing.update(operator)?;
            done(Entry::new(by, action, about).with("roles", roles.to_string()))
        }
        What::AddApiKey {
            id,
            name,
            scopes,
            secret,
        } => {
            let key = ApiKey::new(id.clone(), name.clone(), scopes.clone(), *secret);
            writing.create(api_key_key(id), &key)?;
            done(Entry::new(by, action, about).with("scopes", serde_json::json!(scopes)))
        }
        What::RemoveApiKey { id } => {
            writing.remove(api_key_key(id));
            done(Entry::new(by, action, about))
        }
        What::Withdraw {
            batch,
            certificates,
        } => {
            check_no_shows(desk, batch, certificates)?;
            Ok(Vec::new())
        }
        // What changed since it was proposed is passed over as the rest is changed.
        What::Many { .. } => Ok(Vec::new()),
        What::Erase {
            credential,
            remains,
        } => {
            check_erasable(desk, credential, remains)?;
            Ok(vec![erase(desk, writing, credential, change, by.as_str())?])
        }
    }
}

fn end_place(
    desk: &Desk,
    writing: &mut Writing,
    (list, index): (ListNumber, StatusIndex),
    reason: Reason,
) -> Result<(), AppError> {
    let date = desk.clock.now().date_at(desk.organisation()?.utc_offset);
    let mut book: Loaded<StatusBook> =
        desk.load(status_key(list), "status list", &list.to_string())?;
    book.value.end(index, DatedReason { reason, date })?;
    writing.update(book)
}

fn suspend(
    desk: &Desk,
    writing: &mut Writing,
    id: &CredentialId,
    suspended: bool,
) -> Result<(), AppError> {
    let mut certificate = desk.certificate(id)?;
    check_suspendable(desk, &certificate.value)?;
    let before = certificate.value.clone();
    let (list, index) = certificate.value.suspend(suspended)?;
    registry_index::restate(desk, writing, &before, &certificate.value)?;
    let mut book: Loaded<StatusBook> =
        desk.load(status_key(list), "status list", &list.to_string())?;
    book.value.suspend(index, suspended)?;
    writing.update(book)?;
    writing.update(certificate)
}

/// Same id, next version, a later `validFrom`, a new status place; the old place is set as superseded.
fn correct(
    desk: &Desk,
    writing: &mut Writing,
    what: &What,
    tools: Tools<'_>,
) -> Result<u32, AppError> {
    let What::Correct {
        credential,
        name,
        extras,
    } = what
    else {
        return Err(AppError::SelfCheck);
    };
    let issuing = tools.issuing.ok_or(AppError::NoKey("issuing"))?;
    let key = desk.active_key_of(KeyRole::Issuing, issuing)?;
    let mut certificate = desk.certificate(credential)?;
    refuse_erased(&certificate.value)?;
    let old = certificate.value.current()?.clone();
    let batch = desk.batch(&certificate.value.batch)?.value;
    let mut graduate = desk.current_graduate(&certificate.value)?;
    let before = (certificate.value.clone(), graduate.clone());
    if let Some(name) = name {
        let kit = kit_of_batch(desk, tools.room, &batch)?;
        tools.room.press(&kit)?.can_print(name.as_str())?;
        graduate.name = name.clone();
    }
    graduate.extras.extend(extras.clone());

    let course = desk.course(&certificate.value.course)?;
    let template = course.template(&desk.organisation()?, &key)?;
    let form = Form::new(template.clone())?;
    let now = desk.clock.now();
    let from = now.max(old.valid_from.plus_seconds(1));
    let mut places = Places::open_beside(desk, &course, old.list)?;
    let inputs = Inputs {
        course: &course,
        template: &template,
        graduate: &graduate,
        cohort: &batch.cohort,
        id: *credential,
        number: certificate.value.year_and_serial,
        awarded: batch.award_date,
        from,
        until: valid_until(&course, from),
        created: now,
        status: places.give_out(desk)?,
    };
    let planned = plan_one(&form, &inputs, certificate.value.row, old.number + 1)?;
    let signed = sign(&form, &planned, issuing, &issuing.public_key())?;

    let reason = Reason::Superseded {
        version: planned.version,
    };
    let (list, index) = certificate.value.end(reason)?;
    let date = now.date_at(desk.organisation()?.utc_offset);
    places.end(list, index, DatedReason { reason, date })?;
    places.close(writing)?;
    certificate
        .value
        .versions
        .push(version(&planned, template.digest()));
    writing.create_octets(credential_key(credential, planned.version), signed.octets);
    writing.create(graduate_key(credential, planned.version), &graduate)?;
    let after = (&certificate.value, &graduate);
    registry_index::replace(writing, (&before.0, &before.1), after);
    writing.update(certificate)?;
    desk.keep_template(writing, &template)?;
    Ok(planned.version)
}
