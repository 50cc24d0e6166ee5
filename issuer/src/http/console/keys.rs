//! Keys: the organisation's, which sign; those of programs; and the bundle in which verifiers find the former.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Form};
use cheti_shared::bundle::trust_list::{Ending, KeyRole};
use cheti_shared::key::Signer as _;
use cheti_shared::time::{Date, UtcOffset};
use serde::Deserialize;

use super::entry::{Framed, confirm_code};
use super::gate::{manages, to};
use super::operators::{Noted, appoint};
use super::page::{Frame, Trouble, download, local, show};
use super::seats::Seat;
use crate::app::accounts::check_new_password;
use crate::app::api_keys::{list_api_keys, mint_api_key};
use crate::app::changes::propose;
use crate::app::keys::{compromised, make_key, next_key_name, rotate};
use crate::app::ports::vault::{KeyFile, Passphrase};
use crate::app::publish::trust_list;
use crate::domain::api_key::{ApiKey, Scope};
use crate::domain::change::What;
use crate::domain::direct::VcApiIssue;
use crate::domain::organisation::SigningKey;
use crate::http::service::{Service, Shared};

/// A key that signs.
struct Signing {
    id: String,
    role: &'static str,
    fingerprint: String,
    made: String,
    state: &'static str,
    tone: &'static str,
    ended: String,
}

/// A key of a program.
struct Program {
    id: String,
    name: String,
    scopes: String,
}

struct ScopeBox {
    word: &'static str,
    label: &'static str,
}

#[derive(Template)]
#[template(path = "console/keys.html")]
struct Keys<'a> {
    frame: &'a Frame,
    signing: Vec<Signing>,
    programs: Vec<Program>,
    scopes: Vec<ScopeBox>,
    may_change: bool,
    /// Whether the issuing key can be followed by another.
    may_rotate_issuing: bool,
    /// The version of the published trust list; 0 before the first.
    version: u64,
    expires: String,
    /// Whether the keys changed since that list was signed.
    is_behind: bool,
    today: String,
}

#[derive(Template)]
#[template(path = "console/token.html")]
struct Token<'a> {
    frame: &'a Frame,
    name: String,
    token: String,
}

fn signing(frame: &Frame, key: &SigningKey, offset: UtcOffset) -> Signing {
    let w = frame.w;
    let (state, tone) = match key.ended.map(|end| end.how) {
        None => (w.key_active, "good"),
        Some(Ending::Rotated) => (w.key_rotated, "wait"),
        Some(Ending::Compromised) => (w.key_compromised, "bad"),
    };
    Signing {
        id: key.id.clone(),
        role: match key.role {
            KeyRole::Issuing => w.key_issuing,
            KeyRole::Status => w.key_status,
        },
        fingerprint: key.public.fingerprint(),
        made: local(key.made, offset),
        ended: key
            .ended
            .map_or_else(String::new, |end| local(end.at, offset)),
        state,
        tone,
    }
}

fn scope_label(frame: &Frame, scope: Scope) -> &'static str {
    match scope {
        Scope::Read => frame.w.scope_read,
        Scope::Import => frame.w.scope_import,
        Scope::Issue => frame.w.scope_issue,
        Scope::IssueDirect => frame.w.scope_issue_direct,
    }
}

fn program(frame: &Frame, key: ApiKey) -> Program {
    let scopes = key.scopes.iter().map(|scope| scope_label(frame, *scope));
    Program {
        scopes: super::page::listed(scopes),
        id: key.id,
        name: key.name,
    }
}

pub(super) async fn page(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    let framed = Arc::clone(&frame);
    let gather = move |service: &Service| {
        let (desk, frame) = (service.desk(), &*framed);
        let organisation = desk.organisation()?;
        let offset = organisation.utc_offset;
        let (keys, list, needed) = (desk.signing_keys()?, trust_list(desk)?, desk.appointing()?);
        let published = list.as_ref().map(|list| list.fields());
        let now = [organisation.trusted(&keys)];
        let mut scopes = vec![
            ("read", Scope::Read),
            ("import", Scope::Import),
            ("issue", Scope::Issue),
        ];
        if service.parts.vc_api_issue == VcApiIssue::Direct {
            scopes.push(("issue_direct", Scope::IssueDirect));
        }
        let scopes = scopes.into_iter().map(|(word, scope)| ScopeBox {
            word,
            label: scope_label(frame, scope),
        });
        let programs = list_api_keys(desk)?.into_iter();
        let html = Keys {
            signing: keys.iter().map(|key| signing(frame, key, offset)).collect(),
            programs: programs.map(|key| program(frame, key)).collect(),
            scopes: scopes.collect(),
            may_change: frame.who.as_ref().is_some_and(|who| who.may(needed)),
            may_rotate_issuing: !organisation.is_did_key(),
            version: published.map_or(0, |fields| fields.version),
            expires: published.map_or_else(String::new, |fields| local(fields.expires, offset)),
            is_behind: published.is_some_and(|fields| fields.issuers != now),
            today: desk.clock.now().date_at(offset).to_string(),
            frame,
        };
        Ok(show(&html))
    };
    service.work(gather).await?
}

/// What verifiers need without a network.
pub(super) async fn bundle(State(service): State<Shared>) -> Result<Response, Trouble> {
    let octets = service.work(Service::bundle).await?;
    Ok(download("application/json", "trust-bundle.json", octets))
}

#[derive(Deserialize)]
pub(super) struct NewKey {
    #[serde(default)]
    role: String,
    #[serde(default)]
    password: Passphrase,
    #[serde(default)]
    again: Passphrase,
    #[serde(default)]
    code: String,
}

/// A new key follows the active one of its role; what that signed stays valid. Verifiers learn of it from the next trust
/// list, which takes the root key.
pub(super) async fn follow(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Form(form): Form<NewKey>,
) -> Result<Response, Trouble> {
    manages(&service, &seat).await?;
    let role = match form.role.as_str() {
        "issuing" => KeyRole::Issuing,
        "status" => KeyRole::Status,
        _ => return Err(Trouble::form(frame.w.form_wrong)),
    };
    if form.password != form.again {
        return Err(Trouble::form(frame.w.passwords_differ));
    }
    confirm_code(&service, &frame, &seat, &form.code).await?;
    let work = move |service: &Service| {
        let desk = service.desk();
        // What is being signed or published is so with one key from beginning to end.
        let _alone = service.issue_alone();
        let name = next_key_name(desk, role)?;
        check_new_password(&form.password, &[&name])?;
        let file = KeyFile::Signing(name.clone());
        let key = make_key(&*service.parts.vault, &file, &name, &form.password)?;
        rotate(desk, role, key.public_key(), seat.operator.as_str())?;
        service.succeed(role, Arc::new(key));
        Ok(())
    };
    service.work(work).await?;
    Ok(to("/keys"))
}

#[derive(Deserialize)]
pub(super) struct Lost {
    #[serde(default)]
    key: String,
    #[serde(default)]
    since: String,
    #[serde(default)]
    code: String,
}

/// Somebody else may have the key: from the beginning of that day on, what it signed decides nothing.
pub(super) async fn lose(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Form(form): Form<Lost>,
) -> Result<Response, Trouble> {
    manages(&service, &seat).await?;
    let since: Date = form
        .since
        .parse()
        .map_err(|_| Trouble::form(frame.w.form_wrong))?;
    confirm_code(&service, &frame, &seat, &form.code).await?;
    let ahead = Trouble::form(frame.w.key_since_ahead);
    let work = move |service: &Service| {
        let desk = service.desk();
        let at = since.start_at(desk.organisation()?.utc_offset);
        if at > desk.clock.now() {
            return Ok(false);
        }
        compromised(desk, &form.key, at, seat.operator.as_str())?;
        Ok(true)
    };
    match service.work(work).await? {
        true => Ok(to("/keys")),
        false => Err(ahead),
    }
}

#[derive(Deserialize)]
pub(super) struct NewProgram {
    #[serde(default)]
    name: String,
    #[serde(default)]
    note: String,
    read: Option<String>,
    import: Option<String>,
    issue: Option<String>,
    issue_direct: Option<String>,
}

/// Propose a key for a program. The token is shown now and never again, and counts once another person has confirmed.
pub(super) async fn add_program(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Form(form): Form<NewProgram>,
) -> Result<Response, Trouble> {
    manages(&service, &seat).await?;
    let boxes = [
        (&form.read, Scope::Read),
        (&form.import, Scope::Import),
        (&form.issue, Scope::Issue),
        (&form.issue_direct, Scope::IssueDirect),
    ];
    let set = boxes.into_iter().filter(|(set, _)| set.is_some());
    let scopes: Vec<Scope> = set.map(|(_, scope)| scope).collect();
    let name = form.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Trouble::form(frame.w.program_unnamed));
    }
    if scopes.is_empty() {
        return Err(Trouble::form(frame.w.program_idle));
    }
    let named = name.clone();
    let work = move |service: &Service| {
        let desk = service.desk();
        let (what, token) = mint_api_key(desk, &named, scopes)?;
        propose(desk, what, form.note.trim(), &seat.operator, &*seat.key)?;
        Ok(token)
    };
    let token = service.work(work).await?;
    show(&Token {
        frame: &frame,
        name,
        token,
    })
}

pub(super) async fn remove_program(
    State(service): State<Shared>,
    Extension(seat): Extension<Seat>,
    Path(id): Path<String>,
    Form(form): Form<Noted>,
) -> Result<Response, Trouble> {
    manages(&service, &seat).await?;
    appoint(service, seat, What::RemoveApiKey { id }, form.note).await
}
